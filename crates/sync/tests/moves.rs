//! What is told of who moves, and of who only seems to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::report::Reader;
use firstbell_sync::{Answer, Hub};
use support::{context, sync, town};

#[tokio::test(flavor = "multi_thread")]
async fn who_belongs_to_one_school_more_has_not_moved() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "orgSourcedIds", "s1,s0");
    town.set("users", "p1-s0", "orgSourcedIds", "s1");
    let report = sync(&hub, folder.path(), &town, 1).await;
    let count = |reason: &str| -> u64 {
        let of_users = report.summary.iter().filter(|one| one.kind == Kind::User);
        of_users.filter(|one| one.reason == reason).map(|one| one.count).sum()
    };
    let moved = count("moved_to_another_school");
    assert_eq!((moved, count("updated_because_changed_in_delivery")), (1, 1));
}

/// What `why` says of what was received of somebody's place in a class.
async fn received(hub: &Hub, class: &str) -> (String, String) {
    let answer = hub.why("oak", "p0-s0", Some(class), Reader::Administrator, &context(1)).await;
    let Answer::One(report) = answer.unwrap() else { panic!("several") };
    let mut steps = report.steps.iter().filter(|step| step.step == "received");
    let step = steps.find(|step| step.sentence.contains("enrollment")).unwrap();
    (report.cause.clone(), step.sentence.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrollment_that_goes_on_in_another_class_is_told_in_both() {
    let (folder, hub, mut town) = town().await;
    town.set("enrollments", "a-s0_p0-s0", "classSourcedId", "b-s0");
    town.remove("enrollments", "b-s0_p0-s0");
    sync(&hub, folder.path(), &town, 1).await;
    let has = |sentence: &str| sentence.starts_with("Delivery 2 of ");
    let lacks = |sentence: &str| sentence.starts_with("enrollments.csv of delivery 2 of ");
    let (cause, left) = received(&hub, "a-s0").await;
    assert!(cause == "ended_by_delivery" && lacks(&left), "{cause}: {left}");
    let (cause, entered) = received(&hub, "b-s0").await;
    assert!(cause == "member" && has(&entered), "{cause}: {entered}");

    hub.undo("oak", None, &context(1)).await.unwrap();
    let (cause, back) = received(&hub, "a-s0").await;
    assert!(cause == "member" && lacks(&back), "{cause}: {back}");
}
