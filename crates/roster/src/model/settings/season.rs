//! Seasons: days on which a district takes less than usual, or has other limits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Limit, Settings};
use crate::model::Date;

/// Days on which other rules hold, in the time zone of the district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a season, such as { name = \"break\", from = \"2026-12-19\", until = \"2027-01-03\", takes = \"nothing\" }"
)]
pub struct Season {
    /// What it is called, such as `winter break`.
    pub name: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Date,
    /// What of a plan is applied without a person.
    #[serde(default)]
    pub takes: Takes,
    /// Limits that hold instead of those below `guard`, by the same keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, Limit>,
}

/// What of a plan is applied without a person, from least to most strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// All that the limits let through.
    #[default]
    All,
    /// What comes, changes and moves; what leaves waits.
    Additions,
    /// Nothing.
    Nothing,
}

impl Season {
    /// Whether a day is in it.
    pub fn has(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Its days and its name, as a clause: `2026-12-19 to 2027-01-04 (winter break)`.
    pub fn clause(&self) -> String {
        format!("{} to {} ({})", self.from, self.until, self.name)
    }
}

impl Settings {
    /// The strictest season of a day that takes less than everything; of equals the first.
    pub fn season(&self, day: Date) -> Option<&Season> {
        let strict = |season: &&Season| season.has(day) && season.takes != Takes::All;
        // The last of equals is the greatest.
        self.seasons.iter().rev().filter(strict).max_by_key(|season| season.takes)
    }

    /// The settings with the limits of a day; where seasons meet, the first that names a limit
    /// decides it.
    #[must_use]
    pub fn on(&self, day: Date) -> Self {
        let mut settings = self.clone();
        for season in self.seasons.iter().rev().filter(|season| season.has(day)) {
            for (key, limit) in &season.limits {
                if let Some(of_guard) = settings.guard.named(key) {
                    *of_guard = *limit;
                }
            }
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn settings() -> Settings {
        let text = r#"
            seasons = [
              { name = "a", from = "2026-08-01", until = "2026-08-31", takes = "additions",
                limits = { classes_ended = { percent = 90.0, count = 1 } } },
              { name = "b", from = "2026-08-15", until = "2026-08-20", takes = "nothing",
                limits = { classes_ended = { percent = 10.0, count = 2 },
                           teachers_lost = { percent = 50.0, count = 3 } } },
              { name = "c", from = "2026-08-15", until = "2026-09-20" },
            ]"#;
        Settings::parse(text).unwrap()
    }

    #[test]
    fn the_strictest_season_of_a_day_holds() {
        let settings = settings();
        for (at, name) in [
            ("2026-07-31", None),
            ("2026-08-01", Some("a")),
            ("2026-08-15", Some("b")),
            ("2026-08-20", Some("b")),
            ("2026-08-21", Some("a")),
            ("2026-08-31", Some("a")),
            ("2026-09-01", None),
        ] {
            let season = settings.season(day(at));
            assert_eq!(season.map(|season| season.name.as_str()), name, "{at}");
        }
    }

    #[test]
    fn a_limit_is_that_of_the_first_season_that_names_it() {
        let (settings, usual) = (settings(), Settings::default().guard);
        let both = settings.on(day("2026-08-16")).guard;
        assert_eq!((both.classes_ended.percent, both.teachers_lost.percent), (90.0, 50.0));
        let one = settings.on(day("2026-08-02")).guard;
        assert_eq!((one.classes_ended.percent, one.teachers_lost), (90.0, usual.teachers_lost));
        assert_eq!(settings.on(day("2026-09-02")).guard, usual);
    }
}
