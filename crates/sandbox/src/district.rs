//! A district of which deliveries can be written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bench;
use crate::calendar::Calendar;
use crate::delivery::Setting;
use crate::demo;
use crate::error::{Error, at};
use crate::kind::Kind;
use crate::profile::{Character, Options, Profile};
use crate::school::schools;
use crate::truth::{Counts, Story, Truth};

/// An invented district.
#[derive(Debug)]
pub struct District {
    setting: Setting,
}

/// What writing a day has told.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) kinds: BTreeMap<Kind, Counts>,
    pub(crate) bytes: u64,
    pub(crate) imperfections: BTreeMap<String, usize>,
    pub(crate) story: Option<Story>,
}

impl District {
    /// Plans the schools of a district; the demo profile needs 2,000 students or more.
    pub fn new(profile: Profile) -> Result<Self, Error> {
        let (students, least) = (profile.students, demo::LEAST_STUDENTS);
        if profile.character == Character::Demo && students < least {
            return Err(Error::TooFewStudents { students, least });
        }
        let calendar = Calendar::new(profile.begins);
        Ok(Self { setting: Setting { profile, calendar, schools: schools(&profile) } })
    }

    /// Writes the delivery of a day, counted from 1, and [its truth](truth_path) beside the folder.
    ///
    /// The truth compares with the day before as it is written without any options.
    pub fn write_day(&self, day: u32, dir: &Path, options: Options) -> Result<Truth, Error> {
        if day == 0 {
            return Err(Error::NoSuchDay);
        }
        let profile = self.setting.profile;
        let written = match profile.character {
            Character::Bench => bench::write_day(&self.setting, day, dir, options)?,
            Character::Demo => demo::write_day(&self.setting, day, dir, options)?,
        };
        let truth = Truth {
            seed: profile.seed,
            students: profile.students,
            character: profile.character,
            day,
            format: options.format,
            shuffled: options.shuffle,
            rollover: options.rollover,
            bytes: written.bytes,
            kinds: written.kinds,
            imperfections: written.imperfections,
            story: written.story,
        };
        let path = truth_path(dir);
        fs::write(&path, serde_json::to_vec_pretty(&truth)?).map_err(at(&path))?;
        Ok(truth)
    }
}

/// Tells where the truth about the delivery in a folder stands: `day1.truth.json` beside `day1`.
pub fn truth_path(dir: &Path) -> PathBuf {
    dir.with_added_extension("truth.json")
}
