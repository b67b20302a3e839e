//! The settings of a district as one TOML file in which every key explains itself.

mod examples;

use firstbell_roster::model::Settings;
use toml::Value;

pub use examples::example;
pub use firstbell_sync::settings::{KEYS, Key, find, inline};

use crate::failure::{Attempt, Failure};

/// The settings as commented TOML; reading it gives the same settings.
pub fn write(settings: &Settings) -> Result<String, Failure> {
    write_noting(settings, &|_| None)
}

/// The same with a note to each key that has something to tell.
pub fn write_noting(
    settings: &Settings,
    note: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Failure> {
    let hint = "Report this.";
    let value = Value::try_from(settings).attempt("the settings cannot be written", hint)?;
    let mut text = vec![HEAD.to_owned()];
    let mut table = "";
    for key in KEYS {
        if key.table() != table {
            table = key.table();
            text.push(format!("\n[{table}]\n"));
        }
        text.push(paragraph(key, note(key.path), find(&value, key.path)));
    }
    Ok(text.concat())
}

/// A key with its comment above it.
fn paragraph(key: &Key, note: Option<String>, value: Option<&Value>) -> String {
    let lines = key.comment.lines().map(str::to_owned).chain(note);
    let comment = lines.map(|line| format!("# {}\n", line.trim()));
    let value = value.map(inline).unwrap_or_default();
    format!("\n{}{} = {value}\n", comment.collect::<String>(), key.name())
}

const HEAD: &str = "\
# The settings of a district. What is left out has the value that stands here by default.
# Edit a copy, try it with `firstbell config check FILE`, and apply it with
# `firstbell district settings DISTRICT --edit-file FILE`.
";

/// Whether a key has another value than it has by default.
pub fn is_set(settings: &Settings, path: &str) -> bool {
    let value =
        |settings| Value::try_from(settings).ok().and_then(|value| find(&value, path).map(inline));
    value(settings) != value(&Settings::default())
}

#[cfg(test)]
mod tests;
