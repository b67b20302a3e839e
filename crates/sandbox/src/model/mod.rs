//! The people, classes and enrollments of one or more schools on one day.

mod roster;

pub(crate) use roster::Roster;

use crate::calendar::Date;
use crate::names::Name;

/// A grade from 0 (kindergarten) to 12.
pub(crate) type Grade = u8;

/// The slot of a class that meets outside the seven periods that every student has.
pub(crate) const CLUB: u8 = 7;

/// What a person is at the schools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Student,
    Teacher,
    Aide,
    Administrator,
    Guardian,
}

/// A person; the row of `users.csv` follows from it.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    /// A number that no other person of the district has.
    pub(crate) number: u64,
    pub(crate) role: Role,
    /// Indexes of schools, the main one first; none for the district's own staff.
    pub(crate) schools: Vec<usize>,
    pub(crate) given: &'static Name,
    pub(crate) family: &'static Name,
    pub(crate) middle: Option<&'static Name>,
    /// Content of `userIds` beside `{SIS:..}`.
    pub(crate) other_ids: String,
    /// The SIS number, shared by the rows of one human.
    pub(crate) sis: u64,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) password: String,
    pub(crate) grade: Option<Grade>,
    /// The grade in which the student came, from which the year of birth follows.
    pub(crate) first_grade: Grade,
    /// Indexes of people.
    pub(crate) agents: Vec<usize>,
    pub(crate) gone: bool,
}

/// A class; the row of `classes.csv` follows from it.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) id: String,
    pub(crate) school: usize,
    pub(crate) title: String,
    pub(crate) course: String,
    pub(crate) code: String,
    pub(crate) subject: &'static str,
    pub(crate) grade: Option<Grade>,
    /// Its place in the students' day: 0 to 6, or [`CLUB`].
    pub(crate) slot: u8,
    /// The group of students that has its day together.
    pub(crate) section: usize,
    pub(crate) period: u8,
    pub(crate) room: usize,
    pub(crate) spring: bool,
    pub(crate) gone: bool,
}

/// One person's place in one class; the row of `enrollments.csv` follows from it.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) id: String,
    pub(crate) class: usize,
    pub(crate) person: usize,
    pub(crate) teaches: bool,
    pub(crate) primary: bool,
    pub(crate) begin: Date,
    pub(crate) end: Date,
    pub(crate) gone: bool,
}

/// A seat to be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewSeat {
    pub(crate) class: usize,
    pub(crate) person: usize,
    pub(crate) teaches: bool,
    pub(crate) primary: bool,
    pub(crate) begin: Date,
}

impl NewSeat {
    /// Describes a student's place.
    pub(crate) fn student(class: usize, person: usize, begin: Date) -> Self {
        Self { class, person, teaches: false, primary: false, begin }
    }

    /// Describes a teacher's place.
    pub(crate) fn teacher(class: usize, person: usize, begin: Date, primary: bool) -> Self {
        Self { class, person, teaches: true, primary, begin }
    }
}

impl Class {
    /// Tells when seats in the class begin and end.
    pub(crate) fn dates(&self) -> (Date, Date) {
        use crate::calendar::{SPRING_BEGINS, YEAR_BEGINS, YEAR_ENDS};
        if self.spring { (SPRING_BEGINS, YEAR_ENDS) } else { (YEAR_BEGINS, YEAR_ENDS) }
    }
}

impl Person {
    /// Tells the index of the main school.
    pub(crate) fn school(&self) -> Option<usize> {
        self.schools.first().copied()
    }

    /// Says whether this is a student of the school.
    pub(crate) fn studies_at(&self, school: usize) -> bool {
        self.role == Role::Student && self.school() == Some(school)
    }
}
