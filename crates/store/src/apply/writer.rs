//! Takes the changes of an operation one by one and sends them in batches.

use std::collections::BTreeMap;

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, SubjectId};

use super::batch::{Batch, How, Place};
use super::draft::Drafts;
use super::{Applied, ApplyError, Write};
use crate::counter::Counters;
use crate::crash::crash_point;
use crate::db::{Deferred, Session, params};
use crate::error::DatabaseError;
use crate::fact::table::Table;
use crate::operation::RowRange;

/// How many search hashes are sorted and sent together.
const MOST_HASHES: usize = 1 << 20;
const HASHES_A_STATEMENT: usize = 10_000;

pub(super) struct Writer {
    place: Place,
    counters: Counters,
    drafts: Drafts,
    batches: BTreeMap<Kind, Batch>,
    search: Vec<(i64, i64)>,
    /// The tables of a first load, and their indexes that are built at the end.
    deferred: Vec<(&'static str, Vec<Deferred>)>,
}

impl Writer {
    pub(super) async fn new(
        session: &mut Session,
        district: DistrictId,
        operation: OperationNumber,
    ) -> Result<Self, DatabaseError> {
        let counters = Counters::read(session, district).await?;
        let mut deferred = Vec::new();
        let mut batches = BTreeMap::new();
        for kind in Kind::FACTS {
            let table = Table::of(kind)?;
            batches.insert(kind, Batch::new(table, counters.next_row(kind)));
            if operation == OperationNumber(1) {
                deferred.push((table.name, session.defer_indexes(table.name).await?));
            }
        }
        Ok(Self {
            place: Place { district, operation },
            drafts: Drafts::new(&counters),
            counters,
            batches,
            search: Vec::new(),
            deferred,
        })
    }

    /// Takes one change.
    pub(super) async fn add(
        &mut self,
        session: &mut Session,
        write: Write,
    ) -> Result<(), ApplyError> {
        let kind = self.place_in_batch(write)?;
        if let Some(batch) = self.batches.get_mut(&kind).filter(|batch| batch.is_full()) {
            batch.flush(session, self.place).await?;
            crash_point("in_apply_after_first_batch");
        }
        if self.search.len() >= MOST_HASHES {
            self.flush_search(session).await?;
        }
        Ok(())
    }

    fn place_in_batch(&mut self, write: Write) -> Result<Kind, ApplyError> {
        let own = self.place.operation;
        let (row, how, search, replaces) = match write {
            Write::End { kind, id, reason, stands_for } => {
                self.batch(kind)?.end(id, stands_for.unwrap_or(own), reason);
                return Ok(kind);
            }
            Write::Begin { row, source, reason, stands_for, search } => {
                let stands_for = stands_for.unwrap_or(own);
                (row, How { source, stands_for, reason }, search, false)
            }
            Write::Replace { row, source, reason, stands_for, search } => {
                let stands_for = stands_for.unwrap_or(own);
                (row, How { source, stands_for, reason }, search, true)
            }
        };
        let (kind, old) = (row.kind, row.id);
        let batch = self.batches.get_mut(&kind).ok_or(DatabaseError::NotAFact(kind))?;
        if replaces {
            batch.end(old, how.stands_for, how.reason);
        }
        let id = batch.begin(self.place, row, how, &mut self.drafts)?;
        self.search.extend(search.into_iter().map(|hash| (hash, id)));
        Ok(kind)
    }

    fn batch(&mut self, kind: Kind) -> Result<&mut Batch, DatabaseError> {
        self.batches.get_mut(&kind).ok_or(DatabaseError::NotAFact(kind))
    }

    /// Sends what waits, builds the indexes and moves the sequences on.
    pub(super) async fn finish(mut self, session: &mut Session) -> Result<Applied, ApplyError> {
        for batch in self.batches.values_mut() {
            batch.flush(session, self.place).await?;
            crash_point("in_apply_after_first_batch");
        }
        if let Some((kind, id)) = self.drafts.dangling() {
            return Err(ApplyError::Inconsistent {
                table: Table::of(kind)?.name,
                id,
                what: "is referred to, but never got, the draft",
            });
        }
        self.flush_search(session).await?;
        for (table, indexes) in self.deferred {
            session.build_indexes(table, indexes).await?;
        }
        let mut applied = Applied {
            operation: self.place.operation,
            first_ids: BTreeMap::new(),
            rows: BTreeMap::new(),
        };
        for (kind, batch) in &self.batches {
            let (written, next) = (batch.written, self.drafts.next(*kind));
            let first = SubjectId(self.drafts.first(*kind));
            applied.first_ids.insert(*kind, first);
            self.counters.advance(*kind, next, written.first + written.began);
            if written.began + written.ended > 0 {
                let first = if written.began > 0 { written.first } else { 0 };
                applied.rows.insert(*kind, RowRange { first, ..written });
            }
        }
        self.counters.save(session, self.place.district).await?;
        Ok(applied)
    }

    /// Sends search hashes in the order of their table, which costs least.
    async fn flush_search(&mut self, session: &mut Session) -> Result<(), DatabaseError> {
        self.search.sort_unstable();
        self.search.dedup();
        for pairs in self.search.chunks(HASHES_A_STATEMENT) {
            let pairs = serde_json::to_string(pairs).unwrap_or_default();
            session
                .execute(
                    "INSERT INTO identifier (district, hash, user_id) \
                     SELECT $1, CAST(w.value ->> 0 AS BIGINT), CAST(w.value ->> 1 AS BIGINT) \
                     FROM json_each($2) AS w WHERE true ON CONFLICT DO NOTHING",
                    params![self.place.district, pairs],
                )
                .await?;
        }
        self.search.clear();
        Ok(())
    }
}
