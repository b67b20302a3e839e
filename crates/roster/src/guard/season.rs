//! Seasons in which a district takes less than usual without a person.

use std::collections::{BTreeMap, BTreeSet};

use super::seats::{Seat, Seats};
use super::{Trip, table};
use crate::model::Kind;
use crate::model::settings::{Settings, Takes};
use crate::model::subjects::Ordinal;
use crate::plan::Action;

/// What the season of the day says of a plan, and the lines that wait for its end where only what
/// leaves does.
pub fn judge(seats: Seats<'_>, settings: &Settings) -> (Option<Trip>, BTreeSet<(Kind, Ordinal)>) {
    let all = seats.draft.changes();
    let none = (None, BTreeSet::new());
    let Some(season) = settings.season(seats.as_of).filter(|_| all > 0) else { return none };
    let (guard, leaving) = match season.takes {
        Takes::All => return none,
        Takes::Nothing => (&table::SEASON_TAKES_NOTHING, BTreeSet::new()),
        Takes::Additions => (&table::SEASON_TAKES_ADDITIONS, leaving(seats)),
    };
    if season.takes == Takes::Additions && leaving.is_empty() {
        return none;
    }
    let changed = if leaving.is_empty() { all } else { leaving.len() as u64 };
    let what = season.clause();
    let trip = Trip { what, changed, active: all, ..Trip::of_delivery(guard, None) };
    (Some(trip), leaving)
}

/// The lines that end something, take a sign-in, or close a seat, make it another role's or give it
/// to somebody else, without giving
/// anything instead: what moves goes on elsewhere. A group waits as a whole where a person ends with
/// it, or more places end than begin.
fn leaving(seats: Seats<'_>) -> BTreeSet<(Kind, Ordinal)> {
    let groups = lessening(seats);
    let mut leaving = BTreeSet::new();
    for (kind, steps) in &seats.draft.steps {
        let leaves = |one: &Ordinal| match (steps.get(*one), steps.groups.get(one)) {
            (Some(_), Some(group)) if groups.contains(group) => true,
            (Some((Action::End, _)), group) => group.is_none(),
            (Some((Action::Update, _)), _) => steps.sign_in.get(one) == Some(&false),
            (Some((Action::Create | Action::Restore, _)) | None, _) => false,
        };
        leaving.extend(steps.ordinals().filter(leaves).map(|one| (*kind, one)));
    }
    let closed = seats.changed(&[Kind::Enrollment, Kind::Role, Kind::User]).filter(|change| {
        let update = matches!(seats.draft.step(change.kind, change.one), Some((Action::Update, _)));
        let role = |seat: Option<Seat>| seat.map(|seat| seat.role);
        let lost = change.after.is_none() || role(change.before) != role(change.after);
        update && change.before.is_some() && (lost || change.hands_over())
    });
    leaving.extend(closed.map(|change| (change.kind, change.one)));
    leaving
}

/// The groups with which a person ends, or more places than begin.
fn lessening(seats: Seats<'_>) -> BTreeSet<u32> {
    let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
    for (kind, steps) in &seats.draft.steps {
        for (one, group) in &steps.groups {
            *sums.entry(*group).or_default() += match steps.get(*one) {
                Some((Action::End, _)) if *kind == Kind::User => i64::from(u32::MAX),
                Some((Action::End, _)) => 1,
                Some((Action::Create | Action::Restore, _)) if *kind != Kind::User => -1,
                Some(_) | None => 0,
            };
        }
    }
    sums.into_iter().filter(|(_, less)| *less > 0).map(|(group, _)| group).collect()
}
