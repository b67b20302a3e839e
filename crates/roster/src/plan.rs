//! What a delivery would change, line by line, and why.
//!
//! [`draft()`] compares a snapshot with what is [`Known`] of the roster and yields [`Draft`]: lines
//! in a stable order, an outcome for each record, departures. [`row`] builds the rows that
//! applying a line writes.

mod account;
mod diff;
mod draft;
pub mod known;
pub mod line;
mod moves;
pub mod outcome;
mod renumbered;
pub mod row;
pub mod standing;
pub mod steps;

pub use account::{Account, KindAccount, account};
pub use diff::sign_in;
pub use draft::draft;
pub use known::{Known, LastRole, Past};
pub use line::{Action, Line, Reason};
pub use outcome::{Hold, MatchHold, Outcome, Rule};
pub use steps::Draft;
