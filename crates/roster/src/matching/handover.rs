//! Trusted identifiers that pass from one person of a delivery to another.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::Claims;
use super::{Matcher, Tie, Ties};
use crate::model::Kind;
use crate::model::subjects::Ordinal;
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
            for one in givers.iter().chain([both]) {
                wait(ties, *one, MatchHold::Contradiction);
            }
        }
        let waiting = ties.iter().filter(|(_, tie)| matches!(tie, Tie::Held(_)));
        let waiting: BTreeSet<_> = waiting.map(|(one, _)| *one).collect();
        let all = self.hanging_on(&waiting, &takes, claims);
        for one in all.difference(&waiting) {
            let takes = takes.get(one).is_some_and(|givers| !givers.is_disjoint(&all));
            let why = if takes { MatchHold::Contradiction } else { MatchHold::SeveralRecords };
            wait(ties, *one, why);
        }
    }

    /// Records that wait, with all that wait because of them.
    fn hanging_on(
        &self,
        waiting: &BTreeSet<Ordinal>,
        takes: &BTreeMap<Ordinal, BTreeSet<Ordinal>>,
        claims: &Claims,
    ) -> BTreeSet<Ordinal> {
        let mut taken_from: BTreeMap<Ordinal, Vec<Ordinal>> = BTreeMap::new();
        for (taker, givers) in takes {
            for giver in givers {
                taken_from.entry(*giver).or_default().push(*taker);
            }
        }
        let (mut by_record, mut by_person) = (BTreeMap::new(), BTreeMap::new());
        for (at, group) in claims.groups.iter().enumerate() {
            by_record.extend(group.records.iter().map(|one| (*one, at)));
            by_person.extend(group.persons.iter().map(|person| (*person, at)));
        }
        let mut groups: Vec<_> = claims.groups.iter().map(|group| group.records.iter()).collect();
        let mut all = waiting.clone();
        let mut open: Vec<_> = waiting.iter().copied().collect();
        while let Some(one) = open.pop() {
            let claimed = claims.persons.get(&one).into_iter().flatten().copied();
            let of_persons = claimed.chain(self.own(one)).filter_map(|one| by_person.get(&one));
            for at in of_persons.chain(by_record.get(&one)) {
                // Each group is gone through once.
                open.extend(
                    groups.get_mut(*at).into_iter().flatten().filter(|one| all.insert(**one)),
                );
            }
            let more = taken_from.get(&one).into_iter().flatten();
            open.extend(more.filter(|one| all.insert(**one)));
        }
        all
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

/// Lets a record wait that does not wait yet.
fn wait(ties: &mut Ties, one: Ordinal, hold: MatchHold) {
    if !matches!(ties.get(&one), Some(Tie::Held(_))) {
        ties.insert(one, Tie::Held(hold));
    }
}
