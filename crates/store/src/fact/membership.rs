//! Who is in which class, and which rows belong to a person.

use std::collections::BTreeSet;

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, PersonId, SubjectId};

use super::read::{CHUNK, id_list, list};
use super::table::Table;
use super::version::{self, Version};
use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

impl Store {
    /// The enrollments of a user, present or as they were after an operation, by id.
    pub async fn enrollments_of_user(
        &self,
        district: DistrictId,
        user: SubjectId,
        as_of: Option<OperationNumber>,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(Kind::Enrollment)?;
        self.versions_with(district, table, "user_id", user.0, as_of).await
    }

    /// The enrollments of a class, present or as they were after an operation, by id.
    pub async fn enrollments_of_class(
        &self,
        district: DistrictId,
        class: SubjectId,
        as_of: Option<OperationNumber>,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(Kind::Enrollment)?;
        self.versions_with(district, table, "class_id", class.0, as_of).await
    }

    /// The present roles of a user, by id.
    pub async fn roles_of_user(
        &self,
        district: DistrictId,
        user: SubjectId,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(Kind::Role)?;
        self.versions_with(district, table, "user_id", user.0, None).await
    }

    /// The versions of roles of these users that ended, by id.
    pub async fn ended_roles_of_users(
        &self,
        district: DistrictId,
        users: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(Kind::Role)?;
        let Some(lookup) = table.sql.lookups.get("user_id") else {
            return Err(DatabaseError::unreadable(table.name, "user_id"));
        };
        let mut session = self.db(district).await?.read().await?;
        let mut versions = Vec::new();
        for users in users.chunks(CHUNK) {
            let params = params![district, id_list(users)];
            versions
                .extend(session.all(&lookup.ended, params, |row| version::read(table, row)).await?);
        }
        versions.sort_by_key(|version| version.row.id);
        Ok(versions)
    }

    /// The user rows that these persons have or had, by id.
    pub async fn user_ids_of_persons(
        &self,
        district: DistrictId,
        persons: &[PersonId],
    ) -> Result<Vec<SubjectId>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut ids = BTreeSet::new();
        for persons in persons.chunks(CHUNK) {
            let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
            // Each half has an index of its own.
            for sql in [
                "SELECT t.id FROM json_each($2) AS w CROSS JOIN user_row AS t \
                 WHERE t.district = $1 AND t.person = CAST(w.value AS BIGINT) \
                 AND t.until_op IS NULL",
                "SELECT t.id FROM json_each($2) AS w CROSS JOIN user_row AS t \
                 WHERE t.district = $1 AND t.person = CAST(w.value AS BIGINT) \
                 AND t.until_op IS NOT NULL",
            ] {
                let params = params![district, list(&persons)];
                ids.extend(session.all(sql, params, |row| Ok(SubjectId(row.int(0)?))).await?);
            }
        }
        Ok(ids.into_iter().collect())
    }

    /// The present user rows of a person, by id.
    pub async fn users_of_person(
        &self,
        district: DistrictId,
        person: PersonId,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(Kind::User)?;
        self.versions_with(district, table, "person", person.0, None).await
    }

    async fn versions_with(
        &self,
        district: DistrictId,
        table: &'static Table,
        column: &'static str,
        value: i64,
        as_of: Option<OperationNumber>,
    ) -> Result<Vec<Version>, DatabaseError> {
        let Some(lookup) = table.sql.lookups.get(column) else {
            return Err(DatabaseError::unreadable(table.name, column));
        };
        let (sql, params) = match as_of {
            None => (&lookup.present, params![district, value]),
            Some(number) => (&lookup.as_of, params![district, value, number.0]),
        };
        let mut session = self.db(district).await?.read().await?;
        let mut versions = session.all(sql, params, |row| version::read(table, row)).await?;
        versions.sort_by_key(|version| version.row.id);
        Ok(versions)
    }
}
