//! The user rows of a source whose sourcedIds look reused, from one delivery to the next.

use std::collections::BTreeSet;

use firstbell_roster::model::{DistrictId, SourceId, SubjectId};

use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

impl Store {
    /// The users in doubt.
    pub async fn doubted_users(
        &self,
        district: DistrictId,
        source: SourceId,
    ) -> Result<BTreeSet<SubjectId>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let users = session
            .all(
                "SELECT user_id FROM doubted_user WHERE district = $1 AND source = $2",
                params![district, source.0],
                |row| Ok(SubjectId(row.int(0)?)),
            )
            .await?;
        Ok(users.into_iter().collect())
    }

    /// Puts these users in doubt, and no others.
    pub async fn save_doubted_users(
        &self,
        district: DistrictId,
        source: SourceId,
        users: &BTreeSet<SubjectId>,
    ) -> Result<(), DatabaseError> {
        let ids: Vec<_> = users.iter().map(|user| user.0).collect();
        let mut session = self.db(district).await?.write().await?;
        session
            .execute(
                "DELETE FROM doubted_user WHERE district = $1 AND source = $2",
                params![district, source.0],
            )
            .await?;
        session
            .execute(
                "INSERT INTO doubted_user (district, source, user_id) \
                 SELECT $1, $2, CAST(w.value AS BIGINT) FROM json_each($3) AS w",
                params![district, source.0, serde_json::json!(ids).to_string()],
            )
            .await?;
        session.commit().await
    }
}
