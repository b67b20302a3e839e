//! A roster and its changes a few rows at a time, however many there are.
//!
//! A page of changes is found by looking at a bounded number of rows: first those that were begun,
//! by their number, then those that were ended, operation by operation. Whoever asks goes on where
//! the last look ended, and may leave out what they do not want to see.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, SubjectId};

use super::diff::Change;
use super::read::id_list;
use super::table::Table;
use super::version::{self, Version};
use crate::db::{Record, Session, params};
use crate::error::DatabaseError;
use crate::operation::RowRange;
use crate::store::Store;

/// How far somebody has looked through the changes of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangePlace {
    /// At the rows that were begun: the number of the last that was looked at.
    Begun(i64),
    /// At those that an operation ended: the same.
    Ended(OperationNumber, i64),
}

impl ChangePlace {
    /// Before the first.
    pub const START: Self = Self::Begun(0);
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The changes, each with its place.
    pub changes: Vec<(ChangePlace, Change)>,
    /// How many rows were looked at.
    pub rows: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<ChangePlace>,
}

impl Store {
    /// Looks at `rows` rows at most for how the roster after `to` differs from the one after the
    /// earlier `from`, after a place. A subject that changed and changed back may have equal rows.
    pub async fn look_at_changes(
        &self,
        district: DistrictId,
        kind: Kind,
        (from, to): (OperationNumber, OperationNumber),
        place: ChangePlace,
        rows: i64,
    ) -> Result<Looked, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let written = written(&mut session, district, kind, from, to).await?;
        let mut look =
            Look { session, district, table: Table::of(kind)?, from, to, rows: rows.max(1) };
        match place {
            ChangePlace::Begun(after) => look.at_begun(&written, after).await,
            ChangePlace::Ended(operation, after) => look.at_ended(&written, operation, after).await,
        }
    }

    /// The versions of a kind that held after an operation, of `limit` subjects at most after one,
    /// by id.
    pub async fn page_as_of(
        &self,
        district: DistrictId,
        kind: Kind,
        as_of: OperationNumber,
        after: SubjectId,
        limit: i64,
    ) -> Result<Vec<Version>, DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        let params = params![district, as_of.0, after.0, limit];
        session.all(&table.sql.page_as_of, params, |row| version::read(table, row)).await
    }
}

/// What the operations after one up to another wrote of a kind, by operation.
type Written = BTreeMap<OperationNumber, RowRange>;

async fn written(
    session: &mut Session,
    district: DistrictId,
    kind: Kind,
    from: OperationNumber,
    to: OperationNumber,
) -> Result<Written, DatabaseError> {
    let all = session
        .all(
            "SELECT number, row_ranges FROM operation \
             WHERE district = $1 AND number > $2 AND number <= $3 ORDER BY number",
            params![district, from.0, to.0],
            |row| {
                let rows: BTreeMap<Kind, RowRange> = serde_json::from_str(&row.text("row_ranges")?)
                    .map_err(|_| DatabaseError::unreadable("operation", "row_ranges"))?;
                Ok((OperationNumber(row.int("number")?), rows.get(&kind).copied()))
            },
        )
        .await?;
    Ok(all.into_iter().filter_map(|(number, rows)| Some((number, rows?))).collect())
}

/// One look at some rows of a table.
struct Look {
    session: Session,
    district: DistrictId,
    table: &'static Table,
    from: OperationNumber,
    to: OperationNumber,
    rows: i64,
}

impl Look {
    async fn at_begun(&mut self, written: &Written, after: i64) -> Result<Looked, DatabaseError> {
        let begun = written.values().filter(|rows| rows.began > 0);
        let last = begun.clone().map(|rows| rows.first + rows.began - 1).max();
        let first = begun.map(|rows| rows.first).min().unwrap_or(0).max(after + 1);
        let Some(last) = last.filter(|last| first <= *last) else {
            return self.at_ended(written, OperationNumber(0), 0).await;
        };
        let until = last.min(first + self.rows - 1);
        let params = params![self.district, self.to.0, first, until];
        let table = self.table;
        let after = self.session.all(&table.sql.begun, params, |row| numbered(table, row)).await?;
        let ids: Vec<_> = after.iter().map(|(_, version)| version.row.id).collect();
        let mut before = self.held(&ids, self.from).await?;
        let changes = after.into_iter().map(|(number, version)| {
            let before = before.remove(&version.row.id);
            (ChangePlace::Begun(number), Change { before, after: Some(version) })
        });
        let next = if until < last {
            Some(ChangePlace::Begun(until))
        } else {
            next_ended(written, OperationNumber(0))
        };
        Ok(Looked { changes: changes.collect(), rows: (until - first + 1).cast_unsigned(), next })
    }

    async fn at_ended(
        &mut self,
        written: &Written,
        operation: OperationNumber,
        after: i64,
    ) -> Result<Looked, DatabaseError> {
        let none = Looked { changes: Vec::new(), rows: 0, next: None };
        let at = written.range(operation..).find(|(_, rows)| rows.ended > 0);
        let Some((at, _)) = at else { return Ok(none) };
        let after = if *at == operation { after } else { 0 };
        let (table, params) = (self.table, params![self.district, at.0, after, self.rows]);
        let ended = self.session.all(&table.sql.ended, params, |row| numbered(table, row)).await?;
        let looked = ended.len() as u64;
        let next = match ended.last() {
            Some((last, _)) if looked.cast_signed() == self.rows => {
                Some(ChangePlace::Ended(*at, *last))
            }
            Some(_) | None => next_ended(written, *at),
        };
        // What was begun in between is no part of the roster before, and who is there afterwards was
        // found among the rows that were begun.
        let earlier = ended.into_iter().filter(|(_, version)| version.from_op <= self.from);
        let earlier: Vec<_> = earlier.collect();
        let ids: Vec<_> = earlier.iter().map(|(_, version)| version.row.id).collect();
        let there: BTreeSet<_> = self.held(&ids, self.to).await?.into_keys().collect();
        let gone = earlier.into_iter().filter(|(_, version)| !there.contains(&version.row.id));
        let changes = gone.map(|(number, version)| {
            (ChangePlace::Ended(*at, number), Change { before: Some(version), after: None })
        });
        Ok(Looked { changes: changes.collect(), rows: looked, next })
    }

    /// The versions of these subjects that held after an operation.
    async fn held(
        &mut self,
        ids: &[SubjectId],
        as_of: OperationNumber,
    ) -> Result<BTreeMap<SubjectId, Version>, DatabaseError> {
        let mut held = BTreeMap::new();
        if ids.is_empty() {
            return Ok(held);
        }
        let table = self.table;
        for sql in [&table.sql.present, &table.sql.past] {
            self.session
                .each(sql, params![self.district, id_list(ids)], |row| {
                    let version = version::read(table, row)?;
                    let goes_on = version.until.is_none_or(|until| until.op > as_of);
                    if version.from_op <= as_of && goes_on {
                        held.insert(version.row.id, version);
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(held)
    }
}

/// Where what an operation after this one ended begins.
fn next_ended(written: &Written, operation: OperationNumber) -> Option<ChangePlace> {
    let mut later = written.iter().filter(|(number, rows)| **number > operation && rows.ended > 0);
    later.next().map(|(number, _)| ChangePlace::Ended(*number, 0))
}

/// Where a statement puts the number of a row.
const ROW: usize = 1;

fn numbered(table: &'static Table, row: &Record) -> Result<(i64, Version), DatabaseError> {
    Ok((row.int(ROW)?, version::read(table, row)?))
}
