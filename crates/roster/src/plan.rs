//! What a delivery would change, line by line, and why.

pub mod line;
pub mod outcome;

pub use line::{Action, Line, Reason};
pub use outcome::{Hold, MatchHold, Outcome, Rule};
