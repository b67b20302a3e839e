//! Tells records that did not change since they were last applied, without reading their cells.
//!
//! A record that was read and applied without any remark leaves a keyed hash of its bytes
//! behind. Bytes that hash alike under the same sourcedId say the same again, as long as
//! everything else that reading looks at stays as it was; that is part of the hash.

use firstbell_roster::model::column::Column;
use firstbell_roster::model::fingerprint::{ByteHasher, Hasher};
use firstbell_roster::model::subjects::{Lent, NOBODY, Ordinal, Subjects};
use firstbell_roster::model::{Kind, Settings};
use memchr::{memchr, memchr2};

use super::header::Version;
use super::tokenize::Dialect;

/// How many lines are looked up side by side.
const LINES: usize = 256;

/// How many tell at the start of a block whether the records come in the order of the roster.
const FIRST_LINES: usize = 16;

/// What lines are compared with.
pub struct Shortcut<'a> {
    /// The district's hashes.
    pub hasher: &'a Hasher,
    /// The hash of bytes in files that are read like this one.
    pub bytes: ByteHasher,
    /// The records of the roster.
    pub known: &'a Lent,
    /// How the file separates cells.
    pub dialect: Dialect,
    /// The place of the sourcedId in the file.
    pub column: usize,
}

/// The lines that were looked up last, to be used again for the next.
#[derive(Default)]
pub struct Lines {
    ends: Vec<usize>,
    keys: Vec<u64>,
    hashes: Vec<u64>,
    guesses: Vec<Ordinal>,
    raws: Vec<u64>,
    /// The subject whose record comes next, where the records come in the order of the roster.
    next: Option<Ordinal>,
    /// Whether any were looked up before.
    begun: bool,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it begins.
    pub start: usize,
    /// Where the next begins.
    pub end: usize,
    /// Whether it is the record of a subject of the roster, unchanged.
    pub same: bool,
    /// Which, if so.
    pub known: Ordinal,
    /// Whether it then has values in columns that no feature uses.
    pub surplus: bool,
}

impl Shortcut<'_> {
    /// Looks up the next lines of a block, as if each were a record.
    pub fn look(&self, block: &[u8], from: usize, lines: &mut Lines) {
        lines.clear();
        lines.ends.push(from);
        match lines.next {
            Some(next) => self.look_in_order(block, from, lines, next),
            None => self.look_anywhere(block, from, lines),
        }
        lines.next = lines.follows();
        lines.begun = true;
    }

    /// Looks lines up that come in any order.
    fn look_anywhere(&self, block: &[u8], from: usize, lines: &mut Lines) {
        let mut rest = block.get(from..).unwrap_or_default();
        let mut end = from;
        let most = if lines.begun { LINES } else { FIRST_LINES };
        while lines.keys.len() < most
            && let Some(length) = memchr(self.dialect.terminator, rest)
        {
            let (line, after) = rest.split_at(length + 1);
            end += line.len();
            lines.ends.push(end);
            lines.keys.push(self.key(line));
            lines.hashes.push(self.bytes.hash(line));
            rest = after;
        }
        // What is far away in memory is fetched for many lines at once. The bytes decide, so that
        // a guess is verified only where they differ.
        self.known.index.guess_all(&lines.keys, &mut lines.guesses);
        lines.raws.extend(lines.guesses.iter().map(|one| self.raw(*one)));
        let all = lines.keys.iter().zip(&lines.hashes).zip(&mut lines.guesses).zip(&mut lines.raws);
        for (((key, hash), guess), raw) in all {
            if *raw & !1 != *hash && *guess != NOBODY {
                *guess = self.known.index.find(*key).unwrap_or(NOBODY);
                *raw = self.raw(*guess);
            }
        }
    }

    /// Looks lines up that seem to come in the order of the roster: the bytes tell whether a
    /// line is the record of the next subject, and only where not, its sourcedId is looked at.
    fn look_in_order(&self, block: &[u8], from: usize, lines: &mut Lines, mut next: Ordinal) {
        let mut rest = block.get(from..).unwrap_or_default();
        let mut end = from;
        while lines.hashes.len() < LINES
            && let Some(length) = memchr(self.dialect.terminator, rest)
        {
            let (line, after) = rest.split_at(length + 1);
            let hash = self.bytes.hash(line);
            let (mut raw, mut guess) = (self.raw(next), next);
            if raw & !1 != hash {
                guess = self.known.index.find(self.key(line)).unwrap_or(NOBODY);
                raw = self.raw(guess);
            }
            if guess != NOBODY {
                next = guess + 1;
            }
            end += line.len();
            lines.ends.push(end);
            lines.hashes.push(hash);
            lines.guesses.push(guess);
            lines.raws.push(raw);
            rest = after;
        }
    }

    fn raw(&self, one: Ordinal) -> u64 {
        self.known.raws.get(one as usize).copied().unwrap_or(0)
    }

    /// The key of the sourcedId of a line, where that is written plainly; 0 otherwise.
    fn key(&self, line: &[u8]) -> u64 {
        cell(line, self.column, self.dialect).map_or(0, |id| self.hasher.key(id))
    }
}

impl Lines {
    fn clear(&mut self) {
        self.ends.clear();
        self.keys.clear();
        self.hashes.clear();
        self.guesses.clear();
        self.raws.clear();
    }

    /// The subject after the last one, where most of them followed each other.
    fn follows(&self) -> Option<Ordinal> {
        let follow =
            |pair: &&[Ordinal]| matches!(pair, [one, next] if one.wrapping_add(1) == *next);
        let following = self.guesses.windows(2).filter(follow).count();
        let last = self.guesses.iter().rev().find(|one| **one != NOBODY)?;
        (following * 2 > self.guesses.len()).then_some(last + 1)
    }

    /// The lines that were looked up, in order.
    pub fn iter(&self) -> impl Iterator<Item = Line> + '_ {
        let places = self.ends.windows(2).zip(&self.hashes);
        let known = self.guesses.iter().zip(&self.raws);
        places.zip(known).filter_map(|((place, hash), (known, raw))| {
            let [start, end] = *place else { return None };
            let (same, surplus) = (raw & !1 == *hash, raw & 1 == 1);
            Some(Line { start, end, known: *known, same, surplus })
        })
    }
}

impl Line {
    /// The key of a sourcedId in lower case, where that differs.
    pub fn folded(&self, shortcut: &Shortcut<'_>, block: &[u8]) -> Option<u64> {
        let line = block.get(self.start..self.end).unwrap_or_default();
        let id = cell(line, shortcut.column, shortcut.dialect).unwrap_or_default();
        let cased = id.iter().any(u8::is_ascii_uppercase);
        cased.then(|| shortcut.hasher.key(&id.to_ascii_lowercase()))
    }
}

/// A cell of a line, where it is written plainly; a wrong guess only costs the shortcut.
fn cell(line: &[u8], column: usize, dialect: Dialect) -> Option<&[u8]> {
    let mut rest = line;
    for _ in 0..column {
        let end = match rest {
            [b'"', quoted @ ..] => memchr(b'"', quoted)? + 2,
            plain => memchr(dialect.separator, plain)?,
        };
        rest = rest.get(end + 1..)?;
    }
    match rest {
        [b'"', quoted @ ..] => quoted.get(..memchr(b'"', quoted)?),
        plain => plain.get(..memchr2(dialect.separator, dialect.terminator, plain)?),
    }
}

/// Everything beside a record's own bytes that decides how it is read, as bytes.
pub fn alike(
    header: &[u8],
    dialect: Dialect,
    version: Version,
    settings: &Settings,
    unknown: &[bool],
    kind: Kind,
    kinds: &[Subjects],
) -> Vec<u8> {
    let mut alike = header.to_vec();
    let engine = env!("CARGO_PKG_VERSION");
    let rest = format!("{engine} {kind} {dialect:?} {version:?} {unknown:?} {settings:?}");
    alike.extend_from_slice(rest.as_bytes());
    for target in kind.columns().iter().filter_map(Column::refers_to) {
        // A row ends with its class and its user, and whoever loses a link is read again.
        if target < kind && !matches!(target, Kind::Class | Kind::User) {
            let list = kinds.get(target as usize).map(|list| (list.len(), list.keys()));
            let (length, keys) =
                list.map_or((0, 0), |(length, keys)| (length, keys.fold(0, |all, key| all ^ key)));
            alike.extend_from_slice(&(length as u64).to_le_bytes());
            alike.extend_from_slice(&keys.to_le_bytes());
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { separator: b',', terminator: b'\n' };

    #[test]
    fn a_cell_is_found_in_plain_and_quoted_lines() {
        assert_eq!(cell(b"a,b\n", 0, COMMA), Some(b"a".as_slice()));
        assert_eq!(cell(b"\"a\",\"x,y\",b\r\n", 0, COMMA), Some(b"a".as_slice()));
        assert_eq!(cell(b"\"a\",\"x,y\",b,c\n", 2, COMMA), Some(b"b".as_slice()));
        assert_eq!(cell(b"a\n", 0, COMMA), Some(b"a".as_slice()));
        assert_eq!(cell(b"a\n", 1, COMMA), None);
        assert_eq!(cell(b"\"a\n", 0, COMMA), None);
    }
}
