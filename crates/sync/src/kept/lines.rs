//! Records of a kept delivery by their lines, from the blocks that hold them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use firstbell_ingest::package::Member;
use firstbell_ingest::{OpenError, Package, Row, Rows, fetch, header};
use firstbell_roster::model::Kind;
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::settings::{Mapping, SlashedDates};
use firstbell_store::SealedReader;

use super::{KeptDelivery, Source};
use crate::hub::HubError;

/// Some lines of a kept file: the block that holds them as a file of its own, and which line of the
/// whole file each of its lines is.
struct Part<'a> {
    file: OneFile<'a>,
    lines: BTreeSet<u32>,
    /// How many lines of the whole file stand before those of the block, its header not counted.
    before: i64,
}

impl Part<'_> {
    fn line(&self, at: u32) -> u32 {
        u32::try_from(i64::from(at) + self.before).unwrap_or(0)
    }

    fn has(&self, at: u32) -> bool {
        self.lines.contains(&self.line(at))
    }
}

impl KeptDelivery {
    /// Hands over the records of a kind that begin on these lines; of a file that is not kept, none.
    pub fn at_lines(
        &self,
        kind: Kind,
        lines: &BTreeSet<u32>,
        mut take: impl FnMut(u32, Record<'_>),
    ) -> Result<(), HubError> {
        self.parts(kind, lines, |part| {
            let hand = |at, record: Record<'_>| {
                take(part.line(at), record);
                Ok(())
            };
            Ok(fetch(&part.file, kind, |at| part.has(at), hand)?)
        })
    }

    /// The same as the rows stand in the file.
    pub fn rows_at(
        &self,
        kind: Kind,
        lines: &BTreeSet<u32>,
        mut take: impl FnMut(u32, &Row<'_>),
    ) -> Result<(), HubError> {
        self.parts(kind, lines, |part| {
            let Some(rows) = Rows::of(&part.file, kind)? else { return Ok(()) };
            rows.each(
                |at| part.has(at),
                |row| {
                    take(part.line(row.line), &row);
                    Ok(())
                },
            )
        })
    }

    fn parts(
        &self,
        kind: Kind,
        lines: &BTreeSet<u32>,
        mut take: impl FnMut(&Part<'_>) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let sealed = |source: &Source| matches!(source, Source::Sealed(of, _) if *of == kind);
        let Some(Source::Sealed(_, reader)) = self.sources.iter().find(|one| sealed(one)) else {
            return Ok(());
        };
        let begins: Vec<u32> = serde_json::from_slice(reader.footer())?;
        let mut blocks: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for line in lines {
            let block = begins.partition_point(|first| first <= line).saturating_sub(1);
            blocks.entry(block).or_default().insert(*line);
        }
        let head = if blocks.is_empty() { Vec::new() } else { block(reader, 0)? };
        for (number, lines) in blocks {
            let (bytes, before) = match begins.get(number) {
                Some(first) if number > 0 => {
                    let (header, rows) = header(&head);
                    let bytes = [header, &block(reader, number)?].concat();
                    (bytes, i64::from(*first) - 1 - i64::from(rows))
                }
                Some(_) | None => (head.clone(), 0),
            };
            take(&Part { file: self.one_file(kind, bytes), lines, before })?;
        }
        Ok(())
    }

    fn one_file(&self, kind: Kind, bytes: Vec<u8>) -> OneFile<'_> {
        let size = bytes.len() as u64;
        let member = Member { name: kind.file(), folder: String::new(), size, place: 0 };
        OneFile { of: self, members: [member], bytes }
    }
}

fn block(reader: &SealedReader, number: usize) -> Result<Vec<u8>, HubError> {
    Ok(reader.read(u32::try_from(number).unwrap_or(u32::MAX))?)
}

/// One file in memory, to be read as its delivery is.
struct OneFile<'a> {
    of: &'a KeptDelivery,
    members: [Member; 1],
    bytes: Vec<u8>,
}

impl Package for OneFile<'_> {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn other_names(&self, kind: Kind) -> Option<&BTreeMap<String, String>> {
        self.of.other_names(kind)
    }

    fn slashed_dates(&self, kind: Kind) -> SlashedDates {
        self.of.slashed_dates(kind)
    }

    fn mapping(&self) -> &[Mapping] {
        self.of.mapping()
    }

    fn open<'a>(&'a self, _: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError> {
        Ok(Box::new(self.bytes.as_slice()))
    }
}
