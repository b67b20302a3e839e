//! Writes an image.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::section::Out;
use super::{Contents, MAGIC, Stamp, target};
use crate::model::Kind;
use crate::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag};
use crate::model::table::Index;

/// Writes an image.
pub fn write(out: &mut impl Write, stamp: Stamp, contents: &Contents<'_>) -> io::Result<()> {
    let mut out = Out::new(out);
    out.put(MAGIC)?;
    for number in [stamp.district, stamp.source, stamp.operation] {
        out.put(&number.to_le_bytes())?;
    }
    out.put(&stamp.entry)?;
    let places = places(contents);
    let written = |(kind, list)| {
        let part = contents.parts.get(&kind).map(|part| part.ordinals.as_slice());
        Written { kind, list, ordinals: part.unwrap_or_default(), places: &places }
    };
    for kind in Kind::FACTS.into_iter().zip(contents.kinds).map(written) {
        kind.write(contents, &mut out)?;
    }
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
        let ids = || all().map(|one| (contents.id)(kind, one));
        let first = ids().next().unwrap_or(0);
        let distance = |id: i64| id.checked_sub(first).and_then(|far| u32::try_from(far).ok());
        let near = ids().all(|id| distance(id).is_some());
        out.put(&(self.ordinals.len() as u64).to_le_bytes())?;
        out.put(&[u8::from(near)])?;
        out.put(&first.to_le_bytes())?;
        out.seal()?;
        out.section(all().map(|one| list.key(one).to_le_bytes()))?;
        out.section(all().map(|one| self.raw(contents, one).to_le_bytes()))?;
        if near {
            out.section(ids().map(|id| distance(id).unwrap_or(0).to_le_bytes()))?;
        } else {
            out.section(ids().map(i64::to_le_bytes))?;
        }
        out.seal()?;
        self.slots(out)?;
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
        out.seal()
    }

    /// The fingerprints, in a list of their own that is read only when it is needed.
    fn prints(&self, contents: &Contents<'_>, out: &mut Out<'_>) -> io::Result<()> {
        let prints = self.list.prints.all();
        out.section(self.ordinals.iter().map(|one| {
            let print = prints.get(*one as usize).filter(|_| (contents.trusted)(self.kind, *one));
            print.copied().unwrap_or(0).to_le_bytes()
        }))
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
