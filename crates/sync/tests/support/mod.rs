//! What tests of this crate share.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod bundle;
pub mod damage;
pub mod district;
pub mod marred;
pub mod on_hold;
pub mod reader;
pub mod told;

use std::path::Path;

use bundle::Bundle;
use firstbell_roster::model::{Date, DateTime, Kind};
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Context, Hub, RunOptions};
use proptest::test_runner::{Config, RngSeed};
use tempfile::TempDir;

/// The context of a night in September 2026, counted from 0.
pub fn context(night: i64) -> Context {
    let now = DateTime::parse("2026-09-15T02:00:00Z").unwrap();
    let now = DateTime(now.0 + night * 86_400_000_000);
    Context {
        now,
        identity: "tester".to_owned(),
        by: Some("Tester".to_owned()),
        reason: "a test".to_owned(),
    }
}

/// The day of the first night.
pub fn day() -> Date {
    Date::parse("2026-09-15").unwrap()
}

/// A run without special wishes.
pub fn options() -> RunOptions<'static> {
    RunOptions {
        again: false,
        override_identity: None,
        timings: false,
        settings: None,
        rekey: false,
        progress: &|_, _| (),
    }
}

/// A hub with one district, `oak`.
pub async fn hub(folder: &Path) -> Hub {
    let hub = Hub::init(&folder.join("home"), None, None).await.unwrap();
    hub.add_district("oak", "Oak USD", &context(0)).await.unwrap();
    hub
}

/// Syncs a bundle and checks that everything adds up.
pub async fn sync(hub: &Hub, folder: &Path, bundle: &Bundle, night: i64) -> RunReport {
    let feed = folder.join("feed");
    bundle.write(&feed);
    let report = hub.sync("oak", &feed, &options(), &context(night)).await.unwrap();
    for (kind, outcomes) in &report.outcomes {
        assert!(outcomes.add_up(), "{kind}: {outcomes:?}");
    }
    report
}

/// The codes of the guards that hold a plan.
pub fn trips(report: &RunReport) -> Vec<&str> {
    let mut codes: Vec<_> =
        report.guard.reasons.iter().map(|reason| reason.code.as_str()).collect();
    codes.dedup();
    codes
}

/// How often a check was noticed.
pub fn found(report: &RunReport, code: &str) -> u64 {
    report.findings.iter().filter(|finding| finding.code == code).map(|finding| finding.count).sum()
}

/// The outcomes of a kind that are not zero, in short.
pub fn outcomes(report: &RunReport, kind: Kind) -> String {
    let o = &report.outcomes[&kind];
    let all = [
        ("create", o.create),
        ("update", o.update),
        ("restore", o.restore),
        ("end", o.end),
        ("unchanged", o.unchanged),
        ("ignored", o.ignored),
        ("rejected", o.rejected),
        ("held", o.held),
    ];
    let some =
        all.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name} {count}"));
    some.collect::<Vec<_>>().join(", ")
}

/// A town of twelve students a school that was applied.
pub async fn town() -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = Bundle::town(12);
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    (folder, hub, town)
}

/// The next night, which no guard holds.
pub async fn night(hub: &Hub, folder: &TempDir, town: &Bundle, night: i64) -> RunReport {
    let report = sync(hub, folder.path(), town, night).await;
    assert_ne!(report.status, Status::Held, "{:?}", report.guard);
    report
}

/// How many random districts a test tries: a few, the same each time; or as many as
/// `FIRSTBELL_CASES` says, others each time.
#[expect(clippy::disallowed_methods, reason = "how long the test takes is said by the environment")]
pub fn random(few: u32, seed: u64, max_shrink_iters: u32) -> Config {
    let asked = std::env::var("FIRSTBELL_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(seed) };
    let cases = asked.unwrap_or(few);
    Config { cases, rng_seed, max_shrink_iters, ..Config::default() }
}
