//! `firstbell-sandbox generate`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use firstbell_sandbox::{Character, District, Format, Options, Profile, write_zip};

/// Writes the delivery of one day and prints the truth about it as JSON.
#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// Clean and of any size, or small and lifelike.
    #[arg(long, value_enum, default_value = "bench")]
    profile: Shape,
    /// Students on day 1; 100,000 in the bench profile and 2,000 in the demo unless given.
    #[arg(long)]
    students: Option<usize>,
    /// The number from which everything follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day, counted from 1.
    #[arg(long, default_value_t = 1)]
    day: u32,
    /// The calendar year in which the school year begins.
    #[arg(long, default_value_t = 2026)]
    begins: u16,
    /// The folder of the delivery; the truth is written beside it as `DIR.truth.json`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The version of the CSV binding.
    #[arg(long, value_enum, default_value = "1.1")]
    format: Binding,
    /// Puts the rows of users, classes and enrollments in a random order.
    #[arg(long)]
    shuffle: bool,
    /// Plants that many enrollments that name unknown classes and users.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    dangling: usize,
    /// Begins a new term: each class and enrollment ends, and begins under a new id.
    #[arg(long)]
    rollover: bool,
    /// Packs the delivery as `DIR.zip` as well.
    #[arg(long)]
    zip: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    Bench,
    Demo,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Binding {
    #[value(name = "1.1")]
    V1p1,
    #[value(name = "1.2")]
    V1p2,
}

impl Generate {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let district = District::new(self.profile())?;
        let format = match self.format {
            Binding::V1p1 => Format::V1p1,
            Binding::V1p2 => Format::V1p2,
        };
        let Self { shuffle, dangling, rollover, .. } = *self;
        let options = Options { format, shuffle, dangling, rollover };
        let truth = district.write_day(self.day, &self.out, options)?;
        if self.zip {
            write_zip(&self.out, &self.out.with_added_extension("zip"))?;
        }
        let json = serde_json::to_string_pretty(&truth)?;
        writeln!(std::io::stdout(), "{json}").context("cannot print the truth")
    }

    fn profile(&self) -> Profile {
        let (typical, character) = match self.profile {
            Shape::Bench => (100_000, Character::Bench),
            Shape::Demo => (Profile::demo(self.seed).students, Character::Demo),
        };
        let students = self.students.unwrap_or(typical);
        Profile { seed: self.seed, students, character, begins: self.begins }
    }
}
