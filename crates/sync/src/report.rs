//! What a run reports: the same view for people and for scripts.

mod history;

pub use history::{
    ChangeReport, DoctorLine, ExportReport, FieldChange, HistoryEntry, OperationReport, PlanReport,
    Reader, VerifyReport,
};

use std::collections::BTreeMap;

use firstbell_roster::model::{Kind, Severity, SubjectId};
use serde::{Deserialize, Serialize};

/// What a plan, a sync, an approval or an undo came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// The district's short name.
    pub district: String,
    /// The number of the delivery; `None` for an undo.
    pub delivery: Option<i64>,
    /// The number of the stored plan; `None` where nothing was planned.
    pub plan: Option<i64>,
    /// The plan's digest (BLAKE3, hex).
    pub digest: String,
    /// The operation that the plan was made from.
    pub base_operation: i64,
    /// What came of it.
    pub status: Status,
    /// The operation that applied it.
    pub operation: Option<i64>,
    /// The district's local date on which it was judged.
    pub as_of: String,
    /// What the delivery is.
    pub about: Option<AboutDelivery>,
    /// What became of each record, by kind.
    pub outcomes: BTreeMap<Kind, Outcomes>,
    /// Which rows of the roster end, by kind.
    pub departures: BTreeMap<Kind, Departures>,
    /// Rows of the roster that change.
    pub changes: u64,
    /// The changes by kind, action and reason.
    pub summary: Vec<SummaryLine>,
    /// Records that wait for a person's match.
    pub pending_review: u64,
    /// The first of those records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingReport>,
    /// What was noticed.
    pub findings: Vec<FindingReport>,
    /// What was noticed in the delivery synced before, and is mended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<FixedReport>,
    /// That delivery, where findings were compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<i64>,
    /// What the guards say.
    pub guard: GuardReport,
    /// The operation that an undo takes back; `None` for what is no undo.
    #[serde(default)]
    pub undoes: Option<i64>,
    /// The rows that an undo leaves as they are; at most a thousand.
    #[serde(default)]
    pub conflicts: Vec<ConflictReport>,
    /// How a plan ended that neither waits nor was applied, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed: Option<String>,
    /// Whether it was made with settings that are tried, and are not the district's.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub tried: bool,
    /// Whether ids that look issued anew are taken for the same people, as somebody asked.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub rekeyed: bool,
    /// Whether the roster has changed since the plan was made, so that its changes cannot be listed.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub moved: bool,
    /// Why it was refused, and what else is to be said, as sentences.
    pub notes: Vec<String>,
    /// Where the time went; only on request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub timings: Vec<Timing>,
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The plan is applied.
    Applied,
    /// The plan is stored and may be applied.
    Planned,
    /// A guard holds it.
    Held,
    /// There is nothing to apply.
    Unchanged,
    /// Nothing was kept: another district's delivery, or a plan that no longer fits.
    Refused,
}

/// What a delivery is, for the first lines of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutDelivery {
    /// Where it came from: the file or folder's name.
    pub name: String,
    /// `OneRoster CSV 1.1` or `OneRoster CSV 1.2`.
    pub format: String,
    /// The system that made it, from the manifest; empty where it does not say.
    pub system: String,
    /// The newest `dateLastModified`; without any, the day on which the newest file of a zip was
    /// written; empty if neither is known.
    pub date: String,
    /// Its BLAKE3 hash, hex.
    pub hash: String,
    /// The names of its schools, in order, at most twenty.
    pub schools: Vec<String>,
    /// How many schools there are.
    pub school_count: u64,
    /// Students in it.
    pub students: u64,
    /// Other people in it.
    pub others: u64,
    /// Classes in it.
    pub classes: u64,
}

impl AboutDelivery {
    /// The same without anything that names whose it is, for a delivery of another district.
    pub(crate) fn without_names(self) -> Self {
        Self { system: String::new(), schools: Vec::new(), ..self }
    }
}

/// What became of the records of one kind; the nine add up to `received`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcomes {
    /// Records in the delivery.
    pub received: u64,
    /// Began a subject.
    pub create: u64,
    /// Changed a subject.
    pub update: u64,
    /// Brought a subject back.
    pub restore: u64,
    /// Asked to end a subject.
    pub end: u64,
    /// Said what the roster has.
    pub unchanged: u64,
    /// Left out by a rule.
    pub ignored: u64,
    /// Rejected by a check.
    pub rejected: u64,
    /// Waiting.
    pub held: u64,
    /// The ignored ones by rule.
    pub ignored_by: BTreeMap<String, u64>,
    /// The rejected ones by check.
    pub rejected_by: BTreeMap<String, u64>,
    /// The held ones by what they wait for.
    pub held_by: BTreeMap<String, u64>,
}

impl Outcomes {
    /// Whether the outcomes add up to the records received.
    pub fn add_up(&self) -> bool {
        self.received
            == self.create
                + self.update
                + self.restore
                + self.end
                + self.unchanged
                + self.ignored
                + self.rejected
                + self.held
    }
}

/// Rows of the roster of one kind that end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Departures {
    /// Rows that end: for a delivery the sum of the next three, which an undo leaves at nothing.
    pub ended: u64,
    /// Absent from a complete file, or ended with what is.
    pub by_absence: u64,
    /// The record says so.
    pub by_record: u64,
    /// A rule leaves them out now.
    pub by_rule: u64,
    /// Rows that would end but are kept back.
    pub held: u64,
}

/// Changes of one kind, action and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryLine {
    /// The kind.
    pub kind: Kind,
    /// `create`, `update`, `restore` or `end`.
    pub action: String,
    /// The reason's stable name.
    pub reason: String,
    /// The school's name; empty for none.
    pub school: String,
    /// How many.
    pub count: u64,
}

/// One check's findings in one column of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingReport {
    /// The check's stable code.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// How many places.
    pub count: u64,
    /// Students who are affected.
    pub students_affected: u64,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The column of OneRoster's that a header stands for, where it has another name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meant: String,
    /// Why and until when the district accepts it, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// Why it is accepted no more, where it was to be until a day that is past, or in fewer places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<String>,
    /// How many of the places are new since the delivery that was synced last; `None` where there
    /// is nothing to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// The delivery since which the oldest of the others goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Some of what it is about where no line tells: what a setting names, or a school, term or course
    /// that is not in its file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// Some of the places.
    pub examples: Vec<Example>,
}

/// Findings of one check in one column of one file that are mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedReport {
    /// The check's stable code.
    pub code: String,
    /// The file; empty for the delivery.
    pub file: String,
    /// The column's header; empty for the whole record or file.
    pub field: String,
    /// How many places.
    pub count: u64,
}

/// A place in a delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Example {
    /// The file.
    pub file: String,
    /// The line, 0 for the whole file.
    pub line: u32,
    /// The column from 1, 0 for the whole record.
    pub column: u32,
    /// The column's header.
    pub field: String,
}

/// What the guards say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuardReport {
    /// `proceed` or `hold`.
    pub verdict: Verdict,
    /// Why it holds.
    pub reasons: Vec<GuardReason>,
}

/// Whether a plan may be applied without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It may.
    #[default]
    Proceed,
    /// It waits for a person.
    Hold,
}

/// One reason why a plan waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardReason {
    /// The guard's stable code.
    pub code: String,
    /// The kind that it judged; `None` for the whole delivery.
    pub kind: Option<Kind>,
    /// The school's name; empty for the district.
    pub school: String,
    /// The reason as a sentence.
    pub message: String,
}

/// A record that waits for a person's match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingReport {
    /// Its kind.
    pub kind: Kind,
    /// The file.
    pub file: String,
    /// The line in the file.
    pub line: u32,
    /// The stable name of what it waits for.
    pub reason: String,
}

/// A row that an undo leaves as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictReport {
    /// The kind.
    pub kind: Kind,
    /// The hub's number of the row.
    pub row: i64,
    /// The source's id; empty in what is kept of the report.
    #[serde(default)]
    pub sourced_id: String,
    /// The reason's stable code.
    pub reason: String,
    /// The reason as a clause.
    pub message: String,
}

/// What one stage cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// The stage.
    pub stage: String,
    /// Processor seconds of the whole process.
    pub cpu_seconds: f64,
    /// Seconds on the clock.
    pub wall_seconds: f64,
}

/// What `check` reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// What the delivery is.
    pub about: AboutDelivery,
    /// Records after the header, by kind.
    pub received: BTreeMap<Kind, u64>,
    /// Records that the scope of the settings leaves out, by kind and rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub left_out: LeftOut,
    /// What was noticed.
    pub findings: Vec<FindingReport>,
}

/// Records that rules leave out, by kind and rule.
pub type LeftOut = BTreeMap<Kind, BTreeMap<String, u64>>;

/// What the scope of some settings would make of the last delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeReport {
    /// The district.
    pub district: String,
    /// The delivery.
    pub delivery: i64,
    /// Records that these settings leave out.
    pub left_out: LeftOut,
    /// Those of them that the district's settings take.
    pub newly_left_out: LeftOut,
    /// Records that the district's settings leave out, by the rule that does, and these take.
    pub newly_taken: LeftOut,
    /// Records that both take and that would belong to another school, as `scope.mapping` says.
    #[serde(default)]
    pub moved: BTreeMap<Kind, u64>,
    /// The first schools and classes of the roster that would be left out.
    pub named: Vec<String>,
}

/// The answer to `why`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhyReport {
    /// The user row that it is about; `None` where the roster has and had none.
    #[serde(skip)]
    pub subject: Option<SubjectId>,
    /// The first obstacle, or `member`.
    pub cause: String,
    /// All that stands in the way, in order.
    pub obstacles: Vec<String>,
    /// What else is true of the record today.
    pub also: Vec<String>,
    /// The answer as a sentence for the chosen reader.
    pub sentence: String,
    /// What each step decided, in order.
    pub steps: Vec<WhyStep>,
    /// Near matches, where nobody has this name or number.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub nearest: Vec<Candidate>,
}

/// What one step decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyStep {
    /// `received`, `checked`, `in scope`, `matched`, `approved` or `in the roster`.
    pub step: String,
    /// What it decided, as a sentence.
    pub sentence: String,
}

/// A person or class that a question may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The sourcedId.
    pub sourced_id: String,
    /// The name or title.
    pub name: String,
    /// The school's name.
    pub school: String,
    /// Grades, for a student.
    pub grades: String,
    /// The role, for a person.
    pub role: String,
}
