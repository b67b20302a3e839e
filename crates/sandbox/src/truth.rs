//! What a delivery holds, counted while it is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::profile::{Character, Format};

/// The truth about one day's delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The seed of the district.
    pub seed: u64,
    /// The number of students on day 1.
    pub students: usize,
    /// The character of the district.
    pub character: Character,
    /// The day, counted from 1; it is compared with the day before.
    pub day: u32,
    /// The version of the CSV binding.
    pub format: Format,
    /// Whether rows stand in a random order.
    pub shuffled: bool,
    /// Whether a new term began on this day.
    pub rollover: bool,
    /// The size of all files, in bytes.
    pub bytes: u64,
    /// Rows by file.
    pub kinds: BTreeMap<Kind, Counts>,
    /// Imperfections by their stable name; empty in the bench profile.
    pub imperfections: BTreeMap<String, usize>,
    /// The persons and classes of whom something can be told; only in the demo profile.
    pub story: Option<Story>,
}

/// The rows of one file against the same file of the day before, told apart by `sourcedId`.
///
/// `received = created + updated + unchanged + repeated`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows after the header.
    pub received: usize,
    /// Rows that the day before lacks; on day 1 every row.
    pub created: usize,
    /// Rows of which any cell differs from the day before.
    pub updated: usize,
    /// Rows of the day before that are gone.
    pub ended: usize,
    /// Rows equal to those of the day before.
    pub unchanged: usize,
    /// Rows whose `sourcedId` stood further up in the same file.
    pub repeated: usize,
    /// Of `received`: rows that name something the delivery lacks, by what they name
    /// (`classes` or `users`). Rows planted by `Options::dangling` are all among `created`.
    pub dangling: BTreeMap<Kind, usize>,
}

/// The persons and classes of whom the demonstration tells, by `sourcedId`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// A student who changes two sections on day 2.
    pub moved_student: String,
    /// The classes that this student leaves on day 2.
    pub moved_from: Vec<String>,
    /// The classes that this student joins on day 2.
    pub moved_to: Vec<String>,
    /// A student who arrives on day 2.
    pub late_student: String,
    /// A student who is gone on day 2.
    pub left_student: String,
    /// A student who goes to another school on day 2.
    pub transferred_student: String,
    /// A student all of whose classes are missing from `classes.csv`.
    pub blocked_student: String,
    /// The classes that enrollments name and `classes.csv` lacks.
    pub missing_classes: Vec<String>,
    /// A teacher whose e-mail address is another one on day 2.
    pub renamed_teacher: String,
    /// A class that is gone on day 2.
    pub ended_class: String,
    /// A class that is new on day 2.
    pub added_class: String,
    /// A student in two schools.
    pub two_school_student: String,
    /// The two rows of one human: as teacher, then as guardian.
    pub teacher_and_guardian: Vec<String>,
    /// Two students of one name in different schools.
    pub namesakes: Vec<String>,
    /// A class without a teacher.
    pub class_without_teacher: String,
    /// A class without students.
    pub class_without_students: String,
}
