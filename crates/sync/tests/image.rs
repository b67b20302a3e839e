//! What the next run compares with says what the roster says, whatever the nights before were like.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::path::Path;

use firstbell_roster::model::Kind;
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Hub, RunOptions};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::context;
use support::district::{self, Edit, Town};
use tempfile::TempDir;

/// A hub that keeps back what a limit names.
async fn hub(folder: &TempDir, settings: &str) -> Hub {
    let hub = support::hub(folder.path()).await;
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    hub
}

fn options(rekey: bool) -> RunOptions<'static> {
    RunOptions {
        again: true,
        rekey,
        override_identity: Some("test".to_owned()),
        ..support::options()
    }
}

/// What a person could see of a plan, but the names of files that hang on how much was read.
fn seen(report: &RunReport) -> String {
    let RunReport { status, digest, outcomes, departures, summary, guard, .. } = report;
    format!("{status:?} {digest}\n{outcomes:#?}\n{departures:#?}\n{summary:#?}\n{guard:#?}")
}

/// Plans a delivery with the image and without it.
async fn plan_with_and_without(hub: &Hub, folder: &Path, feed: &Path, night: i64) {
    for rekey in [false, true] {
        plan_twice(hub, folder, feed, night, rekey).await;
    }
}

async fn plan_twice(hub: &Hub, folder: &Path, feed: &Path, night: i64, rekey: bool) {
    let (image, aside) = (folder.join("home/districts/oak/image"), folder.join("aside"));
    let with = hub.plan("oak", feed, &options(rekey), &context(night)).await.unwrap();
    if !image.exists() {
        return;
    }
    std::fs::rename(&image, &aside).unwrap();
    let without = hub.plan("oak", feed, &options(rekey), &context(night)).await.unwrap();
    std::fs::rename(&aside, &image).unwrap();
    pretty_assertions(&seen(&with), &seen(&without));
}

fn pretty_assertions(with: &str, without: &str) {
    let differ = with.lines().zip(without.lines()).filter(|(one, other)| one != other);
    let differ: Vec<_> = differ.take(8).collect();
    assert!(with == without, "the image makes a difference: {differ:#?}\n{with}");
}

/// The image is as it was written, and says what the roster says.
async fn is_proved(hub: &Hub) {
    let lines = hub.doctor(&|_, _| ()).await.unwrap();
    let empty = |sentence: &str| sentence.starts_with("the roster is empty");
    let bad = lines.into_iter().filter(|line| !line.good && !empty(&line.sentence));
    let bad: Vec<_> = bad.collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The bit of a night's choice by which a school waits for the next phase.
const SOUTH_WAITS: u8 = 4;

/// The bit by which one school is two here, and the other has another name.
const MAPPED: u8 = 8;

/// The bit by which ids that look issued anew are taken for the same.
const REKEYS: u8 = 16;

async fn nights(edits: &[Vec<Edit>], choices: &[u8], keep_back: bool, roles_apart: bool) {
    let folder = TempDir::new().unwrap();
    let on_hold = if keep_back { "on_hold = \"keep_back\"" } else { "" };
    let hub = hub(&folder, on_hold).await;
    let mut town = Town::default();
    town.roles_apart = roles_apart;
    let feed = folder.path().join("feed");
    for (night, edits) in (1i64..).zip(edits) {
        for edit in edits {
            town.edit(*edit);
        }
        town.write(&feed);
        let choice = choices[usize::try_from(night).unwrap() % choices.len()];
        let south = if choice & SOUTH_WAITS == 0 { "" } else { "next_phase = [\"s1\"]" };
        let mapped = if choice & MAPPED == 0 { "" } else { district::MAPPED };
        let settings = format!("{on_hold}\n[scope]\n{south}\n{mapped}");
        hub.save_settings("oak", &settings, &context(night)).await.unwrap();
        plan_with_and_without(&hub, folder.path(), &feed, night).await;
        let report =
            hub.sync("oak", &feed, &options(choice & REKEYS != 0), &context(night)).await.unwrap();
        is_proved(&hub).await;
        let choice = choice & !(SOUTH_WAITS | MAPPED | REKEYS);
        if report.status == Status::Held && choice != 0 {
            let approved = hub.approve("oak", None, &context(night)).await.unwrap();
            assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
            is_proved(&hub).await;
        }
        if choice == 1 && report.operation.is_some() {
            hub.undo("oak", None, &context(night)).await.unwrap();
        }
    }
    hub.close().await;
}

proptest! {
    #![proptest_config(support::random(32, 11, 60))]

    #[test]
    fn random_nights_leave_an_image_that_agrees(
        edits in prop::collection::vec(prop::collection::vec(any::<Edit>(), 1..10), 2..6),
        choices in prop::collection::vec(0u8..32, 1..5),
        keep_back in any::<bool>(),
        roles_apart in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(nights(&edits, &choices, keep_back, roles_apart));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_of_the_same_number_in_a_restored_database_is_not_used() {
    let (folder, hub, mut town) = support::town().await;
    let (image, aside) =
        (folder.path().join("home/districts/oak/image"), folder.path().join("aside"));
    hub.close().await;
    let database = folder.path().join("home/districts");
    let backup = folder.path().join("backup");
    copy(&database, &backup);
    let hub = Hub::open(&folder.path().join("home"), None, None, context(1).now).await.unwrap();
    town.set("users", "p0-s0", "givenName", "Other");
    assert_eq!(support::sync(&hub, folder.path(), &town, 1).await.operation, Some(2));
    std::fs::copy(&image, &aside).unwrap();
    hub.close().await;
    std::fs::remove_dir_all(&database).unwrap();
    copy(&backup, &database);
    let hub = Hub::open(&folder.path().join("home"), None, None, context(1).now).await.unwrap();
    town.set("users", "p0-s0", "givenName", "Third").set("users", "p1-s0", "givenName", "Other");
    assert_eq!(support::sync(&hub, folder.path(), &town, 1).await.operation, Some(2));
    std::fs::copy(&aside, &image).unwrap();
    town.set("users", "p0-s0", "givenName", "Other");
    let report = support::sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(report.outcomes[&Kind::User].update, 1, "the name is told to have changed");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollments_that_name_an_old_id_stay_with_the_person_who_goes_on() {
    let (folder, hub, mut town) = support::town().await;
    town.set("users", "p0-s0", "sourcedId", "new");
    let report = support::night(&hub, &folder, &town, 1).await;
    assert_eq!(support::outcomes(&report, Kind::Enrollment), "unchanged 50, held 2");
    is_proved(&hub).await;
    town.remove("users", "new");
    let feed = folder.path().join("feed");
    town.write(&feed);
    plan_with_and_without(&hub, folder.path(), &feed, 2).await;
    let report = support::night(&hub, &folder, &town, 2).await;
    assert_eq!(report.departures[&Kind::Enrollment].ended, 2, "they end with the person");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_enrollment_ends_with_the_class_of_its_row_alone() {
    let (folder, hub, mut town) = support::town().await;
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    support::night(&hub, &folder, &town, 1).await;
    let mut next: Bundle = town.clone();
    next.set("enrollments", "a-s0_p0-s0", "classSourcedId", "c-s0");
    next.remove("classes", "c-s0").remove("enrollments", "c-s0_t-s0");
    let report = support::night(&hub, &folder, &next, 2).await;
    assert_eq!(support::outcomes(&report, Kind::Enrollment), "unchanged 51, held 1");
    assert_eq!(report.departures[&Kind::Enrollment].ended, 1, "of the class that ends");
    town.set("users", "p1-s0", "givenName", "Other");
    let report = support::night(&hub, &folder, &town, 3).await;
    assert_eq!(report.departures[&Kind::Enrollment].ended, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_record_of_a_person_is_judged_by_the_role_of_the_first() {
    let edit = |what, how| Edit { what, who: 10, how };
    let edits = [vec![edit(0, 1), edit(8, 0)], vec![edit(0, 1)]];
    nights(&edits, &[2], false, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_waits_with_its_user_says_the_same_without_the_image() {
    let edit = |what, who, how| Edit { what, who, how };
    let edits = [
        vec![edit(13, 0, 0)],
        vec![edit(13, 0, 5), edit(10, 3, 0)],
        vec![edit(14, 3, 5), edit(7, 4, 5)],
    ];
    nights(&edits, &[0, 3, 3], false, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_schools_the_first_that_is_taken_counts() {
    let folder = TempDir::new().unwrap();
    let hub = hub(&folder, "scope.next_phase = [\"s1\"]").await;
    let mut town = Bundle::town(24);
    for n in 0..12 {
        town.set("users", &format!("p{n}-s0"), "orgSourcedIds", "s1,s0");
    }
    support::night(&hub, &folder, &town, 0).await;
    is_proved(&hub).await;
    let mut next = town.clone();
    for n in 0..12 {
        next.leave(&format!("p{n}-s0"));
    }
    let report = support::sync(&hub, folder.path(), &next, 1).await;
    let people = report.guard.reasons.iter().find(|reason| reason.code == "people_deactivated");
    assert_eq!(people.map(|reason| &*reason.school), Some("School s0"), "{:?}", report.guard);
    hub.save_settings("oak", "", &context(2)).await.unwrap();
    let report = support::night(&hub, &folder, &town, 2).await;
    assert_eq!(report.outcomes[&Kind::User].update, 12, "the school that waited is theirs too");
    is_proved(&hub).await;
    hub.save_settings("oak", "scope.next_phase = [\"s1\"]", &context(3)).await.unwrap();
    support::sync(&hub, folder.path(), &town, 3).await;
    let report = hub.approve("oak", None, &context(3)).await.unwrap();
    assert_eq!(report.departures[&Kind::Org].ended, 1);
    is_proved(&hub).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_has_their_school_again_where_it_comes_back() {
    let edit = |what, who, how| Edit { what, who, how };
    let edits = [vec![edit(0, 11, 1)], vec![edit(0, 5, 0)], vec![edit(0, 1, 0)]];
    nights(&edits, &[5, 0], false, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_a_school_that_waits_stays_at_the_one_that_their_row_names() {
    let edit = |what, who, how| Edit { what, who, how };
    let edits = [
        vec![edit(2, 0, 0)],
        vec![edit(4, 4, 0), edit(7, 0, 5), edit(0, 5, 2)],
        vec![edit(0, 2, 0)],
    ];
    nights(&edits, &[1, 4], true, false).await;
}
