//! One school on day 1: its students in sections, its staff, its timetable, its seats.
//!
//! The students of a section have their day together, and section `s` of a grade has slot `c`
//! in period `(c + s) mod 7`: so nobody, teachers included, is in two places at once.

mod curriculum;
mod layout;
mod people;
mod timetable;

pub(crate) use curriculum::{SLOTS, courses};
pub(crate) use layout::{School, Stage, schools};
pub(crate) use people::{hire, rename, student};
pub(crate) use timetable::club;

use crate::model::Roster;
use crate::profile::Profile;
use crate::random::Random;

/// Adds everything that the school has on day 1 to the roster.
pub(crate) fn open(roster: &mut Roster, profile: &Profile, school: &School) {
    let mut random = Random::new(profile.seed, &[1, school.label()]);
    let cohorts = people::enrol(roster, school, &mut random);
    let teachers = timetable::build(roster, school, &cohorts, &mut random);
    people::fill_staff(roster, profile, school, teachers, &mut random);
}
