//! Which records a district takes.

use serde::{Deserialize, Serialize};

/// Which records are taken; an empty list leaves nothing out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "rules of what is taken, such as { roles = { except = [\"relative\"] } }"
)]
pub struct Scope {
    /// Schools, by sourcedId or identifier.
    pub schools: Choice,
    /// Schools that come later, by sourcedId or identifier: nothing of them is taken yet.
    pub next_phase: Vec<String>,
    /// Grades of students and classes.
    pub grades: Choice,
    /// Roles of people.
    pub roles: Choice,
    /// Class types.
    pub class_types: Choice,
    /// Classes taken whatever their type: class codes, course codes or title patterns.
    pub class_type_exceptions: Vec<String>,
    /// Classes, by sourcedId or class code.
    pub classes: Choice,
    /// Patterns of class titles, with `*` and `?`.
    pub titles: Choice,
    /// Patterns of the subjects and subject codes of classes.
    pub subjects: Choice,
    /// Courses of classes: patterns of course codes or titles, or sourcedIds.
    pub courses: Choice,
    /// Patterns of the periods of classes.
    pub periods: Choice,
    /// Terms, by sourcedId or title.
    pub terms: Choice,
    /// Whether only classes are taken of which a term runs.
    pub open_terms: bool,
    /// How many days before its first day a term counts as running.
    pub days_before_terms: u32,
    /// How many days after its last day a term counts as running.
    pub days_after_terms: u32,
    /// Whether a class without any teacher is left out until it has one.
    pub classes_need_a_teacher: bool,
    /// Schools that have rules of their own.
    pub phases: Vec<Phase>,
    /// Schools that are other ones here than in the source; of those that fit, the first decides.
    pub mapping: Vec<Mapping>,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            schools: Choice::default(),
            next_phase: Vec::new(),
            grades: Choice::default(),
            roles: Choice::default(),
            class_types: Choice::default(),
            class_type_exceptions: Vec::new(),
            classes: Choice::default(),
            titles: Choice::default(),
            subjects: Choice::default(),
            courses: Choice::default(),
            periods: Choice::default(),
            terms: Choice::default(),
            open_terms: false,
            days_before_terms: 30,
            days_after_terms: 0,
            classes_need_a_teacher: false,
            phases: Vec::new(),
            mapping: Vec::new(),
        }
    }
}

/// Schools with rules of their own, such as all primary schools; what is left out is as for the
/// others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a phase, such as { name = \"spring\", schools = [\"0101\"] }"
)]
pub struct Phase {
    /// What it is called, such as `primary`.
    pub name: String,
    /// The schools, by sourcedId or identifier.
    pub schools: Vec<String>,
    /// Grades of students and classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grades: Option<Choice>,
    /// Class types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_types: Option<Choice>,
    /// Classes taken whatever their type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_type_exceptions: Option<Vec<String>>,
    /// Classes, by sourcedId or class code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Choice>,
    /// Patterns of class titles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub titles: Option<Choice>,
    /// Patterns of subjects and subject codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Choice>,
    /// Courses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courses: Option<Choice>,
    /// Patterns of periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<Choice>,
    /// Whether a class without any teacher is left out until it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes_need_a_teacher: Option<bool>,
}

/// A school here, and what it takes of schools of the source: all of them, or what one of grades,
/// classes and people names. The other rules speak of schools as they are here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping such as { to = '0101', from = ['0102'] }")]
pub struct Mapping {
    /// The school here, by sourcedId: one of the source's, or a new one that has a name.
    pub to: String,
    /// What a school is called that the source does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The identifier of a school that the source does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The source's schools, by sourcedId or identifier, or by a code that stands for one in its files.
    pub from: Vec<String>,
    /// Grades of the students and classes that it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<String>,
    /// The classes that it takes: patterns of sourcedIds, class codes or titles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The people whom it takes, by sourcedId.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

impl Mapping {
    /// Whether it takes all of the schools that it takes something of.
    pub fn is_whole(&self) -> bool {
        self.grades.is_empty() && self.classes.is_empty() && self.people.is_empty()
    }
}

impl Scope {
    /// The scope of the schools of a phase.
    #[must_use]
    pub fn of(&self, phase: &Phase) -> Self {
        let Phase { grades, class_types, class_type_exceptions, titles, .. } = phase.clone();
        let Phase { classes, subjects, courses, periods, classes_need_a_teacher, .. } =
            phase.clone();
        Self {
            grades: grades.unwrap_or_else(|| self.grades.clone()),
            class_types: class_types.unwrap_or_else(|| self.class_types.clone()),
            class_type_exceptions: class_type_exceptions
                .unwrap_or_else(|| self.class_type_exceptions.clone()),
            classes: classes.unwrap_or_else(|| self.classes.clone()),
            titles: titles.unwrap_or_else(|| self.titles.clone()),
            subjects: subjects.unwrap_or_else(|| self.subjects.clone()),
            courses: courses.unwrap_or_else(|| self.courses.clone()),
            periods: periods.unwrap_or_else(|| self.periods.clone()),
            classes_need_a_teacher: classes_need_a_teacher.unwrap_or(self.classes_need_a_teacher),
            ..self.clone()
        }
    }
}

/// A rule that takes only what it names, or all but what it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a choice, such as { only = [\"0101\"] } or { except = [\"0102\"] }"
)]
pub struct Choice {
    /// Take only these; everything when empty.
    pub only: Vec<String>,
    /// Leave these out.
    pub except: Vec<String>,
}

impl Choice {
    /// Whether the rule leaves nothing out.
    pub fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }
}
