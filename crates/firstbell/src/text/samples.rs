//! Reports to try the texts on.

mod runs;

use std::collections::BTreeMap;

use firstbell_roster::model::{Kind, Severity};
use firstbell_sync::report::{AboutDelivery, CheckReport, Example, FindingReport};

pub use runs::{held, not_undone, planned, refused, unchanged, undone};

/// What a lifelike delivery is.
pub fn about() -> AboutDelivery {
    let schools = [
        "Adams Elementary School",
        "Baker Elementary School",
        "Carver Middle School",
        "Douglass High School",
        "Edison Academy",
        "Franklin Elementary School",
    ];
    AboutDelivery {
        name: "oak.zip".to_owned(),
        format: "OneRoster CSV 1.1".to_owned(),
        system: "Example SIS".to_owned(),
        date: "2026-08-17T02:13:00Z".to_owned(),
        hash: "a1".repeat(32),
        schools: schools.map(str::to_owned).to_vec(),
        school_count: 12,
        students: 2_003,
        others: 1_998,
        classes: 1_470,
    }
}

/// A finding at one place.
pub fn finding(
    code: &str,
    severity: Severity,
    count: u64,
    students: u64,
    place: (&str, &str),
) -> FindingReport {
    let (file, field) = place;
    let places = (0..u32::try_from(count.min(7)).unwrap()).map(|number| Example {
        file: file.to_owned(),
        line: if file.is_empty() { 0 } else { 12 + 3 * number },
        column: 4,
        field: field.to_owned(),
    });
    let check =
        firstbell_roster::check::table::ALL.iter().find(|check| check.code == code).unwrap();
    FindingReport {
        accepted: None,
        lapsed: None,
        new: None,
        since: None,
        code: code.to_owned(),
        severity,
        count,
        students_affected: students,
        message: check.sentence.to_owned(),
        hint: check.hint.to_owned(),
        meant: String::new(),
        named: Vec::new(),
        examples: places.collect(),
    }
}

/// Findings of all weights, as a report lists them.
pub fn findings() -> Vec<FindingReport> {
    use Severity::{Error, Notice, Warning};
    vec![
        finding("dangling_reference", Error, 1_204, 312, ("enrollments.csv", "classSourcedId")),
        finding("student_without_enrollment", Warning, 41, 41, ("users.csv", "")),
        finding("class_without_teacher", Warning, 1, 27, ("classes.csv", "")),
        finding("user_without_trusted_identifier", Warning, 8, 5, ("users.csv", "")),
        finding("dangling_optional_reference", Warning, 3, 3, ("users.csv", "agentSourcedIds")),
        finding("not_utf8", Warning, 2, 1, ("users.csv", "familyName")),
        finding("date_form", Warning, 30, 30, ("enrollments.csv", "beginDate")),
        finding("no_manifest", Notice, 1, 0, ("", "")),
    ]
}

/// What a check of it reports.
pub fn checked() -> CheckReport {
    let received = [
        (Kind::Org, 13),
        (Kind::AcademicSession, 5),
        (Kind::Course, 120),
        (Kind::Class, 1_470),
        (Kind::User, 4_001),
        (Kind::Enrollment, 20_344),
    ];
    CheckReport {
        about: about(),
        received: BTreeMap::from(received),
        left_out: BTreeMap::new(),
        findings: findings(),
    }
}
