//! What was found in a delivery, by code: what it means, what to do, and how many are new.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use firstbell_sync::received::{Finding, Received};
use firstbell_sync::report::FixedReport;
use firstbell_sync::words::consequence;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

struct Group {
    code: String,
    severity: &'static str,
    /// What is wrong.
    message: String,
    /// What to do about it in the school system.
    ask: String,
    places: String,
    rows: Vec<Row>,
}

/// One column of one file.
struct Row {
    place: String,
    /// What it means for the district; of a part of the schools nothing is told but the numbers.
    means: String,
    count: String,
    age: String,
    accepted: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    root: String,
    number: i64,
    sentence: String,
    groups: Vec<Group>,
    fixed: Vec<String>,
    export: Option<String>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let received = console.hub.received(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let sees = |school| place.scope.has(school);
    let found = received.findings(&sees)?;
    let whole = place.scope == Scope::All;
    let root = format!("/districts/{}", place.district.slug);
    let list = format!("{root}/deliveries/{number}/findings");
    let list = Some(list).filter(|_| place.may(&visitor, Right::SeePeople).is_some());
    let title = format!("Findings of delivery {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let fixed = received.report.fixed.iter().filter(|_| whole).map(fixed);
    page(&FindingsPage {
        frame,
        root,
        number,
        sentence: sentence(&received, &found),
        export: list.as_ref().filter(|_| !found.is_empty()).map(|list| format!("{list}.csv")),
        groups: groups(&received, found, whole, list.as_deref()),
        fixed: fixed.collect(),
    })
}

fn groups(
    received: &Received<'_>,
    found: Vec<Finding>,
    whole: bool,
    list: Option<&str>,
) -> Vec<Group> {
    let mut order: Vec<String> = Vec::new();
    let mut groups: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for one in found {
        if !order.contains(&one.report.code) {
            order.push(one.report.code.clone());
        }
        groups.entry(one.report.code.clone()).or_default().push(one);
    }
    let group = |code: String| {
        let found = groups.remove(&code)?;
        let first = found.first()?;
        let places = found.iter().map(|one| one.places).sum();
        Some(Group {
            severity: first.report.severity.name(),
            message: words::sentence(&first.report.message),
            ask: consequence::ask(&first.report),
            places: words::count(places, "place", "places"),
            rows: found.iter().map(|one| row(received, one, whole, list)).collect(),
            code,
        })
    };
    order.into_iter().filter_map(group).collect()
}

fn row(received: &Received<'_>, one: &Finding, whole: bool, list: Option<&str>) -> Row {
    let accepted = one.report.accepted.as_ref().map(|why| format!("Accepted: {why}."));
    let lapsed = one.report.lapsed.as_ref().map(|why| format!("Accepted no more: {why}."));
    Row {
        place: place(one),
        means: if whole { consequence::sentence(&one.report) } else { String::new() },
        count: words::thousands(one.places),
        age: age(received, one),
        accepted: accepted.or(lapsed).unwrap_or_default(),
        href: list.map(|list| format!("{list}/{}", one.number)),
    }
}

/// The file and column.
pub fn place(one: &Finding) -> String {
    let place = one.report.examples.first();
    let (file, field) = place.map_or(("", ""), |place| (&place.file, &place.field));
    match (file, field) {
        ("", _) => "the delivery".to_owned(),
        (file, "") => file.to_owned(),
        (file, field) => format!("{file}, {field}"),
    }
}

/// Whether it is new, or goes on since when.
fn age(received: &Received<'_>, one: &Finding) -> String {
    if received.report.compared_with.is_none() {
        return String::new();
    }
    let since = one.report.since.map(|since| format!("since delivery {since}"));
    match (one.new, since) {
        (new, _) if new == one.places => "new".to_owned(),
        (0, Some(since)) => format!("continuing {since}"),
        (0, None) => "continuing".to_owned(),
        (new, since) => {
            let since = since.unwrap_or_else(|| "from before".to_owned());
            format!("{} new, others {since}", words::thousands(new))
        }
    }
}

fn fixed(one: &FixedReport) -> String {
    let at = match (one.file.as_str(), one.field.as_str()) {
        ("", _) => "the delivery".to_owned(),
        (file, "") => file.to_owned(),
        (file, field) => format!("{file}, {field}"),
    };
    format!("{} in {at}: {}", one.code, words::count(one.count, "place", "places"))
}

fn sentence(received: &Received<'_>, found: &[Finding]) -> String {
    if found.is_empty() {
        return "Nothing was found in this delivery.".to_owned();
    }
    let places = words::count(found.iter().map(|one| one.places).sum(), "place", "places");
    let new: u64 = found.iter().map(|one| one.new).sum();
    let new = match received.report.compared_with {
        None => String::new(),
        Some(before) => format!(", {} new since delivery {before}", words::thousands(new)),
    };
    format!("Something was found in {places}{new}.")
}
