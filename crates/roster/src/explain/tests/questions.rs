//! Random questions: whoever has what stands in the way mended is a member.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other cause needs no mending here")]

use proptest::prelude::*;

use super::*;
use crate::model::span::Day;

fn outcomes() -> impl Strategy<Value = Outcome> {
    let mut all = vec![
        Outcome::Create,
        Outcome::Update,
        Outcome::Restore,
        Outcome::End,
        Outcome::Unchanged,
        Outcome::Held(Hold::Guard),
        Outcome::Rejected(&checks::MISSING_VALUE),
        Outcome::Held(Hold::Record(&checks::DEPENDS_ON_REJECTED)),
        Outcome::Held(Hold::Match(MatchHold::Contradiction)),
    ];
    all.extend(Rule::ALL.map(Outcome::Ignored));
    prop::sample::select(all)
}

prop_compose! {
    fn standings()(
        said in prop_oneof![Just(Said::Nothing), Just(absent(true)), Just(absent(false)), outcomes().prop_map(told)],
        moved_since in any::<bool>(),
        presence in prop_oneof![
            Just(Presence::Never), Just(active()),
            prop::sample::select(Reason::ALL.to_vec()).prop_map(ended),
        ],
        fate in prop_oneof![
            3 => Just(Fate::Stands), 1 => Just(Fate::Superseded),
            1 => Just(Fate::Dropped(dropped())),
        ],
        held in prop_oneof![
            3 => Just(None), 1 => Just(Some(HeldLine { plan: 7, action: Action::Create })),
        ],
    ) -> Standing {
        Standing { said, moved_since, fate, presence, held, tied: None }
    }
}

prop_compose! {
    fn enrollments()(
        standing in standings(),
        begin in prop::sample::select(vec!["", "2026-09-01", "2026-09-20", "2026-09-21"]),
        end in prop::sample::select(vec!["", "2026-09-20", "2026-09-21", "2026-12-18"]),
    ) -> Enrollment {
        Enrollment { standing, span: Span::parse(begin, end) }
    }
}

prop_compose! {
    fn questions()(
        person in standings(),
        class in prop::option::of((prop::option::of(standings()), prop::collection::vec(enrollments(), 0..3))),
        ends_inclusive in any::<bool>(),
        (merged, by_hand, release) in any::<(bool, bool, bool)>(),
    ) -> Facts {
        let class = class.map(|(standing, enrollments)| ClassFacts {
            title: "Algebra 2".to_owned(), standing, enrollments, moved_to: String::new(),
        });
        Facts {
            person, class, ends_inclusive,
            merged_into: merged.then(|| "Anna".to_owned()),
            changed_by_hand: by_hand.then(|| "Kim".to_owned()),
            awaiting_release: release.then(|| date("2026-09-25")),
            ..about_person()
        }
    }
}

/// Takes one obstacle away, and nothing else; what merely follows another record follows.
fn mend(facts: &mut Facts, cause: Cause) {
    let settle = |standing: &mut Standing, stands: &[Stand]| {
        if stands.contains(&standing.stand()) {
            *standing = here();
        }
    };
    let own: &[Stand] = match cause {
        Cause::Undone => &[Stand::Undone],
        Cause::AwaitingApply => &[Stand::Awaiting],
        Cause::HeldForMatch => &[Stand::Unmatched],
        Cause::RejectedByCheck => &[Stand::Rejected],
        Cause::LeftOutByRule => &[Stand::LeftOut],
        Cause::Deactivated => &[Stand::Gone],
        Cause::NotInLastDelivery => &[Stand::Absent],
        Cause::NeverReceived => &[Stand::Never],
        _ => &[],
    };
    settle(&mut facts.person, own);
    if cause == Cause::HeldByGuard {
        release(&mut facts.person);
    }
    let (as_of, inclusive) = (facts.as_of, facts.ends_inclusive);
    if let Some(class) = &mut facts.class {
        mend_class(class, cause, &settle);
        for one in &mut class.enrollments {
            mend_seat(one, cause, as_of, inclusive, &settle);
        }
        let nobody = matches!(cause, Cause::NotEnrolledInDelivery | Cause::NeverReceived);
        if nobody && class.enrollments.is_empty() {
            class.enrollments.push(Enrollment { standing: here(), span: Span::default() });
        }
    }
    match cause {
        Cause::MergedIntoAnother => facts.merged_into = None,
        Cause::ChangedByHand => facts.changed_by_hand = None,
        Cause::AwaitingRelease => facts.awaiting_release = None,
        _ => {}
    }
}

fn release(standing: &mut Standing) {
    if standing.stand() == Stand::Held {
        *standing = here();
    }
    standing.held = None;
}

fn mend_class(class: &mut ClassFacts, cause: Cause, settle: &dyn Fn(&mut Standing, &[Stand])) {
    let stands: &[Stand] = match cause {
        Cause::UnknownClass => &[Stand::Never, Stand::Absent],
        Cause::Undone => &[Stand::Undone],
        Cause::AwaitingApply => &[Stand::Awaiting, Stand::Held],
        Cause::ClassLeftOutByRule => &[Stand::LeftOut],
        Cause::ClassRejectedOrHeld => &[Stand::Rejected, Stand::Unmatched],
        Cause::EndedByDelivery => &[Stand::Gone],
        Cause::HeldByGuard => &[Stand::Held],
        _ => &[],
    };
    let standing = class.standing.get_or_insert_with(Standing::default);
    settle(standing, stands);
}

fn mend_seat(
    one: &mut Enrollment,
    cause: Cause,
    as_of: Date,
    inclusive: bool,
    settle: &dyn Fn(&mut Standing, &[Stand]),
) {
    let stands: &[Stand] = match cause {
        Cause::Undone => &[Stand::Undone],
        Cause::AwaitingApply => &[Stand::Awaiting],
        Cause::LeftOutByRule => &[Stand::LeftOut],
        Cause::EnrollmentRejected => &[Stand::Rejected, Stand::Unmatched],
        Cause::EndedByDelivery => &[Stand::Gone],
        Cause::NotEnrolledInDelivery | Cause::NeverReceived => &[Stand::Never, Stand::Absent],
        _ => &[],
    };
    let new = !stands.is_empty()
        && matches!(one.standing.stand(), Stand::Gone | Stand::Never | Stand::Absent);
    settle(&mut one.standing, stands);
    if new && one.standing.is_active() {
        one.span = Span::default();
    }
    if cause == Cause::HeldByGuard {
        release(&mut one.standing);
    }
    let day = one.span.stands(as_of, inclusive);
    if (cause == Cause::NotYetBegun && day == Day::Before)
        || (cause == Cause::EndedByDate && day == Day::After)
    {
        one.span = Span::default();
    }
}

/// Whether a cause is mended by a delivery or by settings, so that the next run plans anew.
fn is_planned_anew(cause: Cause) -> bool {
    match cause {
        Cause::HeldByGuard
        | Cause::Member
        | Cause::MergedIntoAnother
        | Cause::ChangedByHand
        | Cause::AwaitingApply
        | Cause::NotYetBegun
        | Cause::AwaitingRelease => false,
        Cause::UnknownClass
        | Cause::Undone
        | Cause::HeldForMatch
        | Cause::RejectedByCheck
        | Cause::LeftOutByRule
        | Cause::ClassLeftOutByRule
        | Cause::ClassRejectedOrHeld
        | Cause::EnrollmentRejected
        | Cause::EndedByDate
        | Cause::EndedByDelivery
        | Cause::Deactivated
        | Cause::NotInLastDelivery
        | Cause::NotEnrolledInDelivery
        | Cause::NeverReceived => true,
    }
}

/// What the next run brings, where it plans anew: what waited with a plan that it takes the place
/// of, and a class that an undo took back.
fn plan_anew(facts: &mut Facts) {
    let bring = |standing: &mut Standing, with: &[Stand]| {
        if with.contains(&standing.stand()) {
            *standing = here();
        }
    };
    bring(&mut facts.person, &[Stand::Awaiting]);
    let Some(class) = &mut facts.class else { return };
    for one in &mut class.enrollments {
        bring(&mut one.standing, &[Stand::Awaiting]);
    }
    if let Some(standing) = &mut class.standing {
        bring(standing, &[Stand::Awaiting, Stand::Held, Stand::Undone]);
    }
}

/// What waits for, or is left out with, a person or class that is mended follows by itself.
fn follow(facts: &mut Facts, followers: &[usize]) {
    let Some(class) = &mut facts.class else { return };
    for at in followers {
        class.enrollments[*at].standing = here();
    }
}

fn followers(facts: &Facts) -> Vec<usize> {
    let class = facts.class.iter().flat_map(|class| class.enrollments.iter().enumerate());
    class
        .filter(|(_, one)| Path::new(facts, Some(one)).seat == Some(Stand::Follows))
        .map(|(at, _)| at)
        .collect()
}

proptest! {
    #[test]
    fn the_cause_is_the_first_obstacle_and_without_the_obstacles_the_person_is_a_member(
        facts in questions()
    ) {
        let told = explain(&facts, Reader::Administrator);
        let first = told.obstacles.first().copied().unwrap_or(Cause::Member);
        prop_assert_eq!(told.cause, first);
        prop_assert!(told.obstacles.is_sorted());
        prop_assert!(told.also.iter().all(|cause| !told.obstacles.contains(cause)));
        let mut mended = facts.clone();
        let followers = followers(&facts);
        for cause in &told.obstacles {
            mend(&mut mended, *cause);
        }
        if told.obstacles.iter().any(|cause| is_planned_anew(*cause)) {
            plan_anew(&mut mended);
        }
        follow(&mut mended, &followers);
        let after = explain(&mended, Reader::Administrator);
        prop_assert_eq!(after.cause, Cause::Member, "{:?} left {:?}", told.obstacles, after.obstacles);
    }

    #[test]
    fn both_readers_are_told_the_same_decision(facts in questions()) {
        let (one, other) = (explain(&facts, Reader::Administrator), explain(&facts, Reader::Teacher));
        prop_assert_eq!((one.cause, one.obstacles, one.also), (other.cause, other.obstacles, other.also));
    }
}
