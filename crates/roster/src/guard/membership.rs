//! No floor lets a school, a grade or a class that goes on lose its last teacher, or more than
//! half of its students, or a school more than half of its students' seats, unseen: not in one plan,
//! and not bit by bit since the last roster that a person approved. Limits hold who leaves a school
//! or a class though as many others come.

mod exchanged;
mod lost;
mod members;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::seats::{Change, Seat, Seats};
use super::{Counts, Ended, Guard, Trip, table};
use crate::model::settings::{Limit, Limits};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, in_halves, tag};
use crate::model::{Kind, SubjectId, grade};
use crate::plan::{Action, Reason};
use exchanged::{FEWEST, exchanged};
use lost::Lost;
use members::Members;

/// The trips of schools, grades and classes that would be emptied, and what the plan takes of their
/// students; also which classes go on with mostly other students.
pub fn judge(
    seats: Seats<'_>,
    past: &Ended,
    limits: Limits,
) -> (Vec<Trip>, Ended, BTreeSet<Ordinal>) {
    let mut ended = Ended::default();
    let mut trips = schools(seats, past, limits, &mut ended);
    let (more, turned) = classes(seats, past, limits.class_turnover, &mut ended);
    trips.extend(more);
    trips.extend(vanished(seats));
    (trips, ended, turned)
}

/// Students by school and grade, and teachers by school.
#[derive(Default)]
struct InSchools {
    grades: BTreeMap<(Ordinal, Ordinal), Members>,
    teachers: BTreeMap<Ordinal, Members>,
}

impl InSchools {
    fn of(seats: Seats<'_>, lost: &mut Lost) -> Self {
        let mut all = Self::default();
        // Most stay, and people of a grade often follow each other.
        let mut alike: Option<(Seat, u32)> = None;
        for change in seats.in_schools() {
            let Change { before, after, .. } = change;
            if before == after {
                match (&mut alike, before) {
                    (_, None) => {}
                    (Some((first, count)), Some(seat)) if first.is_beside(seat) => *count += 1,
                    (_, Some(seat)) => all.remain(alike.replace((seat, 1))),
                }
                continue;
            }
            lost.note(seats, &change);
            for (seat, was, is) in [(before, true, false), (after, false, true)] {
                if let Some(members) = seat.and_then(|seat| all.members(seat)) {
                    members.count(was, is);
                }
            }
            if let Some((seat, stayed)) = seats.kept(&change)
                && let Some(members) = all.members(seat)
            {
                members.stay(stayed);
            }
        }
        all.remain(alike);
        all
    }

    fn members(&mut self, seat: Seat) -> Option<&mut Members> {
        match seat.role {
            tag::STUDENT => Some(self.grades.entry((seat.at, seat.grade)).or_default()),
            tag::TEACHER => Some(self.teachers.entry(seat.at).or_default()),
            _ => None,
        }
    }

    fn remain(&mut self, alike: Option<(Seat, u32)>) {
        if let Some((seat, count)) = alike
            && let Some(members) = self.members(seat)
        {
            members.remain(count);
        }
    }
}

fn schools(seats: Seats<'_>, past: &Ended, limits: Limits, ended: &mut Ended) -> Vec<Trip> {
    let mut lost = Lost::default();
    let InSchools { mut grades, teachers } = InSchools::of(seats, &mut lost);
    // Where people have roles of their own records, those give the seats.
    let by = if seats.snapshot.of(Kind::Role).is_empty() { &[Kind::User] } else { &[Kind::Role] };
    for (seat, given) in lost
        .settle(|seen| seats.changed(by).for_each(seen), |seen| seats.in_schools().for_each(seen))
    {
        grades.entry((seat.at, seat.grade)).or_default().settle(given);
    }
    let orgs = seats.snapshot.of(Kind::Org);
    let mut students: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut halved: BTreeMap<(Ordinal, bool), (Members, Vec<Ordinal>)> = BTreeMap::new();
    for ((school, grade), members) in grades {
        let id = orgs.id(school);
        students.entry(school).or_default().add(members);
        if members.before > 0 && members.net_loss() != 0 {
            ended.grades.entry(id).or_default().insert(grade, members.net_loss());
        }
        let lost = past.grades.get(&id).and_then(|grades| grades.get(&grade)).copied();
        let members = members.since(lost.unwrap_or(0));
        if let Some(cumulative) = members.halved().filter(|_| grade != NOBODY) {
            let (all, grades) = halved.entry((school, cumulative)).or_default();
            all.add(members);
            grades.push(grade);
        }
    }
    let mut trips = left(seats.snapshot, past, limits, (&students, &teachers), ended);
    for (school, members) in students {
        let lost = past.grades.get(&orgs.id(school)).map(|grades| grades.values().sum());
        let members = members.since(lost.unwrap_or(0));
        let trip = |cumulative| {
            trip(seats.snapshot, &table::SCHOOL_EMPTIED, Kind::User, (school, cumulative), members)
        };
        trips.extend(members.halved().map(trip));
    }
    let hit = |guard, at, members| trip(seats.snapshot, guard, Kind::User, at, members);
    trips.extend(halved.into_iter().map(|(at, (members, codes))| Trip {
        what: grade::clause(&seats.snapshot.hasher, &codes),
        ..hit(&table::GRADE_EMPTIED, at, members)
    }));
    let teachers = teachers.into_iter().filter(|(_, members)| members.has_lost_all());
    trips
        .extend(teachers.map(|(school, members)| {
            hit(&table::SCHOOL_WITHOUT_TEACHER, (school, false), members)
        }));
    trips
}

fn trip(
    snapshot: &Snapshot,
    guard: &'static Guard,
    kind: Kind,
    (school, cumulative): (Ordinal, bool),
    members: Members,
) -> Trip {
    let lost = if cumulative { members.lost } else { 0 };
    Trip {
        guard,
        kind: Some(kind),
        school: SubjectId(snapshot.of(Kind::Org).id(school)),
        what: String::new(),
        changed: u64::from(members.after),
        active: u64::from(members.before) + u64::from(lost),
        signed_out: 0,
        cumulative,
    }
}

/// How many left, of how many, and whether only with those of the plans before that makes too many.
fn over(members: Members, before: i64, limit: Limit) -> Option<(u64, u64, bool)> {
    let (left, active) = (members.left(), u64::from(members.before));
    if limit.exceeded(left, active) {
        return Some((left, active, false));
    }
    // Somebody may leave more than once.
    let all = (left + u64::try_from(before).unwrap_or(0)).min(active);
    (left > 0 && limit.exceeded(all, active)).then_some((all, active, true))
}

/// The trips of schools that many teachers or students leave, and who leaves.
fn left(
    snapshot: &Snapshot,
    past: &Ended,
    limits: Limits,
    (students, teachers): (&BTreeMap<Ordinal, Members>, &BTreeMap<Ordinal, Members>),
    ended: &mut Ended,
) -> Vec<Trip> {
    let id = |school: &Ordinal| SubjectId(snapshot.of(Kind::Org).id(*school));
    let past = |school| past.schools.get(&id(school).0).copied().unwrap_or_default();
    let trip = |guard, school, (changed, active, cumulative)| {
        let trip = Trip::of_delivery(guard, Some(Kind::User));
        Trip { school: id(school), changed, active, cumulative, ..trip }
    };
    let mut trips = Vec::new();
    // Where a school is left without, other guards say more.
    for (school, members) in students.iter().filter(|(_, members)| members.halved().is_none()) {
        let over = over(*members, past(school).students, limits.school_turnover);
        trips.extend(over.map(|found| trip(&table::SCHOOL_TURNOVER, school, found)));
    }
    for (school, members) in teachers.iter().filter(|(_, members)| !members.has_lost_all()) {
        let over = over(*members, past(school).teachers, limits.teachers_lost);
        trips.extend(over.map(|found| trip(&table::TEACHERS_LOST, school, found)));
    }
    for (school, members) in students {
        let students = members.turnover();
        ended.add_to(id(school), &Counts { students, ..Counts::default() });
    }
    for (school, members) in teachers {
        let teachers = members.turnover();
        ended.add_to(id(school), &Counts { teachers, ..Counts::default() });
    }
    trips
}

/// Schools of the roster that are gone from the file and had people or classes.
fn vanished(seats: Seats<'_>) -> Vec<Trip> {
    let orgs = seats.snapshot.of(Kind::Org);
    let Some(steps) = seats.draft.steps.get(&Kind::Org) else { return Vec::new() };
    let gone = |one: &Ordinal| {
        let said = [Reason::EndedBecauseAbsentFromDelivery, Reason::EndedBecauseDeliverySaysSo];
        let step = steps.get(*one);
        step.is_some_and(|(action, reason)| action == Action::End && said.contains(&reason))
    };
    let gone: BTreeSet<_> = steps.ordinals().filter(gone).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let (users, classes) = (seats.snapshot.of(Kind::User), seats.snapshot.of(Kind::Class));
    let at_users = users.ordinals().filter(|one| users.in_roster(*one));
    let at_classes = classes.ordinals().filter(|one| classes.in_roster(*one));
    let schools = at_users.map(|one| seats.school_before(one));
    let schools = schools.chain(at_classes.map(|one| seats.school_of_class_before(one)));
    let used: BTreeSet<_> = schools.filter(|school| gone.contains(school)).collect();
    let trip = |school| Trip {
        school: SubjectId(orgs.id(school)),
        ..Trip::of_delivery(&table::SCHOOL_VANISHED, Some(Kind::Org))
    };
    used.into_iter().map(trip).collect()
}

fn classes(
    seats: Seats<'_>,
    past: &Ended,
    turnover: Limit,
    ended: &mut Ended,
) -> (Vec<Trip>, BTreeSet<Ordinal>) {
    let snapshot = seats.snapshot;
    let classes = snapshot.of(Kind::Class);
    let (students, teachers) = members(seats);
    let mut hits: BTreeMap<(Ordinal, bool), u32> = BTreeMap::new();
    let mut untaught: BTreeMap<(Ordinal, bool), u32> = BTreeMap::new();
    let mut turned: BTreeMap<Ordinal, (Ordinal, bool, u64)> = BTreeMap::new();
    let (mut earlier, mut left_by_all) = (Vec::new(), BTreeSet::new());
    // The share is one of each class, the count one of all such classes of the school.
    let most = Limit { count: 0, ..turnover };
    let mut all: BTreeMap<Ordinal, u32> = BTreeMap::new();
    let mut schools: BTreeMap<Ordinal, Members> = BTreeMap::new();
    for (class, members) in (0u32..).zip(&students) {
        let (was, is) = (seats.school_of_class_before(class), classes.link(class, Link::School));
        schools.entry(was).or_default().before += members.before;
        // What moves in from another school does not stand for what is lost here.
        if was == is || !classes.in_roster(class) {
            schools.entry(is).or_default().after += members.after;
        }
    }
    let goes_on = |class: &Ordinal| classes.in_roster(*class) && !classes.has(*class, flag::ENDS);
    for class in classes.ordinals().filter(goes_on) {
        let id = classes.id(class);
        let class = seats.goes_on_as(Kind::Class, class);
        let of = |list: &[Members]| list.get(class as usize).copied().unwrap_or_default();
        let school = classes.link(class, Link::School);
        *all.entry(school).or_default() += 1;
        let members = of(&students);
        if members.before > 0 && members.net_loss() != 0 {
            ended.classes.insert(id, members.net_loss());
        }
        let lost = past.classes.get(&id).copied().unwrap_or(0);
        if let Some(cumulative) = members.since(lost).halved() {
            *hits.entry((school, cumulative)).or_default() += 1;
        }
        if members.turnover() != 0 {
            ended.turnover.insert(id, members.turnover());
        }
        let before = past.turnover.get(&id).copied().unwrap_or(0);
        // Where less than half are left, that says more.
        let replaced = members.since(lost).halved().is_none();
        let active = u64::from(members.before);
        if let Some((left, _, cumulative)) = over(members, before, most).filter(|_| replaced) {
            turned.insert(class, (school, cumulative, left));
            if left >= FEWEST && left == active {
                left_by_all.insert(class);
            }
        } else if let Ok(before) = u64::try_from(before)
            && replaced
            && most.exceeded(before.min(active), active)
        {
            earlier.push((school, before.min(active)));
        }
        if of(&teachers).has_lost_all() {
            *untaught.entry((school, false)).or_default() += 1;
        }
    }
    let hit = |guard, (at, classes): ((Ordinal, bool), u32)| {
        let before = all.get(&at.0).copied().unwrap_or(0);
        let members = Members { before, after: classes, ..Members::default() };
        trip(snapshot, guard, Kind::Class, at, members)
    };
    let mut trips: Vec<_> =
        hits.into_iter().map(|found| hit(&table::CLASS_EMPTIED, found)).collect();
    trips.extend(untaught.into_iter().map(|found| hit(&table::CLASS_LOSES_TEACHER, found)));
    let exchanged = exchanged(seats, &left_by_all);
    let hits = turned_schools(&mut turned, &earlier, &exchanged, turnover.count);
    trips.extend(hits.into_iter().map(|found| hit(&table::CLASS_TURNOVER, found)));
    // Where a school has few classes, they may all end below the limits, or move elsewhere.
    let emptied = schools.into_iter().filter(|(_, members)| members.halved().is_some());
    trips.extend(emptied.map(|(school, members)| {
        trip(snapshot, &table::SCHOOL_LOSES_SEATS, Kind::Enrollment, (school, false), members)
    }));
    (trips, turned.into_keys().collect())
}

/// The schools of whose classes more students leave than a number, with how many classes turn over
/// and whether only with those that did so in the plans before; of the classes, theirs remain. Those
/// that exchange all their students count whatever their number.
fn turned_schools(
    turned: &mut BTreeMap<Ordinal, (Ordinal, bool, u64)>,
    earlier: &[(Ordinal, u64)],
    exchanged: &BTreeSet<Ordinal>,
    count: u64,
) -> Vec<((Ordinal, bool), u32)> {
    let mut schools: BTreeMap<Ordinal, (u32, u64, u64)> = BTreeMap::new();
    for (school, cumulative, left) in turned.values() {
        let (classes, tonight, all) = schools.entry(*school).or_default();
        *classes += 1;
        *tonight += if *cumulative { 0 } else { *left };
        *all += left;
    }
    for (school, left) in earlier {
        if let Some((classes, _, all)) = schools.get_mut(school) {
            *classes += 1;
            *all += left;
        }
    }
    schools.retain(|_, (_, _, all)| *all > count);
    turned.retain(|class, (school, ..)| schools.contains_key(school) || exchanged.contains(class));
    let hits = schools.iter();
    let mut hits: BTreeMap<_, _> =
        hits.map(|(at, (classes, tonight, _))| ((*at, *tonight <= count), *classes)).collect();
    for (school, ..) in turned.values().filter(|(school, ..)| !schools.contains_key(school)) {
        *hits.entry((*school, false)).or_default() += 1;
    }
    hits.into_iter().collect()
}

/// Students and teachers of each class before and after.
fn members(seats: Seats<'_>) -> (Vec<Members>, Vec<Members>) {
    let all = seats.snapshot.of(Kind::Enrollment).ordinals();
    let [mut one, other] = in_halves(all, |some| ClassMembers::of(seats, some));
    one.add(other);
    let ClassMembers { mut students, teachers, lost } = one;
    for (seat, given) in lost.settle(
        |seen| seats.changed(&[Kind::Enrollment]).for_each(seen),
        |seen| seats.in_classes().for_each(seen),
    ) {
        if let Some(members) = students.get_mut(seat.at as usize) {
            members.settle(given);
        }
    }
    (students, teachers)
}

/// Members by class, as far as some enrollments tell.
struct ClassMembers {
    students: Vec<Members>,
    teachers: Vec<Members>,
    lost: Lost,
}

impl ClassMembers {
    fn of(seats: Seats<'_>, some: Range<Ordinal>) -> Self {
        let none = vec![Members::default(); seats.snapshot.of(Kind::Class).len()];
        let mut all = Self { students: none.clone(), teachers: none, lost: Lost::default() };
        let list = seats.snapshot.of(Kind::Enrollment);
        let classes = seats.snapshot.of(Kind::Class);
        let mut others = Vec::new();
        for one in some {
            // Most of them.
            if seats.is_same_in_class(one) {
                all.remain(list.link(one, Link::First), list.tag(one));
            } else {
                others.push(one);
            }
        }
        for change in others.into_iter().flat_map(|one| seats.in_classes_of(one..one + 1)) {
            let Change { before, after, .. } = change;
            // Of a class that ends, nobody asks who stays.
            let ends = change.before.is_some_and(|seat| classes.has(seat.at, flag::ENDS));
            if !ends {
                all.lost.note(seats, &change);
            }
            for (seat, was, is) in [(before, true, false), (after, false, true)] {
                if let Some(seat) = seat {
                    all.count(seat.at, seat.role, was, is);
                }
            }
            if let Some((seat, stayed)) = seats.kept(&change) {
                all.stay(seat.at, seat.role, stayed);
            }
        }
        all
    }

    /// Somebody is where they were.
    fn remain(&mut self, class: Ordinal, role: u8) {
        let members = match role {
            tag::STUDENT => &mut self.students,
            tag::TEACHER => &mut self.teachers,
            _ => return,
        };
        if let Some(members) = members.get_mut(class as usize) {
            members.count(true, true);
            members.stay(true);
        }
    }

    fn count(&mut self, class: Ordinal, role: u8, was: bool, is: bool) {
        let members = match role {
            tag::STUDENT => &mut self.students,
            tag::TEACHER => &mut self.teachers,
            _ => return,
        };
        if let Some(members) = members.get_mut(class as usize) {
            members.count(was, is);
        }
    }

    fn stay(&mut self, class: Ordinal, role: u8, stayed: bool) {
        if role == tag::STUDENT
            && let Some(members) = self.students.get_mut(class as usize)
        {
            members.stay(stayed);
        }
    }

    fn add(&mut self, other: Self) {
        self.lost.add(other.lost);
        let sum = |list: &mut Vec<Members>, more: Vec<Members>| {
            list.iter_mut().zip(more).for_each(|(members, other)| members.add(other));
        };
        sum(&mut self.students, other.students);
        sum(&mut self.teachers, other.teachers);
    }
}
