//! A record whose sourcedId is new, and a known person who has its identifiers.

use std::collections::BTreeSet;

use super::evidence::contradict;
use super::{Identifier, Matcher, Tie, of_row, person_kind, roles};
use crate::model::columns::user;
use crate::model::settings::PersonKind;
use crate::model::subjects::{Ordinal, tag};
use crate::model::{Kind, PersonId, Row, SubjectId, text};
use crate::plan::MatchHold;

impl Matcher<'_> {
    /// One known person has identifiers of a record whose sourcedId is new.
    pub(super) fn tie_to_person(&self, one: Ordinal, person: PersonId) -> Tie {
        let role = self.snapshot.of(Kind::User).tag(one);
        let identifiers = &self.identifiers(one);
        let rows = self.known.persons.get(&person).map(Vec::as_slice).unwrap_or_default();
        let complete = self.snapshot.is_complete(Kind::User);
        let past = |id: &SubjectId| self.known.row(Kind::User, *id);
        let role_of =
            |id: &SubjectId| past(id).map_or(tag::OTHER, |past| self.role_of(*id, &past.row));
        let free = |id: &&SubjectId| {
            let absent = self.sent(**id).is_none();
            self.leaves(**id) || absent && past(id).is_some_and(|past| !past.present || complete)
        };
        let staff = person_kind(role) == Some(PersonKind::Staff);
        let is_staff = |id: &&SubjectId| {
            person_kind(role_of(id)) == Some(PersonKind::Staff) && !self.becomes_staff(**id)
        };
        let has_staff = rows.iter().any(|id| is_staff(&id));
        if staff && !has_staff {
            return Tie::Held(MatchHold::AddsStaffRights);
        }
        let same_kind = |id: &&SubjectId| person_kind(role_of(id)) == person_kind(role);
        if let Some(row) = rows.iter().filter(free).find(same_kind) {
            if self.is_contradicted(one, identifiers, *row, true) {
                return Tie::Held(MatchHold::Contradiction);
            }
            return Tie::Row(*row);
        }
        // Which of a person's accounts it is depends on the role.
        if person_kind(role).is_none() {
            return Tie::Held(MatchHold::RoleUnknown);
        }
        let stays =
            |id: &SubjectId| self.sent(*id).is_some() || past(id).is_some_and(|past| past.present);
        let (stay, gone): (Vec<_>, Vec<_>) = rows.iter().partition(|id| stays(id) && !free(id));
        let named_alike =
            rows.iter().all(|id| past(id).is_some_and(|past| self.same_name(one, *id, &past.row)));
        if stay.iter().any(|id| role_of(id) == role) || !named_alike {
            return Tie::Held(MatchHold::SeveralRecords);
        }
        // What somebody was once called by weaker identifiers proves nothing.
        let weaker = stay.is_empty();
        let compared = if weaker { gone } else { stay };
        if compared.iter().any(|id| self.is_contradicted(one, identifiers, *id, weaker)) {
            return Tie::Held(MatchHold::Contradiction);
        }
        Tie::Person(person)
    }

    /// Whether identifiers contradict a known row; with `weaker`, one that is trusted less than
    /// what they share does not count.
    fn is_contradicted(
        &self,
        one: Ordinal,
        identifiers: &[Identifier],
        id: SubjectId,
        weaker: bool,
    ) -> bool {
        let Some(past) = self.known.row(Kind::User, id) else { return false };
        let taken = self.taken(id);
        let theirs = taken.map_or_else(
            || of_row(&self.snapshot.hasher, self.settings, &past.row),
            |sent| self.identifiers(sent),
        );
        let shared = identifiers.iter().filter(|one| one.is_among(&theirs)).map(|one| one.rule);
        let least = shared.min().filter(|_| weaker).unwrap_or(usize::MAX);
        let same_school = || match taken {
            Some(sent) => self.schools.shared(one, sent),
            None => self.schools.shared_with(one, &past.row),
        };
        contradict(self.settings, identifiers, &theirs, least, same_school)
    }

    /// Whether a record has the name of a known row.
    fn same_name(&self, one: Ordinal, id: SubjectId, row: &Row) -> bool {
        let theirs = self.taken(id).and_then(|sent| self.name(sent)).unwrap_or_else(|| {
            let (given, family) = (row.text(user::GIVEN_NAME), row.text(user::FAMILY_NAME));
            text::folded(&format!("{given} {family}"))
        });
        self.name(one) == Some(theirs)
    }

    /// The role of a known row: that of its record where it is taken, else its own; in 1.2 that of
    /// its role records, or of those that it had last.
    fn role_of(&self, id: SubjectId, row: &Row) -> u8 {
        let users = self.snapshot.of(Kind::User);
        let told = |role: &u8| *role != tag::OTHER;
        let sent = self.taken(id).map(|sent| users.tag(sent)).filter(told);
        let own = Some(tag::of_word(row.text(user::ROLE))).filter(told);
        if let Some(role) = sent.or(own) {
            return role;
        }
        let here = users.find(row.key.cast_unsigned()).filter(|one| users.id(*one) == id.0);
        if let Some(one) = here {
            return users.tag(one);
        }
        let last = self.known.last_roles.get(&id).into_iter().flatten().copied();
        last.filter(|role| person_kind(*role).is_some()).max().unwrap_or(tag::OTHER)
    }

    /// Whether role records of this delivery would make staff of a known student or guardian.
    fn becomes_staff(&self, id: SubjectId) -> bool {
        let users = self.snapshot.of(Kind::User);
        let before = self.kinds_before.get_or_init(|| {
            let rows = self.known.persons.values().flatten();
            let asked: BTreeSet<_> = rows.filter_map(|id| users.by_id(id.0)).collect();
            roles::kinds_before(self.snapshot, self.known, |user| asked.contains(&user))
        });
        let one = users.by_id(id.0);
        one.and_then(|one| before.get(&one)).is_some_and(roles::are_no_staff)
    }
}
