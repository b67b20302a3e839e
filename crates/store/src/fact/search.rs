//! Finding people and classes by what their rows say.

use firstbell_roster::model::{DistrictId, OperationNumber, PersonId, SubjectId};

use super::read::{CHUNK, list};
use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

/// What a search by name compares of a version of a user row. Absent values are empty.
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
    /// The role, where the row names one.
    pub role: String,
    /// The person's own school, where the row names one.
    pub school: Option<SubjectId>,
    /// The orgs that the row names.
    pub orgs: Vec<SubjectId>,
    /// The typed identifiers, as sent.
    pub user_ids: String,
    /// The operation that ended the version; `None` while it is present.
    pub until: Option<OperationNumber>,
}

/// What a search by title compares of a version of a class. Absent values are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassName {
    /// The class.
    pub id: SubjectId,
    /// The title.
    pub title: String,
    /// The class code.
    pub code: String,
    /// The school.
    pub school: Option<SubjectId>,
    /// The operation that ended the version; `None` while it is present.
    pub until: Option<OperationNumber>,
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
        take: impl FnMut(UserName),
    ) -> Result<(), DatabaseError> {
        let sql = "SELECT id, person, given_name, family_name, preferred_given_name, \
                   preferred_family_name, role, primary_org_id, org_ids, until_op, user_ids FROM user_row \
                   WHERE district = $1 AND until_op IS NULL ORDER BY id";
        self.user_names(district, sql, take).await
    }

    /// Hands over those of the versions of user rows that have ended, by id and the newest first.
    pub async fn stream_past_users(
        &self,
        district: DistrictId,
        take: impl FnMut(UserName),
    ) -> Result<(), DatabaseError> {
        let sql = "SELECT id, person, given_name, family_name, preferred_given_name, \
                   preferred_family_name, role, primary_org_id, org_ids, until_op, user_ids FROM user_row \
                   WHERE district = $1 AND until_op IS NOT NULL ORDER BY id, row_id DESC";
        self.user_names(district, sql, take).await
    }

    async fn user_names(
        &self,
        district: DistrictId,
        sql: &'static str,
        mut take: impl FnMut(UserName),
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .each(sql, params![district], |row| {
                let text = |at: usize| row.maybe_text(at).map(Option::unwrap_or_default);
                let orgs = text(8)?;
                let id = |id: &str| id.parse().ok().map(SubjectId);
                take(UserName {
                    id: SubjectId(row.int(0)?),
                    person: PersonId(row.int(1)?),
                    given: text(2)?,
                    family: text(3)?,
                    preferred_given: text(4)?,
                    preferred_family: text(5)?,
                    role: text(6)?,
                    school: row.maybe_int(7)?.map(SubjectId),
                    orgs: orgs.split(',').filter_map(id).collect(),
                    until: row.maybe_int(9)?.map(OperationNumber),
                    user_ids: text(10)?,
                });
                Ok(())
            })
            .await
    }

    /// Hands over the titles of all present classes, by id.
    pub async fn stream_class_titles(
        &self,
        district: DistrictId,
        take: impl FnMut(ClassName),
    ) -> Result<(), DatabaseError> {
        let sql = "SELECT id, title, class_code, school_id, until_op FROM class \
                   WHERE district = $1 AND until_op IS NULL ORDER BY id";
        self.class_names(district, sql, take).await
    }

    /// Hands over those of the versions of classes that have ended, by id and the newest first.
    pub async fn stream_past_class_titles(
        &self,
        district: DistrictId,
        take: impl FnMut(ClassName),
    ) -> Result<(), DatabaseError> {
        let sql = "SELECT id, title, class_code, school_id, until_op FROM class \
                   WHERE district = $1 AND until_op IS NOT NULL ORDER BY id, row_id DESC";
        self.class_names(district, sql, take).await
    }

    async fn class_names(
        &self,
        district: DistrictId,
        sql: &'static str,
        mut take: impl FnMut(ClassName),
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .each(sql, params![district], |row| {
                let text = |at: usize| row.maybe_text(at).map(Option::unwrap_or_default);
                take(ClassName {
                    id: SubjectId(row.int(0)?),
                    title: text(1)?,
                    code: text(2)?,
                    school: row.maybe_int(3)?.map(SubjectId),
                    until: row.maybe_int(4)?.map(OperationNumber),
                });
                Ok(())
            })
            .await
    }
}
