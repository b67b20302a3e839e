//! The versions of a district's settings: who saved which, and what each changed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::text_diff::{self, Line};
use crate::words;

/// How many versions a page has.
const PAGE: usize = 50;

/// Which version, and which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    version: Option<i64>,
    before: Option<i64>,
}

struct VersionRow {
    version: i64,
    at: String,
    who: String,
}

#[derive(Template)]
#[template(path = "settings_versions.html")]
struct VersionsPage {
    frame: Frame,
    root: String,
    rows: Vec<VersionRow>,
    older: Option<i64>,
    shown: Option<(i64, Vec<Line>)>,
}

/// The list, with what one of them changed.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let (hub, district) = (&console.hub, &place.district);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut versions = hub.settings_versions(district, wanted.before, limit + 1).await?;
    let more = versions.len() > PAGE;
    versions.truncate(PAGE);
    let shown = match wanted.version {
        None => None,
        Some(version) => {
            let after = hub.settings_of_version(district, version).await?.ok_or(Fault::NotFound)?;
            let before = hub.settings_of_version(district, version - 1).await?.unwrap_or_default();
            Some((version, text_diff::lines(&before, &after)))
        }
    };
    let rows = versions.into_iter().map(|one| VersionRow {
        version: one.version,
        at: words::instant(one.saved_at),
        who: one.actor,
    });
    let rows: Vec<_> = rows.collect();
    page(&VersionsPage {
        frame: Frame::of_district("Versions of the settings", &visitor, &place, "/settings"),
        root: format!("/districts/{}", district.slug),
        older: rows.last().map(|row| row.version).filter(|_| more),
        rows,
        shown,
    })
}
