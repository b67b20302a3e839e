//! Who did or looked at what, in a district or in the installation.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_roster::model::DistrictId;
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
    of_district: bool,
    rows: Vec<AuditRow>,
    older: Option<String>,
}

/// The list of a district, the newest first.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let frame = Frame::of_district("Audit", &visitor, &place, "/audit");
    let path = format!("/districts/{}/audit", place.district.slug);
    told(&console, frame, Some(place.district.id), &wanted, &path).await
}

/// The list of the installation: what belongs to no district.
pub async fn show_installation(
    State(console): State<Shared>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let frame = Frame::of("Audit of the installation", &visitor);
    told(&console, frame, None, &wanted, "/installation/audit").await
}

async fn told(
    console: &Shared,
    frame: Frame,
    district: Option<DistrictId>,
    wanted: &Wanted,
    path: &str,
) -> Result<Response, Fault> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
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
    page(&AuditPage {
        frame,
        of_district: district.is_some(),
        rows: rows.collect(),
        older: oldest.map(|oldest| format!("{path}?before={oldest}")),
    })
}
