//! The first lines of a report: what it is, the verdict, and what matters most.

use std::cmp::Reverse;

use firstbell_sync::check::Values;
use firstbell_sync::report::FindingReport;

use super::{findings, wrap};
use firstbell_sync::words::consequence::{self, Weight};

/// Lines within which a reader has the whole story.
pub const LINES: usize = 24;
/// The most things that are named there.
const THINGS: usize = 5;
const INDENT: &str = "    ";

/// The head of a report, and the findings that it leaves for below.
pub fn build<'a>(
    about: Vec<String>,
    verdict: Vec<String>,
    findings: &'a [FindingReport],
    values: &Values,
) -> (Vec<String>, Vec<&'a FindingReport>) {
    let mut lines = about;
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(verdict);
    let ranked = ranked(findings);
    let shown = things(&mut lines, &ranked, values);
    let named: Vec<_> = ranked.into_iter().take(shown).collect();
    let rest = findings.iter().filter(|one| !named.iter().any(|other| std::ptr::eq(*one, *other)));
    (lines, rest.collect())
}

/// What is heavier than harmless, and no mere consequence of a file that cannot be relied on: the
/// heaviest first, then by students, then by places.
fn ranked(findings: &[FindingReport]) -> Vec<&FindingReport> {
    let stopped = consequence::stopped(findings);
    let heavy = |one: &&FindingReport| {
        one.accepted.is_none()
            && consequence::weight(one) > Weight::Harmless
            && !consequence::follows(one, &stopped)
    };
    let mut ranked: Vec<_> = findings.iter().filter(heavy).collect();
    ranked.sort_by_key(|one| {
        Reverse((consequence::weight(one), one.students_affected, one.severity, one.count))
    });
    ranked
}

/// Adds as many things as the first lines take; tells how many. Values that are shown stand between
/// them, and take no thing's place.
fn things(lines: &mut Vec<String>, ranked: &[&FindingReport], values: &Values) -> usize {
    if ranked.is_empty() || lines.len() + 4 > LINES {
        return 0;
    }
    lines.extend([String::new(), "What matters most:".to_owned()]);
    let mut of_values = 0;
    for (place, finding) in ranked.iter().take(THINGS).enumerate() {
        let thing = thing(place + 1, finding);
        if lines.len() - of_values + thing.len() > LINES {
            return place;
        }
        lines.extend(thing);
        if finding.examples.iter().any(|place| values.at(place).is_some()) {
            let places = wrap(&findings::places(finding, values), INDENT, INDENT);
            of_values += places.len();
            lines.extend(places);
        }
    }
    ranked.len().min(THINGS)
}

/// A thing in words.
fn thing(number: usize, finding: &FindingReport) -> Vec<String> {
    let text = format!("{} {}", consequence::sentence(finding), consequence::ask(finding));
    let mut lines = wrap(&text, &format!(" {number}. "), INDENT);
    let lapsed = finding.lapsed.iter().map(|reason| format!("Accepted no more: {reason}."));
    lines.extend(lapsed.flat_map(|text| wrap(&text, INDENT, INDENT)));
    lines
}
