//! How the roster after one operation differs from that after another.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::access::Scope;
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::changes::{self, Changes};

/// Between which operations, and which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    from: Option<i64>,
    to: Option<i64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    frame: Frame,
    root: String,
    from: i64,
    to: i64,
    newest: i64,
    shown: Changes,
}

/// The page; without numbers, the newest operation against the one before.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let (slug, district) = (&place.district.slug, place.district.id);
    let newest = console.hub.newest_operation(&place.district).await?;
    let to = wanted.to.unwrap_or(newest);
    let from = wanted.from.unwrap_or_else(|| (to - 1).max(0));
    let counts = console.hub.changes_between(&place.district, from, to).await?;
    let Wanted { kind, action, after, .. } = wanted;
    let wanted = changes::Wanted { kind, action, after };
    let kind = changes::kind_of(&wanted, &counts)?;
    let note = format!("operations {from} to {to}, {kind}");
    console.note(&visitor, Some(district), "diff.look", &note).await?;
    let found = changes::found(&console, &place, (from, to), kind, &wanted).await?;
    let frame = Frame::beneath("Difference", &visitor, &place);
    let root = format!("/districts/{slug}");
    let path = format!("{root}/diff?from={from}&to={to}&");
    // Of a way back, and of one over several operations, the numbers are not those of the lines.
    let counts = Some(&counts).filter(|_| place.scope == Scope::All && to == from + 1);
    let shown = changes::shown(found, counts, kind, &wanted, &path);
    page(&DiffPage { frame, root, from, to, newest, shown })
}
