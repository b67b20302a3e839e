//! The rows that a roster gives, in both versions of the binding.

mod classes;
mod demographics;
mod frame;
mod users;

pub(crate) use frame::write_frame;

use std::io;

use crate::calendar::Calendar;
use crate::delivery::Rows;
use crate::model::{Grade, Role, Roster};
use crate::profile::{Character, Format, Profile};
use crate::school::School;

/// What the rows of every day have in common.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) profile: Profile,
    pub(crate) calendar: Calendar,
    pub(crate) schools: Vec<School>,
}

/// Writes the classes, people and enrollments that are there.
pub(crate) fn write_roster(
    setting: &Setting,
    roster: &Roster,
    format: Format,
    rows: &mut impl Rows,
) -> io::Result<()> {
    for class in roster.classes.iter().filter(|class| !class.gone) {
        classes::write(setting, class, rows)?;
    }
    for person in roster.people.iter().filter(|person| !person.gone) {
        match format {
            Format::V1p1 => users::write_1p1(setting, roster, person, rows)?,
            Format::V1p2 => users::write_1p2(setting, roster, person, rows)?,
        }
        if setting.profile.character == Character::Demo && person.role == Role::Student {
            demographics::write(setting, person, rows)?;
        }
    }
    for seat in roster.seats.iter().filter(|seat| !seat.gone) {
        classes::write_seat(setting, roster, seat, rows)?;
    }
    Ok(())
}

/// Tells the `sourcedId` of a school.
pub(super) fn school_id(setting: &Setting, index: usize) -> &str {
    setting.schools.get(index).map_or("", |school| school.id.as_str())
}

/// Writes a grade as CEDS does.
fn grade_code(grade: Grade) -> &'static str {
    const CODES: [&str; 13] =
        ["KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];
    CODES.get(usize::from(grade)).copied().unwrap_or("")
}
