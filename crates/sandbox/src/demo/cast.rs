//! The persons and classes of the story, and what happens to them on the second day.

use crate::calendar::DAY_ZERO;
use crate::delivery::Setting;
use crate::identifiers;
use crate::model::{Grade, NewSeat, Roster};
use crate::night::{Kept, arrive, change_address, fill_club, pick_section};
use crate::random::Random;
use crate::school::{School, club};
use crate::truth::Story;

/// Who is picked for the story and for the imperfections.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub(super) story: Story,
    /// Whom and what no night touches by chance.
    pub(super) kept: Kept,
    pub(super) moves: Vec<Move>,
    pub(super) late: (usize, Grade),
    pub(super) left: usize,
    pub(super) transferred: usize,
    pub(super) transferred_to: usize,
    pub(super) renamed_teacher: usize,
    pub(super) ended_class: usize,
    pub(super) added_class_at: usize,
    /// The `sourcedId`s of users whose rows are spoilt, by imperfection.
    pub(super) repeated: Vec<String>,
    pub(super) unknown_role: Vec<String>,
    pub(super) shouted: Vec<String>,
    pub(super) bad_date: Vec<String>,
    pub(super) spaced: Vec<String>,
}

/// A student's move from one section to another in one slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) student: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Cast {
    /// Lets the story happen.
    pub(super) fn act(&self, roster: &mut Roster, setting: &Setting, random: &mut Random) {
        let today = DAY_ZERO + 2;
        let school = |index: usize| setting.schools.get(index);
        if let Some(school) = school(self.late.0) {
            arrive(roster, school, self.late.1, today, &self.kept, random);
        }
        if let Some(school) = school(self.added_class_at) {
            let class = club(roster, school.index, 2);
            fill_club(roster, school, class, today, random);
        }
        if let Some(school) = school(self.transferred_to) {
            self.transfer(roster, school, random);
        }
        for step in &self.moves {
            change_section(roster, setting, *step);
        }
        roster.end_person(self.left);
        roster.end_class(self.ended_class);
        if let Some(teacher) = roster.people.get_mut(self.renamed_teacher) {
            change_address(teacher);
        }
    }

    fn transfer(&self, roster: &mut Roster, to: &School, random: &mut Random) {
        let Some(student) = roster.people.get_mut(self.transferred) else {
            return;
        };
        student.schools = vec![to.index];
        let grade = student.grade.unwrap_or_default();
        roster.end_seats(|seat| seat.person == self.transferred);
        let section = pick_section(roster, to, grade, &self.kept, random);
        for class in section.unwrap_or_default() {
            let seat = NewSeat::student(class, self.transferred, DAY_ZERO + 2);
            roster.seat(identifiers::shape(to), seat);
        }
    }
}

fn change_section(roster: &mut Roster, setting: &Setting, step: Move) {
    let at = roster.classes.get(step.to).map(|class| class.school);
    let Some(school) = at.and_then(|school| setting.schools.get(school)) else {
        return;
    };
    roster.end_seats(|seat| seat.person == step.student && seat.class == step.from);
    let seat = NewSeat::student(step.to, step.student, DAY_ZERO + 2);
    roster.seat(identifiers::shape(school), seat);
}
