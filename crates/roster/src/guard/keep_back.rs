//! Keeps back the part of a plan that a limit names, so that the rest can be applied.
//!
//! What belongs together stays together: groups are kept back whole, and with a person or a
//! class what ends with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Trip, Verdict, table};
use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag};
use crate::plan::draft::school;
use crate::plan::{Action, Draft, Hold, Outcome, Reason};

/// Whether every trip names a school and lines of it, so that the rest of the plan can be told apart. A plan
/// whose delivery is not whole is never split, nor one that removes and adds people above the
/// limit in one school, which looks like ids issued anew, nor one of which nothing would remain.
pub fn can_be_split(verdict: &Verdict, snapshot: &Snapshot, draft: &Draft) -> bool {
    let named =
        |trip: &Trip| trip.school.0 != 0 && !trip.guard.setting.is_empty() || membership(trip);
    let tells = |trip: &Trip| {
        !named_by(trip, snapshot, draft).is_empty()
            || taken_by(trip, snapshot, verdict).next().is_some()
    };
    let fit = |trip: &Trip| named(trip) && tells(trip) && !replaces_people(trip, snapshot, draft);
    verdict.trips.iter().all(fit)
        && (kept_back(snapshot, draft, verdict).len() as u64) < draft.changes()
}

fn membership(trip: &Trip) -> bool {
    let guards = [
        &table::SCHOOL_EMPTIED,
        &table::GRADE_EMPTIED,
        &table::SCHOOL_WITHOUT_TEACHER,
        &table::CLASS_EMPTIED,
        &table::CLASS_LOSES_TEACHER,
    ];
    guards.into_iter().any(|guard| guard == trip.guard) && trip.school.0 != 0
}

fn replaces_people(trip: &Trip, snapshot: &Snapshot, draft: &Draft) -> bool {
    if trip.kind != Some(Kind::User) {
        return false;
    }
    let Some(steps) = draft.steps.get(&Kind::User) else { return false };
    let begins =
        |one: &Ordinal| steps.get(*one).is_some_and(|(action, _)| action == Action::Create);
    let added = steps
        .ordinals()
        .filter(begins)
        .filter(|one| school(snapshot, Kind::User, *one) == trip.school);
    added.count() as u64 * 2 > trip.changed
}

/// Takes the kept-back lines out of the draft; their records are held. The draft ids that
/// remain are numbered again without gaps.
pub fn keep_back(snapshot: &mut Snapshot, draft: &mut Draft, verdict: &Verdict) {
    for (kind, one) in kept_back(snapshot, draft, verdict) {
        take_out(snapshot, draft, kind, one);
    }
    number_again(snapshot, draft);
}

/// The lines that the trips name, with all that belongs to them.
fn kept_back(snapshot: &Snapshot, draft: &Draft, verdict: &Verdict) -> BTreeSet<(Kind, Ordinal)> {
    let mut kept = BTreeSet::new();
    for trip in &verdict.trips {
        kept.extend(named_by(trip, snapshot, draft));
        kept.extend(taken_by(trip, snapshot, verdict));
    }
    loop {
        let more = belonging(&kept, snapshot, draft);
        if more.is_subset(&kept) {
            return kept;
        }
        kept.extend(more);
    }
}

/// The lines that a trip is about.
fn named_by(trip: &Trip, snapshot: &Snapshot, draft: &Draft) -> Vec<(Kind, Ordinal)> {
    let (kind, action) = if *trip.guard == table::PEOPLE_RENAMED {
        (Kind::User, Action::Update)
    } else if *trip.guard == table::CLASS_EMPTIED || *trip.guard == table::CLASS_LOSES_TEACHER {
        (Kind::Enrollment, Action::End)
    } else {
        (trip.kind.unwrap_or(Kind::User), Action::End)
    };
    let Some(steps) = draft.steps.get(&kind) else { return Vec::new() };
    let of_trip = |one: &Ordinal| steps.get(*one).is_some_and(|(what, _)| what == action);
    let named =
        steps.ordinals().filter(of_trip).filter(|one| school(snapshot, kind, *one) == trip.school);
    named.map(|one| (kind, one)).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no seats in classes")]
/// The lines that take seats in the school of a trip without being among those named already.
fn taken_by<'a>(
    trip: &'a Trip,
    snapshot: &'a Snapshot,
    verdict: &'a Verdict,
) -> impl Iterator<Item = (Kind, Ordinal)> + 'a {
    let counts = |change: &Change| match change.kind {
        Kind::Enrollment if *trip.guard == table::ENROLLMENTS_ENDED => {
            change.after.is_none() || change.hands_over()
        }
        Kind::Enrollment => membership(trip) && trip.kind == Some(Kind::Class),
        Kind::Role if *trip.guard == table::PEOPLE_DEACTIVATED => true,
        _ => membership(trip) && trip.kind == Some(Kind::User),
    };
    let here =
        |change: &Change| snapshot.of(Kind::Org).id(change.school(snapshot)) == trip.school.0;
    let taken = verdict.taken.iter().filter(move |change| counts(change) && here(change));
    taken.map(|change| (change.kind, change.one))
}

/// What cannot be applied without the kept lines: groups, what ends with a person or class, and
/// the person or class that it ends with.
fn belonging(
    kept: &BTreeSet<(Kind, Ordinal)>,
    snapshot: &Snapshot,
    draft: &Draft,
) -> BTreeSet<(Kind, Ordinal)> {
    let groups: BTreeSet<u32> = kept
        .iter()
        .filter_map(|(kind, one)| draft.steps.get(kind)?.groups.get(one).copied())
        .collect();
    let mut all = kept.clone();
    for (kind, steps) in &draft.steps {
        let list = snapshot.of(*kind);
        for one in steps.ordinals() {
            let kept_itself = kept.contains(&(*kind, one));
            let grouped = steps.groups.get(&one).is_some_and(|group| groups.contains(group));
            let parent = match steps.get(one) {
                Some((Action::End, Reason::EndedBecauseClassEnded)) => {
                    Some((Kind::Class, list.link(one, Link::First)))
                }
                Some((Action::End, Reason::EndedBecausePersonLeft)) => {
                    Some((Kind::User, list.link(one, Link::User)))
                }
                _ => None,
            };
            if let Some(parent) = parent.filter(|_| kept_itself) {
                all.insert(parent);
            }
            if grouped || parent.is_some_and(|parent| kept.contains(&parent)) {
                all.insert((*kind, one));
            }
        }
    }
    all
}

fn take_out(snapshot: &mut Snapshot, draft: &mut Draft, kind: Kind, one: Ordinal) {
    let Some(steps) = draft.steps.get_mut(&kind) else { return };
    let Some((action, _)) = steps.get(one) else { return };
    steps.clear(one);
    if action == Action::End {
        *draft.kept_back.entry(kind).or_default() += 1;
    }
    let list = snapshot.of_mut(kind);
    if let Some(flags) = list.flags.get_mut(one as usize) {
        *flags &= !flag::ENDS;
    }
    list.prints.set(one, 0);
    if list.has(one, flag::IN_DELIVERY) {
        let (outcome, detail) = Outcome::Held(Hold::Guard).encode();
        list.decide(one, outcome, detail);
    }
}

fn number_again(snapshot: &mut Snapshot, draft: &mut Draft) {
    for (kind, steps) in &draft.steps {
        let mut numbers = BTreeMap::new();
        let mut next = 0i64;
        let list = snapshot.of_mut(*kind);
        for one in list
            .ordinals()
            .filter(|one| steps.get(*one).is_some_and(|(action, _)| action == Action::Create))
        {
            let id = list.id(one);
            if id < 0 {
                next -= 1;
                numbers.insert(id, next);
            }
        }
        for id in list.ids.own_mut().filter(|id| **id < 0) {
            *id = numbers.get(id).copied().unwrap_or(0);
        }
        for person in list.persons.iter_mut().filter(|person| **person < 0) {
            *person = numbers.get(person).copied().unwrap_or(0);
        }
        draft.created.insert(*kind, u32::try_from(-next).unwrap_or(0));
    }
}
