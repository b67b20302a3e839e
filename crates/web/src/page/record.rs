//! One record of a delivery: what it says, and what became of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use firstbell_roster::model::Kind;
use firstbell_sync::words::consequence;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::records::story;
use crate::stage::clause;
use crate::words;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    root: String,
    number: i64,
    file: String,
    line: u32,
    name: String,
    outcome: String,
    school: String,
    story: Option<String>,
    cells: Vec<(&'static str, String)>,
    findings: Vec<(String, String)>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number, kind, line)): Path<(String, i64, String, u32)>,
) -> Result<Response, Fault> {
    let received = console.hub.received(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let kind = Kind::from_name(&kind).filter(|kind| kind.is_fact()).ok_or(Fault::NotFound)?;
    let sees = |school| place.scope.has(school);
    let record = received.record(kind, line, &sees).await?.ok_or(Fault::NotFound)?;
    let note = format!("delivery {number}, {} line {line}", kind.name());
    console.note(&visitor, Some(place.district.id), "record.look", &note).await?;
    let file = received.file(kind);
    let title = format!("{file} line {line} of delivery {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let applied = received.is_applied();
    let root = format!("/districts/{}", place.district.slug);
    let finding =
        |finding| (words::sentence(&consequence::of_place(finding)), consequence::ask(finding));
    page(&RecordPage {
        frame,
        number,
        file,
        line,
        outcome: words::sentence(&clause(record.row.outcome, applied)),
        school: received.school(record.row.school).to_owned(),
        story: story(&root, kind, record.row.subject),
        name: record.row.name,
        cells: record.cells,
        findings: record.findings.iter().map(finding).collect(),
        root,
    })
}
