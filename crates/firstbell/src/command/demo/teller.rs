//! Tells a demonstration: sentences, commands, and the part of their output that matters.

use serde::Serialize;
use serde_json::Value;

use crate::failure::{Attempt, Failure};
use crate::printer::Printer;
use crate::text;
use firstbell_sync::words::number::count;

/// A part of an output.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// The first lines.
    Head(usize),
    /// The first paragraph.
    Answer,
    /// The first lines, down to as many of the things that matter most.
    Things(usize),
    /// The outcome.
    Verdict,
    /// The table that accounts for every record.
    Totals,
    /// The changes by reason.
    Changes,
}

/// Tells step by step; as JSON, all at the end.
#[derive(Debug)]
pub struct Teller {
    printer: Printer,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    command: String,
    report: Value,
}

#[derive(Debug, Serialize)]
struct Told {
    steps: Vec<Step>,
}

impl Teller {
    /// Begins.
    pub const fn new(printer: Printer) -> Self {
        Self { printer, steps: Vec::new() }
    }

    /// Says something in plain sentences.
    pub fn say(&self, sentence: &str) {
        self.print(&format!("\n{}", text::wrap(sentence, "", "").join("\n")));
    }

    /// Shows a command as it is typed.
    pub fn command(&self, command: &str) {
        self.print(&format!("\n$ {command}"));
    }

    /// Shows a command and parts of what it prints.
    pub fn show<T: Serialize>(
        &mut self,
        command: &str,
        report: &T,
        text: &str,
        parts: &[Part],
    ) -> Result<(), Failure> {
        self.command(command);
        let lines: Vec<&str> = text.lines().collect();
        let shown: Vec<&str> = parts.iter().flat_map(|part| part.of(&lines)).collect();
        self.print(&shown.join("\n"));
        let left = lines.iter().filter(|line| !line.is_empty()).count()
            - shown.iter().filter(|line| !line.is_empty()).count().min(lines.len());
        if left > 0 {
            self.print(&format!("[{}]", count(left as u64, "more line", "more lines")));
        }
        let report =
            serde_json::to_value(report).attempt("cannot tell it as JSON", "Report this.")?;
        self.steps.push(Step { command: command.to_owned(), report });
        Ok(())
    }

    /// Ends.
    pub fn end(self) -> Result<(), Failure> {
        let Self { printer, steps } = self;
        if printer.json { printer.show(&Told { steps }, |_| String::new()) } else { Ok(()) }
    }

    fn print(&self, text: &str) {
        if !self.printer.json {
            // A reader who has seen enough is no reason to stop.
            let _ = self.printer.data(text);
        }
    }
}

impl Part {
    fn of<'a>(self, lines: &[&'a str]) -> Vec<&'a str> {
        match self {
            Self::Head(number) => lines.iter().take(number).copied().collect(),
            Self::Answer => below(lines, |_| true),
            Self::Things(number) => {
                let next = format!(" {}. ", number + 1);
                let until = |line: &&&str| !line.starts_with(&next);
                lines.iter().take_while(until).copied().collect()
            }
            Self::Verdict => {
                below(lines, |line| VERDICTS.iter().any(|word| line.starts_with(word)))
            }
            Self::Totals => below(lines, |line| line.starts_with("Totals, ")),
            Self::Changes => below(lines, |line| line.starts_with("Changes ")),
        }
    }
}

/// How the outcome of a run begins.
const VERDICTS: [&str; 5] = ["Planned:", "Applied", "On hold", "No changes.", "Refused."];

/// The paragraph that begins with such a line.
fn below<'a>(lines: &[&'a str], begins: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let from = lines.iter().skip_while(|line| !begins(line));
    from.take_while(|line| !line.is_empty()).copied().collect()
}
