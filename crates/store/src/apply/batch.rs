//! The changes of one kind that go to the database together.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::{DistrictId, OperationNumber, Row, SourceId, SubjectId};
use firstbell_roster::plan::Reason;

use super::ApplyError;
use super::draft::Drafts;
use super::encode::{Beginning, encode};
use crate::db::{Param, Session, params};
use crate::error::DatabaseError;
use crate::fact::read::id_list;
use crate::fact::table::Table;
use crate::fact::version;
use crate::operation::RowRange;

const MOST_ROWS: usize = 5_000;

/// Changes of one kind that wait for the database.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) table: &'static Table,
    /// The rows written so far, those that wait included.
    pub(super) written: RowRange,
    /// The values of the rows that begin, row after row.
    begins: Vec<Param<'static>>,
    rows: usize,
    /// Known subjects that begin, so must have no present row.
    begun: Vec<SubjectId>,
    /// The subjects whose rows end, by the operation that the end stands for and the reason.
    ends: BTreeMap<(i64, u8), Vec<SubjectId>>,
    ended: usize,
}

/// Where and as what the changes are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) district: DistrictId,
    pub(super) operation: OperationNumber,
}

/// How a row begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) source: SourceId,
    pub(super) stands_for: OperationNumber,
    pub(super) reason: Reason,
}

impl Batch {
    pub(super) fn new(table: &'static Table, first_row: i64) -> Self {
        Self {
            table,
            written: RowRange { first: first_row, began: 0, ended: 0 },
            begins: Vec::new(),
            rows: 0,
            begun: Vec::new(),
            ends: BTreeMap::new(),
            ended: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows >= MOST_ROWS || self.ended >= MOST_ROWS
    }

    /// Adds a row that begins, and gives its subject's id.
    pub(super) fn begin(
        &mut self,
        place: Place,
        row: Row,
        how: How,
        drafts: &mut Drafts,
    ) -> Result<i64, ApplyError> {
        let id = drafts.create(self.table.kind, row.id);
        if id == row.id.0 {
            self.begun.push(row.id);
        }
        let begins = Beginning {
            row_id: self.written.first + self.written.began,
            district: place.district,
            operation: place.operation,
            id,
            source: how.source,
            stands_for: how.stands_for,
            reason: how.reason,
        };
        encode(self.table, row, begins, drafts, &mut self.begins)?;
        self.written.began += 1;
        self.rows += 1;
        Ok(id)
    }

    /// Adds the end of a present row.
    pub(super) fn end(&mut self, id: SubjectId, stands_for: OperationNumber, reason: Reason) {
        let boundary = (stands_for.0, reason as u8);
        self.ends.entry(boundary).or_default().push(id);
        self.ended += 1;
        self.written.ended += 1;
    }

    /// Sends the changes that wait: ends first, so that a row can be replaced.
    pub(super) async fn flush(
        &mut self,
        session: &mut Session,
        place: Place,
    ) -> Result<(), ApplyError> {
        if self.ended > 0 {
            self.flush_ends(session, place).await?;
        }
        if self.rows > 0 {
            self.flush_begins(session, place).await?;
        }
        Ok(())
    }

    async fn flush_ends(&mut self, session: &mut Session, place: Place) -> Result<(), ApplyError> {
        for ((stands_for, reason), ids) in std::mem::take(&mut self.ends) {
            let (district, operation) = (place.district, place.operation.0);
            let reason = i64::from(reason);
            let params = params![district, operation, stands_for, reason, id_list(&ids)];
            let ended = session.execute(&self.table.sql.close, params).await?;
            if usize::try_from(ended) != Ok(ids.len()) {
                return Err(self.not_ended(session, place, ids).await?);
            }
        }
        self.ended = 0;
        Ok(())
    }

    async fn flush_begins(
        &mut self,
        session: &mut Session,
        place: Place,
    ) -> Result<(), ApplyError> {
        if !self.begun.is_empty() {
            let params = params![place.district, id_list(&self.begun)];
            let present =
                session.one(&self.table.sql.present_ids, params, |row| row.int(0)).await?;
            if let Some(id) = present {
                return Err(self.inconsistent(id, "has a present row already of"));
            }
            self.begun.clear();
        }
        let rows = std::mem::take(&mut self.begins);
        session.insert(&self.table.sql.insert, rows).await?;
        self.rows = 0;
        Ok(())
    }

    /// Names the subject of a change that found no present row.
    async fn not_ended(
        &self,
        session: &mut Session,
        place: Place,
        ids: Vec<SubjectId>,
    ) -> Result<ApplyError, DatabaseError> {
        let params = params![place.district, id_list(&ids)];
        let mut missing: BTreeSet<_> = ids.into_iter().collect();
        session
            .each(&self.table.sql.past, params, |row| {
                let version = version::read(self.table, row)?;
                if version.until.is_some_and(|until| until.op == place.operation) {
                    missing.remove(&version.row.id);
                }
                Ok(())
            })
            .await?;
        Ok(match missing.first() {
            Some(id) => self.inconsistent(id.0, "has no present row of"),
            None => self.inconsistent(0, "was asked twice to end a row, among others"),
        })
    }

    fn inconsistent(&self, id: i64, what: &'static str) -> ApplyError {
        ApplyError::Inconsistent { table: self.table.name, id: SubjectId(id), what }
    }
}
