//! Who loses sign-in by `enabledUser` counts with those who are deactivated.

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

use firstbell_sync::Hub;
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, hub, sync, trips};
use tempfile::TempDir;

async fn applied(town: &Bundle) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    assert_eq!(sync(&hub, folder.path(), town, 0).await.status, Status::Applied);
    (folder, hub)
}

fn set(town: &mut Bundle, from: usize, to: usize, enabled: &str) {
    for number in from..to {
        town.set("users", &format!("p{number}-s0"), "enabledUser", enabled);
    }
}

fn messages(report: &RunReport) -> Vec<&str> {
    report.guard.reasons.iter().map(|reason| reason.message.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_lets_nobody_sign_in_waits() {
    let mut town = Bundle::town(30);
    let (folder, hub) = applied(&town).await;
    for row in town.files.get_mut("users").unwrap().iter_mut().skip(1) {
        "false".clone_into(&mut row[3]);
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.changes), (Status::Held, 62));
    assert_eq!(trips(&report), ["people_deactivated", "people_deactivated_in_district"]);
    assert_eq!(
        messages(&report)[0],
        "31 of 31 people of School s0 would be deactivated, or lose their role there or their \
         sign-in (100%; the limit is 5% or 10, whichever is more); 31 would lose their sign-in now"
    );
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!(approved.status, Status::Applied);
    let undone = hub.undo("oak", None, &context(2)).await.unwrap();
    assert_eq!(trips(&undone), [""; 0], "who gets it back loses nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_and_those_who_never_could_pass() {
    let mut town = Bundle::town(30);
    set(&mut town, 0, 12, "false");
    set(&mut town, 12, 20, "");
    let (folder, hub) = applied(&town).await;
    // Of those who could, ten may not; a value that is missing keeps nobody out.
    set(&mut town, 18, 28, "FALSE");
    set(&mut town, 0, 3, "");
    set(&mut town, 28, 30, "");
    for number in 0..20 {
        town.set("users", &format!("p{number}-s0"), "givenName", "Other");
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_is_not_taken_bit_by_bit() {
    let mut town = Bundle::town(200);
    let (folder, hub) = applied(&town).await;
    set(&mut town, 0, 8, "false");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    let mut back = town.clone();
    set(&mut back, 0, 8, "true");
    back.set("users", "p100-s0", "givenName", "Other");
    set(&mut town, 8, 16, "false");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["people_deactivated"]));
    assert_eq!(
        messages(&report)[0],
        "16 of 201 people of School s0 would be deactivated, or lose their role there or their \
         sign-in, counted since the last roster that a person approved (8%; the limit is 5% or \
         10, whichever is more); 8 would lose their sign-in now"
    );
    assert_eq!(sync(&hub, folder.path(), &back, 3).await.status, Status::Applied);
    set(&mut back, 8, 16, "false");
    let report = sync(&hub, folder.path(), &back, 4).await;
    assert_eq!(report.status, Status::Applied, "who got it back is not lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn leavers_and_those_without_sign_in_add_up_and_are_kept_back() {
    let mut town = Bundle::town(60);
    town.roles_apart();
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    set(&mut town, 0, 6, "false");
    for number in 6..12 {
        town.leave(&format!("p{number}-s0")).remove("roles", &format!("r-p{number}-s0"));
    }
    // Who loses the role as well counts once.
    town.remove("roles", "r-p0-s0");
    town.set("users", "p20-s0", "givenName", "Other");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((trips(&report), report.operation), (vec!["people_deactivated"], Some(2)));
    assert!(messages(&report)[0].starts_with("12 of 61 people"), "{:?}", messages(&report));
    let done = hub.log("oak", 1).await.unwrap().remove(0).counts;
    assert_eq!(done.into_iter().collect::<Vec<_>>(), [("users.update".to_owned(), 1)]);
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_takes_sign_in_says_so() {
    let mut town = Bundle::town(30);
    set(&mut town, 0, 30, "false");
    let (folder, hub) = applied(&town).await;
    set(&mut town, 0, 30, "true");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    let undone = hub.undo_preview("oak", None, &context(2)).await.unwrap();
    assert_eq!(trips(&undone), ["people_deactivated"]);
}
