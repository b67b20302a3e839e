//! Trusted identifiers that pass from one person of a delivery to another, and what waits for what.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::Claims;
use super::{Matcher, Tie, Ties};
use crate::model::subjects::Ordinal;
use crate::plan::MatchHold;

/// An identifier that present people give up and others have now.
struct HandOver<'a> {
    givers: Vec<Ordinal>,
    takers: &'a [Ordinal],
}

impl Matcher<'_> {
    /// An identifier may pass to another person only if the record of its holder gives it up and
    /// takes none in turn; otherwise people may have been exchanged, and all those records wait.
    /// So does whoever takes from a record that waits, for it gives up nothing yet; and with one
    /// new record of a group, or a person whom they claim, wait all others. Tells between which
    /// records identifiers pass all the same.
    pub(super) fn hold_what_hangs_together(
        &self,
        claims: &Claims,
        ties: &mut Ties,
    ) -> Vec<Vec<Ordinal>> {
        let all = self.hand_overs(claims);
        let givers: BTreeSet<_> = all.iter().flat_map(|passed| &passed.givers).copied().collect();
        for passed in &all {
            let both = passed.takers.iter().filter(|taker| givers.contains(taker));
            let mut both = both.copied().peekable();
            if both.peek().is_some() {
                both.chain(passed.givers.iter().copied())
                    .for_each(|one| wait(ties, one, MatchHold::Contradiction));
            }
        }
        let waiting = ties.iter().filter(|(_, tie)| matches!(tie, Tie::Held(_)));
        let waiting: BTreeSet<_> = waiting.map(|(one, _)| *one).collect();
        let hanging = self.hanging_on(&waiting, &all, claims);
        let is_kept = |passed: &&HandOver| passed.givers.iter().any(|one| hanging.contains(one));
        for taker in all.iter().filter(is_kept).flat_map(|passed| passed.takers) {
            wait(ties, *taker, MatchHold::Contradiction);
        }
        for one in &hanging {
            wait(ties, *one, MatchHold::SeveralRecords);
        }
        let goes_on = all.iter().filter(|passed| !is_kept(passed));
        goes_on.map(|passed| [passed.givers.as_slice(), passed.takers].concat()).collect()
    }

    /// Records that wait, with all that wait because of them.
    fn hanging_on(
        &self,
        waiting: &BTreeSet<Ordinal>,
        passed: &[HandOver],
        claims: &Claims,
    ) -> BTreeSet<Ordinal> {
        let mut by_giver: BTreeMap<Ordinal, Vec<usize>> = BTreeMap::new();
        for (at, passed) in passed.iter().enumerate() {
            for giver in &passed.givers {
                by_giver.entry(*giver).or_default().push(at);
            }
        }
        let (mut by_record, mut by_person) = (BTreeMap::new(), BTreeMap::new());
        // Of whom the district says that they are a known person, they wait with that one alone.
        let mut said = BTreeMap::new();
        for (at, group) in claims.groups.iter().enumerate() {
            by_record.extend(group.records.iter().map(|one| (*one, at)));
            let by = if group.is_said() { &mut said } else { &mut by_person };
            by.extend(group.persons.iter().map(|person| (*person, at)));
        }
        // Each is gone through once.
        let mut takers: Vec<_> = passed.iter().map(|passed| passed.takers.iter()).collect();
        let mut groups: Vec<_> = claims.groups.iter().map(|group| group.records.iter()).collect();
        let mut all = waiting.clone();
        let mut open: Vec<_> = waiting.iter().copied().collect();
        while let Some(one) = open.pop() {
            let claimed = claims.persons.get(&one).into_iter().flatten().copied();
            let own = self.own(one);
            let of_persons = claimed.chain(own).filter_map(|one| by_person.get(&one));
            let as_said = own.and_then(|one| said.get(&one));
            for at in of_persons.chain(as_said).chain(by_record.get(&one)) {
                let records = groups.get_mut(*at).into_iter().flatten();
                open.extend(records.filter(|one| all.insert(**one)));
            }
            for at in by_giver.get(&one).into_iter().flatten() {
                let records = takers.get_mut(*at).into_iter().flatten();
                open.extend(records.filter(|one| all.insert(**one)));
            }
        }
        all
    }

    /// What passes between different people.
    fn hand_overs<'a>(&self, claims: &'a Claims) -> Vec<HandOver<'a>> {
        let mut all = Vec::new();
        for (evidence, takers) in &claims.takers {
            let givers = claims.holders.givers.get(evidence).into_iter().flatten();
            let (givers, persons): (Vec<_>, BTreeSet<_>) = givers.copied().unzip();
            let differs = |one: &Ordinal| {
                let own = self.own(*one);
                own.is_none() || persons.len() > 1 || !persons.contains(&own)
            };
            if takers.iter().any(differs) {
                all.push(HandOver { givers, takers });
            }
        }
        all
    }
}

/// Lets a record wait that does not wait yet.
fn wait(ties: &mut Ties, one: Ordinal, hold: MatchHold) {
    if !matches!(ties.get(&one), Some(Tie::Held(_))) {
        ties.insert(one, Tie::Held(hold));
    }
}
