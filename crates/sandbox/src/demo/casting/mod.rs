//! Picks the persons and classes of the story on day 1, and arranges what is peculiar to them.

mod oddities;
mod story;

use crate::delivery::Setting;
use crate::demo::cast::Cast;
use crate::model::{Class, Person, Roster};
use crate::random::Random;

/// Picks everybody; what is picked is kept from chance.
pub(super) fn cast(roster: &mut Roster, setting: &Setting, random: &mut Random) -> Cast {
    let mut casting = Casting { roster, setting, random, cast: Cast::default() };
    casting.missing_section();
    casting.newcomers();
    casting.movers();
    casting.leavers();
    casting.odd_classes();
    casting.two_schools();
    casting.teacher_and_guardian();
    casting.namesakes();
    casting.spoilt_rows();
    casting.cast
}

struct Casting<'a> {
    roster: &'a mut Roster,
    setting: &'a Setting,
    random: &'a mut Random,
    cast: Cast,
}

impl Casting<'_> {
    /// Takes a random person who passes the test and is not taken yet.
    fn take(&mut self, test: impl Fn(&Roster, usize, &Person) -> bool) -> usize {
        let roster = &*self.roster;
        let free = roster.people.iter().enumerate().filter(|(index, person)| {
            !person.gone && !self.cast.kept.people.contains(index) && test(roster, *index, person)
        });
        let free: Vec<usize> = free.map(|(index, _)| index).collect();
        let taken = self.random.pick(&free).copied().unwrap_or_default();
        self.cast.kept.people.insert(taken);
        taken
    }

    fn take_student(&mut self, school: usize) -> usize {
        self.take(|_, _, person| person.studies_at(school))
    }

    fn take_class(&mut self, test: impl Fn(&Class) -> bool) -> usize {
        let mut free = self.roster.classes_where(test);
        free.retain(|class| !self.cast.kept.classes.contains(class));
        let taken = self.random.pick(&free).copied().unwrap_or_default();
        self.cast.kept.classes.insert(taken);
        taken
    }
}
