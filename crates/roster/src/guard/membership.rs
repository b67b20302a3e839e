//! No floor lets a school, a grade or a class that goes on lose its last teacher, or more than
//! half of its students, unseen.

use std::collections::BTreeMap;

use super::{Guard, Trip, table};
use crate::model::columns::enrollment;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::draft::school_ordinal;
use crate::plan::{Action, Draft, Known, Reason};

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
    let mut trips = schools(snapshot, draft);
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

fn schools(snapshot: &Snapshot, draft: &Draft) -> Vec<Trip> {
    let users = snapshot.of(Kind::User);
    let mut students: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut teachers: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut grades: BTreeMap<(Ordinal, Ordinal), Members> = BTreeMap::new();
    for one in users.ordinals() {
        let (before, after) = presence(snapshot, draft, Kind::User, one);
        let school = users.link(one, Link::School);
        if school == NOBODY || !(before || after) {
            continue;
        }
        match users.tag(one) {
            tag::STUDENT => {
                students.entry(school).or_default().count(before, after);
                let grade = users.link(one, Link::First);
                grades.entry((school, grade)).or_default().count(before, after);
            }
            tag::TEACHER => teachers.entry(school).or_default().count(before, after),
            _ => {}
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
    for one in list.ordinals() {
        let (before, after) = presence(snapshot, draft, Kind::Enrollment, one);
        let members = match list.tag(one) {
            tag::STUDENT => &mut students,
            tag::TEACHER => &mut teachers,
            _ => continue,
        };
        let class = list.link(one, Link::First);
        let old =
            if before { class_before(snapshot, draft, known, one).unwrap_or(class) } else { class };
        if let Some(members) = members.get_mut(old as usize) {
            members.count(before, after && old == class);
        }
        if old != class
            && after
            && let Some(members) = members.get_mut(class as usize)
        {
            members.count(false, true);
        }
    }
    (students, teachers)
}

/// The class that an enrollment which moves by changing its class leaves.
fn class_before(
    snapshot: &Snapshot,
    draft: &Draft,
    known: &Known,
    one: Ordinal,
) -> Option<Ordinal> {
    if draft.step(Kind::Enrollment, one) != Some((Action::Update, Reason::MovedToAnotherClass)) {
        return None;
    }
    let id = SubjectId(snapshot.of(Kind::Enrollment).id(one));
    let class = known.row(Kind::Enrollment, id)?.row.subject(enrollment::CLASS)?;
    snapshot.of(Kind::Class).by_id(class.0)
}
