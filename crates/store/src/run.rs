//! Runs: each time the steps were started, and how that ended.

use std::collections::BTreeMap;

use firstbell_roster::model::{Date, DateTime, DistrictId, OperationNumber, SourceId};
use serde_json::Value;

use crate::counter;
use crate::db::{Record, Session, params};
use crate::delivery::DeliveryNumber;
use crate::error::DatabaseError;
use crate::lease::Lease;
use crate::source::set_paused;
use crate::store::Store;
use crate::word::{number, words};

number! {
    /// The number of a run in its district.
    RunNumber
}

words! {
    /// How a run ended, or that it has not.
    RunStatus {
        /// It is at work.
        Running = "running",
        /// Its process ended before it did.
        Interrupted = "interrupted",
        /// It made a plan and was not asked for more.
        Planned = "planned",
        /// Its plan waits for a person.
        Held = "held",
        /// Its plan was applied.
        Applied = "applied",
        /// It was asked to apply its plan, and there was nothing to apply.
        Unchanged = "unchanged",
        /// The delivery was refused before anything was kept.
        Refused = "refused",
        /// It could not go on.
        Failed = "failed",
    }
}

/// What is known when a run starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The source that it reads.
    pub source: SourceId,
    /// When it started.
    pub started_at: DateTime,
    /// The delivery, where its number is known already.
    pub delivery: Option<DeliveryNumber>,
    /// The version of the settings.
    pub settings_version: Option<i64>,
    /// The date that the decisions are made for.
    pub as_of: Option<Date>,
}

/// What is known when a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedRun {
    /// How it ended.
    pub status: RunStatus,
    /// When it ended.
    pub finished_at: DateTime,
    /// The delivery, where it was kept.
    pub delivery: Option<DeliveryNumber>,
    /// Its outcomes as counts.
    pub summary: Value,
    /// A source that goes on now, where it was paused.
    pub resumes: Option<SourceId>,
}

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub number: RunNumber,
    /// The source that it reads.
    pub source: SourceId,
    /// How it ended, or that it has not.
    pub status: RunStatus,
    /// When it started.
    pub started_at: DateTime,
    /// When it ended.
    pub finished_at: Option<DateTime>,
    /// The delivery.
    pub delivery: Option<DeliveryNumber>,
    /// The version of the settings.
    pub settings_version: Option<i64>,
    /// The date that the decisions were made for.
    pub as_of: Option<Date>,
    /// The operation that it made.
    pub operation: Option<OperationNumber>,
    /// Its outcomes as counts; null until it ended.
    pub summary: Value,
}

impl Store {
    /// Starts a run under a lease.
    pub async fn create_run(
        &self,
        district: DistrictId,
        lease: &Lease,
        new: NewRun,
    ) -> Result<RunNumber, DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let number = counter::draw(&mut session, district, "run").await?;
        session
            .execute(
                "INSERT INTO run (district, number, source, epoch, status, started_at, delivery, \
                 settings_version, as_of) VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $8)",
                params![
                    district,
                    number,
                    new.source.0,
                    lease.epoch,
                    new.started_at,
                    new.delivery.map(|delivery| delivery.0),
                    new.settings_version,
                    new.as_of.map(|date| date.to_string()),
                ],
            )
            .await?;
        session.commit().await?;
        Ok(RunNumber(number))
    }

    /// Says how a run ended; a run that was applied keeps its status and gets its summary.
    pub async fn finish_run(
        &self,
        district: DistrictId,
        run: RunNumber,
        finished: FinishedRun,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        finish(&mut session, district, run, &finished, None).await?;
        session.commit().await
    }

    /// A run.
    pub async fn run(
        &self,
        district: DistrictId,
        run: RunNumber,
    ) -> Result<Option<Run>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .one(
                "SELECT number, source, status, started_at, finished_at, delivery, \
                 settings_version, as_of, operation, summary FROM run \
                 WHERE district = $1 AND number = $2",
                params![district, run],
                read,
            )
            .await
    }

    /// The newest runs, newest first, those before `before` where it is given.
    pub async fn runs(
        &self,
        district: DistrictId,
        before: Option<RunNumber>,
        limit: i64,
    ) -> Result<Vec<Run>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT number, source, status, started_at, finished_at, delivery, \
                 settings_version, as_of, operation, summary FROM run \
                 WHERE district = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
                params![district, before.map_or(i64::MAX, |run| run.0), limit],
                read,
            )
            .await
    }

    /// The runs of a delivery, newest first.
    pub async fn runs_of_delivery(
        &self,
        district: DistrictId,
        delivery: DeliveryNumber,
    ) -> Result<Vec<Run>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT number, source, status, started_at, finished_at, delivery, \
                 settings_version, as_of, operation, summary FROM run \
                 WHERE district = $1 AND delivery = $2 ORDER BY number DESC",
                params![district, delivery],
                read,
            )
            .await
    }

    /// How the newest run of each delivery ended, from one number to another, and the operation that
    /// it made.
    pub async fn ends_of_deliveries(
        &self,
        district: DistrictId,
        first: DeliveryNumber,
        last: DeliveryNumber,
    ) -> Result<BTreeMap<DeliveryNumber, (RunStatus, Option<OperationNumber>)>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let ends = session
            .all(
                "SELECT delivery, status, operation FROM run \
                 WHERE district = $1 AND delivery BETWEEN $2 AND $3 ORDER BY number",
                params![district, first, last],
                |row| {
                    let status = RunStatus::from_word(&row.text("status")?)
                        .ok_or(DatabaseError::unreadable("run", "status"))?;
                    let made = row.maybe_int("operation")?.map(OperationNumber);
                    Ok((DeliveryNumber(row.int("delivery")?), (status, made)))
                },
            )
            .await?;
        Ok(ends.into_iter().collect())
    }
}

/// Says how a run ended, and which operation it made.
pub(crate) async fn finish(
    session: &mut Session,
    district: DistrictId,
    run: RunNumber,
    finished: &FinishedRun,
    operation: Option<OperationNumber>,
) -> Result<(), DatabaseError> {
    let changed = session
        .execute(
            "UPDATE run SET status = CASE WHEN operation IS NULL THEN $3 ELSE status END, \
             finished_at = $4, delivery = COALESCE($5, delivery), summary = $6, \
             operation = COALESCE($7, operation) WHERE district = $1 AND number = $2",
            params![
                district,
                run,
                finished.status.word(),
                finished.finished_at,
                finished.delivery.map(|delivery| delivery.0),
                finished.summary.to_string(),
                operation.map(|operation| operation.0),
            ],
        )
        .await?;
    if changed != 1 {
        return Err(DatabaseError::Missing { table: "run", row: run.0 });
    }
    match finished.resumes {
        Some(source) => set_paused(session, district, source, None).await,
        None => Ok(()),
    }
}

/// Closes the runs of leases before this epoch that never said how they ended.
pub(crate) async fn interrupt(
    session: &mut Session,
    district: DistrictId,
    epoch: i64,
    now: DateTime,
) -> Result<u64, DatabaseError> {
    session
        .execute(
            "UPDATE run SET status = 'interrupted', finished_at = $3 \
             WHERE district = $1 AND status = 'running' AND epoch < $2",
            params![district, epoch, now],
        )
        .await
}

fn read(row: &Record) -> Result<Run, DatabaseError> {
    Ok(Run {
        number: RunNumber(row.int("number")?),
        source: SourceId(row.int("source")?),
        status: RunStatus::from_word(&row.text("status")?)
            .ok_or(DatabaseError::unreadable("run", "status"))?,
        started_at: DateTime(row.int("started_at")?),
        finished_at: row.maybe_int("finished_at")?.map(DateTime),
        delivery: row.maybe_int("delivery")?.map(DeliveryNumber),
        settings_version: row.maybe_int("settings_version")?,
        as_of: row.maybe_text("as_of")?.as_deref().and_then(Date::parse),
        operation: row.maybe_int("operation")?.map(OperationNumber),
        summary: row
            .maybe_text("summary")?
            .map_or(Ok(Value::Null), |text| serde_json::from_str(&text))
            .map_err(|_| DatabaseError::unreadable("run", "summary"))?,
    })
}
