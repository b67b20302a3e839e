//! A district's settings as text, every version of them.

use firstbell_roster::model::{DateTime, DistrictId};

use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

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
