//! Reading versions by id, by key and by operation.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, SubjectId};

use super::table::Table;
use super::version::{self, Version};
use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::store::Store;

/// How many ids go into one statement.
pub(crate) const CHUNK: usize = 5_000;

/// A subject that has, or once had, a version with a key that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The key that was asked for.
    pub key: i64,
    /// The sourcedId that has this key; the caller compares it with the one it looks for.
    pub sourced_id: String,
    /// The present version of the subject, or else its last.
    pub last: Version,
}

impl Store {
    /// The present versions of these subjects by id; a subject without one is left out.
    pub async fn present(
        &self,
        district: DistrictId,
        kind: Kind,
        ids: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        present(&mut session, district, Table::of(kind)?, ids).await
    }

    /// The present versions of these subjects, or else their last ones, by id.
    pub async fn last_versions(
        &self,
        district: DistrictId,
        kind: Kind,
        ids: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let last = last(&mut session, district, Table::of(kind)?, ids).await?;
        Ok(last.into_values().collect())
    }

    /// For each of these subjects that was there before an operation began it again: the version
    /// that had ended last by then, by id. An undo of that operation restores its end.
    pub async fn ended_before(
        &self,
        district: DistrictId,
        kind: Kind,
        ids: &[SubjectId],
        operation: OperationNumber,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        let mut ended = BTreeMap::new();
        for ids in ids.chunks(CHUNK) {
            session
                .each(&table.sql.past, params![district, id_list(ids)], |row| {
                    let version = version::read(table, row)?;
                    if version.from_op < operation {
                        ended.entry(version.row.id).or_insert(version);
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(ended.into_values().collect())
    }

    /// The versions of these subjects that have ended, by id and the newest first.
    pub async fn past_versions(
        &self,
        district: DistrictId,
        kind: Kind,
        ids: &[SubjectId],
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        let mut past = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let params = params![district, id_list(ids)];
            past.extend(
                session.all(&table.sql.past, params, |row| version::read(table, row)).await?,
            );
        }
        Ok(past)
    }

    /// The subjects of which any version has one of these keys, by key, id and sourcedId.
    pub async fn by_keys(
        &self,
        district: DistrictId,
        kind: Kind,
        keys: &[i64],
    ) -> Result<Vec<Linked>, DatabaseError> {
        let table = Table::of(kind)?;
        let sql = table.sql.by_key.as_ref().ok_or(DatabaseError::NotByKey(kind))?;
        self.linked(district, table, sql, keys).await
    }

    /// The same for the subjects of which a past version has one of these keys.
    pub async fn ended_by_keys(
        &self,
        district: DistrictId,
        kind: Kind,
        keys: &[i64],
    ) -> Result<Vec<Linked>, DatabaseError> {
        let table = Table::of(kind)?;
        self.linked(district, table, &table.sql.ended_by_key, keys).await
    }

    async fn linked(
        &self,
        district: DistrictId,
        table: &'static Table,
        sql: &'static String,
        keys: &[i64],
    ) -> Result<Vec<Linked>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut linked = Vec::new();
        for keys in keys.chunks(CHUNK) {
            let found = session
                .all(sql, params![district, list(keys)], |row| {
                    Ok((row.int(0)?, SubjectId(row.int(1)?), row.text(2)?))
                })
                .await?;
            let mut ids: Vec<SubjectId> = found.iter().map(|(_, id, _)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            let last = last(&mut session, district, table, &ids).await?;
            linked.extend(found.into_iter().filter_map(|(key, id, sourced_id)| {
                let last = last.get(&id)?.clone();
                Some(Linked { key, sourced_id, last })
            }));
        }
        Ok(linked)
    }

    /// All versions of a subject, oldest first.
    pub async fn history(
        &self,
        district: DistrictId,
        kind: Kind,
        id: SubjectId,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        session
            .all(&table.sql.history, params![district, id.0], |row| version::read(table, row))
            .await
    }

    /// How many subjects of each kind are present, or were after an operation.
    pub async fn counts(
        &self,
        district: DistrictId,
        as_of: Option<OperationNumber>,
    ) -> Result<BTreeMap<Kind, i64>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut counts = BTreeMap::new();
        for kind in Kind::FACTS {
            let sql = &Table::of(kind)?.sql;
            let (sql, params) = match as_of {
                None => (&sql.count, params![district]),
                Some(number) => (&sql.count_as_of, params![district, number.0]),
            };
            let count = session.one(sql, params, |row| row.int(0)).await?;
            counts.insert(kind, count.unwrap_or_default());
        }
        Ok(counts)
    }

    /// The subjects that operations after this one touched, by kind and id.
    pub async fn touched_since(
        &self,
        district: DistrictId,
        operation: OperationNumber,
    ) -> Result<Vec<(Kind, SubjectId)>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let mut touched = BTreeSet::new();
        for kind in Kind::FACTS {
            let first =
                super::diff::first_row_after(&mut session, district, kind, operation).await?;
            let found = session
                .all(
                    &Table::of(kind)?.sql.touched,
                    params![district, operation.0, first, i64::MAX],
                    |row| Ok((kind, SubjectId(row.int(0)?))),
                )
                .await?;
            touched.extend(found);
        }
        Ok(touched.into_iter().collect())
    }
}

/// The present versions of these subjects by id.
pub(crate) async fn present(
    session: &mut Session,
    district: DistrictId,
    table: &'static Table,
    ids: &[SubjectId],
) -> Result<Vec<Version>, DatabaseError> {
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        session
            .each(&table.sql.present, params![district, id_list(ids)], |row| {
                all.push(version::read(table, row)?);
                Ok(())
            })
            .await?;
    }
    all.sort_by_key(|version| version.row.id);
    Ok(all)
}

/// The present versions of these subjects, or else their last ones.
async fn last(
    session: &mut Session,
    district: DistrictId,
    table: &'static Table,
    ids: &[SubjectId],
) -> Result<BTreeMap<SubjectId, Version>, DatabaseError> {
    let present = present(session, district, table, ids).await?;
    let mut last: BTreeMap<_, _> =
        present.into_iter().map(|version| (version.row.id, version)).collect();
    let gone: Vec<SubjectId> = ids.iter().copied().filter(|id| !last.contains_key(id)).collect();
    for ids in gone.chunks(CHUNK) {
        session
            .each(&table.sql.past, params![district, id_list(ids)], |row| {
                let version = version::read(table, row)?;
                last.entry(version.row.id).or_insert(version);
                Ok(())
            })
            .await?;
    }
    Ok(last)
}

/// Ids as the JSON array that a statement takes.
pub(crate) fn id_list(ids: &[SubjectId]) -> String {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    list(&ids)
}

/// Integers as the JSON array that a statement takes.
pub(crate) fn list(integers: &[i64]) -> String {
    let mut list = String::with_capacity(integers.len() * 12 + 2);
    list.push('[');
    for (place, integer) in integers.iter().enumerate() {
        if place > 0 {
            list.push(',');
        }
        list.push_str(&integer.to_string());
    }
    list.push(']');
    list
}
