//! Records whose sourcedIds are new and that share an identifier.

use std::collections::BTreeSet;

use super::evidence::contradict;
use super::{Identifier, Matcher, Tie, of_record, person_kind};
use crate::model::Kind;
use crate::model::subjects::{Ordinal, flag};
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// New records that share an identifier: one person if they differ in role and agree in
    /// name, otherwise all of them wait.
    pub(super) fn tie_among_records(
        &self,
        one: Ordinal,
        role: u8,
        identifiers: &[Identifier],
    ) -> Option<Tie> {
        let users = self.snapshot.of(Kind::User);
        let mut others = BTreeSet::new();
        for identifier in identifiers {
            let alike = self.owners.get(&identifier.in_delivery(self.settings));
            for other in alike.into_iter().flatten() {
                if *other != one
                    && !users.in_roster(*other)
                    && !users.has_any(*other, flag::STOPPED | flag::LEFT_OUT)
                    && identifier.reaches(self.settings, (role, users.tag(*other)), || {
                        self.schools.shared(one, *other)
                    })
                {
                    others.insert(*other);
                }
            }
        }
        if others.is_empty() {
            return None;
        }
        let all: BTreeSet<_> = others.iter().copied().chain([one]).collect();
        let roles: BTreeSet<_> = all.iter().map(|one| users.tag(*one)).collect();
        let names: BTreeSet<_> = all.iter().filter_map(|one| self.name(*one)).collect();
        if roles.iter().any(|role| person_kind(*role).is_none()) {
            return Some(Tie::Held(MatchHold::RoleUnknown));
        }
        let differs = || others.iter().any(|other| self.contradicts(one, identifiers, *other));
        if roles.len() < all.len() || names.len() > 1 || self.returning(&all) || differs() {
            return Some(Tie::Held(MatchHold::SeveralRecords));
        }
        let first = all.first().copied()?;
        (first != one).then_some(Tie::Record(first))
    }

    /// Whether another record of the delivery has other identifiers in a namespace of these.
    fn contradicts(&self, one: Ordinal, identifiers: &[Identifier], other: Ordinal) -> bool {
        let role = self.snapshot.of(Kind::User).tag(other);
        self.snapshot.record(Kind::User, other).is_some_and(|record| {
            let theirs = of_record(&self.snapshot.hasher, self.settings, role, record);
            let same_school = || self.schools.shared(one, other);
            contradict(self.settings, identifiers, &theirs, usize::MAX, same_school)
        })
    }

    fn returning(&self, all: &BTreeSet<Ordinal>) -> bool {
        all.iter().any(|one| self.linked(*one).is_some())
    }
}
