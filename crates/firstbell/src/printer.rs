//! The one door for output: data to standard output, talk to standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use terminal_size::{Width, terminal_size_of};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text;

/// Prints reports, as text or as JSON, and talks.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// Whether reports are printed as JSON.
    pub json: bool,
    /// Whether talk is left out.
    pub quiet: bool,
}

impl Printer {
    /// Fits text to the terminal that it is printed on, where there is one.
    #[expect(clippy::unused_self, reason = "only what has the printer prints")]
    pub fn fit(self) {
        let stdout = io::stdout();
        if let Some((Width(columns), _)) =
            terminal_size_of(&stdout).filter(|_| stdout.is_terminal())
        {
            text::fit(columns);
        }
    }

    /// Prints a report: one JSON object, or the text for people.
    pub fn show<T: Serialize>(
        self,
        report: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        let text = if self.json { as_json(report)? } else { plain(&text(report)) };
        self.data(text.trim_end())
    }

    /// Begins a list of items, printed as they come.
    pub fn list<T>(self, text: fn(&T) -> String) -> List<T> {
        List { printer: self, text, some: false, printed: Ok(()) }
    }

    /// Prints one of many items on a line of its own.
    fn item<T: Serialize>(self, item: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        let line = if self.json {
            serde_json::to_string(item).map_err(|error| Failure::error(error, NOT_JSON))?
        } else {
            plain(&text(item))
        };
        self.data(&line)
    }

    /// Prints lines of data.
    #[expect(clippy::unused_self, reason = "only what has the printer prints")]
    pub fn data(self, text: &str) -> Result<(), Failure> {
        match writeln!(io::stdout().lock(), "{text}") {
            Ok(()) => Ok(()),
            // Whoever reads has seen enough, as with `| head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                Err(Failure::error(error, "Check that there is room where the output goes."))
            }
        }
    }

    /// Says something beside the data.
    pub fn talk(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{}", plain(text));
        }
    }

    /// Says what went wrong and what to do next.
    pub fn fail(self, failure: &Failure) {
        if self.json
            && let Ok(text) = as_json(&failure.report())
        {
            let _ = self.data(&text);
        }
        let mut talk = io::stderr().lock();
        let _ = writeln!(talk, "Error: {}", plain(&failure.message()));
        for one in &failure.candidates {
            let _ = writeln!(talk, "  {}", plain(&text::why::candidate(one)));
        }
        let _ = writeln!(talk, "Hint: {}", plain(&failure.hint));
    }

    /// Whether somebody can answer a question.
    pub fn asks(self) -> bool {
        !self.json && io::stdin().is_terminal()
    }

    /// Asks a question that is answered with yes or no; `None` where nobody can answer.
    pub fn ask(self, question: &str) -> Option<bool> {
        if !self.asks() {
            return None;
        }
        let _ = write!(io::stderr().lock(), "{} [y/N] ", plain(question));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Whether progress can be drawn.
    pub fn draws(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}

/// Items that are printed one by one; the first failure to print is kept for the end.
#[derive(Debug)]
pub struct List<T> {
    printer: Printer,
    text: fn(&T) -> String,
    some: bool,
    printed: Result<(), Failure>,
}

impl<T: Serialize> List<T> {
    /// What prints the items that are wanted.
    pub fn taking(&mut self, mut wanted: impl FnMut(&T) -> bool) -> impl FnMut(T) {
        move |item| {
            if self.printed.is_ok() && wanted(&item) {
                self.some = true;
                self.printed = self.printer.item(&item, self.text);
            }
        }
    }

    /// Ends the list; says so where it was empty.
    pub fn end(self, empty: &str) -> Result<Exit, Failure> {
        if !self.some {
            self.printer.talk(empty);
        }
        self.printed.map(|()| Exit::Done)
    }
}

/// Text without marks that a terminal would obey: names come from outside.
fn plain(text: &str) -> String {
    let obeyed = |mark: char| mark.is_control() && mark != '\n' && mark != '\t';
    text.replace(obeyed, "\u{fffd}")
}

const NOT_JSON: &str = "Report this; the same command without --json works.";

fn as_json<T: Serialize>(report: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(report).map_err(|error| Failure::error(error, NOT_JSON))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_terminal_obeys_nothing_that_comes_from_outside() {
        assert_eq!(
            plain("a\u{1b}[31mb\u{7}\u{9b}c\r\n\td"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}c\u{fffd}\n\td"
        );
        assert_eq!(plain("Zoë Łuć"), "Zoë Łuć");
    }
}
