//! How far the records that a membership is made of came on their way into the roster.

use super::cause::Cause;
use super::facts::{Enrollment, Facts, Presence, Said, Standing};
use crate::model::span::Day;
use crate::plan::{Hold, Outcome, Rule};

/// How far one record came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It is in the roster, active.
    Here,
    /// It was taken, but its plan was not applied.
    Awaiting,
    /// A guard keeps it back.
    Held,
    /// It waits for a person to say who it is.
    Unmatched,
    /// A check rejected it, or it waits for another record.
    Rejected,
    /// A rule left it out.
    LeftOut,
    /// It waits for, or is left out with, another record on the path, which is told of itself.
    Follows,
    /// An undo took it back.
    Undone,
    /// It was in the roster and ended.
    Gone,
    /// A delivery had it once, it was never taken, and the last one does not have it.
    Absent,
    /// No delivery ever had it.
    Never,
}

/// The records that a membership is made of, and how far each came.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    /// Everything that is known.
    pub facts: &'a Facts,
    /// How far the person's record came.
    pub person: Stand,
    /// How far the class's record came; `None` where the question is about no class.
    pub class: Option<Stand>,
    /// The enrollment, where there is one.
    pub enrollment: Option<&'a Enrollment>,
    /// How far the enrollment's record came; `None` where the question is about no class.
    pub seat: Option<Stand>,
}

impl<'a> Path<'a> {
    /// The path through one enrollment, or through none.
    pub fn new(facts: &'a Facts, enrollment: Option<&'a Enrollment>) -> Self {
        let person = facts.person.stand();
        let of_class = |class: &'a super::facts::ClassFacts| {
            class.standing.as_ref().map_or(Stand::Never, Standing::stand)
        };
        let class = facts.class.as_ref().map(of_class);
        let others_are_here = person == Stand::Here && class == Some(Stand::Here);
        let seat = class.map(|_| match enrollment {
            Some(one) if one.standing.is_active() => Stand::Here,
            Some(one) if !others_are_here && follows(one.standing.decision()) => Stand::Follows,
            Some(one) => one.standing.stand(),
            None => Stand::Never,
        });
        Self { facts, person, class, enrollment, seat }
    }

    /// Where today stands to the enrollment's dates.
    pub fn day(&self) -> Day {
        let span = self.enrollment.map(|one| one.span).unwrap_or_default();
        span.stands(self.facts.as_of, self.facts.ends_inclusive)
    }

    /// The three records in their order, those that the question is about.
    pub fn records(&self) -> impl Iterator<Item = (Stand, Option<&'a Standing>)> {
        let class = self.facts.class.as_ref().and_then(|class| class.standing.as_ref());
        let person = (self.person, Some(&self.facts.person));
        let class = self.class.map(|stand| (stand, class));
        let seat = self.seat.map(|stand| (stand, self.enrollment.map(|one| &one.standing)));
        [Some(person), class, seat].into_iter().flatten()
    }

    /// Whether any record on the path stands so.
    pub fn any(&self, wanted: Stand) -> bool {
        self.records().any(|(stand, _)| stand == wanted)
    }

    /// The first record on the path that stands so.
    pub fn first(&self, wanted: Stand) -> Option<&'a Standing> {
        self.records().find(|(stand, _)| *stand == wanted).and_then(|(_, standing)| standing)
    }

    /// The record of this very person or membership that a guard's hold would change.
    pub fn held(&self) -> Option<&'a Standing> {
        let own = [Some(&self.facts.person), self.enrollment.map(|one| &one.standing)];
        let own = own.into_iter().flatten().find(|standing| standing.held.is_some());
        own.or_else(|| self.first(Stand::Held))
    }

    /// What is true of records that are in the roster all the same, and is no obstacle.
    pub fn also(&self, obstacles: &[Cause]) -> Vec<Cause> {
        let class = self.facts.class.as_ref();
        let enrollments = class.map_or(&[][..], |class| &class.enrollments);
        let own = complaint(&self.facts.person, Cause::RejectedByCheck, Cause::LeftOutByRule);
        let of_class = class.and_then(|class| class.standing.as_ref()).and_then(|standing| {
            complaint(standing, Cause::ClassRejectedOrHeld, Cause::ClassLeftOutByRule)
        });
        let seats = enrollments
            .iter()
            .map(|one| complaint(&one.standing, Cause::EnrollmentRejected, Cause::LeftOutByRule));
        let mut also: Vec<_> = [own, of_class].into_iter().chain(seats).flatten().collect();
        also.sort_unstable();
        also.dedup();
        also.retain(|cause| !obstacles.contains(cause));
        also
    }
}

impl Standing {
    /// How far the record came.
    pub fn stand(&self) -> Stand {
        if self.is_active() {
            return Stand::Here;
        }
        if self.held.is_some() {
            return Stand::Held;
        }
        match self.decision() {
            Some(Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::Unchanged) => {
                Stand::Awaiting
            }
            Some(Outcome::Held(Hold::Guard)) => Stand::Held,
            Some(Outcome::Held(Hold::Match(_))) => Stand::Unmatched,
            Some(Outcome::Held(Hold::Record(_)) | Outcome::Rejected(_)) => Stand::Rejected,
            Some(Outcome::Ignored(Rule::NothingToEnd)) if self.presence != Presence::Never => {
                self.past()
            }
            Some(Outcome::Ignored(_)) => Stand::LeftOut,
            Some(Outcome::End) | None => self.past(),
        }
    }

    fn past(&self) -> Stand {
        match (&self.presence, &self.said) {
            (Presence::Active { .. }, _) => Stand::Here,
            (Presence::Ended { by }, _) if by.reason.is_undo() => Stand::Undone,
            (Presence::Ended { .. }, _) => Stand::Gone,
            (Presence::Never, Said::Nothing | Said::Absent { before: None, .. }) => Stand::Never,
            (Presence::Never, Said::Record(_) | Said::Absent { .. }) => Stand::Absent,
        }
    }
}

/// Whether a decision on an enrollment is only that on its person or class.
fn follows(decision: Option<Outcome>) -> bool {
    match decision {
        Some(Outcome::Held(Hold::Record(_))) => true,
        Some(Outcome::Ignored(rule)) => matches!(rule, Rule::ClassLeftOut | Rule::PersonLeftOut),
        Some(
            Outcome::Create
            | Outcome::Update
            | Outcome::Restore
            | Outcome::End
            | Outcome::Unchanged
            | Outcome::Rejected(_)
            | Outcome::Held(_),
        )
        | None => false,
    }
}

/// What was decided against a record, whether or not the roster has a row of it.
fn complaint(standing: &Standing, rejected: Cause, left_out: Cause) -> Option<Cause> {
    let twin = standing.told().is_some_and(|told| told.twin.is_some());
    match standing.decision() {
        Some(Outcome::Held(Hold::Match(_))) => Some(Cause::HeldForMatch),
        Some(Outcome::Held(Hold::Record(_)) | Outcome::Rejected(_)) => Some(rejected),
        Some(Outcome::Ignored(Rule::OlderThanKnown | Rule::NothingToEnd)) => None,
        Some(Outcome::Ignored(_)) => Some(left_out),
        Some(
            Outcome::Held(Hold::Guard)
            | Outcome::Create
            | Outcome::Update
            | Outcome::Restore
            | Outcome::End
            | Outcome::Unchanged,
        )
        | None => twin.then_some(rejected),
    }
}
