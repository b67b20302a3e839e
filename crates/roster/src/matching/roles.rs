//! Roles in records of their own (1.2) that would give staff rights to a student or guardian.

use std::collections::{BTreeMap, BTreeSet};

use super::{Tie, Ties, person_kind, seats};
use crate::model::columns::{role, user};
use crate::model::settings::PersonKind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, Subjects, flag, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::{Hold, Known, MatchHold, Outcome};

/// Holds role records that would make staff of a known student or guardian, and with them the
/// roles that they replace.
pub(super) fn hold_staff_rights(
    snapshot: &mut Snapshot,
    known: &Known,
    ties: &Ties,
    may_be_staff: &BTreeSet<Ordinal>,
) {
    let user_of = |snapshot: &Snapshot, one| snapshot.of(Kind::Role).link(one, Link::User);
    let mut adding: Vec<_> = of_staff(snapshot, Kind::Role)
        .filter(|one| !may_be_staff.contains(&user_of(snapshot, *one)))
        .map(|one| (one, accounts(snapshot, known, ties, user_of(snapshot, one))))
        .collect();
    adding.retain(|(_, accounts)| !accounts.is_empty());
    if adding.is_empty() {
        return;
    }
    let users = snapshot.of(Kind::User);
    let asked = adding.iter().flat_map(|(_, accounts)| accounts);
    let asked: BTreeSet<_> = asked.filter_map(|id| users.by_id(id.0)).collect();
    let before = kinds_before(snapshot, known, |user| asked.contains(&user));
    let kinds_of = |id: &SubjectId| {
        let roles = users.by_id(id.0).and_then(|user| before.get(&user)).cloned();
        roles.unwrap_or_else(|| last_kinds(known, *id))
    };
    adding.retain(|(_, accounts)| are_no_staff(&accounts.iter().flat_map(kinds_of).collect()));
    let users: BTreeSet<_> = adding.iter().map(|(one, _)| user_of(snapshot, *one)).collect();
    for (one, _) in adding {
        hold(snapshot, Kind::Role, one, MatchHold::AddsStaffRights);
    }
    keep(snapshot, Kind::Role, |roles, one| users.contains(&roles.link(one, Link::User)));
}

/// Holds what changes the roles of people whose own records wait.
pub(super) fn hold_with_users(snapshot: &mut Snapshot, ties: &Ties) {
    let waiting: BTreeMap<Ordinal, MatchHold> = ties
        .iter()
        .filter_map(|(one, tie)| match tie {
            Tie::Held(hold) if snapshot.of(Kind::User).in_roster(*one) => Some((*one, *hold)),
            Tie::Held(_) | Tie::Row(_) | Tie::Person(_) | Tie::Record(_) => None,
        })
        .collect();
    if waiting.is_empty() {
        return;
    }
    let roles = snapshot.of(Kind::Role);
    let touched = roles.with(flag::IN_DELIVERY | flag::TOUCHED, flag::STOPPED | flag::LEFT_OUT);
    let of_user = |one| Some((one, *waiting.get(&roles.link(one, Link::User))?));
    let held: Vec<_> = touched.filter_map(of_user).collect();
    for (one, why) in held {
        hold(snapshot, Kind::Role, one, why);
    }
    keep(snapshot, Kind::Role, |roles, one| waiting.contains_key(&roles.link(one, Link::User)));
}

/// The user rows whose rights grow with those of a user of the delivery: their own, or those of the
/// person whom they are tied to.
fn accounts(snapshot: &Snapshot, known: &Known, ties: &Ties, user: Ordinal) -> Vec<SubjectId> {
    match ties.get(&user) {
        Some(Tie::Row(id)) => vec![*id],
        Some(Tie::Person(person)) => known.persons.get(person).cloned().unwrap_or_default(),
        Some(Tie::Record(_) | Tie::Held(_)) | None => {
            id_of(snapshot, known, user).into_iter().collect()
        }
    }
}

/// Whether people are known, and none of them as staff.
pub(super) fn are_no_staff(kinds: &BTreeSet<PersonKind>) -> bool {
    !kinds.is_empty() && !kinds.contains(&PersonKind::Staff)
}

/// The users without a role in the roster whom a record of this delivery would make staff, and those
/// whom a new record may mean.
pub fn without_role(snapshot: &Snapshot, known: &Known) -> BTreeSet<SubjectId> {
    let (roles, users) = (snapshot.of(Kind::Role), snapshot.of(Kind::User));
    let untold = |id: &SubjectId| {
        let past = known.row(Kind::User, *id);
        past.is_some_and(|past| tag::of_word(past.row.text(user::ROLE)) == tag::OTHER)
    };
    let by_role = of_staff(snapshot, Kind::Role).map(|one| roles.link(one, Link::User));
    let by_seat = seats::users(snapshot);
    let named = by_role.chain(by_seat).filter_map(|user| id_of(snapshot, known, user));
    let sent = users.with(flag::IN_DELIVERY | flag::TOUCHED, flag::STOPPED | flag::LEFT_OUT);
    let by_own = sent.filter(|one| own_role(snapshot, *one).is_some_and(is_staff));
    let by_own = by_own.filter_map(|user| id_of(snapshot, known, user));
    let meant = known.persons.values().flatten().copied();
    let mut all: BTreeSet<_> = named.chain(by_own.chain(meant).filter(untold)).collect();
    if !all.is_empty() {
        for one in roles.ordinals().filter(|one| roles.in_roster(*one)) {
            all.remove(&SubjectId(users.id(roles.link(one, Link::User))));
        }
    }
    all
}

/// The role that a user record tells itself, as 1.1 has it.
pub(super) fn own_role(snapshot: &Snapshot, one: Ordinal) -> Option<u8> {
    let record = snapshot.record(Kind::User, one)?;
    Some(tag::of_word(record.cell(user::ROLE))).filter(|role| *role != tag::OTHER)
}

/// The role of a user record: its own, else that of its role records.
pub(super) fn role_of_record(snapshot: &Snapshot, one: Ordinal) -> u8 {
    own_role(snapshot, one).unwrap_or_else(|| snapshot.of(Kind::User).tag(one))
}

fn is_staff(role: u8) -> bool {
    person_kind(role) == Some(PersonKind::Staff)
}

/// New and changed records of a kind that name staff, as far as nothing stops them.
pub(super) fn of_staff(snapshot: &Snapshot, kind: Kind) -> impl Iterator<Item = Ordinal> + '_ {
    let list = snapshot.of(kind);
    let (all, none) =
        (flag::IN_DELIVERY | flag::TOUCHED, flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END);
    list.with(all, none).filter(|one| is_staff(list.tag(*one)))
}

/// The row of a user whom the roster has, or once had under the same sourcedId.
pub(super) fn id_of(snapshot: &Snapshot, known: &Known, user: Ordinal) -> Option<SubjectId> {
    row_of(snapshot, known, Kind::User, user)
}

/// The row of a subject that the roster has, or once had under the same sourcedId.
pub(super) fn row_of(
    snapshot: &Snapshot,
    known: &Known,
    kind: Kind,
    one: Ordinal,
) -> Option<SubjectId> {
    let list = snapshot.of(kind);
    if list.in_roster(one) {
        return Some(SubjectId(list.id(one)));
    }
    known.returning.get(&(kind, one)).copied()
}

/// Lets a record wait for a person.
pub(super) fn hold(snapshot: &mut Snapshot, kind: Kind, one: Ordinal, why: MatchHold) {
    let list = snapshot.of_mut(kind);
    list.set(one, flag::STOPPED);
    let (outcome, detail) = Outcome::Held(Hold::Match(why)).encode();
    list.decide(one, outcome, detail);
}

/// A change of role is one change: what would end and is replaced by what is held waits with it.
pub(super) fn keep(
    snapshot: &mut Snapshot,
    kind: Kind,
    is_replaced: impl Fn(&Subjects, Ordinal) -> bool,
) {
    let complete = snapshot.is_complete(kind);
    let list = snapshot.of(kind);
    let parents = [(Kind::User, Link::User), (Kind::Class, Link::First)];
    let parents = if kind == Kind::Role { &parents[..1] } else { &parents[..] };
    let stays = |one: Ordinal| {
        parents.iter().all(|(of, link)| {
            let (parents, parent) = (snapshot.of(*of), list.link(one, *link));
            let sent = parents.has(parent, flag::IN_DELIVERY);
            (sent && !parents.has(parent, flag::SAYS_END)) || !snapshot.is_complete(*of)
        })
    };
    let ends = |one: &Ordinal| {
        let sent = list.has(*one, flag::IN_DELIVERY);
        list.in_roster(*one)
            && !list.has_any(*one, flag::STOPPED | flag::LEFT_OUT)
            && (list.has(*one, flag::SAYS_END) || (complete && !sent))
            && is_replaced(list, *one)
            && stays(*one)
    };
    let ending: Vec<_> = list.ordinals().filter(ends).collect();
    for one in ending {
        if snapshot.of(kind).has(one, flag::IN_DELIVERY) {
            hold(snapshot, kind, one, MatchHold::AddsStaffRights);
        } else {
            snapshot.of_mut(kind).set(one, flag::STOPPED);
        }
    }
}

/// What a user row without a role was last: by the roles that ended last, or by its own.
pub(super) fn last_kinds(known: &Known, id: SubjectId) -> BTreeSet<PersonKind> {
    let own = known.row(Kind::User, id).filter(|past| !past.never_there && !past.row.implied);
    let own = own.map(|past| tag::of_word(past.row.text(user::ROLE)));
    let last = known.last_roles.get(&id).into_iter().flatten().map(|role| role.tag);
    last.chain(own).filter_map(person_kind).collect()
}

/// The kinds of person that users of the roster were before this delivery, by their role records.
pub(super) fn kinds_before(
    snapshot: &Snapshot,
    known: &Known,
    is_asked: impl Fn(Ordinal) -> bool,
) -> BTreeMap<Ordinal, BTreeSet<PersonKind>> {
    let roles = snapshot.of(Kind::Role);
    let mut before: BTreeMap<Ordinal, BTreeSet<PersonKind>> = BTreeMap::new();
    for one in roles.ordinals().filter(|one| roles.in_roster(*one)) {
        let past = known.row(Kind::Role, SubjectId(roles.id(one)));
        let word = past.map(|past| tag::of_word(past.row.text(role::ROLE)));
        let user = past.and_then(|past| past.row.subject(role::USER));
        let user = user.and_then(|id| snapshot.of(Kind::User).by_id(id.0));
        let user = user.unwrap_or_else(|| roles.link(one, Link::User));
        if is_asked(user) {
            let role = word.unwrap_or_else(|| roles.tag(one));
            before.entry(user).or_default().extend(person_kind(role));
        }
    }
    before
}
