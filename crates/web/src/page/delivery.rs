//! Where every record of a delivery went, from received to applied, by kind and by school.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::Kind;
use firstbell_sync::received::{Flow, Received};
use firstbell_sync::report::{Outcomes, Status};
use firstbell_sync::words::waiting;
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::chart::flow::{self, KindFlow};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::deliveries::state;
use crate::paging::address;
use crate::stage::Stage;
use crate::words;

/// Of which kind the schools are told.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    kind: Option<String>,
}

/// A row of a table: what was received, and how many of it ended where.
struct FlowRow {
    name: String,
    received: String,
    /// Ignored, rejected, held, unchanged and applied, each with the address of its list; an empty
    /// address where there is none.
    ends: Vec<(String, String)>,
    kept: String,
}

/// Why records did not get through.
struct CauseRow {
    kind: &'static str,
    stage: &'static str,
    why: String,
    records: String,
    href: String,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct DeliveryPage {
    frame: Frame,
    root: String,
    number: i64,
    sentence: String,
    facts: Vec<(&'static str, String)>,
    plan: Option<i64>,
    operation: Option<i64>,
    findings: u64,
    flow: Option<flow::Flow>,
    kinds: Vec<FlowRow>,
    applied: &'static str,
    causes: Vec<CauseRow>,
    chosen: &'static str,
    choices: Vec<(&'static str, bool)>,
    schools: Vec<FlowRow>,
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
    let sees = |school| place.scope.has(school);
    let flow = received.flow(&sees)?;
    let people = place.may(&visitor, Right::SeePeople).is_some();
    let records = format!("/districts/{}/deliveries/{number}/records", place.district.slug);
    let list = Lists { path: Some(records).filter(|_| people) };
    let whole = place.scope == Scope::All;
    let chosen = wanted.kind.as_deref().and_then(Kind::from_name).unwrap_or(Kind::User);
    let applied = received.is_applied();
    let mut kinds = by_kind(&flow, &list);
    if whole {
        kinds.extend(not_kept(&received));
    }
    let title = format!("Delivery {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let findings = received.findings(&sees)?.iter().map(|one| one.places).sum();
    let counted: Vec<_> = flow.iter().map(|one| one.kind).collect();
    page(&DeliveryPage {
        frame,
        root: format!("/districts/{}", place.district.slug),
        number,
        sentence: sentence(&received, &kinds),
        facts: facts(&received, whole),
        plan: received.report.plan,
        operation: received.report.operation,
        findings,
        flow: flow::of(&kinds, applied),
        kinds: kinds.iter().map(|kind| row(kind.kind.to_owned(), kind)).collect(),
        applied: Stage::Applied.word(applied),
        causes: causes(&flow, &list),
        chosen: chosen.name(),
        choices: Kind::FACTS
            .into_iter()
            .filter(|kind| counted.contains(kind))
            .map(|kind| (kind.name(), kind == chosen))
            .collect(),
        schools: by_school(&received, &flow, chosen, &list),
    })
}

/// Where records are listed, for whoever may see them.
struct Lists {
    path: Option<String>,
}

impl Lists {
    fn of(&self, kind: Kind, stage: Stage, because: &str, school: Option<u32>) -> String {
        let Some(path) = &self.path else { return String::new() };
        let school = school.map(|school| school.to_string()).unwrap_or_default();
        address(
            path,
            &[
                ("kind", kind.name().to_owned()),
                ("outcome", stage.name().to_owned()),
                ("because", because.to_owned()),
                ("school", school),
            ],
        )
    }
}

/// What was received of each kind, and where it went.
fn by_kind(flow: &[Flow], list: &Lists) -> Vec<KindFlow> {
    let kinds = Kind::FACTS.into_iter().filter(|kind| flow.iter().any(|one| one.kind == *kind));
    let of = |kind: Kind| {
        let ends = Stage::ALL.map(|stage| {
            let count = sum(flow.iter().filter(|one| one.kind == kind), stage);
            (count, list.of(kind, stage, "", None))
        });
        KindFlow { kind: kind.name(), ends }
    };
    kinds.map(of).collect()
}

/// What of the delivery no feature uses: it is counted, and not kept.
fn not_kept(received: &Received<'_>) -> Vec<KindFlow> {
    let others = received.report.outcomes.iter().filter(|(kind, _)| !kind.is_fact());
    let of = |(kind, one): (&Kind, &Outcomes)| {
        let counts = [one.ignored, one.rejected, one.held, one.unchanged, 0];
        KindFlow { kind: kind.name(), ends: counts.map(|count| (count, String::new())) }
    };
    others.map(of).collect()
}

fn by_school(received: &Received<'_>, flow: &[Flow], kind: Kind, list: &Lists) -> Vec<FlowRow> {
    let mut schools: BTreeMap<u32, Vec<&Flow>> = BTreeMap::new();
    for one in flow.iter().filter(|one| one.kind == kind) {
        schools.entry(one.school).or_default().push(one);
    }
    let of = |(school, flow): (u32, Vec<&Flow>)| {
        let ends = Stage::ALL.map(|stage| {
            let count = sum(flow.iter().copied(), stage);
            (count, list.of(kind, stage, "", Some(school)))
        });
        let name = match received.school(school) {
            "" => "No school".to_owned(),
            name => name.to_owned(),
        };
        (name, KindFlow { kind: kind.name(), ends })
    };
    let mut rows: Vec<_> = schools.into_iter().map(of).collect();
    let worst =
        |flow: &KindFlow| flow.ends.iter().take(3).skip(1).map(|(count, _)| count).sum::<u64>();
    rows.sort_by(|(name, flow), (other, other_flow)| {
        (worst(other_flow), name).cmp(&(worst(flow), other))
    });
    rows.into_iter().map(|(name, flow)| row(name, &flow)).collect()
}

fn sum<'a>(flow: impl Iterator<Item = &'a Flow>, stage: Stage) -> u64 {
    flow.filter(|one| Stage::of(one.outcome) == stage).map(|one| one.records).sum()
}

fn row(name: String, flow: &KindFlow) -> FlowRow {
    let lost: u64 = flow.ends.iter().take(3).map(|(count, _)| count).sum();
    let shown = |(count, href): &(u64, String)| match count {
        0 => (String::new(), String::new()),
        _ => (words::thousands(*count), href.clone()),
    };
    FlowRow {
        name,
        received: words::thousands(flow.received()),
        ends: flow.ends.iter().map(shown).collect(),
        kept: words::thousands(flow.received() - lost),
    }
}

/// Why records were ignored, rejected or held, the most first.
fn causes(flow: &[Flow], list: &Lists) -> Vec<CauseRow> {
    let mut counts: BTreeMap<(Stage, Kind, &'static str), u64> = BTreeMap::new();
    for one in flow {
        let stage = Stage::of(one.outcome);
        if matches!(stage, Stage::Ignored | Stage::Rejected | Stage::Held) {
            *counts.entry((stage, one.kind, one.outcome.because())).or_default() += one.records;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
    let row = |((stage, kind, name), records): ((Stage, Kind, &str), u64)| CauseRow {
        kind: kind.name(),
        stage: stage.name(),
        why: waiting::clause(name),
        records: words::thousands(records),
        href: list.of(kind, stage, name, None),
    };
    counts.into_iter().map(row).collect()
}

/// What became of it, in one sentence.
fn sentence(received: &Received<'_>, kinds: &[KindFlow]) -> String {
    let all: u64 = kinds.iter().map(KindFlow::received).sum();
    let end = |stage: Stage| -> u64 {
        let place = Stage::ALL.iter().position(|one| *one == stage).unwrap_or_default();
        kinds.iter().filter_map(|kind| kind.ends.get(place)).map(|(count, _)| count).sum()
    };
    let lost = end(Stage::Rejected) + end(Stage::Held);
    let records = words::count(all, "record was", "records were");
    let lost = match lost {
        0 => "none was rejected or held".to_owned(),
        lost => format!("{} rejected or held", words::count(lost, "was", "were")),
    };
    let then = match received.report.status {
        Status::Held => "The plan waits for a person.",
        Status::Planned => "The plan is not applied.",
        Status::Applied => "The plan is applied.",
        Status::Unchanged => "There was nothing to change.",
        Status::Refused => "It was refused.",
    };
    format!("{records} received; {lost}. {then}")
}

fn facts(received: &Received<'_>, whole: bool) -> Vec<(&'static str, String)> {
    let (word, _) = state(received.status());
    let mut facts = vec![("Received", words::instant(received.at)), ("State", word.to_owned())];
    if whole {
        facts.push(("From", received.label.clone()));
        if let Some(about) = &received.report.about {
            facts.push(("Format", about.format.clone()));
        }
    }
    facts
}
