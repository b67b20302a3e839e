//! The districts of whoever is signed in as one queue: what waits comes first, and longest first.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::model::DateTime;
use firstbell_sync::access::District;
use firstbell_sync::overview::Overview;
use serde::Deserialize;

use crate::access::{Decision, Openness, Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::Visitor;
use crate::page::home::{State as DistrictState, state_of};
use crate::words;

/// From how many districts on they can be looked for by name.
const MANY: usize = 10;

/// Which districts.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// A part of the name or short name.
    #[serde(default)]
    name: String,
}

struct DistrictRow {
    name: String,
    path: String,
    state: DistrictState,
    waits: String,
    paused: String,
    age: String,
    schools: String,
    next: String,
    /// Where the next step is taken.
    next_path: String,
}

#[derive(Template)]
#[template(path = "districts.html")]
struct DistrictsPage {
    frame: Frame,
    sentence: String,
    rows: Vec<DistrictRow>,
    /// How many there are without a name to look for.
    all: usize,
    searches: bool,
    name: String,
}

/// The list; whoever has one district alone, and does not run the installation, goes on to that.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let mut known = console.hub.all_districts().await?;
    known.retain(|district| visitor.roles.know(district.id));
    if let [only] = known.as_slice()
        && !visitor.roles.is_operator()
    {
        return Ok(Redirect::to(&format!("/districts/{}", only.slug)).into_response());
    }
    let all = known.len();
    let name = wanted.name.trim();
    known.retain(|district| is_named(district, name));
    let now = console.now();
    let mut found = console.hub.overviews(known).await?;
    found.sort_by_cached_key(|one| worst_first(one, now));
    let rows: Vec<_> = found.into_iter().map(|one| row(one, &visitor, now)).collect();
    page(&DistrictsPage {
        frame: Frame::of("Districts", &visitor),
        sentence: sentence(&rows, all),
        searches: all > MANY || !name.is_empty(),
        name: name.to_owned(),
        all,
        rows,
    })
}

fn is_named(district: &District, part: &str) -> bool {
    let part = part.to_lowercase();
    district.slug.contains(&part) || district.name.to_lowercase().contains(&part)
}

fn state(one: &Overview, now: DateTime) -> DistrictState {
    state_of(one.holds > 0 || one.paused_at.is_some(), one.last_good, now)
}

/// What waits first, that which waits longest before the others; then the oldest rosters.
fn worst_first(one: &Overview, now: DateTime) -> impl Ord + use<> {
    let state = state(one, now);
    let is_paused = one.holds == 0;
    let since = [one.waits_since, one.paused_at].into_iter().flatten().min();
    let age = since.or(one.last_good.filter(|_| state == DistrictState::Stale));
    (
        state,
        is_paused,
        age.map_or(i64::MAX, |at| at.0),
        Reverse(one.holds),
        one.district.name.clone(),
    )
}

fn row(one: Overview, visitor: &Visitor, now: DateTime) -> DistrictRow {
    let state = state(&one, now);
    let path = format!("/districts/{}", one.district.slug);
    let own = match visitor.roles.decide(one.district.id, Right::See, Openness::default()) {
        Decision::Allowed(Scope::Schools(own)) => own.len() as u64,
        Decision::Allowed(Scope::All) | Decision::Forbidden | Decision::Unknown => one.schools,
    };
    let (next, next_path) = match (state, one.newest_hold) {
        (DistrictState::Waits, Some(plan)) => {
            (format!("Decide on plan {plan}"), format!("{path}/plans/{plan}"))
        }
        (DistrictState::Waits, None) => ("Feed a mended delivery".to_owned(), String::new()),
        (DistrictState::Stale, _) => ("Find out why nothing comes in".to_owned(), String::new()),
        (DistrictState::Empty, _) => ("Feed a first delivery".to_owned(), String::new()),
        (DistrictState::Ready, _) => ("None".to_owned(), String::new()),
    };
    DistrictRow {
        waits: one.waits_since.map_or_else(String::new, |since| {
            let oldest = if one.holds == 1 { "made" } else { "the oldest made" };
            let plans = words::count(one.holds, "plan", "plans");
            format!("{plans}, {oldest} {}", words::ago(since, now))
        }),
        paused: one
            .paused_at
            .map_or_else(String::new, |at| format!("paused {}", words::ago(at, now))),
        age: one.last_good.map_or_else(|| "never".to_owned(), |at| words::ago(at, now)),
        schools: words::thousands(own),
        name: one.district.name,
        path,
        state,
        next,
        next_path,
    }
}

fn sentence(rows: &[DistrictRow], all: usize) -> String {
    let of = |state| rows.iter().filter(|row| row.state == state).count() as u64;
    let (waiting, stale) = (of(DistrictState::Waits), of(DistrictState::Stale));
    let old = words::count(stale, "roster is old", "rosters are old");
    match (rows.len(), waiting, stale) {
        (0, ..) if all > 0 => "No district has such a name.".to_owned(),
        (0, ..) => "No district is here yet.".to_owned(),
        (_, 0, 0) => "No district waits for a person.".to_owned(),
        (_, 0, _) => format!("No district waits for a person; {old}."),
        (_, waiting, _) => {
            let waits = words::count(waiting, "district waits", "districts wait");
            let old = if stale > 0 { format!("; {old}") } else { String::new() };
            format!("{waits} for a person{old}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use firstbell_roster::model::DistrictId;

    use super::*;

    const HOUR: i64 = 3_600_000_000;
    const NOW: DateTime = DateTime(1000 * HOUR);

    fn overview(name: &str) -> Overview {
        let district = District {
            id: DistrictId(1),
            slug: name.to_lowercase(),
            name: name.to_owned(),
            created_at: DateTime(0),
            hash_seed: 0,
        };
        Overview {
            district,
            last_good: Some(NOW),
            holds: 0,
            newest_hold: None,
            waits_since: None,
            paused_at: None,
            schools: 3,
        }
    }

    fn ago(hours: i64) -> DateTime {
        DateTime(NOW.0 - hours * HOUR)
    }

    #[test]
    fn what_waits_longest_comes_first_and_what_is_ready_last() {
        let held = |name, hours| Overview {
            holds: 1,
            newest_hold: Some(2),
            waits_since: Some(ago(hours)),
            ..overview(name)
        };
        let mut all = [
            overview("Ready"),
            Overview { last_good: None, ..overview("Empty") },
            Overview { last_good: Some(ago(40)), ..overview("Old") },
            Overview { last_good: Some(ago(90)), ..overview("Older") },
            Overview { paused_at: Some(ago(500)), ..overview("Paused") },
            held("Held", 2),
            held("Held longer", 30),
        ];
        all.sort_by_cached_key(|one| worst_first(one, NOW));
        let names = all.map(|one| one.district.name);
        assert_eq!(names, ["Held longer", "Held", "Paused", "Older", "Old", "Empty", "Ready"]);
    }

    #[test]
    fn districts_are_looked_for_by_any_part_of_their_names() {
        let oak = overview("Oak Ridge").district;
        assert!(is_named(&oak, "RIDGE") && is_named(&oak, "") && is_named(&oak, "oak r"));
        assert!(!is_named(&oak, "elm"));
    }
}
