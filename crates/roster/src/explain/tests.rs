//! Every cause brought out, in both readers' words.

mod order;
mod questions;

use std::fmt::Write as _;

use super::*;
use crate::check::table as checks;
use crate::model::Date;
use crate::plan::{Action, Hold, MatchHold, Outcome, Reason, Rule};

/// A deed done to the facts that brings out one cause.
type Deed = fn(&mut Facts);

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn change(reason: Reason) -> Change {
    Change { operation: 3, on: date("2026-09-15"), by: "Kim".to_owned(), reason }
}

fn told(outcome: Outcome) -> Said {
    Said::Record(Told {
        outcome,
        delivery: 4,
        received: date("2026-09-16"),
        file: "users.csv".to_owned(),
        line: 812,
        said: "student, Lincoln High, grade 10".to_owned(),
        twin: None,
    })
}

fn active() -> Presence {
    Presence::Active { since: change(Reason::CreatedBecauseNewInDelivery) }
}

fn ended(reason: Reason) -> Presence {
    Presence::Ended { by: change(reason) }
}

fn here() -> Standing {
    Standing { said: told(Outcome::Unchanged), presence: active(), ..Standing::default() }
}

fn absent(before: bool) -> Said {
    let Said::Record(before_that) = told(Outcome::Rejected(&checks::UNKNOWN_WORD)) else {
        unreachable!()
    };
    Said::Absent {
        delivery: 5,
        received: date("2026-09-17"),
        file: "users.csv".to_owned(),
        before: before.then_some(before_that),
    }
}

fn about_person() -> Facts {
    Facts {
        as_of: date("2026-09-20"),
        ends_inclusive: false,
        name: "Ana Ruiz".to_owned(),
        person: here(),
        class: None,
        guard: vec!["61 of 900 people of Lincoln High would be deactivated".to_owned()],
        nearest: Vec::new(),
        paused: None,
        merged_into: None,
        changed_by_hand: None,
        awaiting_release: None,
    }
}

fn about_class() -> Facts {
    let enrollment = Enrollment { standing: here(), span: Span::parse("2026-09-01", "2026-12-18") };
    let class = ClassFacts {
        title: "Algebra 2".to_owned(),
        standing: Some(here()),
        enrollments: vec![enrollment],
        moved_to: String::new(),
    };
    Facts { class: Some(class), ..about_person() }
}

fn seat(facts: &mut Facts) -> &mut Enrollment {
    &mut facts.class.as_mut().unwrap().enrollments[0]
}

fn class(facts: &mut Facts) -> &mut Option<Standing> {
    &mut facts.class.as_mut().unwrap().standing
}

fn out(said: Said) -> Standing {
    Standing { said, ..Standing::default() }
}

fn dropped() -> Dropped {
    Dropped {
        plan: 7,
        on: date("2026-09-16"),
        by: "Kim".to_owned(),
        reason: "half is missing".to_owned(),
    }
}

/// What brings out each cause of a question about a class, in the order of the table.
fn deeds() -> Vec<(Cause, Deed)> {
    vec![
        (Cause::HeldByGuard, |facts| {
            facts.person.held = Some(HeldLine { plan: 7, action: Action::End });
        }),
        (Cause::Member, |_| ()),
        (Cause::UnknownClass, |facts| {
            *class(facts) = None;
            seat(facts).standing = out(told(Outcome::Rejected(&checks::DANGLING_REFERENCE)));
        }),
        (Cause::MergedIntoAnother, |facts| facts.merged_into = Some("Anna Ruiz".to_owned())),
        (Cause::Undone, |facts| {
            facts.person.presence = ended(Reason::EndedBecauseCreationUndone);
            facts.person.moved_since = true;
        }),
        (Cause::ChangedByHand, |facts| facts.changed_by_hand = Some("Kim".to_owned())),
        (Cause::AwaitingApply, |facts| facts.person = out(told(Outcome::Create))),
        (Cause::HeldForMatch, |facts| {
            let hold = Hold::Match(MatchHold::SeveralCandidates);
            facts.person = out(told(Outcome::Held(hold)));
        }),
        (Cause::RejectedByCheck, |facts| {
            facts.person = out(told(Outcome::Rejected(&checks::MISSING_SOURCED_ID)));
        }),
        (Cause::LeftOutByRule, |facts| facts.person = out(told(Outcome::Ignored(Rule::Grades)))),
        (Cause::ClassLeftOutByRule, |facts| {
            *class(facts) = Some(out(told(Outcome::Ignored(Rule::Titles))));
        }),
        (Cause::ClassRejectedOrHeld, |facts| {
            *class(facts) = Some(out(told(Outcome::Rejected(&checks::MISSING_VALUE))));
        }),
        (Cause::EnrollmentRejected, |facts| {
            seat(facts).standing = out(told(Outcome::Rejected(&checks::DANGLING_REFERENCE)));
        }),
        (Cause::NotYetBegun, |facts| seat(facts).span = Span::parse("2026-09-21", "")),
        (Cause::EndedByDate, |facts| seat(facts).span = Span::parse("", "2026-09-20")),
        (Cause::AwaitingRelease, |facts| facts.awaiting_release = Some(date("2026-09-21"))),
        (Cause::EndedByDelivery, |facts| {
            seat(facts).standing.said = absent(true);
            seat(facts).standing.presence = ended(Reason::MovedToAnotherClass);
        }),
        (Cause::Deactivated, |facts| {
            facts.person.said = absent(true);
            facts.person.presence = ended(Reason::EndedBecauseAbsentFromDelivery);
        }),
        (Cause::NotInLastDelivery, |facts| facts.person = out(absent(true))),
        (Cause::NotEnrolledInDelivery, |facts| {
            facts.class.as_mut().unwrap().enrollments.clear();
        }),
        (Cause::NeverReceived, |facts| {
            facts.person = Standing::default();
            facts.name.clear();
            facts.class.as_mut().unwrap().enrollments.clear();
        }),
    ]
}

#[test]
fn the_table_has_every_cause_in_the_order_in_which_they_are_looked_at() {
    let brought_out: Vec<_> = deeds().into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(brought_out, Cause::ALL);
    let mut sorted = Cause::ALL;
    sorted.sort_unstable();
    assert_eq!(sorted, Cause::ALL);
}

#[test]
fn every_cause_is_brought_out_and_is_silent_otherwise() {
    for (cause, deed) in deeds() {
        let mut facts = about_class();
        deed(&mut facts);
        let told = explain(&facts, Reader::Administrator);
        assert_eq!(told.cause, cause, "{told:?}");
        let silent = explain(&about_class(), Reader::Administrator);
        assert!(cause == Cause::Member || silent.cause != cause);
    }
}

#[test]
fn a_rejection_today_does_not_move_a_member_out() {
    let mut facts = about_class();
    facts.person.said = told(Outcome::Rejected(&checks::MISSING_VALUE));
    let told = explain(&facts, Reader::Administrator);
    assert_eq!((told.cause, told.also), (Cause::Member, vec![Cause::RejectedByCheck]));
    assert!(told.obstacles.is_empty());
    assert!(told.sentence.contains("stays"), "{}", told.sentence);
}

#[test]
fn a_member_whom_a_dropped_plan_would_have_changed_is_told_of_it() {
    let mut facts = about_class();
    seat(&mut facts).standing.fate = Fate::Dropped(dropped());
    let sentence = |facts: &Facts| explain(facts, Reader::Administrator).sentence;
    assert!(!sentence(&facts).contains("dropped"));
    for (said, would) in [
        (absent(true), "would have ended that"),
        (told(Outcome::Held(Hold::Guard)), "would have changed it"),
    ] {
        seat(&mut facts).standing.said = said;
        assert_eq!(explain(&facts, Reader::Teacher).cause, Cause::Member);
        let told =
            format!(" Plan 7, which {would}, was dropped on 2026-09-16 by Kim (half is missing).");
        assert!(sentence(&facts).ends_with(&told), "{}", sentence(&facts));
        seat(&mut facts).standing.fate = Fate::Superseded;
        assert!(!sentence(&facts).contains("dropped"));
        seat(&mut facts).standing.fate = Fate::Dropped(dropped());
    }
}

#[test]
fn a_hold_is_named_though_the_person_is_active() {
    let mut facts = about_person();
    facts.person.held = Some(HeldLine { plan: 7, action: Action::End });
    let told = explain(&facts, Reader::Administrator);
    assert_eq!(told.obstacles, [Cause::HeldByGuard]);
    assert!(told.sentence.contains("Plan 7") && told.sentence.contains("61 of 900"));
}

#[test]
fn one_enrollment_of_several_is_enough() {
    let mut facts = about_class();
    let other = Enrollment {
        standing: out(told(Outcome::Rejected(&checks::INVALID_DATE))),
        span: Span::default(),
    };
    facts.class.as_mut().unwrap().enrollments.insert(0, other);
    let told = explain(&facts, Reader::Administrator);
    assert_eq!((told.cause, told.also), (Cause::Member, vec![Cause::EnrollmentRejected]));
}

#[test]
fn what_waits_for_its_class_is_no_obstacle_of_its_own() {
    let mut facts = about_class();
    *class(&mut facts) = Some(out(told(Outcome::Rejected(&checks::MISSING_VALUE))));
    let hold = Hold::Record(&checks::DEPENDS_ON_REJECTED);
    seat(&mut facts).standing = out(told(Outcome::Held(hold)));
    let told = explain(&facts, Reader::Administrator);
    assert_eq!(told.obstacles, [Cause::ClassRejectedOrHeld]);
}

#[test]
fn an_undo_stands_until_a_later_delivery_decides() {
    let mut facts = about_person();
    facts.person.presence = ended(Reason::EndedBecauseCreationUndone);
    facts.person.said = told(Outcome::Create);
    assert_eq!(explain(&facts, Reader::Teacher).cause, Cause::AwaitingApply);
    facts.person.moved_since = true;
    assert_eq!(explain(&facts, Reader::Teacher).cause, Cause::Undone);
}

#[test]
fn a_teacher_meets_no_ids_and_no_words_of_the_trade() {
    let forbidden = [
        "sourcedid",
        "oneroster",
        "rule",
        "sync",
        "csv",
        "delivery",
        "enrollment",
        "operation",
        "plan",
        "guard",
        "record",
        "`",
        "812",
        "roster",
        "identifier",
    ];
    for (cause, deed) in deeds() {
        for mut facts in [about_class(), about_person()] {
            if facts.class.is_none() && matches!(cause as u8, 2 | 10..=16 | 19 | 20) {
                continue;
            }
            deed(&mut facts);
            if cause == Cause::AwaitingApply {
                facts.person.fate = Fate::Dropped(dropped());
            }
            let told = explain(&facts, Reader::Teacher);
            let mut texts: Vec<_> = told.steps.iter().map(|step| step.sentence.clone()).collect();
            texts.extend([told.sentence, told.next, cause.meaning(Reader::Teacher).to_owned()]);
            for text in texts {
                let lower = text.to_lowercase();
                let found = forbidden.iter().find(|word| lower.contains(**word));
                assert_eq!(found, None, "{cause}: {text}");
            }
        }
    }
}

#[test]
fn both_readers_get_sentences_for_every_cause() {
    let mut page = String::new();
    for (cause, deed) in deeds() {
        let mut facts = about_class();
        deed(&mut facts);
        for reader in [Reader::Administrator, Reader::Teacher] {
            let Explanation { sentence, next, .. } = explain(&facts, reader);
            writeln!(page, "{cause} to {reader:?}:\n  {sentence}\n  {next}").unwrap();
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }
    insta::assert_snapshot!(page);
}
