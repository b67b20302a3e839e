//! What may be so and seldom is: seats that contradict people and classes, schools that share too
//! much or too little, terms outside their years.

use std::ops::Range;

use super::{table as checks, whole};
use crate::model::columns::{academic_session, user};
use crate::model::settings::Expect;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Mark, NOBODY, Ordinal, Subjects, flag, in_halves, tag};
use crate::model::{Date, Kind, grade};

/// How many students a school has at least before its classes are counted against them.
const ENOUGH_STUDENTS: u64 = 20;

/// How many students of known grades a class has at least before they are held against its own.
const SEVERAL_STUDENTS: u32 = 3;

/// Notes what is not plausible in a delivery.
pub fn note(snapshot: &mut Snapshot, expect: &Expect) {
    seats(snapshot);
    classes(snapshot);
    schools(snapshot, expect);
    sessions(snapshot);
    columns(snapshot);
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

/// Classes of a grade in which none of their students is.
fn classes(snapshot: &mut Snapshot) {
    let (classes, users) = (snapshot.of(Kind::Class), snapshot.of(Kind::User));
    let seats = snapshot.of(Kind::Enrollment);
    let years = grade::Years::new(&snapshot.hasher);
    let year = |list: &Subjects, kind: Kind, one| {
        Link::of_grades(kind).and_then(|(_, link)| years.of(list.link(one, link)))
    };
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    let mut graded: Vec<_> = classes.ordinals().map(|_| None).collect();
    for one in classes.with(flag::IN_DELIVERY, not_taken) {
        if let Some(place) = graded.get_mut(one as usize) {
            *place = year(classes, Kind::Class, one);
        }
    }
    if graded.iter().all(Option::is_none) {
        return;
    }
    let [first, second] = in_halves(seats.ordinals(), |some| {
        let mut students = vec![(0u32, false); classes.len()];
        for one in some {
            let taken = seats.has(one, flag::IN_DELIVERY) && !seats.has_any(one, not_taken);
            let class = seats.link(one, Link::First) as usize;
            let Some(Some(of_class)) = graded.get(class).filter(|_| taken) else { continue };
            if seats.tag(one) == tag::STUDENT
                && let Some(of_student) = year(users, Kind::User, seats.link(one, Link::User))
                && let Some((count, alike)) = students.get_mut(class)
            {
                *count += 1;
                *alike |= of_student == *of_class;
            }
        }
        students
    });
    let both = (0u32..).zip(first.into_iter().zip(second));
    let other = both.filter(|(_, ((one, alike), (more, also)))| {
        one + more >= SEVERAL_STUDENTS && !alike && !also
    });
    let found: Vec<_> = other.map(|(class, _)| class).collect();
    whole::note(snapshot, Kind::Class, &found, &checks::CLASS_OF_OTHER_GRADE);
}

/// Columns of users that are there and empty in every row.
fn columns(snapshot: &mut Snapshot) {
    let Some(file) = snapshot.files.get(&Kind::User) else { return };
    if !snapshot.is_complete(Kind::User) {
        return;
    }
    let (name, lacks) = (file.name.clone(), file.lacks);
    let users = snapshot.of(Kind::User);
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    let taken = || users.with(flag::IN_DELIVERY, not_taken);
    let students = || taken().filter(|one| users.tag(*one) == tag::STUDENT);
    let mailed = taken().any(|one| users.marks.get(Mark::Email, one) != 0);
    let graded = students().any(|one| users.link(one, Link::First) != NOBODY);
    let empty = [
        (user::EMAIL, !mailed && taken().next().is_some()),
        (user::GRADES, !graded && students().next().is_some()),
    ];
    for (place, _) in empty.into_iter().filter(|(place, empty)| *empty && lacks >> place & 1 == 0) {
        let column = Kind::User.columns().get(place).map_or("", |column| column.name);
        snapshot.findings.column(&checks::FIELD_EMPTY, &name, Some(Kind::User), 0, column);
    }
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
