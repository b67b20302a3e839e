//! Classes and courses that come under other ids, or look like it.

use std::collections::BTreeMap;

use super::{Guard, Trip, table};
use crate::model::settings::Limit;
use crate::model::snapshot::Snapshot;
use crate::model::{Kind, SubjectId};
use crate::plan::steps::school;
use crate::plan::{Action, Draft, Reason};

/// The trips of schools of which many classes or courses come under other ids, or end and begin anew
/// though they agree in all but the ids. A school has few classes: more than half of them always
/// count as many.
pub fn judge(snapshot: &Snapshot, draft: &Draft, limit: Limit) -> Vec<Trip> {
    let mut trips = Vec::new();
    for (kind, what) in [(Kind::Class, "classes"), (Kind::Course, "courses")] {
        let list = snapshot.of(kind);
        let mut found: BTreeMap<(SubjectId, bool), u64> = BTreeMap::new();
        for (_, one) in draft.alike.keys().filter(|(of, _)| *of == kind) {
            let rekeyed = match draft.step(kind, *one) {
                Some((Action::Update, Reason::UpdatedBecauseRekeyed)) => true,
                Some((Action::Create, _)) => false,
                Some(_) | None => continue,
            };
            *found.entry((school(snapshot, kind, *one), rekeyed)).or_default() += 1;
        }
        if found.is_empty() {
            continue;
        }
        let mut all: BTreeMap<SubjectId, u64> = BTreeMap::new();
        for one in list.ordinals().take_while(|one| list.in_roster(*one)) {
            *all.entry(school(snapshot, kind, one)).or_default() += 1;
        }
        for ((school, rekeyed), changed) in found {
            let active = all.get(&school).copied().unwrap_or(0);
            let most = kind == Kind::Class && changed * 2 > active;
            // Who asks for it approves it too, however few they are.
            if rekeyed || most || limit.exceeded(changed, active) {
                let trip = Trip::of_delivery(guard(rekeyed), Some(kind));
                trips.push(Trip { school, what: what.to_owned(), changed, active, ..trip });
            }
        }
    }
    trips
}

fn guard(rekeyed: bool) -> &'static Guard {
    if rekeyed { &table::CLASS_IDS_REISSUED } else { &table::CLASS_IDS_LOOK_REISSUED }
}
