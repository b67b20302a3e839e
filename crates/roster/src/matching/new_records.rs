//! Records whose sourcedIds are new: those that hang together are judged together.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claims, Group};
use super::evidence::contradict;
use super::{Matcher, Tie, person_kind};
use crate::model::subjects::Ordinal;
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// Ties a group of new records to the person whom they claim, or to each other.
    pub(super) fn tie_group(&self, group: &Group, claims: &Claims) -> BTreeMap<Ordinal, Tie> {
        if let Some(ties) = &group.said {
            return ties.clone();
        }
        let all = |hold: MatchHold| -> BTreeMap<_, _> {
            group.records.iter().map(|one| (*one, Tie::Held(hold))).collect()
        };
        let mut persons = group.persons.iter();
        match (persons.next(), persons.next(), group.records.as_slice()) {
            (None, ..) => match self.doubt(&group.records) {
                Some(hold) => all(hold),
                None => tie_to_the_first(&group.records),
            },
            (Some(_), Some(_), [_]) => all(MatchHold::SeveralCandidates),
            (Some(_), Some(_), _) => all(MatchHold::SeveralRecords),
            (Some(person), None, records) => {
                let tie = |one: &Ordinal| (*one, self.tie_to_person(*one, *person));
                let ties: BTreeMap<_, _> = records.iter().map(tie).collect();
                let claim = |one: &Ordinal| claims.persons.contains_key(one);
                let all_claim = records.iter().all(claim);
                if records.len() == 1 || all_claim && is_a_row_for_each(&ties) {
                    return ties;
                }
                let held = |tie: &Tie| matches!(tie, Tie::Held(_));
                let apart = all_claim && rows_apart(&ties);
                if apart && !ties.values().any(held) && self.doubt(records).is_none() {
                    return ties;
                }
                let wait =
                    |tie| if held(&tie) { tie } else { Tie::Held(MatchHold::SeveralRecords) };
                ties.into_iter().map(|(one, tie)| (one, wait(tie))).collect()
            }
        }
    }

    /// Why new records cannot be one person: they are if they differ in role, agree in name and
    /// contradict each other in nothing.
    fn doubt(&self, records: &[Ordinal]) -> Option<MatchHold> {
        let roles: BTreeSet<_> = records.iter().map(|one| self.role(*one)).collect();
        if roles.iter().any(|role| person_kind(*role).is_none()) {
            return Some(MatchHold::RoleUnknown);
        }
        let names: BTreeSet<_> = records.iter().filter_map(|one| self.name(*one)).collect();
        if roles.len() < records.len() || names.len() > 1 {
            return Some(MatchHold::SeveralRecords);
        }
        // No more than there are roles.
        self.are_contradicting(records).then_some(MatchHold::SeveralRecords)
    }

    /// Whether identifiers of new records say that they are not one person.
    pub(super) fn are_contradicting(&self, records: &[Ordinal]) -> bool {
        let contradicts = |one: &Ordinal| {
            let ours = self.identifiers(*one);
            records.iter().any(|other| {
                let same_school = || self.schools.shared(*one, *other);
                let theirs = self.identifiers(*other);
                contradict(self.settings, &ours, &theirs, usize::MAX, same_school)
            })
        };
        records.iter().any(contradicts)
    }
}

/// Whether each record goes on as a row of its own.
fn is_a_row_for_each(ties: &BTreeMap<Ordinal, Tie>) -> bool {
    ties.values().all(|tie| matches!(tie, Tie::Row(_))) && rows_apart(ties)
}

/// Whether no two records go on as one row.
pub(super) fn rows_apart(ties: &BTreeMap<Ordinal, Tie>) -> bool {
    let mut rows = BTreeSet::new();
    ties.values().all(|tie| !matches!(tie, Tie::Row(id) if !rows.insert(*id)))
}

/// New records of one person are created with the first of them.
pub(super) fn tie_to_the_first(records: &[Ordinal]) -> BTreeMap<Ordinal, Tie> {
    let Some((first, others)) = records.split_first() else { return BTreeMap::new() };
    others.iter().map(|one| (*one, Tie::Record(*first))).collect()
}
