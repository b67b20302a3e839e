//! Who is who: ties each user record to a known person, to a new one, or to nobody yet.
//!
//! A known sourcedId comes first, then the district's trusted identifiers in their order, each
//! in its namespace and only within its reach. A name never matches anybody; names only keep
//! apart what an identifier would join.

mod evidence;
mod handover;
mod known_person;
mod new_records;
mod roles;
mod schools;
mod seats;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use evidence::{Identifier, of_record, of_row};
pub use roles::without_role;

use crate::model::columns::user;
use crate::model::settings::{PersonKind, Settings};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag, tag};
use crate::model::{Kind, PersonId, Row, SubjectId, text};
use crate::plan::{Hold, Known, MatchHold, Outcome};
use schools::Schools;

/// How a record was tied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// To this user row, which goes on under a new sourcedId.
    Row(SubjectId),
    /// To this person, as a further row of theirs.
    Person(PersonId),
    /// To the person of another new record of this delivery.
    Record(Ordinal),
    /// To nobody: the record waits for a person.
    Held(MatchHold),
}

/// The ties of user records that are not in the roster by their sourcedId.
pub type Ties = BTreeMap<Ordinal, Tie>;

/// The kind of person that a role makes.
pub fn person_kind(role: u8) -> Option<PersonKind> {
    match role {
        tag::STUDENT => Some(PersonKind::Student),
        tag::TEACHER | tag::STAFF => Some(PersonKind::Staff),
        tag::GUARDIAN => Some(PersonKind::Guardian),
        _ => None,
    }
}

/// Decides on every new or changed user record; records that wait are marked in the snapshot.
pub fn decide(snapshot: &mut Snapshot, known: &Known, settings: &Settings) -> Ties {
    let matcher = Matcher::new(snapshot, known, settings);
    let mut ties = Ties::new();
    for one in matcher.candidates() {
        if let Some(tie) = matcher.tie(one) {
            ties.insert(one, tie);
        }
    }
    only_one_record_for_each_row(snapshot, &mut ties);
    matcher.hold_exchanges(&mut ties);
    let kept = matcher.kept_candidates(&ties);
    for (one, tie) in &ties {
        if let Tie::Held(hold) = tie {
            let list = snapshot.of_mut(Kind::User);
            list.set(*one, flag::STOPPED);
            let (outcome, detail) = Outcome::Held(Hold::Match(*hold)).encode();
            list.decide(*one, outcome, detail);
            list.prints.set(*one, 0);
        }
    }
    keep_as_they_are(snapshot, &kept);
    roles::hold_staff_rights(snapshot, known);
    seats::hold_staff_rights(snapshot, known, &ties);
    ties
}

/// Two records that would go on as one row are both held.
fn only_one_record_for_each_row(snapshot: &Snapshot, ties: &mut Ties) {
    let mut rows: BTreeMap<SubjectId, Vec<Ordinal>> = BTreeMap::new();
    for (one, tie) in ties.iter() {
        if let Tie::Row(id) = tie {
            rows.entry(*id).or_default().push(*one);
        }
    }
    for records in rows.into_values().filter(|records| records.len() > 1) {
        for one in records.into_iter().filter(|one| !snapshot.of(Kind::User).in_roster(*one)) {
            ties.insert(one, Tie::Held(MatchHold::SeveralRecords));
        }
    }
}

/// Keeps the rows of people who are absent and may be meant by a record that waits, and what
/// belongs to them.
fn keep_as_they_are(snapshot: &mut Snapshot, kept: &BTreeSet<Ordinal>) {
    if kept.is_empty() {
        return;
    }
    for one in kept {
        snapshot.of_mut(Kind::User).set(*one, flag::STOPPED);
    }
    let kinds = [Kind::UserProfile, Kind::Role, Kind::Demographics, Kind::Enrollment];
    for kind in kinds.into_iter().filter(|kind| snapshot.is_complete(*kind)).collect::<Vec<_>>() {
        let list = snapshot.of(kind);
        let theirs = |one: &Ordinal| {
            list.in_roster(*one)
                && !list.has(*one, flag::IN_DELIVERY)
                && kept.contains(&list.link(*one, Link::User))
        };
        let theirs: Vec<_> = list.ordinals().filter(theirs).collect();
        for one in theirs {
            snapshot.of_mut(kind).set(one, flag::STOPPED);
        }
    }
}

struct Matcher<'a> {
    snapshot: &'a Snapshot,
    known: &'a Known,
    settings: &'a Settings,
    /// The records of this delivery by identifier, as it is told among them.
    owners: HashMap<u64, Vec<Ordinal>>,
    schools: Schools<'a>,
    /// The records of user rows that come back, by row.
    returning: HashMap<SubjectId, Ordinal>,
}

impl<'a> Matcher<'a> {
    fn new(snapshot: &'a Snapshot, known: &'a Known, settings: &'a Settings) -> Self {
        let mut owners: HashMap<u64, Vec<Ordinal>> = HashMap::new();
        for run in
            snapshot.identifiers.chunk_by(|one, next| one.0 == next.0).filter(|run| run.len() > 1)
        {
            let records: BTreeSet<_> = run.iter().map(|(_, one)| *one).collect();
            if let Some((hash, _)) = run.first().filter(|_| records.len() > 1) {
                owners.insert(*hash, records.into_iter().collect());
            }
        }
        let users = known.returning.iter().filter(|((kind, _), _)| *kind == Kind::User);
        let returning = users.map(|((_, one), id)| (*id, *one)).collect();
        let schools = Schools::new(snapshot);
        Self { snapshot, known, settings, owners, schools, returning }
    }

    /// The record of this delivery that is a user row of the roster, or brings one back.
    fn sent(&self, id: SubjectId) -> Option<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        let here = users.by_id(id.0).filter(|one| users.has(*one, flag::IN_ROSTER));
        let one = here.or_else(|| self.returning.get(&id).copied());
        one.filter(|one| users.has(*one, flag::IN_DELIVERY))
    }

    /// New and changed records that no check and no rule stopped.
    fn candidates(&self) -> impl Iterator<Item = Ordinal> + '_ {
        let users = self.snapshot.of(Kind::User);
        let stopped = flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END;
        users.with(flag::IN_DELIVERY | flag::TOUCHED, stopped)
    }

    fn tie(&self, one: Ordinal) -> Option<Tie> {
        let users = self.snapshot.of(Kind::User);
        let record = self.snapshot.record(Kind::User, one)?;
        let role = users.tag(one);
        let identifiers = of_record(&self.snapshot.hasher, self.settings, role, record);
        let persons = self.persons_with(&self.news(one, &identifiers), one, role);
        if let Some(linked) = self.linked(one) {
            return self.tie_linked(one, linked, &persons);
        }
        match persons.len() {
            0 => self.tie_among_records(one, role, &identifiers),
            1 => persons.first().map(|person| self.tie_to_person(one, *person, role, &identifiers)),
            _ => Some(Tie::Held(MatchHold::SeveralCandidates)),
        }
    }

    /// The present people who are absent from this delivery and have an identifier of a new record
    /// that waits.
    fn kept_candidates(&self, ties: &Ties) -> BTreeSet<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        let mut kept = BTreeSet::new();
        if !self.snapshot.is_complete(Kind::User) {
            return kept;
        }
        let waits =
            |(one, tie): &(&Ordinal, &Tie)| matches!(tie, Tie::Held(_)) && !users.in_roster(**one);
        for (one, _) in ties.iter().filter(waits) {
            let Some(record) = self.snapshot.record(Kind::User, *one) else { continue };
            let role = users.tag(*one);
            for identifier in of_record(&self.snapshot.hasher, self.settings, role, record) {
                for id in self.known.identifiers.get(&identifier.hash).into_iter().flatten() {
                    let past = self.known.row(Kind::User, *id).filter(|past| past.present);
                    let absent = past.filter(|_| self.sent(*id).is_none());
                    if absent.is_some_and(|past| self.had(&past.row, &identifier, (*one, role))) {
                        kept.extend(users.by_id(id.0));
                    }
                }
            }
        }
        kept
    }

    /// The user row that has, or once had, the sourcedId of a record; one whose creation was undone
    /// counts as never there.
    fn linked(&self, one: Ordinal) -> Option<SubjectId> {
        let users = self.snapshot.of(Kind::User);
        if users.in_roster(one) {
            return Some(SubjectId(users.id(one)));
        }
        let back = self.known.returning.get(&(Kind::User, one)).copied();
        back.filter(|id| self.known.row(Kind::User, *id).is_none_or(|past| !past.never_there))
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

    /// A live link wins only if no identifier of the record belongs to another person.
    fn tie_linked(
        &self,
        one: Ordinal,
        linked: SubjectId,
        persons: &BTreeSet<PersonId>,
    ) -> Option<Tie> {
        let own = self.known.row(Kind::User, linked).and_then(|past| past.row.person);
        if persons.iter().any(|person| Some(*person) != own) {
            return Some(Tie::Held(MatchHold::Contradiction));
        }
        if self.adds_staff_rights(linked, self.snapshot.of(Kind::User).tag(one)) {
            return Some(Tie::Held(MatchHold::AddsStaffRights));
        }
        None
    }

    fn adds_staff_rights(&self, linked: SubjectId, role: u8) -> bool {
        let Some(past) = self.known.row(Kind::User, linked).filter(|past| !past.row.implied) else {
            return false;
        };
        let before = person_kind(tag::of_word(past.row.text(user::ROLE)));
        person_kind(role) == Some(PersonKind::Staff)
            && matches!(before, Some(PersonKind::Student | PersonKind::Guardian))
    }

    /// The known persons to whom these identifiers belong, those left out who give them up. A
    /// record that asks to end may be followed by one with another sourcedId.
    fn persons_with(
        &self,
        identifiers: &[Identifier],
        one: Ordinal,
        role: u8,
    ) -> BTreeSet<PersonId> {
        let mut persons = BTreeSet::new();
        let new = self.linked(one).is_none();
        for identifier in identifiers {
            for id in self.known.identifiers.get(&identifier.hash).into_iter().flatten() {
                let Some(past) = self.known.row(Kind::User, *id).filter(|past| !past.never_there)
                else {
                    continue;
                };
                if self.sent(*id) != Some(one)
                    && self.had(&past.row, identifier, (one, role))
                    && (self.keeps(&past.row, *id, identifier) || new && self.leaves(*id))
                {
                    persons.extend(past.row.person);
                }
            }
        }
        persons
    }

    /// Whether a known row has an identifier that is evidence for a record of this role.
    fn had(&self, row: &Row, identifier: &Identifier, (one, role): (Ordinal, u8)) -> bool {
        let shared = || self.schools.shared_with(one, row);
        identifier.reaches(self.settings, (role, tag::of_word(row.text(user::ROLE))), shared)
            && identifier.is_among(&of_row(&self.snapshot.hasher, self.settings, row))
    }

    /// Whether a known row keeps an identifier that it has in this delivery. A record that a
    /// check stopped changes nothing.
    fn keeps(&self, row: &Row, id: SubjectId, identifier: &Identifier) -> bool {
        let Some(sent) = self.sent(id) else { return true };
        let users = self.snapshot.of(Kind::User);
        if !users.has(sent, flag::TOUCHED) || users.has(sent, flag::STOPPED) {
            return true;
        }
        let role = tag::of_word(row.text(user::ROLE));
        self.snapshot.record(Kind::User, sent).is_none_or(|record| {
            identifier.is_among(&of_record(&self.snapshot.hasher, self.settings, role, record))
        })
    }

    /// Whether the record of a known row asks to end.
    fn leaves(&self, id: SubjectId) -> bool {
        let users = self.snapshot.of(Kind::User);
        self.sent(id).is_some_and(|one| {
            users.has(one, flag::SAYS_END) && !users.has_any(one, flag::STOPPED | flag::LEFT_OUT)
        })
    }

    fn name(&self, one: Ordinal) -> Option<String> {
        let record = self.snapshot.record(Kind::User, one)?;
        Some(text::folded(&format!(
            "{} {}",
            record.cell(user::GIVEN_NAME),
            record.cell(user::FAMILY_NAME)
        )))
    }

    fn same_name(&self, one: Ordinal, row: &Row) -> bool {
        let theirs = format!("{} {}", row.text(user::GIVEN_NAME), row.text(user::FAMILY_NAME));
        self.name(one) == Some(text::folded(&theirs))
    }
}
