//! Whether a plan is safe to apply without a person: limits judged before any write.
//!
//! Each guard is an entry of [`table`] and a function that yields [`Trip`]s. To add one, add
//! both, and call the function in [`review`].

mod completeness;
mod keep_back;
mod limits;
mod membership;
mod reissued;
mod season;
mod seats;
pub mod table;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use keep_back::{Chosen, KeptBack, Torn, closed};
pub use table::Guard;

use seats::Seats;
pub use seats::{Change, Seat};

use crate::model::settings::{FirstPlan, OnHold, Settings};
use crate::model::snapshot::{Mode, Snapshot};
use crate::model::subjects::Ordinal;
use crate::model::text::thousands;
use crate::model::{Date, Kind, SubjectId};
use crate::plan::{Draft, Known};

/// What came before, as far as guards judge by it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whether nothing of this source was ever applied.
    pub first: bool,
    /// The number of the delivery that was synced last, whether it changed something or nothing;
    /// 0 for none.
    pub last: u64,
    /// An earlier delivery that is the same, while a newer one was synced.
    pub identical_to: Option<Identical>,
    /// The delivery that tells how new the last one was, and its newest `dateLastModified` in
    /// microseconds: the last, or the one before it where that changed nothing and has no dates.
    pub newest: Option<(u64, i64)>,
    /// How each kind came when it came last.
    pub modes: BTreeMap<Kind, Mode>,
    /// How many records of each kind came, where it came whole then.
    pub received: BTreeMap<Kind, u64>,
    /// What the settings named as schools that are others here, and the orgs or other records had
    /// when the orgs came last.
    pub mapped: Vec<String>,
    /// What ended since the last roster that a person approved, within the window.
    pub ended: Ended,
    /// Whether the person who feeds the delivery means it though it is old.
    pub again: bool,
}

/// An earlier delivery with the content of the one that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identical {
    /// Its number.
    pub delivery: u64,
    /// Whether it changed something when it was synced.
    pub applied: bool,
}

/// What ended, by school and for the district; kept with each operation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ended {
    /// By the school's id; 0 where there is none.
    pub schools: BTreeMap<i64, Counts>,
    /// Students whom classes that go on lost, less those who came, by the class's id.
    pub classes: BTreeMap<i64, i64>,
    /// Students whom schools lost, less those who came, by the school's id and the grades' code.
    pub grades: BTreeMap<i64, BTreeMap<Ordinal, i64>>,
    /// Students whom classes that go on lost, whoever came instead, by the class's id.
    pub turnover: BTreeMap<i64, i64>,
    /// Records of which one column changed, by the school's id and the column, as `users.email`.
    pub values: BTreeMap<i64, BTreeMap<String, i64>>,
}

/// Rows that ended in a school, less those that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// People deactivated, or without their role there.
    pub people: i64,
    /// People without their sign-in. What others gain does not make up for who is gone.
    #[serde(default)]
    pub signed_out: i64,
    /// People with another family name or trusted identifier.
    #[serde(default)]
    pub renamed: i64,
    /// Classes ended.
    pub classes: i64,
    /// Enrollments ended that no move began again.
    pub enrollments: i64,
    /// Teachers who left.
    #[serde(default)]
    pub teachers: i64,
    /// Students who left, whoever came instead.
    #[serde(default)]
    pub students: i64,
}

impl Ended {
    /// Adds what ended in a school.
    pub fn add_to(&mut self, school: SubjectId, counts: &Counts) {
        if *counts == Counts::default() {
            return;
        }
        let sum = self.schools.entry(school.0).or_default();
        sum.people += counts.people;
        sum.signed_out += counts.signed_out;
        sum.renamed += counts.renamed;
        sum.classes += counts.classes;
        sum.enrollments += counts.enrollments;
        sum.teachers += counts.teachers;
        sum.students += counts.students;
    }

    /// Adds what another plan ended.
    pub fn add(&mut self, other: &Self) {
        for (school, counts) in &other.schools {
            self.add_to(SubjectId(*school), counts);
        }
        add(&mut self.classes, &other.classes);
        add(&mut self.turnover, &other.turnover);
        for (school, grades) in &other.grades {
            add(self.grades.entry(*school).or_default(), grades);
        }
        for (school, columns) in &other.values {
            add(self.values.entry(*school).or_default(), columns);
        }
    }
}

/// Adds counts to counts, each to that of the same key.
fn add<K: Ord + Clone>(sums: &mut BTreeMap<K, i64>, more: &BTreeMap<K, i64>) {
    for (key, count) in more {
        *sums.entry(key.clone()).or_default() += count;
    }
}

/// One guard that a plan tripped.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    /// The guard.
    pub guard: &'static Guard,
    /// The kind that it judged.
    pub kind: Option<Kind>,
    /// The school; 0 for the district or the delivery, below zero a draft.
    pub school: SubjectId,
    /// What it is about beyond the kind: `grades 06 and 07`, or a column; empty for most.
    pub what: String,
    /// How many.
    pub changed: u64,
    /// Of how many.
    pub active: u64,
    /// How many people lose their sign-in by this plan.
    pub signed_out: u64,
    /// Whether it tripped by what added up since the last approved roster.
    pub cumulative: bool,
}

/// What the guards say of a plan.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Why it waits; empty where it may proceed.
    pub trips: Vec<Trip>,
    /// What the plan ends, to be kept with the operation.
    pub ended: Ended,
    /// Where a part may be kept back: the subjects that lose a seat.
    pub taken: Vec<Change>,
    /// The classes that would go on with mostly other students.
    pub turned: BTreeSet<Ordinal>,
    /// Where what leaves waits for the end of a season: the lines that take something away.
    pub leaving: BTreeSet<(Kind, Ordinal)>,
}

/// Judges a plan before any write.
pub fn review(
    snapshot: &Snapshot,
    draft: &Draft,
    known: &Known,
    settings: &Settings,
    history: &History,
    as_of: Date,
) -> Verdict {
    let seats =
        Seats { snapshot, draft, known, as_of, ends_inclusive: settings.end_dates_inclusive };
    let mut trips = completeness::judge(snapshot, draft, history, settings);
    // Each of the two looks at every enrollment.
    let ((limits, mut ended), (membership, emptied, turned)) = std::thread::scope(|scope| {
        let membership = scope.spawn(|| membership::judge(seats, &history.ended, settings.guard));
        let limits = limits::judge(seats, settings, history);
        (limits, membership.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
    });
    trips.extend(limits);
    trips.extend(completeness::mapped_vanished(snapshot, history, &ended));
    trips.extend(values::judge_columns(seats));
    trips.extend(values::judge_orgs(seats, settings.guard.schools_renamed));
    trips.extend(membership);
    trips.extend(reissued::judge(snapshot, draft, settings.guard.class_ids_reissued));
    // What another guard says of the same school says more.
    let others = trips.iter().filter(|trip| *trip.guard != table::SCHOOL_LOSES_SEATS);
    let named: BTreeSet<_> = others.map(|trip| trip.school).collect();
    trips.retain(|trip| *trip.guard != table::SCHOOL_LOSES_SEATS || !named.contains(&trip.school));
    ended.add(&emptied);
    if history.first && settings.first_plan == FirstPlan::Hold {
        trips.push(Trip::of_delivery(&table::FIRST_PLAN, None));
    }
    let (season, leaving) = season::judge(seats, settings);
    trips.extend(season);
    let mut verdict = Verdict { trips, ended, taken: Vec::new(), turned, leaving };
    if verdict.may_split(settings) {
        verdict.taken = seats.taken();
    }
    verdict
}

impl Verdict {
    /// Whether a part of the plan may be kept back and the rest applied: where the settings say so,
    /// or where the part waits for the end of a season alone.
    pub fn may_split(&self, settings: &Settings) -> bool {
        let season = |trip: &Trip| *trip.guard == table::SEASON_TAKES_ADDITIONS;
        !self.trips.is_empty()
            && (settings.on_hold == OnHold::KeepBack || self.trips.iter().all(season))
    }
}

impl Trip {
    /// Whether it is about changes that a person may have approved one by one, and not about the
    /// delivery as a whole, or ids that are not those they were.
    pub fn is_of_lines(&self) -> bool {
        let of_lines = [
            &table::PEOPLE_DEACTIVATED,
            &table::PEOPLE_DEACTIVATED_IN_DISTRICT,
            &table::CLASSES_ENDED,
            &table::ENROLLMENTS_ENDED,
            &table::PEOPLE_RENAMED,
            &table::VALUES_CHANGED,
            &table::SCHOOLS_RENAMED,
            &table::SCHOOL_EMPTIED,
            &table::GRADE_EMPTIED,
            &table::SCHOOL_SIGNED_OUT,
            &table::SCHOOL_WITHOUT_TEACHER,
            &table::SCHOOL_LOSES_SEATS,
            &table::CLASS_EMPTIED,
            &table::CLASS_LOSES_TEACHER,
            &table::CLASS_TURNOVER,
            &table::TEACHERS_LOST,
            &table::SCHOOL_TURNOVER,
            &table::SEASON_TAKES_NOTHING,
            &table::SEASON_TAKES_ADDITIONS,
        ];
        of_lines.contains(&self.guard)
    }

    fn of_delivery(guard: &'static Guard, kind: Option<Kind>) -> Self {
        let school = SubjectId(0);
        Self {
            guard,
            kind,
            school,
            what: String::new(),
            changed: 0,
            active: 0,
            signed_out: 0,
            cumulative: false,
        }
    }

    /// The reason as a sentence; `school` is the school's name, empty for none.
    pub fn sentence(&self, school: &str) -> String {
        let place = match school {
            "" if self.school.0 == 0 => "the district",
            "" => "one school",
            school => school,
        };
        let kind = self.kind.map_or(String::new(), Kind::file);
        let sentence = self
            .guard
            .sentence
            .replace("{changed}", &thousands(self.changed))
            .replace("{active}", &thousands(self.active))
            .replace("{school}", place)
            .replace("{what}", &self.what)
            .replace("{file}", &kind);
        let sentence = if self.active == 1 { of_one(sentence) } else { sentence };
        if self.cumulative {
            format!("{sentence}, counted since the last roster that a person approved")
        } else {
            sentence
        }
    }
}

/// `1 of 1 classes` as `the only class`, where what is said of it does not hang on the number.
fn of_one(sentence: String) -> String {
    let nouns = [
        ("people", "person"),
        ("classes", "class"),
        ("courses", "course"),
        ("enrollments", "enrollment"),
        ("records", "record"),
        ("students", "student"),
        ("teachers", "teacher"),
        ("orgs", "org"),
    ];
    let alone = |(many, one): (&str, &str)| {
        let rest = sentence.strip_prefix(&format!("1 of 1 {many} "))?;
        rest.contains("would ").then(|| format!("the only {one} {rest}"))
    };
    nouns.into_iter().find_map(alone).unwrap_or(sentence)
}

#[cfg(test)]
mod tests {
    use super::of_one;

    #[test]
    fn one_of_one_is_the_only_one() {
        for (sentence, told) in [
            ("1 of 1 classes of North would end", "the only class of North would end"),
            ("1 of 1 people of North come under other sourcedIds", ""),
            ("2 of 10 classes of North would end", ""),
        ] {
            let told = if told.is_empty() { sentence } else { told };
            assert_eq!(of_one(sentence.to_owned()), told);
        }
    }
}
