//! Seats that students lose, and whether others get them, or another record gives them back.

use crate::guard::seats::{Change, Seat, Seats};
use crate::model::subjects::tag;

/// Seats of students that their own records do not give them any more.
#[derive(Debug, Default)]
pub struct Lost(Vec<(Seat, Given)>);

/// What became of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Nobody has it by the same record.
    Up,
    /// The same record gives it to somebody else. Such a newcomer does not stand for the one who
    /// lost it.
    Over,
    /// Another record gives it back, as where ids follow the order of rows.
    Back,
}

impl Lost {
    /// Notes the seat that a change takes from a student.
    pub fn note(&mut self, seats: Seats<'_>, change: &Change) {
        let Some(was) = change.before.filter(|seat| seat.role == tag::STUDENT) else { return };
        if change.before == change.after || seats.kept(change).is_some() {
            return;
        }
        let same = change.after.is_some_and(|is| is.at == was.at && is.role == was.role);
        let given = if same && change.hands_over() { Given::Over } else { Given::Up };
        self.0.push((was, given));
    }

    /// Adds what was noted apart.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The seats, and what became of each; `changed` shows again what has a line, `all` everything.
    pub fn settle(
        mut self,
        changed: impl FnOnce(&mut dyn FnMut(Change)),
        all: impl FnOnce(&mut dyn FnMut(Change)),
    ) -> Vec<(Seat, Given)> {
        if self.0.is_empty() {
            return self.0;
        }
        let key = |seat: &Seat| (seat.at, seat.who);
        self.0.sort_unstable_by_key(|(seat, _)| key(seat));
        self.0.dedup_by_key(|(seat, _)| key(seat));
        changed(&mut |change| self.give_back(&change));
        // Who lost a seat to somebody else may have another by a record that did not change.
        if self.0.iter().any(|(_, given)| *given == Given::Over) {
            all(&mut |change| self.give_back(&change));
        }
        self.0
    }

    /// Marks a lost seat that a record gives to the same person.
    fn give_back(&mut self, change: &Change) {
        let key = |seat: &Seat| (seat.at, seat.who);
        let Some(seat) = change.after.filter(|seat| seat.role == tag::STUDENT) else { return };
        let found = self.0.binary_search_by_key(&key(&seat), |(seat, _)| key(seat));
        if let Some((_, given)) = found.ok().and_then(|at| self.0.get_mut(at)) {
            *given = Given::Back;
        }
    }
}
