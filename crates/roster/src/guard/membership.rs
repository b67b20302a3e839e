//! No floor lets a school, a grade or a class that goes on lose its last teacher, or more than
//! half of its students, unseen.

use std::collections::BTreeMap;

use super::seats::{Change, Seats};
use super::{Guard, Trip, table};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag, tag};
use crate::model::{Kind, SubjectId};

/// Members before and after the plan.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    before: u32,
    after: u32,
}

impl Members {
    fn count(&mut self, before: bool, after: bool) {
        self.before += u32::from(before);
        self.after += u32::from(after);
    }

    fn halved(self) -> bool {
        self.before > 0
            && self.after < self.before
            && u64::from(self.after) * 2 < u64::from(self.before)
    }

    fn lost(self) -> bool {
        self.before > 0 && self.after == 0
    }
}

/// The trips of schools, grades and classes that would be emptied.
pub fn judge(seats: Seats<'_>) -> Vec<Trip> {
    let mut trips = schools(seats);
    trips.extend(classes(seats));
    trips
}

fn schools(seats: Seats<'_>) -> Vec<Trip> {
    let mut students: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut teachers: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut grades: BTreeMap<(Ordinal, Ordinal), Members> = BTreeMap::new();
    for Change { before, after, .. } in seats.in_schools() {
        for (seat, was, is) in [(before, true, false), (after, false, true)] {
            let Some(seat) = seat else { continue };
            match seat.role {
                tag::STUDENT => {
                    students.entry(seat.at).or_default().count(was, is);
                    grades.entry((seat.at, seat.grade)).or_default().count(was, is);
                }
                tag::TEACHER => teachers.entry(seat.at).or_default().count(was, is),
                _ => {}
            }
        }
    }
    let snapshot = seats.snapshot;
    let mut trips = Vec::new();
    for (school, members) in students.iter().filter(|(_, members)| members.halved()) {
        trips.push(trip(snapshot, &table::SCHOOL_EMPTIED, Kind::User, *school, *members));
    }
    let mut halved: BTreeMap<Ordinal, Members> = BTreeMap::new();
    for ((school, _), members) in grades.iter().filter(|(_, members)| members.halved()) {
        let sum = halved.entry(*school).or_default();
        sum.before += members.before;
        sum.after += members.after;
    }
    for (school, members) in halved {
        trips.push(trip(snapshot, &table::GRADE_EMPTIED, Kind::User, school, members));
    }
    for (school, members) in teachers.iter().filter(|(_, members)| members.lost()) {
        trips.push(trip(snapshot, &table::SCHOOL_WITHOUT_TEACHER, Kind::User, *school, *members));
    }
    trips
}

fn trip(
    snapshot: &Snapshot,
    guard: &'static Guard,
    kind: Kind,
    school: Ordinal,
    members: Members,
) -> Trip {
    Trip {
        guard,
        kind: Some(kind),
        school: SubjectId(snapshot.of(Kind::Org).id(school)),
        changed: u64::from(members.after),
        active: u64::from(members.before),
        cumulative: false,
    }
}

fn classes(seats: Seats<'_>) -> Vec<Trip> {
    let snapshot = seats.snapshot;
    let classes = snapshot.of(Kind::Class);
    let (students, teachers) = members(seats);
    let mut emptied: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut untaught: BTreeMap<Ordinal, Members> = BTreeMap::new();
    for class in classes.ordinals() {
        if !classes.in_roster(class) || classes.has(class, flag::ENDS) {
            continue;
        }
        let at = class as usize;
        let school = classes.link(class, Link::School);
        let of = |list: &[Members]| list.get(at).copied().unwrap_or_default();
        for (map, hit) in
            [(&mut emptied, of(&students).halved()), (&mut untaught, of(&teachers).lost())]
        {
            let sum = map.entry(school).or_default();
            sum.before += 1;
            sum.after += u32::from(hit);
        }
    }
    let hit = |map: BTreeMap<Ordinal, Members>, guard| {
        map.into_iter()
            .filter(|(_, members)| members.after > 0)
            .map(move |(school, members)| trip(snapshot, guard, Kind::Class, school, members))
    };
    let mut trips: Vec<_> = hit(emptied, &table::CLASS_EMPTIED).collect();
    trips.extend(hit(untaught, &table::CLASS_LOSES_TEACHER));
    trips
}

/// Students and teachers of each class before and after.
fn members(seats: Seats<'_>) -> (Vec<Members>, Vec<Members>) {
    let classes = seats.snapshot.of(Kind::Class).len();
    let (mut students, mut teachers) =
        (vec![Members::default(); classes], vec![Members::default(); classes]);
    for Change { before, after, .. } in seats.in_classes() {
        for (seat, was, is) in [(before, true, false), (after, false, true)] {
            let Some(seat) = seat else { continue };
            let members = match seat.role {
                tag::STUDENT => &mut students,
                tag::TEACHER => &mut teachers,
                _ => continue,
            };
            if let Some(members) = members.get_mut(seat.at as usize) {
                members.count(was, is);
            }
        }
    }
    (students, teachers)
}
