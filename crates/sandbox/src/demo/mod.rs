//! The demo profile: twelve schools, their families, and what is wrong with their deliveries.

mod cast;
mod casting;
mod families;
mod imperfections;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use crate::delivery::{Before, Folder, Rows, Setting, write_frame, write_roster};
use crate::demo::cast::Cast;
use crate::demo::tables::Tables;
use crate::district::Written;
use crate::error::{Error, at};
use crate::identifiers;
use crate::kind::Kind;
use crate::model::{Role, Roster};
use crate::night::{self, Rates};
use crate::profile::{Format, Options};
use crate::random::Random;
use crate::school;

/// The least number of students with which every part of the story finds its person.
pub(crate) const LEAST_STUDENTS: usize = 2_000;

/// A normal night: far below any limit.
const RATES: Rates = Rates {
    leave: 2_000,
    arrive: 4_000,
    person: 12_000,
    retitle: 8_000,
    end_class: 0,
    add_class: 0,
    end_seat: 1_000,
    add_seat: 1_000,
    seat: 6_000,
    move_seat: 0,
};

/// Writes the delivery of a day.
pub(crate) fn write_day(
    setting: &Setting,
    day: u32,
    dir: &Path,
    options: Options,
) -> Result<Written, Error> {
    let mut district = Demo::open(setting);
    let mut yesterday = None;
    for today in 2..=day {
        if today == day {
            yesterday = Some(district.tables(options.format).map_err(at(dir))?);
        }
        district.night(today);
    }
    if options.rollover {
        setting.schools.iter().for_each(|school| night::roll_over(&mut district.roster, school));
    }
    let mut tables = district.tables(options.format).map_err(at(dir))?;
    plant_dangling(&mut tables, options.dangling).map_err(at(dir))?;
    let imperfections = imperfections::count(&tables);
    if options.shuffle {
        tables.shuffle(&mut Random::new(setting.profile.seed, &[3, u64::from(day)]));
    }
    let (kinds, bytes) = write(&tables, yesterday, dir, options.format)?;
    Ok(Written { kinds, bytes, imperfections, story: Some(district.cast.story) })
}

fn write(
    tables: &Tables,
    yesterday: Option<Tables>,
    dir: &Path,
    format: Format,
) -> Result<(BTreeMap<Kind, crate::truth::Counts>, u64), Error> {
    let mut before = Before::default();
    if let Some(yesterday) = yesterday {
        yesterday.replay(&mut before).map_err(at(dir))?;
    }
    let mut folder = Folder::create(dir, format, "\r\n")?;
    for (kind, table) in tables.all() {
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        folder.open(kind, &columns, tables.is_marked(kind))?;
    }
    folder.compare_with(before);
    tables.replay(&mut folder).map_err(at(dir))?;
    for named in [Kind::Classes, Kind::Users] {
        folder.count_dangling(Kind::Enrollments, named, tables.dangling(named).count());
    }
    folder.finish(None)
}

/// Adds enrollments that name, by turns, a class and a user that do not exist.
fn plant_dangling(tables: &mut Tables, count: usize) -> std::io::Result<()> {
    let users: Vec<String> = tables.with_role("student").into_iter().collect();
    let classes = tables.column(Kind::Classes, "sourcedId");
    for number in 0..count {
        let at = |items: &[String]| items.get(number * 7 % items.len().max(1)).cloned();
        let (mut user, mut class) =
            (at(&users).unwrap_or_default(), at(&classes).unwrap_or_default());
        if number.is_multiple_of(2) {
            class = identifiers::unknown_class(0, number);
        } else {
            user = identifiers::unknown_user(0, number);
        }
        let id = format!("{class}_{user}");
        let cells = [&id, "", "", &class, "1000", &user, "student", "false", "", ""];
        tables.row(Kind::Enrollments, &cells)?;
    }
    Ok(())
}

/// The demonstration district on one day.
struct Demo<'a> {
    setting: &'a Setting,
    roster: Roster,
    cast: Cast,
}

impl<'a> Demo<'a> {
    /// Opens the schools, forms families and picks the persons of the story.
    fn open(setting: &'a Setting) -> Self {
        let seed = setting.profile.seed;
        let mut roster = Roster::default();
        let mut random = Random::new(seed, &[4]);
        for school in &setting.schools {
            school::open(&mut roster, &setting.profile, school);
        }
        for _ in 0..2 {
            let officer = school::hire(&mut roster, 0, Role::Administrator, &mut random);
            if let Some(officer) = roster.people.get_mut(officer) {
                officer.schools.clear();
            }
        }
        families::form(&mut roster, &mut random);
        let cast = casting::cast(&mut roster, setting, &mut random);
        Self { setting, roster, cast }
    }

    /// Lets a night pass; on the second day the story happens.
    fn night(&mut self, day: u32) {
        let mut random = Random::new(self.setting.profile.seed, &[6, u64::from(day)]);
        if day == 2 {
            self.cast.act(&mut self.roster, self.setting, &mut random);
        }
        for school in &self.setting.schools {
            night::pass(&mut self.roster, school, day, &RATES, &self.cast.kept, &mut random);
        }
        families::settle(&mut self.roster, &mut random);
    }

    /// Collects the rows of the day, imperfections included.
    fn tables(&self, format: Format) -> std::io::Result<Tables> {
        let mut tables = Tables::new(format);
        write_frame(self.setting, &mut tables)?;
        write_roster(self.setting, &self.roster, format, &mut tables)?;
        imperfections::plant(&mut tables, &self.cast, self.setting);
        Ok(tables)
    }
}
