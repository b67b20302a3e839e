//! Trusted identifiers that pass from one person of a delivery to another.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::Claims;
use super::{Matcher, Tie, Ties};
use crate::model::subjects::Ordinal;
use crate::model::{Kind, PersonId};
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// An identifier may pass to another person only if the record of its holder gives it up and
    /// takes none in turn; otherwise people may have been exchanged, and all those records wait.
    /// So does whoever takes from a record that waits, for it gives up nothing yet; and with one
    /// new record of a group, or a person whom they claim, wait all others.
    pub(super) fn hold_what_hangs_together(&self, claims: &Claims, ties: &mut Ties) {
        let takes = self.takes();
        let gives: BTreeSet<_> = takes.values().flatten().collect();
        for (both, givers) in takes.iter().filter(|(taker, _)| gives.contains(taker)) {
            wait(ties, givers.iter().copied().chain([*both]), MatchHold::Contradiction);
        }
        loop {
            let before = count_waiting(ties);
            let waits = |ties: &Ties, one: &Ordinal| matches!(ties.get(one), Some(Tie::Held(_)));
            for (taker, givers) in &takes {
                if givers.iter().any(|giver| waits(ties, giver)) {
                    wait(ties, [*taker], MatchHold::Contradiction);
                }
            }
            let persons = self.persons_who_wait(claims, ties);
            for group in &claims.groups {
                let waits = group.records.iter().any(|one| waits(ties, one))
                    || !group.persons.is_disjoint(&persons);
                if waits {
                    wait(ties, group.records.iter().copied(), MatchHold::SeveralRecords);
                }
            }
            if count_waiting(ties) == before {
                return;
            }
        }
    }

    /// The known people whose own records wait, and those whom these claim.
    fn persons_who_wait(&self, claims: &Claims, ties: &Ties) -> BTreeSet<PersonId> {
        let mut persons = BTreeSet::new();
        let held = ties.iter().filter(|(_, tie)| matches!(tie, Tie::Held(_)));
        for (one, _) in held.filter(|(one, _)| self.linked(**one).is_some()) {
            persons.extend(self.own(*one));
            persons.extend(claims.persons.get(one).into_iter().flatten());
        }
        persons
    }

    /// The records that take identifiers of present people, with the records that give them up.
    fn takes(&self) -> BTreeMap<Ordinal, BTreeSet<Ordinal>> {
        if self.known.identifiers.is_empty() {
            return BTreeMap::new();
        }
        let takes = self.candidates().map(|one| (one, self.givers(one)));
        takes.filter(|(_, givers)| !givers.is_empty()).collect()
    }

    /// The records of other present people that give up an identifier which this record has.
    fn givers(&self, one: Ordinal) -> BTreeSet<Ordinal> {
        let (role, own) = (self.snapshot.of(Kind::User).tag(one), self.own(one));
        let mut givers = BTreeSet::new();
        for identifier in self.identifiers(one) {
            for id in self.known.identifiers.get(&identifier.hash).into_iter().flatten() {
                let past = self.known.row(Kind::User, *id).filter(|past| past.present);
                let (Some(past), Some(sent)) = (past, self.sent(*id)) else { continue };
                if past.row.person != own
                    && self.had(&past.row, &identifier, (one, role))
                    && !self.keeps(&past.row, *id, &identifier)
                {
                    givers.insert(sent);
                }
            }
        }
        givers
    }
}

/// Lets records wait that do not wait yet.
fn wait(ties: &mut Ties, records: impl IntoIterator<Item = Ordinal>, hold: MatchHold) {
    for one in records {
        if !matches!(ties.get(&one), Some(Tie::Held(_))) {
            ties.insert(one, Tie::Held(hold));
        }
    }
}

fn count_waiting(ties: &Ties) -> usize {
    ties.values().filter(|tie| matches!(tie, Tie::Held(_))).count()
}
