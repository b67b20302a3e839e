//! No floor lets a school, a grade or a class that goes on lose its last teacher, or more than
//! half of its students, unseen.

use std::collections::BTreeMap;

use super::{Guard, Trip, table};
use crate::model::columns::{enrollment, user};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::draft::school_ordinal;
use crate::plan::{Action, Draft, Known};

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
pub fn judge(snapshot: &Snapshot, draft: &Draft, known: &Known) -> Vec<Trip> {
    let mut trips = schools(snapshot, draft, known);
    trips.extend(classes(snapshot, draft, known));
    trips
}

/// Whether a subject is active before and after the plan.
fn presence(snapshot: &Snapshot, draft: &Draft, kind: Kind, one: Ordinal) -> (bool, bool) {
    let here = snapshot.of(kind).in_roster(one);
    let taken_over =
        draft.steps.get(&kind).is_some_and(|steps| steps.taken_over.contains_key(&one));
    match draft.step(kind, one) {
        Some((Action::End, _)) => (here, false),
        Some((Action::Create | Action::Restore | Action::Update, _)) => (here, true),
        None => (here, here && !taken_over),
    }
}

/// Where a person counts: the school, the grades, the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    school: Ordinal,
    grade: Ordinal,
    role: u8,
}

impl Place {
    fn of(users: &Subjects, one: Ordinal) -> Self {
        let (school, grade) = (users.link(one, Link::School), users.link(one, Link::First));
        Self { school, grade, role: users.tag(one) }
    }

    /// Where a person whose record differs counted before, by the row that the roster has. Roles
    /// that stand in records of their own are not looked into.
    fn before(snapshot: &Snapshot, known: &Known, one: Ordinal) -> Option<Self> {
        let users = snapshot.of(Kind::User);
        let row = &known.row(Kind::User, SubjectId(users.id(one)))?.row;
        let role = row.text(user::ROLE);
        if role.is_empty() {
            return None;
        }
        let school = row.subjects(user::ORGS).first()?;
        let grades = row.text(user::GRADES);
        Some(Self {
            school: snapshot.of(Kind::Org).by_id(school.0).unwrap_or(NOBODY),
            grade: if grades.is_empty() { NOBODY } else { snapshot.hasher.grade_code(grades) },
            role: tag::of_word(role),
        })
    }
}

fn schools(snapshot: &Snapshot, draft: &Draft, known: &Known) -> Vec<Trip> {
    let users = snapshot.of(Kind::User);
    let mut students: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut teachers: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut grades: BTreeMap<(Ordinal, Ordinal), Members> = BTreeMap::new();
    for one in users.ordinals() {
        let (here, stays) = presence(snapshot, draft, Kind::User, one);
        let now = Place::of(users, one);
        let then = if here { Place::before(snapshot, known, one).unwrap_or(now) } else { now };
        for (place, before, after) in [(then, here, false), (now, false, stays)] {
            if place.school == NOBODY || !(before || after) {
                continue;
            }
            match place.role {
                tag::STUDENT => {
                    students.entry(place.school).or_default().count(before, after);
                    let grade = (place.school, place.grade);
                    grades.entry(grade).or_default().count(before, after);
                }
                tag::TEACHER => teachers.entry(place.school).or_default().count(before, after),
                _ => {}
            }
        }
    }
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

fn classes(snapshot: &Snapshot, draft: &Draft, known: &Known) -> Vec<Trip> {
    let classes = snapshot.of(Kind::Class);
    let (students, teachers) = members(snapshot, draft, known);
    let mut emptied: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut untaught: BTreeMap<Ordinal, Members> = BTreeMap::new();
    for class in classes.ordinals() {
        if !classes.in_roster(class) || classes.has(class, flag::ENDS) {
            continue;
        }
        let at = class as usize;
        let school = school_ordinal(snapshot, Kind::Class, class);
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
fn members(snapshot: &Snapshot, draft: &Draft, known: &Known) -> (Vec<Members>, Vec<Members>) {
    let classes = snapshot.of(Kind::Class).len();
    let (mut students, mut teachers) =
        (vec![Members::default(); classes], vec![Members::default(); classes]);
    let list = snapshot.of(Kind::Enrollment);
    let mut count = |role: u8, class: Ordinal, before: bool, after: bool| {
        let members = match role {
            tag::STUDENT => &mut students,
            tag::TEACHER => &mut teachers,
            _ => return,
        };
        if let Some(members) = members.get_mut(class as usize) {
            members.count(before, after);
        }
    };
    for one in list.ordinals() {
        let (before, after) = presence(snapshot, draft, Kind::Enrollment, one);
        let now = (list.tag(one), list.link(one, Link::First));
        let then = if before { seat_before(snapshot, draft, known, one) } else { None };
        let (role, class) = then.unwrap_or(now);
        count(role, class, before, false);
        count(now.0, now.1, false, after);
    }
    (students, teachers)
}

/// The role and class that an enrollment which changes had before.
fn seat_before(
    snapshot: &Snapshot,
    draft: &Draft,
    known: &Known,
    one: Ordinal,
) -> Option<(u8, Ordinal)> {
    let (Action::Update, _) = draft.step(Kind::Enrollment, one)? else { return None };
    let id = SubjectId(snapshot.of(Kind::Enrollment).id(one));
    let row = &known.row(Kind::Enrollment, id)?.row;
    let class = snapshot.of(Kind::Class).by_id(row.subject(enrollment::CLASS)?.0)?;
    Some((tag::of_word(row.text(enrollment::ROLE)), class))
}
