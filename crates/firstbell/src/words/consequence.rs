//! What a finding means for a district: whom it touches, what happens, and what to ask of whom.
//!
//! To give a check its words, add a line to [`table`]; a line with a file or a column stands
//! before the general one of the same code.

pub mod table;

use firstbell_sync::report::FindingReport;

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

/// How what happens to several students begins, and what happens to one.
const OF_ONE: [(&str, &str); 2] = [("are ", "is "), ("share ", "shares ")];

/// What a finding means, as one sentence.
pub fn sentence(finding: &FindingReport) -> String {
    let Some(one) = of(finding) else {
        return super::number::sentence(&finding.message);
    };
    let (file, _) = place(finding);
    let file = if file.is_empty() { "the delivery" } else { file };
    let cause = fill(one.cause, file, finding);
    let rows = rows(finding, if one.cause.contains("{file}") { "" } else { file });
    let students = if one.students.is_empty() { of_file(file) } else { one.students };
    if finding.students_affected > 0 && !students.is_empty() {
        let who = count(finding.students_affected, "student", "students");
        let of_one = |(many, one)| students.strip_prefix(many).map(|rest| format!("{one}{rest}"));
        let alone = Some(OF_ONE).filter(|_| finding.students_affected == 1);
        let students = alone.into_iter().flatten().find_map(of_one).unwrap_or(students.to_owned());
        return format!("{who} {students}: {cause}{rows}.");
    }
    super::number::sentence(&format!("{cause}{rows}: {}.", one.otherwise.replace("{file}", file)))
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

/// ` (1,204 rows, from line 812)`; nothing for a whole file or column.
fn rows(finding: &FindingReport, file: &str) -> String {
    let Some(line) = finding.examples.first().map(|place| place.line).filter(|line| *line > 1)
    else {
        return String::new();
    };
    let at = format!("{file} line {}", thousands(line.into()));
    let at = at.trim_start();
    match finding.count {
        1 => format!(" ({at})"),
        rows => format!(" ({} rows, from {at})", thousands(rows)),
    }
}

/// What happens to students whose record in a file cannot be taken.
fn of_file(file: &str) -> &'static str {
    match file.to_ascii_lowercase().as_str() {
        "users.csv" | "roles.csv" => "may be missing from the roster",
        "enrollments.csv" | "classes.csv" => "may miss a class",
        _ => "",
    }
}
