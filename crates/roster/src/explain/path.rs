//! How far the records that a membership is made of came on their way into the roster.

use super::cause::Cause;
use super::facts::{Dropped, Enrollment, Facts, Fate, Presence, Said, Standing};
use crate::model::span::Day;
use crate::plan::{Action, Hold, Outcome, Rule};

/// How far one record came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It is in the roster, active.
    Here,
    /// It was taken, but its plan was not applied; a person may have dropped it.
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
        let others_are_taken = person.is_taken() && class.is_some_and(Stand::is_taken);
        let seat = class.map(|_| match enrollment {
            Some(one) if one.standing.is_active() => Stand::Here,
            Some(one) if !others_are_taken && follows(one.standing.decision()) => Stand::Follows,
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
        let is_held = |one: &&Standing| one.held.is_some() || one.stand() == Stand::Held;
        // Other values of somebody who is there keep nobody out of a class, nor bring anybody in.
        let updates = |one: &Standing| one.held.is_none_or(|held| held.action == Action::Update);
        let passes = |one: &Standing| self.class.is_some() && one.is_active() && updates(one);
        let person = Some(&self.facts.person).filter(|one| !passes(one));
        let own = [person, self.enrollment.map(|one| &one.standing)];
        own.into_iter().flatten().find(is_held)
    }

    /// The record of this very person or membership that an undo took back; the class's counts
    /// where nothing else of the membership is missing.
    pub fn undone(&self) -> Option<&'a Standing> {
        if self.seat == Some(Stand::Undone) {
            return self.enrollment.map(|one| &one.standing);
        }
        if self.person == Stand::Undone {
            return Some(&self.facts.person);
        }
        let on_its_way = |seat: Stand| seat.is_taken() || seat == Stand::Follows;
        let lacks_the_class = self.person.is_taken() && self.seat.is_some_and(on_its_way);
        if lacks_the_class { self.first(Stand::Undone) } else { None }
    }

    /// Whether what an undo took back had brought the membership, and not the person alone.
    pub fn is_membership_undone(&self) -> bool {
        let had_a_seat = matches!(self.seat, Some(Stand::Undone | Stand::Here));
        self.class.is_some() && (had_a_seat || self.person != Stand::Undone)
    }

    /// The plan that takes some of the path and that a person dropped.
    pub fn dropped(&self) -> Option<&'a Dropped> {
        let mut awaiting = self.records().filter(|(stand, _)| *stand == Stand::Awaiting);
        awaiting.find_map(|(_, standing)| standing?.dropped())
    }

    /// Whether the whole path is taken, and some of it is in a plan that was not applied.
    pub fn is_awaited(&self) -> bool {
        // A class that waits with a plan stands for whatever of the path waits with it.
        let class_is_held = self.class == Some(Stand::Held) && self.held().is_none();
        self.records().all(|(stand, _)| stand.is_taken())
            && (self.any(Stand::Awaiting) || class_is_held)
    }

    /// The title of the class that the person moved to, where the place in this one is gone.
    pub fn moved_to(&self) -> Option<&'a str> {
        let class = self.facts.class.as_ref().filter(|_| self.seat == Some(Stand::Gone))?;
        Some(class.moved_to.as_str()).filter(|title| !title.is_empty())
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

impl Stand {
    /// Whether it is in the roster, or in a plan that would bring it there.
    const fn is_taken(self) -> bool {
        match self {
            Self::Here | Self::Awaiting | Self::Held => true,
            Self::Unmatched
            | Self::Rejected
            | Self::LeftOut
            | Self::Follows
            | Self::Undone
            | Self::Gone
            | Self::Absent
            | Self::Never => false,
        }
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
            Some(
                Outcome::Create
                | Outcome::Update
                | Outcome::Restore
                | Outcome::Unchanged
                | Outcome::Held(Hold::Guard),
            ) if self.fate == Fate::Superseded => self.past(),
            Some(Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::Unchanged) => {
                Stand::Awaiting
            }
            Some(Outcome::Held(Hold::Guard)) if self.dropped().is_some() => Stand::Awaiting,
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
