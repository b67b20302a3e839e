//! Reads an image.

use std::io;
use std::sync::Arc;

use super::section::{In, Later, Source};
use super::{MAGIC, Stamp};
use crate::model::Kind;
use crate::model::subjects::{Ids, NOBODY, Prints, Stored, Subjects};
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
    let mut kinds = Vec::new();
    for kind in Kind::FACTS {
        let Some(list) = read_kind(kind, &mut input)? else { return Ok(None) };
        kinds.push(list);
    }
    let prints = kinds.iter().map(|list| input.later(list.len() as u64)).collect();
    Ok(Some((kinds, prints)))
}

/// Reads one kind, its two halves side by side; `None` where it is damaged.
fn read_kind(kind: Kind, input: &mut In) -> io::Result<Option<Subjects>> {
    let length = u64::from_le_bytes(input.take()?);
    let near = input.take()? == [1];
    let first = i64::from_le_bytes(input.take()?);
    if !input.ends_whole()? || length >= u64::from(NOBODY) {
        return Ok(None);
    }
    let width = if near { 4 } else { 8 };
    let mut names = input.fork();
    input.skip(length * (8 + 8 + width));
    let (names, rest) = std::thread::scope(|scope| {
        let names = scope.spawn(move || {
            let keys = names.section(length, u64::from_le_bytes)?;
            let raws = names.section(length, u64::from_le_bytes)?;
            let ids = if near {
                Ids::near(first, names.section(length, u32::from_le_bytes)?)
            } else {
                Ids::wide(names.section(length, i64::from_le_bytes)?)
            };
            Ok::<_, io::Error>(names.ends_whole()?.then_some((keys, raws, ids)))
        });
        let rest = read_rest(kind, length, input);
        (names.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)), rest)
    });
    let (Some((keys, raws, ids)), Some((slots, rest))) = (names?, rest?) else { return Ok(None) };
    let mut list = Subjects::of_roster(Index::from_parts(slots, keys));
    (list.raws, list.ids, list.links) = (raws, ids, rest.links);
    (list.tags, list.flags) = (rest.tags, rest.flags);
    (list.persons, list.identifiers) = (rest.persons, rest.identifiers);
    Ok(Some(list))
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
    Ok(input.ends_whole()?.then_some((slots, list)))
}
