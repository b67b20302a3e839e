//! Files that nobody here wrote go through check, plan and sync; what is found in them stands
//! as reviewed snapshots.
//!
//! They are read from `shared/data` beside the repository, or from `FIRSTBELL_SHARED_DATA`.

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

use std::fmt::Write;
use std::path::{Path, PathBuf};

use firstbell_roster::model::{Date, Settings};
use firstbell_sync::RunOptions;
use firstbell_sync::check::check;
use firstbell_sync::report::{RunReport, Status};
use support::{context, hub, options, outcomes};
use tempfile::TempDir;

/// The folder of third-party files, if it is here.
#[expect(clippy::disallowed_methods, reason = "where the files are is said by the environment")]
fn data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder =
        std::env::var("FIRSTBELL_SHARED_DATA").map_or(beside, PathBuf::from).join("oneroster");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the third-party files are not here");
    None
}

/// The night of these tests, after the newest of the files was made.
const NIGHT: i64 = 80;

fn day() -> Date {
    support::day().plus_days(NIGHT)
}

fn findings(feed: &Path) -> String {
    let mut text = String::new();
    match check(feed, &Settings::default(), day(), &|_, _| ()) {
        Err(error) => writeln!(text, "error: {error}").unwrap(),
        Ok(report) => {
            let about = &report.about;
            writeln!(
                text,
                "{}, {} schools, {} students, {} others, {} classes",
                about.format, about.school_count, about.students, about.others, about.classes
            )
            .unwrap();
            for finding in report.findings {
                let first = &finding.examples[0];
                writeln!(
                    text,
                    "{:?} {} x{} ({} students), first {}:{} {}",
                    finding.severity,
                    finding.code,
                    finding.count,
                    finding.students_affected,
                    first.file,
                    first.line,
                    first.field
                )
                .unwrap();
            }
        }
    }
    text
}

fn run(report: &RunReport) -> String {
    let mut text = format!("{:?}\n", report.status);
    for kind in report.outcomes.keys() {
        assert!(report.outcomes[kind].add_up());
        writeln!(text, "{kind}: {}", outcomes(report, *kind)).unwrap();
    }
    for (kind, gone) in report.departures.iter().filter(|(_, gone)| gone.ended + gone.held > 0) {
        writeln!(text, "{kind} departed: {} ended, {} held", gone.ended, gone.held).unwrap();
    }
    for reason in &report.guard.reasons {
        writeln!(text, "hold: {}", reason.message).unwrap();
    }
    text
}

/// Checks, plans and syncs a delivery, then syncs it again, which changes nothing.
async fn whole_way(feed: &Path) -> String {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut text = findings(feed);
    let plan = hub.plan("oak", feed, &options(), &context(NIGHT)).await.unwrap();
    assert!(matches!(plan.status, Status::Planned), "{:?}", plan.guard);
    let report = hub.sync("oak", feed, &options(), &context(NIGHT)).await.unwrap();
    assert_eq!(plan.digest, report.digest);
    text.push_str(&run(&report));
    let again = hub.sync("oak", feed, &options(), &context(NIGHT + 1)).await.unwrap();
    assert_eq!((again.status, again.changes), (Status::Unchanged, 0), "{:?}", again.summary);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn classlinks_sandbox() {
    let Some(data) = data() else { return };
    insta::assert_snapshot!(whole_way(&data.join("classlink-sandbox-1.1")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn grand_bend_in_1_1() {
    let Some(data) = data() else { return };
    insta::assert_snapshot!(whole_way(&data.join("grand-bend-1.1")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn grand_bend_in_1_0() {
    let Some(data) = data() else { return };
    insta::assert_snapshot!(whole_way(&data.join("grand-bend-1.0")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_english_and_the_japanese_twin() {
    let Some(data) = data() else { return };
    let english = whole_way(&data.join("roster-hub-en-1.1")).await;
    assert_eq!(english, whole_way(&data.join("roster-hub-ja-1.1")).await);
    // Beside the files stands a zip of them.
    let files: Vec<_> = english.lines().filter(|line| !line.contains("nested_zip")).collect();
    let zip = whole_way(&data.join("roster-hub-en-1.1/oneroster.zip")).await;
    assert_eq!(files, zip.lines().collect::<Vec<_>>());
    insta::assert_snapshot!(english);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_generated_district() {
    let Some(data) = data() else { return };
    insta::assert_snapshot!(whole_way(&data.join("generated-large-1.1.zip")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_of_snapshots() {
    let Some(data) = data() else { return };
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let steps = data.join("steps-1.1");
    let mut text = findings(&steps.join("Step0"));
    let names =
        ["Step0", "Step1-UpdateCourse", "Step2-AddCourse", "Step3-DeleteCourse", "Step4-AddClass"];
    for (night, name) in (0i64..).zip(names) {
        // The third step is the same as the first but for what came between.
        let options = RunOptions { again: true, ..options() };
        let report =
            hub.sync("oak", &steps.join(name), &options, &context(NIGHT + night)).await.unwrap();
        writeln!(text, "--- {name}: {}", run(&report)).unwrap();
    }
    insta::assert_snapshot!(text);
}
