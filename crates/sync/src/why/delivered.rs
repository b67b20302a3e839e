//! Reads records of a delivery that is kept.

use std::collections::BTreeSet;

use firstbell_ingest::fetch;
use firstbell_roster::model::Kind;
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::SOURCED_ID;

use super::asked::{Asked, PastRun};
use crate::hub::HubError;
use crate::kept::KeptDelivery;

/// The cells of one record as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent(Vec<String>);

impl Sent {
    /// The cells of a record.
    pub fn of(kind: Kind, record: Record<'_>) -> Self {
        Self((0..kind.columns().len()).map(|at| record.cell(at).to_owned()).collect())
    }

    /// The cell of the column at this place of the file.
    pub fn cell(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }
}

/// Hands over every record of a kind of a delivery with its line, while it is kept.
pub fn scan(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
    mut take: impl FnMut(u32, Record<'_>),
) -> Result<(), HubError> {
    let Some(kept) = open(asked, run)? else { return Ok(()) };
    tokio::task::block_in_place(|| {
        fetch(
            &kept,
            kind,
            |_| true,
            |line, record| {
                take(line, record);
                Ok(())
            },
        )
    })?;
    Ok(())
}

/// The record with a key that begins on a line, from the one block that holds it; `None` where
/// it is not kept any more.
pub fn one(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
    key: u64,
    line: u32,
) -> Result<Option<Sent>, HubError> {
    let sent = on_line(asked, run, kind, line)?;
    Ok(sent.filter(|sent| asked.hasher.key(sent.cell(SOURCED_ID).as_bytes()) == key))
}

/// The record that begins on a line, the same.
pub fn on_line(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
    line: u32,
) -> Result<Option<Sent>, HubError> {
    let mut found = None;
    at_lines(asked, run, kind, &BTreeSet::from([line]), |_, record| {
        found = Some(Sent::of(kind, record));
    })?;
    Ok(found)
}

/// Hands over the records of a kind that begin on these lines, while they are kept.
pub fn at_lines(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
    lines: &BTreeSet<u32>,
    take: impl FnMut(u32, Record<'_>),
) -> Result<(), HubError> {
    open(asked, run)?.map_or(Ok(()), |kept| kept.at_lines(kind, lines, take))
}

fn open(asked: &Asked<'_>, run: &PastRun) -> Result<Option<KeptDelivery>, HubError> {
    if !run.readable {
        return Ok(None);
    }
    KeptDelivery::open(&asked.files, &asked.key, run.delivery, &run.version, &run.kept).map(Some)
}
