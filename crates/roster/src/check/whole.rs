//! Checks of the whole: references, dependants, classes and people that miss something.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::check::{Check, absent, table as checks};
use crate::model::Kind;
use crate::model::fingerprint::is_of_school;
use crate::model::snapshot::{Mode, Named, Snapshot};
use crate::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, in_halves, tag};
use crate::plan::{Hold, Outcome};

/// Resolves references between records of one kind, once all of it is read: parents and agents.
pub fn resolve(snapshot: &mut Snapshot, file: &str, kind: Kind) {
    let pending = std::mem::take(&mut snapshot.pending);
    for reference in pending {
        let list = snapshot.of(kind);
        let to = list.find(reference.to);
        let present = to.is_some_and(|to| list.has_any(to, flag::IN_DELIVERY | flag::IN_ROSTER));
        let itself = to == Some(reference.from);
        let implied = list.is_empty();
        if let Some(to) = to.filter(|_| absent::names(list, reference.from)) {
            absent::keep(snapshot, kind, to);
        }
        if kind == Kind::User && present && !itself {
            snapshot.families.extend(to.map(|to| (reference.from, to)));
        }
        if (present && !itself) || implied {
            let new = to.filter(|to| !snapshot.of(kind).in_roster(*to));
            let from = reference.from;
            snapshot.named.extend(new.map(|to| Named { kind, target: kind, from, to }));
            continue;
        }
        let list = snapshot.of(kind);
        let (line, column) = (list.line(reference.from), usize::from(reference.column));
        let check =
            if itself { &checks::REFERENCE_CYCLE } else { &checks::DANGLING_OPTIONAL_REFERENCE };
        let field = kind.columns().get(column).map_or("", |column| column.name);
        snapshot.findings.add(check, file, Some(kind), 0, field, line, reference.from);
        let list = snapshot.of_mut(kind);
        list.set(reference.from, flag::TOUCHED);
        list.prints.set(reference.from, 0);
    }
}

/// Holds records whose class, person or school was rejected or held and is not in the roster.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds depend on none")]
pub fn hold_dependants(snapshot: &mut Snapshot, kind: Kind) {
    let targets: &[(Link, Kind)] = match kind {
        Kind::Course | Kind::Class => &[(Link::School, Kind::Org)],
        Kind::UserProfile | Kind::Demographics => &[(Link::User, Kind::User)],
        Kind::Role => &[(Link::User, Kind::User), (Link::School, Kind::Org)],
        Kind::Enrollment => &[(Link::First, Kind::Class), (Link::User, Kind::User)],
        _ => &[],
    };
    let stopped =
        |one: Ordinal, list: &Subjects| list.has(one, flag::STOPPED) && !list.in_roster(one);
    let some_are = |(_, target): &&(Link, Kind)| {
        snapshot.of(*target).with(flag::STOPPED, flag::IN_ROSTER).next().is_some()
    };
    let targets: Vec<_> = targets.iter().filter(some_are).collect();
    if targets.is_empty() {
        return;
    }
    let list = snapshot.of(kind);
    let depends = |one: &Ordinal| {
        targets.iter().any(|(link, target)| {
            let to = list.link(*one, *link);
            to != NOBODY && stopped(to, snapshot.of(*target))
        })
    };
    let held: Vec<_> =
        list.with(flag::IN_DELIVERY, flag::STOPPED | flag::SAYS_END).filter(depends).collect();
    hold(snapshot, kind, &held, &checks::DEPENDS_ON_REJECTED);
}

/// Holds records of people and classes that a complete delivery no longer has, or that ask to
/// end: what they name ends, so they cannot be taken.
pub fn hold_dependants_of_departed(snapshot: &mut Snapshot) {
    let of_user: &[_] = &[(Link::User, Kind::User)];
    for (kind, targets) in [
        (Kind::Enrollment, &[(Link::First, Kind::Class), (Link::User, Kind::User)][..]),
        (Kind::Role, of_user),
        (Kind::UserProfile, of_user),
        (Kind::Demographics, of_user),
    ] {
        let list = snapshot.of(kind);
        let departed = |one: &Ordinal| {
            targets.iter().any(|(link, target)| {
                let (to, others) = (list.link(*one, *link), snapshot.of(*target));
                let absent = others.in_roster(to) && !others.has(to, flag::IN_DELIVERY);
                (absent && snapshot.is_complete(*target)) || others.has(to, flag::SAYS_END)
            })
        };
        let sent = |one: &Ordinal| {
            list.has(*one, flag::IN_DELIVERY) && !list.has_any(*one, flag::STOPPED | flag::SAYS_END)
        };
        let find = |some: Range<Ordinal>| some.filter(sent).filter(departed).collect::<Vec<_>>();
        let held = in_halves(list.ordinals(), find).concat();
        hold(snapshot, kind, &held, &checks::REFERS_TO_DEPARTED);
    }
}

fn hold(snapshot: &mut Snapshot, kind: Kind, held: &[Ordinal], check: &'static Check) {
    let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
    for one in held {
        let line = snapshot.of(kind).line(*one);
        snapshot.findings.add(check, &file, Some(kind), 0, "", line, *one);
        let list = snapshot.of_mut(kind);
        list.set(*one, flag::STOPPED);
        let (outcome, detail) = Outcome::Held(Hold::Record(check)).encode();
        list.decide(*one, outcome, detail);
    }
}

/// Notes files without which there is no roster, classes without teacher or students, and people
/// without class or role.
pub fn note_what_is_missing(snapshot: &mut Snapshot) {
    files(snapshot);
    if !snapshot.of(Kind::Enrollment).is_empty() {
        let members = members(snapshot);
        classes(snapshot, &members.classes);
        people(snapshot, &members.people);
    }
    if snapshot.files.contains_key(&Kind::Role) {
        users_without_role(snapshot);
    }
}

/// Changes alone may touch any kind; of a delivery that is whole, and the first, each of these
/// kinds is needed. A file that the manifest promises is told as such.
fn files(snapshot: &mut Snapshot) {
    if snapshot.files.values().any(|file| file.mode == Mode::Delta) {
        return;
    }
    for kind in Kind::NEEDED {
        let list = snapshot.of(kind);
        let known = list.ordinals().any(|one| list.in_roster(one) && !list.has(one, flag::IMPLIED));
        let promised = snapshot
            .findings
            .iter()
            .any(|tally| tally.check == &checks::DECLARED_FILE_MISSING && tally.kind == Some(kind));
        if !snapshot.files.contains_key(&kind) && !known && !promised {
            snapshot.findings.file(&checks::NEEDED_FILE_MISSING, &kind.file(), Some(kind));
        }
    }
}

struct Members {
    classes: Vec<u8>,
    people: Vec<bool>,
}

const HAS_TEACHER: u8 = 1;
const HAS_STUDENT: u8 = 2;

/// Who is where after the delivery, as far as the checks let it through.
fn members(snapshot: &Snapshot) -> Members {
    let all = snapshot.of(Kind::Enrollment).ordinals();
    let [mut members, more] = in_halves(all, |some| members_among(snapshot, some));
    let both = members.classes.iter_mut().zip(more.classes);
    both.for_each(|(has, also)| *has |= also);
    members.people.iter_mut().zip(more.people).for_each(|(is, also)| *is |= also);
    members
}

/// The same by some of the enrollments.
fn members_among(snapshot: &Snapshot, some: Range<Ordinal>) -> Members {
    let list = snapshot.of(Kind::Enrollment);
    let mut classes = vec![0u8; snapshot.of(Kind::Class).len()];
    let mut people = vec![false; snapshot.of(Kind::User).len()];
    let complete = snapshot.is_complete(Kind::Enrollment);
    for one in some {
        let sent = list.has(one, flag::IN_DELIVERY);
        let stopped = list.has(one, flag::STOPPED);
        let goes_on = if sent && !stopped {
            !list.has(one, flag::SAYS_END)
        } else {
            list.in_roster(one) && (sent || !complete)
        };
        if !goes_on {
            continue;
        }
        if let Some(class) = classes.get_mut(list.link(one, Link::First) as usize) {
            *class |= match list.tag(one) {
                tag::TEACHER => HAS_TEACHER,
                tag::STUDENT => HAS_STUDENT,
                _ => 0,
            };
        }
        if let Some(person) = people.get_mut(list.link(one, Link::User) as usize) {
            *person = true;
        }
    }
    Members { classes, people }
}

fn classes(snapshot: &mut Snapshot, members: &[u8]) {
    for (bit, check) in [
        (HAS_TEACHER, &checks::CLASS_WITHOUT_TEACHER),
        (HAS_STUDENT, &checks::CLASS_WITHOUT_STUDENTS),
    ] {
        let list = snapshot.of(Kind::Class);
        let without = list.ordinals().filter(|one| {
            is_taken(list.flags.get(*one as usize).copied().unwrap_or(0))
                && members.get(*one as usize).is_some_and(|has| has & bit == 0)
        });
        let without: Vec<_> = without.collect();
        note(snapshot, Kind::Class, &without, check);
    }
}

fn people(snapshot: &mut Snapshot, members: &[bool]) {
    for (role, check) in [
        (tag::STUDENT, &checks::STUDENT_WITHOUT_ENROLLMENT),
        (tag::TEACHER, &checks::STAFF_WITHOUT_ENROLLMENT),
    ] {
        let list = snapshot.of(Kind::User);
        let without = list.ordinals().filter(|one| {
            is_taken(list.flags.get(*one as usize).copied().unwrap_or(0))
                && list.tag(*one) == role
                && members.get(*one as usize) == Some(&false)
        });
        let without: Vec<_> = without.collect();
        note(snapshot, Kind::User, &without, check);
    }
}

fn users_without_role(snapshot: &mut Snapshot) {
    let roles = snapshot.of(Kind::Role);
    let complete = snapshot.is_complete(Kind::Role);
    let mut with = vec![false; snapshot.of(Kind::User).len()];
    for role in roles.ordinals() {
        let sent = roles.has(role, flag::IN_DELIVERY) && !roles.has(role, flag::SAYS_END);
        if !sent && (complete || roles.has(role, flag::IN_DELIVERY)) {
            continue;
        }
        if let Some(user) = with.get_mut(roles.link(role, Link::User) as usize) {
            *user = true;
        }
    }
    let list = snapshot.of(Kind::User);
    let without = list.ordinals().filter(|one| {
        is_taken(list.flags.get(*one as usize).copied().unwrap_or(0))
            && with.get(*one as usize) == Some(&false)
    });
    let without: Vec<_> = without.collect();
    note(snapshot, Kind::User, &without, &checks::USER_WITHOUT_ROLE);
}

fn is_taken(flags: u8) -> bool {
    flags & flag::IN_DELIVERY != 0 && flags & (flag::STOPPED | flag::SAYS_END) == 0
}

/// Adds a finding at the records of subjects.
pub(super) fn note(snapshot: &mut Snapshot, kind: Kind, found: &[Ordinal], check: &'static Check) {
    note_in(snapshot, kind, found, check, "");
}

/// Adds a finding at the records of subjects, in a column of theirs.
pub(super) fn note_in(
    snapshot: &mut Snapshot,
    kind: Kind,
    found: &[Ordinal],
    check: &'static Check,
    column: &str,
) {
    let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
    for one in found {
        let line = snapshot.of(kind).line(*one);
        snapshot.findings.add(check, &file, Some(kind), 0, column, line, *one);
    }
}

/// Notes identifiers that several people of the delivery share. Rows that differ in role may be
/// one person, which matching decides.
pub fn note_shared_identifiers(snapshot: &mut Snapshot) {
    let mut identifiers = std::mem::take(&mut snapshot.identifiers);
    identifiers.sort_unstable();
    let others = of_records_that_were_not_read(snapshot.of(Kind::User), &identifiers);
    if !others.is_empty() {
        identifiers.extend(others);
        identifiers.sort_unstable();
    }
    let mut shared = Vec::new();
    let list = snapshot.of(Kind::User);
    for run in identifiers.chunk_by(|one, next| one.0 == next.0).filter(|run| run.len() > 1) {
        let of_school = run.first().is_some_and(|(hash, _)| is_of_school(*hash));
        let mut by_school: BTreeMap<Ordinal, BTreeSet<Ordinal>> = BTreeMap::new();
        for (_, user) in run {
            let school = if of_school { list.link(*user, Link::School) } else { NOBODY };
            by_school.entry(school).or_default().insert(*user);
        }
        for users in by_school.into_values() {
            let roles: BTreeSet<_> = users.iter().map(|user| list.tag(*user)).collect();
            if roles.len() < users.len() {
                shared.extend(users);
            }
        }
    }
    shared.sort_unstable();
    shared.dedup();
    snapshot.identifiers = identifiers;
    note(snapshot, Kind::User, &shared, &checks::SHARED_TRUSTED_IDENTIFIER);
    let users = snapshot.of_mut(Kind::User);
    for user in shared {
        users.distrust(user);
    }
}

/// Forgets the text of people in a first delivery, of which matching needs only that of those
/// who share an identifier; the rest is read again when it is applied.
pub fn forget_people(snapshot: &mut Snapshot) {
    let delta = snapshot.files.get(&Kind::User).is_some_and(|file| file.mode == Mode::Delta);
    if !snapshot.first || delta {
        return;
    }
    snapshot.identifiers.sort_unstable();
    let mut sharing = vec![false; snapshot.of(Kind::User).len()];
    for (one, next) in snapshot.identifiers.iter().zip(snapshot.identifiers.iter().skip(1)) {
        for (_, user) in [one, next].into_iter().filter(|_| one.0 == next.0) {
            if let Some(place) = sharing.get_mut(*user as usize) {
                *place = true;
            }
        }
    }
    snapshot.keep_texts(Kind::User, |user| sharing.get(user as usize) == Some(&true));
}

/// Which of these identifiers belong to people whose records did not change, so that they
/// were not read; among each other, those share none.
fn of_records_that_were_not_read(
    users: &Subjects,
    identifiers: &[(u64, Ordinal)],
) -> Vec<(u64, Ordinal)> {
    let mut found = Vec::new();
    let mut known = users.identifiers.as_slice();
    for alike in identifiers.chunk_by(|one, next| one.0 == next.0) {
        let Some((hash, _)) = alike.first() else { continue };
        // The next is not far: steps that double find it sooner than halves of all that is left.
        let mut far = 16;
        while known.get(far).is_some_and(|(other, _)| other < hash) {
            far *= 2;
        }
        let near = known.get(..far).unwrap_or(known);
        known = known.get(near.partition_point(|(other, _)| other < hash)..).unwrap_or_default();
        let owners = known.iter().take_while(|(other, _)| other == hash);
        found.extend(owners.filter(|(_, user)| users.has(*user, flag::IN_DELIVERY)));
    }
    found
}
