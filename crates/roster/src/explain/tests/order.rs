//! Which of several causes is named.

use super::*;

/// The facts with the deeds of two causes done to them.
fn both(first: Deed, second: Deed) -> Facts {
    let mut facts = about_class();
    first(&mut facts);
    second(&mut facts);
    facts
}

fn deed(of: Cause) -> Deed {
    deeds().into_iter().find(|(cause, _)| *cause == of).unwrap().1
}

#[test]
fn of_two_causes_the_earlier_one_is_named_and_both_are_listed() {
    let of_the_person = [Cause::Undone, Cause::Deactivated, Cause::RejectedByCheck];
    let later = |cause: &Cause| *cause > Cause::ClassRejectedOrHeld && *cause < Cause::Deactivated;
    for first in of_the_person {
        for (second, other) in deeds().into_iter().filter(|(cause, _)| later(cause)) {
            let told = explain(&both(deed(first), other), Reader::Administrator);
            let mut both = vec![first, second];
            both.sort_unstable();
            assert_eq!((told.cause, told.obstacles), (both[0], both));
        }
    }
}

#[test]
fn a_plan_that_does_not_take_the_whole_path_is_not_waited_for() {
    let lacking = [
        Cause::UnknownClass,
        Cause::ClassLeftOutByRule,
        Cause::ClassRejectedOrHeld,
        Cause::EnrollmentRejected,
        Cause::EndedByDate,
        Cause::EndedByDelivery,
        Cause::NotEnrolledInDelivery,
    ];
    for cause in lacking {
        let told = explain(&both(deed(Cause::AwaitingApply), deed(cause)), Reader::Teacher);
        assert_eq!(told.cause, cause);
        assert!(!told.obstacles.contains(&Cause::AwaitingApply), "{told:?}");
    }
    for cause in [Cause::ChangedByHand, Cause::NotYetBegun, Cause::AwaitingRelease] {
        let told = explain(&both(deed(Cause::AwaitingApply), deed(cause)), Reader::Teacher);
        let mut both = vec![Cause::AwaitingApply, cause];
        both.sort_unstable();
        assert_eq!(told.obstacles, both);
    }
}

#[test]
fn a_plan_that_does_not_bring_the_person_is_not_what_they_wait_for() {
    let mut facts = about_class();
    *class(&mut facts) = Some(out(told(Outcome::Create)));
    seat(&mut facts).standing =
        out(told(Outcome::Held(Hold::Record(&checks::DEPENDS_ON_REJECTED))));
    facts.person = out(told(Outcome::Rejected(&checks::MISSING_VALUE)));
    let cause = [Cause::RejectedByCheck];
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, cause);
    class(&mut facts).as_mut().unwrap().held = Some(HeldLine { plan: 7, action: Action::Create });
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, cause, "held or not");
    class(&mut facts).as_mut().unwrap().held = None;
    facts.person = out(told(Outcome::Create));
    let told_of_seat = explain(&facts, Reader::Teacher).obstacles;
    assert_eq!(told_of_seat, [Cause::EnrollmentRejected], "what it names is taken");
    seat(&mut facts).standing = out(told(Outcome::Create));
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::AwaitingApply]);
}

#[test]
fn an_undo_that_did_not_have_the_person_is_not_what_keeps_them_out() {
    let mut facts = about_class();
    let undone = Standing { presence: ended(Reason::EndedBecauseCreationUndone), ..here() };
    let undone = Standing { moved_since: true, ..undone };
    *class(&mut facts) = Some(undone.clone());
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::Undone]);
    seat(&mut facts).standing = out(told(Outcome::Rejected(&checks::INVALID_DATE)));
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::EnrollmentRejected]);
    seat(&mut facts).standing = undone.clone();
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::Undone]);
    facts.class.as_mut().unwrap().enrollments.clear();
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::NotEnrolledInDelivery]);
    facts.person = undone;
    let alone = explain(&facts, Reader::Administrator);
    assert_eq!(alone.obstacles, [Cause::Undone, Cause::NotEnrolledInDelivery]);
    assert!(alone.sentence.contains("into the roster was undone"), "{}", alone.sentence);
    facts.person = Standing::default();
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::NeverReceived]);
}

#[test]
fn a_place_that_an_undo_gave_back_to_another_class_is_undone() {
    let mut facts = about_class();
    seat(&mut facts).standing =
        Standing { presence: ended(Reason::UpdatedBecauseChangeUndone), ..Standing::default() };
    assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::Undone]);
}

#[test]
fn a_plan_that_was_dropped_is_told_as_dropped() {
    let fate = || Fate::Dropped(dropped());
    for outcome in [Outcome::Create, Outcome::Held(Hold::Guard)] {
        let mut facts = about_class();
        facts.person = Standing { fate: fate(), ..out(told(outcome)) };
        seat(&mut facts).standing = Standing { fate: fate(), ..out(told(outcome)) };
        let mut page = String::new();
        for reader in [Reader::Administrator, Reader::Teacher] {
            let Explanation { obstacles, sentence, next, .. } = explain(&facts, reader);
            assert_eq!(obstacles, [Cause::AwaitingApply]);
            writeln!(page, "{reader:?}:\n  {sentence}\n  {next}").unwrap();
        }
        insta::assert_snapshot!("dropped", page);
        seat(&mut facts).standing.said = told(Outcome::Rejected(&checks::INVALID_DATE));
        assert_eq!(explain(&facts, Reader::Teacher).obstacles, [Cause::EnrollmentRejected]);
    }
}

#[test]
fn a_dropped_plan_that_would_have_ended_a_row_by_a_rule_is_told() {
    let mut facts = about_person();
    let dropped =
        |outcome| Standing { said: told(outcome), fate: Fate::Dropped(dropped()), ..here() };
    for (rule, is_told) in [(Rule::Grades, true), (Rule::OlderThanKnown, false)] {
        facts.person = dropped(Outcome::Ignored(rule));
        let told = explain(&facts, Reader::Administrator);
        assert_eq!(
            told.sentence.contains("which would have ended that"),
            is_told,
            "{}",
            told.sentence
        );
    }
}

#[test]
fn what_only_a_superseded_plan_took_is_not_waited_for() {
    let mut facts = about_person();
    facts.person = Standing { fate: Fate::Superseded, ..out(told(Outcome::Create)) };
    let told = explain(&facts, Reader::Administrator);
    assert_eq!(told.obstacles, [Cause::NotInLastDelivery]);
    assert!(told.sentence.contains("its plan was never applied"), "{}", told.sentence);
}
