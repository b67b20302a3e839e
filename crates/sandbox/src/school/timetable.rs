//! Classes, who teaches them, and who sits in them.

use std::collections::BTreeMap;

use crate::calendar::YEAR_BEGINS;
use crate::identifiers::{self, Shape};
use crate::model::{CLUB, Class, Grade, NewSeat, Role, Roster};
use crate::random::Random;
use crate::school::curriculum::{SLOTS, club_subject, slot_subject};
use crate::school::people::{Cohort, hire};
use crate::school::{School, Stage};

/// Students in a club, in a million.
const IN_CLUB: usize = 100_000;
/// Classes with a second teacher, in a million.
const CO_TAUGHT: usize = 50_000;
/// Students with two classes outside their section, in a million; not at elementary schools.
const MIXED: usize = 500_000;

/// What one teacher teaches: a grade, a slot and a block of sections.
type Post = (Option<Grade>, u8, usize);

struct Timetable<'a> {
    roster: &'a mut Roster,
    school: &'a School,
    shape: Shape,
    random: &'a mut Random,
    posts: BTreeMap<Post, usize>,
}

/// Builds the school's classes with their seats and returns the number of teachers hired.
pub(super) fn build(
    roster: &mut Roster,
    school: &School,
    cohorts: &[Cohort],
    random: &mut Random,
) -> usize {
    let shape = identifiers::shape(school);
    let mut timetable = Timetable { roster, school, shape, random, posts: BTreeMap::new() };
    let mut flat = 0;
    for cohort in cohorts {
        timetable.cohort(cohort, flat);
        flat += cohort.sections.len();
    }
    timetable.clubs(cohorts);
    timetable.posts.len()
}

impl Timetable<'_> {
    /// Builds the classes of a grade; `flat` counts the sections of the grades before.
    fn cohort(&mut self, cohort: &Cohort, flat: usize) {
        let mut classes = Vec::new();
        for section in 0..cohort.sections.len() {
            for slot in 0..SLOTS {
                let class = self.class(cohort.grade, slot, section, flat + section);
                self.staff(class, cohort.grade, slot, section, flat + section);
                classes.push(class);
            }
        }
        let width = usize::from(SLOTS);
        let mut seats = vec![Vec::new(); classes.len()];
        for (section, students) in cohort.sections.iter().enumerate() {
            for student in students {
                let day = self.day(section, cohort.sections.len());
                for (slot, section) in day.into_iter().enumerate() {
                    if let Some(members) = seats.get_mut(section * width + slot) {
                        members.push(*student);
                    }
                }
            }
        }
        for (class, members) in classes.into_iter().zip(seats) {
            for student in members {
                self.roster.seat(self.shape, NewSeat::student(class, student, YEAR_BEGINS));
            }
        }
    }

    /// Gives a student a section for each slot: mostly the own one, and where two sections can
    /// be swapped without a clash of periods, two of another.
    fn day(&mut self, own: usize, sections: usize) -> [usize; SLOTS as usize] {
        let mut day = [own; SLOTS as usize];
        if self.school.stage == Stage::Elementary || !self.random.chance(MIXED) {
            return day;
        }
        let first = self.random.below(day.len());
        let step = 1 + self.random.below(2);
        let second = first + step;
        if own >= step && own + step < sections && second < day.len() {
            for (slot, section) in [(first, own + step), (second, own - step)] {
                if let Some(place) = day.get_mut(slot) {
                    *place = section;
                }
            }
        }
        day
    }

    fn class(&mut self, grade: Grade, slot: u8, section: usize, flat: usize) -> usize {
        let subject = slot_subject(grade, slot);
        let turn = if self.school.stage == Stage::Elementary { flat } else { section };
        let period = u8::try_from((usize::from(slot) + turn) % usize::from(SLOTS)).unwrap_or(0) + 1;
        let id = self.roster.next_class(self.school.index);
        self.roster.add_class(Class {
            id,
            school: self.school.index,
            title: format!("{} - Section {}", subject.title, section + 1),
            course: subject.course,
            code: format!("{}-{}", subject.code, section + 1),
            subject: subject.area,
            grade: Some(grade),
            slot,
            section,
            period,
            room: 0,
            spring: false,
            gone: false,
        })
    }

    /// Finds the teacher of a class, and sometimes a second one.
    fn staff(&mut self, class: usize, grade: Grade, slot: u8, section: usize, flat: usize) {
        let post = match self.school.stage {
            Stage::Elementary if slot < 4 => (Some(grade), 0, section),
            Stage::Elementary => (None, slot, flat / usize::from(SLOTS)),
            Stage::Middle | Stage::High => (Some(grade), slot, section / 5),
        };
        let (roster, random, school) = (&mut *self.roster, &mut *self.random, self.school.index);
        let post = self.posts.entry(post);
        let teacher = *post.or_insert_with(|| hire(roster, school, Role::Teacher, random));
        self.name_room(class, teacher);
        self.roster.seat(self.shape, NewSeat::teacher(class, teacher, YEAR_BEGINS, true));
        if self.random.chance(CO_TAUGHT) {
            let others: Vec<usize> =
                self.posts.values().copied().filter(|other| *other != teacher).collect();
            if let Some(second) = self.random.pick(&others) {
                let seat = NewSeat::teacher(class, *second, YEAR_BEGINS, false);
                self.roster.seat(self.shape, seat);
            }
        }
    }

    /// Every class of a teacher meets in that teacher's room.
    fn name_room(&mut self, class: usize, teacher: usize) {
        let number = self.roster.people.get(teacher).map_or(0, |person| person.number % 1_000);
        if let Some(class) = self.roster.classes.get_mut(class) {
            class.room = 100 + usize::try_from(number).unwrap_or_default();
        }
    }

    /// Seats a tenth of the students in clubs.
    fn clubs(&mut self, cohorts: &[Cohort]) {
        let mut members = Vec::new();
        for student in cohorts.iter().flat_map(|cohort| cohort.sections.iter().flatten()) {
            if self.random.chance(IN_CLUB) {
                members.push(*student);
            }
        }
        self.random.shuffle(&mut members);
        let teachers: Vec<usize> = self.posts.values().copied().collect();
        let count = ((self.school.students + 125) / 250).max(1);
        for number in 0..count {
            let class = club(self.roster, self.school.index, number);
            if let Some(teacher) = self.random.pick(&teachers) {
                let seat = NewSeat::teacher(class, *teacher, YEAR_BEGINS, true);
                self.roster.seat(self.shape, seat);
            }
            for student in members.iter().skip(number).step_by(count) {
                self.roster.seat(self.shape, NewSeat::student(class, *student, YEAR_BEGINS));
            }
        }
    }
}

/// Adds a club without anybody in it and returns its index.
pub(crate) fn club(roster: &mut Roster, school: usize, number: usize) -> usize {
    let subject = club_subject(number);
    let id = roster.next_class(school);
    roster.add_class(Class {
        id,
        school,
        title: subject.title,
        course: subject.course,
        code: subject.code,
        subject: subject.area,
        grade: None,
        slot: CLUB,
        section: number,
        period: SLOTS + 1,
        room: 200 + number,
        spring: false,
        gone: false,
    })
}
