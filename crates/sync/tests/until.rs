//! What was approved until a day: the same changes pass when they come back, also beside others.

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

use std::path::Path;

use firstbell_roster::model::{Date, Kind};
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Approving, Hub, HubError, RunOptions};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::district::{Edit, Town};
use support::on_hold::{STRICT, approve, changes, counts, facts, held, like, on_hold};
use support::{context, hub, options, sync};
use tempfile::TempDir;

/// A town whose two students of each school were approved to leave until 20 September, and who came
/// back.
async fn left_and_back() -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let whole = Bundle::town(12);
    sync(&hub, folder.path(), &whole, 0).await;
    let mut town = Bundle::town(12);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
    let until = Some(Date::parse("2026-09-20").unwrap());
    approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
    let meant = RunOptions { again: true, ..options() };
    whole.write(&folder.path().join("feed"));
    hub.sync("oak", &folder.path().join("feed"), &meant, &context(2)).await.unwrap();
    (folder, hub, town)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_lets_the_same_changes_pass_until_it_expires() {
    for (night, expected) in [(3, Status::Applied), (9, Status::Held)] {
        let (folder, hub, town) = left_and_back().await;
        let meant = RunOptions { again: true, ..options() };
        town.write(&folder.path().join("feed"));
        let feed = folder.path().join("feed");
        let report = hub.sync("oak", &feed, &meant, &context(night)).await.unwrap();
        assert_eq!(report.status, expected, "{:?} {:?}", report.notes, report.guard);
        if expected == Status::Applied {
            assert_eq!(report.notes, ["the same changes were approved with plan 2 by Tester"]);
            assert!(
                report.outcomes[&Kind::User].held == 0 && report.outcomes[&Kind::User].add_up()
            );
        }
    }
    let (folder, hub, mut town) = left_and_back().await;
    town.leave("p3-s0");
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "other changes wait");
    let until = Some(Date::parse("2026-09-15").unwrap());
    let late = Approving { until, ..Approving::default() };
    let refused = hub.approve_part("oak", &late, &context(3)).await;
    assert!(matches!(refused, Err(HubError::Past(_))), "that day is past: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_what_was_approved_takes_the_approval_back() {
    let (folder, hub, town, _) = held(|_| ()).await;
    let until = Some(Date::parse("2026-09-20").unwrap());
    approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
    hub.undo("oak", None, &context(2)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "{:?}", report.notes);
}

/// Syncs what is meant, though it came before.
async fn again(hub: &Hub, folder: &Path, town: &Bundle, night: i64) -> RunReport {
    let feed = folder.join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, ..options() };
    hub.sync("oak", &feed, &meant, &context(night)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_changes_pass_beside_others_that_no_limit_holds() {
    let (folder, hub, mut town) = left_and_back().await;
    // What is kept of it outlasts the program.
    hub.close().await;
    let hub = Hub::open(&folder.path().join("home"), None, None, context(3).now).await.unwrap();
    town.user("new-s0", "student", "s0").enroll("a-s0", "new-s0", "student");
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!((report.status, report.changes), (Status::Applied, 2), "{:?}", report.guard);
    assert_eq!(
        report.notes,
        ["12 changes were approved with plan 2 by Tester; operation 4 applied that"]
    );
    let log = hub.log("oak", 2).await.unwrap();
    let of = |at: usize| (log[at].operation, log[at].counts.clone());
    assert_eq!(of(0), (5, counts([("enrollments.create", 1), ("users.create", 1)])));
    assert_eq!(of(1), (4, counts([("enrollments.end", 8), ("users.end", 4)])));
    assert_eq!(log[1].note, "a test; 12 changes were approved with plan 2 by Tester");
    assert_eq!(again(&hub, folder.path(), &town, 4).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_changes_wait_with_others_that_a_limit_holds_or_go_before_them() {
    for (kept_back, done) in [(false, 3), (true, 4)] {
        let (folder, hub, mut town) = left_and_back().await;
        if kept_back {
            let settings = format!("on_hold = \"keep_back\"\n{STRICT}");
            hub.save_settings("oak", &settings, &context(2)).await.unwrap();
        }
        town.leave("p3-s0").user("new-s1", "student", "s1");
        let planned = {
            town.write(&folder.path().join("feed"));
            let meant = RunOptions { again: true, ..options() };
            hub.plan("oak", &folder.path().join("feed"), &meant, &context(3)).await.unwrap()
        };
        assert!(planned.notes[0].ends_with("; a sync applies those, and judges the others alone"));
        let report = again(&hub, folder.path(), &town, 3).await;
        let log = hub.log("oak", 9).await.unwrap();
        if kept_back {
            assert_eq!(report.status, Status::Held);
            assert_eq!(log[1].counts, counts([("enrollments.end", 8), ("users.end", 4)]));
            assert_eq!(log[0].counts, counts([("users.create", 1)]));
            assert_eq!(changes(&hub, report.plan.unwrap()).await.len(), 3, "who leaves waits");
        } else {
            assert_eq!((report.status, report.changes, log.len()), (Status::Held, 16, done));
            let told = "12 changes were approved with plan 2 by Tester; they wait with the others, which a limit holds by themselves";
            assert!(report.notes.iter().any(|note| note == told), "{:?}", report.notes);
        }
        let left = hub.approve("oak", report.plan, &context(3)).await.unwrap();
        assert_eq!(left.status, Status::Applied);
        assert_eq!(again(&hub, folder.path(), &town, 4).await.status, Status::Unchanged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_values_under_the_same_change_are_another_change() {
    for (value, passes) in [("Other", true), ("Another", false)] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
        let (whole, mut town) = (Bundle::town(12), Bundle::town(12));
        sync(&hub, folder.path(), &whole, 0).await;
        town.set("users", "p2-s0", "familyName", "Other");
        assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
        let until = Some(Date::parse("2026-09-20").unwrap());
        approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
        if again(&hub, folder.path(), &whole, 2).await.status == Status::Held {
            hub.approve("oak", None, &context(2)).await.unwrap();
        }
        town.set("users", "p2-s0", "familyName", value).user("new-s0", "student", "s0");
        let report = again(&hub, folder.path(), &town, 3).await;
        let expected = if passes { Status::Applied } else { Status::Held };
        assert_eq!(report.status, expected, "{value}: {:?} {:?}", report.notes, report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_the_delivery_as_a_whole_is_in_no_approval_of_changes() {
    let (folder, hub, mut town) = left_and_back().await;
    town.user("new-s0", "student", "s0").files.remove("courses");
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held);
    assert_eq!(hub.log("oak", 9).await.unwrap().len(), 3, "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_approved_until_a_day_passes_as_a_part() {
    let (folder, hub, town) = on_hold().await;
    let until = Some(Date::parse("2026-09-20").unwrap());
    let part = Approving { until, ..like("school=s1") };
    approve(&hub, &part).await.unwrap();
    hub.drop_hold("oak", None, &context(1)).await.unwrap();
    let mut whole = Bundle::town(12);
    assert_eq!(again(&hub, folder.path(), &whole, 2).await.status, Status::Applied);
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "the others were not approved: {:?}", report.notes);
    whole.leave("p0-s1").leave("p1-s1").user("new-s1", "student", "s1");
    let report = again(&hub, folder.path(), &whole, 3).await;
    assert_eq!(report.status, Status::Applied, "{:?} {:?}", report.notes, report.guard);
    assert!(
        report.notes.iter().any(|note| note.starts_with("6 changes were approved with plan 2"))
    );
    // Who takes back what passed does not want it again.
    let passed = report.operation.unwrap() - 1;
    hub.undo("oak", Some(passed), &context(4)).await.unwrap();
    let report = again(&hub, folder.path(), &whole, 5).await;
    assert_eq!((report.status, report.changes), (Status::Held, 6), "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_with_more_than_was_approved_waits() {
    let (folder, hub, _) = left_and_back().await;
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p0-s0", "student");
    assert_eq!(again(&hub, folder.path(), &town, 3).await.status, Status::Applied);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    let report = again(&hub, folder.path(), &town, 4).await;
    assert_eq!(report.status, Status::Held, "{:?}", report.notes);
    let told = "9 changes were approved with plan 2 by Tester; they wait with the others, which a limit holds by themselves";
    assert!(report.notes.iter().any(|note| note == told), "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_plan_of_what_was_approved_is_applied() {
    let (folder, hub, town) = left_and_back().await;
    let feed = folder.path().join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, ..options() };
    let planned = hub.plan("oak", &feed, &meant, &context(3)).await.unwrap();
    assert_eq!(planned.status, Status::Planned, "{:?}", planned.notes);
    let applied = hub.apply("oak", planned.plan, &context(3)).await.unwrap();
    assert_eq!((applied.status, applied.changes), (Status::Applied, 12), "{:?}", applied.notes);
    assert!(applied.outcomes.values().all(|kind| kind.held == 0 && kind.add_up()));
}

/// A delivery that a person means, and approves where it is on hold.
async fn meant(hub: &Hub, folder: &Path, town: &Town, night: i64, until: Option<Date>) {
    let feed = folder.join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, override_identity: Some("test".to_owned()), ..options() };
    let mut report = hub.sync("oak", &feed, &meant, &context(night)).await.unwrap();
    for kind in report.outcomes.values() {
        assert!(kind.add_up(), "{:?}", report.outcomes);
    }
    while report.status == Status::Held {
        let all = Approving { until, ..Approving::default() };
        report = hub.approve_part("oak", &all, &context(night)).await.unwrap();
    }
    let again = hub.plan("oak", &feed, &meant, &context(night)).await.unwrap();
    assert_eq!(again.changes, 0, "{:?} {:?}", again.summary, again.notes);
}

/// Nights on which changes that were approved until a day come back beside others, in a hub that
/// remembers the approval and in one that asks each time.
async fn come_back(edits: &[Edit], others: &[Edit], roles_apart: bool, keep_back: bool) {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut towns = vec![Town::default()];
    towns[0].roles_apart = roles_apart;
    for edits in [edits, others] {
        let mut town = towns.last().unwrap().clone();
        for edit in edits {
            town.edit(*edit);
        }
        towns.push(town);
    }
    let on_hold = if keep_back { "keep_back" } else { "stop" };
    let until = Some(Date::parse("2026-10-20").unwrap());
    let mut ends = Vec::new();
    for (folder, until) in [(&folder, until), (&other, None)] {
        let hub = hub(folder.path()).await;
        let settings = format!("on_hold = \"{on_hold}\"\n{STRICT}");
        hub.save_settings("oak", &settings, &context(0)).await.unwrap();
        for (night, town, until) in [(0, 0, None), (1, 1, until), (2, 0, None), (3, 2, None)] {
            meant(&hub, folder.path(), &towns[town], night, until).await;
        }
        assert_eq!(hub.verify("oak").await.unwrap().broken, None);
        ends.push(facts(&hub, folder.path()).await);
    }
    assert_eq!(ends[0], ends[1]);
}

proptest! {
    #![proptest_config(support::random(40, 23, 200))]

    #[test]
    fn what_was_approved_comes_back_beside_others(
        edits in prop::collection::vec(any::<Edit>(), 1..8),
        others in prop::collection::vec(any::<Edit>(), 0..6),
        roles_apart in any::<bool>(),
        keep_back in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(come_back(&edits, &others, roles_apart, keep_back));
    }
}
