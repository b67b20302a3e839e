//! What is wrong with a delivery: a table of small named checks.

use crate::model::Severity;

/// One check: its stable code, how much it matters, what it says and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// The stable code, such as `dangling_reference`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether it rejects the record that it stands at.
    pub blocks: bool,
    /// What is wrong, as a sentence without full stop.
    pub sentence: &'static str,
    /// What to do about it, and who.
    pub hint: &'static str,
}
