//! What the district says of records that several claims keep waiting: which of them are one person.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claims, Group};
use super::new_records::{rows_apart, tie_to_the_first};
use super::{Matcher, Tie, Ties, person_kind};
use crate::check::table::SETTING_NAMES_NOBODY;
use crate::model::settings::Settings;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{NOBODY, Ordinal};
use crate::model::{Kind, PersonId};
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// Divides groups of new records of which the district says that some are one person: those are
    /// tied so, and the others wait. A group that waits for nobody, or of which what is said cannot be
    /// so, stays whole.
    pub(super) fn divide(&self, claims: &mut Claims) {
        if self.settings.one_person.is_empty() {
            return;
        }
        let (mut groups, mut taken) = (Vec::new(), BTreeSet::new());
        for group in std::mem::take(&mut claims.groups) {
            let usual = self.tie_group(&group, claims);
            if usual.values().any(|tie| matches!(tie, Tie::Held(_))) {
                groups.extend(self.parts(group, &usual, claims, &mut taken));
            } else {
                groups.push(group);
            }
        }
        claims.groups = groups;
    }

    /// The parts of a group that waits.
    fn parts(
        &self,
        group: Group,
        usual: &Ties,
        claims: &Claims,
        taken: &mut BTreeSet<PersonId>,
    ) -> Vec<Group> {
        let users = self.snapshot.of(Kind::User);
        // Two of one group share what belongs to one person alone: the next waits for the next night.
        let found = self.settings.one_person.iter().find_map(|said| {
            let key = |id: &String| self.snapshot.hasher.key(id.as_bytes());
            let said: BTreeSet<_> = said.iter().map(key).collect();
            let records = group.records.iter().copied();
            let records: Vec<_> = records.filter(|one| said.contains(&users.key(*one))).collect();
            let (ties, person) = self.tie_said(&records, &said, claims)?;
            person.is_none_or(|person| taken.insert(person)).then_some((records, ties, person))
        });
        let Some((records, ties, person)) = found else { return vec![group] };
        let rest: Vec<_> = group.records.into_iter().filter(|one| !records.contains(one)).collect();
        let persons = person.into_iter().collect();
        let mut parts = vec![Group { records, persons, said: Some(ties) }];
        if !rest.is_empty() {
            let wait = |one: &Ordinal| match usual.get(one) {
                Some(held @ Tie::Held(_)) => (*one, held.clone()),
                Some(Tie::Row(_) | Tie::Person(_) | Tie::Record(_)) | None => {
                    (*one, Tie::Held(MatchHold::SeveralRecords))
                }
            };
            let ties = rest.iter().map(wait).collect();
            parts.push(Group { records: rest, persons: group.persons, said: Some(ties) });
        }
        parts
    }

    /// How new records are tied that are one person, and the known one whom they are; `None` where
    /// that cannot be. What is said settles names, and several records of one role. It makes nobody
    /// staff, and joins nobody whose numbers say otherwise. A known person has to be named too.
    fn tie_said(
        &self,
        records: &[Ordinal],
        said: &BTreeSet<u64>,
        claims: &Claims,
    ) -> Option<(Ties, Option<PersonId>)> {
        let known_role = |one: &Ordinal| person_kind(self.role(*one)).is_some();
        if records.is_empty() || !records.iter().all(known_role) || self.are_contradicting(records)
        {
            return None;
        }
        let of = |one: &Ordinal| claims.persons.get(one).into_iter().flatten().copied();
        let persons: BTreeSet<_> = records.iter().flat_map(of).collect();
        let mut persons = persons.into_iter();
        let (person, other) = (persons.next(), persons.next());
        let Some(person) = person else { return Some((tie_to_the_first(records), None)) };
        let is_named = self.known.persons.get(&person).into_iter().flatten().any(|id| {
            self.known
                .row(Kind::User, *id)
                .is_some_and(|past| said.contains(&past.row.key.cast_unsigned()))
        });
        let all_claim = records.iter().all(|one| claims.persons.contains_key(one));
        if other.is_some() || !is_named || !all_claim {
            return None;
        }
        let ties = records.iter().map(|one| Some((*one, self.tie_as_said(*one, person)?)));
        let ties: BTreeMap<_, _> = ties.collect::<Option<_>>()?;
        rows_apart(&ties).then_some((ties, Some(person)))
    }

    /// A further record of a known person, as the district says.
    fn tie_as_said(&self, one: Ordinal, person: PersonId) -> Option<Tie> {
        let rows = self.known.persons.get(&person).map(Vec::as_slice).unwrap_or_default();
        let identifiers = self.identifiers(one);
        let contradicted = || {
            rows.iter().any(|id| {
                let present = self.known.row(Kind::User, *id).is_some_and(|past| past.present);
                present && self.is_contradicted(one, &identifiers, *id, false)
            })
        };
        match self.tie_to_person(one, person) {
            Tie::Held(MatchHold::SeveralRecords) if !contradicted() => Some(Tie::Person(person)),
            Tie::Held(_) => None,
            tie @ (Tie::Row(_) | Tie::Person(_) | Tie::Record(_)) => Some(tie),
        }
    }
}

/// Notes settings about people that name sourcedIds which neither the delivery nor the roster has.
pub(super) fn note_nobody(snapshot: &mut Snapshot, settings: &Settings) {
    let users = snapshot.of(Kind::User);
    let is_nobody = |id: &&String| users.find(snapshot.hasher.key(id.as_bytes())).is_none();
    let named = [
        ("same_person", settings.same_person.iter().filter(is_nobody).count()),
        ("one_person", settings.one_person.iter().flatten().filter(is_nobody).count()),
        ("may_be_staff", settings.may_be_staff.iter().filter(is_nobody).count()),
    ];
    let file = snapshot.files.get(&Kind::User).map(|file| file.name.clone()).unwrap_or_default();
    for (setting, count) in named {
        for _ in 0..count {
            let (check, kind) = (&SETTING_NAMES_NOBODY, Some(Kind::User));
            snapshot.findings.add(check, &file, kind, 0, setting, 0, NOBODY);
        }
    }
}
