//! `demographics.csv`: sensitive facts, invented, so that it can be seen what becomes of them.

use std::io;

use crate::delivery::{Rows, Setting};
use crate::kind::Kind;
use crate::model::Person;
use crate::random::Random;

const CITIES: [&str; 5] = ["Larkmere", "Fennwick", "Gannet Point", "Ostler's Mill", "San Arroyo"];

/// Writes the row of a student.
pub(super) fn write(setting: &Setting, person: &Person, rows: &mut impl Rows) -> io::Result<()> {
    let mut random = Random::new(setting.profile.seed, &[5, person.number]);
    let age = 5 + u16::from(person.first_grade);
    let year = setting.calendar.begins.saturating_sub(age);
    let birth = format!("{year}-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28));
    let sex = if random.chance(500_000) { "female" } else { "male" };
    let race = random.below(5);
    let is = |answer: bool| if answer { "true" } else { "false" };
    let hispanic = is(random.chance(250_000));
    let city = random.pick(&CITIES).copied().unwrap_or_default();
    let cells = [
        &person.id,
        "",
        "",
        &birth,
        sex,
        is(race == 0),
        is(race == 1),
        is(race == 2),
        is(race == 3),
        is(race == 4),
        "false",
        hispanic,
        "US",
        "",
        city,
        "",
    ];
    rows.row(Kind::Demographics, &cells)
}
