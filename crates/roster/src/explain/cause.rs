//! The causes, in the order in which they are looked at.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Reader;
use super::path::{Path, Stand};
use crate::model::span::Day;

macro_rules! causes {
    ($($name:ident $word:literal $meaning:literal $to_teacher:literal;)*) => {
        /// Why a person is, or is not, there. The order is that in which causes are named.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Cause {
            $(#[doc = $meaning] $name,)*
        }

        impl Cause {
            /// All causes, in order.
            pub const ALL: [Self; LENGTH] = [$(Self::$name),*];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What it means, as a sentence in a reader's words.
            pub const fn meaning(self, reader: Reader) -> &'static str {
                match (self, reader) {
                    $(
                        (Self::$name, Reader::Administrator) => $meaning,
                        (Self::$name, Reader::Teacher) => $to_teacher,
                    )*
                }
            }
        }

        const LENGTH: usize = [$($word),*].len();
    };
}

causes! {
    HeldByGuard "held_by_guard"
        "A plan that changes this very person or membership waits for a person's approval; until then everything stays as it is."
        "A large change to the school's lists waits for the district office, and this is part of it.";
    Member "member"
        "The person is there and active; for a class, a member today."
        "The person is there.";
    UnknownClass "unknown_class"
        "No class by this id, code or title is known."
        "The school office's lists have no class like this.";
    MergedIntoAnother "merged_into_another"
        "The person's account went into another account of the same person."
        "Two accounts of the person were joined.";
    Undone "undone"
        "An undo took back the operation that brought this very person or membership."
        "The district office took back the change that had put the person there.";
    ChangedByHand "changed_by_hand"
        "A person keeps it out by hand."
        "Someone at the district took the person out by hand.";
    AwaitingApply "awaiting_apply"
        "The newest plan takes all of it, and was not applied yet, or a person dropped it; then the next delivery that has it is planned anew."
        "A list from the school office has the person there, but that list is not in use.";
    HeldForMatch "held_for_match"
        "The record waits for a person: it is not clear whose account is meant, or a student or guardian would become staff."
        "It is not certain whose account the entry in the school office's list is.";
    RejectedByCheck "rejected_by_check"
        "A check rejected the person's record, or it waits for another record that a check rejected."
        "The person's entry in the school office's list has a mistake, or needs another entry that has one.";
    LeftOutByRule "left_out_by_rule"
        "A rule of the district leaves the person's record or the enrollment out."
        "The district has chosen not to use this entry here.";
    ClassLeftOutByRule "class_left_out_by_rule"
        "A rule of the district leaves the class out."
        "The district has chosen not to use this class here.";
    ClassRejectedOrHeld "class_rejected_or_held"
        "A check rejected the class's record, or it waits."
        "The entry for the class has a mistake, or needs another entry that has one.";
    EnrollmentRejected "enrollment_rejected"
        "A check rejected the enrollment's record, or it waits."
        "The entry that puts the person into the class has a mistake, or needs another entry that has one.";
    NotYetBegun "not_yet_begun"
        "The enrollment begins on a later day, and opens then without a new delivery."
        "The person joins the class on a later day.";
    EndedByDate "ended_by_date"
        "The enrollment's end date has passed, or it ends on the day on which it begins and never opens."
        "The person's last day in the class has passed, or their time there never starts.";
    AwaitingRelease "awaiting_release"
        "The district opens it on a later day."
        "The district opens it on a later day.";
    EndedByDelivery "ended_by_delivery"
        "The enrollment or the class was there, and a delivery ended it."
        "The school office's list has ended the class, or the person's place in it.";
    Deactivated "deactivated"
        "The person was there, and a delivery deactivated them."
        "The person left the school office's list.";
    NotInLastDelivery "not_in_last_delivery"
        "A delivery had the person once, they were never taken, and the last one does not have them."
        "An earlier list from the school office had the person, but the newest does not.";
    NotEnrolledInDelivery "not_enrolled_in_delivery"
        "The deliveries have the person, and no enrollment in this class."
        "The school office's list does not have the person in this class.";
    NeverReceived "never_received"
        "No delivery ever had the person."
        "The school office's lists never had the person.";
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
