//! What came in: the deliveries of a district, the newest first, and a form to bring another.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_sync::received::ReceivedEntry;
use firstbell_sync::received::RunStatus;
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

/// How many deliveries a page has.
const PAGE: usize = 30;

/// Which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    before: Option<i64>,
}

struct DeliveryRow {
    number: i64,
    path: String,
    at: String,
    label: String,
    records: String,
    state: &'static str,
    class: &'static str,
    operation: Option<(i64, String)>,
    note: &'static str,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct DeliveriesPage {
    frame: Frame,
    root: String,
    brings: bool,
    rows: Vec<DeliveryRow>,
    older: Option<String>,
    problem: String,
}

/// The list, the newest first.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    told(&console, &visitor, &place, wanted.before, String::new()).await
}

/// The list, with what is wrong with what was sent.
pub async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    before: Option<i64>,
    problem: String,
) -> Result<Response, Fault> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut list = console.hub.deliveries(&place.district, before, limit + 1).await?;
    let more = list.len() > PAGE;
    list.truncate(PAGE);
    let root = format!("/districts/{}", place.district.slug);
    let oldest = list.last().map(|one| one.number).filter(|_| more);
    page(&DeliveriesPage {
        frame: Frame::of_district("Deliveries", visitor, place, "/deliveries"),
        brings: place.may(visitor, Right::Decide) == Some(Scope::All),
        rows: list.into_iter().map(|entry| row(entry, &root)).collect(),
        older: oldest.map(|oldest| format!("{root}/deliveries?before={oldest}")),
        root,
        problem,
    })
}

fn row(entry: ReceivedEntry, root: &str) -> DeliveryRow {
    let (state, class) = entry.status.map_or(("not known", "empty"), state);
    DeliveryRow {
        number: entry.number,
        path: format!("{root}/deliveries/{}", entry.number),
        at: words::instant(entry.at),
        label: entry.label,
        records: words::thousands(entry.records),
        state,
        class,
        operation: entry.operation.map(|made| (made, format!("{root}/operations/{made}"))),
        note: match (entry.complete, entry.is_kept) {
            (false, _) => "a file breaks off",
            (true, false) => "its files are not kept any more",
            (true, true) => "",
        },
    }
}

/// How a run ended, and what the style knows that by.
pub const fn state(status: RunStatus) -> (&'static str, &'static str) {
    match status {
        RunStatus::Running => ("at work", "empty"),
        RunStatus::Interrupted => ("broken off", "stale"),
        RunStatus::Planned => ("planned, not applied", "empty"),
        RunStatus::Held => ("on hold", "waits"),
        RunStatus::Applied => ("applied", "ready"),
        RunStatus::Unchanged => ("nothing to change", "ready"),
        RunStatus::Refused => ("refused", "stale"),
        RunStatus::Failed => ("failed", "stale"),
    }
}
