//! Trusted identifiers that pass from one person of a delivery to another.

use std::collections::{BTreeMap, BTreeSet};

use super::{Matcher, Tie, Ties, of_record};
use crate::model::Kind;
use crate::model::subjects::Ordinal;
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// An identifier may pass to another person only if the record of its holder gives it up and
    /// takes none in turn; otherwise people may have been exchanged, and all those records wait.
    /// So does whoever takes from a record that waits, for it gives up nothing yet.
    pub(super) fn hold_exchanges(&self, ties: &mut Ties) {
        let takes = self.takes();
        let mut held = BTreeSet::new();
        for (taker, givers) in &takes {
            for giver in givers.iter().filter(|giver| takes.contains_key(giver)) {
                held.extend([*taker, *giver]);
            }
        }
        loop {
            let waits =
                |one: &Ordinal| held.contains(one) || matches!(ties.get(one), Some(Tie::Held(_)));
            let more: Vec<_> = takes
                .iter()
                .filter(|(taker, givers)| !waits(taker) && givers.iter().any(waits))
                .map(|(taker, _)| *taker)
                .collect();
            if more.is_empty() {
                break;
            }
            held.extend(more);
        }
        for one in held {
            if !matches!(ties.get(&one), Some(Tie::Held(_))) {
                ties.insert(one, Tie::Held(MatchHold::Contradiction));
            }
        }
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
        let users = self.snapshot.of(Kind::User);
        let Some(record) = self.snapshot.record(Kind::User, one) else { return BTreeSet::new() };
        let role = users.tag(one);
        let own = self.linked(one).and_then(|id| self.known.row(Kind::User, id)?.row.person);
        let mut givers = BTreeSet::new();
        for identifier in of_record(&self.snapshot.hasher, self.settings, role, record) {
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
