//! When a district lets a vendor's support see its people.

use firstbell_roster::model::{DateTime, DistrictId};

use super::Access;
use crate::db::{Record, params};
use crate::error::DatabaseError;

/// A time for which a district lets support in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportGrant {
    /// Its number, which grows from grant to grant.
    pub number: i64,
    /// From when.
    pub from: DateTime,
    /// Until when, exclusive.
    pub until: DateTime,
    /// The login of whoever granted it.
    pub made_by: String,
    /// What for.
    pub reason: String,
}

impl Access {
    /// Lets support into a district for a time.
    pub async fn grant_support(
        &self,
        district: DistrictId,
        (from, until): (DateTime, DateTime),
        made_by: &str,
        reason: &str,
    ) -> Result<(), DatabaseError> {
        let mut session = self.0.write().await?;
        session
            .execute(
                "INSERT INTO support_grant (district, from_at, until_at, made_by, reason) \
                 VALUES ($1, $2, $3, $4, $5)",
                params![district, from, until, made_by, reason],
            )
            .await?;
        session.commit().await
    }

    /// Ends the grants of a district that are not over; returns how many those were.
    pub async fn end_support(
        &self,
        district: DistrictId,
        now: DateTime,
    ) -> Result<u64, DatabaseError> {
        let mut session = self.0.write().await?;
        let ended = session
            .execute(
                "UPDATE support_grant SET until_at = $2 WHERE district = $1 AND until_at > $2",
                params![district, now],
            )
            .await?;
        session.commit().await?;
        Ok(ended)
    }

    /// The grants of a district, newest first.
    pub async fn support_grants(
        &self,
        district: DistrictId,
    ) -> Result<Vec<SupportGrant>, DatabaseError> {
        let mut session = self.0.read().await?;
        session
            .all(
                "SELECT number, from_at, until_at, made_by, reason FROM support_grant \
                 WHERE district = $1 ORDER BY number DESC",
                params![district],
                read,
            )
            .await
    }
}

fn read(row: &Record) -> Result<SupportGrant, DatabaseError> {
    Ok(SupportGrant {
        number: row.int("number")?,
        from: DateTime(row.int("from_at")?),
        until: DateTime(row.int("until_at")?),
        made_by: row.text("made_by")?,
        reason: row.text("reason")?,
    })
}
