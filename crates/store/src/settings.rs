//! A district's settings as text, every version of them.

use firstbell_roster::model::{DateTime, DistrictId};

use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::store::Store;

/// A version of a district's settings, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsVersion {
    /// Its number, counted from 1.
    pub version: i64,
    /// Who saved it.
    pub actor: String,
    /// When.
    pub saved_at: DateTime,
}

impl Store {
    /// The newest settings and their version; `None` until some were saved.
    pub async fn settings(
        &self,
        district: DistrictId,
    ) -> Result<Option<(i64, String)>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .one(
                "SELECT version, text FROM settings WHERE district = $1 \
                 ORDER BY version DESC LIMIT 1",
                params![district],
                |row| Ok((row.int("version")?, row.text("text")?)),
            )
            .await
    }

    /// The settings of one version.
    pub async fn settings_of_version(
        &self,
        district: DistrictId,
        version: i64,
    ) -> Result<Option<String>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .one(
                "SELECT text FROM settings WHERE district = $1 AND version = $2",
                params![district, version],
                |row| row.text("text"),
            )
            .await
    }

    /// The newest versions of a district's settings, newest first, those before `before` where given.
    pub async fn settings_versions(
        &self,
        district: DistrictId,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<SettingsVersion>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT version, actor, saved_at FROM settings \
                 WHERE district = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
                params![district, before.unwrap_or(i64::MAX), limit],
                read_version,
            )
            .await
    }

    /// Keeps settings as the next version after one; `None` where that is not the newest any more,
    /// or, for 0, where there are some.
    pub async fn save_settings_after(
        &self,
        district: DistrictId,
        version: i64,
        text: &str,
        actor: &str,
        at: DateTime,
    ) -> Result<Option<i64>, DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let saved = session
            .one(
                "INSERT INTO settings (district, version, text, actor, saved_at) \
                 SELECT $1, CAST($2 AS BIGINT) + 1, $3, $4, $5 WHERE CAST($2 AS BIGINT) = \
                 (SELECT COALESCE(MAX(version), 0) FROM settings WHERE district = $1) \
                 ON CONFLICT DO NOTHING RETURNING version",
                params![district, version, text, actor, at],
                |row| row.int("version"),
            )
            .await?;
        session.commit().await?;
        Ok(saved)
    }

    /// Keeps settings as the newest version, beside the older ones.
    pub async fn save_settings(
        &self,
        district: DistrictId,
        text: &str,
        actor: &str,
        at: DateTime,
    ) -> Result<i64, DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let version = session
            .one(
                "INSERT INTO settings (district, version, text, actor, saved_at) \
                 SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4 \
                 FROM settings WHERE district = $1 RETURNING version",
                params![district, text, actor, at],
                |row| row.int("version"),
            )
            .await?
            .ok_or(DatabaseError::NoDistrict(district))?;
        session.commit().await?;
        Ok(version)
    }
}

fn read_version(row: &Record) -> Result<SettingsVersion, DatabaseError> {
    Ok(SettingsVersion {
        version: row.int("version")?,
        actor: row.text("actor")?,
        saved_at: DateTime(row.int("saved_at")?),
    })
}
