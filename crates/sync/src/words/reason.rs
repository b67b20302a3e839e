//! Why a row of the roster changes, in words.

use firstbell_roster::plan::Reason;

/// The clause for the stable name of a reason; the name itself where it is not known.
pub fn clause(name: &str) -> &str {
    match Reason::ALL.into_iter().find(|reason| reason.name() == name) {
        Some(reason) => words(reason),
        None => name,
    }
}

/// The reason as a clause.
pub const fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::CreatedBecauseNewInDelivery => "new in this delivery",
        Reason::CreatedBecauseReferredTo => {
            "named by other records; its own record has not come yet"
        }
        Reason::CreatedBecauseKnownByIdentifier => {
            "a further record of one person, recognized by a trusted identifier"
        }
        Reason::UpdatedBecauseChangedInDelivery => "the delivery has other values",
        Reason::UpdatedBecauseFilledByDelivery => {
            "the delivery fills in what was only named before"
        }
        Reason::UpdatedBecauseKnownByIdentifier => {
            "the same person under a new sourcedId, recognized by a trusted identifier"
        }
        Reason::UpdatedBecauseIdReissued => {
            "the same person in the same place and role, under a new sourcedId"
        }
        Reason::UpdatedBecauseRekeyed => "the same one under a new sourcedId, as somebody decided",
        Reason::UpdatedBecauseNameWrittenOtherwise => {
            "the name is written otherwise: case, accents, hyphens or a short form"
        }
        Reason::UpdatedBecauseNameChanged => "another name under the same id",
        Reason::MovedToAnotherClass => "moved to another class",
        Reason::MovedToAnotherSchool => "moved to another school",
        Reason::RestoredBecauseBackInDelivery => "was gone and is back in this delivery",
        Reason::RestoredBecauseKnownByIdentifier => {
            "is back under a new sourcedId, recognized by a trusted identifier"
        }
        Reason::EndedBecauseAbsentFromDelivery => "no longer in this complete delivery",
        Reason::EndedBecauseDeliverySaysSo => "the record itself says that it is to be deleted",
        Reason::EndedBecauseLeftOutByRule => "now left out by a rule of the district",
        Reason::EndedBecauseClassEnded => "its class ends",
        Reason::EndedBecausePersonLeft => "its person leaves",
        Reason::EndedBecauseCreationUndone => "what created it is undone",
        Reason::UpdatedBecauseChangeUndone => "what changed it is undone",
        Reason::RestoredBecauseEndUndone => "what ended it is undone",
        Reason::EndedBecauseRestorationUndone => "what brought it back is undone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_name() {
        for reason in Reason::ALL {
            assert_eq!(clause(&reason.name()), words(reason));
        }
        assert_eq!(clause("SomethingNewer"), "SomethingNewer");
    }
}
