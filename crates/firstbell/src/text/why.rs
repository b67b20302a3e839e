//! The story of one person, and what each of their values was.

use firstbell_sync::report::{Candidate, HistoryEntry, Reader, WhyReport};

use super::wrap;
use firstbell_sync::words::cause;
use firstbell_sync::words::number::{instant, sentence};

/// The answer first, then what each step decided, then what else is true.
pub fn render(report: &WhyReport, reader: Reader) -> String {
    let mut lines = wrap(&sentence(&report.sentence), "", "");
    if !report.steps.is_empty() {
        lines.extend([String::new(), "Step by step:".to_owned()]);
    }
    for step in &report.steps {
        let name = format!("  {:<15}", step.step);
        lines.extend(wrap(&sentence(&step.sentence), &name, "                 "));
    }
    // A single obstacle is what the answer says.
    let obstacles = if report.obstacles.len() > 1 { report.obstacles.as_slice() } else { &[] };
    let meanings = |causes: &[String]| -> Vec<_> {
        causes.iter().map(|one| cause::meaning(one, reader).to_owned()).collect()
    };
    lines.extend(list("All that stands in the way, in this order:", &meanings(obstacles)));
    lines.extend(list("Also true today:", &meanings(&report.also)));
    let nearest: Vec<_> = report.nearest.iter().map(candidate).collect();
    lines.extend(list("Nearest:", &nearest));
    lines.join("\n")
}

fn list(heading: &str, items: &[String]) -> Vec<String> {
    if items.is_empty() {
        return Vec::new();
    }
    let items = items.iter().flat_map(|item| wrap(item, "  - ", "    "));
    [String::new(), heading.to_owned()].into_iter().chain(items).collect()
}

/// One person or class that a question may mean.
pub fn candidate(one: &Candidate) -> String {
    let grade = match one.grades.as_str() {
        "" => String::new(),
        grades => format!("grade {grades}"),
    };
    let parts = [one.role.as_str(), &grade, &one.school].map(str::trim);
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let parts = [one.sourced_id.clone(), one.name.clone(), parts.join(", ")];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// Each value with the time for which it held.
pub fn history(entries: &[HistoryEntry]) -> String {
    if entries.is_empty() {
        return "Nothing is recorded: nothing of this was ever in the roster. `firstbell why DISTRICT \
                PERSON` tells what stands in the way."
            .to_owned();
    }
    entries.iter().flat_map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(one: &HistoryEntry) -> Vec<String> {
    let value = if one.value.is_empty() { "(empty)" } else { &one.value };
    let until = match one.until {
        Some(operation) => format!("until operation {operation} ({})", instant(&one.until_at)),
        None => "until now".to_owned(),
    };
    let from = format!("from operation {} ({})", one.from, instant(&one.from_at));
    let mut lines = vec![format!("{}: {value}", one.field), format!("  {from} {until}")];
    let who = if one.approver.is_empty() {
        String::new()
    } else {
        format!("; let in by {}", one.approver)
    };
    let source = if one.source.is_empty() { String::new() } else { format!("; {}", one.source) };
    lines.extend(wrap(&format!("{}{source}{who}", one.reason.trim_end_matches('.')), "  ", "  "));
    lines
}
