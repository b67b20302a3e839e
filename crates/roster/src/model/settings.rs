//! A district's settings: one TOML file, exported with comments, edited and applied.

mod columns;
mod scope;
mod season;
mod tables;

use std::collections::BTreeMap;

pub use scope::{Choice, Mapping, Phase, Scope};
pub use season::{Season, Takes};

use serde::de::Error;
use serde::{Deserialize, Serialize};

use super::{Date, Kind};

/// The settings of one district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The IANA time zone in which dates open and close, such as `America/Chicago`.
    pub time_zone: String,
    /// Whether an enrollment's end date is its last day instead of the first day after it.
    pub end_dates_inclusive: bool,
    /// What a hold stops: the whole plan, or the part that it names.
    pub on_hold: OnHold,
    /// Whether a person approves the first plan before it is applied.
    pub first_plan: FirstPlan,
    /// The columns that the district does without, by file: they are dropped where they are read.
    pub dropped_fields: BTreeMap<String, Vec<String>>,
    /// Whether `demographics.csv` is read and kept.
    pub demographics: bool,
    /// By file, what columns of the district's export mean: OneRoster's column by the other name.
    pub columns: BTreeMap<String, BTreeMap<String, String>>,
    /// What the first number of a date with slashes is.
    pub slashed_dates: SlashedDates,
    /// The identifiers that tie records to people, most trusted first.
    pub trusted_identifiers: Vec<TrustedIdentifier>,
    /// The `sourcedId`s of users whose records are the same person, whatever they say: an id that looked
    /// reused for somebody else and is not.
    pub same_person: Vec<String>,
    /// The `sourcedId`s of records that are one person, where several of one delivery claim one.
    pub one_person: Vec<Vec<String>>,
    /// The `sourcedId`s of users whose accounts may get staff rights though they were those of students
    /// or guardians.
    pub may_be_staff: Vec<String>,
    /// Days on which the district takes less than usual, or has other limits.
    pub seasons: Vec<Season>,
    /// Which records are taken.
    pub scope: Scope,
    /// What the district thinks is usual; what is beyond is a finding.
    pub expect: Expect,
    /// Findings that the district lives with for a time.
    pub accept: Vec<Accepted>,
    /// The limits above which a plan waits for a person.
    pub guard: Limits,
}

/// A finding that the district lives with until a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a finding to be accepted, such as { code = \"class_without_teacher\", reason = \"summer\", until = \"2026-09-01\" }"
)]
pub struct Accepted {
    /// The check's stable code.
    pub code: String,
    /// The file, such as `users.csv`; any file when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column's header; any column when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In how many places at most, of all that it accepts; any number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// Why.
    pub reason: String,
    /// The last day on which it is accepted.
    pub until: Date,
}

/// What a district thinks is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "what is usual, such as { contacts = 5 }")]
pub struct Expect {
    /// How many classes a school shares at most for each hundred of its students.
    pub classes_per_100_students: u64,
    /// How many classes a school shares at least for each hundred of its students.
    pub least_classes_per_100_students: u64,
    /// How many classes a school shares at most for each of its teachers.
    pub classes_per_teacher: u64,
    /// How many guardians a student has at most.
    pub contacts: usize,
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            classes_per_100_students: 60,
            least_classes_per_100_students: 1,
            classes_per_teacher: 8,
            contacts: 5,
        }
    }
}

/// What the first number of a date with slashes is, such as 3/8/2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlashedDates {
    /// The month, as in the US.
    #[default]
    MonthFirst,
    /// The day.
    DayFirst,
}

/// What a hold stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHold {
    /// The whole plan waits.
    Stop,
    /// The part that a limit names waits; the rest is applied.
    KeepBack,
}

/// What happens to a district's first plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstPlan {
    /// It is applied if the guards let it through.
    Apply,
    /// It waits for a person.
    Hold,
}

/// An identifier that the district trusts, and whom it is unique among.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an identifier, such as { field = \"userIds\", type = \"SIS\" }"
)]
pub struct TrustedIdentifier {
    /// The column: `userIds`, `identifier`, `userMasterIdentifier`, `email` or `username`; or
    /// `sourcedId`, with prefixes.
    pub field: String,
    /// For `userIds`, the one type that is meant; every type when absent.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
    /// The kinds of person among whom it is unique.
    #[serde(default = "everyone")]
    pub among: Vec<PersonKind>,
    /// How far it is unique.
    #[serde(default)]
    pub reach: Reach,
    /// For `sourcedId`, what the school system puts before a person's number, such as one letter
    /// for each role; the number alone then tells who it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
}

impl TrustedIdentifier {
    /// A sourcedId without the prefix that stands before its number, if one does.
    pub fn number<'a>(&self, sourced_id: &'a str) -> &'a str {
        let mut rests =
            self.prefixes.iter().filter_map(|prefix| sourced_id.strip_prefix(&**prefix));
        rests
            .find(|rest| rest.starts_with(|mark: char| mark.is_ascii_digit()))
            .unwrap_or(sourced_id)
    }

    /// The sourcedIds that have the same number, one for each prefix and that without any.
    pub fn spellings(&self, sourced_id: &str) -> Vec<String> {
        let number = self.number(sourced_id);
        let prefixes = self.prefixes.iter().map(String::as_str);
        prefixes.chain([""]).map(|prefix| format!("{prefix}{number}")).collect()
    }
}

/// A kind of person, for the reach of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// A student.
    Student,
    /// A teacher, an aide, an administrator or other staff.
    Staff,
    /// A guardian, a parent or a relative.
    Guardian,
}

impl PersonKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Student, Self::Staff, Self::Guardian];
}

/// How far an identifier is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// In the whole state.
    State,
    /// In the district.
    #[default]
    District,
    /// In one school.
    School,
}

/// A limit: exceeded when both the share and the count are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a limit by share and count, such as { percent = 5.0, count = 10 }"
)]
pub struct Limit {
    /// Percent of the active rows before the plan.
    pub percent: f64,
    /// Rows; a number up to this never trips the limit.
    pub count: u64,
}

impl Limit {
    /// Whether `changed` of `active` rows is above the limit; never where nothing was active.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^52")]
    pub fn exceeded(&self, changed: u64, active: u64) -> bool {
        active > 0 && changed > self.count && changed as f64 * 100.0 > self.percent * active as f64
    }
}

/// The limits of the guards, for one delivery and cumulatively over the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "the limits, such as { classes_ended = { percent = 20.0, count = 5 } }"
)]
pub struct Limits {
    /// Days over which changes add up since the last roster that a person approved.
    pub window_days: u32,
    /// People deactivated in one school.
    pub people_deactivated_in_school: Limit,
    /// People deactivated in the district.
    pub people_deactivated_in_district: Limit,
    /// Classes ended in one school.
    pub classes_ended: Limit,
    /// Enrollments ended in one school, less those begun again by a move.
    pub enrollments_ended: Limit,
    /// People with a changed trusted identifier or family name.
    pub people_renamed: Limit,
    /// Records of one kind rejected or held today that were applied last time.
    pub records_lost: Limit,
    /// Records of one school of which one column changes.
    pub values_changed: Limit,
    /// Orgs that get another name, identifier or type.
    pub schools_renamed: Limit,
    /// People of one school who come under other sourcedIds.
    pub ids_reissued: Limit,
    /// Classes of one school, or courses of one org, that come under other sourcedIds.
    pub class_ids_reissued: Limit,
    /// Teachers who leave one school.
    pub teachers_lost: Limit,
    /// Students who leave one school, whoever comes instead.
    pub school_turnover: Limit,
    /// Students who leave classes that go on, whoever comes instead: percent of one class, and count
    /// in all such classes of a school.
    pub class_turnover: Limit,
    /// Records that a complete file has fewer than the one before.
    pub rows_fallen: Limit,
}

fn everyone() -> Vec<PersonKind> {
    vec![PersonKind::Student, PersonKind::Staff, PersonKind::Guardian]
}

impl Default for Settings {
    fn default() -> Self {
        let trusted = |field: &str| TrustedIdentifier {
            field: field.to_owned(),
            id_type: None,
            among: everyone(),
            reach: Reach::District,
            prefixes: Vec::new(),
        };
        Self {
            time_zone: "UTC".to_owned(),
            end_dates_inclusive: false,
            on_hold: OnHold::Stop,
            first_plan: FirstPlan::Apply,
            dropped_fields: BTreeMap::new(),
            demographics: false,
            columns: BTreeMap::new(),
            slashed_dates: SlashedDates::MonthFirst,
            trusted_identifiers: vec![trusted("userIds"), trusted("identifier")],
            same_person: Vec::new(),
            one_person: Vec::new(),
            may_be_staff: Vec::new(),
            seasons: Vec::new(),
            scope: Scope::default(),
            expect: Expect::default(),
            accept: Vec::new(),
            guard: Limits::default(),
        }
    }
}

impl Default for Limits {
    /// The limits of the semantics document, in one place.
    fn default() -> Self {
        let limit = |percent, count| Limit { percent, count };
        Self {
            window_days: 14,
            people_deactivated_in_school: limit(5.0, 10),
            people_deactivated_in_district: limit(3.0, 50),
            classes_ended: limit(20.0, 5),
            enrollments_ended: limit(20.0, 50),
            people_renamed: limit(10.0, 20),
            records_lost: limit(10.0, 20),
            values_changed: limit(20.0, 20),
            schools_renamed: limit(20.0, 2),
            ids_reissued: limit(20.0, 20),
            class_ids_reissued: limit(20.0, 5),
            teachers_lost: limit(20.0, 5),
            school_turnover: limit(60.0, 20),
            class_turnover: limit(50.0, 5),
            rows_fallen: limit(30.0, 100),
        }
    }
}

macro_rules! limits {
    ($($key:ident)*) => {
        impl Limits {
            /// The limits by their keys below `guard`.
            pub const fn all(&self) -> [(&'static str, Limit); [$(stringify!($key)),*].len()] {
                [$((stringify!($key), self.$key)),*]
            }

            /// The limit with this key.
            pub fn named(&mut self, key: &str) -> Option<&mut Limit> {
                match key {
                    $(stringify!($key) => Some(&mut self.$key),)*
                    _ => None,
                }
            }
        }
    };
}

limits! {
    people_deactivated_in_school
    people_deactivated_in_district
    classes_ended
    enrollments_ended
    people_renamed
    records_lost
    values_changed
    schools_renamed
    ids_reissued
    class_ids_reissued
    teachers_lost
    school_turnover
    class_turnover
    rows_fallen
}

impl Settings {
    /// Reads settings from TOML; what is left out has its default. The error names the line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let given: toml::Table = toml::from_str(text)?;
        if let Some(path) = tables::listed(&given) {
            return Err(Error::custom(format!("`{path}` is a list, expected a table")));
        }
        let settings: Self = toml::from_str(text)?;
        let columns = columns::spelled(settings.columns);
        Ok(Self { columns, ..settings })
    }

    /// Whether a feature uses records of a kind in this district.
    pub fn wants(&self, kind: Kind) -> bool {
        kind.is_fact() && (kind != Kind::Demographics || self.demographics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_has_the_defaults() {
        assert_eq!(Settings::parse("").unwrap(), Settings::default());
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place() {
        let error = Settings::parse("time_zome = \"UTC\"").unwrap_err();
        assert!(error.to_string().contains("time_zome"), "{error}");
    }

    #[test]
    fn a_limit_needs_both_share_and_count() {
        let limit = Limit { percent: 5.0, count: 10 };
        assert!(!limit.exceeded(10, 20));
        assert!(!limit.exceeded(11, 1000));
        assert!(limit.exceeded(11, 100));
        assert!(!limit.exceeded(11, 0));
    }
}
