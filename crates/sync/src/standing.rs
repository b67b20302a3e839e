//! How a district is: its last good sync, what waits for a person, and how its schools are.

use std::collections::BTreeMap;

use firstbell_roster::model::columns::org;
use firstbell_roster::model::school_counts::SchoolCounts;
use firstbell_roster::model::{DateTime, Kind, OperationNumber, SubjectId};
use firstbell_store::{District, LogPage, Operation, Order, Run, RunStatus};

use crate::hub::{Hub, HubError};
use crate::log::counts;
use crate::overview::newest_good;
use crate::report::{GuardReason, RunReport};

/// How many runs are looked back through for the last good one.
const RUNS: i64 = 50;

/// How a district is.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The newest sync that went through and stands, whether it changed something or nothing.
    pub last_good: Option<PastSync>,
    /// The newest sync or plan, whatever came of it.
    pub newest: Option<PastSync>,
    /// The plan that waits for a person.
    pub hold: Option<Hold>,
    /// Why its source stands still, where it does.
    pub paused: Option<String>,
    /// The schools of the roster, by name.
    pub schools: Vec<SchoolStanding>,
    /// What belongs to no school.
    pub elsewhere: SchoolCounts,
    /// How it was after the newest operations, the oldest first.
    pub trend: Vec<TrendPoint>,
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSync {
    /// How.
    pub status: RunStatus,
    /// When.
    pub at: DateTime,
    /// The delivery.
    pub delivery: Option<i64>,
    /// The operation that it made.
    pub operation: Option<i64>,
}

/// A plan that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// Its number.
    pub plan: i64,
    /// When it was made.
    pub at: DateTime,
    /// Rows of the roster that it would change.
    pub changes: u64,
    /// Why it waits.
    pub reasons: Vec<GuardReason>,
}

/// How a school is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolStanding {
    /// The school.
    pub id: SubjectId,
    /// Its name.
    pub name: String,
    /// What it has.
    pub counts: SchoolCounts,
}

/// How a district was after an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    /// The operation.
    pub operation: OperationNumber,
    /// When.
    pub at: DateTime,
    /// The students of all schools; `None` where they were not counted.
    pub students: Option<u64>,
    /// The classes; the same.
    pub classes: Option<u64>,
    /// Rows of the roster that it changed.
    pub changes: u64,
}

/// How many operations a trend has at most.
const TREND: i64 = 60;

impl Hub {
    /// How a district is.
    pub async fn standing(&self, district: &District) -> Result<Standing, HubError> {
        let runs = self.store.runs(district.id, None, RUNS).await?;
        let mut counts = self.school_counts(district).await?;
        let schools = self.schools(district).await?.into_iter().map(|(id, name)| {
            let counts = counts.remove(&id).unwrap_or_default();
            SchoolStanding { id, name, counts }
        });
        let schools = schools.collect();
        let log = LogPage { order: Order::NewestFirst, after: None, limit: TREND };
        let log = self.store.log(district.id, log).await?;
        Ok(Standing {
            last_good: newest_good(&runs, &log).and_then(past),
            newest: runs.iter().find_map(past),
            hold: self.hold(district).await?,
            paused: self.paused(district).await?,
            schools,
            elsewhere: sum(counts.values()),
            trend: self.trend(district, &log).await?,
        })
    }

    /// The schools of a district's roster, by name; an org that others name and no record tells of
    /// counts as one.
    pub async fn schools(&self, district: &District) -> Result<Vec<(SubjectId, String)>, HubError> {
        let mut schools = Vec::new();
        self.store
            .stream_present(district.id, Kind::Org, None, |version| {
                let row = &version.row;
                if row.text(org::TYPE) == "school" || row.implied {
                    schools.push((row.id, crate::log::name(row)));
                }
            })
            .await?;
        schools.sort_by(|(id, name), (other, other_name)| (name, id).cmp(&(other_name, other)));
        Ok(schools)
    }

    async fn hold(&self, district: &District) -> Result<Option<Hold>, HubError> {
        let Some(plan) = self.store.newest_hold(district.id).await? else { return Ok(None) };
        let report: RunReport = serde_json::from_value(plan.summary)?;
        Ok(Some(Hold {
            plan: plan.number.0,
            at: plan.created_at,
            changes: report.changes,
            reasons: report.guard.reasons,
        }))
    }

    async fn trend(
        &self,
        district: &District,
        operations: &[Operation],
    ) -> Result<Vec<TrendPoint>, HubError> {
        let numbers: Vec<_> = operations.iter().map(|one| one.number).collect();
        let schools = self.store.school_counts(district.id, &numbers).await?;
        let point = |made: &Operation| {
            let all: Option<&BTreeMap<_, _>> = schools.get(&made.number);
            let all = all.map(|all| sum(all.values()));
            TrendPoint {
                operation: made.number,
                at: made.at,
                students: all.map(|all| all.students),
                classes: all.map(|all| all.classes),
                changes: self::counts(made).changes.values().sum(),
            }
        };
        Ok(operations.iter().rev().map(point).collect())
    }
}

fn past(run: &Run) -> Option<PastSync> {
    Some(PastSync {
        status: run.status,
        at: run.finished_at?,
        delivery: run.delivery.map(|delivery| delivery.0),
        operation: run.operation.map(|operation| operation.0),
    })
}

/// What several have together.
fn sum<'a>(all: impl Iterator<Item = &'a SchoolCounts>) -> SchoolCounts {
    all.fold(SchoolCounts::default(), |sum, one| SchoolCounts {
        students: sum.students + one.students,
        staff: sum.staff + one.staff,
        classes: sum.classes + one.classes,
        places: sum.places + one.places,
        students_without_class: sum.students_without_class + one.students_without_class,
        classes_without_teacher: sum.classes_without_teacher + one.classes_without_teacher,
    })
}
