//! The log: each operation that changed a district's roster, and the facts about it.

use std::collections::BTreeMap;

use firstbell_roster::model::{DateTime, DistrictId, Kind, OperationNumber, SourceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::{Record, Session, params};
use crate::error::DatabaseError;
use crate::plan::PlanNumber;
use crate::run::RunNumber;
use crate::store::Store;
use crate::word::words;

words! {
    /// What made an operation.
    OperationKind {
        /// A delivery.
        Sync = "sync",
        /// The taking back of an earlier operation.
        Undo = "undo",
        /// A person's change by hand.
        Edit = "edit",
        /// The opening of a roster to its people.
        Activation = "activation",
        /// The removal of a person's values.
        Erasure = "erasure",
    }
}

/// The rows that an operation wrote in the table of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRange {
    /// The number of the first row that it began; 0 if it began none.
    pub first: i64,
    /// How many it began, numbered without gaps.
    pub began: i64,
    /// How many it ended.
    pub ended: i64,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its number, counted from 1 without gaps.
    pub number: OperationNumber,
    /// What made it.
    pub kind: OperationKind,
    /// The source whose rows it wrote.
    pub source: Option<SourceId>,
    /// The signed-in or operating-system user.
    pub actor_identity: String,
    /// The name given, where one was.
    pub by: Option<String>,
    /// When it was made.
    pub at: DateTime,
    /// The run that it came from.
    pub run: Option<RunNumber>,
    /// The plan that it applied.
    pub plan: Option<PlanNumber>,
    /// The operation that it takes back.
    pub undoes: Option<OperationNumber>,
    /// The operation that takes it back; derived, not part of the chain.
    pub undone_by: Option<OperationNumber>,
    /// A person's note.
    pub note: Option<String>,
    /// Its changes as counts.
    pub counts: Value,
    /// The digest over the lines that it applied.
    pub plan_digest: Option<String>,
    /// The rows that it wrote.
    pub rows: BTreeMap<Kind, RowRange>,
    /// The hash of the entry before, empty for the first.
    pub prev_hash: String,
    /// The hash of this entry.
    pub hash: String,
}

/// Which way a page of the log runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From the newest down.
    NewestFirst,
    /// From the oldest up.
    OldestFirst,
}

/// A page of the log.
#[derive(Debug, Clone, Copy)]
pub struct LogPage {
    /// Which way it runs.
    pub order: Order,
    /// The entry after which it begins; from the end of the log without one.
    pub after: Option<OperationNumber>,
    /// How many entries at most.
    pub limit: i64,
}

impl Store {
    /// A page of the log.
    pub async fn log(
        &self,
        district: DistrictId,
        page: LogPage,
    ) -> Result<Vec<Operation>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        let after = page.after.map(|number| number.0);
        let mut operations = match page.order {
            Order::NewestFirst => {
                let below = after.unwrap_or(i64::MAX);
                session.all(NEWEST_FIRST, params![district, below, page.limit], read).await?
            }
            Order::OldestFirst => {
                let above = after.unwrap_or(0);
                session.all(OLDEST_FIRST, params![district, above, page.limit], read).await?
            }
        };
        let undone = undone(&mut session, district).await?;
        for operation in &mut operations {
            operation.undone_by = undone.get(&operation.number).copied();
        }
        Ok(operations)
    }

    /// An operation.
    pub async fn operation(
        &self,
        district: DistrictId,
        number: OperationNumber,
    ) -> Result<Option<Operation>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        get(&mut session, district, number).await
    }

    /// The number of the newest operation; 0 before the first.
    pub async fn latest_operation(
        &self,
        district: DistrictId,
    ) -> Result<OperationNumber, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        Ok(head(&mut session, district).await?.0)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT o.number, o.kind, o.source, o.actor_identity, o.by_name, o.made_at, o.run, \
             o.plan, o.undoes, o.note, o.counts, o.plan_digest, o.row_ranges, o.prev_hash, \
             o.hash FROM operation AS o WHERE o.district = $1 ",
            $rest
        )
    };
}

const NEWEST_FIRST: &str = select!("AND o.number < $2 ORDER BY o.number DESC LIMIT $3");
const OLDEST_FIRST: &str = select!("AND o.number > $2 ORDER BY o.number LIMIT $3");
const ONE: &str = select!("AND o.number = $2");

/// One entry of the log.
pub(crate) async fn get(
    session: &mut Session,
    district: DistrictId,
    number: OperationNumber,
) -> Result<Option<Operation>, DatabaseError> {
    let found = session.one(ONE, params![district, number.0], read).await?;
    let Some(mut operation) = found else { return Ok(None) };
    operation.undone_by = undone(session, district).await?.remove(&number);
    Ok(Some(operation))
}

/// The operations that are taken back, with those that do, by the number of each undo and what it
/// undoes. An undo that is itself taken back takes nothing back any more; whatever takes back an
/// operation is newer than that.
pub fn taken_back(
    undos: impl IntoIterator<Item = (OperationNumber, OperationNumber)>,
) -> BTreeMap<OperationNumber, OperationNumber> {
    let undos: BTreeMap<_, _> = undos.into_iter().collect();
    let mut taken_back = BTreeMap::new();
    for (number, undoes) in undos.into_iter().rev() {
        if !taken_back.contains_key(&number) {
            taken_back.entry(undoes).or_insert(number);
        }
    }
    taken_back
}

async fn undone(
    session: &mut Session,
    district: DistrictId,
) -> Result<BTreeMap<OperationNumber, OperationNumber>, DatabaseError> {
    let undos = session
        .all(
            "SELECT number, undoes FROM operation WHERE district = $1 AND undoes IS NOT NULL",
            params![district],
            |row| Ok((OperationNumber(row.int("number")?), OperationNumber(row.int("undoes")?))),
        )
        .await?;
    Ok(taken_back(undos))
}

/// The number and hash of the newest entry.
pub(crate) async fn head(
    session: &mut Session,
    district: DistrictId,
) -> Result<(OperationNumber, String), DatabaseError> {
    let head = session
        .one("SELECT number, hash FROM log_head WHERE district = $1", params![district], |row| {
            Ok((OperationNumber(row.int("number")?), row.text("hash")?))
        })
        .await?;
    Ok(head.unwrap_or((OperationNumber(0), String::new())))
}

/// Appends an entry, whose hash must be right already.
pub(crate) async fn append(
    session: &mut Session,
    district: DistrictId,
    entry: &Operation,
) -> Result<(), DatabaseError> {
    session
        .execute(
            "INSERT INTO operation (district, number, kind, source, actor_identity, by_name, \
             made_at, run, plan, undoes, note, counts, plan_digest, row_ranges, prev_hash, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            params![
                district,
                entry.number.0,
                entry.kind.word(),
                entry.source.map(|source| source.0),
                entry.actor_identity.as_str(),
                entry.by.as_deref(),
                entry.at,
                entry.run.map(|run| run.0),
                entry.plan.map(|plan| plan.0),
                entry.undoes.map(|number| number.0),
                entry.note.as_deref(),
                entry.counts.to_string(),
                entry.plan_digest.as_deref(),
                ranges_text(&entry.rows),
                entry.prev_hash.as_str(),
                entry.hash.as_str(),
            ],
        )
        .await?;
    session
        .execute(
            "INSERT INTO log_head (district, number, hash) VALUES ($1, $2, $3) \
             ON CONFLICT (district) DO UPDATE SET number = excluded.number, hash = excluded.hash",
            params![district, entry.number.0, entry.hash.as_str()],
        )
        .await?;
    Ok(())
}

/// The row ranges as the one text that is kept and hashed.
pub(crate) fn ranges_text(rows: &BTreeMap<Kind, RowRange>) -> String {
    serde_json::to_string(rows).unwrap_or_default()
}

fn read(row: &Record) -> Result<Operation, DatabaseError> {
    let unreadable = |column| DatabaseError::unreadable("operation", column);
    Ok(Operation {
        number: OperationNumber(row.int("number")?),
        kind: OperationKind::from_word(&row.text("kind")?).ok_or(unreadable("kind"))?,
        source: row.maybe_int("source")?.map(SourceId),
        actor_identity: row.text("actor_identity")?,
        by: row.maybe_text("by_name")?,
        at: DateTime(row.int("made_at")?),
        run: row.maybe_int("run")?.map(RunNumber),
        plan: row.maybe_int("plan")?.map(PlanNumber),
        undoes: row.maybe_int("undoes")?.map(OperationNumber),
        undone_by: None,
        note: row.maybe_text("note")?,
        counts: serde_json::from_str(&row.text("counts")?).map_err(|_| unreadable("counts"))?,
        plan_digest: row.maybe_text("plan_digest")?,
        rows: serde_json::from_str(&row.text("row_ranges")?)
            .map_err(|_| unreadable("row_ranges"))?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}
