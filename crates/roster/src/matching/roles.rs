//! Roles in records of their own (1.2) that would give staff rights to a student or guardian.

use std::collections::{BTreeMap, BTreeSet};

use super::person_kind;
use crate::model::columns::role;
use crate::model::settings::PersonKind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::{Hold, Known, MatchHold, Outcome};

/// Holds role records that would make staff of a known student or guardian.
pub fn hold_staff_rights(snapshot: &mut Snapshot, known: &Known) {
    let (roles, users) = (snapshot.of(Kind::Role), snapshot.of(Kind::User));
    let new = |one: &Ordinal| {
        roles.has(*one, flag::IN_DELIVERY | flag::TOUCHED)
            && !roles.has_any(*one, flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END)
            && person_kind(roles.tag(*one)) == Some(PersonKind::Staff)
            && users.in_roster(roles.link(*one, Link::User))
    };
    let adding: Vec<_> = roles.ordinals().filter(new).collect();
    if adding.is_empty() {
        return;
    }
    let before = kinds_before(snapshot, known);
    let held: Vec<_> = adding
        .into_iter()
        .filter(|one| {
            let kinds = before.get(&snapshot.of(Kind::Role).link(*one, Link::User));
            kinds.is_some_and(|kinds| !kinds.contains(&PersonKind::Staff))
        })
        .collect();
    let list = snapshot.of_mut(Kind::Role);
    for one in held {
        list.set(one, flag::STOPPED);
        let outcome = Outcome::Held(Hold::Match(MatchHold::AddsStaffRights));
        let (outcome, detail) = outcome.encode();
        list.decide(one, outcome, detail);
    }
}

/// The kinds of person that each user of the roster was before this delivery.
fn kinds_before(snapshot: &Snapshot, known: &Known) -> BTreeMap<Ordinal, BTreeSet<PersonKind>> {
    let roles = snapshot.of(Kind::Role);
    let mut before: BTreeMap<Ordinal, BTreeSet<PersonKind>> = BTreeMap::new();
    for one in roles.ordinals().filter(|one| roles.in_roster(*one)) {
        let past = known.row(Kind::Role, SubjectId(roles.id(one)));
        let word = past.map(|past| tag::of_word(past.row.text(role::ROLE)));
        let user = past.and_then(|past| past.row.subject(role::USER));
        let user = user.and_then(|id| snapshot.of(Kind::User).by_id(id.0));
        let user = user.unwrap_or_else(|| roles.link(one, Link::User));
        before.entry(user).or_default().extend(person_kind(word.unwrap_or_else(|| roles.tag(one))));
    }
    before
}
