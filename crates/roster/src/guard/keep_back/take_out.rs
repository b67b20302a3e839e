//! Takes lines out of a draft.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Ordinal, flag};
use crate::plan::{Action, Draft, Hold, Outcome};

/// Takes a line out of the draft; its record is held.
pub(super) fn take_out(snapshot: &mut Snapshot, draft: &mut Draft, kind: Kind, one: Ordinal) {
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
