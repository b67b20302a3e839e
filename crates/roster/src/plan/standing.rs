//! Lets subjects whose records are not taken stand for the rows that stay.
//!
//! What a plan does with such a subject, and what the next run takes it for, is what its row says:
//! its class, person, school and role; never what a record says that was rejected, held, kept back
//! or older than the row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Known;
use crate::matching::{Tie, Ties};
use crate::model::columns::{DATE_LAST_MODIFIED, user};
use crate::model::image;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal};
use crate::model::{DateTime, Kind, Row, SubjectId};

/// The subjects of rows of users, classes and courses that go on under the sourcedIds of other
/// records, with those.
#[derive(Debug, Clone, Default)]
pub struct Others(BTreeMap<Kind, HashMap<Ordinal, Ordinal>>);

/// What belongs to rows that may go on under other sourcedIds: the kind, by which link, to what.
pub const FOLLOWERS: [(Kind, Link, Kind); 6] = [
    (Kind::Class, Link::First, Kind::Course),
    (Kind::UserProfile, Link::User, Kind::User),
    (Kind::Role, Link::User, Kind::User),
    (Kind::Demographics, Link::User, Kind::User),
    (Kind::Enrollment, Link::First, Kind::Class),
    (Kind::Enrollment, Link::User, Kind::User),
];

impl Others {
    /// The present rows among some that go on under the sourcedIds of records: kind, record, row.
    pub fn of_rows(
        snapshot: &Snapshot,
        some: impl Iterator<Item = (Kind, Ordinal, SubjectId)>,
    ) -> Self {
        let mut others = Self::default();
        for (kind, by, id) in some {
            if let Some(row) = snapshot.of(kind).by_id(id.0) {
                others.insert(kind, row, by);
            }
        }
        others
    }

    /// Notes that a row goes on under the sourcedId of a record.
    pub fn insert(&mut self, kind: Kind, row: Ordinal, by: Ordinal) {
        self.0.entry(kind).or_default().insert(row, by);
    }

    /// The record under whose sourcedId a row goes on.
    pub fn of(&self, kind: Kind, row: Ordinal) -> Option<Ordinal> {
        self.0.get(&kind)?.get(&row).copied()
    }

    /// Whether there are any of a kind.
    pub fn some(&self, kind: Kind) -> bool {
        self.0.contains_key(&kind)
    }

    /// The links of a row, to those under whose sourcedIds what it names goes on.
    fn links(&self, kind: Kind, mut links: [Ordinal; 3]) -> [Ordinal; 3] {
        for (_, link, target) in FOLLOWERS.into_iter().filter(|(of, ..)| *of == kind) {
            if let Some(place) = links.get_mut(link as usize) {
                *place = self.of(target, *place).unwrap_or(*place);
            }
        }
        links
    }
}

/// Gives a subject the links and the tag of its row, and no fingerprint that could be trusted.
pub fn stand_for_row(
    snapshot: &mut Snapshot,
    kind: Kind,
    one: Ordinal,
    row: &Row,
    others: &Others,
) {
    let subject = image::subject(&snapshot.kinds, &snapshot.hasher, row);
    let [first, user, school] = others.links(kind, subject.links);
    // Where roles have records of their own, those tell the school and the role of a user.
    let apart = kind == Kind::User && row.text(user::ROLE).is_empty();
    let list = snapshot.of_mut(kind);
    list.set_link(one, Link::First, first);
    list.set_link(one, Link::User, user);
    if !apart {
        list.set_link(one, Link::School, school);
        if let Some(tag) = list.tags.get_mut(one as usize) {
            *tag = subject.tag;
        }
    }
    list.prints.set(one, 0);
    list.distrust(one);
}

/// Lets a subject belong to what its row names in columns of the row that stay as they are, since the
/// record names somebody there whom a row cannot name now.
pub fn keep_links(
    snapshot: &mut Snapshot,
    one: Ordinal,
    row: &Row,
    stay: &BTreeSet<usize>,
    others: &Others,
) {
    if stay.is_empty() {
        return;
    }
    let links = image::subject(&snapshot.kinds, &snapshot.hasher, row).links;
    let links = others.links(row.kind, links);
    let columns = row.kind.columns().iter().enumerate().filter(|(_, column)| column.is_fact());
    let kept = columns.enumerate().filter(|(place, _)| stay.contains(place));
    for link in kept.filter_map(|(_, (at, _))| Link::of(row.kind, at)) {
        let told_by_roles = row.kind == Kind::User && row.text(user::ROLE).is_empty();
        let to = links.get(link as usize).copied().filter(|_| !told_by_roles);
        if let Some(to) = to {
            snapshot.of_mut(row.kind).set_link(one, link, to);
        }
    }
}

/// Whether a record of a delta is older than what is known of its subject, so that it says nothing.
pub fn is_older(snapshot: &Snapshot, known: &Known, kind: Kind, one: Ordinal) -> bool {
    let id = SubjectId(snapshot.of(kind).id(one));
    let id = known.returning.get(&(kind, one)).copied().unwrap_or(id);
    let stored = known.row(kind, id).and_then(|past| past.row.last_modified);
    let record = snapshot.record(kind, one);
    let sent = record.and_then(|record| DateTime::parse(record.cell(DATE_LAST_MODIFIED)));
    let stored = stored.filter(|stored| *stored <= snapshot.latest);
    sent.zip(stored).is_some_and(|(sent, stored)| sent < stored)
}

/// Lets the role and school of known users whose records wait be those of the role records that they
/// have in the roster, for what would change these waits with them.
pub fn keep_roles(snapshot: &mut Snapshot, known: &Known, ties: &Ties) {
    let roles = snapshot.of(Kind::Role);
    let users = snapshot.of(Kind::User);
    let row = |one: Ordinal| known.row(Kind::User, SubjectId(users.id(one))).map(|past| &past.row);
    let untold = |one: &Ordinal| row(*one).is_some_and(|row| row.text(user::ROLE).is_empty());
    let held =
        ties.iter().filter(|(one, tie)| matches!(tie, Tie::Held(_)) && users.in_roster(**one));
    let held: Vec<_> = held.map(|(one, _)| *one).filter(untold).collect();
    if held.is_empty() || roles.is_empty() {
        return;
    }
    let subject = |row: &Row| image::subject(&snapshot.kinds, &snapshot.hasher, row);
    // Without a role record, the row itself tells a school at most.
    let own = held.iter().filter_map(|one| Some((*one, subject(row(*one)?))));
    let mut told: BTreeMap<_, _> =
        own.map(|(one, subject)| (one, (false, subject.tag, subject.links[2]))).collect();
    for role in roles.ordinals().filter(|role| roles.in_roster(*role)) {
        let past = known.row(Kind::Role, SubjectId(roles.id(role)));
        let (user, tag, school) = past.map_or_else(
            || (roles.link(role, Link::User), roles.tag(role), roles.link(role, Link::School)),
            |past| {
                let subject = subject(&past.row);
                (subject.links[1], subject.tag, subject.links[2])
            },
        );
        if let Some(place) = told.get_mut(&user).filter(|(by_role, ..)| !by_role) {
            *place = (true, tag, school);
        }
    }
    let users = snapshot.of_mut(Kind::User);
    for (one, (_, tag, school)) in told {
        users.set_link(one, Link::School, school);
        if let Some(place) = users.tags.get_mut(one as usize) {
            *place = tag;
        }
    }
}

/// Lets everything that belongs to a user, class or course belong to another subject of the same row.
pub fn follow(snapshot: &mut Snapshot, others: &Others) {
    for (kind, link, target) in FOLLOWERS.into_iter().filter(|(.., target)| others.some(*target)) {
        let list = snapshot.of_mut(kind).links.get_mut(link as usize);
        for place in list.into_iter().flatten() {
            *place = others.of(target, *place).unwrap_or(*place);
        }
    }
}
