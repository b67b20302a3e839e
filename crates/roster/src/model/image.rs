//! The image of a source's part of the roster: what the next run compares with, in one file.
//!
//! It holds keys, fingerprints, ids and links, and no value of any person. It can always be
//! made again from the roster; fingerprints are then 0, so that every record is compared in
//! full once. The parallel lists of [`Subjects`] stand in it one after another, the slots of
//! the table of keys among them, so that loading it is little more than reading it.

mod section;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

pub use section::Source;
use section::{In, Later, Out};

use super::kind::Kind;
use super::subjects::{Ids, Link, NOBODY, Ordinal, Prints, Stored, Subjects, flag};
use super::table::Index;

/// What an image belongs to; one that names anything else is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The district.
    pub district: i64,
    /// The source.
    pub source: i64,
    /// The newest operation that it knows of.
    pub operation: i64,
}

const MAGIC: &[u8; 8] = b"fbimage4";

/// One kind of an image, ready to be written: which subjects stay, in the order of their ids.
#[derive(Debug, Default)]
pub struct Part {
    /// The ordinals, in the order of their final ids.
    pub ordinals: Vec<Ordinal>,
}

/// What an image is made of.
pub struct Contents<'a> {
    /// The subjects of each kind of fact.
    pub kinds: &'a [Subjects],
    /// Those that are active from now on.
    pub parts: &'a BTreeMap<Kind, Part>,
    /// The trusted identifiers of the users whose records were read, with their owners.
    pub identifiers: &'a [(u64, Ordinal)],
    /// The final id of a subject.
    pub id: &'a dyn Fn(Kind, Ordinal) -> i64,
    /// The final id of the human that a user row belongs to.
    pub person: &'a dyn Fn(Ordinal) -> i64,
    /// Whether the next run may trust the fingerprint of a subject.
    pub trusted: &'a dyn Fn(Kind, Ordinal) -> bool,
}

/// Writes an image.
pub fn write(out: &mut impl Write, stamp: Stamp, contents: &Contents<'_>) -> io::Result<()> {
    let mut out = Out::new(out);
    out.put(MAGIC)?;
    for number in [stamp.district, stamp.source, stamp.operation] {
        out.put(&number.to_le_bytes())?;
    }
    let places = places(contents);
    let written = |(kind, list)| {
        let part = contents.parts.get(&kind).map(|part| part.ordinals.as_slice());
        Written { kind, list, ordinals: part.unwrap_or_default(), places: &places }
    };
    for kind in Kind::FACTS.into_iter().zip(contents.kinds).map(written) {
        kind.write(contents, &mut out)?;
    }
    out.seal()?;
    for kind in Kind::FACTS.into_iter().zip(contents.kinds).map(written) {
        kind.prints(contents, &mut out)?;
        out.seal()?;
    }
    Ok(())
}

/// The subjects of one kind on their way into an image.
struct Written<'a> {
    kind: Kind,
    list: &'a Subjects,
    ordinals: &'a [Ordinal],
    places: &'a BTreeMap<Kind, Vec<Ordinal>>,
}

impl Written<'_> {
    fn write(&self, contents: &Contents<'_>, out: &mut Out<'_>) -> io::Result<()> {
        let (kind, list, all) = (self.kind, self.list, || self.ordinals.iter().copied());
        out.put(&(self.ordinals.len() as u64).to_le_bytes())?;
        out.section(all().map(|one| list.key(one).to_le_bytes()))?;
        self.slots(out)?;
        out.section(all().map(|one| self.raw(contents, one).to_le_bytes()))?;
        self.ids(contents, out)?;
        for link in [Link::First, Link::User, Link::School] {
            let none = all().all(|one| self.link(one, link) == NOBODY);
            let length = if none { 0 } else { self.ordinals.len() };
            out.put(&(length as u64).to_le_bytes())?;
            out.section(all().take(length).map(|one| self.link(one, link).to_le_bytes()))?;
        }
        let implied = |one| if self.stands_in(one) { flag::IMPLIED } else { 0 };
        out.section(all().map(|one| [list.tag(one)]))?;
        out.section(all().map(|one| [flag::IN_ROSTER | implied(one)]))?;
        if kind == Kind::User {
            out.section(all().map(|one| (contents.person)(one).to_le_bytes()))?;
            let identifiers = self.identifiers(contents);
            out.put(&(identifiers.len() as u64).to_le_bytes())?;
            out.section(identifiers.iter().map(|(hash, _)| hash.to_le_bytes()))?;
            out.section(identifiers.iter().map(|(_, one)| one.to_le_bytes()))?;
        }
        Ok(())
    }

    /// The fingerprints, in a list of their own that is read only when it is needed.
    fn prints(&self, contents: &Contents<'_>, out: &mut Out<'_>) -> io::Result<()> {
        let prints = self.list.prints.all();
        out.section(self.ordinals.iter().map(|one| {
            let print = prints.get(*one as usize).filter(|_| (contents.trusted)(self.kind, *one));
            print.copied().unwrap_or(0).to_le_bytes()
        }))
    }

    /// The ids: as distances from the first, where all of them fit into 4 bytes.
    fn ids(&self, contents: &Contents<'_>, out: &mut Out<'_>) -> io::Result<()> {
        let all = || self.ordinals.iter().map(|one| (contents.id)(self.kind, *one));
        let first = all().next().unwrap_or(0);
        let distance = |id: i64| id.checked_sub(first).and_then(|far| u32::try_from(far).ok());
        let near = all().all(|id| distance(id).is_some());
        out.put(&[u8::from(near)])?;
        if !near {
            return out.section(all().map(i64::to_le_bytes));
        }
        out.put(&first.to_le_bytes())?;
        out.section(all().map(|id| distance(id).unwrap_or(0).to_le_bytes()))
    }

    /// The slots of the keys; the list's own where every subject keeps its place.
    fn slots(&self, out: &mut Out<'_>) -> io::Result<()> {
        let stays = self.ordinals.len() == self.list.len()
            && (0u32..).zip(self.ordinals).all(|(new, old)| new == *old);
        let made;
        let index = if let Some(index) = self.list.whole().filter(|_| stays) {
            index
        } else {
            made = Index::of(self.ordinals.iter().map(|one| self.list.key(*one)).collect());
            &made
        };
        out.put(&(index.slots().len() as u64).to_le_bytes())?;
        out.section(index.slots().iter().map(|slot| slot.to_le_bytes()))
    }

    fn link(&self, one: Ordinal, link: Link) -> Ordinal {
        let to = self.list.link(one, link);
        let Some(target) = target(self.kind, link) else { return to };
        let list = self.places.get(&target).map(Vec::as_slice).unwrap_or_default();
        list.get(to as usize).copied().unwrap_or(NOBODY)
    }

    /// A record counts as read only if it can be trusted and all that it names goes on.
    fn raw(&self, contents: &Contents<'_>, one: Ordinal) -> u64 {
        let raw = self.list.raws.get(one as usize).copied().unwrap_or(0);
        let lost = |link| self.list.link(one, link) != NOBODY && self.link(one, link) == NOBODY;
        let trusted = raw != 0
            && (contents.trusted)(self.kind, one)
            && self.list.prints.get(one) != Some(0)
            && ![Link::First, Link::User, Link::School].into_iter().any(lost);
        if trusted { raw } else { 0 }
    }

    fn stands_in(&self, one: Ordinal) -> bool {
        self.list.has(one, flag::IMPLIED) && !self.list.has(one, flag::IN_DELIVERY)
    }

    /// The identifiers of users whose records need not be read again, in order.
    fn identifiers(&self, contents: &Contents<'_>) -> Vec<(u64, Ordinal)> {
        let users = self.places.get(&self.kind).map(Vec::as_slice).unwrap_or_default();
        let both = self.list.identifiers.iter().chain(contents.identifiers);
        let trusted = both.filter(|(_, one)| self.raw(contents, *one) != 0);
        let owned = trusted.filter_map(|(hash, one)| {
            let user = users.get(*one as usize).copied()?;
            (user != NOBODY).then_some((*hash, user))
        });
        let mut identifiers: Vec<_> = owned.collect();
        identifiers.sort_unstable();
        identifiers.dedup();
        identifiers
    }
}

/// The new place of each subject of the kinds that others link to.
fn places(contents: &Contents<'_>) -> BTreeMap<Kind, Vec<Ordinal>> {
    let linked = [Kind::Org, Kind::AcademicSession, Kind::Course, Kind::Class, Kind::User];
    let mut places = BTreeMap::new();
    for kind in linked {
        let length = contents.kinds.get(kind as usize).map_or(0, Subjects::len);
        let mut to = vec![NOBODY; length];
        let part = contents.parts.get(&kind).map(|part| part.ordinals.as_slice());
        for (new, old) in (0u32..).zip(part.unwrap_or_default()) {
            if let Some(place) = to.get_mut(*old as usize) {
                *place = new;
            }
        }
        places.insert(kind, to);
    }
    places
}

/// The kind that a link leads to; `None` where it is no subject.
pub fn target(kind: Kind, link: Link) -> Option<Kind> {
    match (kind, link) {
        (_, Link::User) => Some(Kind::User),
        (_, Link::School) => Some(Kind::Org),
        (Kind::Enrollment, Link::First) => Some(Kind::Class),
        (Kind::Class, Link::First) => Some(Kind::Course),
        (Kind::Course, Link::First) => Some(Kind::AcademicSession),
        (_, Link::First) => None,
    }
}

/// Reads an image; `None` where it is damaged or belongs to something else. Most fingerprints are
/// read from the source later, if at all.
pub fn read(source: impl Source + 'static, wanted: Stamp) -> io::Result<Option<Vec<Subjects>>> {
    let Some((mut kinds, prints)) = parts(source, wanted)? else { return Ok(None) };
    for (list, prints) in kinds.iter_mut().zip(prints) {
        list.prints = Prints::stored(list.len(), Arc::new(prints));
    }
    Ok(Some(kinds))
}

/// Whether all of an image is as it was written, the fingerprints too.
pub fn is_whole(source: impl Source + 'static, wanted: Stamp) -> io::Result<bool> {
    let Some((_, prints)) = parts(source, wanted)? else { return Ok(false) };
    Ok(prints.iter().all(|prints| prints.read().is_ok()))
}

/// The subjects without their fingerprints, and where those stand.
fn parts(
    source: impl Source + 'static,
    wanted: Stamp,
) -> io::Result<Option<(Vec<Subjects>, Vec<Later>)>> {
    let mut input = In::new(Arc::new(source), 0);
    if input.take::<8>()? != *MAGIC {
        return Ok(None);
    }
    let stamp = Stamp {
        district: i64::from_le_bytes(input.take()?),
        source: i64::from_le_bytes(input.take()?),
        operation: i64::from_le_bytes(input.take()?),
    };
    if stamp != wanted {
        return Ok(None);
    }
    let kinds = Kind::FACTS.into_iter().map(|kind| read_kind(kind, &mut input));
    let kinds = kinds.collect::<io::Result<Vec<_>>>()?;
    if !input.ends_whole()? {
        return Ok(None);
    }
    let prints = kinds.iter().map(|list| input.later(list.len() as u64)).collect();
    Ok(Some((kinds, prints)))
}

fn read_kind(kind: Kind, input: &mut In) -> io::Result<Subjects> {
    let length = u64::from_le_bytes(input.take()?);
    if length >= u64::from(NOBODY) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let keys = input.section(length, u64::from_le_bytes)?;
    let slots = u64::from_le_bytes(input.take()?);
    let slots = input.section(slots, u32::from_le_bytes)?;
    let mut list = Subjects::of_roster(Index::from_parts(slots, keys));
    list.raws = input.section(length, u64::from_le_bytes)?;
    let near = input.take()? == [1];
    list.ids = if near {
        let first = i64::from_le_bytes(input.take()?);
        Ids::near(first, input.section(length, u32::from_le_bytes)?)
    } else {
        Ids::wide(input.section(length, i64::from_le_bytes)?)
    };
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
    Ok(list)
}

#[cfg(test)]
mod tests;
