//! Finding people and classes by what their rows say.

use firstbell_roster::model::{DistrictId, PersonId, SubjectId};

use super::read::{CHUNK, list};
use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

/// What a search by name compares of a present user row. Absent values are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName {
    /// The user row.
    pub id: SubjectId,
    /// The human.
    pub person: PersonId,
    /// The given name.
    pub given: String,
    /// The family name.
    pub family: String,
    /// The preferred given name.
    pub preferred_given: String,
    /// The preferred family name.
    pub preferred_family: String,
    /// The user name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The person's own school, where the row names one.
    pub school: Option<SubjectId>,
}

impl Store {
    /// The user rows that an identifier with one of these hashes may belong to; each is to be
    /// verified by its text, and may be a past row.
    pub async fn by_identifier_hashes(
        &self,
        district: DistrictId,
        hashes: &[i64],
    ) -> Result<Vec<(i64, SubjectId)>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut found = Vec::new();
        for hashes in hashes.chunks(CHUNK) {
            let hits = session
                .all(
                    "SELECT t.hash, t.user_id FROM json_each($2) AS w CROSS JOIN identifier AS t \
                     WHERE t.district = $1 AND t.hash = CAST(w.value AS BIGINT) \
                     ORDER BY t.hash, t.user_id",
                    params![district, list(hashes)],
                    |row| Ok((row.int(0)?, SubjectId(row.int(1)?))),
                )
                .await?;
            found.extend(hits);
        }
        Ok(found)
    }

    /// Hands over the names of all present user rows, by id.
    pub async fn stream_users(
        &self,
        district: DistrictId,
        mut take: impl FnMut(UserName),
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .each(
                "SELECT id, person, given_name, family_name, preferred_given_name, \
                 preferred_family_name, username, email, primary_org_id FROM user_row \
                 WHERE district = $1 AND until_op IS NULL ORDER BY id",
                params![district],
                |row| {
                    let text = |at: usize| row.maybe_text(at).map(Option::unwrap_or_default);
                    take(UserName {
                        id: SubjectId(row.int(0)?),
                        person: PersonId(row.int(1)?),
                        given: text(2)?,
                        family: text(3)?,
                        preferred_given: text(4)?,
                        preferred_family: text(5)?,
                        username: text(6)?,
                        email: text(7)?,
                        school: row.maybe_int(8)?.map(SubjectId),
                    });
                    Ok(())
                },
            )
            .await
    }

    /// Hands over id, title and class code of all present classes, by id.
    pub async fn stream_class_titles(
        &self,
        district: DistrictId,
        mut take: impl FnMut(SubjectId, String, String),
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .each(
                "SELECT id, title, class_code FROM class \
                 WHERE district = $1 AND until_op IS NULL ORDER BY id",
                params![district],
                |row| {
                    let text = |at: usize| row.maybe_text(at).map(Option::unwrap_or_default);
                    take(SubjectId(row.int(0)?), text(1)?, text(2)?);
                    Ok(())
                },
            )
            .await
    }
}
