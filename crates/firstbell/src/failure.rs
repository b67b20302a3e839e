//! An error for people: what went wrong, one next step, and the exit code.

use std::fmt::Display;

use firstbell_ingest::{OpenError, ReadError};
use firstbell_sync::report::Candidate;
use firstbell_sync::{HubError, LISTED};
use serde::Serialize;

use crate::exit::Exit;
use firstbell_sync::words::number::{count, sentence};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong, with its context.
    pub error: anyhow::Error,
    /// The next step.
    pub hint: String,
    /// The people or classes that an ambiguous name may mean.
    pub candidates: Vec<Candidate>,
}

/// A failure as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct FailureReport<'a> {
    /// What went wrong.
    pub error: String,
    /// The next step.
    pub hint: &'a str,
    /// The people or classes that an ambiguous name may mean.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub candidates: &'a [Candidate],
}

impl Failure {
    /// Something went wrong.
    pub fn error(error: impl Into<anyhow::Error>, hint: impl Into<String>) -> Self {
        let (exit, candidates) = (Exit::Error, Vec::new());
        Self { exit, error: error.into(), hint: hint.into(), candidates }
    }

    /// The command was called wrongly.
    pub fn usage(what: impl Display, hint: impl Into<String>) -> Self {
        let error = anyhow::anyhow!("{what}");
        Self { exit: Exit::Usage, ..Self::error(error, hint) }
    }

    /// The same failure, of a command that was called wrongly.
    pub fn into_usage(self) -> Self {
        Self { exit: Exit::Usage, ..self }
    }

    /// A name or number means several of what it names, `(person, people)` for instance.
    pub fn ambiguous(
        asked: &str,
        (one, several): (&str, &str),
        candidates: Vec<Candidate>,
    ) -> Self {
        // Teachers see no ids.
        let with_ids = candidates.iter().any(|one| !one.sourced_id.is_empty());
        let hint = if with_ids {
            "Ask again with the sourcedId of the one that you mean."
        } else {
            "Ask again with the whole name, or without `--for teacher`: that list has the sourcedIds to ask with."
        };
        let number = candidates.len();
        let more = if number >= LISTED { " or more" } else { "" };
        let found = count(number as u64, one, several);
        let error = if number == 1 {
            format!("`{asked}` is a part of the name of {found}")
        } else {
            format!("`{asked}` may mean {found}{more}")
        };
        Self { candidates, ..Self::usage(error, hint) }
    }

    /// A delivery cannot be read.
    pub fn unreadable(error: ReadError) -> Self {
        let hint = hint_of_reading(&error);
        Self { exit: Exit::Usage, ..Self::error(error, hint) }
    }

    /// What went wrong with what caused it; a cause that was named already is not named again.
    pub fn message(&self) -> String {
        let mut message = String::new();
        for cause in self.error.chain().map(ToString::to_string) {
            if !message.ends_with(&cause) {
                message += if message.is_empty() { "" } else { ": " };
                message += &cause;
            }
        }
        message
    }

    /// The same failure, with the commands that it names as they are called here, such as
    /// `firstbell --home H`.
    pub fn calling(self, call: &str) -> Self {
        let called = |text: &str| text.replace("`firstbell ", &format!("`{call} "));
        let (message, hint) = (self.message(), called(&self.hint));
        Self { error: anyhow::anyhow!(called(&message)), hint, ..self }
    }

    /// The failure as `--json` prints it.
    pub fn report(&self) -> FailureReport<'_> {
        FailureReport { error: self.message(), hint: &self.hint, candidates: &self.candidates }
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        let hint = if let HubError::Read(read) = &error
            && error.obstacle().is_none()
        {
            hint_of_reading(read).to_owned()
        } else {
            sentence(error.hint())
        };
        let (exit, candidates) = (Exit::of_error(&error), error.candidates().to_vec());
        Self { exit, candidates, ..Self::error(error, hint) }
    }
}

/// Adds what was tried and the next step to an error.
pub trait Attempt<T> {
    /// Says what was tried, and what to do next.
    fn attempt(self, what: impl Display, hint: impl Into<String>) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> Attempt<T> for Result<T, E> {
    fn attempt(self, what: impl Display, hint: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| {
            let error = error.into();
            let exit = Exit::of_cause(&error);
            Failure { exit, ..Failure::error(error.context(what.to_string()), hint) }
        })
    }
}

/// What to do about a delivery that cannot be read.
pub fn hint_of_reading(error: &ReadError) -> &'static str {
    match error {
        ReadError::Open(error) => hint_of_opening(error),
        ReadError::Pattern(_) => "Mend the pattern in the settings; `*` and `?` are allowed.",
        ReadError::Io { .. } => {
            "Copy the delivery to this computer, or make the zip again, and try once more."
        }
        ReadError::OtherFormat(format) => format.hint,
        ReadError::NotOneRoster(_) => {
            "Give the folder or zip that holds users.csv, classes.csv and enrollments.csv."
        }
    }
}

fn hint_of_opening(error: &OpenError) -> &'static str {
    match error {
        OpenError::NotFound(_) => "Check the path.",
        OpenError::Spreadsheet(_) => {
            "Ask the school system for a OneRoster export; a sheet that is saved as CSV loses leading zeros and dates."
        }
        OpenError::NotCsv(..) => {
            "Ask whoever sends the files for the export itself, as CSV: a web page or JSON in its place tells most likely of an error or a sign-in."
        }
        OpenError::Nested(..) => "Unpack it, and give the zip or folder that holds the CSV files.",
        OpenError::NotADelivery(_) | OpenError::Empty(_) => {
            "Give a folder with OneRoster CSV files, or a zip of them."
        }
        OpenError::Zip(_) | OpenError::BreaksOff(_) => {
            "Make or download the zip again; it may have been cut short."
        }
        OpenError::Encrypted(_) => {
            "Unlock the zip and give the folder, or ask for a zip without a password."
        }
        OpenError::Limit { .. } => "Unpack the zip yourself and give the folder, if you trust it.",
        OpenError::LinkOutside(_) => "Put the file itself into the folder, if you trust it.",
        OpenError::PathOutside => "Do not unpack this zip; ask where it comes from.",
        OpenError::Twice(..) => {
            "Find out which of the two is meant, and give a delivery with that one alone."
        }
        OpenError::Io { .. } => "Check that the files are there and that you may read them.",
    }
}
