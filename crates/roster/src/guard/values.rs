//! A column that changes for many at once: columns that were swapped, values that slipped by a row,
//! orgs that took each other's names.

use std::collections::BTreeMap;

use super::limits::changed_in;
use super::seats::Seats;
use super::{Guard, Trip, table};
use crate::model::columns::{class, org, user};
use crate::model::row::fact_place;
use crate::model::settings::{Limit, Settings};
use crate::model::subjects::{NOBODY, Ordinal};
use crate::model::{Kind, SubjectId, Value};
use crate::plan::Action;

/// What changed of each column, by the school's id and the column.
pub type Changed = BTreeMap<i64, BTreeMap<String, i64>>;

/// The trips of columns that a file lacks now while rows of the roster have values in them.
pub fn judge_columns(seats: Seats<'_>) -> Vec<Trip> {
    let mut trips = Vec::new();
    for (kind, file) in seats.snapshot.files.iter().filter(|(kind, _)| kind.is_fact()) {
        // In 1.2 these stand in records of their own.
        let apart = [user::ORGS, user::ROLE];
        let apart = |place| *kind == Kind::User && apart.contains(&place);
        let counts =
            Counts::of(seats, *kind, |place| file.lacks & (1 << place) != 0 && !apart(place));
        let mut lost: BTreeMap<usize, u64> = BTreeMap::new();
        for ((_, place), count) in counts.0 {
            *lost.entry(place).or_default() += count;
        }
        trips.extend(lost.into_iter().map(|(place, changed)| Trip {
            what: kind.columns().get(place).map_or(String::new(), |column| column.name.to_owned()),
            changed,
            ..Trip::of_delivery(&table::COLUMN_VANISHED, Some(*kind))
        }));
    }
    trips
}

/// How many rows of each school changed in which of these columns.
#[derive(Debug, Default)]
struct Counts(BTreeMap<(SubjectId, usize), u64>);

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds are judged in all columns")]
/// Columns that may change for everybody on an ordinary night, or that other guards judge.
fn passed_over(kind: Kind) -> &'static [usize] {
    match kind {
        Kind::User => &[
            user::GRADES,
            user::ORGS,
            user::PRIMARY_ORG,
            user::ROLE,
            user::ENABLED_USER,
            user::FAMILY_NAME,
        ],
        Kind::Class => {
            &[class::GRADES, class::TERMS, class::PERIODS, class::LOCATION, class::SCHOOL]
        }
        _ => &[],
    }
}

/// The trips of people and classes of which one column changes for many, by school; `active` tells
/// how many rows of the kind each school has.
pub fn judge(
    seats: Seats<'_>,
    settings: &Settings,
    kind: Kind,
    active: &BTreeMap<SubjectId, u64>,
    past: &Changed,
) -> (Vec<Trip>, Changed) {
    let counts = Counts::of(seats, kind, |place| {
        let column = kind.columns().get(place).map_or("", |column| column.name);
        let trusted = settings.trusted_identifiers.iter().any(|trusted| trusted.field == column);
        !(passed_over(kind).contains(&place) || kind == Kind::User && trusted)
    });
    let mut trips = Vec::new();
    let mut changed = Changed::new();
    for ((school, place), now) in counts.0 {
        let column = kind.columns().get(place).map_or("", |column| column.name);
        let key = format!("{kind}.{column}");
        let before = past.get(&school.0).and_then(|columns| columns.get(&key)).copied();
        let active = active.get(&school).copied().unwrap_or(0);
        let limit = settings.guard.values_changed;
        trips.extend(trip(
            &table::VALUES_CHANGED,
            kind,
            school,
            column,
            (now, before),
            active,
            limit,
        ));
        let sum = changed.entry(school.0).or_default().entry(key).or_default();
        *sum = i64::try_from(now).unwrap_or(i64::MAX);
    }
    (trips, changed)
}

/// The trip of orgs of which many would be called otherwise.
pub fn judge_orgs(seats: Seats<'_>, limit: Limit) -> Option<Trip> {
    let orgs = seats.snapshot.of(Kind::Org);
    let counts = Counts::of(seats, Kind::Org, |place| {
        [org::NAME, org::IDENTIFIER, org::TYPE].contains(&place)
    });
    let mut most: BTreeMap<usize, u64> = BTreeMap::new();
    for ((_, place), count) in counts.0 {
        *most.entry(place).or_default() += count;
    }
    let now = most.into_values().max()?;
    let active = orgs.ordinals().filter(|one| orgs.in_roster(*one)).count() as u64;
    trip(&table::SCHOOLS_RENAMED, Kind::Org, SubjectId(0), "", (now, None), active, limit)
}

fn trip(
    guard: &'static Guard,
    kind: Kind,
    school: SubjectId,
    column: &str,
    (now, before): (u64, Option<i64>),
    active: u64,
    limit: Limit,
) -> Option<Trip> {
    // Somebody may change every night.
    let all = (now + u64::try_from(before.unwrap_or(0)).unwrap_or(0)).min(active);
    let at_once = limit.exceeded(now, active);
    (at_once || limit.exceeded(all, active)).then(|| Trip {
        school,
        what: column.to_owned(),
        changed: if at_once { now } else { all },
        active,
        cumulative: !at_once,
        ..Trip::of_delivery(guard, Some(kind))
    })
}

impl Counts {
    /// Counts the updates that replace or take a value; what was empty and is filled loses nothing.
    fn of(seats: Seats<'_>, kind: Kind, watched: impl Fn(usize) -> bool) -> Self {
        let mut counts = Self::default();
        let Some(steps) = seats.draft.steps.get(&kind) else { return counts };
        let places = (0..kind.columns().len()).filter(|place| watched(*place));
        let places: Vec<_> =
            places.filter_map(|place| Some((place, fact_place(kind, place)?))).collect();
        let list = seats.snapshot.of(kind);
        for (one, fields) in &steps.fields {
            if !matches!(steps.get(*one), Some((Action::Update, _))) {
                continue;
            }
            let id = SubjectId(list.id(*one));
            let Some(past) = seats.known.row(kind, id) else { continue };
            let had =
                |at: usize| past.row.values.get(at).is_some_and(|value| *value != Value::None);
            for (place, at) in &places {
                if fields & (1 << at) != 0 && had(*at) {
                    *counts.0.entry((counts_for(seats, kind, *one), *place)).or_default() += 1;
                }
            }
        }
        counts
    }
}

/// The school for which a row counted before the plan; 0 for none.
fn counts_for(seats: Seats<'_>, kind: Kind, one: Ordinal) -> SubjectId {
    let school = changed_in(seats, kind, one);
    SubjectId(if school == NOBODY { 0 } else { seats.snapshot.of(Kind::Org).id(school) })
}
