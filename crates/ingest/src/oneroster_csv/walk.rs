//! Walks over a kind's file once more, and stops at the records that are wanted.

use std::collections::BTreeMap;
use std::io::{self, Read};

use firstbell_roster::check::Findings;
use firstbell_roster::model::Kind;
use memchr::memchr;

use super::blocks::{Block, Blocks};
use super::header::{Header, Version};
use super::header_row::header_row;
use super::tokenize::{Cell, Dialect, Shape, Tokenizer};
use super::{ReadError, members};
use crate::package::Package;

/// A walk that stands behind the header of a file.
pub struct Walk<'a> {
    /// The names of the header row.
    pub names: Vec<String>,
    /// What the columns are.
    pub header: Header,
    /// How the file separates cells and records.
    pub dialect: Dialect,
    file: &'a str,
    blocks: Blocks<Box<dyn Read + Send + 'a>>,
    first: Block,
    /// Where the first record begins.
    body: usize,
    /// The line on which it does.
    line: u32,
}

/// A record that was wanted.
pub struct Found<'a> {
    /// The line on which it begins.
    pub line: u32,
    /// Its cells, as ranges of the block.
    pub cells: &'a [Cell],
    /// The block that it stands in.
    pub block: &'a [u8],
    /// What it is like.
    pub shape: Shape,
}

impl<'a> Walk<'a> {
    /// Opens the file of a kind, with the names that its columns have beside OneRoster's; `None`
    /// where the package has no such file.
    pub fn open(
        package: &'a dyn Package,
        kind: Kind,
        version: Version,
        own: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, ReadError> {
        let Some(member) = members::file_of(package, kind) else {
            return Ok(None);
        };
        let file = member.name.as_str();
        let mut blocks = Blocks::new(package.open(member)?).map_err(failed(file))?;
        let dialect = blocks.dialect();
        let first = blocks.next_block().map_err(failed(file))?;
        let first = first.unwrap_or(Block { number: 0, bytes: Vec::new(), last: true });
        let (names, body, lines) = header_row(&first.bytes, dialect);
        let mut header = Header::map(kind, version, &names, file, own, &mut Findings::default());
        header.learn(first.bytes.get(body..).unwrap_or_default(), dialect);
        Ok(Some(Self { names, header, dialect, file, blocks, first, body, line: 1 + lines }))
    }

    /// Hands over the records that begin on wanted lines, in the order of the file.
    pub fn each<E: From<ReadError>>(
        self,
        mut wanted: impl FnMut(u32) -> bool,
        mut take: impl FnMut(&Header, Found<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { header, dialect, file, mut blocks, first, body, mut line, .. } = self;
        let mut cells = Vec::new();
        let (mut next, mut at) = (Some(first), body);
        while let Some(Block { bytes: block, .. }) = next {
            let quoted = memchr(b'"', &block).is_some();
            while at < block.len() {
                let is_wanted = wanted(line);
                if !is_wanted && !quoted {
                    at += until(dialect.terminator, block.get(at..).unwrap_or_default());
                    line += 1;
                    continue;
                }
                let mut tokenizer = Tokenizer::at(&block, dialect, at);
                let shape = tokenizer.next_record(&mut cells).unwrap_or_default();
                at = tokenizer.position();
                if is_wanted {
                    take(&header, Found { line, cells: &cells, block: &block, shape })?;
                }
                line += shape.lines;
            }
            next = blocks.next_block().map_err(failed(file))?;
            at = 0;
        }
        Ok(())
    }
}

/// How many bytes there are up to and with the first terminator.
fn until(terminator: u8, bytes: &[u8]) -> usize {
    memchr(terminator, bytes).map_or(bytes.len(), |length| length + 1)
}

fn failed(file: &str) -> impl Fn(io::Error) -> ReadError {
    let file = file.to_owned();
    move |error| ReadError::Io { file: file.clone(), error }
}
