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

    /// The present roles of these users, by id.
    pub async fn present_roles_of_users(
        &self,
        district: DistrictId,
        users: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        self.all_with(district, Kind::Role, "user_id", users, false).await
    }

    /// The versions of roles of these users that ended, by id.
    pub async fn ended_roles_of_users(
        &self,
        district: DistrictId,
        users: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        self.all_with(district, Kind::Role, "user_id", users, true).await
    }

    /// The versions of enrollments of these users that ended, by id.
    pub async fn ended_enrollments_of_users(
        &self,
        district: DistrictId,
        users: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        self.all_with(district, Kind::Enrollment, "user_id", users, true).await
    }

    /// The versions of enrollments in these classes that ended, by id.
    pub async fn ended_enrollments_of_classes(
        &self,
        district: DistrictId,
        classes: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        self.all_with(district, Kind::Enrollment, "class_id", classes, true).await
    }

    /// The present enrollments of these users, by id.
    pub async fn present_enrollments_of_users(
        &self,
        district: DistrictId,
        users: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        self.all_with(district, Kind::Enrollment, "user_id", users, false).await
    }

    async fn all_with(
        &self,
        district: DistrictId,
        kind: Kind,
        column: &'static str,
        ids: &[SubjectId],
        ended: bool,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(kind)?;
        let Some(lookup) = table.sql.lookups.get(column) else {
            return Err(DatabaseError::unreadable(table.name, column));
        };
        let mut session = self.db(district).await?.read().await?;
        let mut versions = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let (sql, params) = (lookup.all(ended), params![district, id_list(ids)]);
            versions.extend(session.all(sql, params, |row| version::read(table, row)).await?);
        }
        versions.sort_by_key(|version| version.row.id);
        Ok(versions)
    }

    /// The users who are enrolled in one of these classes, each once, by id.
    pub async fn users_in_classes(
        &self,
        district: DistrictId,
        classes: &[SubjectId],
    ) -> Result<BTreeSet<SubjectId>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut users = BTreeSet::new();
        for classes in classes.chunks(CHUNK) {
            session
                .each(
                    "SELECT t.user_id FROM json_each($2) AS w CROSS JOIN enrollment AS t \
                     WHERE t.district = $1 AND t.class_id = CAST(w.value AS BIGINT) \
                     AND t.until_op IS NULL",
                    params![district, id_list(classes)],
                    |row| {
                        users.extend(row.maybe_int(0)?.map(SubjectId));
                        Ok(())
                    },
                )
                .await?;
        }
        Ok(users)
    }

    /// The users who were enrolled in one of these classes until an operation, with that operation.
    pub async fn users_once_in_classes(
        &self,
        district: DistrictId,
        classes: &[SubjectId],
    ) -> Result<BTreeSet<(SubjectId, OperationNumber)>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut users = BTreeSet::new();
        for classes in classes.chunks(CHUNK) {
            session
                .each(
                    "SELECT t.user_id, t.until_op FROM json_each($2) AS w \
                     CROSS JOIN enrollment AS t \
                     WHERE t.district = $1 AND t.class_id = CAST(w.value AS BIGINT) \
                     AND t.until_op IS NOT NULL",
                    params![district, id_list(classes)],
                    |row| {
                        let until = OperationNumber(row.int(1)?);
                        users.extend(row.maybe_int(0)?.map(|user| (SubjectId(user), until)));
                        Ok(())
                    },
                )
                .await?;
        }
        Ok(users)
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
