//! Findings in a compact list, with their places.

use std::collections::BTreeSet;

use firstbell_sync::check::Values;
use firstbell_sync::report::{Example, FindingReport};

use super::wrap;
use firstbell_sync::words::consequence;
use firstbell_sync::words::number::{count, sentence, thousands};

/// How many lines of a file are named for each finding.
pub const PLACES: usize = 5;
/// How many characters of a value are shown.
const SHOWN: usize = 40;

/// One paragraph a code: severity, code, what is wrong, and its places.
pub fn lines(findings: &[&FindingReport], values: &Values) -> Vec<String> {
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    let of = |code| findings.iter().copied().filter(move |finding| finding.code == code);
    codes.into_iter().flat_map(|code| paragraph(of(code).collect(), values)).collect()
}

fn paragraph(findings: Vec<&FindingReport>, values: &Values) -> Vec<String> {
    let Some(first) = findings.first() else { return Vec::new() };
    let severity = first.severity.name();
    let text = format!("{} · {} {}", first.code, sentence(&first.message), first.hint);
    let mut lines = wrap(&text, &format!("  {severity:<8} "), INDENT);
    let accepted = findings.iter().filter_map(|finding| finding.accepted.as_ref());
    let lapsed = findings.iter().filter_map(|finding| finding.lapsed.as_ref());
    let accepted: BTreeSet<_> = accepted
        .map(|reason| format!("Accepted: {reason}."))
        .chain(lapsed.map(|reason| format!("Accepted no more: {reason}.")))
        .collect();
    let places: Vec<_> = findings.into_iter().map(|finding| places(finding, values)).collect();
    lines.extend(wrap(&places.join("; "), INDENT, INDENT));
    lines.extend(accepted.iter().flat_map(|text| wrap(text, INDENT, INDENT)));
    lines
}

const INDENT: &str = "           ";

/// `users.csv:12,15,19 and 2 more email`; with values `users.csv:12 "stduent", 15 "wizard" role`.
pub fn places(finding: &FindingReport, values: &Values) -> String {
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
        return format!("{file}{field}{}", consequence::named(finding));
    }
    let named: Vec<_> = numbered.iter().take(PLACES).map(|place| named(place, values)).collect();
    let between = if named.iter().any(|place| place.contains(' ')) { ", " } else { "," };
    let more = match finding.count.saturating_sub(PLACES as u64) {
        0 => String::new(),
        more => format!(" and {} more", thousands(more)),
    };
    format!("{file}:{}{more}{field}{}", named.join(between), age(finding))
}

/// ` (3 new)`, ` (since delivery 4)` or both; nothing where there is nothing to compare with.
fn age(finding: &FindingReport) -> String {
    match (finding.new, finding.since) {
        (Some(new), None) if new == finding.count => " (new)".to_owned(),
        (Some(0), Some(since)) => format!(" (since delivery {since})"),
        (Some(new), Some(since)) => {
            format!(" ({} new, others since delivery {since})", thousands(new))
        }
        _ => String::new(),
    }
}

/// A line, and what stands there where that is to be shown.
fn named(place: &Example, values: &Values) -> String {
    match values.at(place) {
        Some(value) => format!("{} {}", place.line, quoted(value)),
        None => place.line.to_string(),
    }
}

/// A value between quotation marks, cut where it is long; marks that nobody sees are escaped.
fn quoted(value: &str) -> String {
    let mut marks = value.chars();
    let shown: String = marks.by_ref().take(SHOWN).collect();
    let more = if marks.next().is_some() { "…" } else { "" };
    format!("\"{}{more}\"", shown.escape_debug().to_string().replace("\\'", "'"))
}
