//! What may be so and seldom is: seats that contradict people and classes, schools that share too
//! much or too little, terms outside their years.

use std::ops::Range;

use super::{table as checks, whole};
use crate::model::columns::academic_session;
use crate::model::settings::Expect;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, in_halves, tag};
use crate::model::{Date, Kind};

/// How many students a school has at least before its classes are counted against them.
const ENOUGH_STUDENTS: u64 = 20;

/// Notes what is not plausible in a delivery.
pub fn note(snapshot: &mut Snapshot, expect: &Expect) {
    seats(snapshot);
    schools(snapshot, expect);
    sessions(snapshot);
}

/// Enrollments that contradict the class or the person that they name.
fn seats(snapshot: &mut Snapshot) {
    let [first, second] =
        in_halves(snapshot.of(Kind::Enrollment).ordinals(), |some| seats_among(snapshot, some));
    let checks = [
        &checks::ENROLLMENT_OF_OTHER_SCHOOL,
        &checks::STUDENT_AS_TEACHER,
        &checks::STAFF_AS_STUDENT,
    ];
    for (check, (first, second)) in checks.into_iter().zip(first.into_iter().zip(second)) {
        whole::note(snapshot, Kind::Enrollment, &[first, second].concat(), check);
    }
}

/// Among some enrollments, those in a class of another school, those of students as teachers, and
/// those of staff as students.
fn seats_among(snapshot: &Snapshot, some: Range<Ordinal>) -> [Vec<Ordinal>; 3] {
    let (seats, users) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::User));
    let classes = snapshot.of(Kind::Class);
    let [mut elsewhere, mut teaching, mut learning] = [const { Vec::new() }; 3];
    let not_taken = flag::STOPPED | flag::SAYS_END;
    for one in some {
        if !seats.has(one, flag::IN_DELIVERY) || seats.has_any(one, not_taken) {
            continue;
        }
        let school = seats.link(one, Link::School);
        let of_class = classes.link(seats.link(one, Link::First), Link::School);
        if school != of_class && school != NOBODY && of_class != NOBODY {
            elsewhere.push(one);
        }
        match (seats.tag(one), users.tag(seats.link(one, Link::User))) {
            (tag::TEACHER, tag::STUDENT) => teaching.push(one),
            (tag::STUDENT, tag::TEACHER | tag::STAFF) => learning.push(one),
            _ => {}
        }
    }
    [elsewhere, teaching, learning]
}

/// What a school shares.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    students: u64,
    teachers: u64,
    classes: u64,
}

/// Schools that share too little to be used, or more classes than the district expects.
fn schools(snapshot: &mut Snapshot, expect: &Expect) {
    if ![Kind::User, Kind::Class].iter().all(|kind| snapshot.is_complete(*kind)) {
        return;
    }
    let orgs = snapshot.of(Kind::Org);
    let mut shared = vec![Shared::default(); orgs.len()];
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    for kind in [Kind::User, Kind::Class] {
        let list = snapshot.of(kind);
        for one in list.with(flag::IN_DELIVERY, not_taken) {
            let school = list.link(one, Link::School);
            let Some(shared) = shared.get_mut(school as usize) else { continue };
            match (kind, list.tag(one)) {
                (Kind::Class, _) => shared.classes += 1,
                (_, tag::STUDENT) => shared.students += 1,
                (_, tag::TEACHER) => shared.teachers += 1,
                _ => {}
            }
        }
    }
    // Whoever belongs to several schools is listed at one.
    let (seats, classes) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::Class));
    let mut taught = vec![false; orgs.len()];
    for one in
        seats.with(flag::IN_DELIVERY, not_taken).filter(|one| seats.tag(*one) == tag::TEACHER)
    {
        let school = classes.link(seats.link(one, Link::First), Link::School);
        if let Some(taught) = taught.get_mut(school as usize) {
            *taught = true;
        }
    }
    let with = |is: &dyn Fn(&Shared, bool) -> bool| {
        let schools = (0u32..).zip(shared.iter().zip(&taught)).filter(|(one, (all, taught))| {
            orgs.has(*one, flag::IN_DELIVERY) && orgs.tag(*one) == tag::SCHOOL && is(all, **taught)
        });
        schools.map(|(one, _)| one).collect::<Vec<_>>()
    };
    let without_classes = with(&|all, _| all.students > 0 && all.classes == 0);
    let without_teachers = with(&|all, taught| all.students > 0 && all.teachers == 0 && !taught);
    let many = with(&|all, _| {
        let by_student = all.classes * 100 > expect.classes_per_100_students * all.students;
        let by_teacher = all.classes > expect.classes_per_teacher * all.teachers;
        all.students >= ENOUGH_STUDENTS && (by_student || all.teachers > 0 && by_teacher)
    });
    whole::note(snapshot, Kind::Org, &without_classes, &checks::SCHOOL_WITHOUT_CLASSES);
    whole::note(snapshot, Kind::Org, &without_teachers, &checks::SCHOOL_WITHOUT_TEACHERS);
    whole::note(snapshot, Kind::Org, &many, &checks::SCHOOL_WITH_MANY_CLASSES);
}

/// Terms that are not within the term that they belong to, and school years that are not the year
/// in which their term ends.
fn sessions(snapshot: &mut Snapshot) {
    let list = snapshot.of(Kind::AcademicSession);
    let (mut outside, mut off) = (Vec::new(), Vec::new());
    for one in list.with(flag::IN_DELIVERY, flag::STOPPED | flag::SAYS_END) {
        let Some(record) = snapshot.record(Kind::AcademicSession, one) else { continue };
        let dates = |one: Ordinal| {
            let record = snapshot.record(Kind::AcademicSession, one)?;
            let date = |column| Date::parse(record.cell(column));
            Some((date(academic_session::START_DATE)?, date(academic_session::END_DATE)?))
        };
        let Some((start, end)) = dates(one) else { continue };
        let parent = record.cell(academic_session::PARENT);
        let parent = list.find(snapshot.hasher.key(parent.as_bytes())).and_then(dates);
        if parent.is_some_and(|(first, last)| start < first || end > last) {
            outside.push(one);
        }
        let ends = i64::from(end.0.year());
        // A term in autumn ends a year before its school year does.
        let latest = ends + i64::from(record.cell(academic_session::TYPE) != "schoolYear");
        let year = record.cell(academic_session::SCHOOL_YEAR).parse::<i64>();
        if year.is_ok_and(|year| year < ends || year > latest) {
            off.push(one);
        }
    }
    whole::note(snapshot, Kind::AcademicSession, &outside, &checks::SESSION_OUTSIDE_PARENT);
    whole::note(snapshot, Kind::AcademicSession, &off, &checks::SCHOOL_YEAR_OFF);
}
