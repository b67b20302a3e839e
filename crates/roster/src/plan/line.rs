//! One line of a plan: a subject, what happens to it, and the reason.

use serde::{Deserialize, Serialize};

use crate::model::{Kind, SubjectId};

/// What happens to a subject. The set is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Action {
    /// It was never there and begins.
    Create = 1,
    /// It goes on with other values.
    Update = 2,
    /// It was there, had ended, and begins again.
    Restore = 3,
    /// It ends; its versions stay.
    End = 4,
}

/// Why a line is there, for people; apply never reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Reason {
    /// The delivery brings a record that was never there.
    CreatedBecauseNewInDelivery = 1,
    /// The delivery refers to a record of a kind that has not come yet.
    CreatedBecauseReferredTo = 2,
    /// The delivery brings a further row of a person who is known by a trusted identifier.
    CreatedBecauseKnownByIdentifier = 3,
    /// The delivery has other values.
    UpdatedBecauseChangedInDelivery = 10,
    /// The delivery fills a row that stood in for a record of an unknown kind.
    UpdatedBecauseFilledByDelivery = 11,
    /// The delivery has the same person under a new sourcedId, tied by a trusted identifier.
    UpdatedBecauseKnownByIdentifier = 12,
    /// The same class, person and role come under a new sourcedId.
    UpdatedBecauseIdReissued = 13,
    /// The enrollment names another class or another person.
    MovedToAnotherClass = 14,
    /// The person or class belongs to another school now.
    MovedToAnotherSchool = 15,
    /// The record was gone and is back.
    RestoredBecauseBackInDelivery = 20,
    /// The person is back under a new sourcedId, tied by a trusted identifier.
    RestoredBecauseKnownByIdentifier = 21,
    /// A complete file does not have the record any more.
    EndedBecauseAbsentFromDelivery = 30,
    /// The record itself says `tobedeleted`.
    EndedBecauseDeliverySaysSo = 31,
    /// A rule of the district leaves the record out now.
    EndedBecauseLeftOutByRule = 32,
    /// Its class ends.
    EndedBecauseClassEnded = 33,
    /// Its person is deactivated.
    EndedBecausePersonLeft = 34,
    /// An undo takes back what created it.
    EndedBecauseCreationUndone = 40,
    /// An undo takes back what changed it.
    UpdatedBecauseChangeUndone = 41,
    /// An undo takes back what ended it.
    RestoredBecauseEndUndone = 42,
    /// An undo takes back what restored it.
    EndedBecauseRestorationUndone = 43,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 20] = [
        Self::CreatedBecauseNewInDelivery,
        Self::CreatedBecauseReferredTo,
        Self::CreatedBecauseKnownByIdentifier,
        Self::UpdatedBecauseChangedInDelivery,
        Self::UpdatedBecauseFilledByDelivery,
        Self::UpdatedBecauseKnownByIdentifier,
        Self::UpdatedBecauseIdReissued,
        Self::MovedToAnotherClass,
        Self::MovedToAnotherSchool,
        Self::RestoredBecauseBackInDelivery,
        Self::RestoredBecauseKnownByIdentifier,
        Self::EndedBecauseAbsentFromDelivery,
        Self::EndedBecauseDeliverySaysSo,
        Self::EndedBecauseLeftOutByRule,
        Self::EndedBecauseClassEnded,
        Self::EndedBecausePersonLeft,
        Self::EndedBecauseCreationUndone,
        Self::UpdatedBecauseChangeUndone,
        Self::RestoredBecauseEndUndone,
        Self::EndedBecauseRestorationUndone,
    ];

    /// The reason with this number, the inverse of `reason as u8`.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == number)
    }
}

/// One line of a plan. Values are not in it: they are read from the delivery and the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Line {
    /// The kind of the subject.
    pub kind: Kind,
    /// The subject; below zero a draft: -1 is the first that this plan creates of its kind.
    pub subject: SubjectId,
    /// What happens to it.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The line of the record in the file of its kind; 0 where no record stands behind it.
    pub at: u64,
    /// The fact columns whose values change, one bit each, in the order of `fact_columns`.
    pub fields: u64,
    /// The group of lines that belong together; 0 for none.
    pub group: u32,
    /// The org that the line counts for; 0 where there is none, below zero a draft.
    pub school: SubjectId,
}
