//! What the guards would say of an undo: the inverse as a plan for the roster as it is.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::guard::{self, History, Verdict};
use firstbell_roster::model::columns::{enrollment, user};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Ordinal, flag};
use firstbell_roster::model::{Kind, Row, SubjectId};
use firstbell_roster::plan::steps::Steps;
use firstbell_roster::plan::{self, Action, Draft, Known, Past, Reason};

use super::inverse::{Inverse, Step};
use crate::account::{self, Names};
use crate::ground::Ground;
use crate::hub::{Hub, HubError};
use crate::image;

impl Hub {
    /// The verdict on an inverse, and the names of the schools that it speaks of.
    pub(super) async fn judge_inverse(
        &self,
        ground: &Ground,
        inverse: &Inverse,
    ) -> Result<(Verdict, Names), HubError> {
        let hasher = Hasher::new(ground.district.hash_seed.cast_unsigned());
        let roster = image::load(&self.store, &ground.district, &hasher, ground.base).await?;
        let mut snapshot = Snapshot::new(hasher, roster);
        let (draft, known) = as_plan(&mut snapshot, inverse);
        let history = History { again: true, ..History::default() };
        let mut verdict =
            guard::review(&snapshot, &draft, &known, &ground.settings, &history, ground.as_of);
        // An undo has no files, so that those that are missing mean nothing.
        verdict.trips.retain(|trip| trip.guard.code != guard::table::FILE_MISSING.code);
        let names = account::names(&snapshot, &self.org_rows(ground).await?);
        Ok((verdict, names))
    }
}

/// The inverse as steps beside the roster, with the rows that it replaces.
fn as_plan(snapshot: &mut Snapshot, inverse: &Inverse) -> (Draft, Known) {
    let (mut draft, mut known) = (Draft::default(), Known::default());
    let reasons = Reasons::of(inverse);
    for kind in Kind::FACTS {
        let mut planned = Vec::new();
        for (id, step) in inverse.of_kind(kind) {
            let Some(one) = place(snapshot, kind, id, step) else { continue };
            planned.push((one, id, step));
        }
        let mut steps = Steps::new(snapshot.of(kind).len());
        for (one, id, step) in planned {
            steps.set(one, step.action, reasons.get(kind, id).unwrap_or(step.reason));
            if let Some(now) = &step.replaces {
                steps.fields.insert(one, differing(now, &step.row.row));
                if let Some(gives) = plan::sign_in(now, &step.row.row) {
                    steps.sign_in.insert(one, gives);
                }
                let past = Past { row: now.clone(), present: true, never_there: false };
                known.rows.insert((kind, id), past);
            }
        }
        draft.steps.insert(kind, steps);
    }
    (draft, known)
}

/// The place of a subject in the roster; what comes back is added, what changes or ends is marked.
fn place(snapshot: &mut Snapshot, kind: Kind, id: SubjectId, step: &Step) -> Option<Ordinal> {
    let found = snapshot.of(kind).by_id(id.0);
    if step.action == Action::End {
        snapshot.of_mut(kind).set(found?, flag::ENDS);
        return found;
    }
    let row = &step.row.row;
    let mut subject =
        firstbell_roster::model::image::subject(&snapshot.kinds, &snapshot.hasher, row);
    let Some(one) = found else {
        // Its key may belong to a present row by now; its id stands for it.
        (subject.key, subject.flags) = (id.0.unsigned_abs(), 0);
        return Some(snapshot.of_mut(kind).push(subject));
    };
    // The role of such a person stands in records of their own, and so in the image alone.
    if kind != Kind::User || !row.text(user::ROLE).is_empty() {
        let list = snapshot.of_mut(kind);
        list.set_links(one, subject.links);
        if let Some(tag) = list.tags.get_mut(one as usize) {
            *tag = subject.tag;
        }
    }
    Some(one)
}

/// The fields in which two rows differ, as the bits of a line.
fn differing(now: &Row, then: &Row) -> u64 {
    let values = now.values.iter().zip(&then.values).enumerate();
    values.filter(|(_, (a, b))| a != b).fold(0, |fields, (at, _)| fields | 1 << at)
}

/// Why enrollments end, as guards tell it: with their class or person, or by a move.
struct Reasons(BTreeMap<SubjectId, Reason>);

impl Reasons {
    fn of(inverse: &Inverse) -> Self {
        let ending = |kind| -> BTreeSet<SubjectId> {
            let steps = inverse.of_kind(kind).filter(|(_, step)| step.action == Action::End);
            steps.map(|(id, _)| id).collect()
        };
        let (classes, people) = (ending(Kind::Class), ending(Kind::User));
        let of = |step: &Step, column| step.row.row.subject(column).unwrap_or(SubjectId(0));
        // For each person, as many enrollments as begin again are ended by a move.
        let mut begun: BTreeMap<SubjectId, u64> = BTreeMap::new();
        for (_, step) in inverse.of_kind(Kind::Enrollment) {
            if matches!(step.action, Action::Create | Action::Restore) {
                *begun.entry(of(step, enrollment::USER)).or_default() += 1;
            }
        }
        let mut reasons = BTreeMap::new();
        for (id, step) in inverse.of_kind(Kind::Enrollment) {
            let (class, person) = (of(step, enrollment::CLASS), of(step, enrollment::USER));
            if step.action != Action::End {
                continue;
            }
            if classes.contains(&class) {
                reasons.insert(id, Reason::EndedBecauseClassEnded);
            } else if people.contains(&person) {
                reasons.insert(id, Reason::EndedBecausePersonLeft);
            } else if let Some(left) = begun.get_mut(&person).filter(|left| **left > 0) {
                *left -= 1;
                reasons.insert(id, Reason::MovedToAnotherClass);
            }
        }
        Self(reasons)
    }

    fn get(&self, kind: Kind, id: SubjectId) -> Option<Reason> {
        self.0.get(&id).copied().filter(|_| kind == Kind::Enrollment)
    }
}
