//! What `check` found.

use std::collections::BTreeSet;

use firstbell_roster::check::table as checks;
use firstbell_roster::model::{Kind, Severity};
use firstbell_sync::check::Values;
use firstbell_sync::report::{CheckReport, FindingReport};

use super::{about, findings, head, section, table, totals, wrap};
use firstbell_sync::words::consequence::{self, Weight};
use firstbell_sync::words::number::{count, list, thousands};

/// The report: what it is, the verdict, what matters most, what was received, and the rest.
pub fn render(report: &CheckReport, values: &Values) -> String {
    let scoped = !report.left_out.is_empty();
    let verdict = wrap(&verdict(&report.findings, scoped), "", "");
    let (head, rest) = head::build(about::lines(&report.about), verdict, &report.findings, values);
    let others = if rest.len() == report.findings.len() { "Found:" } else { "Also found:" };
    format!(
        "{}\n{}{}{}",
        head.join("\n"),
        section(
            "Left out by the scope of the settings:",
            &totals::by_rule(&report.left_out, "left out")
        ),
        section(others, &findings::lines(&rest, values)),
        section("Records received:", &received(report)),
    )
}

/// The outcome in one sentence; `scoped` where the settings leave records out.
fn verdict(findings: &[FindingReport], scoped: bool) -> String {
    let broken = broken(findings);
    if !broken.is_empty() {
        return format!("Not ready: {}.", broken.join("; "));
    }
    let wanted = if scoped { " that the settings want" } else { "" };
    let shared = findings.iter().filter(|one| one.code == checks::SHARED_TRUSTED_IDENTIFIER.code);
    let shared: u64 = shared.map(|finding| finding.count).sum();
    let wait = format!(
        "{} who shares an identifier may wait until it is known whose it is",
        count(shared, "person", "people")
    );
    let wait = if shared == 1 { wait } else { wait.replace("who shares", "who share") };
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
    let errors: u64 = of(Severity::Error).map(|finding| finding.count).sum();
    if errors > 0 {
        let errors = count(errors, "error keeps", "errors keep");
        let wait = if shared == 0 { String::new() } else { format!(", and {wait}") };
        return format!(
            "Usable with losses: {errors} records out{wait}; all other records{wanted} can be taken."
        );
    }
    let worth = findings.iter().filter(|one| {
        consequence::weight(one) > Weight::Harmless || one.severity == Severity::Warning
    });
    match worth.count() as u64 {
        0 => format!("Clean: every record{wanted} can be taken, and nothing needs to be mended."),
        some if shared > 0 => {
            let things = count(some, "thing is", "things are");
            format!(
                "Usable: every record{wanted} can be taken, but {wait}; {things} worth mending."
            )
        }
        some => {
            let things = count(some, "thing is", "things are");
            format!("Usable: every record{wanted} can be taken; {things} worth mending.")
        }
    }
}

/// What stands in the way of a roster, as clauses: files that are not there, that are cut short,
/// that cannot be relied on for another reason, and of which the settings take nothing.
fn broken(findings: &[FindingReport]) -> Vec<String> {
    let stops = findings.iter().filter(|finding| consequence::stops(finding));
    let is_scope = |finding: &&FindingReport| finding.code == checks::SCOPE_TAKES_NOTHING.code;
    let (scoped, stops): (Vec<_>, Vec<_>) = stops.partition(is_scope);
    let stops = stops.into_iter();
    let (missing, there): (Vec<_>, Vec<_>) = stops.partition(|finding| is_missing(finding));
    let (cut, others): (Vec<_>, Vec<_>) =
        there.into_iter().partition(|finding| finding.code == checks::FILE_INCOMPLETE.code);
    let missing =
        clause(&missing, "is", "are", "missing, so that no roster can be made of this delivery");
    let cut =
        clause(&cut, "ends", "end", "in the middle of a row, and everything after that is missing");
    let others = clause(&others, "cannot", "cannot", "be relied on in this delivery");
    let scoped = files(&scoped);
    let scoped = (!scoped.is_empty()).then(|| {
        format!("the rules under scope in the settings leave out all of {}", list(&scoped))
    });
    missing.into_iter().chain(cut).chain(others).chain(scoped).collect()
}

/// The files that findings are about, and what is said of them; `None` where there are none.
fn clause(findings: &[&FindingReport], one: &str, many: &str, what: &str) -> Option<String> {
    let files = files(findings);
    let verb = if files.len() == 1 { one } else { many };
    (!files.is_empty()).then(|| format!("{} {verb} {what}", list(&files)))
}

/// The files that findings are about, each once.
fn files(findings: &[&FindingReport]) -> Vec<String> {
    let files = findings.iter().filter_map(|finding| finding.examples.first());
    let files: BTreeSet<_> = files.map(|place| place.file.clone()).collect();
    files.into_iter().collect()
}

/// Whether a finding tells that a file is not there without which there is no roster.
fn is_missing(finding: &FindingReport) -> bool {
    let needed = [Kind::User, Kind::Class, Kind::Enrollment].map(Kind::file);
    let at = finding.examples.first().is_some_and(|place| needed.contains(&place.file));
    let codes = [checks::NEEDED_FILE_MISSING.code, checks::DECLARED_FILE_MISSING.code];
    at && codes.contains(&finding.code.as_str())
}

fn received(report: &CheckReport) -> Vec<String> {
    let rows = report
        .received
        .iter()
        .map(|(kind, records)| vec![kind.name().to_owned(), thousands(*records)]);
    table::lines(&[], rows.collect(), 1)
}
