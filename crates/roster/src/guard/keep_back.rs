//! Keeps back the part of a plan that a limit names, so that the rest can be applied.
//!
//! What belongs together stays together: groups are kept back whole, with a person or a class what
//! ends with it, and with every row that goes on the ends of what it names. So a school ends with
//! the last of its people and classes that move out of it, or not at all. A plan whose delivery is
//! not whole is never split, nor one of which nothing would remain.

mod chosen;
mod names;
mod take_out;

use std::collections::{BTreeMap, BTreeSet};

pub use chosen::{Chosen, Torn, closed};
use names::{Names, begins};

use super::{Change, Guard, Trip, Verdict, table};
use crate::model::row::fact_columns;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, tag};
use crate::model::{Kind, Row, SubjectId, Value};
use crate::plan::steps::{Steps, school};
use crate::plan::{Action, Draft, Known, Reason};

/// The lines of a plan that are kept back.
#[derive(Debug)]
pub struct KeptBack {
    lines: Lines,
    /// Those whose rows told what they name.
    asked: Lines,
}

/// Ids issued anew are never split.
static REISSUED: [&Guard; 4] = [
    &table::IDS_REISSUED,
    &table::IDS_REISSUED_BY_NAME,
    &table::CLASS_IDS_REISSUED,
    &table::CLASS_IDS_LOOK_REISSUED,
];

type Lines = BTreeSet<(Kind, Ordinal)>;

impl KeptBack {
    /// The lines that the trips name; `None` where the plan cannot be split: a trip names no
    /// school or no lines of it, or removes and adds people above the limit in one school, which
    /// looks like ids issued anew.
    pub fn of(verdict: &Verdict, snapshot: &Snapshot, draft: &Draft) -> Option<Self> {
        let mut lines = Lines::new();
        for trip in &verdict.trips {
            let fit = trip.school.0 != 0
                && (!trip.guard.setting.is_empty() && !REISSUED.contains(&trip.guard)
                    || *trip.guard == table::SCHOOL_VANISHED)
                || *trip.guard == table::SEASON_TAKES_ADDITIONS
                || membership(trip);
            let taken = taken_by(trip, snapshot, verdict);
            let named = named_by(trip, snapshot, draft, verdict);
            let named: Lines = named.into_iter().chain(taken).collect();
            if !fit || named.is_empty() || replaces_people(trip, snapshot, draft) {
                return None;
            }
            lines.extend(named);
        }
        lines.extend(theirs(&lines, snapshot, draft));
        Some(Self { lines, asked: Lines::new() })
    }

    /// Adds what belongs to the lines, and names the rows that go on because of them: those that
    /// nobody asked for yet, as far as what they name may end with the rest of the plan.
    pub fn to_ask(
        &mut self,
        snapshot: &Snapshot,
        draft: &Draft,
        known: &Known,
    ) -> BTreeMap<Kind, Vec<SubjectId>> {
        self.grow(snapshot, draft, known);
        let ends = |(kind, steps): (&Kind, &Steps)| {
            let ends = |one: &Ordinal| matches!(steps.get(*one), Some((Action::End, _)));
            steps.ordinals().filter(ends).any(|one| !self.lines.contains(&(*kind, one)))
        };
        let mut rows: BTreeMap<Kind, Vec<SubjectId>> = BTreeMap::new();
        if !draft.steps.iter().any(ends) {
            return rows;
        }
        let goes_on = |(kind, one): &&(Kind, Ordinal)| {
            matches!(draft.step(*kind, *one), Some((Action::End | Action::Update, _)))
        };
        for (kind, one) in self.lines.difference(&self.asked).filter(goes_on) {
            rows.entry(*kind).or_default().push(SubjectId(snapshot.of(*kind).id(*one)));
        }
        self.asked.clone_from(&self.lines);
        rows
    }

    /// Keeps the ends of what these rows name.
    pub fn keep_named(&mut self, rows: &[Row], snapshot: &Snapshot, draft: &Draft) {
        for (kind, id) in rows.iter().flat_map(named) {
            let one = snapshot.of(kind).by_id(id.0);
            let end = one.filter(|one| matches!(draft.step(kind, *one), Some((Action::End, _))));
            self.lines.extend(end.map(|one| (kind, one)));
        }
    }

    /// Whether something of the plan would remain.
    pub fn leaves_some(&self, draft: &Draft) -> bool {
        (self.lines.len() as u64) < draft.changes()
    }

    /// Whether there are any.
    pub fn leaves_some_out(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Takes the lines out of the draft; their records are held.
    pub fn take_out(self, snapshot: &mut Snapshot, draft: &mut Draft, known: &Known) {
        take_out::take_out(snapshot, draft, known, &self.lines);
        take_out::number_again(snapshot, draft);
    }

    fn grow(&mut self, snapshot: &Snapshot, draft: &Draft, known: &Known) {
        loop {
            let more = belonging(&self.lines, snapshot, draft, known);
            if more.is_subset(&self.lines) {
                return;
            }
            self.lines.extend(more);
        }
    }
}

/// What ends of the people who stay because their ends are kept back, also where a delivery that
/// lacks them lacks it too.
fn theirs(lines: &Lines, snapshot: &Snapshot, draft: &Draft) -> Lines {
    let end = |kind: Kind, one: Ordinal| matches!(draft.step(kind, one), Some((Action::End, _)));
    let stays = |user: Ordinal| lines.contains(&(Kind::User, user)) && end(Kind::User, user);
    let kinds = [Kind::UserProfile, Kind::Role, Kind::Demographics, Kind::Enrollment];
    let steps = kinds.into_iter().filter_map(|kind| Some((kind, draft.steps.get(&kind)?)));
    let all = steps.flat_map(|(kind, steps)| steps.ordinals().map(move |one| (kind, one)));
    let theirs = |(kind, one): &(Kind, Ordinal)| {
        end(*kind, *one) && stays(snapshot.of(*kind).link(*one, Link::User))
    };
    all.filter(theirs).collect()
}

/// What a row names.
fn named(row: &Row) -> impl Iterator<Item = (Kind, SubjectId)> + '_ {
    fact_columns(row.kind).zip(&row.values).flat_map(|(column, value)| {
        let ids = match value {
            Value::Subject(id) => std::slice::from_ref(id),
            Value::Subjects(ids) => ids.as_slice(),
            Value::None | Value::Text(_) => &[],
        };
        ids.iter().filter_map(move |id| Some((column.refers_to()?, *id)))
    })
}

fn membership(trip: &Trip) -> bool {
    let guards = [
        &table::SCHOOL_EMPTIED,
        &table::GRADE_EMPTIED,
        &table::SCHOOL_WITHOUT_TEACHER,
        &table::CLASS_EMPTIED,
        &table::CLASS_LOSES_TEACHER,
        &table::TEACHERS_LOST,
        &table::SCHOOL_TURNOVER,
        &table::SCHOOL_SIGNED_OUT,
    ];
    guards.into_iter().any(|guard| guard == trip.guard) && trip.school.0 != 0
}

fn replaces_people(trip: &Trip, snapshot: &Snapshot, draft: &Draft) -> bool {
    if trip.kind != Some(Kind::User) {
        return false;
    }
    let Some(steps) = draft.steps.get(&Kind::User) else { return false };
    let (leave, role) = leaving(trip);
    let users = snapshot.of(Kind::User);
    let begins =
        |one: &Ordinal| steps.get(*one).is_some_and(|(action, _)| action == Action::Create);
    let added = steps
        .ordinals()
        .filter(begins)
        .filter(|one| role.is_none_or(|role| users.tag(*one) == role))
        .filter(|one| school(snapshot, Kind::User, *one) == trip.school);
    added.count() as u64 * 2 > leave
}

/// How many people leave by a trip, and in which role, where it is about one. Some trips count who
/// is left.
fn leaving(trip: &Trip) -> (u64, Option<u8>) {
    let left = trip.active.saturating_sub(trip.changed);
    if *trip.guard == table::SCHOOL_EMPTIED || *trip.guard == table::GRADE_EMPTIED {
        (left, Some(tag::STUDENT))
    } else if *trip.guard == table::SCHOOL_WITHOUT_TEACHER {
        (left, Some(tag::TEACHER))
    } else if *trip.guard == table::TEACHERS_LOST {
        (trip.changed, Some(tag::TEACHER))
    } else if *trip.guard == table::SCHOOL_TURNOVER {
        (trip.changed, Some(tag::STUDENT))
    } else {
        (trip.changed, None)
    }
}

/// The lines that a trip is about.
fn named_by(
    trip: &Trip,
    snapshot: &Snapshot,
    draft: &Draft,
    verdict: &Verdict,
) -> Vec<(Kind, Ordinal)> {
    if *trip.guard == table::CLASS_TURNOVER {
        return of_turned(snapshot, draft, verdict);
    }
    if *trip.guard == table::SEASON_TAKES_ADDITIONS {
        return verdict.leaving.iter().copied().collect();
    }
    let (kind, action) = if *trip.guard == table::PEOPLE_RENAMED {
        (Kind::User, Action::Update)
    } else if *trip.guard == table::VALUES_CHANGED {
        (trip.kind.unwrap_or(Kind::User), Action::Update)
    } else if *trip.guard == table::CLASS_EMPTIED || *trip.guard == table::CLASS_LOSES_TEACHER {
        (Kind::Enrollment, Action::End)
    } else {
        (trip.kind.unwrap_or(Kind::User), Action::End)
    };
    let Some(steps) = draft.steps.get(&kind) else { return Vec::new() };
    let signs_out = [&table::PEOPLE_DEACTIVATED, &table::SCHOOL_SIGNED_OUT].contains(&trip.guard);
    let of_trip = |one: &Ordinal| match steps.get(*one) {
        Some((Action::Update, _)) if signs_out => steps.sign_in.get(one) == Some(&false),
        step => step.is_some_and(|(what, _)| what == action),
    };
    let named =
        steps.ordinals().filter(of_trip).filter(|one| school(snapshot, kind, *one) == trip.school);
    named.map(|one| (kind, one)).collect()
}

/// The enrollments that begin, change or end in classes that would have mostly other students.
fn of_turned(snapshot: &Snapshot, draft: &Draft, verdict: &Verdict) -> Vec<(Kind, Ordinal)> {
    let Some(steps) = draft.steps.get(&Kind::Enrollment) else { return Vec::new() };
    let list = snapshot.of(Kind::Enrollment);
    let taken = verdict.taken.iter().filter(|change| {
        change.kind == Kind::Enrollment
            && change.before.is_some_and(|seat| verdict.turned.contains(&seat.at))
    });
    let taken: BTreeSet<_> = taken.map(|change| change.one).collect();
    let here = |one: &Ordinal| {
        verdict.turned.contains(&list.link(*one, Link::First)) || taken.contains(one)
    };
    steps.ordinals().filter(here).map(|one| (Kind::Enrollment, one)).collect()
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
        Kind::Class => *trip.guard == table::CLASSES_ENDED,
        Kind::Role if *trip.guard == table::PEOPLE_DEACTIVATED => true,
        _ => membership(trip) && trip.kind == Some(Kind::User),
    };
    let here =
        |change: &Change| snapshot.of(Kind::Org).id(change.school(snapshot)) == trip.school.0;
    let taken = verdict.taken.iter().filter(move |change| counts(change) && here(change));
    taken.map(|change| (change.kind, change.one))
}

/// What cannot be applied without the kept lines: groups, what ends with a person or class, the
/// person or class that it ends with, and what moves out of an org whose end is kept back.
fn belonging(kept: &Lines, snapshot: &Snapshot, draft: &Draft, known: &Known) -> Lines {
    let groups: BTreeSet<u32> = kept
        .iter()
        .filter_map(|(kind, one)| draft.steps.get(kind)?.groups.get(one).copied())
        .collect();
    let org = |one: Ordinal| (Kind::Org, SubjectId(snapshot.of(Kind::Org).id(one)));
    let orgs = kept.range((Kind::Org, 0)..=(Kind::Org, Ordinal::MAX)).map(|(_, one)| org(*one));
    let orgs: BTreeSet<_> = orgs.collect();
    let moves_out = |kind: Kind, one: Ordinal| {
        let past = known.row(kind, SubjectId(snapshot.of(kind).id(one)));
        past.is_some_and(|past| named(&past.row).any(|it| orgs.contains(&it)))
    };
    let mut all = kept.clone();
    // Who names what begins with the lines kept back begins with them too.
    let begin = kept.iter().any(|(kind, one)| begins(draft, *kind, *one));
    let names = begin.then(|| Names::of(snapshot, draft));
    let names_kept = |kind: Kind, one: Ordinal| {
        names.as_ref().is_some_and(|it| it.of_line(kind, one).any(|line| kept.contains(&line)))
    };
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
            let moves = !orgs.is_empty()
                && matches!(steps.get(one), Some((Action::Update, _)))
                && moves_out(*kind, one);
            let parent_stays = parent.is_some_and(|parent| kept.contains(&parent));
            if grouped || moves || parent_stays || names_kept(*kind, one) {
                all.insert((*kind, one));
            }
        }
    }
    all
}
