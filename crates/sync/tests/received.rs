//! What a delivery came to, read from what its run kept, is what the run reported.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Hold, Outcome};
use firstbell_sync::plan_lines::LineFilter;
use firstbell_sync::received::{PlaceFilter, Received, RecordFilter};
use firstbell_sync::report::{ChangeReport, RunReport, Status};
use firstbell_sync::{Hub, RunOptions};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::district::{self, Edit, Town};
use support::{context, hub, sync};
use tempfile::TempDir;

/// Whoever sees all schools.
fn all(_: Option<SubjectId>) -> bool {
    true
}

fn each(_: Outcome) -> bool {
    true
}

async fn received(hub: &Hub, number: i64) -> Received<'_> {
    let district = hub.find_district("oak").await.unwrap().unwrap();
    hub.received(&district, number).await.unwrap().unwrap()
}

/// What a report has in its columns, by the name of the column and the rule, check or hold behind it.
fn told(report: &RunReport, kind: Kind) -> BTreeMap<String, u64> {
    let one = &report.outcomes[&kind];
    let mut told = BTreeMap::from([
        ("create".to_owned(), one.create),
        ("update".to_owned(), one.update),
        ("restore".to_owned(), one.restore),
        ("end".to_owned(), one.end),
        ("unchanged".to_owned(), one.unchanged),
    ]);
    for (column, by) in
        [("ignored", &one.ignored_by), ("rejected", &one.rejected_by), ("held", &one.held_by)]
    {
        told.extend(by.iter().map(|(name, count)| (format!("{column} {name}"), *count)));
    }
    told.retain(|_, count| *count > 0);
    told
}

fn column(outcome: Outcome) -> String {
    format!("{} {}", outcome.name(), outcome.because()).trim_end().to_owned()
}

/// The flow, the records and the places of a delivery are those of its report.
async fn agrees(hub: &Hub, report: &RunReport) {
    let received = received(hub, report.delivery.unwrap()).await;
    let flow = received.flow(&all).unwrap();
    for kind in Kind::FACTS.into_iter().filter(|kind| report.outcomes.contains_key(kind)) {
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for one in flow.iter().filter(|one| one.kind == kind) {
            *counted.entry(column(one.outcome)).or_default() += one.records;
        }
        assert_eq!(counted, told(report, kind), "{kind}");
        records(&received, kind, report.outcomes[&kind].received).await;
    }
    let found = received.findings(&all).unwrap();
    assert_eq!(found.len(), report.findings.len());
    for (one, finding) in found.iter().zip(&report.findings) {
        assert_eq!((&one.report, one.places), (finding, finding.count));
        if let Some(new) = finding.new {
            assert_eq!(one.new, new, "{finding:?}");
        }
        let page = received.places(one.number, PlaceFilter::default(), &all, (0, 9_999)).await;
        let page = page.unwrap();
        assert_eq!((page.total, page.rows.len() as u64), (finding.count, finding.count));
        let lines: BTreeSet<_> = page.rows.iter().map(|row| row.line).collect();
        assert!(finding.examples.iter().all(|place| lines.contains(&place.line)));
    }
}

/// Each record stands on one page, under its school and outcome, and can be opened.
async fn records(received: &Received<'_>, kind: Kind, count: u64) {
    let filter = RecordFilter { outcome: &each, school: None };
    let mut lines = BTreeSet::new();
    for page in 0.. {
        let page = received.records(kind, &filter, &all, (page * 7, 7)).await.unwrap();
        assert_eq!(page.total, count, "{kind}");
        for row in &page.rows {
            assert!(lines.insert(row.line), "{kind} line {} came twice", row.line);
            let one = received.record(kind, row.line, &all).await.unwrap().unwrap();
            assert_eq!(one.row, *row);
            let seen = |school: Option<SubjectId>| school != received.id_of(row.school);
            assert_eq!(received.record(kind, row.line, &seen).await.unwrap(), None);
        }
        if page.rows.is_empty() {
            break;
        }
    }
    assert_eq!(lines.len() as u64, count, "{kind}");
    for school in 0..=received.schools.len() {
        let school = u32::try_from(school).unwrap();
        let filter = RecordFilter { outcome: &each, school: Some(school) };
        let page = received.records(kind, &filter, &all, (0, 9_999)).await.unwrap();
        assert!(page.rows.iter().all(|row| row.school == school));
        let seen = |one: Option<SubjectId>| one == received.id_of(school);
        let seen = received.records(kind, &filter, &seen, (0, 9_999)).await.unwrap();
        assert_eq!(page, seen);
    }
}

/// The lines of a plan that waits, page by page, each where its counts say.
async fn lines(hub: &Hub, plan: i64) -> Vec<ChangeReport> {
    let district = hub.find_district("oak").await.unwrap().unwrap();
    let shown = hub.shown_plan(&district, plan).await.unwrap().unwrap();
    let (mut lines, mut total) = (Vec::new(), 0);
    for page in 0.. {
        let page = shown.page(LineFilter::default(), &all, (page * 5, 5)).await.unwrap();
        total = page.total;
        if page.rows.is_empty() {
            break;
        }
        lines.extend(page.rows.into_iter().map(|(_, change)| change));
    }
    assert_eq!(total, lines.len() as u64);
    let counts = shown.counts(&all);
    assert_eq!(counts.iter().map(|one| one.lines).sum::<u64>(), total);
    for one in counts {
        let (kind, action, reason) = (Some(one.kind), Some(one.action), Some(one.reason));
        let filter = LineFilter { kind, action, reason, school: Some(one.school) };
        let page = shown.page(filter, &all, (0, 9_999)).await.unwrap();
        assert_eq!(page.total, one.lines);
        assert!(page.rows.iter().all(|(_, change)| change.school == one.school_name));
    }
    lines
}

/// The values of a change; of what it refers to, which may get another name with the same plan,
/// whether there is any.
fn values(change: &ChangeReport) -> Vec<(&str, &str, &str)> {
    let values = change.fields.iter().map(|field| {
        let refers = field.field.ends_with("SourcedId") || field.field.ends_with("SourcedIds");
        let [before, after] = [&field.before, &field.after]
            .map(|text| if refers && !text.is_empty() { "some" } else { text.as_str() });
        (field.field.as_str(), before, after)
    });
    values.collect()
}

/// What a plan said it would change is what its operation changed, value by value.
async fn made(hub: &Hub, mut lines: Vec<ChangeReport>, operation: i64) {
    let mut made: Vec<ChangeReport> = Vec::new();
    hub.operation_changes("oak", operation, &mut |change| made.push(change)).await.unwrap();
    assert_eq!(lines.len(), made.len());
    // Of what no record tells the plan has no values.
    let is_told = |line: &ChangeReport| line.line > 0 || line.action == "end";
    let untold: BTreeSet<_> = lines
        .iter()
        .filter(|line| !is_told(line))
        .map(|line| (line.kind, line.reason.clone(), line.action.clone()))
        .collect();
    lines.retain(is_told);
    let of = |change: &ChangeReport| (change.kind, change.sourced_id.clone());
    let mut by_id: BTreeMap<_, Vec<ChangeReport>> = BTreeMap::new();
    for change in made {
        by_id.entry(of(&change)).or_default().push(change);
    }
    for line in lines {
        let same = by_id.get_mut(&of(&line)).and_then(Vec::pop);
        let same = same.unwrap_or_else(|| panic!("not made: {line:?}"));
        assert_eq!(
            (&line.action, &line.reason, values(&line)),
            (&same.action, &same.reason, values(&same)),
            "{line:?}"
        );
    }
    for change in by_id.into_values().flatten() {
        let untold = untold.contains(&(change.kind, change.reason.clone(), change.action.clone()));
        assert!(untold, "not planned: {change:?}");
    }
}

fn options() -> RunOptions<'static> {
    RunOptions { again: true, override_identity: Some("test".to_owned()), ..support::options() }
}

async fn nights(edits: &[Vec<Edit>], [roles_apart, mapped]: [bool; 2]) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mapped = if mapped { district::MAPPED } else { "" };
    let settings = format!("[scope]\ngrades = {{ except = [\"05\"] }}\n{mapped}");
    hub.save_settings("oak", &settings, &context(0)).await.unwrap();
    let mut town = Town::default();
    town.roles_apart = roles_apart;
    let feed = folder.path().join("feed");
    for (night, edits) in (0i64..).zip(edits) {
        for edit in edits {
            town.edit(*edit);
        }
        town.write(&feed);
        let planned = hub.plan("oak", &feed, &options(), &context(night)).await.unwrap();
        agrees(&hub, &planned).await;
        let planned = lines(&hub, planned.plan.unwrap()).await;
        let report = hub.sync("oak", &feed, &options(), &context(night)).await.unwrap();
        agrees(&hub, &report).await;
        if report.status == Status::Held {
            let held = lines(&hub, report.plan.unwrap()).await;
            let approved = hub.approve("oak", report.plan, &context(night)).await.unwrap();
            made(&hub, held, approved.operation.unwrap()).await;
            let approved = received(&hub, report.delivery.unwrap()).await;
            let waits = |outcome: Outcome| outcome == Outcome::Held(Hold::Guard);
            let flow = approved.flow(&all).unwrap();
            assert!(!flow.iter().any(|one| waits(one.outcome)), "it was approved whole");
            assert_eq!(approved.findings(&all).unwrap().len(), report.findings.len());
        } else if let Some(operation) = report.operation {
            made(&hub, planned, operation).await;
        }
    }
}

proptest! {
    #![proptest_config(support::random(12, 41, 40))]

    #[test]
    fn whatever_comes_is_told_as_it_was_reported(
        edits in prop::collection::vec(prop::collection::vec(any::<Edit>(), 0..6), 1..4),
        how in any::<[bool; 2]>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(nights(&edits, how));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn places_tell_what_stands_there_and_whether_it_is_new() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    town.set("users", "p1-s0", "role", "wizard");
    sync(&hub, folder.path(), &town, 0).await;
    town.set("users", "p2-s1", "role", "wizard");
    let report = sync(&hub, folder.path(), &town, 1).await;
    agrees(&hub, &report).await;
    let received = received(&hub, report.delivery.unwrap()).await;
    let found = received.findings(&all).unwrap();
    let one = found.iter().find(|one| one.report.code == "unknown_word").unwrap();
    assert_eq!((one.places, one.new), (2, 1));
    let places = |new| {
        let filter = PlaceFilter { new, ..PlaceFilter::default() };
        received.places(one.number, filter, &all, (0, 10))
    };
    let (new, old) = (places(Some(true)).await.unwrap(), places(Some(false)).await.unwrap());
    let told = |row: &firstbell_sync::received::FoundPlace| {
        (row.sourced_id.clone(), row.value.clone(), received.school(row.school).to_owned())
    };
    let owned = |all: [&str; 3]| (all[0].to_owned(), all[1].to_owned(), all[2].to_owned());
    assert_eq!(
        new.rows.iter().map(told).collect::<Vec<_>>(),
        [owned(["p2-s1", "wizard", "School s1"])]
    );
    assert_eq!(
        old.rows.iter().map(told).collect::<Vec<_>>(),
        [owned(["p1-s0", "wizard", "School s0"])]
    );
    let record = received.record(Kind::User, new.rows[0].line, &all).await.unwrap().unwrap();
    assert_eq!(record.findings[0].code, "unknown_word");
    let list = hub.deliveries(&hub.find_district("oak").await.unwrap().unwrap(), None, 9).await;
    let list = list.unwrap();
    assert_eq!(list.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(list[0].records, report.outcomes.values().map(|one| one.received).sum::<u64>());
}
