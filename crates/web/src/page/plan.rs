//! A plan: what it would change and why it waits; to be approved, as a whole or in part, or dropped.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Action, Reason};
use firstbell_sync::plan_lines::LineCount;
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Approving, Selection};
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::decision::Decided;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::paging::address;
use crate::{job, words};

/// Of which school the changes are told.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    school: Option<String>,
}

/// Changes of one kind, action and reason that a plan would make.
struct GroupRow {
    kind: &'static str,
    action: &'static str,
    reason: &'static str,
    count: String,
    /// Where they are listed; empty for whoever sees no people.
    href: String,
    /// What a form sends to let those of the kind and action through alone; empty for all but the
    /// first of its reasons.
    part: String,
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
    rows: Vec<GroupRow>,
    /// The schools: number, name, and whether it is the one that is told of.
    schools: Vec<(String, String, bool)>,
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
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let report = console.hub.plan_report(&place.district.slug, number).await?;
    told(&console, &visitor, &place, number, &report, (&wanted, "")).await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    number: i64,
    report: &RunReport,
    (wanted, problem): (&Wanted, &'static str),
) -> Result<Response, Fault> {
    let title = format!("Plan {number}");
    let waits = report.status == Status::Held && report.closed.is_none();
    let own = own_schools(console, place).await?;
    let seen = |school: &str| own.as_ref().is_none_or(|own| own.contains(school));
    let reasons = report.guard.reasons.iter();
    let reasons = reasons.filter(|reason| reason.school.is_empty() || seen(&reason.school));
    let reasons = reasons.map(|reason| words::sentence(&reason.message));
    let in_scope = |school| place.scope.has(school);
    let shown = console.hub.shown_plan(&place.district, number).await?;
    let counts = shown.map(|shown| shown.counts(&in_scope)).unwrap_or_default();
    let root = format!("/districts/{}", place.district.slug);
    let lines = format!("{root}/plans/{number}/lines");
    let lines = Some(lines).filter(|_| place.may(visitor, Right::SeePeople).is_some());
    let school = wanted.school.as_deref().and_then(|school| school.parse().ok()).map(SubjectId);
    page(&PlanPage {
        frame: Frame::of_district(&title, visitor, place, "/plans"),
        number,
        verdict: verdict(report),
        delivery: report.delivery,
        reasons: reasons.collect(),
        notes: report.notes.iter().map(|note| words::sentence(note)).collect(),
        rows: groups(&counts, school, lines.as_deref()),
        schools: schools(&counts, school),
        digest: report.digest.clone(),
        decides: waits && place.may(visitor, Right::Decide) == Some(Scope::All),
        problem,
        root,
    })
}

/// The schools that a plan would change something of, by name.
fn schools(counts: &[LineCount], chosen: Option<SubjectId>) -> Vec<(String, String, bool)> {
    let names: BTreeMap<_, _> =
        counts.iter().map(|one| ((one.school_name.as_str(), one.school), one.school)).collect();
    let option = |((name, _), id): ((&str, SubjectId), SubjectId)| {
        let name = if name.is_empty() { "No school" } else { name };
        (id.to_string(), name.to_owned(), chosen == Some(id))
    };
    names.into_iter().map(option).collect()
}

/// The changes by kind, action and reason, of one school or of all.
fn groups(counts: &[LineCount], school: Option<SubjectId>, lines: Option<&str>) -> Vec<GroupRow> {
    let mut groups: BTreeMap<_, u64> = BTreeMap::new();
    for one in counts.iter().filter(|one| school.is_none_or(|only| only == one.school)) {
        *groups.entry((one.kind, one.action, one.reason)).or_default() += one.lines;
    }
    let number = school.map(|school| school.to_string()).unwrap_or_default();
    let mut told = BTreeSet::new();
    let row = |((kind, action, reason), rows): ((Kind, Action, Reason), u64)| {
        let part = [kind.name(), action.name(), number.as_str()].join("/");
        let chosen = [
            ("kind", kind.name().to_owned()),
            ("action", action.name().to_owned()),
            ("reason", reason.name()),
            ("school", number.clone()),
        ];
        GroupRow {
            kind: kind.name(),
            action: action.name(),
            reason: reason.clause(),
            count: words::thousands(rows),
            href: lines.map(|lines| address(lines, &chosen)).unwrap_or_default(),
            part: if told.insert(part.clone()) { part } else { String::new() },
        }
    };
    groups.into_iter().map(row).collect()
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

/// Approves the plan that was on the screen, or a part of it, and applies that.
pub async fn approve(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let slug = place.district.slug.clone();
    let sent = Decided::of(sent);
    let report = console.hub.plan_report(&slug, number).await?;
    let problem = sent.problem(&report).or_else(|| sent.lacks_choice());
    if let Some(problem) = problem {
        let all = Wanted::default();
        return told(&console, &visitor, &place, number, &report, (&all, problem)).await;
    }
    let shown = console.hub.shown_plan(&place.district, number).await?;
    let counts = shown.map(|shown| shown.counts(&|_| true)).unwrap_or_default();
    let only = sent.in_part().then(|| Selection::Like(sent.criteria(&counts)));
    let whole = if only.is_some() { ", in part" } else { "" };
    let (district, what) = (place.district.id, format!("plan {number}{whole}"));
    console.note(&visitor, Some(district), "plan.approve", &what).await?;
    let context = console.context(&visitor, &sent.reason);
    let of = Shared::clone(&console);
    let chosen = Approving { plan: Some(number), only, ..Approving::default() };
    let root = format!("/districts/{slug}");
    let work = |_| async move { Box::pin(of.hub.approve_part(&slug, &chosen, &context)).await };
    let title = format!("Plan {number} is applied{whole}");
    let job = job::start(&console, district, title, work);
    Ok(Redirect::to(&format!("{root}/jobs/{job}")).into_response())
}

/// Drops the plan that was on the screen: the roster stays as it is.
pub async fn drop(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let sent = Decided::of(sent);
    let report = console.hub.plan_report(slug, number).await?;
    if let Some(problem) = sent.problem(&report) {
        let all = Wanted::default();
        return told(&console, &visitor, &place, number, &report, (&all, problem)).await;
    }
    let context = console.context(&visitor, &sent.reason);
    console.hub.drop_hold(slug, Some(number), &context).await?;
    let (district, what) = (place.district.id, format!("plan {number}"));
    console.note(&visitor, Some(district), "plan.drop", &what).await?;
    Ok(Redirect::to(&format!("/districts/{slug}/plans/{number}")).into_response())
}
