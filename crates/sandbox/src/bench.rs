//! The bench profile: school by school, so that memory stays small at any size.

use std::path::Path;

use crate::delivery::{Before, Folder, Rows, Setting, write_frame, write_roster};
use crate::district::Written;
use crate::error::{Error, at};
use crate::identifiers;
use crate::kind::Kind;
use crate::model::{Role, Roster};
use crate::night::{self, Kept, Rates};
use crate::profile::Options;
use crate::random::Random;
use crate::school::{self, School};

/// A churn of half a percent of the rows of each kind.
const RATES: Rates = Rates {
    leave: 600,
    arrive: 600,
    person: 4_000,
    retitle: 3_500,
    end_class: 700,
    add_class: 800,
    end_seat: 400,
    add_seat: 400,
    seat: 1_300,
    move_seat: 300,
};

/// Writes the delivery of a day.
pub(crate) fn write_day(
    setting: &Setting,
    day: u32,
    dir: &Path,
    options: Options,
) -> Result<Written, Error> {
    let mut folder = Folder::create(dir, options.format, "\n")?;
    let mut before = Before::default();
    if day > 1 {
        write_frame(setting, &mut before).map_err(at(dir))?;
    }
    folder.compare_with(before);
    write_frame(setting, &mut folder).map_err(at(dir))?;
    for school in &setting.schools {
        write_school(setting, school, day, options, &mut folder, dir)?;
    }
    let random = Random::new(setting.profile.seed, &[3, u64::from(day)]);
    let (kinds, bytes) = folder.finish(options.shuffle.then_some(random))?;
    Ok(Written { kinds, bytes, ..Written::default() })
}

fn write_school(
    setting: &Setting,
    school: &School,
    day: u32,
    options: Options,
    folder: &mut Folder,
    dir: &Path,
) -> Result<(), Error> {
    let mut roster = Roster::default();
    school::open(&mut roster, &setting.profile, school);
    let mut before = Before::default();
    for night in 2..=day {
        if night == day {
            write_roster(setting, &roster, options.format, &mut before).map_err(at(dir))?;
        }
        let mut random = Random::new(setting.profile.seed, &[2, school.label(), u64::from(night)]);
        night::pass(&mut roster, school, night, &RATES, &Kept::default(), &mut random);
    }
    if options.rollover {
        night::roll_over(&mut roster, school);
    }
    folder.compare_with(before);
    write_roster(setting, &roster, options.format, folder).map_err(at(dir))?;
    let count = setting.schools.len();
    let planted =
        options.dangling * (school.index + 1) / count - options.dangling * school.index / count;
    plant(setting, &roster, school, planted, folder).map_err(at(dir))
}

/// Writes enrollments that name, by turns, a class and a user that do not exist.
fn plant(
    setting: &Setting,
    roster: &Roster,
    school: &School,
    count: usize,
    folder: &mut Folder,
) -> std::io::Result<()> {
    let classes = roster.classes_where(|_| true);
    let students = roster.people_where(|person| person.role == Role::Student);
    let date = setting.calendar.text(crate::calendar::YEAR_BEGINS);
    let mut dangling = (0, 0);
    for number in 0..count {
        let place = |items: &[usize]| items.get(number * 7 % items.len().max(1)).copied();
        let (mut class, mut user) = (
            roster.class_id(place(&classes).unwrap_or_default()),
            roster.person_id(place(&students).unwrap_or_default()),
        );
        if (school.index + number).is_multiple_of(2) {
            class = identifiers::unknown_class(school.index, number);
            dangling.0 += 1;
        } else {
            user = identifiers::unknown_user(school.index, number);
            dangling.1 += 1;
        }
        let id = format!("{class}_{user}");
        let cells = [&id, "", "", &class, &school.id, &user, "student", "false", date, ""];
        folder.row(Kind::Enrollments, &cells)?;
    }
    folder.count_dangling(Kind::Enrollments, Kind::Classes, dangling.0);
    folder.count_dangling(Kind::Enrollments, Kind::Users, dangling.1);
    Ok(())
}
