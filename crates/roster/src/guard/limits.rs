//! Limits by share and count, for the delivery and for what added up since the last approval.

use std::collections::BTreeMap;

use super::seats::Seats;
use super::{Counts, Ended, Guard, History, Trip, table, values};
use crate::model::columns::user;
use crate::model::row::fact_place;
use crate::model::settings::{Limit, Settings};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{NOBODY, Ordinal, flag};
use crate::model::{Kind, SubjectId, Value};
use crate::plan::steps::{school, school_ordinal};
use crate::plan::{Action, Draft, Reason};

/// Rows of one school before the plan, and those that it changes.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    active: u64,
    ended: u64,
    restored: u64,
    renamed: u64,
    /// Those who go on under another sourcedId.
    reissued: u64,
    /// Those of the ended who go on without sign-in.
    signed_out: u64,
    /// Those of the restored who get their sign-in.
    signed_in: u64,
}

impl Tally {
    /// Those who lose or get their sign-in alone.
    fn of_sign_in(&self) -> Self {
        let Self { active, signed_out, signed_in, .. } = *self;
        let (ended, restored) = (signed_out, signed_in);
        Self { active, ended, restored, signed_out, signed_in, ..Self::default() }
    }
}

/// Most of a school, however small it is.
const MOST: Limit = Limit { percent: 50.0, count: 2 };

/// The trips of the limits, and what this plan ends.
pub fn judge(seats: Seats<'_>, settings: &Settings, history: &History) -> (Vec<Trip>, Ended) {
    let (snapshot, draft) = (seats.snapshot, seats.draft);
    let limits = settings.guard;
    let mut trips = Vec::new();
    let mut ended = Ended::default();
    let trusted = trusted(settings);
    let mut people = tally(seats, Kind::User, trusted);
    let classes = tally(seats, Kind::Class, trusted);
    let mut enrollments = tally(seats, Kind::Enrollment, trusted);
    let org = |one: Ordinal| SubjectId(snapshot.of(Kind::Org).id(one));
    let signed_out = |user: Ordinal| {
        let steps = draft.steps.get(&Kind::User);
        steps.and_then(|steps| steps.sign_in.get(&user)) == Some(&false)
    };
    // Who loses both there counts once.
    let counted = |user, at| signed_out(user) && seats.school_before(user) == at;
    for (_, school) in seats.left_by_role().into_iter().filter(|(user, at)| !counted(*user, *at)) {
        people.entry(org(school)).or_default().ended += 1;
    }
    let (closed, opened) = seats.dated();
    for one in closed.into_keys() {
        enrollments.entry(school(snapshot, Kind::Enrollment, one)).or_default().ended += 1;
    }
    for one in opened {
        enrollments.entry(school(snapshot, Kind::Enrollment, one)).or_default().restored += 1;
    }
    let past =
        |school: SubjectId| history.ended.schools.get(&school.0).copied().unwrap_or_default();
    let mut judge = |guard, kind, school, tally: &Tally, limit, past| {
        trips.extend(one(guard, kind, school, tally, limit, past));
    };
    for (school, tally) in &people {
        let (limit, past) = (limits.people_deactivated_in_school, past(*school));
        judge(&table::PEOPLE_DEACTIVATED, Kind::User, *school, tally, limit, Past::people(&past));
    }
    for (school, tally) in &classes {
        let past = Past::gone(past(*school).classes);
        judge(&table::CLASSES_ENDED, Kind::Class, *school, tally, limits.classes_ended, past);
    }
    for (school, tally) in &enrollments {
        let (limit, past) = (limits.enrollments_ended, Past::gone(past(*school).enrollments));
        judge(&table::ENROLLMENTS_ENDED, Kind::Enrollment, *school, tally, limit, past);
    }
    let (all, district) = (sum(&people), limits.people_deactivated_in_district);
    let before = history.ended.schools.values().map(Past::people).fold(Past::default(), Past::and);
    let guard = &table::PEOPLE_DEACTIVATED_IN_DISTRICT;
    judge(guard, Kind::User, SubjectId(0), &all, district, before);
    for (school, tally) in &people {
        let renamed = Tally { active: tally.active, ended: tally.renamed, ..Tally::default() };
        let (limit, past) = (limits.people_renamed, past(*school).renamed);
        let past = Past { stay: past, ..Past::default() };
        judge(&table::PEOPLE_RENAMED, Kind::User, *school, &renamed, limit, past);
    }
    for (school, tally) in &people {
        let reissued = Tally { active: tally.active, ended: tally.reissued, ..Tally::default() };
        let limit = limits.ids_reissued;
        judge(&table::IDS_REISSUED, Kind::User, *school, &reissued, limit, Past::default());
    }
    for (school, alike) in alike(snapshot, draft) {
        let active = people.get(&school).map_or(0, |tally| tally.active);
        let alike = Tally { active, ended: alike, ..Tally::default() };
        let limit = limits.ids_reissued;
        let guard = &table::IDS_REISSUED_BY_NAME;
        judge(guard, Kind::User, school, &alike, limit, Past::default());
    }
    let sign_in = people
        .iter()
        .filter_map(|(school, tally)| signed_out_of(*school, tally, &past(*school), &trips));
    let sign_in: Vec<_> = sign_in.collect();
    trips.extend(sign_in);
    for (kind, tallies) in [(Kind::User, &people), (Kind::Class, &classes)] {
        let active = tallies.iter().map(|(school, tally)| (*school, tally.active)).collect();
        let (more, changed) = values::judge(seats, settings, kind, &active, &history.ended.values);
        trips.extend(more);
        ended.add(&Ended { values: changed, ..Ended::default() });
    }
    trips.extend(lost(snapshot, limits.records_lost));
    count(&mut ended, [&people, &classes, &enrollments]);
    (trips, ended)
}

/// The trip of a school of which most people would be without sign-in, where no limit says so already.
fn signed_out_of(school: SubjectId, tally: &Tally, past: &Counts, trips: &[Trip]) -> Option<Trip> {
    let said = |trip: &Trip| *trip.guard == table::PEOPLE_DEACTIVATED && trip.school == school;
    if trips.iter().any(said) {
        return None;
    }
    let (guard, past) = (&table::SCHOOL_SIGNED_OUT, Past::sign_in(past));
    let trip = one(guard, Kind::User, school, &tally.of_sign_in(), MOST, past)?;
    Some(Trip { signed_out: 0, ..trip })
}

/// Adds what this plan ends of people, classes and enrollments.
fn count(ended: &mut Ended, [people, classes, enrollments]: [&BTreeMap<SubjectId, Tally>; 3]) {
    for (school, tally) in people {
        let signed_out = difference(tally.signed_out, tally.signed_in);
        let people =
            difference(tally.ended, tally.restored) - difference(tally.signed_out, tally.signed_in);
        let renamed = difference(tally.renamed, 0);
        ended.add_to(*school, &Counts { people, signed_out, renamed, ..Counts::default() });
    }
    for (school, tally) in classes {
        let classes = difference(tally.ended, tally.restored);
        ended.add_to(*school, &Counts { classes, ..Counts::default() });
    }
    for (school, tally) in enrollments {
        let enrollments = difference(tally.ended, tally.restored);
        ended.add_to(*school, &Counts { enrollments, ..Counts::default() });
    }
}

/// New records that agree with an absent row in all but the ids and are created, by school.
fn alike(snapshot: &Snapshot, draft: &Draft) -> BTreeMap<SubjectId, u64> {
    let mut schools = BTreeMap::new();
    let created = |one: &Ordinal| matches!(draft.step(Kind::User, *one), Some((Action::Create, _)));
    let users = draft.alike.keys().filter(|(kind, _)| *kind == Kind::User);
    for one in users.map(|(_, one)| one).filter(|one| created(one)) {
        *schools.entry(school(snapshot, Kind::User, *one)).or_default() += 1;
    }
    schools
}

fn one(
    guard: &'static Guard,
    kind: Kind,
    school: SubjectId,
    tally: &Tally,
    limit: Limit,
    past: Past,
) -> Option<Trip> {
    if limit.exceeded(tally.ended, tally.active) {
        let counts = (tally.ended, tally.active);
        return Some(trip(guard, kind, school, counts, tally.signed_out, false));
    }
    // Whoever loses sign-in, or gets another name, is active still; what some gain makes up for
    // what others lost of the same alone.
    let stay = difference(tally.signed_out, tally.signed_in) + past.stay;
    let gone = difference(tally.ended, tally.restored)
        - difference(tally.signed_out, tally.signed_in)
        + past.gone;
    let active = tally.active + u64::try_from(past.gone).unwrap_or(0);
    // Somebody may change every night.
    let changed = u64::try_from(gone.max(0) + stay.max(0)).unwrap_or(0).min(active);
    (tally.ended > 0 && changed > tally.ended && limit.exceeded(changed, active))
        .then(|| trip(guard, kind, school, (changed, active), tally.signed_out, true))
}

/// What added up since the last approval.
#[derive(Debug, Clone, Copy, Default)]
struct Past {
    /// Rows that are gone.
    gone: i64,
    /// Rows that changed and are there still.
    stay: i64,
}

impl Past {
    fn gone(gone: i64) -> Self {
        Self { gone, stay: 0 }
    }

    fn people(counts: &Counts) -> Self {
        Self { gone: counts.people, stay: counts.signed_out.max(0) }
    }

    fn sign_in(counts: &Counts) -> Self {
        Self { gone: 0, stay: counts.signed_out.max(0) }
    }

    fn and(self, other: Self) -> Self {
        Self { gone: self.gone + other.gone, stay: self.stay + other.stay }
    }
}

fn trip(
    guard: &'static Guard,
    kind: Kind,
    school: SubjectId,
    (changed, active): (u64, u64),
    signed_out: u64,
    cumulative: bool,
) -> Trip {
    let kind = Some(kind);
    Trip { guard, kind, school, what: String::new(), changed, active, signed_out, cumulative }
}

fn difference(more: u64, less: u64) -> i64 {
    i64::try_from(more).unwrap_or(i64::MAX) - i64::try_from(less).unwrap_or(0)
}

/// The fact columns of family name and trusted identifiers, one bit each.
fn trusted(settings: &Settings) -> u64 {
    let columns = Kind::User.columns().iter().enumerate();
    let trusted = columns.filter(|(_, column)| {
        settings.trusted_identifiers.iter().any(|trusted| trusted.field == column.name)
    });
    let places = trusted.map(|(place, _)| place).chain([user::FAMILY_NAME]);
    places.filter_map(|place| fact_place(Kind::User, place)).fold(0, |bits, at| bits | (1 << at))
}

fn tally(seats: Seats<'_>, kind: Kind, trusted: u64) -> BTreeMap<SubjectId, Tally> {
    let (snapshot, draft) = (seats.snapshot, seats.draft);
    let list = snapshot.of(kind);
    let orgs = snapshot.of(Kind::Org);
    let mut by_org = vec![Tally::default(); orgs.len() + 1];
    let steps = draft.steps.get(&kind);
    let slot = |school: Ordinal| if school == NOBODY { orgs.len() } else { school as usize };
    // Whoever changes counts where they were.
    let place = |one: Ordinal, step| {
        let changes = matches!(step, Some((Action::Update, _)));
        slot(if changes {
            changed_in(seats, kind, one)
        } else {
            school_ordinal(snapshot, kind, one)
        })
    };
    for one in list.ordinals() {
        let step = steps.and_then(|steps| steps.get(one));
        if !list.in_roster(one) && step.is_none() {
            continue;
        }
        let before = place(one, step);
        let after = || slot(school_ordinal(snapshot, kind, one));
        if kind == Kind::Class && list.in_roster(one) && before != after() {
            // A class that moves to another school is gone from its own.
            if let Some(tally) = by_org.get_mut(after()) {
                tally.restored += 1;
            }
            if let Some(tally) = by_org.get_mut(before) {
                tally.ended += 1;
            }
        }
        let Some(tally) = by_org.get_mut(before) else { continue };
        tally.active += u64::from(list.in_roster(one));
        match step {
            Some((Action::End, reason)) if counts(kind, reason) => tally.ended += 1,
            Some((Action::Restore, _)) => tally.restored += 1,
            Some((Action::Update, reason)) if kind == Kind::User => {
                let reissued =
                    [Reason::UpdatedBecauseKnownByIdentifier, Reason::UpdatedBecauseRekeyed];
                tally.reissued += u64::from(reissued.contains(&reason));
                tally.renamed += u64::from(changes(seats, one, trusted));
                match draft.steps.get(&kind).and_then(|steps| steps.sign_in.get(&one)) {
                    Some(false) => {
                        tally.ended += 1;
                        tally.signed_out += 1;
                    }
                    Some(true) => {
                        tally.restored += 1;
                        tally.signed_in += 1;
                    }
                    None => {}
                }
            }
            Some(_) | None => {}
        }
    }
    let id = |place: usize| SubjectId(u32::try_from(place).map_or(0, |place| orgs.id(place)));
    let mut tallies = BTreeMap::new();
    for (place, tally) in by_org.iter().enumerate().filter(|(_, tally)| tally.active > 0) {
        tallies.insert(id(place), *tally);
    }
    tallies
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds keep theirs")]
/// The school in which a row that changes was before.
pub fn changed_in(seats: Seats<'_>, kind: Kind, one: Ordinal) -> Ordinal {
    match kind {
        Kind::User => seats.school_before(one),
        Kind::Class => seats.school_of_class_before(one),
        _ => school_ordinal(seats.snapshot, kind, one),
    }
}

/// What ends with a class or a person is judged at the cause; what a move begins again, not.
fn counts(kind: Kind, reason: Reason) -> bool {
    kind != Kind::Enrollment
        || !matches!(
            reason,
            Reason::EndedBecauseClassEnded
                | Reason::EndedBecausePersonLeft
                | Reason::MovedToAnotherClass
        )
}

/// Whether a person gets another value in any of these fact columns, or loses one.
fn changes(seats: Seats<'_>, one: Ordinal, columns: u64) -> bool {
    let steps = seats.draft.steps.get(&Kind::User);
    let changed = steps.and_then(|steps| steps.fields.get(&one)).map_or(0, |bits| bits & columns);
    let id = SubjectId(seats.snapshot.of(Kind::User).id(one));
    let past = seats.known.row(Kind::User, id);
    let had = |values: &[Value]| {
        let had = values.iter().enumerate().filter(|(_, value)| **value != Value::None);
        had.fold(0, |bits, (at, _)| bits | 1 << at)
    };
    changed != 0 && past.is_none_or(|past| changed & had(&past.row.values) != 0)
}

fn sum(tallies: &BTreeMap<SubjectId, Tally>) -> Tally {
    tallies.values().fold(Tally::default(), |sum, tally| Tally {
        active: sum.active + tally.active,
        ended: sum.ended + tally.ended,
        restored: sum.restored + tally.restored,
        renamed: sum.renamed + tally.renamed,
        reissued: sum.reissued + tally.reissued,
        signed_out: sum.signed_out + tally.signed_out,
        signed_in: sum.signed_in + tally.signed_in,
    })
}

/// Records that were applied before and are rejected or held today.
fn lost(snapshot: &Snapshot, limit: Limit) -> Vec<Trip> {
    let mut trips = Vec::new();
    for kind in Kind::FACTS {
        let list = snapshot.of(kind);
        let count = |flags: u8| list.with(flags, 0).count() as u64;
        let active = count(flag::IN_ROSTER);
        let missed = count(flag::IN_ROSTER | flag::STOPPED | flag::IN_DELIVERY);
        if limit.exceeded(missed, active) {
            trips.push(trip(&table::RECORDS_LOST, kind, SubjectId(0), (missed, active), 0, false));
        }
    }
    trips
}
