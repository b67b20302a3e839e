//! Reads records of a delivery that is kept.

use std::collections::BTreeMap;
use std::io::Read;

use firstbell_ingest::package::Member;
use firstbell_ingest::{OpenError, Package, fetch, header};
use firstbell_roster::model::Kind;
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::settings::{Mapping, SlashedDates};

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
    let Some(kept) = open(asked, run)? else { return Ok(None) };
    let Some((head, first)) = kept.block_of(kind, 0)? else { return Ok(None) };
    let Some((block, begins)) = kept.block_of(kind, line)? else { return Ok(None) };
    let (bytes, line) = if begins == first {
        (block, line)
    } else {
        let (header, lines) = header(&head);
        ([header, &block].concat(), line.saturating_sub(begins) + 1 + lines)
    };
    let other_names = run.kept.files.get(&kind).map(|file| file.other_names.clone());
    let other_names = other_names.unwrap_or_default();
    let (slashed, mapping) = (run.kept.slashed_dates(kind), run.kept.mapping.clone());
    let file = OneFile::new(kind, bytes, other_names, slashed, mapping);
    let mut found = None;
    fetch(
        &file,
        kind,
        |at| at == line,
        |_, record| {
            let is_it = asked.hasher.key(record.cell(SOURCED_ID).as_bytes()) == key;
            found = is_it.then(|| Sent::of(kind, record));
            Ok(())
        },
    )?;
    Ok(found)
}

fn open(asked: &Asked<'_>, run: &PastRun) -> Result<Option<KeptDelivery>, HubError> {
    if !run.readable {
        return Ok(None);
    }
    KeptDelivery::open(&asked.files, &asked.key, run.delivery, &run.version, &run.kept).map(Some)
}

/// One file in memory.
struct OneFile {
    members: [Member; 1],
    bytes: Vec<u8>,
    other_names: BTreeMap<String, String>,
    slashed_dates: SlashedDates,
    mapping: Vec<Mapping>,
}

impl OneFile {
    fn new(
        kind: Kind,
        bytes: Vec<u8>,
        other_names: BTreeMap<String, String>,
        slashed_dates: SlashedDates,
        mapping: Vec<Mapping>,
    ) -> Self {
        let size = bytes.len() as u64;
        let member = Member { name: kind.file(), folder: String::new(), size, place: 0 };
        Self { members: [member], bytes, other_names, slashed_dates, mapping }
    }
}

impl Package for OneFile {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn other_names(&self, _: Kind) -> Option<&BTreeMap<String, String>> {
        Some(&self.other_names)
    }

    fn slashed_dates(&self, _: Kind) -> SlashedDates {
        self.slashed_dates
    }

    fn mapping(&self) -> &[Mapping] {
        &self.mapping
    }

    fn open<'a>(&'a self, _: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError> {
        Ok(Box::new(self.bytes.as_slice()))
    }
}
