//! Deliveries that change nothing count as the last one, as those do that were applied.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::report::Status;
use firstbell_sync::{Hub, RunOptions};
use support::bundle::Bundle;
use support::{context, options, sync, town, trips};
use tempfile::TempDir;

/// Changes of users that change nothing, for a town.
fn quiet_changes() -> Bundle {
    let mut delta = Bundle::default();
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "active").users_delta();
    delta
}

/// A file of changes without a record.
fn no_changes() -> Bundle {
    let mut delta = quiet_changes();
    delta.remove("users", "p0-s0");
    delta
}

/// A town of which all users were changed last on a day of August.
fn dated(town: &Bundle, day: u32) -> Bundle {
    let mut town = town.clone();
    let users: Vec<_> = town.files["users"].iter().skip(1).map(|row| row[0].clone()).collect();
    for user in users {
        let instant = format!("2026-08-{day:02}T00:00:00Z");
        town.set("users", &user, "dateLastModified", &instant);
    }
    town
}

/// A town without three of its students.
fn fewer(town: &Bundle) -> Bundle {
    let mut town = town.clone();
    town.leave("p0-s0").leave("p1-s0").leave("p2-s0");
    town
}

/// Feeds a delivery that changes nothing.
async fn quiet(hub: &Hub, folder: &TempDir, bundle: &Bundle, night: i64) {
    let report = sync(hub, folder.path(), bundle, night).await;
    assert_eq!((report.status, report.changes), (Status::Unchanged, 0), "{:?}", report.guard);
}

/// Feeds a delivery and returns the guards that hold it.
async fn held(hub: &Hub, folder: &TempDir, bundle: &Bundle, night: i64) -> Vec<String> {
    let report = sync(hub, folder.path(), bundle, night).await;
    assert_eq!(report.status == Status::Held, !report.guard.reasons.is_empty());
    trips(&report).into_iter().map(str::to_owned).collect()
}

/// Plans a delivery and leaves it at that.
async fn planned(hub: &Hub, folder: &TempDir, bundle: &Bundle, night: i64) {
    let feed = folder.path().join("planned");
    bundle.write(&feed);
    let report = hub.plan("oak", &feed, &options(), &context(night)).await.unwrap();
    assert_eq!(report.status, Status::Unchanged, "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_bulk_after_changes_that_change_nothing_is_held_once() {
    for changes in [quiet_changes(), no_changes()] {
        let (folder, hub, town) = town().await;
        quiet(&hub, &folder, &changes, 1).await;
        assert_eq!(held(&hub, &folder, &fewer(&town), 2).await, ["mode_changed"]);
        hub.approve("oak", None, &context(2)).await.unwrap();
        let mut next = fewer(&town);
        next.leave("p3-s0");
        assert_eq!(held(&hub, &folder, &next, 3).await, [""; 0], "held once");
    }
    let (folder, hub, town) = town().await;
    quiet(&hub, &folder, &quiet_changes(), 1).await;
    quiet(&hub, &folder, &dated(&town, 1), 2).await;
    assert_eq!(held(&hub, &folder, &fewer(&town), 3).await, [""; 0], "a bulk came in between");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_alone_is_no_delivery_that_came_before() {
    let (folder, hub, town) = town().await;
    planned(&hub, &folder, &quiet_changes(), 1).await;
    assert_eq!(held(&hub, &folder, &fewer(&town), 2).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_older_than_one_that_changed_nothing_waits() {
    for (last, expected) in [(5, vec!["older_delivery"]), (2, vec![])] {
        let (folder, hub, town) = town().await;
        quiet(&hub, &folder, &dated(&town, 1), 1).await;
        quiet(&hub, &folder, &dated(&town, last), 2).await;
        let third = fewer(&dated(&town, 3));
        assert_eq!(held(&hub, &folder, &third, 3).await, expected, "after the {last}th");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_without_a_record_forget_no_date_and_no_number() {
    let (folder, hub, town) = town().await;
    let limit = "[guard]\nrows_fallen = { percent = 10.0, count = 5 }\n";
    hub.save_settings("oak", limit, &context(0)).await.unwrap();
    quiet(&hub, &folder, &dated(&town, 5), 1).await;
    quiet(&hub, &folder, &no_changes(), 2).await;
    let older = held(&hub, &folder, &dated(&town, 3), 3).await;
    assert_eq!(older, ["older_delivery"]);
    let mut empty = dated(&town, 6);
    empty.files.get_mut("users").unwrap().truncate(1);
    let empty = held(&hub, &folder, &empty, 4).await;
    assert!(empty.contains(&"file_empty".to_owned()), "{empty:?}");
    let mut fallen = dated(&town, 6);
    fallen.files.get_mut("enrollments").unwrap().truncate(20);
    let fallen = held(&hub, &folder, &fallen, 5).await;
    assert!(fallen.contains(&"rows_fallen".to_owned()), "{fallen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_changed_nothing_comes_again() {
    let (folder, hub, town) = town().await;
    quiet(&hub, &folder, &quiet_changes(), 1).await;
    quiet(&hub, &folder, &quiet_changes(), 2).await;
    let mut changed = quiet_changes();
    changed.set("users", "p0-s0", "givenName", "New");
    assert_eq!(held(&hub, &folder, &changed, 3).await, [""; 0]);
    let repeated = held(&hub, &folder, &quiet_changes(), 4).await;
    assert_eq!(repeated, ["repeated_delivery"], "it would take the new name back");
    assert_eq!(held(&hub, &folder, &changed, 5).await, [""; 0], "the last one again");
    for night in 6..9 {
        quiet(&hub, &folder, &no_changes(), night).await;
        let mut other = quiet_changes();
        other.set("users", "p0-s0", "givenName", &format!("Name {night}"));
        assert_eq!(held(&hub, &folder, &other, night).await, [""; 0]);
    }
    let repeated = held(&hub, &folder, &town, 9).await;
    assert_eq!(repeated, ["repeated_delivery"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_repeated_where_a_newer_one_changed_something() {
    let (folder, hub, town) = town().await;
    quiet(&hub, &folder, &dated(&town, 1), 1).await;
    quiet(&hub, &folder, &town, 2).await;
    let mut changed = dated(&town, 1);
    changed.set("users", "p0-s0", "givenName", "New");
    assert_eq!(held(&hub, &folder, &changed, 2).await, [""; 0]);
    assert_eq!(held(&hub, &folder, &town, 2).await, ["repeated_delivery"]);
    let again = RunOptions { again: true, ..options() };
    let report = hub.sync("oak", &folder.path().join("feed"), &again, &context(3)).await.unwrap();
    assert_eq!(report.status, Status::Applied);
    quiet(&hub, &folder, &town, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_agreed_with_an_undone_delivery_is_undone_too() {
    let (folder, hub, town) = town().await;
    let worse = fewer(&dated(&town, 5));
    assert_eq!(held(&hub, &folder, &worse, 1).await, [""; 0]);
    quiet(&hub, &folder, &worse, 2).await;
    hub.undo("oak", None, &context(3)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 4).await;
    assert_eq!(report.status, Status::Unchanged, "{:?}", report.guard);
    assert_eq!(report.outcomes[&Kind::User].unchanged, report.outcomes[&Kind::User].received);
}
