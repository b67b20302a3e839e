//! The one way in which a district's roster changes: a plan becomes an operation, all of it or
//! nothing, in one transaction.

mod batch;
mod draft;
mod encode;
mod writer;

use std::collections::BTreeMap;

use firstbell_roster::model::{
    DateTime, DistrictId, Kind, OperationNumber, Row, SourceId, SubjectId,
};
use firstbell_roster::plan::Reason;
use serde_json::Value;

use crate::chain::entry_hash;
use crate::crash::crash_point;
use crate::db::Session;
use crate::error::DatabaseError;
use crate::lease::{self, Lease};
use crate::operation::{self, Operation, OperationKind, RowRange};
use crate::plan::{self, PlanNumber, PlanStatus};
use crate::run::{self, FinishedRun, RunNumber};
use crate::source::set_paused;
use crate::store::Store;
use writer::Writer;

/// One change of one row of fact. A subject is written at most once in an operation.
///
/// Ids below zero, of the row, its person and its references, are drafts: -1 is the first subject
/// of its kind that the operation creates. Boundaries stand for the operation itself unless
/// `stands_for` names another, as an undo does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The subject has no present row, and gets one.
    Begin {
        /// What holds from now on.
        row: Row,
        /// The source that says so.
        source: SourceId,
        /// Why.
        reason: Reason,
        /// The operation that the boundary stands for.
        stands_for: Option<OperationNumber>,
        /// Hashes by which its identifiers are found; users only.
        search: Vec<i64>,
    },
    /// The present row ends and another takes its place.
    Replace {
        /// What holds from now on.
        row: Row,
        /// The source that says so.
        source: SourceId,
        /// Why.
        reason: Reason,
        /// The operation that the boundary stands for.
        stands_for: Option<OperationNumber>,
        /// Hashes by which its identifiers are found; users only.
        search: Vec<i64>,
    },
    /// The present row ends.
    End {
        /// The kind of the subject.
        kind: Kind,
        /// The subject.
        id: SubjectId,
        /// Why.
        reason: Reason,
        /// The operation that the boundary stands for.
        stands_for: Option<OperationNumber>,
    },
}

/// What is known of an operation before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// What makes it.
    pub kind: OperationKind,
    /// The newest operation when the plan was made.
    pub base: OperationNumber,
    /// The source whose rows it writes.
    pub source: Option<SourceId>,
    /// The signed-in or operating-system user.
    pub actor_identity: String,
    /// The name given, where one was.
    pub by: Option<String>,
    /// When it is made.
    pub at: DateTime,
    /// The run that it comes from, and how that ends with it.
    pub run: Option<(RunNumber, FinishedRun)>,
    /// The plan that it applies, and what becomes of that: `Applied`, or `Held` for a rest.
    pub plan: Option<(PlanNumber, PlanStatus)>,
    /// The operation that it takes back.
    pub undoes: Option<OperationNumber>,
    /// A person's note.
    pub note: Option<String>,
    /// Its changes as counts.
    pub counts: Value,
    /// The digest over the lines that it applies.
    pub plan_digest: Option<String>,
    /// A source that stands still from now on, with a note why; without a note, one that goes on.
    pub pause: Option<(SourceId, Option<String>)>,
}

/// An operation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub operation: OperationNumber,
    /// The id that the draft -1 of each kind became; draft -n became this plus n - 1.
    pub first_ids: BTreeMap<Kind, SubjectId>,
    /// The rows that it wrote.
    pub rows: BTreeMap<Kind, RowRange>,
}

/// A plan that was not applied. The roster is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The roster moved on since the plan was made.
    #[error("the plan was made after operation `{base}`, but the newest is `{now}`")]
    Stale {
        /// The newest operation when the plan was made.
        base: OperationNumber,
        /// The newest operation.
        now: OperationNumber,
    },
    /// Another process has taken over the district.
    #[error("another process has taken over the district (epoch `{epoch}` is past)")]
    LeaseLost {
        /// The epoch of the lease that was lost.
        epoch: i64,
    },
    /// A change does not fit the rows that are there.
    #[error("the table `{table}` {what} `{id}`")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The subject.
        id: SubjectId,
        /// What is wrong about it.
        what: &'static str,
    },
    /// A value cannot be kept.
    #[error("the table `{table}` cannot keep the character NUL in `{column}` of `{id}`")]
    Unstorable {
        /// The table.
        table: &'static str,
        /// The subject, a draft below zero.
        id: SubjectId,
        /// The column.
        column: String,
    },
    /// A row has another number of values than its kind has columns.
    #[error("the row `{id}` of the table `{table}` has `{values}` values")]
    Shape {
        /// The table.
        table: &'static str,
        /// The subject, a draft below zero.
        id: SubjectId,
        /// How many values it has.
        values: usize,
    },
    /// The changes could not be read to their end.
    #[error("the changes could not be read to their end: {0}")]
    Writes(Box<dyn std::error::Error + Send + Sync>),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Store {
    /// Makes an operation of these changes, if nothing has changed since `new.base` and the lease
    /// is still the newest. The changes are read in batches and never held in memory together.
    pub async fn apply<E>(
        &self,
        lease: &Lease,
        new: NewOperation,
        writes: impl Iterator<Item = Result<Write, E>>,
    ) -> Result<Applied, ApplyError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let district = lease.district;
        let mut session = self.db(district).await?.write().await?;
        let prev_hash = check(&mut session, lease, new.base).await?;
        let number = OperationNumber(new.base.0 + 1);
        let mut batches = Writer::new(&mut session, district, number).await?;
        for write in writes {
            let write = write.map_err(|error| ApplyError::Writes(error.into()))?;
            batches.add(&mut session, write).await?;
        }
        let applied = batches.finish(&mut session).await?;
        record(&mut session, district, new, &applied, prev_hash).await?;
        crash_point("before_commit");
        session.commit().await?;
        crash_point("after_commit");
        if applied.rows.contains_key(&Kind::Org) {
            self.refresh_schools(district, number).await?;
        }
        Ok(applied)
    }
}

/// Checks lease and base, and gives the hash of the newest entry of the log.
async fn check(
    session: &mut Session,
    lease: &Lease,
    base: OperationNumber,
) -> Result<String, ApplyError> {
    if !lease::holds(session, lease).await? {
        return Err(ApplyError::LeaseLost { epoch: lease.epoch });
    }
    let (now, hash) = operation::head(session, lease.district).await?;
    if now != base {
        return Err(ApplyError::Stale { base, now });
    }
    Ok(hash)
}

/// Writes the entry of the log and what follows from it for run, plan and source.
async fn record(
    session: &mut Session,
    district: DistrictId,
    new: NewOperation,
    applied: &Applied,
    prev_hash: String,
) -> Result<(), DatabaseError> {
    let number = applied.operation;
    if let Some((run, finished)) = &new.run {
        run::finish(session, district, *run, finished, Some(number)).await?;
    }
    if let Some((plan, status)) = new.plan {
        plan::settle(session, district, plan, status, Some(number)).await?;
        if let (OperationKind::Sync, Some(source)) = (new.kind, new.source) {
            plan::supersede(session, district, source, plan).await?;
        }
    }
    if let Some((source, note)) = &new.pause {
        let paused = note.as_deref().map(|note| (new.at, note));
        set_paused(session, district, *source, paused).await?;
    }
    let mut entry = Operation {
        number,
        kind: new.kind,
        source: new.source,
        actor_identity: new.actor_identity,
        by: new.by,
        at: new.at,
        run: new.run.map(|(run, _)| run),
        plan: new.plan.map(|(plan, _)| plan),
        undoes: new.undoes,
        undone_by: None,
        note: new.note,
        counts: new.counts,
        plan_digest: new.plan_digest,
        rows: applied.rows.clone(),
        prev_hash,
        hash: String::new(),
    };
    entry.hash = entry_hash(district, &entry);
    operation::append(session, district, &entry).await
}
