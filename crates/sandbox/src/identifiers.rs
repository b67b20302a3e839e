//! The shapes of identifiers.

use crate::model::Class;
use crate::school::School;

/// How a student information system makes the ids of enrollments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{class}_{user}`: a move to another class is another row.
    Compound,
    /// A running number: a move to another class changes the row.
    Serial,
}

/// The `sourcedId` of the district.
pub(crate) const DISTRICT: &str = "D-100";

const FIRST_SCHOOL: u64 = 1_000;
const PEOPLE_PER_SCHOOL: u64 = 10_000;
const STAFF_PER_SCHOOL: u64 = 1_000;
const SEATS_PER_SCHOOL: u64 = 100_000;

/// Writes the `sourcedId` of a school.
pub(crate) fn school(index: usize) -> String {
    school_number(index).to_string()
}

/// Numbers a student: eight digits, the first four those of the first school.
pub(crate) fn student_number(school: usize, local: u64) -> u64 {
    school_number(school) * PEOPLE_PER_SCHOOL + local
}

/// Numbers a member of staff: seven digits, so never a student's number.
pub(crate) fn staff_number(school: usize, local: u64) -> u64 {
    school_number(school) * STAFF_PER_SCHOOL + local
}

/// Writes the `sourcedId` of a member of staff.
pub(crate) fn staff(number: u64) -> String {
    format!("T-{number}")
}

/// Writes the `sourcedId` of a guardian.
pub(crate) fn guardian(number: u64) -> String {
    format!("G-{number:05}")
}

/// Writes the `sourcedId` of a class.
pub(crate) fn class(school: usize, local: u64) -> String {
    format!("{}-{local:04}", school_number(school))
}

/// Writes the `sourcedId` of a class that no district has.
pub(crate) fn unknown_class(school: usize, local: usize) -> String {
    format!("{}-X{local:03}", school_number(school))
}

/// Writes the `sourcedId` of a user whom no district has.
pub(crate) fn unknown_user(school: usize, local: usize) -> String {
    format!("X{}{local:04}", school_number(school))
}

/// Writes the `sourcedId` of an enrollment.
pub(crate) fn seat(shape: Shape, class: &Class, person: &str, local: u64) -> String {
    match shape {
        Shape::Compound => format!("{}_{person}", class.id),
        Shape::Serial => (school_number(class.school) * SEATS_PER_SCHOOL + local).to_string(),
    }
}

/// Chooses the shape of a school's enrollment ids: running numbers at every third school.
pub(crate) fn shape(school: &School) -> Shape {
    if school.index % 3 == 2 { Shape::Serial } else { Shape::Compound }
}

fn school_number(index: usize) -> u64 {
    FIRST_SCHOOL.saturating_add(u64::try_from(index).unwrap_or(u64::MAX))
}
