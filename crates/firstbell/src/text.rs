//! Reports as text for a terminal: outcome first, then reasons, totals last; as wide
//! as the terminal, within bounds, and 100 columns elsewhere.

pub mod about;
pub mod changes;
pub mod check;
pub mod findings;
pub mod head;
pub mod log;
mod next;
pub mod plans;
pub mod run;
pub mod scope;
pub mod table;
pub mod totals;
pub mod why;

use std::sync::OnceLock;

use textwrap::{Options, WordSplitter};

/// Columns that a line may have where no terminal says so.
const WIDTH: usize = 100;

/// Columns that a line may have on the terminal of this call.
static FITTED: OnceLock<usize> = OnceLock::new();

/// Fits what is wrapped from now on to a terminal with this many columns; only the first counts.
pub fn fit(columns: u16) {
    let _ = FITTED.set(bounded(columns));
}

/// Lines stay readable on narrow and on very wide terminals.
fn bounded(columns: u16) -> usize {
    usize::from(columns).clamp(60, 120)
}

/// Columns that a line may have.
pub fn width() -> usize {
    FITTED.get().copied().unwrap_or(WIDTH)
}

/// Breaks a text into lines; the first and the others begin as given.
pub fn wrap(text: &str, first: &str, others: &str) -> Vec<String> {
    let options = Options::new(width()).initial_indent(first).subsequent_indent(others);
    let options = options.break_words(false).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(String::from).collect()
}

/// A heading with what stands below it; nothing where nothing does.
pub fn section(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{heading}\n{}\n", lines.join("\n"))
}

#[cfg(test)]
pub mod samples;
#[cfg(test)]
mod tests;
