//! What the records of a plan name that begins in the same plan.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, NOBODY, Ordinal};
use crate::plan::{Action, Draft, Reason};

/// What records name.
pub(super) struct Names<'a> {
    snapshot: &'a Snapshot,
    draft: &'a Draft,
    /// New user records by the id that the plan gives them.
    people: BTreeMap<i64, Ordinal>,
    /// What records name that begins in the same plan and that no link holds.
    named: BTreeMap<(Kind, Ordinal), Vec<(Kind, Ordinal)>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, draft: &'a Draft) -> Self {
        let users = snapshot.of(Kind::User);
        let new = users.ordinals().filter(|one| users.id(*one) < 0);
        let people = new.map(|one| (users.id(one), one)).collect();
        let mut named: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for one in &snapshot.named {
            named.entry((one.kind, one.from)).or_default().push((one.target, one.to));
        }
        Self { snapshot, draft, people, named }
    }

    /// The lines by which that begins what a line names; none for a line that ends.
    pub(super) fn of_line(
        &self,
        kind: Kind,
        one: Ordinal,
    ) -> impl Iterator<Item = (Kind, Ordinal)> + '_ {
        let ends = matches!(self.draft.step(kind, one), Some((Action::End, _)));
        let names = if ends { Vec::new() } else { self.named(kind, one) };
        names.into_iter().filter(|(kind, one)| begins(self.draft, *kind, *one))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds name no more")]
    fn named(&self, kind: Kind, one: Ordinal) -> Vec<(Kind, Ordinal)> {
        let list = self.snapshot.of(kind);
        let mut named = vec![(Kind::Org, list.link(one, Link::School))];
        match kind {
            Kind::Course => named.push((Kind::AcademicSession, list.link(one, Link::First))),
            Kind::Class => named.push((Kind::Course, list.link(one, Link::First))),
            Kind::Enrollment => {
                named.push((Kind::Class, list.link(one, Link::First)));
                named.push((Kind::User, list.link(one, Link::User)));
            }
            Kind::UserProfile | Kind::Role | Kind::Demographics => {
                named.push((Kind::User, list.link(one, Link::User)));
            }
            Kind::User => {
                let first = self.people.get(&list.person(one)).copied();
                named.extend(first.map(|first| (Kind::User, first)));
            }
            _ => {}
        }
        named.extend(self.named.get(&(kind, one)).into_iter().flatten());
        named.retain(|line| line.1 != NOBODY && *line != (kind, one));
        named
    }
}

/// Whether a line begins what others may name: a row, or a known row under another sourcedId.
pub(super) fn begins(draft: &Draft, kind: Kind, one: Ordinal) -> bool {
    let step = draft.step(kind, one);
    let rekeyed = [Reason::UpdatedBecauseKnownByIdentifier, Reason::UpdatedBecauseRekeyed];
    matches!(step, Some((Action::Create | Action::Restore, _)))
        || matches!(step, Some((Action::Update, reason)) if rekeyed.contains(&reason))
}
