//! What a plan, a sync, an approval or an undo came to.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_roster::plan::MatchHold;
use firstbell_sync::check::Values;
use firstbell_sync::report::{ConflictReport, FixedReport, GuardReason, RunReport, Status, Timing};

use super::{about, changes, findings, head, next, section, table, totals, wrap};
use firstbell_sync::words::number::{count, sentence, thousands};
use firstbell_sync::words::waiting;

/// Rows that are named for each kind and reason that an undo leaves alone.
const CONFLICTS: usize = 10;
/// Records waiting for a match that stand in the first lines.
const NAMED: usize = 3;
/// Reasons of a hold that stand in the first lines.
const REASONS: usize = 3;

/// The report: outcome first, then what matters, the totals, the reasons, and what to do next;
/// `call` is how the program was called, such as `firstbell --home H`.
pub fn render(report: &RunReport, call: &str) -> String {
    let mut outcome = verdict(report);
    outcome.extend(what_limits_say(report, " below"));
    outcome.extend(pending(report));
    outcome.extend(notes(report, call));
    outcome.extend(what_is_new(report));
    let (head, rest) = head::build(origin(report), outcome, &report.findings, &Values::default());
    let mut text = head.join("\n") + "\n";
    if !report.outcomes.is_empty() && report.delivery.is_some() {
        text += &section("Totals, in records:", &totals::outcomes(&report.outcomes));
        text += &section("Not applied, and why:", &totals::causes(&report.outcomes));
    }
    if report.delivery.is_some() {
        text += &section("Leaving the roster:", &totals::departures(&report.departures));
    }
    let heading = match report.operation {
        Some(_) if report.closed.is_none() => "Changes to the roster, in rows:",
        Some(_) | None => "Changes that it would make, in rows:",
    };
    text += &section(heading, &changes::by_reason(&report.summary, report.undoes.is_some()));
    text += &section("Left as they are:", &conflicts(&report.conflicts));
    text += &section("All that the limits say:", &all_reasons(report));
    text += &section("Also found:", &findings::lines(&rest, &Values::default()));
    text += &section("Mended since then:", &mended(report));
    text += &section("Where the time went:", &timings(&report.timings));
    text += &section("Next:", &next::lines(report, call));
    text
}

/// How many findings are new since the delivery that was synced before, and how many are mended.
fn what_is_new(report: &RunReport) -> Vec<String> {
    let Some(before) = report.compared_with.filter(|_| report.closed.is_none()) else {
        return Vec::new();
    };
    let all: u64 = report.findings.iter().map(|finding| finding.count).sum();
    let new: u64 = report.findings.iter().filter_map(|finding| finding.new).sum();
    let mended: u64 = report.fixed.iter().map(|fixed| fixed.count).sum();
    let text = if new == 0 && mended == 0 {
        format!("Found beside delivery {before}: nothing new.")
    } else {
        let on = thousands(all.saturating_sub(new));
        let new = count(new, "new place", "new places");
        // What settings that are tried leave out is not mended.
        let mended =
            if report.tried { String::new() } else { format!("; {} mended", thousands(mended)) };
        format!("Found beside delivery {before}: {new}; {on} as before{mended}.")
    };
    wrap(&text, "", "")
}

/// What was found before and is mended.
fn mended(report: &RunReport) -> Vec<String> {
    let line = |fixed: &FixedReport| {
        let field =
            if fixed.field.is_empty() { String::new() } else { format!(" {}", fixed.field) };
        let file = if fixed.file.is_empty() { "the delivery" } else { &fixed.file };
        let places = count(fixed.count, "place", "places");
        wrap(&format!("{} · {places} in {file}{field}", fixed.code), "  ", "    ")
    };
    report.fixed.iter().flat_map(line).collect()
}

/// What an undo would come to, before anybody is asked.
pub fn undo_preview(report: &RunReport) -> String {
    let operation = report.undoes.unwrap_or_default();
    let changes = count(report.changes, "change", "changes");
    let mut lines =
        vec![format!("Taking back operation {operation} makes {changes} to the roster.")];
    lines.extend(notes(report, "firstbell"));
    lines.extend(what_limits_say(report, ""));
    lines.join("\n") + "\n" + &section("Left as they are:", &conflicts(&report.conflicts))
}

/// The rows that an undo leaves alone, by kind and reason.
fn conflicts(conflicts: &[ConflictReport]) -> Vec<String> {
    let mut rows: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for one in conflicts {
        rows.entry((one.kind, &one.message)).or_default().push(named(one));
    }
    let line = |((kind, message), rows): ((Kind, &String), Vec<String>)| {
        let all = count(rows.len() as u64, kind.noun(), kind.name());
        let shown = rows.iter().take(CONFLICTS).cloned().collect::<Vec<_>>().join(", ");
        let more = if rows.len() > CONFLICTS { ", ..." } else { "" };
        wrap(&format!("{all} ({shown}{more}): {message}"), "  ", "    ")
    };
    rows.into_iter().flat_map(line).collect()
}

/// A row as its source names it; one that cannot be named has the hub's number.
fn named(one: &ConflictReport) -> String {
    match one.sourced_id.as_str() {
        "" => format!("#{}", one.row),
        sourced_id => sourced_id.to_owned(),
    }
}

/// Where the run comes from: the delivery, the district and the date of judgment.
fn origin(report: &RunReport) -> Vec<String> {
    let mut lines = report.about.as_ref().map(about::lines).unwrap_or_default();
    let delivery = report.delivery.map_or(String::new(), |number| format!(", delivery {number}"));
    lines.push(format!(
        "District {}{delivery}, compared with operation {} as of {}.",
        report.district, report.base_operation, report.as_of
    ));
    lines
}

/// The outcome in one sentence.
fn verdict(report: &RunReport) -> Vec<String> {
    let changes = count(report.changes, "change", "changes");
    let text = match report.status {
        _ if report.closed.is_some() => {
            let how = sentence(report.closed.as_deref().unwrap_or_default());
            match report.operation {
                Some(_) => how,
                None => format!("{how} Nothing has changed by it."),
            }
        }
        Status::Unchanged if report.undoes.is_some() => format!(
            "No changes. Nothing of operation {} can be taken back; nothing was written.",
            report.undoes.unwrap_or_default()
        ),
        Status::Unchanged => {
            "No changes. The roster has all that can be taken from this delivery; nothing was written."
                .to_owned()
        }
        Status::Planned => {
            format!("Planned: {changes} to the roster{}. Nothing has changed yet.", plan(report))
        }
        Status::Applied => match report.operation {
            Some(operation) => {
                let part = if report.conflicts.is_empty() { "" } else { " in part" };
                format!("Applied{part}: {changes} to the roster, as operation {operation}.")
            }
            None => format!("Applied: {changes} to the roster."),
        },
        Status::Held => match report.operation {
            Some(operation) => format!(
                "Applied in part: {changes} to the roster, as operation {operation}. The rest is on hold{}.",
                plan(report)
            ),
            None => {
                format!("On hold{}. Nothing has changed; the roster goes on as it was.", plan(report))
            }
        },
        Status::Refused if report.plan.is_some() => "Refused. Nothing has changed.".to_owned(),
        Status::Refused => "Refused. Nothing was kept and nothing has changed.".to_owned(),
    };
    wrap(&text, "", "")
}

/// How many records wait for their match.
fn pending(report: &RunReport) -> Vec<String> {
    if report.pending_review == 0 {
        return Vec::new();
    }
    let records = count(report.pending_review, "record waits", "records wait");
    let which =
        if report.waiting.is_empty() { "; \"Not applied, and why\" tells which." } else { ":" };
    let text = format!(
        "{records} for a person, because it is not clear whose account is meant, or a student or guardian would become staff{which}"
    );
    let mut lines = wrap(&text, "", "");
    for one in report.waiting.iter().take(NAMED) {
        let place = format!("{} line {}", one.file, one.line);
        lines.extend(wrap(&format!("{place}: {}", waiting::clause(&one.reason)), "  ", "    "));
    }
    let named = report.waiting.len().min(NAMED) as u64;
    let more = report.pending_review.saturating_sub(named);
    if more > 0 && named > 0 {
        lines.push(format!("  and {} more", thousands(more)));
    }
    let advice = [
        (
            MatchHold::IdReused,
            "Where an id is still the same person's, name it in same_person in the settings; otherwise ask the school office to give the other person an id of their own.",
        ),
        (
            MatchHold::SeveralRecords,
            "Records that are one person are named together in one_person in the settings; otherwise ask the school office to mend the number that is wrong.",
        ),
        (
            MatchHold::AddsStaffRights,
            "Who works for the district now is named in may_be_staff in the settings; otherwise ask the school office to mend the role.",
        ),
    ];
    for (hold, text) in advice {
        if report.waiting.iter().any(|one| one.reason == hold.name()) {
            lines.extend(wrap(text, "", ""));
        }
    }
    lines
}

/// What a person chose of a plan, before anybody is asked.
pub fn part(report: &RunReport) -> String {
    let changes = count(report.changes, "change", "changes");
    let mut lines = vec![format!("The chosen part makes {changes} to the roster.")];
    lines.extend(notes(report, "firstbell"));
    let text = lines.join("\n") + "\n";
    text + &section(
        "Changes that it would make, in rows:",
        &changes::by_reason(&report.summary, false),
    )
}

/// What else is to be said; commands as they are called here.
fn notes(report: &RunReport, call: &str) -> Vec<String> {
    let note = |note: &String| sentence(note).replace("`firstbell ", &format!("`{call} "));
    report.notes.iter().flat_map(|one| wrap(&note(one), "  ", "  ")).collect()
}

fn plan(report: &RunReport) -> String {
    report.plan.map_or(String::new(), |number| format!(" as plan {number}"))
}

fn what_limits_say(report: &RunReport, place: &str) -> Vec<String> {
    let mut lines = reasons(&report.guard.reasons, place);
    if !lines.is_empty() && report.status != Status::Held {
        let kept = report.status == Status::Planned && report.delivery.is_some();
        let kept = if kept {
            "What the limits keep back, to wait for a person when the plan is applied:"
        } else {
            "What the limits say:"
        };
        lines.insert(0, kept.to_owned());
    }
    lines
}

/// The first reasons of a hold; `place` says where the others are.
pub fn reasons(reasons: &[GuardReason], place: &str) -> Vec<String> {
    let mut lines: Vec<_> = reasons.iter().take(REASONS).flat_map(reason).collect();
    if reasons.len() > REASONS {
        let more = (reasons.len() - REASONS) as u64;
        lines.push(format!("  and {}{place}", count(more, "more reason", "more reasons")));
    }
    lines
}

fn all_reasons(report: &RunReport) -> Vec<String> {
    let reasons = &report.guard.reasons;
    if reasons.len() > REASONS { reasons.iter().flat_map(reason).collect() } else { Vec::new() }
}

fn reason(reason: &GuardReason) -> Vec<String> {
    let school = match reason.school.as_str() {
        "" => String::new(),
        school if reason.message.contains(school) => String::new(),
        school => format!("{school}: "),
    };
    wrap(&sentence(&format!("{school}{}", reason.message)), "  - ", "    ")
}

fn timings(timings: &[Timing]) -> Vec<String> {
    let rows = timings.iter().map(|one| {
        vec![
            one.stage.clone(),
            format!("{:.2} s on the clock", one.wall_seconds),
            format!("{:.2} s of processor", one.cpu_seconds),
        ]
    });
    table::lines(&[], rows.collect(), 1)
}
