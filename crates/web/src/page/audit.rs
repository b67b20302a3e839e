//! Who did or looked at what in a district.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_sync::access::AccountId;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

/// How many entries a page has.
const PAGE: usize = 100;

/// Which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    before: Option<i64>,
}

struct AuditRow {
    at: String,
    who: String,
    what: String,
    subject: String,
    note: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<AuditRow>,
    older: Option<String>,
}

/// The list, the newest first.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let district = Some(place.district.id);
    let mut log = console.access.audit_log(district, wanted.before, limit + 1).await?;
    let more = log.len() > PAGE;
    log.truncate(PAGE);
    let accounts = console.access.accounts().await?;
    let names: BTreeMap<AccountId, String> =
        accounts.into_iter().map(|account| (account.id, account.login)).collect();
    let oldest = log.last().map(|one| one.number).filter(|_| more);
    let rows = log.into_iter().map(|entry| AuditRow {
        at: words::instant(entry.at),
        who: entry.account.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        what: entry.action.replace(['.', '_'], " "),
        subject: entry
            .subject
            .map(|(kind, id)| format!("{} {id}", kind.noun()))
            .unwrap_or_default(),
        note: entry.note,
    });
    let frame = Frame::of_district("Audit", &visitor, &place, "/audit");
    let slug = &place.district.slug;
    page(&AuditPage {
        frame,
        rows: rows.collect(),
        older: oldest.map(|oldest| format!("/districts/{slug}/audit?before={oldest}")),
    })
}
