//! Enrollments that would make a teacher, or other staff, of a student or guardian.
//!
//! Those of a first delivery stand for how things are, so that nothing is gained by them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::roles::{are_no_staff, hold, id_of, keep, kinds_before, last_kinds, of_staff};
use super::{Tie, Ties, person_kind};
use crate::model::columns::enrollment;
use crate::model::settings::PersonKind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, in_halves, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::{Known, MatchHold};

/// Holds enrollments of staff that name people who are known as students or guardians alone, and
/// with them the seats of the same people in the same classes that they replace.
pub(super) fn hold_staff_rights(
    snapshot: &mut Snapshot,
    known: &Known,
    ties: &Ties,
    may_be_staff: &BTreeSet<Ordinal>,
) {
    let mut held = of_no_staff(snapshot, known, ties);
    let seats = snapshot.of(Kind::Enrollment);
    held.retain(|one| !may_be_staff.contains(&seats.link(*one, Link::User)));
    if held.is_empty() {
        return;
    }
    let place = |list: &Subjects, one| (list.link(one, Link::First), list.link(one, Link::User));
    let places: BTreeSet<_> =
        held.iter().map(|one| place(snapshot.of(Kind::Enrollment), *one)).collect();
    for one in held {
        hold(snapshot, Kind::Enrollment, one, MatchHold::AddsStaffRights);
    }
    keep(snapshot, Kind::Enrollment, |list, one| places.contains(&place(list, one)));
}

/// Where roles have records of their own: the users whom new and changed enrollments make staff,
/// and who are none by their roles now.
pub(super) fn users(snapshot: &Snapshot) -> impl Iterator<Item = Ordinal> + '_ {
    let users = adding(snapshot).map(|one| snapshot.of(Kind::Enrollment).link(one, Link::User));
    let kind = |user: Ordinal| person_kind(snapshot.of(Kind::User).tag(user));
    let apart = !snapshot.of(Kind::Role).is_empty();
    users.filter(move |user| apart && kind(*user) != Some(PersonKind::Staff))
}

fn adding(snapshot: &Snapshot) -> impl Iterator<Item = Ordinal> + '_ {
    of_staff(snapshot, Kind::Enrollment).filter(|_| !snapshot.first)
}

/// The enrollments that give a seat of staff to people who are no staff by any record, neither
/// before nor now, and have no such seat yet.
fn of_no_staff(snapshot: &Snapshot, known: &Known, ties: &Ties) -> Vec<Ordinal> {
    let (seats, users) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::User));
    let mut held: Vec<_> = adding(snapshot).collect();
    if held.is_empty() {
        return held;
    }
    let human = |user: Ordinal| human(snapshot, known, ties, user);
    let named: BTreeSet<_> = held.iter().map(|one| human(seats.link(*one, Link::User))).collect();
    let is_named = |user: &Ordinal| *user != NOBODY && named.contains(&human(*user));
    let mut kinds: BTreeMap<i64, BTreeSet<PersonKind>> = BTreeMap::new();
    let mut add = |user: Ordinal, some: BTreeSet<PersonKind>| {
        kinds.entry(human(user)).or_default().extend(some);
    };
    let named_among = |some: Range<Ordinal>| some.filter(is_named).collect::<Vec<_>>();
    for user in in_halves(users.ordinals(), named_among).concat() {
        add(user, kinds_now(snapshot, known, user));
    }
    for (user, kinds) in kinds_before(snapshot, known, |user| is_named(&user)) {
        add(user, kinds);
    }
    for one in snapshot.of(Kind::Role).ordinals() {
        let roles = snapshot.of(Kind::Role);
        let user = roles.link(one, Link::User);
        let sent = roles.has(one, flag::IN_DELIVERY);
        if sent && !roles.has_any(one, flag::STOPPED | flag::SAYS_END) && is_named(&user) {
            add(user, person_kind(roles.tag(one)).into_iter().collect());
        }
    }
    let staff_among = |some: Range<Ordinal>| {
        let here = some.filter(|one| seats.in_roster(*one));
        let staff = here.filter_map(|one| staff_before(snapshot, known, one));
        staff.filter(is_named).collect::<Vec<_>>()
    };
    for user in in_halves(seats.ordinals(), staff_among).concat() {
        add(user, BTreeSet::from([PersonKind::Staff]));
    }
    held.retain(|one| kinds.get(&human(seats.link(*one, Link::User))).is_some_and(are_no_staff));
    held
}

/// What a user was last, and what their own record makes them unless it is stopped.
fn kinds_now(snapshot: &Snapshot, known: &Known, user: Ordinal) -> BTreeSet<PersonKind> {
    let users = snapshot.of(Kind::User);
    let id = id_of(snapshot, known, user);
    let mut kinds = id.map(|id| last_kinds(known, id)).unwrap_or_default();
    // Where roles have records of their own, the tag is that of one of these.
    if snapshot.of(Kind::Role).is_empty() && !users.has_any(user, flag::STOPPED | flag::SAYS_END) {
        kinds.extend(person_kind(users.tag(user)));
    }
    kinds
}

/// The user to whom an enrollment of the roster gives a seat of staff before this delivery.
fn staff_before(snapshot: &Snapshot, known: &Known, one: Ordinal) -> Option<Ordinal> {
    let seats = snapshot.of(Kind::Enrollment);
    // Only of records that differ can the roster's row say something else.
    let touched = seats.has(one, flag::TOUCHED);
    let past = || known.row(Kind::Enrollment, SubjectId(seats.id(one)));
    let (role, user) = match touched.then(past).flatten() {
        Some(past) => {
            let user = past.row.subject(enrollment::USER)?;
            let user = snapshot.of(Kind::User).by_id(user.0)?;
            (tag::of_word(past.row.text(enrollment::ROLE)), user)
        }
        None => (seats.tag(one), seats.link(one, Link::User)),
    };
    (person_kind(role) == Some(PersonKind::Staff)).then_some(user)
}

/// One number for all records of a person; below zero where the roster does not know them.
fn human(snapshot: &Snapshot, known: &Known, ties: &Ties, user: Ordinal) -> i64 {
    let users = snapshot.of(Kind::User);
    let of_row = |id: SubjectId| known.row(Kind::User, id).and_then(|past| past.row.person);
    let new = |user: Ordinal| -1 - i64::from(user);
    match ties.get(&user) {
        Some(Tie::Person(person)) => person.0,
        Some(Tie::Row(id)) => of_row(*id).map_or(id.0, |person| person.0),
        Some(Tie::Record(first)) => new(*first),
        Some(Tie::Held(_)) | None if users.in_roster(user) => match users.person(user) {
            0 => users.id(user),
            person => person,
        },
        Some(Tie::Held(_)) | None => {
            let back = id_of(snapshot, known, user).and_then(of_row);
            back.map_or_else(|| new(user), |person| person.0)
        }
    }
}
