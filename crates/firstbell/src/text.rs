//! Reports as text for a terminal: outcome first, then reasons, totals last; 100 columns wide.

pub mod about;
pub mod changes;
pub mod check;
pub mod findings;
pub mod head;
pub mod log;
mod next;
pub mod plans;
pub mod run;
pub mod table;
pub mod totals;
pub mod why;

use textwrap::{Options, WordSplitter};

/// Columns that a line may have.
pub const WIDTH: usize = 100;

/// Breaks a text into lines; the first and the others begin as given.
pub fn wrap(text: &str, first: &str, others: &str) -> Vec<String> {
    let options = Options::new(WIDTH).initial_indent(first).subsequent_indent(others);
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
