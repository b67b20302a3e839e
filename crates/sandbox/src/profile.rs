//! What to generate: the profile of a district, and the options of one day.

use serde::{Deserialize, Serialize};

/// The character of a generated district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Character {
    /// Clean, of any size, with a churn of 0.5 % a night: for measuring.
    Bench,
    /// Twelve schools with families and the imperfections of real deliveries: for showing.
    Demo,
}

/// The seed, size and character of a generated district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Everything follows from it.
    pub seed: u64,
    /// The number of students on day 1.
    pub students: usize,
    /// Clean and large, or small and lifelike.
    pub character: Character,
    /// The calendar year in which the school year begins.
    pub begins: u16,
}

impl Profile {
    /// Describes a clean district of any size.
    pub fn bench(seed: u64, students: usize) -> Self {
        Self { seed, students, character: Character::Bench, begins: 2026 }
    }

    /// Describes the demonstration district: 12 schools and about 4,000 people.
    pub fn demo(seed: u64) -> Self {
        Self { seed, students: 2_000, character: Character::Demo, begins: 2026 }
    }
}

/// The version of the OneRoster CSV binding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// OneRoster 1.1: roles and schools stand in `users.csv`.
    #[default]
    #[serde(rename = "1.1")]
    V1p1,
    /// OneRoster 1.2 with the columns of 1.2.1: `roles.csv` and `userProfiles.csv`.
    #[serde(rename = "1.2")]
    V1p2,
}

/// How one day's delivery is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The version of the CSV binding.
    pub format: Format,
    /// Whether the rows of users, classes and enrollments stand in a random order.
    pub shuffle: bool,
    /// How many enrollments that name an unknown class or user are planted.
    pub dangling: usize,
    /// Whether a new term begins: each class and enrollment ends, and begins under a new id.
    pub rollover: bool,
}
