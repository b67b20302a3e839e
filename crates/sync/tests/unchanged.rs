//! Records that did not change are not read again, and nobody can tell from the result.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_roster::model::image::{self, Contents, Part};
use firstbell_roster::model::{DateTime, Kind};
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Context, Hub, RunOptions};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support::district::{Edit, Town};
use tempfile::TempDir;

fn context(night: i64) -> Context {
    let now = DateTime::parse("2026-09-15T02:00:00Z").unwrap();
    let now = DateTime(now.0 + night * 86_400_000_000);
    Context { now, identity: "tester".to_owned(), by: None, reason: String::new() }
}

fn options() -> RunOptions<'static> {
    RunOptions {
        again: true,
        override_identity: Some("test".to_owned()),
        timings: false,
        settings: None,
        rekey: false,
        progress: &|_, _| (),
    }
}

/// Makes every record be read again; returns how many would not have been.
fn distrust_all(home: &Path) -> usize {
    let path = home.join("districts/oak/image");
    let Ok(bytes) = std::fs::read(&path) else { return 0 };
    let stamp = image::whole(bytes.clone()).unwrap().unwrap();
    let mut kinds = image::read(bytes, stamp).unwrap().unwrap();
    let trusted = kinds.iter().flat_map(|list| &list.raws).filter(|raw| **raw != 0).count();
    let mut parts = BTreeMap::new();
    for (kind, list) in Kind::FACTS.into_iter().zip(&mut kinds) {
        parts.insert(kind, Part { ordinals: list.ordinals().collect() });
        list.raws.fill(0);
    }
    let contents = Contents {
        kinds: &kinds,
        parts: &parts,
        identifiers: &[],
        id: &|kind, one| kinds[kind as usize].id(one),
        person: &|one| kinds[Kind::User as usize].person(one),
        tag: &|kind, one| kinds[kind as usize].tag(one),
        trusted: &|_, _| true,
    };
    let mut written = Vec::new();
    image::write(&mut written, stamp, &contents).unwrap();
    std::fs::write(&path, written).unwrap();
    trusted
}

/// What a person or an operation could see of a run.
fn seen(report: &RunReport) -> String {
    let RunReport { status, digest, findings, outcomes, departures, summary, guard, about, .. } =
        report;
    format!(
        "{status:?} {digest}\n{findings:#?}\n{outcomes:#?}\n{departures:#?}\n{summary:#?}\n{guard:#?}\n{about:#?}"
    )
}

/// Damages a line of a file in one of several ways.
fn damage(feed: &Path, (file, line, how): (u8, u8, u8)) {
    let path = feed.join(["users.csv", "enrollments.csv", "classes.csv"][usize::from(file % 3)]);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = 1 + usize::from(line) % (lines.len() - 1).max(1);
    let Some(old) = lines.get(at).cloned() else { return };
    match how % 12 {
        0 => lines.insert(at, old),
        1 => lines.push(old),
        2 => lines.swap(1, at),
        3 => lines[at] = old.to_uppercase(),
        4 => lines.push(old.to_uppercase()),
        5 => lines[at] = format!("{old},extra"),
        6 => lines[at] = old.replacen(',', ",\"", 1),
        7 => lines[at] = old.replacen(",,,", ",active,2026-01-01T00:00:00Z,", 1),
        8 => lines[at] = format!("\"{}", old.replacen(',', "\"\n,", 1)),
        9 => lines[at] = old.replace("{SIS:", "{SIS:1"),
        10 => lines.insert(at, String::new()),
        _ => lines[at] = old.replacen(',', " ,", 1),
    }
    let end = if how % 5 == 0 { "" } else { "\n" };
    std::fs::write(&path, lines.join("\n") + end).unwrap();
}

/// Gives each enrollment a school, so that there is nothing to say about it.
fn name_schools(feed: &Path) {
    let path = feed.join("enrollments.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace(",,u", ",s0,u")).unwrap();
}

async fn nights(edits: &[Vec<Edit>], damages: &[Vec<(u8, u8, u8)>]) -> usize {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("home");
    let hub = Hub::init(&home, None, None).await.unwrap();
    hub.add_district("oak", "Oak USD", &context(0)).await.unwrap();
    let (mut town, feed, mut trusted) = (Town::default(), folder.path().join("feed"), 0);
    for (number, edits) in (1i64..).zip(edits) {
        for edit in edits {
            town.edit(*edit);
        }
        town.write(&feed);
        name_schools(&feed);
        let night = usize::try_from(number).unwrap() - 1;
        for one in damages.get(night).into_iter().flatten() {
            damage(&feed, *one);
        }
        let quick = hub.plan("oak", &feed, &options(), &context(number)).await.unwrap();
        let image = home.join("districts/oak/image");
        let kept = std::fs::read(&image).ok();
        trusted += distrust_all(&home);
        let full = hub.plan("oak", &feed, &options(), &context(number)).await.unwrap();
        assert_alike(&seen(&quick), &seen(&full));
        if let Some(kept) = kept {
            std::fs::write(&image, kept).unwrap();
        }
        let report = hub.sync("oak", &feed, &options(), &context(number)).await.unwrap();
        if report.status == Status::Held {
            hub.approve("oak", report.plan, &context(number)).await.unwrap();
        }
    }
    hub.close().await;
    trusted
}

fn assert_alike(quick: &str, full: &str) {
    let differs = quick.lines().zip(full.lines()).find(|(one, other)| one != other);
    assert!(quick == full, "reading everything makes a difference: {differs:?}");
}

fn run(edits: &[Vec<Edit>], damages: &[Vec<(u8, u8, u8)>]) -> usize {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(nights(edits, damages))
}

#[test]
fn records_that_did_not_change_are_not_read_again() {
    let users_and_enrollments = 5 + 6;
    assert_eq!(run(&[vec![], vec![]], &[]), users_and_enrollments);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(7), max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn reading_everything_again_makes_no_difference(
        edits in prop::collection::vec(prop::collection::vec(any::<Edit>(), 0..4), 3..6),
        damages in prop::collection::vec(prop::collection::vec(any::<(u8, u8, u8)>(), 0..4), 0..6),
    ) {
        run(&edits, &damages);
    }
}
