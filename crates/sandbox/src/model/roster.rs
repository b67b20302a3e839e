//! Everything that changes from day to day.

use std::collections::BTreeMap;

use crate::identifiers;
use crate::model::{Class, NewSeat, Person, Seat};

/// How many numbers one school has given out.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    students: u64,
    staff: u64,
    classes: u64,
    seats: u64,
}

/// Everything that changes from day to day; what has gone keeps its index and is not written.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    pub(crate) people: Vec<Person>,
    pub(crate) classes: Vec<Class>,
    pub(crate) seats: Vec<Seat>,
    counters: BTreeMap<usize, Counters>,
    guardians: u64,
}

impl Roster {
    /// Gives out the next number of a student of the school.
    pub(crate) fn next_student(&mut self, school: usize) -> u64 {
        let counters = self.counters.entry(school).or_default();
        counters.students += 1;
        identifiers::student_number(school, counters.students)
    }

    /// Tells the number that the next student of the school will have.
    pub(crate) fn coming_student(&self, school: usize) -> u64 {
        let given = self.counters.get(&school).map_or(0, |counters| counters.students);
        identifiers::student_number(school, given + 1)
    }

    /// Gives out the next number of a member of the school's staff.
    pub(crate) fn next_staff(&mut self, school: usize) -> u64 {
        let counters = self.counters.entry(school).or_default();
        counters.staff += 1;
        identifiers::staff_number(school, counters.staff)
    }

    /// Gives out the next number of a guardian.
    pub(crate) fn next_guardian(&mut self) -> u64 {
        self.guardians += 1;
        self.guardians
    }

    /// Gives out the next `sourcedId` of a class of the school.
    pub(crate) fn next_class(&mut self, school: usize) -> String {
        let counters = self.counters.entry(school).or_default();
        counters.classes += 1;
        identifiers::class(school, counters.classes)
    }

    /// Tells the `sourcedId` that the next class of the school will have.
    pub(crate) fn coming_class(&self, school: usize) -> String {
        let given = self.counters.get(&school).map_or(0, |counters| counters.classes);
        identifiers::class(school, given + 1)
    }

    /// Adds a person and returns the index.
    pub(crate) fn add(&mut self, person: Person) -> usize {
        self.people.push(person);
        self.people.len() - 1
    }

    /// Adds a class and returns the index.
    pub(crate) fn add_class(&mut self, class: Class) -> usize {
        self.classes.push(class);
        self.classes.len() - 1
    }

    /// Seats a person in a class from the given date to the end of the class.
    pub(crate) fn seat(&mut self, shape: identifiers::Shape, seat: NewSeat) {
        let (Some(class), Some(person)) =
            (self.classes.get(seat.class), self.people.get(seat.person))
        else {
            return;
        };
        let counters = self.counters.entry(class.school).or_default();
        counters.seats += 1;
        let id = identifiers::seat(shape, class, &person.id, counters.seats);
        let (_, end) = class.dates();
        let NewSeat { class, person, teaches, primary, begin } = seat;
        self.seats.push(Seat { id, class, person, teaches, primary, begin, end, gone: false });
    }

    /// Ends a person together with the person's seats.
    pub(crate) fn end_person(&mut self, index: usize) {
        if let Some(person) = self.people.get_mut(index) {
            person.gone = true;
        }
        self.end_seats(|seat| seat.person == index);
    }

    /// Ends a class together with its seats.
    pub(crate) fn end_class(&mut self, index: usize) {
        if let Some(class) = self.classes.get_mut(index) {
            class.gone = true;
        }
        self.end_seats(|seat| seat.class == index);
    }

    /// Ends the seats that the test picks.
    pub(crate) fn end_seats(&mut self, mut test: impl FnMut(&Seat) -> bool) {
        for seat in &mut self.seats {
            if !seat.gone && test(seat) {
                seat.gone = true;
            }
        }
    }

    /// Lists the indexes of the people who are there and whom the test picks.
    pub(crate) fn people_where(&self, test: impl Fn(&Person) -> bool) -> Vec<usize> {
        let present = self.people.iter().enumerate().filter(|(_, person)| !person.gone);
        present.filter(|(_, person)| test(person)).map(|(index, _)| index).collect()
    }

    /// Lists the indexes of the classes that are there and that the test picks.
    pub(crate) fn classes_where(&self, test: impl Fn(&Class) -> bool) -> Vec<usize> {
        let present = self.classes.iter().enumerate().filter(|(_, class)| !class.gone);
        present.filter(|(_, class)| test(class)).map(|(index, _)| index).collect()
    }

    /// Lists the classes in which a person has a seat.
    pub(crate) fn classes_of(&self, person: usize) -> Vec<usize> {
        let seats = self.seats.iter().filter(|seat| !seat.gone && seat.person == person);
        seats.map(|seat| seat.class).collect()
    }

    /// Tells the `sourcedId` of a person.
    pub(crate) fn person_id(&self, index: usize) -> String {
        self.people.get(index).map(|person| person.id.clone()).unwrap_or_default()
    }

    /// Tells the `sourcedId` of a class.
    pub(crate) fn class_id(&self, index: usize) -> String {
        self.classes.get(index).map(|class| class.id.clone()).unwrap_or_default()
    }
}
