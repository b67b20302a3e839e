//! Rules of classes and grades, which may differ from school to school.

use std::collections::BTreeSet;

use super::PatternError;
use super::names::{Named, Patterns, grade};
use crate::check::cell::items;
use crate::model::columns::{SOURCED_ID, class};
use crate::model::settings::{Choice, Scope};
use crate::plan::Rule;

/// What is taken of the classes and grades of some schools.
#[derive(Debug, Default)]
pub(super) struct ClassRules {
    grades: Named,
    class_types: Named,
    exceptions: Patterns,
    classes: Named,
    titles: Patterns,
    subjects: Patterns,
    periods: Patterns,
    courses: Patterns,
    /// The courses that the exceptions name.
    courses_excepted: BTreeSet<String>,
    /// The courses that the rule of courses takes.
    courses_taken: BTreeSet<String>,
    /// Whether classes without teacher are left out.
    pub needs_a_teacher: bool,
}

impl ClassRules {
    pub fn new(scope: &Scope) -> Result<Self, PatternError> {
        let exceptions = Choice { only: scope.class_type_exceptions.clone(), except: Vec::new() };
        Ok(Self {
            grades: Named::of_grades(&scope.grades),
            class_types: Named::new(&scope.class_types),
            exceptions: Patterns::new("class_type_exceptions", &exceptions)?,
            classes: Named::new(&scope.classes),
            titles: Patterns::new("titles", &scope.titles)?,
            subjects: Patterns::new("subjects", &scope.subjects)?,
            periods: Patterns::new("periods", &scope.periods)?,
            courses: Patterns::new("courses", &scope.courses)?,
            courses_excepted: BTreeSet::new(),
            courses_taken: BTreeSet::new(),
            needs_a_teacher: scope.classes_need_a_teacher,
        })
    }

    pub fn are_open(&self) -> bool {
        self.grades.is_open()
            && self.class_types.is_open()
            && self.classes.is_open()
            && self.titles.is_open()
            && self.subjects.is_open()
            && self.periods.is_open()
            && self.courses.is_open()
            && !self.needs_a_teacher
    }

    /// Learns what a course is called.
    pub fn learn_course(&mut self, sourced_id: &str, code: &str, title: &str) {
        // What the delivery says of a course goes before what the roster has.
        if self.exceptions.names(code) {
            self.courses_excepted.insert(sourced_id.to_owned());
        } else {
            self.courses_excepted.remove(sourced_id);
        }
        if !self.courses.is_open() {
            if self.courses.leaves_out_all(&[sourced_id, code, title]) {
                self.courses_taken.remove(sourced_id);
            } else {
                self.courses_taken.insert(sourced_id.to_owned());
            }
        }
    }

    /// Whether all grades of a person or class are left out.
    pub fn leaves_grades_out(&self, grades: &[&str]) -> bool {
        self.grades.leaves_out_all(grades)
    }

    /// The rule that leaves a class out.
    pub fn judge<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        let excepted = || {
            self.exceptions.names(cell(class::TITLE))
                || self.exceptions.names(cell(class::CLASS_CODE))
                || self.courses_excepted.contains(cell(class::COURSE))
        };
        let list = |at: usize| items(cell(at)).collect::<Vec<_>>();
        let grades: Vec<_> = items(cell(class::GRADES)).map(grade).collect();
        let subjects = || [list(class::SUBJECTS), list(class::SUBJECT_CODES)].concat();
        let course = || match cell(class::COURSE) {
            _ if self.courses.is_open() => false,
            // A class without course is what nobody names.
            "" => self.courses.takes_some(),
            id => !self.courses_taken.contains(id),
        };
        let table: [(Rule, &dyn Fn() -> bool); 7] = [
            (Rule::Classes, &|| {
                self.classes.leaves_both_out(cell(SOURCED_ID), cell(class::CLASS_CODE))
            }),
            (Rule::Grades, &|| !grades.is_empty() && self.leaves_grades_out(&grades)),
            (Rule::ClassTypes, &|| {
                self.class_types.leaves_out(cell(class::CLASS_TYPE)) && !excepted()
            }),
            (Rule::Titles, &|| self.titles.leaves_out(cell(class::TITLE))),
            (Rule::Subjects, &|| self.subjects.leaves_out_all(&subjects())),
            (Rule::Courses, &course),
            (Rule::Periods, &|| self.periods.leaves_out_all(&list(class::PERIODS))),
        ];
        table.into_iter().find(|(_, out)| out()).map(|(rule, _)| rule)
    }
}
