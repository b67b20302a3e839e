//! `config check`: whether a settings file can be applied.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use firstbell_roster::model::Settings;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::session::Session;
use crate::template::{self, Key};

/// Look after settings files
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether a settings file can be applied, and where not
    Check {
        /// The TOML file
        file: PathBuf,
    },
}

#[derive(Debug, Serialize)]
struct Checked<'a> {
    file: &'a Path,
    valid: bool,
}

impl Config {
    /// Reads the file and judges what it says.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let ConfigCommand::Check { file } = self.command;
        read(&file)?;
        let checked = Checked { file: &file, valid: true };
        session.printer.show(&checked, |_| format!("{} can be applied.", file.display()))?;
        Ok(Exit::Done)
    }
}

/// The settings in a file, whole and valid.
pub fn read(file: &Path) -> Result<Settings, Failure> {
    parse(&text(file)?, &file.display().to_string())
}

/// What a settings file says.
pub fn text(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).attempt(
        format!("cannot read the settings `{}`", file.display()),
        "Write one with `firstbell district settings DISTRICT > FILE`.",
    );
    text.map_err(Failure::into_usage)
}

fn parse(text: &str, name: &str) -> Result<Settings, Failure> {
    let settings = Settings::parse(text).map_err(|error| {
        let place = error.span().map(|span| place(text, span)).unwrap_or_default();
        let whole = "expected a whole number, 0 or more";
        let message = error.message().replace("expected u64", whole).replace("expected u32", whole);
        let hint = "Mend that line; `firstbell district settings DISTRICT` shows every key.";
        Failure::error(anyhow::anyhow!("`{name}`{place}: {message}"), hint)
    })?;
    judge(text, name)?;
    Ok(settings)
}

/// What TOML cannot tell: whether time zone, patterns and columns mean something.
fn judge(text: &str, name: &str) -> Result<(), Failure> {
    let Err(error) = firstbell_sync::parse(text) else { return Ok(()) };
    let message = error.to_string();
    let place = key_in(&message).map(|key| line_of(text, key)).unwrap_or_default();
    let failure = Failure::from(error);
    let error = failure.error.context(format!("`{name}`{place}"));
    let hint = "Mend that line; `firstbell district settings DISTRICT` shows what each key means.";
    Err(Failure { error, hint: hint.to_owned(), exit: Exit::Error, ..failure })
}

/// The key that a message names.
fn key_in(message: &str) -> Option<&'static Key> {
    template::KEYS.iter().find(|key| message.contains(&format!("{}`", key.path)))
}

/// Where a key stands: alone below its table, with its path, or as a table of its own.
fn line_of(text: &str, key: &Key) -> String {
    let begins = |line: &str| {
        let line = line.trim_start().trim_start_matches('[');
        line.starts_with(key.name()) || line.starts_with(key.path)
    };
    match text.lines().position(begins) {
        Some(line) => format!(" line {}, key `{}`", line + 1, key.name()),
        None => format!(" key `{}`", key.name()),
    }
}

/// The line and the key at a span of a TOML text.
fn place(text: &str, span: Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let number = before.matches('\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim();
    format!(" line {}, key `{key}`", number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let failure = parse(text, "oak.toml").unwrap_err();
        assert!(failure.hint.ends_with('.'));
        format!("{:#}", failure.error)
    }

    #[test]
    fn a_fault_names_line_and_key() {
        let unknown = fault("# ours\ntime_zome = \"UTC\"\n");
        assert!(
            unknown.starts_with("`oak.toml` line 2, key `time_zome`: unknown field"),
            "{unknown}"
        );
        let wrong = fault("[guard]\nwindow_days = \"two\"\n");
        assert!(wrong.starts_with("`oak.toml` line 2, key `window_days`: invalid type"), "{wrong}");
        let limit = fault("[guard.classes_ended]\npercent = 5.0\n");
        assert!(limit.contains("line 1") && limit.contains("count"), "{limit}");
    }

    #[test]
    fn a_time_zone_must_be_known() {
        let fault = fault("time_zone = \"America/Oakville\"\n");
        assert!(fault.starts_with("`oak.toml` line 1, key `time_zone`: "), "{fault}");
    }

    #[test]
    fn a_number_must_be_one_that_a_limit_can_have() {
        let above = fault("[guard.classes_ended]\npercent = 500.0\ncount = 5\n");
        let told = "`oak.toml` line 1, key `classes_ended`: ";
        assert!(above.starts_with(told) && above.ends_with("from 0 to 100"), "{above}");
        let below = fault("[guard]\nwindow_days = -1\n");
        let told = "`oak.toml` line 2, key `window_days`: ";
        assert!(below.starts_with(told) && below.ends_with("whole number, 0 or more"), "{below}");
    }

    #[test]
    fn a_pattern_must_be_one() {
        let fault = fault("[scope]\ntitles = { only = [\"[\"] }\n");
        assert!(fault.starts_with("`oak.toml` line 2, key `titles`: "), "{fault}");
    }

    #[test]
    fn an_empty_file_is_fine() {
        assert_eq!(parse("", "oak.toml").unwrap(), Settings::default());
    }
}
