//! Findings in a compact list, with their places.

use std::collections::BTreeSet;

use firstbell_roster::model::Severity;
use firstbell_sync::report::{Example, FindingReport};

use super::wrap;
use crate::words::number::{count, sentence, thousands};

/// How many lines of a file are named for each finding.
const PLACES: usize = 5;

/// One paragraph a code: severity, code, what is wrong, and its places.
pub fn lines(findings: &[&FindingReport]) -> Vec<String> {
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    let of = |code| findings.iter().copied().filter(move |finding| finding.code == code);
    codes.into_iter().flat_map(|code| paragraph(of(code).collect())).collect()
}

fn paragraph(findings: Vec<&FindingReport>) -> Vec<String> {
    let Some(first) = findings.first() else { return Vec::new() };
    let severity = severity(first.severity);
    let text = format!("{} · {} {}", first.code, sentence(&first.message), first.hint);
    let mut lines = wrap(&text, &format!("  {severity:<8} "), INDENT);
    let places: Vec<_> = findings.into_iter().map(places).collect();
    lines.extend(wrap(&places.join("; "), INDENT, INDENT));
    lines
}

const INDENT: &str = "           ";

/// A severity in a word.
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// `users.csv:12,15,19 (email), 3 places`.
fn places(finding: &FindingReport) -> String {
    let Some(first) = finding.examples.first() else {
        return count(finding.count, "place", "places");
    };
    let file = if first.file.is_empty() { "the delivery" } else { &first.file };
    let field = match (first.field.as_str(), finding.meant.as_str()) {
        ("", _) => String::new(),
        (field, "") => format!(" {field}"),
        (field, meant) => format!(" `{field}` → {meant}"),
    };
    let numbered: Vec<&Example> = finding.examples.iter().filter(|place| place.line > 1).collect();
    if numbered.is_empty() {
        return format!("{file}{field}");
    }
    let named = numbered.iter().take(PLACES).map(|place| place.line.to_string());
    let more = match finding.count.saturating_sub(PLACES as u64) {
        0 => String::new(),
        more => format!(" and {} more", thousands(more)),
    };
    format!("{file}:{}{more}{field}", named.collect::<Vec<_>>().join(","))
}
