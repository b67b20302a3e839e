//! A plan: what it would change and why it waits; to be approved or dropped.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::plan::Reason;
use firstbell_sync::Approving;
use firstbell_sync::report::{RunReport, Status, SummaryLine};
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::{job, words};

/// What somebody decided, about the plan that they saw.
#[derive(Deserialize)]
pub struct Decided {
    digest: String,
    reason: String,
}

/// Changes of one kind, action, reason and school.
pub struct ChangeRow {
    /// The kind.
    pub kind: &'static str,
    /// The action.
    pub action: String,
    /// Why.
    pub reason: String,
    /// The school; empty for none.
    pub school: String,
    /// How many.
    pub count: String,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    number: i64,
    root: String,
    verdict: String,
    delivery: Option<i64>,
    reasons: Vec<String>,
    notes: Vec<String>,
    rows: Vec<ChangeRow>,
    digest: String,
    decides: bool,
    problem: &'static str,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let report = console.hub.plan_report(&place.district.slug, number).await?;
    told(&console, &visitor, &place, number, &report, "").await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    number: i64,
    report: &RunReport,
    problem: &'static str,
) -> Result<Response, Fault> {
    let title = format!("Plan {number}");
    let waits = report.status == Status::Held && report.closed.is_none();
    let own = own_schools(console, place).await?;
    let seen = |school: &str| own.as_ref().is_none_or(|own| own.contains(school));
    let reasons = report.guard.reasons.iter();
    let reasons = reasons.filter(|reason| reason.school.is_empty() || seen(&reason.school));
    let reasons = reasons.map(|reason| words::sentence(&reason.message));
    page(&PlanPage {
        frame: Frame::of_district(&title, visitor, place, "/plans"),
        number,
        root: format!("/districts/{}", place.district.slug),
        verdict: verdict(report),
        delivery: report.delivery,
        reasons: reasons.collect(),
        notes: report.notes.iter().map(|note| words::sentence(note)).collect(),
        rows: rows(report.summary.iter().filter(|line| seen(&line.school))),
        digest: report.digest.clone(),
        decides: waits && place.may(visitor, Right::Decide) == Some(Scope::All),
        problem,
    })
}

/// The names of the schools that somebody sees; `None` for all.
async fn own_schools(console: &Shared, place: &Place) -> Result<Option<BTreeSet<String>>, Fault> {
    if place.scope == Scope::All {
        return Ok(None);
    }
    let schools = console.hub.schools(&place.district).await?;
    let own = schools.into_iter().filter(|(id, _)| place.scope.has(Some(*id)));
    Ok(Some(own.map(|(_, name)| name).collect()))
}

/// What is to be said first.
fn verdict(report: &RunReport) -> String {
    let changes = words::count(report.changes, "change", "changes");
    if let Some(closed) = &report.closed {
        return words::sentence(closed);
    }
    match report.status {
        Status::Held => format!("On hold for a person: {changes} to the roster."),
        Status::Planned => format!("Made and not applied: {changes} to the roster."),
        Status::Unchanged => "It would change nothing.".to_owned(),
        Status::Refused => "Refused; nothing of it was kept.".to_owned(),
        Status::Applied => match report.operation {
            Some(operation) => {
                format!("Applied as operation {operation}: {changes} to the roster.")
            }
            None => format!("Applied: {changes} to the roster."),
        },
    }
}

/// The lines of a summary in words.
pub fn rows<'a>(summary: impl Iterator<Item = &'a SummaryLine>) -> Vec<ChangeRow> {
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

/// Approves the plan that was on the screen, and applies it.
pub async fn approve(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Form(sent): Form<Decided>,
) -> Result<Response, Fault> {
    let slug = place.district.slug.clone();
    let report = console.hub.plan_report(&slug, number).await?;
    if let Some(problem) = problem(&report, &sent) {
        return told(&console, &visitor, &place, number, &report, problem).await;
    }
    let (district, what) = (place.district.id, format!("plan {number}"));
    console.note(&visitor, Some(district), "plan.approve", &what).await?;
    let context = console.context(&visitor, sent.reason.trim());
    let of = Shared::clone(&console);
    let chosen = Approving { plan: Some(number), ..Approving::default() };
    let root = format!("/districts/{slug}");
    let work = async move { Box::pin(of.hub.approve_part(&slug, &chosen, &context)).await };
    let job = job::start(&console, district, format!("Plan {number} is applied"), work);
    Ok(Redirect::to(&format!("{root}/jobs/{job}")).into_response())
}

/// Drops the plan that was on the screen: the roster stays as it is.
pub async fn drop(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Form(sent): Form<Decided>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let report = console.hub.plan_report(slug, number).await?;
    if let Some(problem) = problem(&report, &sent) {
        return told(&console, &visitor, &place, number, &report, problem).await;
    }
    let context = console.context(&visitor, sent.reason.trim());
    console.hub.drop_hold(slug, Some(number), &context).await?;
    let (district, what) = (place.district.id, format!("plan {number}"));
    console.note(&visitor, Some(district), "plan.drop", &what).await?;
    Ok(Redirect::to(&format!("/districts/{slug}/plans/{number}")).into_response())
}

/// Why nothing can be decided as it was sent.
fn problem(report: &RunReport, sent: &Decided) -> Option<&'static str> {
    if report.status != Status::Held || report.closed.is_some() {
        return Some("This plan waits no more: somebody decided, or a newer one took its place.");
    }
    if report.digest != sent.digest {
        return Some("The plan is not the one that was on the screen. Look at it again.");
    }
    sent.reason
        .trim()
        .is_empty()
        .then_some("Say why, in a few words; it is kept with the decision.")
}
