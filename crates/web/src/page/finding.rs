//! All places of one finding, page by page.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::Kind;
use firstbell_sync::received::{FoundPlace, PlaceFilter};
use firstbell_sync::words::consequence;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::findings::place as place_of;
use crate::paging::{Pages, address, rows};
use crate::words;

/// Which places.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    school: Option<u32>,
    age: Option<String>,
    page: Option<u64>,
}

struct Row {
    line: String,
    path: Option<String>,
    name: String,
    sourced_id: String,
    value: String,
    school: String,
    age: &'static str,
}

#[derive(Template)]
#[template(path = "finding.html")]
struct FindingPage {
    frame: Frame,
    root: String,
    number: i64,
    message: String,
    ask: String,
    code: String,
    place: String,
    is_kept: bool,
    compared: bool,
    schools: Vec<(String, String, String)>,
    rows: Vec<Row>,
    pages: Pages,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number, finding)): Path<(String, i64, u32)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let received = console.hub.received(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let sees = |school| place.scope.has(school);
    let found = received.findings(&sees)?;
    let one = found.into_iter().find(|one| one.number == finding).ok_or(Fault::NotFound)?;
    let new = match wanted.age.as_deref() {
        Some("new") => Some(true),
        Some("continuing") => Some(false),
        Some(_) | None => None,
    };
    let filter = PlaceFilter { school: wanted.school, new };
    let places = received.places(finding, filter, &sees, rows(wanted.page)).await?;
    let note = format!("delivery {number}, {}", one.report.code);
    console.note(&visitor, Some(place.district.id), "finding.look", &note).await?;
    let root = format!("/districts/{}", place.district.slug);
    let list = format!("{root}/deliveries/{number}/findings/{finding}");
    let age = wanted.age.clone().unwrap_or_default();
    let chosen = [
        ("school", wanted.school.map(|school| school.to_string()).unwrap_or_default()),
        ("age", age.clone()),
    ];
    let file = one.report.examples.first().map_or("", |place| &place.file);
    let kind = Kind::FACTS.into_iter().find(|kind| received.file(*kind) == file);
    let compared = received.report.compared_with.is_some();
    let row = |at: FoundPlace| Row {
        line: if at.line == 0 { "the whole file".to_owned() } else { at.line.to_string() },
        path: kind
            .filter(|_| !at.sourced_id.is_empty())
            .map(|kind| format!("{root}/deliveries/{number}/records/{}/{}", kind.name(), at.line)),
        school: received.school(at.school).to_owned(),
        age: match (compared, at.new) {
            (false, _) => "",
            (true, true) => "new",
            (true, false) => "continuing",
        },
        name: at.name,
        sourced_id: at.sourced_id,
        value: at.value,
    };
    let schools = one.by_school.iter().map(|(school, count)| {
        let name = match received.school(*school) {
            "" => "No school".to_owned(),
            name => name.to_owned(),
        };
        let chosen = [("school", school.to_string()), ("age", age.clone())];
        (name, words::thousands(*count), address(&list, &chosen))
    });
    let title = format!("{} in delivery {number}", one.report.code);
    let frame = Frame::beneath(&title, &visitor, &place);
    page(&FindingPage {
        frame,
        number,
        message: words::sentence(&one.report.message),
        ask: consequence::ask(&one.report),
        place: place_of(&one),
        code: one.report.code.clone(),
        is_kept: received.is_kept,
        compared,
        schools: schools.collect(),
        pages: Pages::of(wanted.page, places.total, "places", &list, &chosen),
        rows: places.rows.into_iter().map(row).collect(),
        root,
    })
}
