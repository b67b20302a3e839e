//! Days on which a district takes less than usual, or has other limits; and holds that end.

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

use firstbell_roster::model::{DateTime, Kind};
use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Context, Hub};
use support::bundle::Bundle;
use support::{context, hub, options, sync, trips};
use tempfile::TempDir;

/// A town of 40 students a school that was applied on 14 September 2026, with these settings.
async fn applied(settings: &str) -> (TempDir, Hub, Bundle) {
    let (folder, town) = (TempDir::new().unwrap(), Bundle::town(40));
    let hub = hub(folder.path()).await;
    assert_eq!(sync(&hub, folder.path(), &town, -1).await.status, Status::Applied);
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    (folder, hub, town)
}

/// One student comes, one leaves, one moves to another class, one is called otherwise.
fn change(town: &mut Bundle) {
    town.user("new-s0", "student", "s0").enroll("a-s0", "new-s0", "student");
    town.leave("p0-s0");
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    town.remove("enrollments", "a-s0_p1-s0").enroll("c-s0", "p1-s0", "student");
    town.set("users", "p2-s0", "givenName", "Changed");
}

const BREAK: &str = r#"seasons = [{ name = "break", from = "2026-09-16", until = "2026-09-17", takes = "nothing" }]"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_season_that_takes_nothing_holds_all_and_its_end_lets_all_through() {
    let (folder, hub, mut town) = applied(BREAK).await;
    // The night begins at two o'clock of the 15th.
    let before = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(before.status, Status::Unchanged);
    let quiet = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((quiet.status, trips(&quiet)), (Status::Unchanged, vec![]), "nothing waits");
    change(&mut town);
    let held = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((held.status, trips(&held)), (Status::Held, vec!["season_takes_nothing"]));
    assert_eq!(
        held.guard.reasons[0].message,
        "it is the season 2026-09-16 to 2026-09-17 (break), in which the district takes nothing \
         without a person; 10 changes wait"
    );
    let after = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(after.status, Status::Applied, "{:?}", after.guard);
    let closed = "plan 4 was on hold and is closed: no limit holds this delivery";
    assert!(after.notes.iter().any(|note| note == closed), "{:?}", after.notes);
    let again = sync(&hub, folder.path(), &town, 4).await;
    assert!(!again.notes.iter().any(|note| note.contains("on hold")), "{:?}", again.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_approve_in_a_season_that_takes_nothing() {
    let (folder, hub, mut town) = applied(BREAK).await;
    change(&mut town);
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_before_a_season_is_not_applied_in_it() {
    let (folder, hub, mut town) = applied(BREAK).await;
    change(&mut town);
    town.write(&folder.path().join("feed"));
    let feed = folder.path().join("feed");
    let plan = hub.plan("oak", &feed, &options(), &context(0)).await.unwrap();
    assert_eq!(plan.status, Status::Planned);
    let late = hub.apply("oak", None, &context(1)).await.unwrap();
    assert_eq!(late.status, Status::Refused);
    let why = "the season 2026-09-16 to 2026-09-17 (break) began after the plan was made";
    assert!(late.notes.iter().any(|note| note.contains(why)), "{:?}", late.notes);
    assert_eq!(sync(&hub, folder.path(), &town, 3).await.status, Status::Applied);
}

/// What ended, by kind.
fn ended(report: &RunReport) -> [u64; 3] {
    [Kind::User, Kind::Class, Kind::Enrollment].map(|kind| report.departures[&kind].ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_season_of_additions_what_leaves_waits_and_the_rest_goes_on() {
    let season = r#"seasons = [{ name = "first weeks", from = "2026-09-01", until = "2026-09-17", takes = "additions" }]"#;
    let (folder, hub, mut town) = applied(season).await;
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)), "{:?}", report.guard);
    assert_eq!(trips(&report), ["season_takes_additions"]);
    let message = &report.guard.reasons[0].message;
    assert!(
        message.ends_with("what leaves waits for a person; that is 3 of 10 changes"),
        "{message}"
    );
    assert_eq!(ended(&report), [0, 0, 1], "the move alone ends something");
    assert_eq!(hub.log("oak", 1).await.unwrap()[0].counts["users.update"], 1);
    // The same again, until the season ends.
    let again = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((again.status, again.operation), (Status::Held, None));
    let after = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!((after.status, ended(&after)), (Status::Applied, [1, 0, 2]), "{:?}", after.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_and_sign_ins_that_are_taken_wait_too() {
    let season = r#"seasons = [{ name = "first weeks", from = "2026-09-01", until = "2026-09-17", takes = "additions" }]"#;
    let (folder, hub, mut town) = applied(season).await;
    town.set("users", "p0-s0", "enabledUser", "false");
    town.set("enrollments", "a-s0_p1-s0", "endDate", "2026-09-10");
    town.set("users", "p2-s0", "givenName", "Changed");
    // The place of one goes to another, and a student becomes a guardian.
    town.set("enrollments", "a-s0_p3-s0", "userSourcedId", "p0-s1");
    town.set("users", "p4-s1", "role", "guardian");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)), "{:?}", report.guard);
    let counts = &hub.log("oak", 1).await.unwrap()[0].counts;
    assert_eq!(counts.values().sum::<u64>(), 1, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_and_loses_a_place_too_waits() {
    let season = r#"seasons = [{ name = "first weeks", from = "2026-09-01", until = "2026-09-17", takes = "additions" }]"#;
    let (folder, hub, mut town) = applied(season).await;
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    town.remove("enrollments", "a-s0_p1-s0").remove("enrollments", "b-s0_p1-s0");
    town.enroll("c-s0", "p1-s0", "student");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, ended(&report)), (Status::Held, [0, 0, 0]), "{:?}", report.guard);
    let counts = &hub.log("oak", 1).await.unwrap()[0].counts;
    assert_eq!(counts.values().sum::<u64>(), 2, "the class and its teacher: {counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_limit_holds_waits_as_a_whole_in_a_season_of_additions() {
    let season = r#"seasons = [{ name = "first weeks", from = "2026-09-01", until = "2026-09-17", takes = "additions" }]"#;
    let (folder, hub, mut town) = applied(season).await;
    change(&mut town);
    (3..16).for_each(|number| drop(town.leave(&format!("p{number}-s0"))));
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, None));
    assert!(trips(&report).contains(&"people_deactivated"), "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_season_has_limits_of_its_own() {
    let season = r#"seasons = [{ name = "back to school", from = "2026-09-16", until = "2026-09-17",
        limits = { people_deactivated_in_school = { percent = 50.0, count = 10 },
                   enrollments_ended = { percent = 50.0, count = 50 } } }]"#;
    let leave = |town: &mut Bundle| (0..12).for_each(|one| drop(town.leave(&format!("p{one}-s0"))));
    for (night, status) in [(0, Status::Held), (1, Status::Applied), (3, Status::Held)] {
        let (folder, hub, mut town) = applied(season).await;
        leave(&mut town);
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(report.status, status, "night {night}: {:?}", report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seasons_begin_at_midnight_of_the_district() {
    let zone = format!("time_zone = \"America/Chicago\"\n{BREAK}");
    let (folder, hub, mut town) = applied(&zone).await;
    change(&mut town);
    let feed = folder.path().join("feed");
    town.write(&feed);
    for (at, status) in [
        // 23:59 of the 15th, and midnight, in Chicago.
        ("2026-09-16T04:59:00Z", Status::Planned),
        ("2026-09-16T05:00:00Z", Status::Held),
        ("2026-09-18T04:59:00Z", Status::Held),
        ("2026-09-18T05:00:00Z", Status::Planned),
    ] {
        let context = Context { now: DateTime::parse(at).unwrap(), ..context(0) };
        let plan = hub.plan("oak", &feed, &options(), &context).await.unwrap();
        assert_eq!(plan.status, status, "{at}");
    }
}
