//! The lines of a plan, page by page, with values before and after.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Action, Reason};
use firstbell_sync::plan_lines::LineFilter;
use firstbell_sync::report::{ChangeReport, FieldChange, Status};
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::records::story;
use crate::paging::{Pages, rows};
use crate::words;

/// Which lines.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    kind: Option<String>,
    action: Option<String>,
    reason: Option<String>,
    school: Option<String>,
    page: Option<u64>,
}

struct Row {
    number: u64,
    kind: &'static str,
    action: String,
    name: String,
    sourced_id: String,
    school: String,
    reason: String,
    line: u64,
    fields: Vec<FieldChange>,
    story: Option<String>,
    /// Where its line of the delivery is.
    source: Option<String>,
    /// What a form sends to let it through alone; empty where no record tells.
    record: String,
}

#[derive(Template)]
#[template(path = "lines.html")]
struct LinesPage {
    frame: Frame,
    root: String,
    number: i64,
    what: String,
    moved: bool,
    rows: Vec<Row>,
    pages: Pages,
    digest: String,
    decides: bool,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let shown = console.hub.shown_plan(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let report = console.hub.plan_report(&place.district.slug, number).await?;
    let filter = LineFilter {
        kind: wanted.kind.as_deref().and_then(Kind::from_name),
        action: wanted.action.as_deref().and_then(action),
        reason: wanted.reason.as_deref().and_then(reason),
        school: wanted.school.as_deref().and_then(|id| id.parse().ok()).map(SubjectId),
    };
    let sees = |school| place.scope.has(school);
    let lines = shown.page(filter, &sees, rows(wanted.page)).await?;
    let note = format!("plan {number}");
    console.note(&visitor, Some(place.district.id), "plan.look", &note).await?;
    let root = format!("/districts/{}", place.district.slug);
    let chosen = [
        ("kind", wanted.kind.unwrap_or_default()),
        ("action", wanted.action.unwrap_or_default()),
        ("reason", wanted.reason.unwrap_or_default()),
        ("school", wanted.school.unwrap_or_default()),
    ];
    let path = format!("{root}/plans/{number}/lines");
    let title = format!("Changes of plan {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let waits = report.status == Status::Held && report.closed.is_none();
    page(&LinesPage {
        frame,
        number,
        what: what(&filter),
        moved: report.moved,
        pages: Pages::of(wanted.page, lines.total, "changes", &path, &chosen),
        rows: lines
            .rows
            .into_iter()
            .map(|(subject, line)| row((&root, report.delivery), subject, line))
            .collect(),
        digest: report.digest.clone(),
        decides: waits && place.may(&visitor, Right::Decide) == Some(Scope::All),
        root,
    })
}

fn action(name: &str) -> Option<Action> {
    Action::ALL.into_iter().find(|action| action.name() == name)
}

fn reason(name: &str) -> Option<Reason> {
    Reason::ALL.into_iter().find(|reason| reason.name() == name)
}

fn row(
    (root, delivery): (&str, Option<i64>),
    subject: Option<SubjectId>,
    line: ChangeReport,
) -> Row {
    let story = story(root, line.kind, subject);
    let record = match line.sourced_id.as_str() {
        "" => String::new(),
        id => [line.kind.name(), &line.action, id].join("/"),
    };
    Row {
        number: line.number,
        kind: line.kind.noun(),
        action: line.action,
        name: line.name,
        sourced_id: line.sourced_id,
        school: line.school,
        reason: words::sentence(&line.sentence),
        line: line.line,
        source: delivery.filter(|_| line.line > 0).map(|delivery| {
            format!("{root}/deliveries/{delivery}/records/{}/{}", line.kind.name(), line.line)
        }),
        fields: line.fields,
        story,
        record,
    }
}

/// What the lines have in common, as a sentence.
fn what(filter: &LineFilter) -> String {
    let kind = filter.kind.map_or("rows", Kind::name);
    let action = filter.action.map(|action| format!(", {}", action.name())).unwrap_or_default();
    let reason = filter.reason.map(|reason| format!(": {}", reason.clause())).unwrap_or_default();
    words::sentence(&format!("{kind}{action}{reason}"))
}
