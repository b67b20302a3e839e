//! Ids that look issued anew: people whom a complete delivery does not have, and new records that
//! agree with them in all but the ids. A name never matches anybody by itself, so that this is told,
//! and a person who wants it has the plan made with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Alike, Matcher, Tie, Ties, same_members};
use crate::model::columns::enrollment;
use crate::model::name::Name;
use crate::model::settings::Limit;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, tag};
use crate::model::{Kind, SubjectId};
use crate::plan::Past;

/// How many absent people are compared at most.
const MOST: usize = 50_000;

/// What two records of one person agree in: folded name, role, school and grades.
type Likeness = (String, u8, Ordinal, Ordinal);

/// The people whom a complete delivery does not have, where they and the new records are too many
/// for an ordinary night.
pub fn absent(snapshot: &Snapshot, limit: Limit) -> Vec<SubjectId> {
    let users = snapshot.of(Kind::User);
    if !snapshot.is_complete(Kind::User) {
        return Vec::new();
    }
    let new = users.with(flag::IN_DELIVERY, flag::IN_ROSTER | flag::STOPPED | flag::LEFT_OUT);
    if new.count() as u64 <= limit.count {
        return Vec::new();
    }
    let absent = users.with(flag::IN_ROSTER, flag::IN_DELIVERY | flag::STOPPED | flag::IMPLIED);
    let absent: Vec<_> = absent.map(|one| SubjectId(users.id(one))).take(MOST + 1).collect();
    let many = absent.len() as u64 > limit.count && absent.len() <= MOST;
    if many { absent } else { Vec::new() }
}

impl Matcher<'_> {
    /// New records of users that nothing ties to anybody, each with the absent row that it agrees
    /// with; and these with such records of classes and courses.
    pub(super) fn all_reissued(
        &self,
        limit: Limit,
        ties: &Ties,
    ) -> (BTreeMap<Ordinal, SubjectId>, Alike) {
        let users = self.snapshot.of(Kind::User);
        let named_alike = self.named_alike(limit, ties);
        let to_rows = ties.iter().filter_map(|(one, tie)| match tie {
            Tie::Row(id) => Some((one, id)),
            Tie::Person(_) | Tie::Record(_) | Tie::Held(_) => None,
        });
        let rows = to_rows.chain(&named_alike);
        let people = rows.filter_map(|(one, id)| Some((*one, users.by_id(id.0)?))).collect();
        let classes = same_members::classes(self.snapshot, self.known, &people);
        let courses = same_members::courses(self.snapshot, self.known, &classes);
        let people = self.meant(named_alike, &classes);
        let mut alike = Alike::new();
        alike.extend(people.iter().map(|(one, id)| ((Kind::User, *one), *id)));
        for (kind, pairs) in [(Kind::Class, classes), (Kind::Course, courses)] {
            let id = |row| SubjectId(self.snapshot.of(kind).id(row));
            alike.extend(pairs.into_iter().map(|(one, row)| ((kind, one), id(row))));
        }
        (people, alike)
    }

    /// New records that nothing ties to anybody, each with the absent row that it agrees with. Of
    /// several that are alike, none is meant.
    fn named_alike(&self, limit: Limit, ties: &Ties) -> BTreeMap<Ordinal, SubjectId> {
        let absent = absent(self.snapshot, limit);
        let mut gone: BTreeMap<Likeness, Vec<SubjectId>> = BTreeMap::new();
        for id in absent {
            let free = !ties.values().any(|tie| *tie == Tie::Row(id));
            if let Some(past) = self.known.row(Kind::User, id).filter(|_| free) {
                gone.entry(self.likeness_of_row(id, past)).or_default().push(id);
            }
        }
        if gone.is_empty() {
            return BTreeMap::new();
        }
        let users = self.snapshot.of(Kind::User);
        let mut come: BTreeMap<Likeness, Vec<Ordinal>> = BTreeMap::new();
        let new = users.with(flag::IN_DELIVERY, flag::IN_ROSTER | flag::STOPPED | flag::LEFT_OUT);
        for one in new.filter(|one| self.linked(*one).is_none() && !ties.contains_key(one)) {
            if let Some(likeness) = self.likeness(one) {
                come.entry(likeness).or_default().push(one);
            }
        }
        let alike = come.into_iter().filter_map(|(likeness, new)| {
            match (&new[..], &gone.get(&likeness)?[..]) {
                ([one], [id]) => Some((*one, *id)),
                _ => None,
            }
        });
        alike.collect()
    }

    /// Those who are meant: who has other identifiers has to share a class, be it under another
    /// sourcedId.
    fn meant(
        &self,
        alike: BTreeMap<Ordinal, SubjectId>,
        reissued: &BTreeMap<Ordinal, Ordinal>,
    ) -> BTreeMap<Ordinal, SubjectId> {
        let users = self.snapshot.of(Kind::User);
        let classes = self.classes(&alike, reissued);
        let meant = |(one, id): &(Ordinal, SubjectId)| {
            let shares = users.by_id(id.0).is_some_and(|row| {
                let of = |user: Ordinal| classes.get(&user).cloned().unwrap_or_default();
                !of(row).is_disjoint(&of(*one))
            });
            shares || !self.is_contradicted(*one, &self.identifiers(*one), *id, false)
        };
        alike.into_iter().filter(meant).collect()
    }

    fn likeness(&self, one: Ordinal) -> Option<Likeness> {
        let users = self.snapshot.of(Kind::User);
        let (role, school) = (self.role(one), users.link(one, Link::School));
        Some((self.name(one)?, role, school, grade(role, users.link(one, Link::First))))
    }

    fn likeness_of_row(&self, id: SubjectId, past: &Past) -> Likeness {
        let users = self.snapshot.of(Kind::User);
        let one = users.by_id(id.0);
        let link = |link| one.map_or(NOBODY, |one| users.link(one, link));
        let role = one.map_or(tag::OTHER, |one| users.tag(one));
        (Name::of_row(&past.row).folded(), role, link(Link::School), grade(role, link(Link::First)))
    }

    /// The classes of the records and of the rows that are alike.
    fn classes(
        &self,
        alike: &BTreeMap<Ordinal, SubjectId>,
        reissued: &BTreeMap<Ordinal, Ordinal>,
    ) -> BTreeMap<Ordinal, BTreeSet<Ordinal>> {
        let users = self.snapshot.of(Kind::User);
        let rows = alike.values().filter_map(|id| users.by_id(id.0));
        let mut asked = vec![false; users.len()];
        for user in alike.keys().copied().chain(rows) {
            if let Some(asked) = asked.get_mut(user as usize) {
                *asked = true;
            }
        }
        let mut classes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        if alike.is_empty() {
            return classes;
        }
        let list = self.snapshot.of(Kind::Enrollment);
        let mut note = |user: Ordinal, class: Ordinal| {
            if asked.get(user as usize) == Some(&true) {
                let class = reissued.get(&class).copied().unwrap_or(class);
                classes.entry(user).or_default().insert(class);
            }
        };
        for one in list.ordinals() {
            note(list.link(one, Link::User), list.link(one, Link::First));
            // Of records that differ the roster's row may say something else.
            let differs = list.has(one, flag::IN_ROSTER | flag::TOUCHED);
            let past = || self.known.row(Kind::Enrollment, SubjectId(list.id(one)));
            if let Some(past) = differs.then(past).flatten() {
                let user = past.row.subject(enrollment::USER).and_then(|id| users.by_id(id.0));
                let class = past.row.subject(enrollment::CLASS);
                let class = class.and_then(|id| self.snapshot.of(Kind::Class).by_id(id.0));
                user.zip(class).into_iter().for_each(|(user, class)| note(user, class));
            }
        }
        classes
    }
}

/// The grades of students; those of others say nothing.
fn grade(role: u8, grades: Ordinal) -> Ordinal {
    if role == tag::STUDENT { grades } else { NOBODY }
}
