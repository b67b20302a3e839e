//! What a delivery would change, line by line, and why.

pub mod line;

pub use line::{Action, Line, Reason};
