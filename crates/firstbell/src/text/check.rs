//! What `check` found.

use firstbell_roster::model::Severity;
use firstbell_sync::report::{CheckReport, FindingReport};

use super::{about, findings, head, section, table, wrap};
use crate::words::consequence::{self, Weight};
use crate::words::number::{count, list, thousands};

/// The report: what it is, the verdict, what matters most, what was received, and the rest.
pub fn render(report: &CheckReport) -> String {
    let verdict = wrap(&verdict(&report.findings), "", "");
    let (head, rest) = head::build(about::lines(&report.about), verdict, &report.findings);
    let others = if rest.len() == report.findings.len() { "Found:" } else { "Also found:" };
    format!(
        "{}\n{}{}",
        head.join("\n"),
        section(others, &findings::lines(&rest)),
        section("Records received:", &received(report)),
    )
}

/// The outcome in one sentence.
fn verdict(findings: &[FindingReport]) -> String {
    let broken = broken(findings);
    if !broken.is_empty() {
        let files = list(&broken);
        return format!("Not ready: {files} cannot be relied on in this delivery.");
    }
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
    let errors: u64 = of(Severity::Error).map(|finding| finding.count).sum();
    if errors > 0 {
        let errors = count(errors, "error keeps", "errors keep");
        return format!(
            "Usable with losses: {errors} records out; all other records can be taken."
        );
    }
    match of(Severity::Warning).count() as u64 {
        0 => "Clean: every record can be taken, and nothing needs to be mended.".to_owned(),
        some => {
            let things = count(some, "thing is", "things are");
            format!("Usable: every record can be taken; {things} worth mending.")
        }
    }
}

/// The files that cannot be relied on.
fn broken(findings: &[FindingReport]) -> Vec<String> {
    let stops = findings.iter().filter(|finding| consequence::weight(finding) == Weight::Stops);
    let mut files: Vec<_> = stops
        .filter_map(|finding| finding.examples.first())
        .map(|place| place.file.clone())
        .collect();
    files.sort();
    files.dedup();
    files
}

fn received(report: &CheckReport) -> Vec<String> {
    let rows = report
        .received
        .iter()
        .map(|(kind, records)| vec![kind.name().to_owned(), thousands(*records)]);
    table::lines(&[], rows.collect(), 1)
}
