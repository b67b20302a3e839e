//! Plans: what binds them, what they come to, and what became of them. Their lines are in a
//! sealed file.

use firstbell_roster::model::{Date, DateTime, DistrictId, OperationNumber, SourceId};
use serde_json::Value;

use crate::counter;
use crate::db::{Record, Session, params};
use crate::delivery::DeliveryNumber;
use crate::error::DatabaseError;
use crate::run::RunNumber;
use crate::store::Store;
use crate::word::{number, words};

number! {
    /// The number of a plan in its district.
    PlanNumber
}

words! {
    /// What became of a plan.
    PlanStatus {
        /// It may be applied.
        Open = "open",
        /// It waits for a person.
        Held = "held",
        /// It was applied.
        Applied = "applied",
        /// A newer delivery of its source took its place.
        Superseded = "superseded",
        /// A person dropped it.
        Dropped = "dropped",
        /// The roster moved on, and it would be another plan now.
        Stale = "stale",
    }
}

/// A plan as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// Its number, drawn before its file was written.
    pub number: PlanNumber,
    /// The run that made it.
    pub run: Option<RunNumber>,
    /// The source whose rows it changes.
    pub source: SourceId,
    /// What became of it.
    pub status: PlanStatus,
    /// The operation after which the roster was as the plan found it.
    pub base: OperationNumber,
    /// The delivery that it is for.
    pub delivery: Option<DeliveryNumber>,
    /// The version of the settings.
    pub settings_version: i64,
    /// The date that the decisions were made for.
    pub as_of: Date,
    /// The version of the engine that made the decisions.
    pub engine_version: String,
    /// The digest over its lines in order.
    pub digest: String,
    /// Its lines as counts.
    pub summary: Value,
    /// What the guards say.
    pub verdict: Value,
    /// When it was made.
    pub created_at: DateTime,
    /// The operation that applied it; set by apply alone.
    pub operation: Option<OperationNumber>,
}

impl Store {
    /// Draws the number of a plan, so that its file can be written before its row.
    pub async fn draw_plan(&self, district: DistrictId) -> Result<PlanNumber, DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let number = counter::draw(&mut session, district, "plan").await?;
        session.commit().await?;
        Ok(PlanNumber(number))
    }

    /// Keeps a plan. Given `supersedes`, the open holds of its source give way to it at once.
    pub async fn save_plan(
        &self,
        district: DistrictId,
        plan: &StoredPlan,
        supersedes: bool,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        if supersedes {
            supersede(&mut session, district, plan.source, plan.number).await?;
        }
        insert(&mut session, district, plan).await?;
        session.commit().await
    }

    /// A plan.
    pub async fn plan(
        &self,
        district: DistrictId,
        plan: PlanNumber,
    ) -> Result<Option<StoredPlan>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .one(
                "SELECT number, run, source, status, base_operation, delivery, settings_version, \
                 as_of, engine_version, digest, summary, verdict, created_at, operation \
                 FROM plan WHERE district = $1 AND number = $2",
                params![district, plan],
                read,
            )
            .await
    }

    /// The newest plans, newest first, those before `before` and of a status where given.
    pub async fn plans(
        &self,
        district: DistrictId,
        status: Option<PlanStatus>,
        before: Option<PlanNumber>,
        limit: i64,
    ) -> Result<Vec<StoredPlan>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT number, run, source, status, base_operation, delivery, settings_version, \
                 as_of, engine_version, digest, summary, verdict, created_at, operation \
                 FROM plan WHERE district = $1 AND number < $2 AND ($3 IS NULL OR status = $3) \
                 ORDER BY number DESC LIMIT $4",
                params![
                    district,
                    before.map_or(i64::MAX, |plan| plan.0),
                    status.map(PlanStatus::word),
                    limit
                ],
                read,
            )
            .await
    }

    /// The newest plan that waits for a person.
    pub async fn newest_hold(
        &self,
        district: DistrictId,
    ) -> Result<Option<StoredPlan>, DatabaseError> {
        let held = Some(PlanStatus::Held);
        Ok(self.plans(district, held, None, 1).await?.pop())
    }

    /// Says what became of a plan.
    pub async fn set_plan_status(
        &self,
        district: DistrictId,
        plan: PlanNumber,
        status: PlanStatus,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        settle(&mut session, district, plan, status, None).await?;
        session.commit().await
    }
}

/// Lets the plans of a source that were made before one, and neither applied nor dropped, give way
/// to it.
pub(crate) async fn supersede(
    session: &mut Session,
    district: DistrictId,
    source: SourceId,
    plan: PlanNumber,
) -> Result<(), DatabaseError> {
    session
        .execute(
            "UPDATE plan SET status = 'superseded' WHERE district = $1 \
             AND status IN ('open', 'held') AND source = $2 AND number < $3",
            params![district, source.0, plan],
        )
        .await?;
    Ok(())
}

/// Says what became of a plan, and which operation applied it.
pub(crate) async fn settle(
    session: &mut Session,
    district: DistrictId,
    plan: PlanNumber,
    status: PlanStatus,
    operation: Option<OperationNumber>,
) -> Result<(), DatabaseError> {
    let changed = session
        .execute(
            "UPDATE plan SET status = $3, operation = COALESCE($4, operation) \
             WHERE district = $1 AND number = $2",
            params![district, plan, status.word(), operation.map(|operation| operation.0)],
        )
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(DatabaseError::Missing { table: "plan", row: plan.0 }),
    }
}

async fn insert(
    session: &mut Session,
    district: DistrictId,
    plan: &StoredPlan,
) -> Result<(), DatabaseError> {
    session
        .execute(
            "INSERT INTO plan (district, number, run, source, status, base_operation, delivery, \
             settings_version, as_of, engine_version, digest, summary, verdict, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            params![
                district,
                plan.number,
                plan.run.map(|run| run.0),
                plan.source.0,
                plan.status.word(),
                plan.base.0,
                plan.delivery.map(|delivery| delivery.0),
                plan.settings_version,
                plan.as_of.to_string(),
                plan.engine_version.as_str(),
                plan.digest.as_str(),
                plan.summary.to_string(),
                plan.verdict.to_string(),
                plan.created_at,
            ],
        )
        .await?;
    Ok(())
}

fn read(row: &Record) -> Result<StoredPlan, DatabaseError> {
    let unreadable = |column| DatabaseError::unreadable("plan", column);
    let json = |column: &'static str| {
        serde_json::from_str(&row.text(column)?).map_err(|_| unreadable(column))
    };
    Ok(StoredPlan {
        number: PlanNumber(row.int("number")?),
        run: row.maybe_int("run")?.map(RunNumber),
        source: SourceId(row.int("source")?),
        status: PlanStatus::from_word(&row.text("status")?).ok_or(unreadable("status"))?,
        base: OperationNumber(row.int("base_operation")?),
        delivery: row.maybe_int("delivery")?.map(DeliveryNumber),
        settings_version: row.int("settings_version")?,
        as_of: Date::parse(&row.text("as_of")?).ok_or(unreadable("as_of"))?,
        engine_version: row.text("engine_version")?,
        digest: row.text("digest")?,
        summary: json("summary")?,
        verdict: json("verdict")?,
        created_at: DateTime(row.int("created_at")?),
        operation: row.maybe_int("operation")?.map(OperationNumber),
    })
}
