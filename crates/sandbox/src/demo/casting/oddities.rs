//! What is peculiar in the district on every day.

use crate::calendar::YEAR_BEGINS;
use crate::demo::casting::Casting;
use crate::identifiers;
use crate::model::{CLUB, NewSeat, Role};
use crate::school::{School, rename};

impl Casting<'_> {
    /// A class without a teacher, one without students, one without a title, and students
    /// without any class.
    pub(super) fn odd_classes(&mut self) {
        let class = self.take_class(|class| class.school == 6 && class.slot == 4);
        self.roster.end_seats(|seat| seat.class == class && seat.teaches);
        self.cast.story.class_without_teacher = self.roster.class_id(class);
        let class = self.take_class(|class| class.school == 4 && class.slot == CLUB);
        self.roster.end_seats(|seat| seat.class == class && !seat.teaches);
        self.cast.story.class_without_students = self.roster.class_id(class);
        let class = self.take_class(|class| class.school == 1 && class.slot == 5);
        if let Some(class) = self.roster.classes.get_mut(class) {
            class.title.clear();
        }
        for school in [5, 7, 8] {
            let student = self.take_student(school);
            self.roster.end_seats(|seat| seat.person == student);
        }
    }

    /// Middle school students who go to a club of a high school.
    pub(super) fn two_schools(&mut self) {
        let Some(high) = self.setting.schools.get(2) else {
            return;
        };
        let club = self.take_class(|class| class.school == high.index && class.slot == CLUB);
        for number in 0..3 {
            let student = self.take_student(1);
            if let Some(student) = self.roster.people.get_mut(student) {
                student.schools.push(high.index);
            }
            self.seat(high, club, student);
            if number == 0 {
                self.cast.story.two_school_student = self.roster.person_id(student);
            }
        }
    }

    fn seat(&mut self, school: &School, class: usize, student: usize) {
        let shape = identifiers::shape(school);
        self.roster.seat(shape, NewSeat::student(class, student, YEAR_BEGINS));
    }

    /// A teacher whose row as guardian bears the same SIS number.
    pub(super) fn teacher_and_guardian(&mut self) {
        let teacher =
            self.take(|_, _, person| person.role == Role::Teacher && person.school() == Some(1));
        let guardian =
            self.take(|_, _, person| person.role == Role::Guardian && person.schools.contains(&1));
        let Some(name) =
            self.roster.people.get(guardian).map(|person| (person.given, person.family))
        else {
            return;
        };
        let mut sis = 0;
        if let Some(teacher) = self.roster.people.get_mut(teacher) {
            teacher.given = name.0;
            rename(teacher, name.1);
            sis = teacher.sis;
        }
        if let Some(guardian) = self.roster.people.get_mut(guardian) {
            guardian.sis = sis;
        }
        let people = [teacher, guardian].map(|person| self.roster.person_id(person));
        self.cast.story.teacher_and_guardian = people.to_vec();
    }

    /// Pairs of students of one name at different schools, without brothers or sisters.
    pub(super) fn namesakes(&mut self) {
        for (one, other) in [(0, 3), (1, 2), (7, 11)] {
            let first = self.take_student(one);
            let second = self.take(|roster, _, person| {
                let guardian = person.agents.first().and_then(|agent| roster.people.get(*agent));
                person.studies_at(other)
                    && guardian.is_none_or(|guardian| guardian.agents.len() == 1)
            });
            let name = self.roster.people.get(first).map(|person| (person.given, person.family));
            if let (Some(name), Some(person)) = (name, self.roster.people.get_mut(second)) {
                person.given = name.0;
                rename(person, name.1);
            }
            if self.cast.story.namesakes.is_empty() {
                let people = [first, second].map(|person| self.roster.person_id(person));
                self.cast.story.namesakes = people.to_vec();
            }
        }
    }

    /// Users without an e-mail address, with a password, and with cells spoilt later.
    pub(super) fn spoilt_rows(&mut self) {
        for school in 0..12 {
            let student = self.take_student(school);
            if let Some(student) = self.roster.people.get_mut(student) {
                student.email.clear();
            }
        }
        for (school, password) in
            [(2, "CANARY-heron-4471"), (2, "CANARY-otter-9026"), (9, "CANARY-wren-1358")]
        {
            let student = self.take_student(school);
            if let Some(student) = self.roster.people.get_mut(student) {
                password.clone_into(&mut student.password);
            }
        }
        let aide = self.take(|_, _, person| person.role == Role::Aide);
        self.cast.unknown_role = vec![self.roster.person_id(aide)];
        self.cast.repeated = self.student_ids(1, 7);
        self.cast.shouted = self.student_ids(4, 9);
        self.cast.bad_date = self.student_ids(1, 10);
        self.cast.spaced = self.student_ids(3, 11);
    }

    fn student_ids(&mut self, count: usize, school: usize) -> Vec<String> {
        let taken: Vec<usize> = (0..count).map(|_| self.take_student(school)).collect();
        taken.into_iter().map(|student| self.roster.person_id(student)).collect()
    }
}
