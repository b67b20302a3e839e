//! Findings: what a check noticed, and where.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Notice,
    /// Read all the same; the sender should mend it.
    Warning,
    /// The record is rejected, or the delivery is not whole.
    Error,
}

impl Severity {
    /// The severity in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where a finding stands: never a value, so that it can be shown and logged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The file, as named in the delivery.
    pub file: String,
    /// The line on which the record begins, the header being line 1; 0 for the whole file.
    pub line: u64,
    /// The column, counted from 1; 0 for the whole record.
    pub column: u32,
    /// The header of that column; empty for the whole record.
    pub field: String,
}
