//! Empty, cut, missing and old: deliveries that are not what they seem.

use std::collections::BTreeSet;

use super::{Ended, History, Trip, table};
use crate::check::{Check, table as checks};
use crate::model::settings::{Limit, Mapping, Settings};
use crate::model::snapshot::{Mode, Snapshot};
use crate::model::subjects::flag;
use crate::model::{Kind, SubjectId};
use crate::plan::Draft;

/// Records of a file below which nothing is made of how many name what is not there.
const FEW: u64 = 10;

/// The trips of a delivery that is not whole, or not new.
pub fn judge(
    snapshot: &Snapshot,
    draft: &Draft,
    history: &History,
    settings: &Settings,
) -> Vec<Trip> {
    let mut trips = Vec::new();
    for kind in Kind::FACTS.into_iter().filter(|kind| settings.wants(*kind)) {
        let list = snapshot.of(kind);
        let real = list.ordinals().take_while(|one| list.in_roster(*one));
        let had = real.filter(|one| !list.has(*one, flag::IMPLIED)).count() as u64;
        match snapshot.files.get(&kind) {
            file if had == 0
                && history.received.get(&kind) != Some(&0)
                && (file.is_none_or(|file| file.received == 0 && file.mode == Mode::Bulk))
                && needed(snapshot, kind) =>
            {
                trips.push(Trip::of_delivery(&table::NEEDED_FILE_MISSING, Some(kind)));
            }
            None if had > 0 && !declared_absent(snapshot, kind) => {
                trips.push(Trip::of_delivery(&table::FILE_MISSING, Some(kind)));
            }
            Some(file)
                if had > 0
                    && file.received == 0
                    && file.usable
                    && file.mode == Mode::Bulk
                    && history.received.get(&kind) != Some(&0) =>
            {
                trips.push(Trip::of_delivery(&table::FILE_EMPTY, Some(kind)));
            }
            Some(file) if file.incomplete => {
                trips.push(Trip::of_delivery(&table::FILE_INCOMPLETE, Some(kind)));
            }
            Some(file)
                if had > 0
                    && file.mode == Mode::Bulk
                    && history.modes.get(&kind) == Some(&Mode::Delta) =>
            {
                let absent = list
                    .ordinals()
                    .filter(|one| list.in_roster(*one) && !list.has(*one, flag::IN_DELIVERY));
                let changed = absent.count() as u64;
                if changed > 0 {
                    trips.push(Trip {
                        changed,
                        ..Trip::of_delivery(&table::MODE_CHANGED, Some(kind))
                    });
                }
            }
            Some(_) | None => {}
        }
        trips.extend(without_zeros(snapshot, kind));
        trips.extend(fallen(snapshot, history, kind, settings.guard.rows_fallen));
        if (had > 0 || Kind::NEEDED.contains(&kind)) && unusable(snapshot, kind) {
            trips.push(Trip::of_delivery(&table::FILE_UNUSABLE, Some(kind)));
        }
    }
    // Where a file lacks something, it is no wonder that others name it.
    if history.first && trips.is_empty() {
        trips.extend(Kind::FACTS.into_iter().filter_map(|kind| apart(snapshot, kind)));
    }
    if !history.again {
        trips.extend(older(snapshot, history));
        trips.extend(repeated(draft, history));
    }
    trips
}

/// A delivery whose dates are before those of the one that was synced last.
fn older(snapshot: &Snapshot, history: &History) -> Option<Trip> {
    let (active, last) = history.newest?;
    let trip = Trip::of_delivery(&table::OLDER_DELIVERY, None);
    (snapshot.about.newest? < last).then_some(Trip { active, ..trip })
}

/// A delivery that came before. One that changed nothing then and changes nothing now, as the
/// changes of a quiet day, takes nothing back.
fn repeated(draft: &Draft, history: &History) -> Option<Trip> {
    let earlier = history.identical_to?;
    let trip = Trip::of_delivery(&table::REPEATED_DELIVERY, None);
    (earlier.applied || draft.changes() > 0).then_some(Trip {
        changed: earlier.delivery,
        active: history.last,
        ..trip
    })
}

/// A file whose ids have lost their zeros; one or two may be meant, and one of a school.
fn without_zeros(snapshot: &Snapshot, kind: Kind) -> Option<Trip> {
    let of_kind = snapshot.findings.iter().filter(|tally| tally.kind == Some(kind));
    let lost = of_kind.filter(|tally| *tally.check == checks::LEADING_ZEROS_LOST);
    let places: BTreeSet<_> = lost.flat_map(|tally| tally.places.iter().copied()).collect();
    let (changed, most) = (places.len() as u64, if kind == Kind::Org { 1 } else { 2 });
    let trip = Trip::of_delivery(&table::LEADING_ZEROS_LOST, Some(kind));
    (changed > most).then_some(Trip { changed, ..trip })
}

/// A complete file that has far fewer records than the complete file before it.
fn fallen(snapshot: &Snapshot, history: &History, kind: Kind, limit: Limit) -> Option<Trip> {
    let file = snapshot.files.get(&kind).filter(|file| file.received > 0)?;
    let active = *history.received.get(&kind)?;
    let bulk = file.mode == Mode::Bulk && history.modes.get(&kind) == Some(&Mode::Bulk);
    let changed = active.saturating_sub(file.received);
    (bulk && limit.exceeded(changed, active)).then(|| Trip {
        changed,
        active,
        ..Trip::of_delivery(&table::ROWS_FALLEN, Some(kind))
    })
}

/// Schools that are parts of others here, and that nothing names any more, where the others lose
/// something by it.
pub fn mapped_vanished(snapshot: &Snapshot, history: &History, ended: &Ended) -> Vec<Trip> {
    if !snapshot.is_complete(Kind::Org) {
        return Vec::new();
    }
    let orgs = snapshot.of(Kind::Org);
    let loser = |mapping: &Mapping| {
        let one = orgs.find(snapshot.hasher.key(mapping.to.as_bytes()))?;
        let school = SubjectId(orgs.id(one));
        let counts = ended.schools.get(&school.0)?;
        let lost = [counts.people, counts.students, counts.classes, counts.enrollments];
        lost.iter().any(|count| *count > 0).then_some(school)
    };
    let gone = history.mapped.iter().filter(|name| !snapshot.about.mapped.contains(name));
    let trip = |name: &String| {
        let mut of = snapshot.about.mapping.iter().filter(|one| one.from.contains(name));
        let school = of.find_map(loser)?;
        let trip = Trip::of_delivery(&table::MAPPED_SCHOOL_VANISHED, Some(Kind::Org));
        Some(Trip { school, what: name.clone(), ..trip })
    };
    gone.filter_map(trip).collect()
}

/// A file of which most records name what is not there.
fn apart(snapshot: &Snapshot, kind: Kind) -> Option<Trip> {
    let active = snapshot.files.get(&kind)?.received;
    let of_kind = |tally: &&crate::check::Tally| tally.kind == Some(kind);
    let dangling = snapshot.findings.iter().filter(of_kind);
    let dangling = dangling.filter(|tally| tally.check == &checks::DANGLING_REFERENCE);
    let named: u64 = dangling.map(|tally| tally.places.len() as u64).sum();
    let changed = snapshot.of(kind).with(flag::STOPPED | flag::IN_DELIVERY, 0).count() as u64;
    (active >= FEW && named.min(changed) * 2 > active).then(|| Trip {
        changed,
        active,
        ..Trip::of_delivery(&table::FILES_APART, Some(kind))
    })
}

/// Whether there is no roster without a file that never came.
fn needed(snapshot: &Snapshot, kind: Kind) -> bool {
    let said = [&checks::NEEDED_FILE_MISSING, &checks::DECLARED_FILE_MISSING, &checks::HEADER_ONLY];
    Kind::NEEDED.contains(&kind) && said.into_iter().any(|check| noticed(snapshot, kind, check))
}

fn declared_absent(snapshot: &Snapshot, kind: Kind) -> bool {
    noticed(snapshot, kind, &checks::DECLARED_ABSENT)
}

fn unusable(snapshot: &Snapshot, kind: Kind) -> bool {
    let said =
        [&checks::MISSING_COLUMN, &checks::HEADER_APART, &checks::HEADER_MISSING, &checks::NOT_CSV];
    said.into_iter().any(|check| noticed(snapshot, kind, check))
}

fn noticed(snapshot: &Snapshot, kind: Kind, check: &Check) -> bool {
    snapshot.findings.iter().any(|tally| tally.check == check && tally.kind == Some(kind))
}
