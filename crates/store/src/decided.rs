//! Runs that decided on a delivery, with what questions about people need of them.

use firstbell_roster::model::{DateTime, DistrictId, OperationNumber, SourceId};
use serde_json::Value;

use crate::db::{Record, params};
use crate::delivery::DeliveryNumber;
use crate::error::DatabaseError;
use crate::plan::{PlanNumber, PlanStatus};
use crate::run::RunNumber;
use crate::store::Store;

/// A run that decided on a delivery: its report and that of its plan stay unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedRun {
    /// Its number.
    pub number: RunNumber,
    /// The operation that it made.
    pub operation: Option<OperationNumber>,
    /// The plan that it made: its number, what became of it, and the operation it is based on.
    pub plan: Option<(PlanNumber, PlanStatus, OperationNumber)>,
    /// The delivery.
    pub delivery: DeliveryNumber,
    /// When the delivery was received.
    pub received_at: DateTime,
    /// The version of the delivery's binding.
    pub version: String,
    /// The delivery's files and their records as counts.
    pub files: Value,
    /// Whether every file was whole.
    pub complete: bool,
    /// When the delivery's files were removed.
    pub expired_at: Option<DateTime>,
}

impl Store {
    /// The newest runs of a source that applied, planned or held a delivery, or found nothing to
    /// change in it, newest first; those before `before` where it is given.
    pub async fn decided_runs(
        &self,
        district: DistrictId,
        source: SourceId,
        before: Option<RunNumber>,
        limit: i64,
    ) -> Result<Vec<DecidedRun>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT run.number AS number, run.operation AS operation, \
                 plan.number AS plan, plan.status AS plan_status, plan.base_operation AS base, \
                 delivery.number AS delivery, delivery.received_at AS received_at, \
                 delivery.version AS version, delivery.files AS files, \
                 delivery.complete AS complete, delivery.expired_at AS expired_at \
                 FROM run \
                 JOIN delivery ON delivery.district = run.district \
                 AND delivery.number = run.delivery \
                 LEFT JOIN plan ON plan.district = run.district AND plan.run = run.number \
                 WHERE run.district = $1 AND run.source = $2 AND run.number < $3 \
                 AND run.status IN ('applied', 'planned', 'held', 'unchanged') \
                 ORDER BY run.number DESC, plan.number DESC LIMIT $4",
                params![district, source.0, before.map_or(i64::MAX, |run| run.0), limit],
                read,
            )
            .await
    }
}

fn read(row: &Record) -> Result<DecidedRun, DatabaseError> {
    let status = row.maybe_text("plan_status")?;
    let status = status.as_deref().and_then(PlanStatus::from_word);
    let plan = row.maybe_int("plan")?.zip(status).zip(row.maybe_int("base")?);
    Ok(DecidedRun {
        number: RunNumber(row.int("number")?),
        operation: row.maybe_int("operation")?.map(OperationNumber),
        plan: plan.map(|((plan, status), base)| (PlanNumber(plan), status, OperationNumber(base))),
        delivery: DeliveryNumber(row.int("delivery")?),
        received_at: DateTime(row.int("received_at")?),
        version: row.text("version")?,
        files: serde_json::from_str(&row.text("files")?)
            .map_err(|_| DatabaseError::unreadable("delivery", "files"))?,
        complete: row.int("complete")? != 0,
        expired_at: row.maybe_int("expired_at")?.map(DateTime),
    })
}
