//! Reports of runs.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_sync::report::{
    ConflictReport, Departures, GuardReason, GuardReport, Outcomes, RunReport, Status, SummaryLine,
    Timing, Verdict, WaitingReport,
};

use super::{about, findings};

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
        waiting: vec![WaitingReport {
            kind: Kind::User,
            file: "users.csv".to_owned(),
            line: 412,
            reason: "id_reused".to_owned(),
        }],
        findings: findings(),
        guard: GuardReport::default(),
        undoes: None,
        conflicts: Vec::new(),
        closed: None,
        tried: false,
        fixed: Vec::new(),
        compared_with: None,
        moved: false,
        rekeyed: false,
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
        (Kind::LineItemLearningObjectiveId, same(13)),
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
    let reasons = vec![
        reason(
            "people_deactivated",
            "Edison Academy",
            "62 of 410 people of Edison Academy would be deactivated",
        ),
        reason("file_missing", "", "classes.csv came last time and is not there now"),
        reason(
            "enrollments_ended",
            "Adams Elementary School",
            "1,204 of 2,010 enrollments would end",
        ),
        reason(
            "enrollments_ended",
            "Baker Elementary School",
            "900 of 1,000 enrollments would end",
        ),
    ];
    let guard = GuardReport { verdict: Verdict::Hold, reasons };
    RunReport { status: Status::Held, guard, ..planned() }
}

fn reason(code: &str, school: &str, message: &str) -> GuardReason {
    GuardReason {
        code: code.to_owned(),
        kind: None,
        school: school.to_owned(),
        message: message.to_owned(),
    }
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
        waiting: Vec::new(),
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
        waiting: Vec::new(),
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
        undoes: Some(3),
        conflicts: [(Kind::User, 12), (Kind::Enrollment, 40), (Kind::User, 17)]
            .map(|(kind, row)| ConflictReport {
                kind,
                row,
                sourced_id: format!("S-{row}"),
                reason: "changed_since".to_owned(),
                message: "changed since".to_owned(),
            })
            .to_vec(),
        guard: GuardReport {
            verdict: Verdict::Hold,
            reasons: vec![reason(
                "people_deactivated",
                "Edison Academy",
                "62 of 410 people of Edison Academy would be deactivated",
            )],
        },
        notes: vec!["operation 3 is taken back in part: 3 rows are left as they are".to_owned()],
        ..planned()
    }
}

/// An undo that had nothing to do.
pub fn not_undone() -> RunReport {
    RunReport {
        status: Status::Unchanged,
        operation: None,
        changes: 0,
        summary: Vec::new(),
        guard: GuardReport::default(),
        notes: Vec::new(),
        ..undone()
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
