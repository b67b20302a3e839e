//! Ids that look reused: a record under a known sourcedId that is somebody else than the row.

use std::collections::BTreeSet;

use super::evidence::contradict;
use super::{Matcher, person_kind, roles};
use crate::check::cell::items;
use crate::model::columns::{SOURCED_ID, demographics, user};
use crate::model::name::Name;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag};
use crate::model::{Kind, SubjectId, grade};
use crate::plan::{Known, MatchHold, Past};

impl Matcher<'_> {
    /// Whether the record with a known row's sourcedId is somebody else: their names have no word in
    /// common, they share no trusted identifier, and something beyond the name tells them apart. A
    /// name alone proves nothing here either.
    pub(super) fn is_another_person(&self, one: Ordinal, linked: SubjectId) -> bool {
        let Some(past) = self.known.row(Kind::User, linked).filter(|past| !past.row.implied) else {
            return false;
        };
        let Some(record) = self.snapshot.record(Kind::User, one) else { return false };
        if !self.has_anothers_name(one, linked)
            || self.settings.same_person.iter().any(|id| id == record.cell(SOURCED_ID))
        {
            return false;
        }
        let (ours, theirs) = (self.identifiers(one), self.identifiers_before(linked, &past.row));
        if ours.iter().any(|identifier| identifier.is_among(&theirs)) {
            return false;
        }
        let same_school = || self.schools.shared_with(one, &past.row);
        contradict(self.settings, &ours, &theirs, usize::MAX, same_school)
            || self.is_of_another_kind(one, linked)
            || is_of_another_grade(record.cell(user::GRADES), past)
            || self.reborn.contains(&one)
    }

    /// Whether the name of a record has no word in common with that of a known row.
    pub(super) fn has_anothers_name(&self, one: Ordinal, linked: SubjectId) -> bool {
        let record = self.snapshot.record(Kind::User, one);
        let past = self.known.row(Kind::User, linked);
        let names = record.map(Name::of_record).zip(past.map(|past| Name::of_row(&past.row)));
        names.is_some_and(|(now, before)| now.is_anothers(before))
    }

    /// Those in doubt whose own records are here and no strangers', or who are the same person as the
    /// district says.
    pub(super) fn no_longer_doubted(&self, strangers: &BTreeSet<Ordinal>) -> BTreeSet<SubjectId> {
        let users = self.snapshot.of(Kind::User);
        let key = |id: &String| self.snapshot.hasher.key(id.as_bytes());
        let same_person: BTreeSet<_> = self.settings.same_person.iter().map(key).collect();
        let is_same = |one: Ordinal| same_person.contains(&users.key(one));
        let is_taken = |one: Ordinal| !users.has(one, flag::STOPPED) && !strangers.contains(&one);
        let is_settled = |id: &&SubjectId| {
            self.sent(**id).is_some_and(is_taken) || users.by_id(id.0).is_some_and(is_same)
        };
        self.known.doubted.iter().filter(is_settled).copied().collect()
    }

    /// The others in doubt whom the roster has, but for who leaves with a complete delivery.
    pub(super) fn still_doubted(&self, settled: &BTreeSet<SubjectId>) -> Vec<Ordinal> {
        let users = self.snapshot.of(Kind::User);
        let leaves = |one: Ordinal| {
            let kept = users.has_any(one, flag::IN_DELIVERY | flag::STOPPED);
            !kept && self.snapshot.is_complete(Kind::User)
        };
        let doubted = self.known.doubted.difference(settled).filter_map(|id| users.by_id(id.0));
        doubted.filter(|one| !leaves(*one)).collect()
    }

    /// The rows of those users whom the roster has.
    pub(super) fn in_roster(&self, all: &BTreeSet<Ordinal>) -> BTreeSet<SubjectId> {
        let users = self.snapshot.of(Kind::User);
        let present = all.iter().filter(|one| users.in_roster(**one));
        present.map(|one| SubjectId(users.id(*one))).collect()
    }

    fn is_of_another_kind(&self, one: Ordinal, linked: SubjectId) -> bool {
        let before = self.kinds_before(linked);
        let now = person_kind(self.role(one));
        now.is_some_and(|now| !before.is_empty() && !before.contains(&now))
    }
}

/// Whether nobody comes from the grades of a row to these: a year lost or two won at most in a night,
/// and any number of years won by those who were away.
fn is_of_another_grade(grades: &str, past: &Past) -> bool {
    let years = |grades: &str| items(grades).filter_map(grade::year).collect::<Vec<_>>();
    let (before, now) = (years(past.row.text(user::GRADES)), years(grades));
    let most = if past.present { 2 } else { i8::MAX };
    let comes = |now: &i8| before.iter().any(|before| (-1..=most).contains(&(now - before)));
    !before.is_empty() && !now.is_empty() && !now.iter().any(comes)
}

/// The users whose demographics tell another birth date than before.
pub(super) fn reborn(snapshot: &Snapshot, known: &Known) -> BTreeSet<Ordinal> {
    let list = snapshot.of(Kind::Demographics);
    let touched = list.with(flag::IN_DELIVERY | flag::TOUCHED, flag::STOPPED | flag::SAYS_END);
    let differs = |one: &Ordinal| {
        let id = roles::row_of(snapshot, known, Kind::Demographics, *one)?;
        let before = known.row(Kind::Demographics, id)?.row.text(demographics::BIRTH_DATE);
        let now = snapshot.record(Kind::Demographics, *one)?.cell(demographics::BIRTH_DATE);
        Some(!before.is_empty() && !now.is_empty() && before != now)
    };
    touched.filter(|one| differs(one) == Some(true)).map(|one| list.link(one, Link::User)).collect()
}

/// Lets the roles, profiles, demographics and enrollments of users whose records are somebody else's
/// wait with them, and keeps those that the delivery does not have.
pub(super) fn hold_what_is_theirs(snapshot: &mut Snapshot, users: &BTreeSet<Ordinal>) {
    if users.is_empty() {
        return;
    }
    for kind in [Kind::UserProfile, Kind::Role, Kind::Demographics, Kind::Enrollment] {
        let list = snapshot.of(kind);
        let theirs = |one: &Ordinal| users.contains(&list.link(*one, Link::User));
        let sent = list.with(flag::IN_DELIVERY | flag::TOUCHED, flag::STOPPED | flag::LEFT_OUT);
        let sent: Vec<_> = sent.filter(theirs).collect();
        for one in sent {
            roles::hold(snapshot, kind, one, MatchHold::IdReused);
        }
    }
    super::keep_what_belongs_to(snapshot, users);
}
