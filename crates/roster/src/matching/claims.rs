//! Which people the identifiers of a record belong to, and which new records belong together.
//!
//! A known row is seen as it will be after the delivery: by its record where that is taken, else
//! by itself. Otherwise the same delivery, planned again, could be judged otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::{Identifier, Matcher, of_row};
use crate::model::subjects::{NOBODY, Ordinal};
use crate::model::{Kind, PersonId};

/// What the records of a delivery claim.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The known people, other than its own, to whom identifiers of a record belong.
    pub persons: BTreeMap<Ordinal, BTreeSet<PersonId>>,
    /// The records whose sourcedIds are new and that claim somebody or share an identifier.
    pub groups: Vec<Group>,
}

/// New records that claim the same person or share an identifier, directly or by others of them.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub records: Vec<Ordinal>,
    pub persons: BTreeSet<PersonId>,
}

/// What ties records together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Person(PersonId),
    /// An identifier among the records of a delivery, in a school if it is unique there alone.
    Identifier(u64, Ordinal),
}

/// The records that have an identifier, and whether it is new to each of them.
type Sharers = Vec<(Ordinal, bool)>;

impl Matcher<'_> {
    /// What the candidates of this delivery claim.
    pub(super) fn claims(&self) -> Claims {
        let mut claims = Claims::default();
        if self.owners.is_empty() && self.known.identifiers.is_empty() {
            return claims;
        }
        let users = self.snapshot.of(Kind::User);
        let mut shared: BTreeMap<Bond, Sharers> = BTreeMap::new();
        for one in self.candidates() {
            let identifiers = self.identifiers(one);
            let news = self.news(one, &identifiers);
            let persons = self.persons_with(&news, one, users.tag(one));
            if !persons.is_empty() {
                claims.persons.insert(one, persons);
            }
            for identifier in &identifiers {
                for bond in self.bonds(one, identifier) {
                    let new = identifier.is_among(&news);
                    shared.entry(bond).or_default().push((one, new));
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

    /// How an identifier ties a record to others of the delivery.
    fn bonds(&self, one: Ordinal, identifier: &Identifier) -> Vec<Bond> {
        if !self.owners.contains(&identifier.in_delivery(self.settings)) {
            return Vec::new();
        }
        if !identifier.is_of_school(self.settings) {
            return vec![Bond::Identifier(identifier.hash, NOBODY)];
        }
        let schools = self.schools.of_record(one).into_iter();
        schools.map(|school| Bond::Identifier(identifier.hash, school)).collect()
    }

    /// An identifier belongs to the people whose own records have it now. Of many, two are enough.
    fn claim_of_each_other(&self, sharers: &Sharers, claims: &mut Claims) {
        let people: BTreeSet<_> = sharers.iter().filter_map(|(one, _)| self.own(*one)).collect();
        for (one, _) in sharers.iter().filter(|(_, new)| *new) {
            let own = self.own(*one);
            let others = people.iter().copied().filter(|person| Some(*person) != own).take(2);
            let others: Vec<_> = others.collect();
            if !others.is_empty() {
                claims.persons.entry(*one).or_default().extend(others);
            }
        }
    }

    /// The new records that hang together.
    fn groups(
        &self,
        shared: &BTreeMap<Bond, Sharers>,
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
        for (bond, sharers) in shared {
            let new = sharers.iter().filter(|(one, _)| self.linked(*one).is_none());
            let new: Vec<_> = new.map(|(one, _)| *one).collect();
            if new.len() > 1 {
                for one in new {
                    tie(one, *bond);
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
            groups.push(Group { records, persons });
        }
        groups
    }

    /// The known people to whom these identifiers belong by rows whose records are not taken;
    /// left out are those who give them up. A record that asks to end may be followed by one with
    /// another sourcedId.
    fn persons_with(
        &self,
        identifiers: &[Identifier],
        one: Ordinal,
        role: u8,
    ) -> BTreeSet<PersonId> {
        let mut persons = BTreeSet::new();
        let (new, own) = (self.linked(one).is_none(), self.own(one));
        for identifier in identifiers {
            for id in self.known.identifiers.get(&identifier.hash).into_iter().flatten() {
                let Some(past) = self.known.row(Kind::User, *id).filter(|past| !past.never_there)
                else {
                    continue;
                };
                if self.sent(*id) != Some(one)
                    && self.taken(*id).is_none()
                    && self.had(&past.row, identifier, (one, role))
                    && (self.keeps(&past.row, *id, identifier) || new && self.leaves(*id))
                {
                    persons.extend(past.row.person.filter(|person| Some(*person) != own));
                }
            }
        }
        persons
    }

    /// The identifiers of a record but those that its own present row has already: whom they belong
    /// to was decided when they came.
    fn news(&self, one: Ordinal, identifiers: &[Identifier]) -> Vec<Identifier> {
        let own = self.linked(one).and_then(|id| self.known.row(Kind::User, id));
        let own = own.filter(|past| past.present);
        let had = own
            .map(|past| of_row(&self.snapshot.hasher, self.settings, &past.row))
            .unwrap_or_default();
        identifiers.iter().filter(|identifier| !identifier.is_among(&had)).cloned().collect()
    }
}
