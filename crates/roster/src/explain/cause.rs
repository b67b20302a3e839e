//! The causes, in the order in which they are looked at.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::path::{Path, Stand};
use crate::model::span::Day;

macro_rules! causes {
    ($($name:ident $word:literal $meaning:literal;)*) => {
        /// Why a person is, or is not, there. The order is that in which causes are named.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Cause {
            $(#[doc = $meaning] $name,)*
        }

        /// Every cause with its meaning, in order; the reference is printed from it.
        pub static TABLE: &[(Cause, &str)] = &[$((Cause::$name, $meaning)),*];

        impl Cause {
            /// All causes, in order.
            pub const ALL: [Self; TABLE_LENGTH] = [$(Self::$name),*];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),* }
            }
        }

        const TABLE_LENGTH: usize = [$($word),*].len();
    };
}

causes! {
    HeldByGuard "held_by_guard" "A plan that changes this very person or membership waits for a person's approval; until then everything stays as it is.";
    Member "member" "The person is there and active; for a class, a member today.";
    UnknownClass "unknown_class" "No class by this id, code or title is known.";
    MergedIntoAnother "merged_into_another" "The person's account went into another account of the same person.";
    Undone "undone" "An undo took back the operation that brought this very person or membership.";
    ChangedByHand "changed_by_hand" "A person keeps it out by hand.";
    AwaitingApply "awaiting_apply" "The newest plan takes all of it, and was not applied yet, or a person dropped it; then the next delivery that has it is planned anew.";
    HeldForMatch "held_for_match" "The record waits until a person decides whose it is.";
    RejectedByCheck "rejected_by_check" "A check rejected the person's record, or it waits for another record that a check rejected.";
    LeftOutByRule "left_out_by_rule" "A rule of the district leaves the person's record or the enrollment out.";
    ClassLeftOutByRule "class_left_out_by_rule" "A rule of the district leaves the class out.";
    ClassRejectedOrHeld "class_rejected_or_held" "A check rejected the class's record, or it waits.";
    EnrollmentRejected "enrollment_rejected" "A check rejected the enrollment's record, or it waits.";
    NotYetBegun "not_yet_begun" "The enrollment begins on a later day, and opens then without a new delivery.";
    EndedByDate "ended_by_date" "The enrollment's end date has passed, or it ends on the day on which it begins and never opens.";
    AwaitingRelease "awaiting_release" "The district opens it on a later day.";
    EndedByDelivery "ended_by_delivery" "The enrollment or the class was there, and a delivery ended it.";
    Deactivated "deactivated" "The person was there, and a delivery deactivated them.";
    NotInLastDelivery "not_in_last_delivery" "A delivery had the person once, they were never taken, and the last one does not have them.";
    NotEnrolledInDelivery "not_enrolled_in_delivery" "The deliveries have the person, and no enrollment in this class.";
    NeverReceived "never_received" "No delivery ever had the person.";
}

impl Cause {
    /// Whether it stands in the way of a membership. This is the one place where causes are told
    /// apart; [`Cause::Member`] never stands in the way, and is the answer where nothing does.
    pub fn stands_in_the_way(self, path: &Path<'_>) -> bool {
        let (person, class, seat) = (path.person, path.class, path.seat);
        let dated = path.enrollment.is_some() && seat.is_some_and(Stand::keeps_its_dates);
        match self {
            Self::HeldByGuard => path.held().is_some(),
            Self::Member => false,
            Self::UnknownClass => matches!(class, Some(Stand::Never | Stand::Absent)),
            Self::MergedIntoAnother => path.facts.merged_into.is_some(),
            Self::Undone => path.undone().is_some(),
            Self::ChangedByHand => path.facts.changed_by_hand.is_some(),
            Self::AwaitingApply => path.is_awaited() && !(dated && path.day() == Day::After),
            Self::HeldForMatch => person == Stand::Unmatched,
            Self::RejectedByCheck => person == Stand::Rejected,
            Self::LeftOutByRule => person == Stand::LeftOut || seat == Some(Stand::LeftOut),
            Self::ClassLeftOutByRule => class == Some(Stand::LeftOut),
            Self::ClassRejectedOrHeld => {
                matches!(class, Some(Stand::Rejected | Stand::Unmatched))
            }
            Self::EnrollmentRejected => matches!(seat, Some(Stand::Rejected | Stand::Unmatched)),
            Self::NotYetBegun => dated && path.day() == Day::Before,
            Self::EndedByDate => dated && path.day() == Day::After,
            Self::AwaitingRelease => {
                path.facts.awaiting_release.is_some_and(|day| path.facts.as_of < day)
            }
            Self::EndedByDelivery => class == Some(Stand::Gone) || seat == Some(Stand::Gone),
            Self::Deactivated => person == Stand::Gone,
            Self::NotInLastDelivery => person == Stand::Absent,
            Self::NotEnrolledInDelivery => {
                matches!(seat, Some(Stand::Never | Stand::Absent)) && person != Stand::Never
            }
            Self::NeverReceived => person == Stand::Never,
        }
    }
}

impl Stand {
    /// Whether the same record, with the same dates, is what would be in the roster once nothing
    /// keeps it out.
    const fn keeps_its_dates(self) -> bool {
        match self {
            Self::Here
            | Self::Awaiting
            | Self::Held
            | Self::Unmatched
            | Self::Rejected
            | Self::LeftOut
            | Self::Follows
            | Self::Undone => true,
            Self::Gone | Self::Absent | Self::Never => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
