//! Those to whom something happens on the second day.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::cast::Move;
use crate::demo::casting::Casting;
use crate::model::{CLUB, Class, Role};
use crate::school::SLOTS;

impl Casting<'_> {
    /// A section of the fourth grade whose seven classes will be missing from `classes.csv`.
    pub(super) fn missing_section(&mut self) {
        let of_section =
            |class: &Class| class.school == 0 && class.grade == Some(4) && class.section == 0;
        let classes: BTreeSet<usize> = self.roster.classes_where(of_section).into_iter().collect();
        let seats = self.roster.seats.iter().filter(|seat| classes.contains(&seat.class));
        let members: BTreeSet<usize> =
            seats.filter(|seat| !seat.teaches).map(|seat| seat.person).collect();
        let in_no_other =
            |student: &&usize| self.roster.classes_of(**student).len() == classes.len();
        let blocked = members.iter().find(in_no_other).copied().unwrap_or_default();
        self.cast.story.blocked_student = self.roster.person_id(blocked);
        self.cast.story.missing_classes =
            classes.iter().map(|class| self.roster.class_id(*class)).collect();
        self.cast.kept.people.extend(members);
        self.cast.kept.classes.extend(classes);
    }

    /// A student and a class whose ids are known before they come.
    pub(super) fn newcomers(&mut self) {
        self.cast.late = (2, 10);
        let number = self.roster.coming_student(2);
        self.cast.story.late_student = number.to_string();
        self.cast.added_class_at = 6;
        self.cast.story.added_class = self.roster.coming_class(6);
    }

    /// Students who exchange two sections without a clash of periods; the first is told of.
    pub(super) fn movers(&mut self) {
        let steady = self.steady_students();
        for number in 0..8 {
            let student = self.take(|_, index, _| steady.contains(&index));
            let Some(moves) = self.swap(student) else { continue };
            if number == 0 {
                let story = &mut self.cast.story;
                story.moved_student = self.roster.person_id(student);
                story.moved_from =
                    moves.iter().map(|step| self.roster.class_id(step.from)).collect();
                story.moved_to = moves.iter().map(|step| self.roster.class_id(step.to)).collect();
            }
            self.cast.moves.extend(moves);
        }
    }

    /// Students in a second section of a grade of three who have all seven classes there.
    fn steady_students(&self) -> BTreeSet<usize> {
        let wide = self
            .roster
            .classes
            .iter()
            .filter(|class| class.slot != CLUB && class.section == 2 && class.grade > Some(5));
        let wide: BTreeSet<_> = wide.map(|class| (class.school, class.grade)).collect();
        let mut own: BTreeMap<usize, u8> = BTreeMap::new();
        for seat in self.roster.seats.iter().filter(|seat| !seat.gone && !seat.teaches) {
            let class = self.roster.classes.get(seat.class);
            if class.is_some_and(|class| {
                class.slot != CLUB
                    && class.section == 1
                    && wide.contains(&(class.school, class.grade))
            }) {
                *own.entry(seat.person).or_default() += 1;
            }
        }
        own.retain(|_, classes| *classes == SLOTS);
        own.into_keys().collect()
    }

    /// Mathematics and Science of a student of a second section, exchanged for those of the
    /// third and first: section `s` has slot `c` in period `(c + s) mod 7`.
    fn swap(&self, student: usize) -> Option<Vec<Move>> {
        let person = self.roster.people.get(student)?;
        let (school, grade) = (person.school(), person.grade);
        let class = |slot: u8, section: usize| {
            let found = self.roster.classes_where(|class| {
                Some(class.school) == school
                    && class.grade == grade
                    && (class.slot, class.section) == (slot, section)
            });
            found.first().copied()
        };
        let mathematics = Move { student, from: class(1, 1)?, to: class(1, 2)? };
        let science = Move { student, from: class(2, 1)?, to: class(2, 0)? };
        Some(vec![mathematics, science])
    }

    pub(super) fn leavers(&mut self) {
        self.cast.left = self.take_student(5);
        self.cast.story.left_student = self.roster.person_id(self.cast.left);
        self.cast.transferred = self.take_student(3);
        self.cast.transferred_to = 4;
        self.cast.story.transferred_student = self.roster.person_id(self.cast.transferred);
        self.cast.renamed_teacher =
            self.take(|_, _, person| person.role == Role::Teacher && person.school() == Some(1));
        self.cast.story.renamed_teacher = self.roster.person_id(self.cast.renamed_teacher);
        self.cast.ended_class = self.take_class(|class| class.school == 8 && class.slot == CLUB);
        self.cast.story.ended_class = self.roster.class_id(self.cast.ended_class);
    }
}
