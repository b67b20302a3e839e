//! Which known people have which identifiers, and who gives one up in this delivery.

use std::collections::{BTreeSet, HashMap};

use super::{Identifier, Matcher};
use crate::model::subjects::{NOBODY, Ordinal};
use crate::model::{Kind, PersonId, SubjectId};

/// An identifier as evidence: within its rule, and in a school where it is unique there alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Evidence {
    hash: u64,
    rule: usize,
    school: Ordinal,
}

/// The user rows of the roster by what ties others to them.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// Rows whose records are not taken, so that they say what they said.
    rows: HashMap<Evidence, Vec<Holder>>,
    /// The records of present rows that give an identifier up, with the person.
    pub givers: HashMap<Evidence, Vec<(Ordinal, Option<PersonId>)>>,
}

#[derive(Debug)]
struct Holder {
    id: SubjectId,
    person: PersonId,
    /// Whether it gives the identifier up, but asks to end, so that a new record may follow it.
    leaves: bool,
}

impl Matcher<'_> {
    /// What the roster knows of the identifiers of this delivery. A known row is seen as it will
    /// be after the delivery: one whose record is taken stands in it by that.
    pub(super) fn holders(&self) -> Holders {
        let mut holders = Holders::default();
        let ids: BTreeSet<_> = self.known.identifiers.values().flatten().copied().collect();
        for id in ids {
            let past = self.known.row(Kind::User, id).filter(|past| !past.never_there);
            let Some(past) = past else { continue };
            let (sent, taken) = (self.sent(id), self.taken(id));
            let now = taken.map(|one| self.evidence_of_record(one));
            let had = match taken {
                Some(_) => self.identifiers_before(id, &past.row),
                None => self.identifiers_of_row(id, &past.row),
            };
            for identifier in had {
                for evidence in self.evidence(&identifier, || self.schools.of_row(&past.row)) {
                    let keeps = match &now {
                        Some(now) => now.contains(&evidence),
                        None => self.keeps(&past.row, id, &identifier),
                    };
                    if let Some(person) = past.row.person.filter(|_| taken.is_none())
                        && (keeps || self.leaves(id))
                    {
                        let holder = Holder { id, person, leaves: !keeps };
                        holders.rows.entry(evidence).or_default().push(holder);
                    }
                    if let Some(sent) = sent.filter(|_| past.present && !keeps) {
                        let giver = (sent, past.row.person);
                        holders.givers.entry(evidence).or_default().push(giver);
                    }
                }
            }
        }
        holders
    }

    /// What the identifiers of a record prove.
    pub(super) fn evidence_of_record(&self, one: Ordinal) -> BTreeSet<Evidence> {
        let identifiers = self.identifiers(one);
        let of = |identifier| self.evidence(identifier, || self.schools.of_record(one));
        identifiers.iter().flat_map(of).collect()
    }

    /// What an identifier proves: one thing, or one in each school of its person.
    pub(super) fn evidence(
        &self,
        identifier: &Identifier,
        schools: impl FnOnce() -> BTreeSet<Ordinal>,
    ) -> Vec<Evidence> {
        let (hash, rule) = (identifier.hash, identifier.rule);
        if !identifier.is_of_school(self.settings) {
            return vec![Evidence { hash, rule, school: NOBODY }];
        }
        schools().into_iter().map(|school| Evidence { hash, rule, school }).collect()
    }
}

impl Holders {
    /// The people, other than the record's own, to whom evidence belongs by their rows. Of many,
    /// two are enough.
    pub(super) fn persons(
        &self,
        evidence: Evidence,
        own: Option<PersonId>,
        new: bool,
    ) -> BTreeSet<PersonId> {
        let mut persons = BTreeSet::new();
        let rows = self.rows.get(&evidence).into_iter().flatten();
        for holder in rows.filter(|holder| Some(holder.person) != own && (new || !holder.leaves)) {
            persons.insert(holder.person);
            if persons.len() > 1 {
                break;
            }
        }
        persons
    }

    /// The rows to which evidence belongs, as far as their records are not taken.
    pub(super) fn rows(&self, evidence: Evidence) -> impl Iterator<Item = SubjectId> + '_ {
        self.rows.get(&evidence).into_iter().flatten().map(|holder| holder.id)
    }
}
