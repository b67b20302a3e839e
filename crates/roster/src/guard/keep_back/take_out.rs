//! Takes lines out of a draft.

use std::collections::BTreeMap;

use super::Lines;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Ordinal, flag};
use crate::model::{Kind, SubjectId};
use crate::plan::standing::{FOLLOWERS, Others, follow, stand_for_row};
use crate::plan::{Action, Draft, Hold, Known, Outcome};

/// Takes lines out of the draft: their rows stay as they are, and their records are held.
pub(super) fn take_out(snapshot: &mut Snapshot, draft: &mut Draft, known: &Known, lines: &Lines) {
    for (kind, one) in lines {
        clear(snapshot, draft, *kind, *one);
    }
    let others = go_on_as_before(snapshot, draft, lines);
    for (kind, one) in lines {
        let list = snapshot.of(*kind);
        let past = known.row(*kind, SubjectId(list.id(*one)));
        if let Some(past) = past.filter(|_| list.has(*one, flag::IN_ROSTER | flag::TOUCHED)) {
            stand_for_row(snapshot, *kind, *one, &past.row, &others);
        }
    }
}

fn clear(snapshot: &mut Snapshot, draft: &mut Draft, kind: Kind, one: Ordinal) {
    let Some(steps) = draft.steps.get_mut(&kind) else { return };
    let Some((action, _)) = steps.get(one) else { return };
    steps.clear(one);
    if action == Action::End {
        *draft.kept_back.entry(kind).or_default() += 1;
    }
    let list = snapshot.of_mut(kind);
    if let Some(flags) = list.flags.get_mut(one as usize) {
        *flags &= !flag::ENDS;
    }
    list.prints.set(one, 0);
    if list.has(one, flag::IN_DELIVERY) {
        let (outcome, detail) = Outcome::Held(Hold::Guard).encode();
        list.decide(one, outcome, detail);
    }
}

/// Rows that would have gone on under the sourcedIds of lines taken out keep their own, and what
/// belongs to them; gives those that still go on otherwise.
fn go_on_as_before(snapshot: &mut Snapshot, draft: &mut Draft, lines: &Lines) -> Others {
    let (mut back, mut others) = (Others::default(), Others::default());
    for (kind, steps) in &mut draft.steps {
        steps.taken_over.retain(|row, by| {
            let stays = !lines.contains(&(*kind, *by));
            if stays {
                others.insert(*kind, *row, *by);
            } else {
                back.insert(*kind, *by, *row);
            }
            stays
        });
    }
    distrust_followers(snapshot, &back);
    follow(snapshot, &back);
    others
}

/// Lets the records of those rows be read again on the next run: they name the sourcedIds under
/// which the rows would have gone on.
fn distrust_followers(snapshot: &mut Snapshot, back: &Others) {
    for (kind, link, target) in FOLLOWERS.into_iter().filter(|(.., target)| back.some(*target)) {
        let list = snapshot.of_mut(kind);
        for one in list.ordinals() {
            if back.of(target, list.link(one, link)).is_some() {
                list.prints.set(one, 0);
                list.distrust(one);
            }
        }
    }
}

/// Numbers the draft ids that remain again without gaps.
pub(super) fn number_again(snapshot: &mut Snapshot, draft: &mut Draft) {
    for (kind, steps) in &draft.steps {
        let mut numbers = BTreeMap::new();
        let mut next = 0i64;
        let list = snapshot.of_mut(*kind);
        for one in list
            .ordinals()
            .filter(|one| steps.get(*one).is_some_and(|(action, _)| action == Action::Create))
        {
            let id = list.id(one);
            if id < 0 {
                next -= 1;
                numbers.insert(id, next);
            }
        }
        for id in list.ids.own_mut().filter(|id| **id < 0) {
            *id = numbers.get(id).copied().unwrap_or(0);
        }
        for person in list.persons.iter_mut().filter(|person| **person < 0) {
            *person = numbers.get(person).copied().unwrap_or(0);
        }
        draft.created.insert(*kind, u32::try_from(-next).unwrap_or(0));
    }
}
