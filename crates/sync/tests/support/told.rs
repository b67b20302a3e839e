//! What check, plan and sync say of a night, in a few lines that a person can review.

use std::collections::BTreeMap;
use std::fmt::Write;

use firstbell_sync::report::{CheckReport, FindingReport, Outcomes, RunReport};

/// What `check` says.
pub fn check(report: &CheckReport) -> String {
    let about = &report.about;
    let mut text = format!(
        "check: {}, {} schools, {} students, {} others, {} classes\n",
        about.format, about.school_count, about.students, about.others, about.classes
    );
    for line in findings(&report.findings) {
        writeln!(text, "  {line}").unwrap();
    }
    text
}

/// What `plan` says, and what it notices that `check` alone does not or notices otherwise.
pub fn plan(report: &RunReport, checked: &CheckReport) -> String {
    let (status, changes) = (report.status, report.changes);
    let mut text =
        format!("plan of {}: {status:?}, {changes} changes", report.as_of).to_lowercase();
    if report.pending_review > 0 {
        write!(text, ", {} to review", report.pending_review).unwrap();
    }
    text.push('\n');
    for note in &report.notes {
        writeln!(text, "  note: {note}").unwrap();
    }
    let (alone, with_roster) = (findings(&checked.findings), findings(&report.findings));
    let still = |lone: &FindingReport| {
        report
            .findings
            .iter()
            .any(|found| (&found.code, &found.examples[0]) == (&lone.code, &lone.examples[0]))
    };
    for (line, _) in alone.iter().zip(&checked.findings).filter(|(_, lone)| !still(lone)) {
        writeln!(text, "  not found: {line}").unwrap();
    }
    for line in with_roster.iter().filter(|line| !alone.contains(line)) {
        writeln!(text, "  found: {line}").unwrap();
    }
    text.push_str(&what_becomes(report));
    for reason in &report.guard.reasons {
        writeln!(text, "  hold {}: {}", reason.code, reason.message).unwrap();
    }
    text
}

/// The outcomes, the changes and the departures.
pub fn what_becomes(report: &RunReport) -> String {
    let mut text = String::new();
    let mut same = Vec::new();
    for (kind, of) in report.outcomes.iter().filter(|(_, of)| of.received > 0) {
        assert!(of.add_up(), "{kind}: {of:?}");
        if of.received == of.unchanged {
            same.push(format!("{kind} {}", of.received));
        } else {
            writeln!(text, "  {kind}: {}", outcomes(of)).unwrap();
        }
    }
    if !same.is_empty() {
        writeln!(text, "  unchanged: {}", same.join(", ")).unwrap();
    }
    for line in &report.summary {
        let sign = match line.action.as_str() {
            "end" => '-',
            "update" => '~',
            _ => '+',
        };
        let school = if line.school.is_empty() { "no school" } else { &line.school };
        let (count, kind, action, reason) = (line.count, line.kind, &line.action, &line.reason);
        writeln!(text, "  {sign} {count} {kind} {action} {reason}, {school}").unwrap();
    }
    for (kind, gone) in report.departures.iter().filter(|(_, gone)| gone.ended + gone.held > 0) {
        let ways =
            [("absence", gone.by_absence), ("record", gone.by_record), ("rule", gone.by_rule)];
        let ways = ways.iter().filter(|(_, count)| *count > 0);
        let ways: Vec<_> = ways.map(|(way, count)| format!("{count} by {way}")).collect();
        let ended = if ways.is_empty() { "none ended".to_owned() } else { ways.join(", ") };
        writeln!(text, "  departures of {kind}: {ended}; {} held", gone.held).unwrap();
    }
    text
}

fn findings(findings: &[FindingReport]) -> Vec<String> {
    let line = |finding: &FindingReport| {
        let first = &finding.examples[0];
        let students = match finding.students_affected {
            0 => String::new(),
            students => format!(", {students} students"),
        };
        let line = if first.line > 0 { format!(" line {}", first.line) } else { String::new() };
        let (severity, code, count) = (finding.severity, &finding.code, finding.count);
        let file = if first.file.is_empty() { "the delivery" } else { &first.file };
        let text = format!("{code} x{count}{students}: {file}{line} {}", first.field);
        let named: Vec<_> = finding.named.iter().map(|name| format!(", {name}")).collect();
        let named = named.concat();
        format!("{} {}{named}", format!("{severity:?}").to_lowercase(), text.trim_end())
    };
    findings.iter().map(line).collect()
}

fn outcomes(of: &Outcomes) -> String {
    let all = [
        ("create", of.create, None),
        ("update", of.update, None),
        ("restore", of.restore, None),
        ("end", of.end, None),
        ("unchanged", of.unchanged, None),
        ("ignored", of.ignored, Some(&of.ignored_by)),
        ("rejected", of.rejected, Some(&of.rejected_by)),
        ("held", of.held, Some(&of.held_by)),
    ];
    let some = all.into_iter().filter(|(_, count, _)| *count > 0);
    let some = some.map(|(name, count, why)| format!("{name} {count}{}", causes(why)));
    some.collect::<Vec<_>>().join(", ")
}

fn causes(by: Option<&BTreeMap<String, u64>>) -> String {
    let Some(by) = by.filter(|by| !by.is_empty()) else { return String::new() };
    let causes: Vec<_> = by.iter().map(|(cause, count)| format!("{cause} {count}")).collect();
    format!(" ({})", causes.join(", "))
}
