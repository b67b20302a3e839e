//! Reports to try the texts on.

use std::collections::BTreeMap;

use firstbell_roster::model::{Kind, Severity};
use firstbell_sync::report::{
    AboutDelivery, CheckReport, Departures, Example, FindingReport, GuardReason, GuardReport,
    Outcomes, RunReport, Status, SummaryLine, Timing, Verdict,
};

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
        code: code.to_owned(),
        severity,
        count,
        students_affected: students,
        message: check.sentence.to_owned(),
        hint: check.hint.to_owned(),
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
    CheckReport { about: about(), received: BTreeMap::from(received), findings: findings() }
}

/// What a plan of it reports.
pub fn planned() -> RunReport {
    RunReport {
        district: "oak".to_owned(),
        delivery: Some(3),
        plan: Some(7),
        digest: "b2".repeat(32),
        base_operation: 2,
        status: Status::Planned,
        operation: None,
        as_of: "2026-08-17".to_owned(),
        about: Some(about()),
        outcomes: outcomes(),
        departures: BTreeMap::from([
            (
                Kind::User,
                Departures { ended: 12, by_absence: 10, by_record: 2, ..Default::default() },
            ),
            (Kind::Enrollment, Departures { ended: 84, by_absence: 84, ..Default::default() }),
        ]),
        changes: 1_311,
        summary: summary(),
        pending_review: 1,
        findings: findings(),
        guard: GuardReport::default(),
        notes: Vec::new(),
        timings: Vec::new(),
    }
}

fn outcomes() -> BTreeMap<Kind, Outcomes> {
    let users = Outcomes {
        received: 4_001,
        create: 15,
        update: 20,
        unchanged: 3_963,
        ignored: 1,
        rejected: 1,
        held: 1,
        ignored_by: BTreeMap::from([("grades".to_owned(), 1)]),
        rejected_by: BTreeMap::from([("unknown_word".to_owned(), 1)]),
        held_by: BTreeMap::from([("contradiction".to_owned(), 1)]),
        ..Outcomes::default()
    };
    let enrollments = Outcomes {
        received: 20_344,
        create: 1_180,
        unchanged: 17_960,
        rejected: 1_204,
        rejected_by: BTreeMap::from([("dangling_reference".to_owned(), 1_204)]),
        ..Outcomes::default()
    };
    let same = |received| Outcomes { received, unchanged: received, ..Outcomes::default() };
    BTreeMap::from([
        (Kind::Org, same(13)),
        (Kind::Class, same(1_470)),
        (Kind::User, users),
        (Kind::Enrollment, enrollments),
    ])
}

fn summary() -> Vec<SummaryLine> {
    let line = |kind, action: &str, reason: &str, school: &str, count| SummaryLine {
        kind,
        action: action.to_owned(),
        reason: reason.to_owned(),
        school: school.to_owned(),
        count,
    };
    vec![
        line(Kind::User, "create", "created_because_new_in_delivery", "Adams Elementary School", 9),
        line(Kind::User, "create", "created_because_new_in_delivery", "Carver Middle School", 6),
        line(Kind::User, "update", "updated_because_changed_in_delivery", "Edison Academy", 20),
        line(Kind::User, "end", "ended_because_absent_from_delivery", "Edison Academy", 12),
        line(Kind::Enrollment, "create", "created_because_new_in_delivery", "", 1_172),
        line(Kind::Enrollment, "update", "moved_to_another_class", "", 8),
        line(Kind::Enrollment, "end", "ended_because_person_left", "", 84),
    ]
}

/// A plan that guards hold.
pub fn held() -> RunReport {
    let reason = |code: &str, kind, school: &str, message: &str| GuardReason {
        code: code.to_owned(),
        kind,
        school: school.to_owned(),
        message: message.to_owned(),
    };
    let reasons = vec![
        reason(
            "people_deactivated_in_school",
            Some(Kind::User),
            "Edison Academy",
            "62 of 410 people would become inactive; the limit is 5 % and 10",
        ),
        reason(
            "file_missing",
            Some(Kind::Class),
            "",
            "classes.csv came last time and is not there today",
        ),
        reason(
            "enrollments_ended",
            Some(Kind::Enrollment),
            "Adams Elementary School",
            "1,204 of 2,010 enrollments would end; the limit is 20 % and 50",
        ),
        reason(
            "enrollments_ended",
            Some(Kind::Enrollment),
            "Baker Elementary School",
            "900 of 1,000 enrollments would end; the limit is 20 % and 50",
        ),
    ];
    let guard = GuardReport { verdict: Verdict::Hold, reasons };
    RunReport { status: Status::Held, guard, ..planned() }
}

/// A sync that found nothing to do.
pub fn unchanged() -> RunReport {
    let timings = vec![Timing { stage: "read".to_owned(), cpu_seconds: 0.31, wall_seconds: 0.2 }];
    RunReport {
        status: Status::Unchanged,
        plan: None,
        changes: 0,
        departures: BTreeMap::new(),
        outcomes: BTreeMap::new(),
        summary: Vec::new(),
        findings: Vec::new(),
        pending_review: 0,
        timings,
        ..planned()
    }
}

/// An undo that left one row alone.
pub fn undone() -> RunReport {
    RunReport {
        status: Status::Applied,
        delivery: None,
        about: None,
        operation: Some(4),
        base_operation: 3,
        findings: Vec::new(),
        pending_review: 0,
        outcomes: BTreeMap::new(),
        departures: BTreeMap::new(),
        changes: 12,
        summary: vec![SummaryLine {
            kind: Kind::User,
            action: "restore".to_owned(),
            reason: "restored_because_end_undone".to_owned(),
            school: String::new(),
            count: 12,
        }],
        notes: vec!["1 user is left alone because it has changed since: 20417".to_owned()],
        ..planned()
    }
}

/// A delivery of another district.
pub fn refused() -> RunReport {
    RunReport {
        status: Status::Refused,
        notes: vec!["of its 12 schools none is known in this district".to_owned()],
        about: None,
        plan: None,
        ..unchanged()
    }
}
