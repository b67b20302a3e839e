//! Taking an operation back: what that would come to, and doing it.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::plan::Reason;
use firstbell_sync::report::{RunReport, SummaryLine};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::{job, words};

/// What somebody decided, about what they saw.
#[derive(Deserialize)]
pub struct Decided {
    base: i64,
    reason: String,
}

/// Changes of one kind, action, reason and school.
struct ChangeRow {
    /// The kind.
    kind: &'static str,
    /// The action.
    action: String,
    /// Why.
    reason: String,
    /// The school; empty for none.
    school: String,
    /// How many.
    count: String,
}

#[derive(Template)]
#[template(path = "undo.html")]
struct UndoPage {
    frame: Frame,
    number: i64,
    root: String,
    sentence: String,
    notes: Vec<String>,
    reasons: Vec<String>,
    rows: Vec<ChangeRow>,
    left: Vec<String>,
    base: i64,
    changes: bool,
    problem: &'static str,
}

/// How many rows that are left alone are named.
const NAMED: usize = 20;

/// What it would come to.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    told(&console, &visitor, &place, number, "").await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    number: i64,
    problem: &'static str,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let context = console.context(visitor, "");
    let report = Box::pin(console.hub.undo_preview(slug, Some(number), &context)).await?;
    let title = format!("Take operation {number} back");
    let frame = Frame::beneath(&title, visitor, place);
    let left = report
        .conflicts
        .iter()
        .take(NAMED)
        .map(|one| format!("{} {}: {}", one.kind.noun(), one.sourced_id, one.message));
    page(&UndoPage {
        frame,
        number,
        root: format!("/districts/{slug}"),
        sentence: sentence(&report),
        notes: report.notes.iter().map(|note| words::sentence(note)).collect(),
        reasons: report.guard.reasons.iter().map(|one| words::sentence(&one.message)).collect(),
        rows: rows(report.summary.iter()),
        left: left.collect(),
        base: report.base_operation,
        changes: report.changes > 0,
        problem,
    })
}

fn sentence(report: &RunReport) -> String {
    match report.changes {
        0 => "There is nothing to take back.".to_owned(),
        changes => format!(
            "{} would go back to what they were; what has changed since is left alone.",
            words::count(changes, "row", "rows")
        ),
    }
}

/// The lines of a summary in words.
fn rows<'a>(summary: impl Iterator<Item = &'a SummaryLine>) -> Vec<ChangeRow> {
    let clause = |name: &str| {
        let reason = Reason::ALL.into_iter().find(|reason| reason.name() == name);
        reason.map_or_else(|| name.to_owned(), |reason| reason.clause().to_owned())
    };
    let row = |line: &SummaryLine| ChangeRow {
        kind: line.kind.name(),
        action: line.action.clone(),
        reason: clause(&line.reason),
        school: line.school.clone(),
        count: words::thousands(line.count),
    };
    summary.map(row).collect()
}

/// Takes it back, if nothing came in between.
pub async fn send(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Form(sent): Form<Decided>,
) -> Result<Response, Fault> {
    let reason = sent.reason.trim();
    if reason.is_empty() {
        let problem = "Say why, in a few words; it is kept with the undo.";
        return told(&console, &visitor, &place, number, problem).await;
    }
    let (slug, district) = (place.district.slug.clone(), place.district.id);
    let note = format!("operation {number}");
    console.note(&visitor, Some(district), "operation.undo", &note).await?;
    let context = console.context(&visitor, reason);
    let (of, root) = (Shared::clone(&console), format!("/districts/{slug}"));
    let work =
        |_| async move { Box::pin(of.hub.undo_as_shown(&slug, number, sent.base, &context)).await };
    let job = job::start(&console, district, format!("Operation {number} is taken back"), work);
    Ok(Redirect::to(&format!("{root}/jobs/{job}")).into_response())
}
