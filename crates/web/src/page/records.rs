//! Records of a delivery that came to one end, page by page.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Outcome;
use firstbell_sync::received::{RecordFilter, RecordRow};
use firstbell_sync::words::waiting;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::paging::{Pages, rows};
use crate::stage::{Stage, clause};

/// Which records.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    kind: Option<String>,
    outcome: Option<String>,
    because: Option<String>,
    school: Option<u32>,
    page: Option<u64>,
}

struct Row {
    line: u32,
    path: String,
    name: String,
    sourced_id: String,
    school: String,
    outcome: String,
    person: Option<String>,
}

#[derive(Template)]
#[template(path = "records.html")]
struct RecordsPage {
    frame: Frame,
    root: String,
    number: i64,
    file: String,
    what: String,
    is_kept: bool,
    rows: Vec<Row>,
    pages: Pages,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let received = console.hub.received(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let kind = wanted.kind.as_deref().and_then(Kind::from_name).filter(|kind| kind.is_fact());
    let kind = kind.unwrap_or(Kind::User);
    let stage = wanted.outcome.as_deref().and_then(Stage::named);
    let cause = wanted.because.clone().unwrap_or_default();
    let outcome = |outcome: Outcome| {
        stage.is_none_or(|stage| Stage::of(outcome) == stage)
            && (cause.is_empty() || outcome.because() == cause)
    };
    let sees = |school| place.scope.has(school);
    let filter = RecordFilter { outcome: &outcome, school: wanted.school };
    let records = received.records(kind, &filter, &sees, rows(wanted.page)).await?;
    let note = format!("delivery {number}, {}", kind.name());
    console.note(&visitor, Some(place.district.id), "records.look", &note).await?;
    let root = format!("/districts/{}", place.district.slug);
    let applied = received.is_applied();
    let row = |row: RecordRow| Row {
        line: row.line,
        path: format!("{root}/deliveries/{number}/records/{}/{}", kind.name(), row.line),
        school: received.school(row.school).to_owned(),
        outcome: clause(row.outcome, applied),
        person: story(&root, kind, row.subject),
        name: row.name,
        sourced_id: row.sourced_id,
    };
    let school = wanted.school.map(|school| school.to_string()).unwrap_or_default();
    let chosen = [
        ("kind", kind.name().to_owned()),
        ("outcome", stage.map(Stage::name).unwrap_or_default().to_owned()),
        ("because", cause.clone()),
        ("school", school),
    ];
    let list = format!("{root}/deliveries/{number}/records");
    let title = format!("{} of delivery {number}", heading(kind, stage));
    let frame = Frame::beneath(&title, &visitor, &place);
    page(&RecordsPage {
        frame,
        number,
        file: received.file(kind),
        what: what(&cause, wanted.school.map(|school| received.school(school))),
        is_kept: received.is_kept,
        pages: Pages::of(wanted.page, records.total, "records", &list, &chosen),
        rows: records.rows.into_iter().map(row).collect(),
        root,
    })
}

/// The address of the story of a record's person or class, where the roster has it.
pub fn story(root: &str, kind: Kind, subject: Option<SubjectId>) -> Option<String> {
    let id = subject?;
    [(Kind::User, "people"), (Kind::Class, "classes")]
        .into_iter()
        .find(|(of, _)| *of == kind)
        .map(|(_, place)| format!("{root}/{place}/{id}"))
}

fn heading(kind: Kind, stage: Option<Stage>) -> String {
    let stage = stage.map(|stage| format!(", {}", stage.name())).unwrap_or_default();
    let kind = kind.name();
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase().to_string());
    format!("{}{}{stage}", first.unwrap_or_default(), letters.as_str())
}

/// What the records have in common, as a sentence.
fn what(cause: &str, school: Option<&str>) -> String {
    let school = school.map(|school| if school.is_empty() { "no school" } else { school });
    match (cause, school) {
        ("", None) => String::new(),
        ("", Some(school)) => format!("Of {school}."),
        (cause, None) => format!("Because {}.", waiting::clause(cause)),
        (cause, Some(school)) => format!("Of {school}; because {}.", waiting::clause(cause)),
    }
}
