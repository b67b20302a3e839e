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
use firstbell_sync::access::Scope;
use firstbell_sync::report::Reader;
use firstbell_sync::{Answer, Hub};
use support::bundle::Bundle;
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
    let answer =
        hub.why("oak", "p0-s0", Some(class), Reader::Administrator, &Scope::All, &context(1)).await;
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

/// Sets the class and the person of an enrollment.
fn place(town: &mut Bundle, enrollment: &str, class: &str, user: &str) {
    town.set("enrollments", enrollment, "classSourcedId", class);
    town.set("enrollments", enrollment, "userSourcedId", user);
}

/// The reasons of the changes of enrollments on the night after a town of three classes, where `c-s0`
/// has `p0-s0` and `d-s0` has `p1-s0`.
async fn of_enrollments(change: impl FnOnce(&mut Bundle)) -> Vec<(String, u64)> {
    let (folder, hub, mut town) = town().await;
    for (class, student) in [("c-s0", "p0-s0"), ("d-s0", "p1-s0")] {
        town.class(class, "s0").enroll(class, "t-s0", "teacher").enroll(class, student, "student");
    }
    sync(&hub, folder.path(), &town, 1).await;
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 2).await;
    let of_enrollments = report.summary.iter().filter(|one| one.kind == Kind::Enrollment);
    of_enrollments.map(|one| (one.reason.clone(), one.count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_a_place_under_anothers_enrollment_id_has_not_moved() {
    let exchanged_ids = of_enrollments(|town| {
        place(town, "c-s0_p0-s0", "d-s0", "p1-s0");
        place(town, "d-s0_p1-s0", "c-s0", "p0-s0");
    });
    assert_eq!(exchanged_ids.await, [("updated_because_id_reissued".to_owned(), 2)]);
    let exchanged_classes = of_enrollments(|town| {
        place(town, "c-s0_p0-s0", "d-s0", "p0-s0");
        place(town, "d-s0_p1-s0", "c-s0", "p1-s0");
    });
    assert_eq!(exchanged_classes.await, [("moved_to_another_class".to_owned(), 2)]);
    let into_a_place_left = of_enrollments(|town| {
        place(town, "c-s0_p0-s0", "d-s0", "p2-s0");
        town.remove("enrollments", "d-s0_p1-s0");
    });
    let into_a_place_left = into_a_place_left.await;
    assert!(
        into_a_place_left.contains(&("moved_to_another_class".to_owned(), 1)),
        "{into_a_place_left:?}"
    );
}
