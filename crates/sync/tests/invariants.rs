//! The invariants, over random districts, nights and undos.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_roster::model::DateTime;
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Context, Hub, RunOptions};
use proptest::prelude::*;
use support::district::{self, Edit, Town};
use tempfile::TempDir;

fn context(night: i64) -> Context {
    let now = DateTime::parse("2026-09-15T02:00:00Z").unwrap();
    let now = DateTime(now.0 + night * 86_400_000_000);
    Context {
        now,
        identity: "tester".to_owned(),
        by: Some("Tester".to_owned()),
        reason: "test".to_owned(),
    }
}

fn options(rekey: bool) -> RunOptions<'static> {
    RunOptions {
        again: true,
        override_identity: Some("test".to_owned()),
        timings: false,
        settings: None,
        rekey,
        progress: &|_, _| (),
    }
}

/// The lines of each file of an export.
type Facts = BTreeMap<String, Vec<String>>;

/// The facts of the roster as of an operation, file by file.
async fn facts(hub: &Hub, folder: &Path, as_of: Option<i64>) -> Facts {
    let out = folder.join("export");
    let _ = std::fs::remove_dir_all(&out);
    hub.export("oak", "oneroster-1.2", &out, as_of).await.unwrap();
    let mut facts = BTreeMap::new();
    for entry in std::fs::read_dir(&out).unwrap() {
        let path = entry.unwrap().path();
        let mut lines: Vec<_> =
            std::fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        facts.insert(path.file_name().unwrap().to_string_lossy().into_owned(), lines);
    }
    facts
}

fn adds_up(report: &RunReport) {
    for (kind, outcomes) in &report.outcomes {
        assert!(outcomes.add_up(), "{kind}: {outcomes:?}");
    }
}

/// Applies a delivery, approving what a guard holds; returns the operations, oldest first.
async fn night(hub: &Hub, feed: &Path, number: i64, rekey: bool) -> Vec<i64> {
    let report = hub.sync("oak", feed, &options(rekey), &context(number)).await.unwrap();
    adds_up(&report);
    match report.status {
        Status::Applied => report.operation.into_iter().collect(),
        Status::Unchanged => Vec::new(),
        Status::Held => {
            let approved = hub.approve("oak", report.plan, &context(number)).await.unwrap();
            assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
            adds_up(&approved);
            report.operation.into_iter().chain(approved.operation).collect()
        }
        Status::Planned | Status::Refused => panic!("{:?} {:?}", report.status, report.notes),
    }
}

async fn nights(
    edits: &[Vec<Edit>],
    undo: &[bool],
    [keep_back, roles_apart, rekey, mapped]: [bool; 4],
) {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("home");
    let hub = Hub::init(&home, None, None).await.unwrap();
    hub.add_district("oak", "Oak USD", &context(0)).await.unwrap();
    let on_hold = if keep_back { "on_hold = \"keep_back\"" } else { "" };
    let mapped = if mapped { district::MAPPED } else { "" };
    let settings = format!("{on_hold}\n[scope]\n{mapped}");
    hub.save_settings("oak", &settings, &context(0)).await.unwrap();
    let mut town = Town::default();
    town.roles_apart = roles_apart;
    let mut seen: BTreeMap<i64, Facts> = BTreeMap::new();
    let feed = folder.path().join("feed");
    for (number, edits) in (1i64..).zip(edits) {
        for edit in edits {
            town.edit(*edit);
        }
        town.write(&feed);
        let before = facts(&hub, folder.path(), None).await;
        let applied = night(&hub, &feed, number, rekey).await;
        seen.extend(applied.last().copied().zip(Some(facts(&hub, folder.path(), None).await)));
        let again = hub.plan("oak", &feed, &options(rekey), &context(number)).await.unwrap();
        let guard = &again.guard.reasons;
        assert_eq!(
            again.changes, 0,
            "planning again changes nothing: {:?} {guard:?}",
            again.summary
        );
        let image = home.join("districts/oak/image");
        let with = hub.plan("oak", &feed, &options(rekey), &context(number)).await.unwrap();
        std::fs::remove_file(&image).ok();
        let without = hub.plan("oak", &feed, &options(rekey), &context(number)).await.unwrap();
        let (summary, more) = (&with.summary, &without.summary);
        assert_eq!(
            with.digest, without.digest,
            "the image makes no difference: {summary:?} {more:?}"
        );
        let undoes = undo.get(usize::try_from(number).unwrap() % undo.len()) == Some(&true);
        if undoes && let Some(operation) = applied.last().copied() {
            for operation in applied.iter().rev() {
                let report = hub.undo("oak", Some(*operation), &context(number)).await.unwrap();
                // Of an operation without changes there is nothing to take back.
                let whole = format!("operation {operation} is taken back");
                let (notes, left) = (&report.notes, &report.conflicts);
                let is_whole = notes.contains(&whole);
                assert_eq!(is_whole, report.status == Status::Applied, "{notes:?} {left:?}");
                seen.extend(report.operation.zip(Some(facts(&hub, folder.path(), None).await)));
            }
            assert_eq!(facts(&hub, folder.path(), None).await, before, "undo restores the facts");
            let with = hub.plan("oak", &feed, &options(rekey), &context(number)).await.unwrap();
            assert!(
                with.changes > 0 || before == facts(&hub, folder.path(), Some(operation)).await
            );
        }
    }
    assert_eq!(hub.verify("oak").await.unwrap().broken, None);
    for (operation, then) in seen {
        let past = facts(&hub, folder.path(), Some(operation)).await;
        assert_eq!(past, then, "the roster as of operation {operation}");
    }
    hub.close().await;
}

proptest! {
    #![proptest_config(support::random(24, 7, 40))]

    #[test]
    fn nights_add_up_repeat_as_nothing_and_undo(
        edits in prop::collection::vec(prop::collection::vec(any::<Edit>(), 1..12), 1..5),
        undo in prop::collection::vec(any::<bool>(), 1..4),
        keep_back in any::<bool>(),
        roles_apart in any::<bool>(),
        mapped in any::<bool>(),
        rekey in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(nights(&edits, &undo, [keep_back, roles_apart, rekey, mapped]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_parts_of_a_night_are_taken_back() {
    let edit = |what, who, how| Edit { what, who, how };
    let edits = [vec![edit(2, 0, 0)], vec![edit(14, 2, 0), edit(3, 4, 4)]];
    Box::pin(nights(&edits, &[true, false], [true, true, false, false])).await;
}
