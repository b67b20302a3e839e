//! What changes between students and classes.

use crate::identifiers::Shape;
use crate::model::{CLUB, NewSeat};
use crate::night::Night;

impl Night<'_> {
    /// Ends, moves and changes enrollments.
    pub(super) fn change_seats(&mut self) {
        let rates = self.rates;
        for index in std::mem::take(&mut self.seats) {
            let draw = self.random.below(1_000_000);
            if draw >= rates.end_seat + rates.move_seat + rates.seat {
                continue;
            }
            let Some(seat) = self.roster.seats.get_mut(index) else {
                continue;
            };
            let (class, person) = (seat.class, seat.person);
            let kept = self.kept.classes.contains(&class) || self.kept.people.contains(&person);
            if seat.gone || kept {
                continue;
            }
            if draw >= rates.end_seat + rates.move_seat {
                if seat.teaches {
                    seat.primary = !seat.primary;
                } else if self.random.chance(700_000) {
                    seat.begin += 1;
                } else {
                    seat.end = seat.end.saturating_sub(1);
                }
            } else if !seat.teaches && self.may_lose(class) {
                self.lose_seat(index, class, person, draw >= rates.end_seat);
            }
        }
    }

    /// Ends an enrollment or moves it to another section of the same course.
    fn lose_seat(&mut self, index: usize, class: usize, person: usize, moves: bool) {
        let to = if moves { self.other_section(class, person) } else { None };
        if moves && to.is_none() {
            return;
        }
        self.lose(class);
        if let (Shape::Serial, Some(to)) = (self.shape, to) {
            self.known.insert((to, person));
            if let Some(seat) = self.roster.seats.get_mut(index) {
                seat.class = to;
            }
            return;
        }
        if let Some(seat) = self.roster.seats.get_mut(index) {
            seat.gone = true;
        }
        if let Some(to) = to {
            self.sit(to, person);
        }
    }

    fn other_section(&mut self, class: usize, person: usize) -> Option<usize> {
        let from = self.roster.classes.get(class).filter(|class| class.slot != CLUB)?;
        let (grade, slot) = (from.grade, from.slot);
        let others: Vec<usize> = self
            .free_classes()
            .into_iter()
            .filter(|other| {
                !self.known.contains(&(*other, person))
                    && self
                        .roster
                        .classes
                        .get(*other)
                        .is_some_and(|other| other.grade == grade && other.slot == slot)
            })
            .collect();
        self.random.pick(&others).copied()
    }

    /// Seats students in clubs.
    pub(super) fn add_seats(&mut self) {
        let clubs: Vec<usize> = self
            .free_classes()
            .into_iter()
            .filter(|class| self.roster.classes.get(*class).is_some_and(|class| class.slot == CLUB))
            .collect();
        let students = self.free_students();
        for _ in 0..self.students.len() * 7 {
            if self.random.chance(self.rates.add_seat)
                && let (Some(class), Some(student)) =
                    (self.random.pick(&clubs).copied(), self.random.pick(&students).copied())
                && !self.known.contains(&(class, student))
            {
                self.sit(class, student);
            }
        }
    }

    fn sit(&mut self, class: usize, person: usize) {
        self.known.insert((class, person));
        self.roster.seat(self.shape, NewSeat::student(class, person, self.today));
    }
}
