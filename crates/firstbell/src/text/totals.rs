//! The table that accounts for every record, and the rows that leave.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_sync::report::{Departures, LeftOut, Outcomes};

use super::{table, wrap};
use firstbell_sync::words::number::{count, list, thousands};
use firstbell_sync::words::waiting;

/// The outcomes in the order in which they are added up.
const HEADER: [&str; 10] = [
    "",
    "received",
    "=create",
    "+update",
    "+restore",
    "+end",
    "+unchanged",
    "+ignored",
    "+rejected",
    "+held",
];

/// One row a kind, the sum, and whether everything adds up.
pub fn outcomes(outcomes: &BTreeMap<Kind, Outcomes>) -> Vec<String> {
    let mut sum = [0; 9];
    let mut rows = Vec::new();
    for (kind, outcome) in outcomes {
        let numbers = numbers(outcome);
        for (sum, number) in sum.iter_mut().zip(numbers) {
            *sum += number;
        }
        rows.push(row(kind.name(), numbers));
    }
    rows.push(row("all", sum));
    let mut lines = table::spaced(&HEADER, rows, 1, 1);
    lines.push(agreement(outcomes));
    lines
}

fn numbers(one: &Outcomes) -> [u64; 9] {
    [
        one.received,
        one.create,
        one.update,
        one.restore,
        one.end,
        one.unchanged,
        one.ignored,
        one.rejected,
        one.held,
    ]
}

fn row(name: &str, numbers: [u64; 9]) -> Vec<String> {
    let shown = numbers.iter().enumerate().map(|(place, number)| match (place, number) {
        (1.., 0) => "-".to_owned(),
        _ => thousands(*number),
    });
    std::iter::once(short(name)).chain(shown).collect()
}

/// A name that leaves room for the numbers.
fn short(name: &str) -> String {
    match name.char_indices().nth(20) {
        Some((end, _)) => format!("{}...", name.get(..end).unwrap_or(name)),
        None => name.to_owned(),
    }
}

fn agreement(outcomes: &BTreeMap<Kind, Outcomes>) -> String {
    let wrong = outcomes.iter().filter(|(_, outcome)| !outcome.add_up());
    let wrong: Vec<_> = wrong.map(|(kind, _)| kind.name().to_owned()).collect();
    if wrong.is_empty() {
        return "  Every record is accounted for: the sums agree for each kind.".to_owned();
    }
    format!("  The sums do NOT agree for {}. Please report this.", list(&wrong))
}

/// Why records were ignored, rejected or held, one line for each kind and cause.
pub fn causes(outcomes: &BTreeMap<Kind, Outcomes>) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, outcome) in outcomes {
        let parts = [
            ("ignored", &outcome.ignored_by),
            ("rejected", &outcome.rejected_by),
            ("held", &outcome.held_by),
        ];
        for (what, by) in parts {
            for (cause, records) in by.iter().filter(|(_, records)| **records > 0) {
                lines.extend(self::cause(*kind, *records, what, cause));
            }
        }
    }
    lines
}

/// Records that rules leave out or take, one line for each kind and rule.
pub fn by_rule(records: &LeftOut, what: &str) -> Vec<String> {
    let all = records
        .iter()
        .flat_map(|(kind, rules)| rules.iter().map(move |(rule, records)| (*kind, rule, *records)));
    all.flat_map(|(kind, rule, records)| cause(kind, records, what, rule)).collect()
}

/// How many records of a kind met a cause, and what it is in words.
pub fn cause(kind: Kind, records: u64, what: &str, cause: &str) -> Vec<String> {
    let records = count(records, kind.noun(), kind.name());
    wrap(&waiting::clause(cause), &format!("  {records} {what} · "), "      ")
}

/// Which rows of the roster end, one line a kind; empty where none do.
pub fn departures(departures: &BTreeMap<Kind, Departures>) -> Vec<String> {
    let some = departures.iter().filter(|(_, one)| one.ended > 0 || one.held > 0);
    some.map(|(kind, one)| departure(*kind, *one)).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds end for themselves")]
fn departure(kind: Kind, one: Departures) -> String {
    let absent = match kind {
        Kind::Enrollment | Kind::Role | Kind::UserProfile | Kind::Demographics => {
            "absent, or gone with their class or person"
        }
        _ => "absent from the delivery",
    };
    let by_record = match kind {
        Kind::Enrollment | Kind::Role | Kind::UserProfile | Kind::Demographics => {
            "marked as to be deleted, or gone with their class or person"
        }
        _ => "marked as to be deleted",
    };
    let parts = [
        (one.by_absence, absent),
        (one.by_record, by_record),
        (one.by_rule, "left out by a rule"),
        (one.held, "kept back"),
    ];
    let some = parts.iter().filter(|(rows, _)| *rows > 0);
    let their = |rows: u64, why: &str| {
        let whose = if rows == 1 { "with its class" } else { "with their class" };
        format!("{} {}", thousands(rows), why.replace("with their class", whose))
    };
    let parts: Vec<_> = some.map(|(rows, why)| their(*rows, why)).collect();
    let ended = count(one.ended, kind.noun(), kind.name());
    match parts.as_slice() {
        [all] if one.held == 0 => {
            let why = all.split_once(' ').map_or(all.as_str(), |(_, why)| why);
            format!("  {ended}, {why}")
        }
        _ if one.ended == 0 => {
            format!("  {} kept back", count(one.held, kind.noun(), kind.name()))
        }
        parts => format!("  {ended}: {}", parts.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_goes_with_its_class_and_several_with_theirs() {
        let told = |rows: u64| {
            let gone = Departures { ended: rows, by_absence: rows, ..Departures::default() };
            departure(Kind::Enrollment, gone)
        };
        assert_eq!(told(1), "  1 enrollment, absent, or gone with its class or person");
        assert_eq!(told(2), "  2 enrollments, absent, or gone with their class or person");
    }
}
