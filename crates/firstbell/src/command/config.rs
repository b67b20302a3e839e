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

/// What a settings file says that is whole and valid.
pub fn proved(file: &Path) -> Result<String, Failure> {
    read(file).map_err(Failure::into_usage)?;
    text(file)
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
        let message = error.message();
        let key = error.span().map_or_else(|| key_in(message), |span| key_at(text, &span));
        let place = match error.span() {
            Some(span) => place(text, span, key),
            None => key.map(|key| line_of(text, key)).unwrap_or_default(),
        };
        let message = told(message, key);
        let hint = "Mend that line; `firstbell district settings DISTRICT` shows every key.";
        Failure::error(anyhow::anyhow!("`{name}`{place}: {message}"), hint)
    })?;
    judge(text, name)?;
    Ok(settings)
}

/// What a message of the reader of TOML says, in words, with an example where a value has another form
/// than its key wants.
fn told(message: &str, key: Option<&Key>) -> String {
    let told = FORMS.iter().fold(message.to_owned(), |told, (form, word)| told.replace(form, word));
    let example = key.and_then(|key| Some((key.name(), template::example(key.path)?)));
    let is_form = told.contains("expected ") && !told.contains("unknown ");
    match example.filter(|_| is_form && !told.contains("such as")) {
        Some((name, example)) => format!("{told}, such as {name} = {example}"),
        None => told,
    }
}

/// What the reader of TOML calls values, and what people do.
const FORMS: [(&str, &str); 13] = [
    ("unknown field `$__toml_private_datetime`, expected", "invalid type: a date, expected"),
    ("expected u64", "expected a whole number, 0 or more"),
    ("expected u32", "expected a whole number, 0 or more"),
    ("expected usize", "expected a whole number, 0 or more"),
    ("expected f64", "expected a number"),
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected a table"),
    ("expected a boolean", "expected true or false"),
    ("expected a string", "expected text in quotation marks"),
    ("wanted string or table", "invalid type, expected one of its words"),
    ("invalid type: sequence", "invalid type: a list"),
    ("invalid type: map", "invalid type: a table"),
    ("floating point `", "number `"),
];

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
    let named = |key: &&Key| {
        let path = key.path;
        message.contains(&format!("{path}`")) || message.contains(&format!("`{path}."))
    };
    template::KEYS.iter().find(named)
}

/// The key whose value has a span of a TOML text: the last that begins before it.
fn key_at(text: &str, span: &Range<usize>) -> Option<&'static Key> {
    let (mut table, mut found) = (String::new(), None);
    let before = text.get(..span.start).unwrap_or_default();
    for line in text.lines().take(before.matches('\n').count() + 1) {
        let line = line.trim();
        let path = if let Some(name) = line.strip_prefix('[').filter(|_| line.ends_with(']')) {
            name.trim_matches(['[', ']']).clone_into(&mut table);
            table.clone()
        } else {
            let name = line.split('=').next().unwrap_or_default().trim();
            if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
        };
        let is_of = |key: &&Key| {
            path.strip_prefix(key.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        found = template::KEYS.iter().find(is_of).or(found);
    }
    found
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

/// The line at a span of a TOML text, and its key, as it stands there or as it is known.
fn place(text: &str, span: Range<usize>, known: Option<&Key>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let number = before.matches('\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim();
    // A line of a list has no key of its own.
    let is_bare = |mark: char| mark.is_alphanumeric() || "_-.\"[]".contains(mark);
    let known = known.filter(|_| !key.chars().all(is_bare));
    let key = known.map_or(key, |known| known.name());
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
        assert!(below.starts_with(told) && below.contains("whole number, 0 or more"), "{below}");
    }

    #[test]
    fn every_key_has_an_example_that_can_be_applied() {
        for key in template::KEYS {
            let example = template::example(key.path).expect(key.path);
            let text = format!("{} = {example}\n", key.path);
            let parsed = parse(&text, "oak.toml").map_err(|failure| failure.error.to_string());
            assert!(parsed.is_ok(), "{text}{parsed:?}");
        }
    }

    #[test]
    fn a_value_of_another_form_is_told_with_an_example() {
        for key in template::KEYS {
            for wrong in ["5.5", "[5]", "[[[\"x\"]]]", "2026-09-01", "{ x = [[5]] }"] {
                let text = format!("{} = {wrong}\n", key.path);
                let fault = fault(&text);
                let told = fault.contains("such as ") || fault.contains(" `x`, expected ");
                assert!(told && fault.starts_with("`oak.toml` line 1, key `"), "{text}{fault}");
            }
        }
    }

    #[test]
    fn a_list_where_a_table_is_meant_is_told_as_one() {
        for (text, told) in [
            (
                "[scope]\ngrades = [\"05\"]\n",
                "`oak.toml` line 2, key `grades`: `scope.grades` is a list, expected a table, such as grades = { only = [\"05\"] }",
            ),
            ("[scope]\nterms = []\n", "is a list, expected a table, such as terms = { only = "),
            (
                "accept = [\n  { code = \"utf16\", reason = \"x\", until = \"2026-13-01\" },\n]\n",
                "`oak.toml` line 2, key `accept`: `2026-13-01` is no date, such as \"2026-09-01\"",
            ),
            ("same_person = \"a\"\n", "expected a list, such as same_person = [\"10110047\"]"),
        ] {
            assert!(fault(text).contains(told), "{}", fault(text));
        }
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
