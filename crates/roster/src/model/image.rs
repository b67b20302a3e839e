//! The image of a source's part of the roster: what the next run compares with, in one file.
//!
//! It holds keys, fingerprints, ids and links, and no value of any person. It can always be
//! made again from the roster; fingerprints are then 0, so that every record is compared in
//! full once. The parallel lists of [`Subjects`] stand in it one after another, the slots of
//! the table of keys among them, so that loading it is little more than reading it.

mod section;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use section::{In, Out};

use super::kind::Kind;
use super::subjects::{Link, NOBODY, Ordinal, Subjects, flag};
use super::table::{Index, KeyTable};

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

const MAGIC: &[u8; 8] = b"fbimage3";

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
    /// What the next run may trust of a fingerprint; 0 for nothing.
    pub print: &'a dyn Fn(Kind, Ordinal) -> u64,
}

/// Writes an image.
pub fn write(out: &mut impl Write, stamp: Stamp, contents: &Contents<'_>) -> io::Result<()> {
    let mut out = Out::new(out);
    out.put(MAGIC)?;
    for number in [stamp.district, stamp.source, stamp.operation] {
        out.put(&number.to_le_bytes())?;
    }
    let places = places(contents);
    for (kind, list) in Kind::FACTS.into_iter().zip(contents.kinds) {
        let part = contents.parts.get(&kind).map(|part| part.ordinals.as_slice());
        let part = Written { kind, list, ordinals: part.unwrap_or_default(), places: &places };
        part.write(contents, &mut out)?;
    }
    out.finish()
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
        self.table(out)?;
        out.section(all().map(|one| (contents.print)(kind, one).to_le_bytes()))?;
        out.section(all().map(|one| self.raw(contents, one).to_le_bytes()))?;
        out.section(all().map(|one| (contents.id)(kind, one).to_le_bytes()))?;
        for link in [Link::First, Link::User, Link::School] {
            out.section(all().map(|one| self.link(one, link).to_le_bytes()))?;
        }
        out.section(all().map(|one| [list.tag(one), u8::from(self.stands_in(one))]))?;
        if kind == Kind::User {
            out.section(all().map(|one| (contents.person)(one).to_le_bytes()))?;
            let identifiers = self.identifiers(contents);
            out.put(&(identifiers.len() as u64).to_le_bytes())?;
            out.section(identifiers.iter().map(|(hash, _)| hash.to_le_bytes()))?;
            out.section(identifiers.iter().map(|(_, one)| one.to_le_bytes()))?;
        }
        Ok(())
    }

    /// The table of the keys; the list's own where every subject keeps its place.
    fn table(&self, out: &mut Out<'_>) -> io::Result<()> {
        let stays = self.ordinals.len() == self.list.len()
            && (0u32..).zip(self.ordinals).all(|(new, old)| new == *old);
        let made;
        let table = if let Some(index) = self.list.whole().filter(|_| stays) {
            index.table()
        } else {
            let keys: Vec<_> = self.ordinals.iter().map(|one| self.list.key(*one)).collect();
            made = KeyTable::of(&keys);
            &made
        };
        out.put(&(table.slots().len() as u64).to_le_bytes())?;
        out.section(table.slots().iter().map(|slot| slot.to_le_bytes()))
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
            && (contents.print)(self.kind, one) != 0
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

/// Reads an image; `None` where it is damaged or belongs to something else.
pub fn read(input: &mut impl Read, wanted: Stamp) -> io::Result<Option<Vec<Subjects>>> {
    let mut input = In::new(input);
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
    let mut kinds = Vec::new();
    for kind in Kind::FACTS {
        kinds.push(read_kind(kind, &mut input)?);
    }
    Ok(input.ends_whole()?.then_some(kinds))
}

fn read_kind(kind: Kind, input: &mut In<'_>) -> io::Result<Subjects> {
    let length = u64::from_le_bytes(input.take()?);
    if length >= u64::from(NOBODY) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let keys = input.section(length, u64::from_le_bytes)?;
    let slots = u64::from_le_bytes(input.take()?);
    let table = KeyTable::from_slots(input.section(slots, u64::from_le_bytes)?, keys.len());
    let mut list = Subjects::of_roster(Index::from_parts(table, keys));
    list.prints = input.section(length, u64::from_le_bytes)?;
    list.raws = input.section(length, u64::from_le_bytes)?;
    list.ids = input.section(length, i64::from_le_bytes)?;
    for links in &mut list.links {
        *links = input.section(length, u32::from_le_bytes)?;
    }
    let marks = input.section(length, |[tag, implied]: [u8; 2]| (tag, implied))?;
    list.tags = marks.iter().map(|(tag, _)| *tag).collect();
    let implied = |of: u8| if of == 0 { 0 } else { flag::IMPLIED };
    list.flags = marks.iter().map(|(_, of)| flag::IN_ROSTER | implied(*of)).collect();
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
