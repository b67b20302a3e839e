//! The changes of one kind that go to the database together.

use firstbell_roster::model::{DistrictId, OperationNumber, Row, SourceId, SubjectId};
use firstbell_roster::plan::Reason;

use super::ApplyError;
use super::draft::Drafts;
use super::encode::{Boundary, Rows};
use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::fact::read::id_list;
use crate::fact::table::Table;
use crate::fact::version;
use crate::operation::RowRange;

const MOST_ROWS: u64 = 5_000;
const MOST_BYTES: usize = 4 << 20;

/// Changes of one kind that wait for the database.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) table: &'static Table,
    /// The rows written so far, those that wait included.
    pub(super) written: RowRange,
    begins: Rows,
    ends: Rows,
    /// Known subjects that begin, so must have no present row.
    begun: Vec<SubjectId>,
    ended: Vec<SubjectId>,
}

/// Where and as what the changes are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) district: DistrictId,
    pub(super) operation: OperationNumber,
}

/// How a row begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) source: SourceId,
    pub(super) stands_for: OperationNumber,
    pub(super) reason: Reason,
}

impl Batch {
    pub(super) fn new(table: &'static Table, first_row: i64) -> Self {
        Self {
            table,
            written: RowRange { first: first_row, began: 0, ended: 0 },
            begins: Rows::default(),
            ends: Rows::default(),
            begun: Vec::new(),
            ended: Vec::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.begins.count >= MOST_ROWS
            || self.ends.count >= MOST_ROWS
            || self.begins.bytes() >= MOST_BYTES
    }

    /// Adds a row that begins, and gives its subject's id.
    pub(super) fn begin(
        &mut self,
        row: &Row,
        how: Beginning,
        drafts: &mut Drafts,
    ) -> Result<i64, ApplyError> {
        let id = drafts.create(self.table.kind, row.id);
        if id == row.id.0 {
            self.begun.push(row.id);
        }
        let boundary = Boundary {
            row_id: self.written.first + self.written.began,
            id,
            source: how.source,
            stands_for: how.stands_for,
            reason: how.reason,
        };
        self.begins.add_row(self.table, row, boundary, drafts)?;
        self.written.began += 1;
        Ok(id)
    }

    /// Adds the end of a present row.
    pub(super) fn end(&mut self, id: SubjectId, stands_for: OperationNumber, reason: Reason) {
        self.ends.add_end(id.0, stands_for, reason);
        self.ended.push(id);
        self.written.ended += 1;
    }

    /// Sends the changes that wait: ends first, so that a row can be replaced.
    pub(super) async fn flush(
        &mut self,
        session: &mut Session,
        place: Place,
    ) -> Result<(), ApplyError> {
        if self.ends.count > 0 {
            self.flush_ends(session, place).await?;
        }
        if self.begins.count > 0 {
            self.flush_begins(session, place).await?;
        }
        Ok(())
    }

    async fn flush_ends(&mut self, session: &mut Session, place: Place) -> Result<(), ApplyError> {
        let expected = self.ends.count;
        let rows = self.ends.take()?;
        let params = params![place.district, place.operation.0, rows];
        let ended = session.execute(&self.table.sql.close, params).await?;
        if ended != expected {
            return Err(self.not_ended(session, place).await?);
        }
        self.ended.clear();
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
        let rows = self.begins.take()?;
        let params = params![place.district, place.operation.0, rows];
        session.execute(&self.table.sql.insert, params).await?;
        Ok(())
    }

    /// Names the subject of a change that found no present row.
    async fn not_ended(
        &self,
        session: &mut Session,
        place: Place,
    ) -> Result<ApplyError, DatabaseError> {
        let mut missing: std::collections::BTreeSet<_> = self.ended.iter().copied().collect();
        let params = params![place.district, id_list(&self.ended)];
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
