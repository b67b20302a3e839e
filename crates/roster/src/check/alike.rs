//! What people of one delivery share and should not: e-mail addresses, user names, and all by which
//! one tells people apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, table as checks, whole};
use crate::model::settings::TrustedIdentifier;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Mark, Ordinal, Subjects, flag, tag};
use crate::model::{Kind, columns};

/// Notes users who share an e-mail address or a user name, as far as the district does not trust
/// these as identifiers, and users who look like one person.
pub fn note(snapshot: &mut Snapshot, trusted: &[TrustedIdentifier]) {
    let all = &*snapshot;
    let (email, username, named) = std::thread::scope(|scope| {
        let found =
            [Mark::Email, Mark::Username].map(|mark| scope.spawn(move || groups(all, mark)));
        let named = groups(all, Mark::Name);
        let [email, username] = found
            .map(|found| found.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)));
        (email, username, named)
    });
    let shared = [
        (Mark::Email, columns::user::EMAIL, &checks::SHARED_EMAIL, email),
        (Mark::Username, columns::user::USERNAME, &checks::SHARED_USERNAME, username),
    ];
    for (mark, column, check, groups) in shared {
        let column = Kind::User.columns().get(column).map_or("", |column| column.name);
        if !trusted.iter().any(|trusted| trusted.field == column) {
            let users = snapshot.of(Kind::User);
            let found = groups.iter().flat_map(|group| sharing(users, mark, group)).collect();
            tell(snapshot, found, check, column);
        }
    }
    let users = snapshot.of(Kind::User);
    let births = births(snapshot, &named);
    let found = named.iter().flat_map(|group| look_like_one(users, group, &births)).collect();
    tell(snapshot, found, &checks::PEOPLE_LOOK_ALIKE, "");
}

/// Notes those of these users whose records came, in a column, if any; they are read again the next
/// time.
fn tell(snapshot: &mut Snapshot, mut found: Vec<Ordinal>, check: &'static Check, column: &str) {
    found.retain(|one| snapshot.of(Kind::User).has(*one, flag::IN_DELIVERY));
    found.sort_unstable();
    found.dedup();
    whole::note_in(snapshot, Kind::User, &found, check, column);
    let users = snapshot.of_mut(Kind::User);
    for one in found {
        users.distrust(one);
    }
}

/// The users of a delivery who have a mark in common; of one that is not whole, with those of the
/// roster.
fn groups(snapshot: &Snapshot, mark: Mark) -> Vec<Vec<Ordinal>> {
    let users = snapshot.of(Kind::User);
    if users.marks.is_empty() {
        return Vec::new();
    }
    let rest = if snapshot.is_complete(Kind::User) { 0..0 } else { users.ordinals() };
    let taken = || {
        let taken = users.with(flag::IN_DELIVERY, flag::STOPPED | flag::SAYS_END);
        let not_sent = |one: &Ordinal| users.in_roster(*one) && !users.has(*one, flag::IN_DELIVERY);
        taken
            .chain(rest.clone().filter(not_sent))
            .map(|one| (users.marks.get(mark, one), one))
            .filter(|(mark, _)| *mark != 0)
    };
    // What other files say of users changes without their own records.
    let alone = [Kind::Role, Kind::Demographics].iter().all(|kind| snapshot.of(*kind).is_empty());
    let told = users.marks.told().filter(|_| alone);
    let mut shared = Bits::new(told.map_or(users.len(), <[_]>::len));
    if let Some(told) = told {
        // Those whose records were not read share none among each other, or they would have been.
        for one in told {
            shared.set(users.marks.get(mark, *one));
        }
    } else {
        // Most marks are there once: those that are not for certain are sorted alone.
        let mut seen = Bits::new(users.len());
        for (mark, _) in taken().filter(|(mark, _)| seen.set(*mark)) {
            shared.set(mark);
        }
    }
    let mut again: Vec<_> = taken().filter(|(mark, _)| shared.has(*mark)).collect();
    again.sort_unstable();
    let groups = again.chunk_by(|one, next| one.0 == next.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(_, one)| *one).collect()).collect()
}

/// A set of hashes, as far as their last bits tell them apart.
struct Bits(Vec<u64>);

impl Bits {
    /// Room for so many hashes, of which one in sixteen is taken for another.
    fn new(hashes: usize) -> Self {
        Self(vec![0; (hashes / 4).next_power_of_two()])
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let word = usize::try_from(hash >> 6).unwrap_or(0) & (self.0.len() - 1);
        (word, 1 << (hash & 63))
    }

    /// Adds a hash; whether it was there.
    fn set(&mut self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        let Some(word) = self.0.get_mut(word) else { return false };
        let had = *word & bit != 0;
        *word |= bit;
        had
    }

    fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Those of a group who are another person than one of the others: rows of one person differ in role
/// and agree in name. An address of guardians alone is that of a family.
fn sharing(users: &Subjects, mark: Mark, group: &[Ordinal]) -> Vec<Ordinal> {
    let of_family = |one: &Ordinal| tag::is_contact(users.tag(*one));
    if mark == Mark::Email && group.iter().all(of_family) {
        return Vec::new();
    }
    let names: BTreeSet<_> = group.iter().map(|one| users.marks.get(Mark::Name, *one)).collect();
    let mut roles: BTreeMap<u8, u32> = BTreeMap::new();
    for one in group {
        *roles.entry(users.tag(*one)).or_default() += 1;
    }
    let twice = |one: Ordinal| roles.get(&users.tag(one)).is_some_and(|count| *count > 1);
    group.iter().copied().filter(|one| names.len() > 1 || twice(*one)).collect()
}

/// The birth dates of users who have a name in common, as far as demographics tell them.
fn births(snapshot: &Snapshot, named: &[Vec<Ordinal>]) -> BTreeMap<Ordinal, u64> {
    let list = snapshot.of(Kind::Demographics);
    if list.is_empty() {
        return BTreeMap::new();
    }
    let asked: BTreeSet<_> = named.iter().flatten().copied().collect();
    let sent = list.with(flag::IN_DELIVERY, flag::STOPPED | flag::SAYS_END);
    let told = sent.map(|one| (list.link(one, Link::User), list.marks.get(Mark::BirthDate, one)));
    told.filter(|(user, birth)| *birth != 0 && asked.contains(user)).collect()
}

/// Those who share a name, a role and either the birth date or, unless that differs, school and grade.
fn look_like_one(
    users: &Subjects,
    named: &[Ordinal],
    births: &BTreeMap<Ordinal, u64>,
) -> Vec<Ordinal> {
    let birth = |one: Ordinal| births.get(&one).copied().unwrap_or(0);
    let mut alike: BTreeMap<_, Vec<Ordinal>> = BTreeMap::new();
    for one in named.iter().copied() {
        let role = users.tag(one);
        if matches!(role, tag::STUDENT | tag::TEACHER | tag::STAFF) {
            let grade = if role == tag::STUDENT { users.link(one, Link::First) } else { 0 };
            let place = (users.link(one, Link::School), grade);
            alike.entry((role, Some(place), 0)).or_default().push(one);
            if birth(one) != 0 {
                alike.entry((role, None, birth(one))).or_default().push(one);
            }
        }
    }
    let mut found = Vec::new();
    for group in alike.into_values() {
        let mut told: BTreeMap<u64, u32> = BTreeMap::new();
        for one in &group {
            *told.entry(birth(*one)).or_default() += 1;
        }
        let unknown = told.get(&0).copied().unwrap_or(0);
        let is_like_another = |one: &Ordinal| match birth(*one) {
            0 => group.len() > 1,
            birth => unknown > 0 || told.get(&birth).is_some_and(|count| *count > 1),
        };
        found.extend(group.iter().copied().filter(is_like_another));
    }
    found
}
