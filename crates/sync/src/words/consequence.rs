//! What a finding means for a district: whom it touches, what happens, and what to ask of whom.
//!
//! To give a check its words, add a line to [`table`]; a line with a file or a column stands
//! before the general one of the same code.

pub mod table;

use std::collections::BTreeSet;

use crate::report::FindingReport;
use firstbell_roster::check::{Check, Effect, table as checks};
use firstbell_roster::model::{Column, Kind};

use super::number::{count, thousands};

/// What one check's findings mean, everywhere or in one file or column.
#[derive(Debug, PartialEq, Eq)]
pub struct Consequence {
    /// The check's code.
    pub code: &'static str,
    /// The file that it is about, such as `enrollments.csv`; empty for any.
    pub file: &'static str,
    /// The column that it is about; empty for any.
    pub field: &'static str,
    /// How heavy it is.
    pub weight: Weight,
    /// What is the case; `{file}` and `{field}` stand for the place, `{meant}` for the column
    /// that a header stands for, `{hint}` for what the finding itself says to do.
    pub cause: &'static str,
    /// What happens to the students whom it touches, after `312 students `; empty where it is
    /// the same for all findings of that file.
    pub students: &'static str,
    /// What happens where no student is touched.
    pub otherwise: &'static str,
    /// What to ask of whom.
    pub ask: &'static str,
}

/// How heavy a consequence is, the lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing is lost.
    Harmless,
    /// Something works less well.
    Weakens,
    /// Records wait for others that are named too.
    Follows,
    /// People or classes are missing.
    Loses,
    /// A whole file cannot be relied on.
    Stops,
}

/// The consequence of a finding: that of its column, of its file, or the general one.
pub fn of(finding: &FindingReport) -> Option<&'static Consequence> {
    let (file, field) = place(finding);
    let fits = |one: &&Consequence| {
        one.code == finding.code
            && (one.file.is_empty() || one.file.eq_ignore_ascii_case(file))
            && (one.field.is_empty() || one.field == field)
    };
    table::ALL.iter().find(fits)
}

/// How heavy a finding is; one without words is as heavy as its severity.
pub fn weight(finding: &FindingReport) -> Weight {
    of(finding).map_or(Weight::Weakens, |one| one.weight)
}

/// Whether a finding makes a file, and with it the delivery, one that cannot be relied on; not where
/// the district accepts it.
pub fn stops(finding: &FindingReport) -> bool {
    finding.accepted.is_none() && weight(finding) == Weight::Stops
}

/// The kinds of which these findings make the files such that cannot be relied on.
pub fn stopped(findings: &[FindingReport]) -> BTreeSet<Kind> {
    let places = findings.iter().filter(|one| stops(one)).filter_map(|one| one.examples.first());
    places.filter_map(|place| kind(&place.file)).collect()
}

/// Whether a finding only says what follows where the files of these kinds cannot be relied on: what
/// names their records finds none, and what their records would join stands alone.
pub fn follows(finding: &FindingReport, stopped: &BTreeSet<Kind>) -> bool {
    let (file, field) = place(finding);
    let named = kind(file).and_then(|kind| {
        let column = kind.columns().iter().find(|column| column.name == field)?;
        Column::refers_to(column)
    });
    let dangling = [&checks::DANGLING_REFERENCE, &checks::DANGLING_OPTIONAL_REFERENCE];
    let lone = [
        &checks::CLASS_WITHOUT_TEACHER,
        &checks::CLASS_WITHOUT_STUDENTS,
        &checks::STUDENT_WITHOUT_ENROLLMENT,
        &checks::STAFF_WITHOUT_ENROLLMENT,
        &checks::SCHOOL_WITHOUT_CLASSES,
        &checks::SCHOOL_WITHOUT_TEACHERS,
    ];
    let is = |some: &[&Check]| some.iter().any(|check| check.code == finding.code);
    is(&dangling) && named.is_some_and(|kind| stopped.contains(&kind))
        || is(&lone) && Kind::NEEDED.iter().any(|kind| stopped.contains(kind))
        || finding.code == checks::USER_WITHOUT_ROLE.code && stopped.contains(&Kind::Role)
}

/// The kind that a file has by its name.
fn kind(file: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.file().eq_ignore_ascii_case(file))
}

/// How what happens to several students begins, and what happens to one.
const OF_ONE: [(&str, &str); 4] =
    [("are ", "is "), ("share ", "shares "), ("have ", "has "), ("belong ", "belongs ")];

/// What a finding means, as one sentence.
pub fn sentence(finding: &FindingReport) -> String {
    let Some(one) = of(finding) else {
        return super::number::sentence(&finding.message);
    };
    let (file, _) = place(finding);
    let file = if file.is_empty() { "the delivery" } else { file };
    let cause = fill(one.cause, file, finding);
    let rows = rows(finding, if one.cause.contains("{file}") { "" } else { file });
    let students = match one.students {
        "" if keeps_out(one.code) => of_file(file),
        students => students,
    };
    if finding.students_affected > 0 && !students.is_empty() {
        let who = count(finding.students_affected, "student", "students");
        let of_one = |(many, one)| students.strip_prefix(many).map(|rest| format!("{one}{rest}"));
        let alone = Some(OF_ONE).filter(|_| finding.students_affected == 1);
        let students = alone.into_iter().flatten().find_map(of_one).unwrap_or(students.to_owned());
        return format!("{who} {students}: {cause}{rows}.");
    }
    super::number::sentence(&format!("{cause}{rows}: {}.", one.otherwise.replace("{file}", file)))
}

/// What is wrong at one place of a finding, as a clause, with its column.
pub fn of_place(finding: &FindingReport) -> String {
    match place(finding).1 {
        "" => finding.message.clone(),
        field => format!("{field}: {}", finding.message),
    }
}

/// What to ask of whom, as one sentence.
pub fn ask(finding: &FindingReport) -> String {
    match of(finding).map(|one| one.ask) {
        Some(ask) if !ask.is_empty() => fill(ask, place(finding).0, finding),
        _ => finding.hint.clone(),
    }
}

/// A text with the place of a finding.
fn fill(text: &str, file: &str, finding: &FindingReport) -> String {
    let text = text.replace("{file}", file).replace("{field}", place(finding).1);
    text.replace("{meant}", &finding.meant).replace("{hint}", &finding.hint)
}

fn place(finding: &FindingReport) -> (&str, &str) {
    finding.examples.first().map_or(("", ""), |place| (&place.file, &place.field))
}

/// ` ("s1", "s2" and 3 more)`: what a finding is about where no line tells.
pub fn named(finding: &FindingReport) -> String {
    let shown: Vec<_> = finding.named.iter().take(NAMED).map(|name| format!("{name:?}")).collect();
    let more = finding.named.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    if shown.is_empty() { String::new() } else { format!(" ({}{more})", shown.join(", ")) }
}

/// How many are named in a sentence.
const NAMED: usize = 3;

/// ` (1,204 rows, from line 812)`; what it names for a whole file or column.
fn rows(finding: &FindingReport, file: &str) -> String {
    let Some(line) = finding.examples.first().map(|place| place.line).filter(|line| *line > 1)
    else {
        return named(finding);
    };
    let at = format!("{file} line {line}");
    let at = at.trim_start();
    match finding.count {
        1 => format!(" ({at})"),
        rows => format!(" ({} rows, from {at})", thousands(rows)),
    }
}

/// Whether a check keeps the record that it stands at from being taken.
fn keeps_out(code: &str) -> bool {
    checks::ALL.iter().any(|check| check.code == code && check.effect != Effect::None)
}

/// What happens to students whose record in a file cannot be taken.
fn of_file(file: &str) -> &'static str {
    match file.to_ascii_lowercase().as_str() {
        "users.csv" | "roles.csv" => "may be missing from the roster",
        "enrollments.csv" | "classes.csv" => "may miss a class",
        _ => "",
    }
}
