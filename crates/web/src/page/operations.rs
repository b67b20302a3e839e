//! What was done to a roster, the newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_sync::report::OperationReport;
use serde::Deserialize;

use crate::access::Right;
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

/// How many operations a page has.
const PAGE: usize = 50;

/// Which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    before: Option<i64>,
}

/// One operation in words.
pub struct OperationRow {
    /// Its number.
    pub number: i64,
    /// The address of its page.
    pub path: String,
    /// When, for people.
    pub at: String,
    /// What it was: `sync`, `undo of operation 3`.
    pub what: String,
    /// Who, as they were signed in, and the name that they gave.
    pub who: String,
    /// The reason that they gave.
    pub note: String,
    /// Rows that it changed.
    pub changes: String,
    /// That it was taken back, where it was.
    pub undone: String,
}

#[derive(Template)]
#[template(path = "operations.html")]
struct OperationsPage {
    frame: Frame,
    rows: Vec<OperationRow>,
    older: Option<String>,
    /// The address of the difference between any two, for whoever sees people.
    diff: Option<String>,
}

/// The list.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut log = console.hub.log_before(slug, wanted.before, limit + 1).await?;
    let more = log.len() > PAGE;
    log.truncate(PAGE);
    let oldest = log.last().map(|one| one.operation).filter(|_| more);
    let frame = Frame::of_district("Operations", &visitor, &place, "/operations");
    let sees = place.may(&visitor, Right::SeePeople).is_some() && !log.is_empty();
    page(&OperationsPage {
        diff: sees.then(|| format!("/districts/{slug}/diff")),
        frame,
        rows: log.iter().map(|one| row(one, slug)).collect(),
        older: oldest.map(|oldest| format!("/districts/{slug}/operations?before={oldest}")),
    })
}

/// An operation in words.
pub fn row(one: &OperationReport, slug: &str) -> OperationRow {
    let OperationReport { operation, identity, by, .. } = one;
    let approved = if one.approved { ", approved" } else { "" };
    OperationRow {
        number: *operation,
        path: format!("/districts/{slug}/operations/{operation}"),
        at: words::minute(&one.at),
        what: match one.undoes {
            Some(undone) => format!("undo of operation {undone}"),
            None => format!("{}{approved}", one.kind),
        },
        who: if by.is_empty() || by == identity {
            identity.clone()
        } else {
            format!("{by} ({identity})")
        },
        note: one.note.clone(),
        changes: words::count(one.changes, "change", "changes"),
        undone: match (one.undone_by, one.undone_in_part) {
            (Some(by), true) => format!("taken back in part by operation {by}"),
            (Some(by), false) => format!("taken back by operation {by}"),
            (None, _) => String::new(),
        },
    }
}
