//! Changes of the roster: by reason with their counts, or one by one.

use std::collections::BTreeMap;

use firstbell_sync::report::{ChangeReport, FieldChange, SummaryLine};

use super::table;
use firstbell_sync::words::number::thousands;
use firstbell_sync::words::reason;

/// The changes by kind, action and reason, over all schools. What an undo of an undo ends goes for
/// the reason for which it had ended before.
pub fn by_reason(summary: &[SummaryLine], undoing: bool) -> Vec<String> {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for line in summary {
        *counts.entry((line.kind, action_order(&line.action), &line.reason)).or_default() +=
            line.count;
    }
    let rows = counts.into_iter().map(|((kind, action, name), count)| {
        let action = ACTIONS.get(action).copied().unwrap_or("?");
        vec![
            format!("{} {}", glyph(action), thousands(count)),
            kind.name().to_owned(),
            action.to_owned(),
            match reason::clause(name) {
                clause if undoing && !clause.contains("undone") => format!("as before: {clause}"),
                clause => clause.to_owned(),
            },
        ]
    });
    table::lines(&[], rows.collect(), usize::MAX)
}

const ACTIONS: [&str; 4] = ["create", "update", "restore", "end"];

fn action_order(action: &str) -> usize {
    ACTIONS.iter().position(|known| *known == action).unwrap_or(ACTIONS.len())
}

/// The sign before a line: something begins, changes, comes back or ends.
fn glyph(action: &str) -> char {
    match action {
        "create" => '+',
        "update" => '~',
        "restore" => '^',
        "end" => '-',
        _ => '?',
    }
}

/// One change with its values and reason, in some lines.
pub fn one(change: &ChangeReport) -> String {
    let school =
        if change.school.is_empty() { String::new() } else { format!(", {}", change.school) };
    let name = if change.name.is_empty() { String::new() } else { format!(" {}", change.name) };
    let mut lines = vec![format!(
        "{} {} {}{name} ({}{school})",
        glyph(&change.action),
        change.action,
        change.kind.noun(),
        change.sourced_id
    )];
    match change.action.as_str() {
        "create" | "restore" => lines.extend(change.fields.iter().map(begun)),
        // What ends had all its values before; the heading says which row it is.
        "end" => {}
        _ => lines.extend(change.fields.iter().map(changed)),
    }
    let line = match change.line {
        0 => String::new(),
        line => format!(" ({} line {line})", change.kind.file()),
    };
    if !change.sentence.is_empty() {
        lines.push(format!("    {}{line}", change.sentence.trim_end_matches('.')));
    }
    lines.join("\n")
}

fn begun(one: &FieldChange) -> String {
    format!("    {}: {}", one.field, one.after)
}

fn changed(one: &FieldChange) -> String {
    let shown =
        |value: &str| if value.is_empty() { "(empty)".to_owned() } else { value.to_owned() };
    format!("    {}: {} -> {}", one.field, shown(&one.before), shown(&one.after))
}
