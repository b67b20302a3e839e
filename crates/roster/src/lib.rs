//! What a roster is, and every decision about it.
//!
//! The folders are the steps in the order in which data meets them: `model` (the words and the
//! tables of columns), `check` (what is wrong with a record), `scope` (which records the district
//! takes), `matching` (who is who), `plan` (what would change), `guard` (whether that is safe) and
//! `explain` (why). Nothing here reads a file, a clock, the environment or a database: whatever a
//! decision needs comes in as an argument.
//!
//! To add a check, a scope rule or a guard, add a function and a line to the table of its folder.

pub mod check;
pub mod explain;
pub mod guard;
pub mod matching;
pub mod model;
pub mod plan;
pub mod scope;
