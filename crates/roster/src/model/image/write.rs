//! Writes an image.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::section::Out;
use super::{Contents, MAGIC, Stamp, target};
use crate::model::Kind;
use crate::model::subjects::{Link, Mark, NOBODY, Ordinal, Subjects, flag};
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

/// The second half of a kind, as far as it must be known before it is written.
struct Rest<'a> {
    slots: Cow<'a, [u32]>,
    /// How long the list of each link is.
    links: [(Link, usize); 3],
    identifiers: Vec<(u64, Ordinal)>,
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
        let rest = self.rest(contents);
        out.put(&(self.ordinals.len() as u64).to_le_bytes())?;
        out.put(&[u8::from(near)])?;
        out.put(&first.to_le_bytes())?;
        out.put(&self.bytes(&rest).to_le_bytes())?;
        out.seal()?;
        out.section(all().map(|one| list.key(one).to_le_bytes()))?;
        out.section(all().map(|one| self.raw(contents, one).to_le_bytes()))?;
        if near {
            out.section(ids().map(|id| distance(id).unwrap_or(0).to_le_bytes()))?;
        } else {
            out.section(ids().map(i64::to_le_bytes))?;
        }
        out.seal()?;
        self.write_rest(&rest, contents, out)
    }

    /// What must be known of the second half before it is written.
    fn rest(&self, contents: &Contents<'_>) -> Rest<'_> {
        let linked = |link| {
            let none = self.ordinals.iter().all(|one| self.link(*one, link) == NOBODY);
            if none { 0 } else { self.ordinals.len() }
        };
        let users = self.kind == Kind::User;
        Rest {
            slots: self.slots(),
            links: [Link::First, Link::User, Link::School].map(|link| (link, linked(link))),
            identifiers: if users { self.identifiers(contents) } else { Vec::new() },
        }
    }

    /// How many bytes the second half has, its hash left out.
    fn bytes(&self, rest: &Rest<'_>) -> u64 {
        let all = self.ordinals.len();
        let links: usize = rest.links.iter().map(|(_, length)| 8 + length * 4).sum();
        let of_users = 8 * all + 8 + rest.identifiers.len() * 12;
        let of_users = if self.kind == Kind::User { of_users } else { 0 };
        (8 + rest.slots.len() * 4 + links + 2 * all + of_users + 8 + 8 * self.marked()) as u64
    }

    /// How many marks are written.
    fn marked(&self) -> usize {
        let marked = !self.list.marks.is_empty();
        if marked { self.ordinals.len() * Mark::of(self.kind).len() } else { 0 }
    }

    fn write_rest(
        &self,
        rest: &Rest<'_>,
        contents: &Contents<'_>,
        out: &mut Out<'_>,
    ) -> io::Result<()> {
        let all = || self.ordinals.iter().copied();
        out.put(&(rest.slots.len() as u64).to_le_bytes())?;
        out.section(rest.slots.iter().map(|slot| slot.to_le_bytes()))?;
        for (link, length) in rest.links {
            out.put(&(length as u64).to_le_bytes())?;
            out.section(all().take(length).map(|one| self.link(one, link).to_le_bytes()))?;
        }
        let implied = |one| if self.stands_in(one) { flag::IMPLIED } else { 0 };
        out.section(all().map(|one| [(contents.tag)(self.kind, one)]))?;
        out.section(all().map(|one| [flag::IN_ROSTER | implied(one)]))?;
        if self.kind == Kind::User {
            out.section(all().map(|one| (contents.person)(one).to_le_bytes()))?;
            out.put(&(rest.identifiers.len() as u64).to_le_bytes())?;
            out.section(rest.identifiers.iter().map(|(hash, _)| hash.to_le_bytes()))?;
            out.section(rest.identifiers.iter().map(|(_, one)| one.to_le_bytes()))?;
        }
        out.put(&(self.marked() as u64).to_le_bytes())?;
        if self.marked() > 0 {
            let marks = Mark::of(self.kind);
            let of = |one| marks.iter().map(move |mark| self.list.marks.get(*mark, one));
            out.section(all().flat_map(of).map(u64::to_le_bytes))?;
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
    fn slots(&self) -> Cow<'_, [u32]> {
        let stays = self.ordinals.len() == self.list.len()
            && (0u32..).zip(self.ordinals).all(|(new, old)| new == *old);
        if let Some(index) = self.list.whole().filter(|_| stays) {
            return Cow::Borrowed(index.slots());
        }
        let keys = self.ordinals.iter().map(|one| self.list.key(*one)).collect();
        Cow::Owned(Index::of(keys).into_slots())
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
