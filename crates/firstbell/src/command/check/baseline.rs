//! What a district has agreed to live with: how many places each check may find in each file.

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_roster::model::Severity;
use firstbell_sync::report::{CheckReport, FindingReport};
use serde::{Deserialize, Serialize};

use crate::failure::{Attempt, Failure};
use firstbell_sync::words::consequence;
use firstbell_sync::words::number::{count, thousands};

/// What is worse than agreed, for one check and file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worse {
    /// How much it matters.
    pub severity: Severity,
    /// The check's stable code.
    code: String,
    /// The file; empty for the delivery as a whole.
    file: String,
    /// How many places were found.
    found: u64,
    /// How many were agreed.
    agreed: u64,
    /// The finding's sentence.
    message: String,
    /// Whether it makes the delivery one that cannot be relied on.
    #[serde(skip)]
    pub stops: bool,
}

/// Places by check and file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Baseline(BTreeMap<String, BTreeMap<String, u64>>);

impl Baseline {
    /// What a report found.
    pub fn of(report: &CheckReport) -> Self {
        let mut counts: BTreeMap<_, BTreeMap<_, u64>> = BTreeMap::new();
        for finding in &report.findings {
            let file = finding.examples.first().map(|place| place.file.clone());
            let of_code = counts.entry(finding.code.clone()).or_default();
            *of_code.entry(file.unwrap_or_default()).or_default() += finding.count;
        }
        Self(counts)
    }

    /// Reads a baseline.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).attempt(
            format!("cannot read the baseline `{shown}`"),
            "Make one with --write-baseline FILE.",
        )?;
        serde_json::from_str(&text).attempt(
            format!("`{shown}` is not a baseline"),
            "Make one with --write-baseline FILE; it is JSON of counts by check and file.",
        )
    }

    /// Writes the baseline.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let hint = "Check that the folder is there and that you may write to it.";
        let what = || format!("cannot write the baseline `{}`", path.display());
        let text = serde_json::to_string_pretty(self).attempt(what(), hint)?;
        std::fs::write(path, text + "\n").attempt(what(), hint)
    }

    /// Findings that are new or more than agreed.
    pub fn worse(&self, report: &CheckReport) -> Vec<Worse> {
        let found = Self::of(report).0;
        let places = found
            .iter()
            .flat_map(|(code, files)| files.iter().map(move |(file, count)| (code, file, *count)));
        places
            .filter_map(|(code, file, count)| {
                let agreed =
                    self.0.get(code).and_then(|files| files.get(file)).copied().unwrap_or(0);
                (count > agreed).then(|| worse(report, (code, file), count, agreed))
            })
            .collect()
    }
}

fn worse(report: &CheckReport, (code, file): (&str, &str), found: u64, agreed: u64) -> Worse {
    let of_code = || report.findings.iter().filter(move |finding| finding.code == code);
    let finding = of_code().next();
    let here =
        |finding: &&FindingReport| finding.examples.first().is_some_and(|place| place.file == file);
    let stops = of_code().filter(here).any(consequence::stops);
    let message = finding.map(|finding| finding.message.clone()).unwrap_or_default();
    let severity = finding.map_or(Severity::Notice, |finding| finding.severity);
    Worse { severity, code: code.to_owned(), file: file.to_owned(), found, agreed, message, stops }
}

impl Worse {
    /// `error    1,205 places in enrollments.csv, 1,204 agreed: a record ... (dangling_reference)`.
    pub fn line(&self) -> String {
        let Self { severity, code, file, found, agreed, message, .. } = self;
        let severity = severity.name();
        let file = if file.is_empty() { "the delivery" } else { file };
        let found = count(*found, "place", "places");
        let agreed = thousands(*agreed);
        format!("{severity:<8} {found} in {file}, {agreed} agreed: {message} ({code})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::samples;

    #[test]
    fn what_is_agreed_is_not_worse() {
        let report = samples::checked();
        let agreed = Baseline::of(&report);
        assert_eq!(agreed.worse(&report), []);
    }

    #[test]
    fn more_places_and_new_checks_are_worse() {
        let mut report = samples::checked();
        let agreed = Baseline::of(&report);
        report.findings[0].count += 1;
        report.findings[1].code = "something_newer".to_owned();
        let worse = agreed.worse(&report);
        let severities: Vec<_> = worse.iter().map(|one| one.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Warning]);
        let worse = worse[0].line();
        let told = "error    1,205 places in enrollments.csv, 1,204 agreed: ";
        assert!(worse.starts_with(told) && worse.ends_with(" (dangling_reference)"), "{worse}");
    }
}
