//! What may be so and seldom is: seats that contradict people and classes, schools that share too
//! much or too little, terms outside their years.

use std::collections::BTreeSet;
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

/// The students of a class, as far as their grade and school are known.
#[derive(Debug, Clone, Copy, Default)]
struct Students {
    graded: u32,
    of_schools: u32,
    /// Whether one is of the class's grade.
    in_grade: bool,
    /// Whether one is of its school.
    at_school: bool,
}

/// Classes of a grade or of a school of which none of their students is. Of changes alone nothing
/// tells who else is in them.
fn classes(snapshot: &mut Snapshot) {
    if !snapshot.is_complete(Kind::Enrollment) {
        return;
    }
    let classes = snapshot.of(Kind::Class);
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    let years = grade::Years::new(&snapshot.hasher);
    let mut graded = vec![None; classes.len()];
    for one in classes.with(flag::IN_DELIVERY, not_taken) {
        if let Some(place) = graded.get_mut(one as usize) {
            *place = years.of(grades(classes, Kind::Class, one));
        }
    }
    let at_several = at_several(snapshot);
    let halves = in_halves(snapshot.of(Kind::Enrollment).ordinals(), |some| {
        students_among(snapshot, &years, (&graded, &at_several), some)
    });
    let mut found = [const { Vec::new() }; 2];
    let [(first, elsewhere), (second, more)] = halves;
    let both = (0u32..).zip(first.into_iter().zip(second));
    for (class, (one, other)) in both {
        let [grade, school] = &mut found;
        let several = |count: u32| count >= SEVERAL_STUDENTS;
        let taken = classes.has(class, flag::IN_DELIVERY) && !classes.has_any(class, not_taken);
        if several(one.graded + other.graded) && !one.in_grade && !other.in_grade {
            grade.push(class);
        }
        if taken && several(one.of_schools + other.of_schools) && !one.at_school && !other.at_school
        {
            school.push(class);
        }
    }
    let checks = [&checks::CLASS_OF_OTHER_GRADE, &checks::CLASS_OF_OTHER_SCHOOL];
    // Where a class is of another school than all of its students, that is told of the class.
    let of_class = |one: &Ordinal| snapshot.of(Kind::Enrollment).link(*one, Link::First);
    let [_, of_schools] = &found;
    let told: BTreeSet<_> = of_schools.iter().copied().collect();
    let elsewhere = elsewhere.into_iter().chain(more).filter(|one| !told.contains(&of_class(one)));
    let elsewhere: Vec<_> = elsewhere.collect();
    for (check, found) in checks.into_iter().zip(found) {
        whole::note(snapshot, Kind::Class, &found, check);
    }
    whole::note(snapshot, Kind::Enrollment, &elsewhere, &checks::STUDENT_OF_OTHER_SCHOOL);
}

/// The students of each class by some of the enrollments, and those of these that are of students of
/// one school in a class of another.
fn students_among(
    snapshot: &Snapshot,
    years: &grade::Years,
    (graded, at_several): (&[Option<i8>], &[bool]),
    some: Range<Ordinal>,
) -> (Vec<Students>, Vec<Ordinal>) {
    let (classes, users) = (snapshot.of(Kind::Class), snapshot.of(Kind::User));
    let (seats, orgs) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::Org));
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    let is_school = |org: Ordinal| orgs.tag(org) == tag::SCHOOL;
    let mut students = vec![Students::default(); classes.len()];
    let mut elsewhere = Vec::new();
    for one in some {
        let (class, user) = (seats.link(one, Link::First), seats.link(one, Link::User));
        let taken = seats.has(one, flag::IN_DELIVERY) && !seats.has_any(one, not_taken);
        let Some(all) = students.get_mut(class as usize).filter(|_| taken) else { continue };
        if seats.tag(one) != tag::STUDENT {
            continue;
        }
        if let Some(Some(of_class)) = graded.get(class as usize)
            && !all.in_grade
            && let Some(of_student) = years.of(grades(users, Kind::User, user))
        {
            all.graded += 1;
            all.in_grade = of_student == *of_class;
        }
        let (school, theirs) = (classes.link(class, Link::School), users.link(user, Link::School));
        if school == theirs {
            all.at_school |= at_several.get(user as usize) != Some(&true);
        } else if is_school(school)
            && is_school(theirs)
            && at_several.get(user as usize) != Some(&true)
        {
            all.of_schools += 1;
            elsewhere.push(one);
        }
    }
    (students, elsewhere)
}

/// Which users belong to several orgs, as far as their own records or their roles tell.
fn at_several(snapshot: &Snapshot) -> Vec<bool> {
    let roles = snapshot.of(Kind::Role);
    let users = snapshot.of(Kind::User);
    let mut at_several = vec![false; users.len()];
    let elsewhere = roles.with(flag::IN_DELIVERY, flag::SAYS_END).filter(|role| {
        let user = roles.link(*role, Link::User);
        users.link(user, Link::School) != roles.link(*role, Link::School)
    });
    let elsewhere = elsewhere.map(|role| roles.link(role, Link::User));
    for user in elsewhere.chain(snapshot.at_several.iter().map(|(user, _)| *user)) {
        if let Some(place) = at_several.get_mut(user as usize) {
            *place = true;
        }
    }
    at_several
}

/// The code of the grades of a class or user.
fn grades(list: &Subjects, kind: Kind, one: Ordinal) -> u32 {
    Link::of_grades(kind).map_or(NOBODY, |(_, link)| list.link(one, link))
}

/// Columns of users that are there and empty in every row.
fn columns(snapshot: &mut Snapshot) {
    let Some(file) = snapshot.files.get(&Kind::User) else { return };
    if !snapshot.is_complete(Kind::User) {
        return;
    }
    let (name, lacks) = (file.name.clone(), file.lacks | file.dropped);
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
    let (seats, classes) = (snapshot.of(Kind::Enrollment), snapshot.of(Kind::Class));
    let [mut taught, more] = in_halves(seats.ordinals(), |some| {
        let mut taught = vec![false; orgs.len()];
        let seats_taken = seats.with_among(some, flag::IN_DELIVERY, not_taken);
        for one in seats_taken.filter(|one| seats.tag(*one) == tag::TEACHER) {
            let school = classes.link(seats.link(one, Link::First), Link::School);
            if let Some(taught) = taught.get_mut(school as usize) {
                *taught = true;
            }
        }
        taught
    });
    taught.iter_mut().zip(more).for_each(|(here, also)| *here |= also);
    for school in further_schools_of_teachers(snapshot) {
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
    let few = with(&|all, _| {
        let expected = expect.least_classes_per_100_students.saturating_mul(all.students);
        all.classes > 0 && all.students >= ENOUGH_STUDENTS && all.classes * 100 < expected
    });
    let without_teachers = with(&|all, taught| all.students > 0 && all.teachers == 0 && !taught);
    let many = with(&|all, _| {
        let many = expect.classes_per_100_students.saturating_mul(all.students);
        let by_student = all.classes * 100 > many;
        let by_teacher = all.classes > expect.classes_per_teacher.saturating_mul(all.teachers);
        all.students >= ENOUGH_STUDENTS && (by_student || all.teachers > 0 && by_teacher)
    });
    whole::note(snapshot, Kind::Org, &without_classes, &checks::SCHOOL_WITHOUT_CLASSES);
    whole::note(snapshot, Kind::Org, &without_teachers, &checks::SCHOOL_WITHOUT_TEACHERS);
    whole::note(snapshot, Kind::Org, &few, &checks::SCHOOL_WITH_FEW_CLASSES);
    whole::note(snapshot, Kind::Org, &many, &checks::SCHOOL_WITH_MANY_CLASSES);
}

/// The orgs of teachers beside the one that they are listed at: those that their own records name, and
/// those of their roles.
fn further_schools_of_teachers(snapshot: &Snapshot) -> impl Iterator<Item = Ordinal> {
    let not_taken = flag::STOPPED | flag::SAYS_END | flag::LEFT_OUT;
    let (users, roles) = (snapshot.of(Kind::User), snapshot.of(Kind::Role));
    let teaches = move |list: &Subjects, one: Ordinal| {
        list.tag(one) == tag::TEACHER
            && list.has(one, flag::IN_DELIVERY)
            && !list.has_any(one, not_taken)
    };
    let named = snapshot.at_several.iter().filter(move |(user, _)| teaches(users, *user));
    let of_roles = roles.with(flag::IN_DELIVERY, not_taken);
    let of_roles = of_roles.filter(move |role| teaches(roles, *role));
    named.map(|(_, org)| *org).chain(of_roles.map(|role| roles.link(role, Link::School)))
}

/// Terms that are not within the term that they belong to, and school years that are not the year
/// in which their term ends, or not that of the term that they belong to.
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
        let parent = list.find(snapshot.hasher.key(parent.as_bytes()));
        if parent.and_then(dates).is_some_and(|(first, last)| start < first || end > last) {
            outside.push(one);
        }
        let ends = i64::from(end.0.year());
        // A term in autumn ends a year before its school year does.
        let latest = ends + i64::from(record.cell(academic_session::TYPE) != "schoolYear");
        let year = record.cell(academic_session::SCHOOL_YEAR).parse::<i64>();
        let of_parent = parent
            .and_then(|one| snapshot.record(Kind::AcademicSession, one))
            .and_then(|record| record.cell(academic_session::SCHOOL_YEAR).parse::<i64>().ok());
        let is_off = |year: i64| {
            year < ends || year > latest || of_parent.is_some_and(|parents| parents != year)
        };
        if year.is_ok_and(is_off) {
            off.push(one);
        }
    }
    whole::note(snapshot, Kind::AcademicSession, &outside, &checks::SESSION_OUTSIDE_PARENT);
    whole::note(snapshot, Kind::AcademicSession, &off, &checks::SCHOOL_YEAR_OFF);
}
