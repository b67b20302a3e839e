//! What people decided about plans on hold, for exactly the lines that a digest stands for: to
//! approve them or, where the plan was dropped, to drop them.

use firstbell_roster::model::{DateTime, DistrictId};

use crate::counter;
use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::plan::PlanNumber;
use crate::store::Store;

/// A person's decision on the lines of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The plan that was shown.
    pub plan: PlanNumber,
    /// The signed-in or operating-system user.
    pub identity: String,
    /// The name given, where one was.
    pub by: Option<String>,
    /// The reason given, where one was.
    pub reason: Option<String>,
    /// When it was given.
    pub at: DateTime,
    /// Until when it covers the same lines.
    pub expires_at: Option<DateTime>,
    /// The digest over the approved lines.
    pub digest: String,
}

impl Store {
    /// Keeps an approval.
    pub async fn save_approval(
        &self,
        district: DistrictId,
        approval: &Approval,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let number = counter::draw(&mut session, district, "approval").await?;
        session
            .execute(
                "INSERT INTO approval (district, number, plan, identity, by_name, reason, \
                 approved_at, expires_at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    district,
                    number,
                    approval.plan,
                    approval.identity.as_str(),
                    approval.by.as_deref(),
                    approval.reason.as_deref(),
                    approval.at,
                    approval.expires_at.map(|at| at.0),
                    approval.digest.as_str(),
                ],
            )
            .await?;
        session.commit().await
    }

    /// The approvals of a plan, oldest first.
    pub async fn approvals(
        &self,
        district: DistrictId,
        plan: PlanNumber,
    ) -> Result<Vec<Approval>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT plan, identity, by_name, reason, approved_at, expires_at, digest \
                 FROM approval WHERE district = $1 AND plan = $2 ORDER BY number",
                params![district, plan],
                read,
            )
            .await
    }

    /// The approvals that still count at an instant, oldest first.
    pub async fn live_approvals(
        &self,
        district: DistrictId,
        now: DateTime,
    ) -> Result<Vec<Approval>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT plan, identity, by_name, reason, approved_at, expires_at, digest \
                 FROM approval WHERE district = $1 AND expires_at > $2 ORDER BY number",
                params![district, now],
                read,
            )
            .await
    }
}

fn read(row: &Record) -> Result<Approval, DatabaseError> {
    Ok(Approval {
        plan: PlanNumber(row.int("plan")?),
        identity: row.text("identity")?,
        by: row.maybe_text("by_name")?,
        reason: row.maybe_text("reason")?,
        at: DateTime(row.int("approved_at")?),
        expires_at: row.maybe_int("expires_at")?.map(DateTime),
        digest: row.text("digest")?,
    })
}
