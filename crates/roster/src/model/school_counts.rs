//! What each school of a roster has, in numbers.

use std::collections::BTreeMap;

use super::kind::Kind;
use super::subjects::{Link, NOBODY, Ordinal, Subjects, tag};

/// What one school has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchoolCounts {
    /// Students.
    pub students: u64,
    /// Teachers and other staff.
    pub staff: u64,
    /// Classes.
    pub classes: u64,
    /// Places of students in its classes.
    pub places: u64,
    /// Students who are in no class at all.
    pub students_without_class: u64,
    /// Classes without a teacher.
    pub classes_without_teacher: u64,
}

/// Counts what the schools have, by the ordinal of the school; [`NOBODY`] stands for none. `of` gives
/// the subjects of a kind, `present` those of them that are in the roster. A person counts at the
/// school that their own row or first role names.
pub fn count<'a>(
    of: impl Fn(Kind) -> &'a Subjects,
    present: impl Fn(Kind) -> &'a [Ordinal],
) -> BTreeMap<Ordinal, SchoolCounts> {
    let (users, classes, enrollments) = (of(Kind::User), of(Kind::Class), of(Kind::Enrollment));
    let mut in_class = vec![false; users.len()];
    let mut taught = vec![false; classes.len()];
    let mut schools: BTreeMap<Ordinal, SchoolCounts> = BTreeMap::new();
    let mut places = vec![0u64; classes.len()];
    for one in present(Kind::Enrollment) {
        let (class, user) =
            (enrollments.link(*one, Link::First), enrollments.link(*one, Link::User));
        match enrollments.tag(*one) {
            tag::STUDENT => {
                if let Some(in_class) = in_class.get_mut(user as usize) {
                    *in_class = true;
                }
                if let Some(places) = places.get_mut(class as usize) {
                    *places += 1;
                }
            }
            tag::TEACHER => {
                if let Some(taught) = taught.get_mut(class as usize) {
                    *taught = true;
                }
            }
            _ => {}
        }
    }
    for one in present(Kind::Class) {
        let counts = schools.entry(classes.link(*one, Link::School)).or_default();
        counts.classes += 1;
        counts.places += places.get(*one as usize).copied().unwrap_or_default();
        let taught = taught.get(*one as usize).copied().unwrap_or_default();
        counts.classes_without_teacher += u64::from(!taught);
    }
    let roles = of_roles(of(Kind::Role), present(Kind::Role), users.len());
    for one in present(Kind::User) {
        let (mut kind, mut school) = (users.tag(*one), users.link(*one, Link::School));
        if let Some((tag, org)) = roles.get(*one as usize).filter(|(tag, _)| *tag != tag::OTHER) {
            (kind, school) = (*tag, *org);
        }
        let counts = schools.entry(school).or_default();
        match kind {
            tag::STUDENT => {
                counts.students += 1;
                let in_class = in_class.get(*one as usize).copied().unwrap_or_default();
                counts.students_without_class += u64::from(!in_class);
            }
            tag::TEACHER | tag::STAFF => counts.staff += 1,
            _ => {}
        }
    }
    schools
}

/// The first role of each user and where it is, where roles have records of their own.
fn of_roles(roles: &Subjects, present: &[Ordinal], users: usize) -> Vec<(u8, Ordinal)> {
    if present.is_empty() {
        return Vec::new();
    }
    let mut told = vec![(tag::OTHER, NOBODY); users];
    for one in present.iter().rev() {
        if let Some(place) = told.get_mut(roles.link(*one, Link::User) as usize) {
            *place = (roles.tag(*one), roles.link(*one, Link::School));
        }
    }
    told
}
