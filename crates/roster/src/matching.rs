//! Who is who: ties each user record to a known person, to a new one, or to nobody yet.
//!
//! A known sourcedId comes first, then the district's trusted identifiers in their order, each
//! in its namespace and only within its reach. A name never matches anybody; names only keep
//! apart what an identifier would join.

mod claims;
mod evidence;
mod handover;
mod holders;
mod known_person;
mod new_records;
mod reissued;
mod reused;
mod roles;
mod said;
mod same_members;
mod schools;
mod seats;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use evidence::of_record;
pub use evidence::{Identifier, identifiers, of_row, spellings};
pub use reissued::absent;
pub use roles::without_role;
pub use same_members::gone;

use crate::model::columns::user;
use crate::model::name::Name;
use crate::model::settings::{PersonKind, Settings};
use crate::model::snapshot::{Mode, Snapshot};
use crate::model::subjects::{Link, Ordinal, flag, tag};
use crate::model::{Kind, PersonId, Row, SubjectId};
use crate::plan::standing::{self, Others};
use crate::plan::{Known, MatchHold};
use claims::Claims;
use holders::Holders;
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
        tag::GUARDIAN | tag::RELATIVE => Some(PersonKind::Guardian),
        _ => None,
    }
}

/// New records of users, classes and courses that agree with an absent row in all but the ids, with
/// these.
pub type Alike = BTreeMap<(Kind, Ordinal), SubjectId>;

/// What was decided on user records.
#[derive(Debug, Clone, Default)]
pub struct Matched {
    /// How records whose sourcedIds are not in the roster were tied, and which others wait.
    pub ties: Ties,
    /// Records between which an identifier passes, so that none is taken without the others.
    pub hand_overs: Vec<Vec<Ordinal>>,
    /// New records that agree with an absent row in all but the ids.
    pub alike: Alike,
    /// Those of classes and courses that are taken for these rows, as a person asked.
    pub rekeyed: Alike,
    /// The users of the roster whose sourcedIds look reused, until their own records settle it.
    pub doubted: BTreeSet<SubjectId>,
    /// Those in doubt before whose own records, or the district, say that they are who they were.
    pub settled: BTreeSet<SubjectId>,
}

/// Decides on every new or changed user record; records that wait are marked in the snapshot.
/// `rekey` ties what looks like ids issued anew, as a person asked.
pub fn decide(snapshot: &mut Snapshot, known: &Known, settings: &Settings, rekey: bool) -> Matched {
    let matcher = Matcher::new(snapshot, known, settings);
    let mut claims = matcher.claims();
    matcher.divide(&mut claims);
    let (mut ties, mut strangers) = matcher.hold_linked(&claims);
    let settled = matcher.no_longer_doubted(&strangers);
    strangers.extend(matcher.still_doubted(&settled));
    let doubted = matcher.in_roster(&strangers);
    for group in &claims.groups {
        ties.extend(matcher.tie_group(group, &claims));
    }
    let hand_overs = matcher.hold_what_hangs_together(&claims, &mut ties);
    let (people, alike) = matcher.all_reissued(settings.guard.ids_reissued, &ties);
    if rekey {
        ties.extend(people.into_iter().map(|(one, id)| (one, Tie::Row(id))));
    }
    let kept = matcher.kept_candidates(&ties, &claims.holders);
    let may_be_staff = matcher.may_be_staff;
    for (one, tie) in &ties {
        if let Tie::Held(why) = tie {
            roles::hold(snapshot, Kind::User, *one, *why);
            snapshot.of_mut(Kind::User).prints.set(*one, 0);
        }
    }
    for one in &kept {
        snapshot.of_mut(Kind::User).set(*one, flag::STOPPED);
    }
    keep_what_belongs_to(snapshot, &kept);
    reused::hold_what_is_theirs(snapshot, &strangers);
    roles::hold_with_users(snapshot, &ties);
    roles::hold_staff_rights(snapshot, known, &ties, &may_be_staff);
    let mut rekeyed = if rekey { alike.clone() } else { Alike::new() };
    rekeyed.retain(|(kind, _), _| *kind != Kind::User);
    // Who is in them stays in them, so that seats are compared with those that they replace.
    let rows = rekeyed.iter().map(|((kind, by), id)| (*kind, *by, *id));
    standing::follow(snapshot, &Others::of_rows(snapshot, rows));
    seats::hold_staff_rights(snapshot, known, &ties, &may_be_staff);
    said::note_nobody(snapshot, settings);
    Matched { ties, hand_overs, alike, rekeyed, doubted, settled }
}

/// The users of whom the district says that their accounts may get staff rights.
fn may_be_staff(snapshot: &Snapshot, settings: &Settings) -> BTreeSet<Ordinal> {
    let users = snapshot.of(Kind::User);
    let named = settings.may_be_staff.iter();
    named.filter_map(|id| users.find(snapshot.hasher.key(id.as_bytes()))).collect()
}

/// Keeps the rows that belong to users and that a complete delivery does not have.
fn keep_what_belongs_to(snapshot: &mut Snapshot, users: &BTreeSet<Ordinal>) {
    if users.is_empty() {
        return;
    }
    let kinds = [Kind::UserProfile, Kind::Role, Kind::Demographics, Kind::Enrollment];
    for kind in kinds.into_iter().filter(|kind| snapshot.is_complete(*kind)).collect::<Vec<_>>() {
        let list = snapshot.of(kind);
        let theirs = |one: &Ordinal| {
            list.in_roster(*one)
                && !list.has(*one, flag::IN_DELIVERY)
                && users.contains(&list.link(*one, Link::User))
        };
        let theirs: Vec<_> = list.ordinals().filter(theirs).collect();
        for one in theirs {
            snapshot.of_mut(kind).set(one, flag::STOPPED);
        }
    }
}

/// The identifiers that several records of a delivery have, as they are told among them, each with
/// those records.
pub fn shared(snapshot: &Snapshot) -> impl Iterator<Item = &[(u64, Ordinal)]> {
    let runs = snapshot.identifiers.chunk_by(|one, next| one.0 == next.0);
    runs.filter(|run| run.first().is_some_and(|first| run.iter().any(|one| one.1 != first.1)))
}

struct Matcher<'a> {
    snapshot: &'a Snapshot,
    known: &'a Known,
    settings: &'a Settings,
    /// The identifiers that several records of this delivery have, as they are told among them.
    owners: HashSet<u64>,
    schools: Schools<'a>,
    /// The records of user rows that come back, by row.
    returning: HashMap<SubjectId, Ordinal>,
    /// The users whose accounts may get staff rights.
    may_be_staff: BTreeSet<Ordinal>,
    /// The kinds of person that those who may be meant were by their role records.
    kinds_before: OnceCell<BTreeMap<Ordinal, BTreeSet<PersonKind>>>,
    /// The users whose demographics tell another birth date than before.
    reborn: BTreeSet<Ordinal>,
}

impl<'a> Matcher<'a> {
    fn new(snapshot: &'a Snapshot, known: &'a Known, settings: &'a Settings) -> Self {
        let owners = shared(snapshot).filter_map(<[_]>::first).map(|(hash, _)| *hash).collect();
        let users = known.returning.iter().filter(|((kind, _), _)| *kind == Kind::User);
        let returning = users.map(|((_, one), id)| (*id, *one)).collect();
        let schools = Schools::new(snapshot, known);
        let kinds_before = OnceCell::new();
        let reborn = reused::reborn(snapshot, known);
        let may_be_staff = may_be_staff(snapshot, settings);
        Self {
            snapshot,
            known,
            settings,
            owners,
            schools,
            returning,
            may_be_staff,
            kinds_before,
            reborn,
        }
    }

    /// The record of this delivery that is a user row of the roster, or brings one back, unless it is
    /// older than the row.
    fn sent(&self, id: SubjectId) -> Option<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        let here = users.by_id(id.0).filter(|one| users.has(*one, flag::IN_ROSTER));
        let one = here.or_else(|| self.returning.get(&id).copied());
        one.filter(|one| users.has(*one, flag::IN_DELIVERY) && !self.is_older(*one))
    }

    /// New and changed records that no check and no rule stopped.
    fn candidates(&self) -> impl Iterator<Item = Ordinal> + '_ {
        let users = self.snapshot.of(Kind::User);
        let stopped = flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END;
        users.with(flag::IN_DELIVERY | flag::TOUCHED, stopped).filter(|one| !self.is_older(*one))
    }

    fn is_older(&self, one: Ordinal) -> bool {
        let users = self.snapshot.files.get(&Kind::User);
        users.is_some_and(|file| file.mode == Mode::Delta)
            && standing::is_older(self.snapshot, self.known, Kind::User, one)
    }

    /// The linked records that wait: a live link wins only if no identifier of the record belongs
    /// to another person. Tells also which of them are somebody else than their row.
    fn hold_linked(&self, claims: &Claims) -> (Ties, BTreeSet<Ordinal>) {
        let (mut ties, mut strangers) = (Ties::new(), BTreeSet::new());
        for one in self.candidates() {
            let Some(linked) = self.linked(one) else { continue };
            let is_stranger = self.is_another_person(one, linked);
            if is_stranger {
                strangers.insert(one);
            }
            if claims.persons.contains_key(&one) {
                ties.insert(one, Tie::Held(MatchHold::Contradiction));
            } else if is_stranger {
                ties.insert(one, Tie::Held(MatchHold::IdReused));
            } else if self.adds_staff_rights(one, linked) {
                ties.insert(one, Tie::Held(MatchHold::AddsStaffRights));
            }
        }
        (ties, strangers)
    }

    /// The present people who are absent from this delivery and have an identifier of a new record
    /// that waits.
    fn kept_candidates(&self, ties: &Ties, holders: &Holders) -> BTreeSet<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        if !self.snapshot.is_complete(Kind::User) {
            return BTreeSet::new();
        }
        let waits =
            |(one, tie): &(&Ordinal, &Tie)| matches!(tie, Tie::Held(_)) && !users.in_roster(**one);
        let mut asked = BTreeSet::new();
        for (one, _) in ties.iter().filter(waits) {
            asked.extend(self.evidence_of_record(*one));
        }
        let present =
            |id: &SubjectId| self.known.row(Kind::User, *id).is_some_and(|past| past.present);
        let rows = asked.into_iter().flat_map(|evidence| holders.rows(evidence));
        let goes_on: BTreeSet<_> = ties
            .values()
            .filter_map(|tie| if let Tie::Row(id) = tie { Some(*id) } else { None })
            .collect();
        let absent =
            rows.filter(|id| present(id) && self.sent(*id).is_none() && !goes_on.contains(id));
        absent.filter_map(|id| users.by_id(id.0)).collect()
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

    /// The person of the user row that has, or once had, the sourcedId of a record.
    fn own(&self, one: Ordinal) -> Option<PersonId> {
        self.linked(one).and_then(|id| self.known.row(Kind::User, id)?.row.person)
    }

    /// The record whose values a user row takes, as far as nothing stopped it yet.
    fn taken(&self, id: SubjectId) -> Option<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        let stopped = flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END;
        let sent = self.sent(id).filter(|one| users.has(*one, flag::TOUCHED));
        // Of a record that says what it said, no text is kept.
        let read = |one: &Ordinal| self.snapshot.record(Kind::User, *one).is_some();
        sent.filter(|one| !users.has_any(*one, stopped) && read(one))
    }

    /// Whether a record would make staff of a known student or guardian. Where roles have records of
    /// their own on both sides, those are judged instead.
    fn adds_staff_rights(&self, one: Ordinal, linked: SubjectId) -> bool {
        let Some(past) = self.known.row(Kind::User, linked).filter(|past| !past.row.implied) else {
            return false;
        };
        let told = roles::own_role(self.snapshot, one).is_some()
            || tag::of_word(past.row.text(user::ROLE)) != tag::OTHER;
        told && !self.may_be_staff.contains(&one)
            && person_kind(self.role(one)) == Some(PersonKind::Staff)
            && roles::are_no_staff(&self.kinds_before(linked))
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

    /// The role of a record.
    fn role(&self, one: Ordinal) -> u8 {
        roles::role_of_record(self.snapshot, one)
    }

    /// The trusted identifiers of a record.
    fn identifiers(&self, one: Ordinal) -> Vec<Identifier> {
        identifiers(self.snapshot, self.settings, one)
    }

    /// Whether the record of a known row asks to end.
    fn leaves(&self, id: SubjectId) -> bool {
        let users = self.snapshot.of(Kind::User);
        self.sent(id).is_some_and(|one| {
            users.has(one, flag::SAYS_END) && !users.has_any(one, flag::STOPPED | flag::LEFT_OUT)
        })
    }

    /// The folded name of a record.
    fn name(&self, one: Ordinal) -> Option<String> {
        self.snapshot.record(Kind::User, one).map(|record| Name::of_record(record).folded())
    }
}
