//! What the log of operations answers.

pub use firstbell_roster::explain::Reader;
use firstbell_roster::model::Kind;
use serde::{Deserialize, Serialize};

use super::{GuardReason, Status};

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationReport {
    /// Its number.
    pub operation: i64,
    /// `sync`, `undo`.
    pub kind: String,
    /// When, ISO 8601 in UTC.
    pub at: String,
    /// The operating system's or signed-in user.
    pub identity: String,
    /// The name given with `--by`; empty if none.
    pub by: String,
    /// The reason or note given; empty if none.
    pub note: String,
    /// The plan that it applied.
    pub plan: Option<i64>,
    /// The digest of that plan.
    pub digest: String,
    /// Whether that plan was on hold, and a person approved it.
    pub approved: bool,
    /// The operation that it takes back.
    pub undoes: Option<i64>,
    /// The operation that took it back.
    pub undone_by: Option<i64>,
    /// Whether that left some of its rows as they were, because they had changed since.
    pub undone_in_part: bool,
    /// Rows of the roster that it changed.
    pub changes: u64,
    /// The changes by kind and action, such as `users.create`.
    pub counts: std::collections::BTreeMap<String, u64>,
    /// The hash that chains it to the one before.
    pub hash: String,
}

/// A plan that waits: for a person, or to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReport {
    /// Its number.
    pub plan: i64,
    /// `held` or `planned`.
    pub status: Status,
    /// When it was made, ISO 8601 in UTC.
    pub at: String,
    /// The delivery that it is for.
    pub delivery: Option<i64>,
    /// Whether the roster has changed since.
    pub moved: bool,
    /// Where that delivery came from: the file or folder's name.
    pub name: String,
    /// Rows of the roster that it would change.
    pub changes: u64,
    /// Whether it was made with settings that are not the district's, so that it waits for those.
    pub tried_settings: bool,
    /// Why it is on hold.
    pub reasons: Vec<GuardReason>,
}

/// What verifying the log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
    /// Operations verified.
    pub operations: u64,
    /// What is wrong with the first that was altered; `None` if none was.
    pub broken: Option<String>,
}

/// One change of one row, with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// Its number among the changes of a plan, from 1; 0 for one of an operation.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: u64,
    /// The kind.
    pub kind: Kind,
    /// `create`, `update`, `restore` or `end`.
    pub action: String,
    /// The reason's stable name.
    pub reason: String,
    /// The reason as a sentence.
    pub sentence: String,
    /// The source's id.
    pub sourced_id: String,
    /// The name or title.
    pub name: String,
    /// The school's name; empty for none.
    pub school: String,
    /// The line in the delivery; 0 for none.
    pub line: u64,
    /// The group of changes that belong together; 0 for none.
    pub group: u32,
    /// The values that change: field, before, after.
    pub fields: Vec<FieldChange>,
}

/// One value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The header of the field.
    pub field: String,
    /// Empty if there was none.
    pub before: String,
    /// Empty if there is none.
    pub after: String,
}

/// One value that a person's record had for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The header of the field; `active` for being there at all.
    pub field: String,
    /// The value.
    pub value: String,
    /// The sourcedId of the user row.
    pub sourced_id: String,
    /// The operation from which it held.
    pub from: i64,
    /// When that was, ISO 8601 in UTC.
    pub from_at: String,
    /// The operation that ended it; `None` while it holds.
    pub until: Option<i64>,
    /// When that was; empty while it holds.
    pub until_at: String,
    /// Why it came, as a sentence.
    pub reason: String,
    /// Who approved or ran the operation.
    pub approver: String,
    /// The delivery and line that brought it, such as `delivery 3, users.csv line 812`.
    pub source: String,
}

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReport {
    /// `oneroster-1.1` or `oneroster-1.2`.
    pub format: String,
    /// The operation as of which.
    pub as_of: i64,
    /// Rows written, by file.
    pub rows: std::collections::BTreeMap<String, u64>,
    /// What could not be expressed, as sentences.
    pub notes: Vec<String>,
}

/// One thing that `doctor` looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorLine {
    /// What it is about.
    pub subject: String,
    /// Whether it is as it should be.
    pub good: bool,
    /// What was found and what to do, as a sentence.
    pub sentence: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
