//! Nights of a district: deliveries planned, applied, repeated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    reason = "a test fails where something is wrong, and says what it skips"
)]

use std::path::Path;

use firstbell_roster::model::{DateTime, Kind};
use firstbell_sandbox::{District, Options, Profile};
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Context, Hub, RunOptions};
use tempfile::TempDir;

fn context() -> Context {
    let now = DateTime::parse("2026-09-15T02:00:00Z").unwrap();
    Context { now, identity: "tester".to_owned(), by: None, reason: String::new() }
}

fn options() -> RunOptions<'static> {
    RunOptions {
        again: false,
        override_identity: None,
        timings: false,
        settings: None,
        rekey: false,
        progress: &|_, _| (),
    }
}

async fn hub(home: &Path) -> Hub {
    let hub = Hub::init(home, None, None).await.unwrap();
    hub.add_district("oak", "Oak USD", &context()).await.unwrap();
    hub
}

async fn sync(hub: &Hub, feed: &Path) -> RunReport {
    let report = hub.sync("oak", feed, &options(), &context()).await.unwrap();
    for (kind, outcomes) in &report.outcomes {
        assert!(outcomes.add_up(), "{kind}: {outcomes:?}");
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nights_of_a_district() {
    let folder = TempDir::new().unwrap();
    let district = District::new(Profile::demo(1)).unwrap();
    let (one, two) = (folder.path().join("day1"), folder.path().join("day2"));
    let first = district.write_day(1, &one, Options::default()).unwrap();
    let second = district.write_day(2, &two, Options::default()).unwrap();
    let hub = hub(&folder.path().join("home")).await;

    let report = sync(&hub, &one).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    println!("{:#?}", report.outcomes);
    println!("{first:#?}");

    let report = sync(&hub, &one).await;
    assert_eq!((report.status, report.changes), (Status::Unchanged, 0), "{:#?}", report.summary);

    let report = sync(&hub, &two).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    println!("{:#?} {:#?}", report.outcomes, report.departures);
    println!("{second:#?}");
    assert!(report.outcomes[&Kind::User].create > 0);

    let report = sync(&hub, &two).await;
    assert_eq!((report.status, report.changes), (Status::Unchanged, 0), "{:#?}", report.summary);
}
