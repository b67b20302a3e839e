//! The page of settings, from the template and the defaults.

use firstbell_roster::model::Settings;
use toml::Value;

use super::{MADE, row};
use crate::failure::{Attempt, Failure};
use crate::template;

/// The page.
pub fn page() -> Result<String, Failure> {
    let defaults = Settings::default();
    let value =
        Value::try_from(&defaults).attempt("the defaults cannot be written", "Report this.")?;
    let mut page = format!("# Settings\n\n{MADE}\n\n{INTRODUCTION}\n\n");
    page += &(row(&["key", "default", "what it means"]) + &row(&["---", "---", "---"]));
    for key in template::KEYS {
        let default = template::find(&value, key.path).map(ToString::to_string).unwrap_or_default();
        let meaning = key.comment.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        page += &row(&[&format!("`{}`", key.path), &format!("`{default}`"), &meaning]);
    }
    let file = template::write(&defaults)?;
    Ok([&page, "\n## The whole file\n\n```toml\n", &file, "```\n"].concat())
}

const INTRODUCTION: &str = "\
Each district has one settings file. `firstbell district settings DISTRICT > FILE` writes it,
`firstbell config check FILE` says whether it can be applied, and
`firstbell district settings DISTRICT --edit-file FILE` applies it. Each applied file is kept as a
version, and every plan knows the version that it was made with.";
