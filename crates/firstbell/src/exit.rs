//! Exit codes, in one place.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use firstbell_ingest::{OpenError, ReadError};
use firstbell_roster::model::Severity;
use firstbell_sync::HubError;
use firstbell_sync::report::{CheckReport, FindingReport, Status};

use firstbell_sync::words::consequence;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// It could not, or `check` found what it should fail on.
    Error = 1,
    /// It was called wrongly or asked about something ambiguous, a path leads nowhere or to something
    /// else than is meant, or `check` could not read the files.
    Usage = 2,
    /// A guard holds the plan for a person.
    Held = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// How a run ends that came to this.
    pub const fn of_status(status: Status) -> Self {
        match status {
            Status::Applied | Status::Planned | Status::Unchanged => Self::Done,
            Status::Held => Self::Held,
            Status::Refused => Self::Error,
        }
    }

    /// How a command ends that the hub refused or could not do.
    pub fn of_error(error: &HubError) -> Self {
        if matches!(error, HubError::Superseded(_) | HubError::OnHold { .. }) {
            // Something newer waits, so that what was named is not what would be done; or a person
            // must decide first.
            return Self::Held;
        }
        let leads_nowhere = matches!(
            error,
            HubError::Read(ReadError::Open(OpenError::NotFound(_) | OpenError::NotADelivery(_)))
        );
        let is_usage = error.is_usage() || leads_nowhere;
        if is_usage { Self::Usage } else { Self::Error }
    }

    /// How a command ends that could not do something with a file that it was given.
    pub fn of_cause(error: &anyhow::Error) -> Self {
        let causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
        let kinds = [
            ErrorKind::NotFound,
            ErrorKind::NotADirectory,
            ErrorKind::IsADirectory,
            ErrorKind::AlreadyExists,
        ];
        let is_usage = causes.map(io::Error::kind).any(|kind| kinds.contains(&kind));
        if is_usage { Self::Usage } else { Self::Error }
    }

    /// How a check ends that fails on findings of at least this severity, and on those that make the
    /// delivery one that cannot be relied on.
    pub fn of_check(report: &CheckReport, fail_on: Severity) -> Self {
        let counts = |finding: &FindingReport| {
            finding.severity >= fail_on && finding.accepted.is_none() || consequence::stops(finding)
        };
        let fails = report.findings.iter().any(counts);
        if fails { Self::Error } else { Self::Done }
    }
}
