//! The story of every kind of record ends as the plan decided.

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_roster::check::table as checks;
use firstbell_roster::model::columns::{SOURCED_ID, enrollment};
use firstbell_roster::model::{DateTime, Kind};
use firstbell_roster::plan::{Hold, Outcome};
use firstbell_sandbox::{District, Options, Profile};
use tempfile::TempDir;

use super::asked::Asked;
use super::delivered::{self, Sent};
use super::{Answer, Reader};
use crate::access::Scope;
use crate::hub::{Context, Hub, RunOptions};
use crate::outcomes;
use crate::report::WhyReport;

fn context() -> Context {
    let now = DateTime::parse("2026-09-15T02:00:00Z").unwrap();
    Context { now, identity: "tester".to_owned(), by: None, reason: String::new() }
}

async fn ready(folder: &Path) -> Hub {
    let district = District::new(Profile::demo(1)).unwrap();
    let hub = Hub::init(&folder.join("home"), None, None).await.unwrap();
    hub.add_district("oak", "Oak USD", &context()).await.unwrap();
    for day in 1..=2 {
        let feed = folder.join(format!("day{day}"));
        district.write_day(day, &feed, Options::default()).unwrap();
        let options = RunOptions {
            again: false,
            override_identity: None,
            timings: false,
            settings: None,
            rekey: false,
            progress: &|_, _| (),
        };
        hub.sync("oak", &feed, &options, &context()).await.unwrap();
    }
    hub
}

/// The records of the newest delivery: all that were stopped, and some hundreds of the others.
fn sample(asked: &Asked<'_>, kind: Kind) -> Vec<(Sent, Outcome)> {
    let run = &asked.runs[0];
    let kept = outcomes::Outcomes::open(&asked.files, &asked.key, run.number, kind).unwrap();
    let entries = kept.unwrap().page(|_| true, 0, usize::MAX).unwrap();
    let entries: BTreeMap<_, _> = entries.iter().map(|entry| (entry.line, entry)).collect();
    let mut sample = Vec::new();
    let mut number = 0;
    delivered::scan(asked, run, kind, |line, record| {
        number += 1;
        let outcome = entries[&line].decoded().unwrap();
        if outcome != Outcome::Unchanged || number % 97 == 0 {
            sample.push((Sent::of(kind, record), outcome));
        }
    })
    .unwrap();
    sample
}

/// What the recorded outcome makes of a record alone.
fn expected(outcome: Outcome, rejected: &'static str) -> &'static str {
    match outcome {
        Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::Unchanged => "member",
        Outcome::Held(Hold::Match(_)) => "held_for_match",
        Outcome::Rejected(_) | Outcome::Held(_) => rejected,
        Outcome::Ignored(_) => "left_out_by_rule",
        Outcome::End => "deactivated",
    }
}

fn named(report: &WhyReport) -> Vec<&str> {
    let all = report.obstacles.iter().chain(&report.also).map(String::as_str);
    all.chain([report.cause.as_str()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_a_user_ends_as_the_plan_decided() {
    let folder = TempDir::new().unwrap();
    let hub = ready(folder.path()).await;
    let asked = Asked::load(&hub, "oak", &Scope::All, &context()).await.unwrap();
    let sample = sample(&asked, Kind::User);
    assert!(sample.len() > 60);
    for (sent, outcome) in sample {
        let id = sent.cell(SOURCED_ID);
        let answer =
            hub.why("oak", id, None, Reader::Administrator, &Scope::All, &context()).await.unwrap();
        let Answer::One(report) = answer else { panic!("{id}: {answer:?}") };
        let expected = expected(outcome, "rejected_by_check");
        assert!(named(&report).contains(&expected), "{id} {outcome:?}: {report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_an_enrollment_ends_as_the_plan_decided() {
    let folder = TempDir::new().unwrap();
    let hub = ready(folder.path()).await;
    let asked = Asked::load(&hub, "oak", &Scope::All, &context()).await.unwrap();
    let sample = sample(&asked, Kind::Enrollment);
    assert!(sample.len() > 60);
    for (sent, outcome) in sample.iter().step_by(4) {
        let (user, class) = (sent.cell(enrollment::USER), sent.cell(enrollment::CLASS));
        let now = context();
        let answer = hub
            .why("oak", user, Some(class), Reader::Administrator, &Scope::All, &now)
            .await
            .unwrap();
        let Answer::One(report) = answer else { panic!("{user} in {class}: {answer:?}") };
        let dated = ["not_yet_begun", "ended_by_date"];
        let follows = [
            "rejected_by_check",
            "held_for_match",
            "never_received",
            "unknown_class",
            "class_rejected_or_held",
        ];
        let expected = expected(*outcome, "enrollment_rejected");
        let duplicate = *outcome == Outcome::Rejected(&checks::DUPLICATE_SOURCED_ID);
        let names = named(&report);
        let agrees = names.contains(&expected)
            || (expected == "member" && names.iter().all(|name| dated.contains(name)))
            || (expected != "member" && names.iter().any(|name| follows.contains(name)));
        assert!(agrees || duplicate, "{user} in {class}, {outcome:?}: {report:#?}");
    }
}
