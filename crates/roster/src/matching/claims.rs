//! Which people the identifiers of a record belong to, and which new records belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::holders::{Evidence, Holders};
use super::{Matcher, Tie, Ties};
use crate::model::subjects::Ordinal;
use crate::model::{Kind, PersonId};

/// What the records of a delivery claim.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The known people, other than its own, to whom identifiers of a record belong.
    pub persons: BTreeMap<Ordinal, BTreeSet<PersonId>>,
    /// The records whose sourcedIds are new and that claim somebody or share an identifier.
    pub groups: Vec<Group>,
    /// What present people give up, with the records that have it now.
    pub takers: BTreeMap<Evidence, Vec<Ordinal>>,
    /// What the roster knows of these identifiers.
    pub holders: Holders,
}

/// New records that claim the same person or share an identifier, directly or by others of them.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub records: Vec<Ordinal>,
    pub persons: BTreeSet<PersonId>,
    /// How they are tied, where the district says which of them are one person.
    pub said: Option<Ties>,
}

impl Group {
    /// Whether the district says that these are one person.
    pub fn is_said(&self) -> bool {
        let ties = self.said.as_ref();
        ties.is_some_and(|ties| ties.values().all(|tie| !matches!(tie, Tie::Held(_))))
    }
}

/// What ties records together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Person(PersonId),
    Shares(Evidence),
}

/// The records that have an identifier, and whether it is new to each of them.
type Sharers = Vec<(Ordinal, bool)>;

impl Matcher<'_> {
    /// What the candidates of this delivery claim.
    pub(super) fn claims(&self) -> Claims {
        let mut claims = Claims { holders: self.holders(), ..Claims::default() };
        if self.owners.is_empty() && self.known.identifiers.is_empty() {
            return claims;
        }
        let mut shared: BTreeMap<Evidence, Sharers> = BTreeMap::new();
        for one in self.candidates() {
            let (own, new) = (self.own(one), self.linked(one).is_none());
            let identifiers = self.identifiers(one);
            let settled = self.settled(one);
            for identifier in &identifiers {
                let is_shared = self.owners.contains(&identifier.in_delivery(self.settings));
                for evidence in self.evidence(identifier, || self.schools.of_record(one)) {
                    let is_news = !settled.contains(&evidence);
                    if is_shared {
                        shared.entry(evidence).or_default().push((one, is_news));
                    }
                    if claims.holders.givers.contains_key(&evidence) {
                        claims.takers.entry(evidence).or_default().push(one);
                    }
                    if is_news {
                        claims.add(one, claims.holders.persons(evidence, own, new));
                    }
                }
            }
        }
        shared.retain(|_, sharers| sharers.len() > 1);
        for sharers in shared.values() {
            self.claim_of_each_other(sharers, &mut claims);
        }
        claims.groups = self.groups(&shared, &claims.persons);
        claims
    }

    /// An identifier belongs to the people whose own records have it now. Of many, two are enough.
    fn claim_of_each_other(&self, sharers: &Sharers, claims: &mut Claims) {
        let people: BTreeSet<_> = sharers.iter().filter_map(|(one, _)| self.own(*one)).collect();
        for (one, _) in sharers.iter().filter(|(_, is_news)| *is_news) {
            let own = self.own(*one);
            let others = people.iter().copied().filter(|person| Some(*person) != own).take(2);
            claims.add(*one, others.collect());
        }
    }

    /// The new records that hang together.
    fn groups(
        &self,
        shared: &BTreeMap<Evidence, Sharers>,
        persons: &BTreeMap<Ordinal, BTreeSet<PersonId>>,
    ) -> Vec<Group> {
        let mut bonds: BTreeMap<Ordinal, Vec<Bond>> = BTreeMap::new();
        let mut members: BTreeMap<Bond, Vec<Ordinal>> = BTreeMap::new();
        let mut tie = |one: Ordinal, bond: Bond| {
            bonds.entry(one).or_default().push(bond);
            members.entry(bond).or_default().push(one);
        };
        for (one, persons) in persons.iter().filter(|(one, _)| self.linked(**one).is_none()) {
            for person in persons {
                tie(*one, Bond::Person(*person));
            }
        }
        for (evidence, sharers) in shared {
            let new = sharers.iter().filter(|(one, _)| self.linked(*one).is_none());
            let new: Vec<_> = new.map(|(one, _)| *one).collect();
            if new.len() > 1 {
                for one in new {
                    tie(one, Bond::Shares(*evidence));
                }
            }
        }
        let mut groups = Vec::new();
        while let Some((first, found)) = bonds.pop_first() {
            let (mut records, mut persons) = (vec![first], BTreeSet::new());
            let mut open = found;
            while let Some(bond) = open.pop() {
                if let Bond::Person(person) = bond {
                    persons.insert(person);
                }
                for one in members.remove(&bond).unwrap_or_default() {
                    if let Some(more) = bonds.remove(&one) {
                        records.push(one);
                        open.extend(more);
                    }
                }
            }
            records.sort_unstable();
            groups.push(Group { records, persons, said: None });
        }
        groups
    }

    /// What the identifiers prove that a record's own present row has already: whom they belong to
    /// was decided when they came.
    fn settled(&self, one: Ordinal) -> BTreeSet<Evidence> {
        let Some(id) = self.linked(one) else { return BTreeSet::new() };
        let Some(past) = self.known.row(Kind::User, id).filter(|past| past.present) else {
            return BTreeSet::new();
        };
        let had = self.identifiers_before(id, &past.row).into_iter();
        let schools = || self.schools.of_row(&past.row);
        had.flat_map(|identifier| self.evidence(&identifier, schools)).collect()
    }
}

impl Claims {
    fn add(&mut self, one: Ordinal, persons: BTreeSet<PersonId>) {
        if !persons.is_empty() {
            self.persons.entry(one).or_default().extend(persons);
        }
    }
}
