//! The reference pages, made from the tables in the code.

mod causes;
mod commands;
mod fields;
mod findings;
mod guards;
mod scope;
mod settings;

use crate::failure::Failure;

/// The pages: file names and texts.
pub fn pages() -> Result<Vec<(&'static str, String)>, Failure> {
    Ok(vec![
        ("causes.md", causes::page()),
        ("commands.md", commands::page()),
        ("fields.md", fields::page()),
        ("findings.md", findings::page()),
        ("guards.md", guards::page()),
        ("scope.md", scope::page()),
        ("settings.md", settings::page()?),
    ])
}

/// A line that tells that a page is made, not written.
const MADE: &str = "<!-- Made by `firstbell reference docs/reference`. -->";

/// One row of a Markdown table.
fn row(cells: &[&str]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
