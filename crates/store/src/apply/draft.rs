//! From drafts to the ids that they become.

use firstbell_roster::model::{Kind, SubjectId};

use crate::counter::Counters;

/// What the drafts of each kind become.
#[derive(Debug, Clone)]
pub(super) struct Drafts {
    kinds: [Draft; Kind::FACTS.len()],
}

#[derive(Debug, Clone, Copy)]
struct Draft {
    /// The id of draft -1.
    first: i64,
    /// The greatest ordinal that was created.
    created: i64,
    /// The greatest ordinal that a row refers to.
    referred: i64,
}

impl Drafts {
    pub(super) fn new(counters: &Counters) -> Self {
        Self {
            kinds: Kind::FACTS.map(|kind| Draft {
                first: counters.next_id(kind),
                created: 0,
                referred: 0,
            }),
        }
    }

    /// The id of a subject that begins; drafts of its kind are used up as far as this one.
    pub(super) fn create(&mut self, kind: Kind, id: SubjectId) -> i64 {
        self.resolve(kind, id, |draft| &mut draft.created)
    }

    /// The id of a subject that a row refers to.
    pub(super) fn refer(&mut self, kind: Kind, id: SubjectId) -> i64 {
        self.resolve(kind, id, |draft| &mut draft.referred)
    }

    /// The id of draft -1.
    pub(super) fn first(&self, kind: Kind) -> i64 {
        self.of(kind).map_or(1, |draft| draft.first)
    }

    /// The id after the last that was used up.
    pub(super) fn next(&self, kind: Kind) -> i64 {
        self.of(kind).map_or(1, |draft| draft.first + draft.created)
    }

    /// A draft that a row refers to, but that was never created.
    pub(super) fn dangling(&self) -> Option<(Kind, SubjectId)> {
        Kind::FACTS.into_iter().find_map(|kind| {
            let draft = self.of(kind)?;
            (draft.referred > draft.created).then_some((kind, SubjectId(-draft.referred)))
        })
    }

    fn of(&self, kind: Kind) -> Option<&Draft> {
        self.kinds.get(usize::from(kind as u8))
    }

    fn resolve(
        &mut self,
        kind: Kind,
        id: SubjectId,
        greatest: impl FnOnce(&mut Draft) -> &mut i64,
    ) -> i64 {
        let draft = self.kinds.get_mut(usize::from(kind as u8));
        let Some(draft) = draft.filter(|_| id.0 < 0) else {
            return id.0;
        };
        let ordinal = id.0.saturating_neg();
        let seen = greatest(draft);
        *seen = ordinal.max(*seen);
        draft.first + (ordinal - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draft_becomes_the_next_id() {
        let mut drafts = Drafts::new(&Counters::default());
        assert_eq!(drafts.create(Kind::User, SubjectId(-1)), 1);
        assert_eq!(drafts.create(Kind::User, SubjectId(-3)), 3);
        assert_eq!(drafts.create(Kind::User, SubjectId(77)), 77);
        assert_eq!(drafts.next(Kind::User), 4);
        assert_eq!(drafts.next(Kind::Class), 1);
    }

    #[test]
    fn a_reference_to_a_draft_that_never_came_dangles() {
        let mut drafts = Drafts::new(&Counters::default());
        drafts.create(Kind::Class, SubjectId(-1));
        drafts.refer(Kind::Class, SubjectId(-1));
        assert_eq!(drafts.dangling(), None);
        drafts.refer(Kind::Class, SubjectId(-2));
        assert_eq!(drafts.dangling(), Some((Kind::Class, SubjectId(-2))));
    }
}
