//! A record whose sourcedId is new, and a known person who has its identifiers.

use std::collections::BTreeSet;

use super::evidence::{contradict, of_row_of};
use super::{Identifier, Matcher, Tie, person_kind, roles};
use crate::model::columns::user;
use crate::model::name::Name;
use crate::model::settings::PersonKind;
use crate::model::subjects::{Ordinal, tag};
use crate::model::{Kind, PersonId, Row, SubjectId};
use crate::plan::{MatchHold, Past};

impl Matcher<'_> {
    /// One known person has identifiers of a record whose sourcedId is new.
    pub(super) fn tie_to_person(&self, one: Ordinal, person: PersonId) -> Tie {
        let role = self.role(one);
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
            person_kind(role_of(id)) == Some(PersonKind::Staff)
                && !roles::are_no_staff(&self.kinds_before(**id))
        };
        let has_staff = rows.iter().any(|id| is_staff(&id));
        if staff && !has_staff && !self.may_be_staff.contains(&one) {
            return Tie::Held(MatchHold::AddsStaffRights);
        }
        let same_kind = |id: &&SubjectId| person_kind(role_of(id)) == person_kind(role);
        let same_role = |id: &&SubjectId| role_of(id) == role;
        let mut best = rows.iter().filter(free).filter(same_role);
        if let Some(row) = best.next().or_else(|| rows.iter().filter(free).find(same_kind)) {
            if self.is_contradicted(one, identifiers, *row, true) {
                return Tie::Held(MatchHold::Contradiction);
            }
            // A row that is theirs by the person alone needs the name too.
            let shares = |past: &Past| {
                let theirs = self.identifiers_of_row(*row, &past.row);
                identifiers.iter().any(|one| one.is_among(&theirs))
            };
            let is_theirs = |past| shares(past) || self.same_name(one, *row, &past.row);
            if !past(row).is_some_and(is_theirs) {
                return Tie::Held(MatchHold::SeveralRecords);
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
        let is_second = stay.iter().any(|id| role_of(id) == role);
        // What somebody was once called by weaker identifiers proves nothing.
        let weaker = stay.is_empty();
        let compared = if weaker { gone } else { stay };
        let alike =
            |id: &SubjectId| past(id).is_some_and(|past| self.same_name(one, *id, &past.row));
        if is_second || !compared.iter().all(alike) {
            return Tie::Held(MatchHold::SeveralRecords);
        }
        if compared.iter().any(|id| self.is_contradicted(one, identifiers, *id, weaker)) {
            return Tie::Held(MatchHold::Contradiction);
        }
        Tie::Person(person)
    }

    /// Whether identifiers contradict a known row; with `weaker`, one that is trusted less than
    /// what they share does not count.
    pub(super) fn is_contradicted(
        &self,
        one: Ordinal,
        identifiers: &[Identifier],
        id: SubjectId,
        weaker: bool,
    ) -> bool {
        let Some(past) = self.known.row(Kind::User, id) else { return false };
        let taken = self.taken(id);
        let theirs = taken
            .map_or_else(|| self.identifiers_of_row(id, &past.row), |sent| self.identifiers(sent));
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
        let theirs = self.taken(id).and_then(|sent| self.name(sent));
        let theirs = theirs.unwrap_or_else(|| Name::of_row(row).folded());
        self.name(one) == Some(theirs)
    }

    /// The role of a known row: that of its record where it is taken, else its own; in 1.2 that of
    /// its role records, or of those that it had last.
    fn role_of(&self, id: SubjectId, row: &Row) -> u8 {
        let users = self.snapshot.of(Kind::User);
        let told = |role: &u8| *role != tag::OTHER;
        let sent = self.taken(id).map(|sent| self.role(sent)).filter(told);
        let own = Some(tag::of_word(row.text(user::ROLE))).filter(told);
        if let Some(role) = sent.or(own) {
            return role;
        }
        let here = users.find(row.key.cast_unsigned()).filter(|one| users.id(*one) == id.0);
        if let Some(one) = here {
            return users.tag(one);
        }
        let last = self.known.last_roles.get(&id).into_iter().flatten().map(|role| role.tag);
        last.filter(|role| person_kind(*role).is_some()).max().unwrap_or(tag::OTHER)
    }

    /// The trusted identifiers of a known row: for the role of its record where that is taken, else
    /// for all that it was before this delivery.
    pub(super) fn identifiers_of_row(&self, id: SubjectId, row: &Row) -> Vec<Identifier> {
        if self.taken(id).is_none() {
            return self.identifiers_before(id, row);
        }
        let kind = person_kind(self.role_of(id, row));
        of_row_of(&self.snapshot.hasher, self.settings, kind.as_slice(), row)
    }

    /// The trusted identifiers of a known row, for what it was before this delivery.
    pub(super) fn identifiers_before(&self, id: SubjectId, row: &Row) -> Vec<Identifier> {
        let kinds = self.knows_kinds().then(|| self.kinds_before(id));
        let kinds: Vec<_> = kinds.into_iter().flatten().collect();
        of_row_of(&self.snapshot.hasher, self.settings, &kinds, row)
    }

    /// The kinds of person that a known row was before this delivery: by its own role, else by its
    /// role records, else by the roles that it had last.
    pub(super) fn kinds_before(&self, id: SubjectId) -> BTreeSet<PersonKind> {
        let users = self.snapshot.of(Kind::User);
        let own = self.known.row(Kind::User, id).filter(|past| past.present);
        let own = own.and_then(|past| person_kind(tag::of_word(past.row.text(user::ROLE))));
        if own.is_some() {
            return own.into_iter().collect();
        }
        let before = self.kinds_before.get_or_init(|| {
            let asked: BTreeSet<_> = self.with_kinds().collect();
            roles::kinds_before(self.snapshot, self.known, |user| asked.contains(&user))
        });
        let by_role = users.by_id(id.0).and_then(|one| before.get(&one)).cloned();
        by_role.unwrap_or_else(|| roles::last_kinds(self.known, id))
    }

    /// The users of whom somebody may ask what they were.
    fn with_kinds(&self) -> impl Iterator<Item = Ordinal> + '_ {
        let users = self.snapshot.of(Kind::User);
        let meant = self.known.persons.values().flatten().filter_map(|id| users.by_id(id.0));
        let knows = self.knows_kinds();
        let changed = self.candidates().filter(move |one| {
            users.in_roster(*one)
                && (knows
                    || person_kind(self.role(*one)) == Some(PersonKind::Staff)
                    || self.has_anothers_name(*one, SubjectId(users.id(*one))))
        });
        meant.chain(changed)
    }

    /// Whether an identifier is trusted for some kinds of person alone, so that these matter.
    fn knows_kinds(&self) -> bool {
        let all = PersonKind::ALL.len();
        self.settings.trusted_identifiers.iter().any(|rule| rule.among.len() < all)
    }
}
