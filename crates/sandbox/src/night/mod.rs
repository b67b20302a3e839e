//! What changes at a school from one day to the next.

mod events;
mod rollover;
mod seats;

pub(crate) use events::{arrive, change_address, fill_club, pick_section};
pub(crate) use rollover::roll_over;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::calendar::{DAY_ZERO, Date};
use crate::identifiers::{self, Shape};
use crate::model::Roster;
use crate::random::Random;
use crate::school::{School, club};

/// How much changes in one night, each in a million.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// Of the students: who leave.
    pub(crate) leave: usize,
    /// Of the students: as many arrive.
    pub(crate) arrive: usize,
    /// Of all people: whose name, grade or e-mail address changes.
    pub(crate) person: usize,
    /// Of the classes: whose title changes.
    pub(crate) retitle: usize,
    /// Of the classes: which end.
    pub(crate) end_class: usize,
    /// Of the classes: as many are added.
    pub(crate) add_class: usize,
    /// Of the enrollments of students: which end.
    pub(crate) end_seat: usize,
    /// Of the enrollments: as many are added.
    pub(crate) add_seat: usize,
    /// Of the enrollments: whose dates, or for teachers `primary`, change.
    pub(crate) seat: usize,
    /// Of the enrollments of students: which move to another section.
    pub(crate) move_seat: usize,
}

/// People and classes that stay as they are.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) people: BTreeSet<usize>,
    pub(crate) classes: BTreeSet<usize>,
}

/// Lets one night pass at a school.
pub(crate) fn pass(
    roster: &mut Roster,
    school: &School,
    day: u32,
    rates: &Rates,
    kept: &Kept,
    random: &mut Random,
) {
    let mut night = Night::new(roster, school, day, rates, kept, random);
    night.end_classes();
    night.leave();
    night.change_people();
    night.retitle();
    night.change_seats();
    night.arrive();
    night.add_classes();
    night.add_seats();
}

struct Night<'a> {
    roster: &'a mut Roster,
    school: &'a School,
    shape: Shape,
    today: Date,
    rates: &'a Rates,
    kept: &'a Kept,
    random: &'a mut Random,
    /// Classes that were there yesterday.
    classes: Vec<usize>,
    /// Students who were there yesterday.
    students: Vec<usize>,
    /// Indexes of the school's enrollments of yesterday.
    seats: Vec<usize>,
    /// How many members each class may still lose tonight: a third, so that none is emptied.
    slack: BTreeMap<usize, usize>,
    /// Who has or had a seat where: a seat given up is not taken again under another id.
    known: HashSet<(usize, usize)>,
}

impl<'a> Night<'a> {
    fn new(
        roster: &'a mut Roster,
        school: &'a School,
        day: u32,
        rates: &'a Rates,
        kept: &'a Kept,
        random: &'a mut Random,
    ) -> Self {
        let classes = roster.classes_where(|class| class.school == school.index);
        let mut slack: BTreeMap<usize, usize> = classes.iter().map(|class| (*class, 0)).collect();
        let mut seats = Vec::new();
        let mut known = HashSet::new();
        for (index, seat) in roster.seats.iter().enumerate() {
            if let Some(members) = slack.get_mut(&seat.class) {
                known.insert((seat.class, seat.person));
                if !seat.gone {
                    *members += 1;
                    seats.push(index);
                }
            }
        }
        for members in slack.values_mut() {
            *members /= 3;
        }
        let students = roster.people_where(|person| person.studies_at(school.index));
        let today = DAY_ZERO.saturating_add(Date::try_from(day).unwrap_or(Date::MAX));
        let shape = identifiers::shape(school);
        Self {
            roster,
            school,
            shape,
            today,
            rates,
            kept,
            random,
            classes,
            students,
            seats,
            slack,
            known,
        }
    }

    fn end_classes(&mut self) {
        for class in self.free_classes() {
            if self.random.chance(self.rates.end_class) {
                self.roster.end_class(class);
            }
        }
    }

    fn leave(&mut self) {
        for student in self.free_students() {
            if self.random.chance(self.rates.leave) {
                let classes = self.roster.classes_of(student);
                if classes.iter().all(|class| self.may_lose(*class)) {
                    for class in classes {
                        self.lose(class);
                    }
                    self.roster.end_person(student);
                }
            }
        }
    }

    fn change_people(&mut self) {
        let school = self.school.index;
        for index in self.roster.people_where(|person| person.school() == Some(school)) {
            if !self.kept.people.contains(&index)
                && self.random.chance(self.rates.person)
                && let Some(person) = self.roster.people.get_mut(index)
            {
                events::change(person, self.random);
            }
        }
    }

    fn retitle(&mut self) {
        for class in self.free_classes() {
            if self.random.chance(self.rates.retitle)
                && let Some(class) = self.roster.classes.get_mut(class)
            {
                class.title.push_str(" (new room)");
                class.room += 1;
            }
        }
    }

    fn arrive(&mut self) {
        let grades = self.school.grades();
        for _ in 0..self.students.len() {
            if self.random.chance(self.rates.arrive)
                && let Some(grade) = self.random.pick(&grades).copied()
            {
                arrive(self.roster, self.school, grade, self.today, self.kept, self.random);
            }
        }
    }

    fn add_classes(&mut self) {
        for _ in 0..self.classes.len() {
            if self.random.chance(self.rates.add_class) {
                let number = self.random.below(100);
                let class = club(self.roster, self.school.index, number);
                fill_club(self.roster, self.school, class, self.today, self.random);
            }
        }
    }

    fn may_lose(&self, class: usize) -> bool {
        self.slack.get(&class).is_none_or(|slack| *slack > 0)
    }

    fn lose(&mut self, class: usize) {
        if let Some(slack) = self.slack.get_mut(&class) {
            *slack = slack.saturating_sub(1);
        }
    }

    fn free_classes(&self) -> Vec<usize> {
        let free = self.classes.iter().filter(|class| !self.kept.classes.contains(class));
        free.copied()
            .filter(|class| self.roster.classes.get(*class).is_some_and(|class| !class.gone))
            .collect()
    }

    fn free_students(&self) -> Vec<usize> {
        let free = self.students.iter().filter(|student| !self.kept.people.contains(student));
        free.copied()
            .filter(|student| self.roster.people.get(*student).is_some_and(|person| !person.gone))
            .collect()
    }
}
