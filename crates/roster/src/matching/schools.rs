//! The schools of people, for identifiers that are unique in one school alone.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::check::cell::items;
use crate::model::columns::user;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal, flag};
use crate::model::{Kind, Row};
use crate::plan::Known;

/// The schools of people, by their own records and rows and by those of their roles.
pub(super) struct Schools<'a> {
    snapshot: &'a Snapshot,
    known: &'a Known,
    by_role: OnceCell<BTreeMap<Ordinal, BTreeSet<Ordinal>>>,
}

impl<'a> Schools<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, known: &'a Known) -> Self {
        Self { snapshot, known, by_role: OnceCell::new() }
    }

    /// Whether two records of this delivery name a school in common.
    pub(super) fn shared(&self, one: Ordinal, other: Ordinal) -> bool {
        !self.of_record(one).is_disjoint(&self.of_record(other))
    }

    /// Whether a record of this delivery and a row of the roster name a school in common.
    pub(super) fn shared_with(&self, one: Ordinal, row: &Row) -> bool {
        !self.of_record(one).is_disjoint(&self.of_row(row))
    }

    /// The schools that a record of this delivery names.
    pub(super) fn of_record(&self, one: Ordinal) -> BTreeSet<Ordinal> {
        let orgs = self.snapshot.of(Kind::Org);
        let mut schools = self.of_roles(one);
        if let Some(record) = self.snapshot.record(Kind::User, one) {
            let named = [user::ORGS, user::PRIMARY_ORG].map(|place| record.cell(place));
            let named = named.into_iter().flat_map(items);
            schools
                .extend(named.filter_map(|id| orgs.find(self.snapshot.hasher.key(id.as_bytes()))));
        }
        schools
    }

    /// The schools that a row of the roster names, or named last.
    pub(super) fn of_row(&self, row: &Row) -> BTreeSet<Ordinal> {
        let mut schools = self.of_own(row);
        if let Some(one) = self.snapshot.of(Kind::User).by_id(row.id.0) {
            schools.extend(self.of_roles(one));
        }
        if schools.is_empty() {
            let orgs = self.snapshot.of(Kind::Org);
            let last = self.known.last_roles.get(&row.id).into_iter().flatten();
            schools.extend(last.filter_map(|role| orgs.by_id(role.school?.0)));
        }
        schools
    }

    fn of_own(&self, row: &Row) -> BTreeSet<Ordinal> {
        let orgs = self.snapshot.of(Kind::Org);
        let named = row.subjects(user::ORGS).iter().copied().chain(row.subject(user::PRIMARY_ORG));
        named.filter_map(|id| orgs.by_id(id.0)).collect()
    }

    fn of_roles(&self, one: Ordinal) -> BTreeSet<Ordinal> {
        let by_role = self.by_role.get_or_init(|| {
            let (roles, users) = (self.snapshot.of(Kind::Role), self.snapshot.of(Kind::User));
            let complete = self.snapshot.is_complete(Kind::Role);
            // Of who is there, the roles that go count no more.
            let goes = |role: Ordinal| {
                let sent = roles.has(role, flag::IN_DELIVERY);
                let there = users.has(roles.link(role, Link::User), flag::IN_DELIVERY);
                roles.has(role, flag::SAYS_END) || complete && !sent && there
            };
            let mut by_role: BTreeMap<Ordinal, BTreeSet<Ordinal>> = BTreeMap::new();
            for role in roles.ordinals().filter(|role| !goes(*role)) {
                let school = roles.link(role, Link::School);
                if school != NOBODY {
                    by_role.entry(roles.link(role, Link::User)).or_default().insert(school);
                }
            }
            by_role
        });
        by_role.get(&one).cloned().unwrap_or_default()
    }
}
