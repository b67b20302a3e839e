//! Reads an image.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::section::{In, Later, Source};
use super::{MAGIC, Stamp};
use crate::model::Kind;
use crate::model::subjects::{Ids, Marks, NOBODY, Prints, Stored, Subjects};
use crate::model::table::Index;

/// Reads an image; `None` where it is damaged or belongs to something else. Most fingerprints are
/// read from the source later, if at all.
pub fn read(source: impl Source + 'static, wanted: Stamp) -> io::Result<Option<Vec<Subjects>>> {
    let Some((mut kinds, prints)) = parts(Arc::new(source), wanted)? else { return Ok(None) };
    for (list, prints) in kinds.iter_mut().zip(prints) {
        list.prints = Prints::stored(list.len(), Arc::new(prints));
    }
    Ok(Some(kinds))
}

/// What an image belongs to, if all of it is as it was written, the fingerprints too.
pub fn whole(source: impl Source + 'static) -> io::Result<Option<Stamp>> {
    let source: Arc<dyn Source> = Arc::new(source);
    let stamp = stamp(&mut In::new(source.clone(), 0))?;
    let Some(stamp) = stamp else { return Ok(None) };
    let Some((_, prints)) = parts(source, stamp)? else { return Ok(None) };
    Ok(prints.iter().all(|prints| prints.read().is_ok()).then_some(stamp))
}

/// What an image says that it belongs to; `None` where it is none.
fn stamp(input: &mut In) -> io::Result<Option<Stamp>> {
    if input.take::<8>()? != *MAGIC {
        return Ok(None);
    }
    Ok(Some(Stamp {
        district: i64::from_le_bytes(input.take()?),
        source: i64::from_le_bytes(input.take()?),
        operation: i64::from_le_bytes(input.take()?),
        entry: input.take()?,
    }))
}

/// The subjects without their fingerprints, and where those stand.
fn parts(
    source: Arc<dyn Source>,
    wanted: Stamp,
) -> io::Result<Option<(Vec<Subjects>, Vec<Later>)>> {
    let mut input = In::new(source, 0);
    if stamp(&mut input)? != Some(wanted) {
        return Ok(None);
    }
    let mut halves = Vec::new();
    for kind in Kind::FACTS {
        let Some(two) = of_kind(kind, &mut input)? else { return Ok(None) };
        halves.extend(two);
    }
    let (mut names, mut rests) = (BTreeMap::new(), BTreeMap::new());
    for half in read_all(halves)? {
        match half {
            Some(Half::Names(kind, half)) => drop(names.insert(kind, half)),
            Some(Half::Rest(kind, half)) => drop(rests.insert(kind, half)),
            None => return Ok(None),
        }
    }
    let whole = names.into_values().zip(rests.into_values());
    let kinds: Vec<_> = whole.map(|(names, rest)| together(names, *rest)).collect();
    let prints = kinds.iter().map(|list| input.later(list.len() as u64)).collect();
    Ok(Some((kinds, prints)))
}

/// One half of a kind that is still to be read.
struct Unread {
    kind: Kind,
    input: In,
    bytes: u64,
    length: u64,
    /// For the first half: the first id, and whether the others stand as distances from it.
    names: Option<(i64, bool)>,
}

/// One half of a kind.
enum Half {
    Names(Kind, Names),
    Rest(Kind, Box<(Vec<u32>, Subjects)>),
}

/// Keys, hashes of bytes, and ids.
type Names = (Vec<u64>, Vec<u64>, Ids);

/// The halves of a kind, to be read; `None` where it is damaged.
fn of_kind(kind: Kind, input: &mut In) -> io::Result<Option<[Unread; 2]>> {
    let length = u64::from_le_bytes(input.take()?);
    let near = input.take()? == [1];
    let first = i64::from_le_bytes(input.take()?);
    let bytes = u64::from_le_bytes(input.take()?);
    if !input.ends_whole()? || length >= u64::from(NOBODY) {
        return Ok(None);
    }
    let of_names = length * (8 + 8 + if near { 4 } else { 8 });
    let halves = [(of_names, Some((first, near))), (bytes, None)].map(|(bytes, names)| {
        let half = Unread { kind, input: input.fork(), bytes, length, names };
        input.skip(bytes);
        half
    });
    Ok(Some(halves))
}

/// Reads halves side by side, the largest first.
fn read_all(mut halves: Vec<Unread>) -> io::Result<Vec<Option<Half>>> {
    halves.sort_by_key(|half| half.bytes);
    let (left, read) = (Mutex::new(halves), Mutex::new(Vec::new()));
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(half) = next() {
                    let half = half.read();
                    read.lock().unwrap_or_else(PoisonError::into_inner).push(half);
                }
            });
        }
    });
    read.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
}

impl Unread {
    /// Reads it; `None` where it is damaged.
    fn read(mut self) -> io::Result<Option<Half>> {
        let Some((first, near)) = self.names else {
            let rest = read_rest(self.kind, self.length, &mut self.input)?;
            return Ok(rest.map(|rest| Half::Rest(self.kind, Box::new(rest))));
        };
        let (length, input) = (self.length, &mut self.input);
        let keys = input.section(length, u64::from_le_bytes)?;
        let raws = input.section(length, u64::from_le_bytes)?;
        let ids = if near {
            Ids::near(first, input.section(length, u32::from_le_bytes)?)
        } else {
            Ids::wide(input.section(length, i64::from_le_bytes)?)
        };
        Ok(input.ends_whole()?.then_some(Half::Names(self.kind, (keys, raws, ids))))
    }
}

fn together((keys, raws, ids): Names, (slots, rest): (Vec<u32>, Subjects)) -> Subjects {
    let mut list = Subjects::of_roster(Index::from_parts(slots, keys));
    (list.raws, list.ids, list.links) = (raws, ids, rest.links);
    (list.tags, list.flags) = (rest.tags, rest.flags);
    (list.persons, list.identifiers, list.marks) = (rest.persons, rest.identifiers, rest.marks);
    list
}

/// The second half of a kind: the slots of the keys, and what the subjects are and belong to.
fn read_rest(kind: Kind, length: u64, input: &mut In) -> io::Result<Option<(Vec<u32>, Subjects)>> {
    let slots = u64::from_le_bytes(input.take()?);
    let slots = input.section(slots, u32::from_le_bytes)?;
    let mut list = Subjects::default();
    for links in &mut list.links {
        let length = u64::from_le_bytes(input.take()?);
        *links = input.section(length, u32::from_le_bytes)?;
    }
    list.tags = input.section(length, |[tag]| tag)?;
    list.flags = input.section(length, |[flags]| flags)?;
    if kind == Kind::User {
        list.persons = input.section(length, i64::from_le_bytes)?;
        let length = u64::from_le_bytes(input.take()?);
        let hashes = input.section(length, u64::from_le_bytes)?;
        let owners = input.section(length, u32::from_le_bytes)?;
        list.identifiers = hashes.into_iter().zip(owners).collect();
    }
    let marks = u64::from_le_bytes(input.take()?);
    list.marks = Marks::from_list(input.section(marks, u64::from_le_bytes)?);
    Ok(input.ends_whole()?.then_some((slots, list)))
}
