//! Strings the steps together and runs them.
//!
//! `run` reads as the product does: read, check, scope, match, plan, guard, apply. `check` runs
//! the first two alone; `undo`, `why` and `export` ask and answer from the log of operations.

pub mod check;
pub mod findings;
pub mod report;
