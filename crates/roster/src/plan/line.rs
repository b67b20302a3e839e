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
    /// The delivery has the same person, class or course under a new sourcedId, as a person said who
    /// saw what agrees.
    UpdatedBecauseRekeyed = 16,
    /// The person's name is written otherwise: case, accents, hyphens, initials or a short form.
    UpdatedBecauseNameWrittenOtherwise = 17,
    /// The person has another name under the same id.
    UpdatedBecauseNameChanged = 18,
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
    pub const ALL: [Self; 23] = [
        Self::CreatedBecauseNewInDelivery,
        Self::CreatedBecauseReferredTo,
        Self::CreatedBecauseKnownByIdentifier,
        Self::UpdatedBecauseChangedInDelivery,
        Self::UpdatedBecauseFilledByDelivery,
        Self::UpdatedBecauseKnownByIdentifier,
        Self::UpdatedBecauseIdReissued,
        Self::UpdatedBecauseRekeyed,
        Self::UpdatedBecauseNameWrittenOtherwise,
        Self::UpdatedBecauseNameChanged,
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

impl Action {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Restore, Self::End];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::End => "end",
        }
    }
}

impl Reason {
    /// Its stable name: the clause in lower case with underscores.
    pub fn name(self) -> String {
        let mut name = String::new();
        for mark in format!("{self:?}").chars() {
            if mark.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(mark.to_ascii_lowercase());
        }
        name
    }

    /// The reason as a clause that follows "because".
    pub const fn clause(self) -> &'static str {
        match self {
            Self::CreatedBecauseNewInDelivery => "the delivery has the record for the first time",
            Self::CreatedBecauseReferredTo => {
                "other records refer to it, though its own file has not come yet"
            }
            Self::CreatedBecauseKnownByIdentifier => {
                "the delivery has a further record of a person known by a trusted identifier"
            }
            Self::UpdatedBecauseChangedInDelivery => "the delivery has other values",
            Self::UpdatedBecauseFilledByDelivery => "its own file has come and fills it in",
            Self::UpdatedBecauseKnownByIdentifier => {
                "the same person has a new sourcedId, and a trusted identifier ties them"
            }
            Self::UpdatedBecauseRekeyed => {
                "the same one has a new sourcedId, by a person's decision on what agrees"
            }
            Self::UpdatedBecauseNameWrittenOtherwise => "the person's name is written otherwise",
            Self::UpdatedBecauseNameChanged => "the person has another name under the same id",
            Self::UpdatedBecauseIdReissued => {
                "the same class, person and role have a new sourcedId"
            }
            Self::MovedToAnotherClass => "the person moved to another class",
            Self::MovedToAnotherSchool => "it moved to another school",
            Self::RestoredBecauseBackInDelivery => "the record is back in the delivery",
            Self::RestoredBecauseKnownByIdentifier => {
                "the person is back under a new sourcedId, and a trusted identifier ties them"
            }
            Self::EndedBecauseAbsentFromDelivery => "the complete file no longer has the record",
            Self::EndedBecauseDeliverySaysSo => "the record itself asks for the end",
            Self::EndedBecauseLeftOutByRule => "a rule of the district leaves the record out",
            Self::EndedBecauseClassEnded => "its class ends",
            Self::EndedBecausePersonLeft => "its person is deactivated",
            Self::EndedBecauseCreationUndone => "an undo took back what created it",
            Self::UpdatedBecauseChangeUndone => "an undo took back a change",
            Self::RestoredBecauseEndUndone => "an undo took back what ended it",
            Self::EndedBecauseRestorationUndone => "an undo took back what restored it",
        }
    }
}
