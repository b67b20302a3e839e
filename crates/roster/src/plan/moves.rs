//! Recognises what belongs together: ids issued anew, moves between classes and schools.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::steps::{Draft, Steps, school_ordinal};
use super::{Action, Outcome, Reason};
use crate::matching::person_kind;
use crate::model::columns::{class, enrollment, role, user};
use crate::model::name::Name;
use crate::model::row::fact_place;
use crate::model::settings::PersonKind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal};
use crate::model::{Kind, Row, Value};

/// The reason of an update by the fields that it changes: from something to something else.
pub fn reason(fields: u64, before: &Row, after: &Row) -> Reason {
    let kind = after.kind;
    let has = |row: &Row, at: usize| row.values.get(at).is_some_and(|value| *value != Value::None);
    let changes = |place: usize| {
        fact_place(kind, place)
            .is_some_and(|at| fields & (1 << at) != 0 && has(before, at) && has(after, at))
    };
    let table = [
        (Kind::Enrollment, enrollment::CLASS, Reason::MovedToAnotherClass),
        (Kind::Class, class::SCHOOL, Reason::MovedToAnotherSchool),
        (Kind::User, user::ORGS, Reason::MovedToAnotherSchool),
        (Kind::User, user::PRIMARY_ORG, Reason::MovedToAnotherSchool),
        (Kind::Role, role::ORG, Reason::MovedToAnotherSchool),
    ];
    // Who belongs to one school more, or to one fewer, has not moved.
    let leaves = |from: &Row, to: &Row, at: usize| {
        from.subjects(at).iter().any(|id| !to.subjects(at).contains(id))
    };
    let moves = |at: usize| {
        changes(at) && (at != user::ORGS || leaves(before, after, at) && leaves(after, before, at))
    };
    let found = table.into_iter().find(|(of, place, _)| *of == kind && moves(*place));
    if let Some((_, _, reason)) = found {
        return reason;
    }
    let renamed =
        kind == Kind::User && [user::GIVEN_NAME, user::FAMILY_NAME].into_iter().any(changes);
    let (was, is) = (Name::of_row(before), Name::of_row(after));
    match renamed {
        true if was.is_written_otherwise(is) => Reason::UpdatedBecauseNameWrittenOtherwise,
        true => Reason::UpdatedBecauseNameChanged,
        false => Reason::UpdatedBecauseChangedInDelivery,
    }
}

/// An ended and a created row with equal class or org, person and role are one row whose
/// sourcedId was issued anew.
pub fn reissued(snapshot: &mut Snapshot, kind: Kind, steps: &mut Steps) {
    let list = snapshot.of(kind);
    let place = |one: Ordinal| {
        let first = if kind == Kind::Role { Link::School } else { Link::First };
        (list.link(one, first), list.link(one, Link::User), list.tag(one))
    };
    let absent = |one: &Ordinal| {
        steps.get(*one) == Some((Action::End, Reason::EndedBecauseAbsentFromDelivery))
    };
    let mut ended: HashMap<_, Vec<Ordinal>> = HashMap::new();
    for one in steps.ordinals().filter(absent) {
        ended.entry(place(one)).or_default().push(one);
    }
    if ended.is_empty() {
        return;
    }
    let mut pairs = Vec::new();
    for one in steps.ordinals() {
        if steps.get(one).is_some_and(|(action, _)| action == Action::Create) && list.id(one) == 0 {
            let free = ended.get_mut(&place(one)).filter(|free| !free.is_empty());
            if let Some(free) = free {
                pairs.push((free.remove(0), one));
            }
        }
    }
    for (old, new) in pairs {
        let list = snapshot.of_mut(kind);
        let id = list.id(old);
        list.ids.set(new, id);
        let (outcome, detail) = Outcome::Update.encode();
        list.decide(new, outcome, detail);
        steps.clear(old);
        steps.taken_over.insert(old, new);
        steps.set(new, Action::Update, Reason::UpdatedBecauseIdReissued);
    }
}

/// Puts the two ends of a move into one group, with the person's own line where it moves too; and
/// the lines of people between whom an identifier passes.
pub fn group(snapshot: &Snapshot, draft: &mut Draft, hand_overs: &[Vec<Ordinal>]) {
    let pairs = pairs(snapshot, draft);
    let mut movers: BTreeSet<Ordinal> = BTreeSet::new();
    for (ended, begun) in &pairs {
        let list = snapshot.of(Kind::Enrollment);
        movers.insert(list.link(*ended, Link::User));
        if let Some(steps) = draft.steps.get_mut(&Kind::Enrollment) {
            steps.set(*ended, Action::End, Reason::MovedToAnotherClass);
            let action = steps.get(*begun).map_or(Action::Create, |(action, _)| action);
            steps.set(*begun, action, Reason::MovedToAnotherClass);
        }
    }
    movers.extend(by_dates(snapshot, draft));
    movers.extend(by_role(snapshot, draft));
    for kind in [Kind::User, Kind::Role] {
        let Some(steps) = draft.steps.get(&kind) else { continue };
        for one in steps.ordinals() {
            if steps.get(one) == Some((Action::Update, Reason::MovedToAnotherSchool)) {
                movers.insert(if kind == Kind::User {
                    one
                } else {
                    snapshot.of(kind).link(one, Link::User)
                });
            }
        }
    }
    let numbers = numbers(&movers, hand_overs);
    for kind in [Kind::User, Kind::Role, Kind::Enrollment] {
        let Some(steps) = draft.steps.get_mut(&kind) else { continue };
        let ordinals: Vec<_> =
            if numbers.is_empty() { Vec::new() } else { steps.ordinals().collect() };
        for one in ordinals {
            let user =
                if kind == Kind::User { one } else { snapshot.of(kind).link(one, Link::User) };
            if let Some(group) = numbers.get(&user)
                && (kind == Kind::User || movers.contains(&user))
            {
                steps.groups.insert(one, *group);
            }
        }
    }
}

/// The numbers of groups by user: one for each who moves, and one for all between whom an identifier
/// passes.
fn numbers(movers: &BTreeSet<Ordinal>, hand_overs: &[Vec<Ordinal>]) -> BTreeMap<Ordinal, u32> {
    let mut with: BTreeMap<Ordinal, BTreeSet<Ordinal>> =
        movers.iter().map(|one| (*one, BTreeSet::new())).collect();
    for together in hand_overs {
        for pair in together.windows(2) {
            let [one, other] = *pair else { continue };
            with.entry(one).or_default().insert(other);
            with.entry(other).or_default().insert(one);
        }
    }
    let mut numbers = BTreeMap::new();
    let mut next = 1;
    while let Some((first, others)) = with.pop_first() {
        let mut open = others;
        numbers.insert(first, next);
        while let Some(one) = open.pop_first() {
            numbers.insert(one, next);
            open.extend(with.remove(&one).into_iter().flatten());
        }
        next += 1;
    }
    numbers
}

/// The people of whom one enrollment gets other dates while another in the same role begins.
fn by_dates(snapshot: &Snapshot, draft: &Draft) -> BTreeSet<Ordinal> {
    let Some(steps) = draft.steps.get(&Kind::Enrollment) else { return BTreeSet::new() };
    let list = snapshot.of(Kind::Enrollment);
    let key = |one: Ordinal| (list.link(one, Link::User), list.tag(one));
    let bits = [enrollment::BEGIN_DATE, enrollment::END_DATE]
        .into_iter()
        .filter_map(|place| fact_place(Kind::Enrollment, place))
        .fold(0u64, |bits, at| bits | (1 << at));
    let dated = steps.fields.iter().filter(|(one, fields)| {
        **fields & bits != 0 && matches!(steps.get(**one), Some((Action::Update, _)))
    });
    let dated: BTreeSet<_> = dated.map(|(one, _)| key(*one)).collect();
    if dated.is_empty() {
        return BTreeSet::new();
    }
    let begins =
        |one: &Ordinal| matches!(steps.get(*one), Some((Action::Create | Action::Restore, _)));
    let begun = steps.ordinals().filter(begins).map(key);
    begun.filter(|key| key.0 != NOBODY && dated.contains(key)).map(|(user, _)| user).collect()
}

/// The people who are no staff by their own record and get a place as staff: what they are before
/// the plan decides whether they may, so that no part of it goes before the rest.
fn by_role(snapshot: &Snapshot, draft: &Draft) -> BTreeSet<Ordinal> {
    let staff = |tag| person_kind(tag) == Some(PersonKind::Staff);
    let users = snapshot.of(Kind::User);
    let mut people = BTreeSet::new();
    for kind in [Kind::Role, Kind::Enrollment] {
        let Some(steps) = draft.steps.get(&kind) else { continue };
        let list = snapshot.of(kind);
        let begins = |one: &Ordinal| !matches!(steps.get(*one), None | Some((Action::End, _)));
        let given = steps.ordinals().filter(|one| staff(list.tag(*one)) && begins(one));
        let to = given.map(|one| list.link(one, Link::User)).filter(|user| *user != NOBODY);
        people.extend(to.filter(|user| !staff(users.tag(*user))));
    }
    people
}

/// Ended and begun enrollments of one person in one role: same course first, then same school,
/// then in order.
fn pairs(snapshot: &Snapshot, draft: &Draft) -> Vec<(Ordinal, Ordinal)> {
    let Some(steps) = draft.steps.get(&Kind::Enrollment) else { return Vec::new() };
    let list = snapshot.of(Kind::Enrollment);
    let mut ended: HashMap<(Ordinal, u8), Vec<Ordinal>> = HashMap::new();
    for one in steps.ordinals() {
        let said = [Reason::EndedBecauseAbsentFromDelivery, Reason::EndedBecauseDeliverySaysSo];
        if steps
            .get(one)
            .is_some_and(|(action, reason)| action == Action::End && said.contains(&reason))
        {
            ended.entry((list.link(one, Link::User), list.tag(one))).or_default().push(one);
        }
    }
    let mut begun: BTreeMap<(Ordinal, u8), Vec<Ordinal>> = BTreeMap::new();
    if ended.is_empty() {
        return Vec::new();
    }
    for one in steps.ordinals() {
        let key = (list.link(one, Link::User), list.tag(one));
        let begins = steps
            .get(one)
            .is_some_and(|(action, _)| matches!(action, Action::Create | Action::Restore));
        if begins && key.0 != NOBODY && ended.contains_key(&key) {
            begun.entry(key).or_default().push(one);
        }
    }
    let mut pairs = Vec::new();
    for (key, mut begun) in begun {
        let mut ended = ended.remove(&key).unwrap_or_default();
        for alike in
            [same_course as fn(&Snapshot, Ordinal, Ordinal) -> bool, same_school, |_, _, _| true]
        {
            ended.retain(|old| match begun.iter().position(|new| alike(snapshot, *old, *new)) {
                Some(at) => {
                    pairs.push((*old, begun.remove(at)));
                    false
                }
                None => true,
            });
        }
    }
    pairs
}

fn same_course(snapshot: &Snapshot, one: Ordinal, other: Ordinal) -> bool {
    let (list, classes) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::Class));
    let course = |one: Ordinal| classes.link(list.link(one, Link::First), Link::First);
    course(one) != NOBODY && course(one) == course(other)
}

fn same_school(snapshot: &Snapshot, one: Ordinal, other: Ordinal) -> bool {
    let school = |one: Ordinal| school_ordinal(snapshot, Kind::Enrollment, one);
    school(one) != NOBODY && school(one) == school(other)
}
