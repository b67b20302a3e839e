use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_sync::check::Values;
use firstbell_sync::report::{
    AboutDelivery, Candidate, ChangeReport, DoctorLine, ExportReport, FieldChange, HistoryEntry,
    OperationReport, Reader, RunReport, VerifyReport, WhyReport, WhyStep,
};
use insta::{assert_json_snapshot, assert_snapshot};

use super::samples;
use super::{about, bounded, changes, check, head, log, run, why, width};

#[test]
fn a_check_says_what_matters_first() {
    assert_snapshot!(check::render(&samples::checked(), &Values::default()));
}

#[test]
fn a_delivery_is_dated_by_what_is_known() {
    let dated = |date: &str| {
        let about = AboutDelivery { date: date.to_owned(), ..samples::about() };
        about::lines(&about).join(" ")
    };
    assert!(dated("2026-08-17T02:13:00Z").contains("; newest change 2026-08-17 02:13 UTC."));
    assert!(dated("2026-08-17").contains("; written on 2026-08-17."));
    assert!(dated("").contains("; not dated."));
}

#[test]
fn a_clean_check_says_so() {
    let mut report = samples::checked();
    report.findings.clear();
    assert_snapshot!(check::render(&report, &Values::default()));
}

#[test]
fn a_plan_that_may_be_applied() {
    assert_snapshot!(run::render(&samples::planned(), "firstbell"));
}

#[test]
fn a_plan_on_hold_says_why_and_what_next() {
    assert_snapshot!(run::render(&samples::held(), "firstbell"));
}

#[test]
fn a_part_that_is_kept_back_is_told_beside_what_was_applied() {
    let report = RunReport { operation: Some(3), ..samples::held() };
    let text = run::render(&report, "firstbell");
    assert!(
        text.contains("Applied in part: 1,311 changes to the roster, as operation 3."),
        "{text}"
    );
    assert!(text.contains("The rest is on hold as plan 7."), "{text}");
}

#[test]
fn no_changes_is_an_outcome() {
    assert_snapshot!(run::render(&samples::unchanged(), "firstbell"));
}

#[test]
fn an_undo_says_what_it_left_alone() {
    assert_snapshot!(run::render(&samples::undone(), "firstbell"));
}

#[test]
fn an_undo_that_has_nothing_to_do_says_so() {
    assert_snapshot!(run::render(&samples::not_undone(), "firstbell"));
}

#[test]
fn an_undo_is_shown_before_anybody_is_asked() {
    assert_snapshot!(run::undo_preview(&samples::undone()));
}

#[test]
fn a_refusal_says_why() {
    assert_snapshot!(run::render(&samples::refused(), "firstbell"));
}

#[test]
fn a_report_as_json_keeps_its_names() {
    assert_json_snapshot!(samples::held());
}

#[test]
fn the_first_lines_hold_the_whole_story() {
    for text in [
        check::render(&samples::checked(), &Values::default()),
        run::render(&samples::held(), "firstbell"),
    ] {
        let first: Vec<_> = text.lines().take(head::LINES).collect();
        assert!(first.iter().any(|line| line.starts_with("What matters most")), "{text}");
        assert!(first.iter().any(|line| line.contains("312 students")), "{text}");
    }
}

#[test]
fn values_that_are_shown_take_no_place_of_what_matters() {
    let mut report = samples::checked();
    report.findings.extend(report.findings.clone());
    let places = report.findings.iter().flat_map(|finding| finding.examples.clone());
    let values: Values = places.map(|place| (place, "a value of some length".to_owned())).collect();
    let things = |values: &Values| {
        let text = check::render(&report, values);
        (1..=9).take_while(|number| text.contains(&format!("\n {number}. "))).count()
    };
    assert_eq!((things(&values), things(&Values::default())), (5, 5));
}

#[test]
fn settings_that_are_tried_mend_nothing() {
    let mut report = RunReport { compared_with: Some(3), tried: true, ..samples::planned() };
    report.findings[0].new = Some(1);
    let text = run::render(&report, "firstbell");
    let told = text.lines().find(|line| line.starts_with("Found beside delivery 3: 1 new place; "));
    assert!(told.is_some_and(|line| line.ends_with(" as before.")), "{text}");
}

#[test]
fn a_width_stays_readable() {
    assert_eq!([20, 80, 400].map(bounded), [60, 80, 120]);
    assert_eq!(width(), 100, "where there is no terminal");
}

#[test]
fn lines_fit_a_terminal() {
    for report in [samples::planned(), samples::held(), samples::undone()] {
        for line in run::render(&report, "firstbell").lines() {
            assert!(textwrap::core::display_width(line) <= width(), "{line}");
        }
    }
}

fn candidate(sourced_id: &str, name: &str) -> Candidate {
    Candidate {
        sourced_id: sourced_id.to_owned(),
        name: name.to_owned(),
        school: "Edison Academy".to_owned(),
        grades: "07".to_owned(),
        role: "student".to_owned(),
    }
}

#[test]
fn a_story_is_told_step_by_step() {
    let step = |step: &str, sentence: &str| WhyStep {
        step: step.to_owned(),
        sentence: sentence.to_owned(),
    };
    let report = WhyReport {
        subject: None,
        cause: "enrollment_rejected".to_owned(),
        obstacles: vec!["unknown_class".to_owned(), "enrollment_rejected".to_owned()],
        also: vec!["rejected_by_check".to_owned()],
        sentence: "Maya Lopez is not in Algebra 1 because its class is not in classes.csv"
            .to_owned(),
        steps: vec![
            step("received", "users.csv line 812 and enrollments.csv line 7,001"),
            step(
                "checked",
                "enrollments.csv line 7,001 was rejected: it names a class that is neither in this delivery nor in the roster",
            ),
        ],
        nearest: vec![candidate("20418", "Mayra Lopes")],
    };
    assert_snapshot!(why::render(&report, Reader::Administrator));
}

#[test]
fn values_have_their_time_and_origin() {
    let entry = |value: &str, until: Option<i64>| HistoryEntry {
        field: "email".to_owned(),
        value: value.to_owned(),
        sourced_id: "20417".to_owned(),
        from: 2,
        from_at: "2026-08-17T02:13:00Z".to_owned(),
        until,
        until_at: "2026-08-18T02:13:00Z".to_owned(),
        reason: "the delivery has other values".to_owned(),
        approver: "Ana Reyes".to_owned(),
        source: "delivery 3, users.csv line 812".to_owned(),
    };
    assert_snapshot!(why::history(&[entry("m@oak.example", Some(3)), entry("", None)]));
}

fn operation(number: i64, undoes: Option<i64>) -> OperationReport {
    OperationReport {
        operation: number,
        kind: if undoes.is_some() { "undo" } else { "sync" }.to_owned(),
        at: "2026-08-17T02:13:00Z".to_owned(),
        identity: "root".to_owned(),
        by: if number == 2 { "Ana Reyes".to_owned() } else { String::new() },
        note: if number == 2 { "checked with the office".to_owned() } else { String::new() },
        plan: Some(number),
        approved: number == 2,
        digest: "b2".repeat(32),
        undoes,
        undone_by: (number == 2).then_some(3),
        undone_in_part: false,
        changes: 1_311,
        counts: BTreeMap::from([("users.create".to_owned(), 15), ("users.end".to_owned(), 12)]),
        hash: "c3".repeat(32),
    }
}

#[test]
fn the_log_lists_operations() {
    assert_snapshot!(log::list(&[operation(3, Some(2)), operation(2, None)]));
}

#[test]
fn an_operation_in_full() {
    assert_snapshot!(log::one(&operation(2, None)));
}

#[test]
fn a_log_is_whole_or_altered() {
    let whole = VerifyReport { operations: 3, broken: None };
    assert_eq!(log::verified(&whole), "The log is whole: 3 operations verified, none was altered.");
    let broken = VerifyReport { operations: 3, broken: Some("operation 2 was changed".to_owned()) };
    assert!(log::verified(&broken).contains("ALTERED. Operation 2 was changed."));
}

#[test]
fn an_export_lists_its_files() {
    assert_snapshot!(log::export(&ExportReport {
        format: "oneroster-1.1".to_owned(),
        as_of: 4,
        rows: BTreeMap::from([("orgs.csv".to_owned(), 13), ("users.csv".to_owned(), 4_001)]),
        notes: vec!["2 roles at a second school have no place in OneRoster 1.1".to_owned()],
    }));
}

#[test]
fn a_doctor_names_what_needs_attention_first() {
    let line = |subject: &str, good, sentence: &str| DoctorLine {
        subject: subject.to_owned(),
        good,
        sentence: sentence.to_owned(),
    };
    assert_snapshot!(log::doctor(&[
        line("database", true, "answers in 1 ms"),
        line("master key", false, "others may read it; run chmod 600 master.key"),
    ]));
}

#[test]
fn a_change_shows_values_and_reason() {
    let field = |field: &str, before: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    assert_snapshot!(changes::one(&ChangeReport {
        number: 0,
        kind: Kind::User,
        action: "update".to_owned(),
        reason: "updated_because_changed_in_delivery".to_owned(),
        sentence: "The delivery has other values.".to_owned(),
        sourced_id: "20417".to_owned(),
        name: "Maya Lopez".to_owned(),
        school: "Edison Academy".to_owned(),
        line: 812,
        group: 0,
        fields: vec![
            field("email", "m@oak.example", "maya@oak.example"),
            field("phone", "555", ""),
            field("sms", "", "555")
        ],
    }));
}
