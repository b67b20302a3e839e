//! Entries of the log, and what looking after an installation tells.

use firstbell_sync::report::{DoctorLine, ExportReport, OperationReport, VerifyReport};

use super::{section, table, wrap};
use firstbell_sync::words::number::{count, instant, sentence, thousands};

/// The log, the newest entry first, one line each.
pub fn list(operations: &[OperationReport]) -> String {
    if operations.is_empty() {
        return "The log is empty: nothing has been applied yet.".to_owned();
    }
    let rows = operations.iter().map(|one| {
        vec![
            one.operation.to_string(),
            instant(&one.at),
            what(one),
            count(one.changes, "change", "changes"),
            who(one),
        ]
    });
    let header = ["operation", "when", "what", "changes", "who"];
    table::lines(&header, rows.collect(), usize::MAX).join("\n")
}

fn what(one: &OperationReport) -> String {
    let kind = match one.undoes {
        Some(undone) => format!("{} of operation {undone}", one.kind),
        None if one.approved => format!("{}, approved", one.kind),
        None => one.kind.clone(),
    };
    match one.undone_by {
        Some(by) if one.undone_in_part => format!("{kind} (undone in part by {by})"),
        Some(by) => format!("{kind} (undone by {by})"),
        None => kind,
    }
}

fn who(one: &OperationReport) -> String {
    if one.by.is_empty() { one.identity.clone() } else { format!("{} ({})", one.by, one.identity) }
}

/// One entry in full.
pub fn one(operation: &OperationReport) -> String {
    let mut rows = vec![
        ["when", &instant(&operation.at)].map(str::to_owned).to_vec(),
        vec!["who".to_owned(), who(operation)],
        vec!["changes".to_owned(), thousands(operation.changes)],
    ];
    if let Some(plan) = operation.plan {
        let held = if operation.approved { "was on hold; " } else { "" };
        let plan = format!("{plan} ({held}digest {})", operation.digest);
        rows.push(vec!["plan".to_owned(), plan]);
    }
    if !operation.note.is_empty() {
        rows.push(vec!["reason".to_owned(), operation.note.clone()]);
    }
    rows.push(vec!["hash".to_owned(), operation.hash.clone()]);
    let counts = operation.counts.iter().map(|(what, rows)| {
        let (kind, action) = what.split_once('.').unwrap_or((what, ""));
        vec![kind.to_owned(), action.to_owned(), thousands(*rows)]
    });
    format!(
        "Operation {}: {}\n{}\n{}",
        operation.operation,
        what(operation),
        table::lines(&[], rows, usize::MAX).join("\n"),
        section("Changes to the roster, in rows:", &table::lines(&[], counts.collect(), 2)),
    )
}

/// Whether the log is as it was written.
pub fn verified(report: &VerifyReport) -> String {
    let operations = count(report.operations, "operation", "operations");
    match &report.broken {
        None => format!("The log is whole: {operations} verified, none was altered."),
        Some(what) => format!("The log was ALTERED. {} ({operations} verified.)", sentence(what)),
    }
}

/// What an export wrote.
pub fn export(report: &ExportReport) -> String {
    let rows = report.rows.iter().map(|(file, rows)| vec![file.clone(), thousands(*rows)]);
    let notes: Vec<_> =
        report.notes.iter().flat_map(|note| wrap(&sentence(note), "  ", "  ")).collect();
    format!(
        "Written as {}, as of operation {}.\n{}{}",
        report.format,
        report.as_of,
        section("Rows:", &table::lines(&[], rows.collect(), 1)),
        section("Notes:", &notes),
    )
}

/// What was looked at, what is wrong first.
pub fn doctor(lines: &[DoctorLine]) -> String {
    let wrong = lines.iter().filter(|line| !line.good).count() as u64;
    let verdict = match wrong {
        0 => "All is well.".to_owned(),
        wrong => format!("{} attention.", count(wrong, "thing needs", "things need")),
    };
    let mut text = vec![verdict, String::new()];
    for line in lines.iter().filter(|line| !line.good).chain(lines.iter().filter(|line| line.good))
    {
        let mark = if line.good { "ok " } else { "NOT" };
        text.extend(wrap(
            &sentence(&line.sentence),
            &format!("  {mark} {}: ", line.subject),
            "      ",
        ));
    }
    text.join("\n")
}
