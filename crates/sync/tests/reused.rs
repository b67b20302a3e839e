//! Ids that come for somebody else, and names that change while the person stays.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, RunReport, Status, WhyReport};
use firstbell_sync::{Answer, Hub};
use support::bundle::Bundle;
use support::{context, hub, night, options, outcomes, sync, town, trips};
use tempfile::TempDir;

/// Gives a user another name.
fn named(town: &mut Bundle, id: &str, given: &str, family: &str) {
    town.set("users", id, "givenName", given).set("users", id, "familyName", family);
}

/// Gives a user another name and number.
fn another(town: &mut Bundle, id: &str) {
    named(town, id, "Omar", "Haddad");
    town.set("users", id, "userIds", "{SIS:other}");
}

fn reused(report: &RunReport, kind: Kind) -> u64 {
    report.outcomes[&kind].held_by.get("id_reused").copied().unwrap_or(0)
}

fn changes(report: &RunReport, kind: Kind, reason: &str) -> u64 {
    let of_kind = report.summary.iter().filter(|sum| sum.kind == kind && sum.reason == reason);
    of_kind.map(|sum| sum.count).sum()
}

/// What of one student changes, and which outcome that has.
async fn changed(change: impl Fn(&mut Bundle)) -> (String, u64) {
    let (folder, hub, mut town) = town().await;
    change(&mut town);
    let report = night(&hub, &folder, &town, 1).await;
    (outcomes(&report, Kind::User), reused(&report, Kind::User))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_names_somebody_else_waits_with_all_that_is_theirs() {
    let (folder, hub, mut town) = town().await;
    another(&mut town, "p3-s0");
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p3-s0", "student");
    town.enroll("c-s0", "p4-s0", "student").remove("enrollments", "a-s0_p3-s0");
    for day in 1..3 {
        let report = night(&hub, &folder, &town, day).await;
        assert_eq!((reused(&report, Kind::User), reused(&report, Kind::Enrollment)), (1, 1));
        assert_eq!(report.departures[&Kind::Enrollment].ended, 0, "they stay where they were");
        assert_eq!(report.pending_review, 2);
        assert_eq!(outcomes(&report, Kind::User), "unchanged 25, held 1");
    }

    hub.save_settings("oak", "same_person = [\"p3-s0\"]", &context(3)).await.unwrap();
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 25");
    assert_eq!(changes(&report, Kind::User, "updated_because_name_changed"), 1);
    assert_eq!(report.departures[&Kind::Enrollment].ended, 1);
    assert_eq!(report.outcomes[&Kind::Enrollment].create, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_makes_nobody_another_person() {
    let one = ("update 1, unchanged 25".to_owned(), 0);
    let renamed = |town: &mut Bundle| named(town, "p3-s0", "Omar", "Haddad");
    assert_eq!(changed(renamed).await, one, "the number is theirs");
    let unnumbered = |town: &mut Bundle| {
        renamed(town);
        town.set("users", "p3-s0", "userIds", "").set("users", "p3-s0", "grades", "06");
    };
    assert_eq!(changed(unnumbered).await, one, "a year on");
    let married = |town: &mut Bundle| {
        another(town, "p3-s0");
        named(town, "p3-s0", "Given", "Haddad");
    };
    assert_eq!(changed(married).await, one, "the given name is theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_grade_role_or_number_beside_another_name_is_somebody_else() {
    let waits = ("unchanged 25, held 1".to_owned(), 1);
    assert_eq!(changed(|town| another(town, "p3-s0")).await, waits);
    for grade in ["03", "09"] {
        let change = |town: &mut Bundle| {
            named(town, "p3-s0", "Omar", "Haddad");
            town.set("users", "p3-s0", "userIds", "").set("users", "p3-s0", "grades", grade);
        };
        assert_eq!(changed(change).await, waits, "{grade}");
    }
    let guardian = |town: &mut Bundle| {
        named(town, "p3-s0", "Omar", "Haddad");
        town.set("users", "p3-s0", "userIds", "").set("users", "p3-s0", "role", "guardian");
    };
    assert_eq!(changed(guardian).await, waits);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_birth_date_beside_another_name_is_somebody_else() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "demographics = true", &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    for id in ["p3-s0", "p4-s0"] {
        town.set("users", id, "userIds", "");
        town.row("demographics", id, &[("birthDate", "2015-03-01")]);
    }
    night(&hub, &folder, &town, 0).await;
    for id in ["p3-s0", "p4-s0"] {
        named(&mut town, id, "Omar", "Haddad");
    }
    town.set("demographics", "p3-s0", "birthDate", "2014-11-20");
    for day in 1..3 {
        let report = night(&hub, &folder, &town, day).await;
        assert_eq!((reused(&report, Kind::User), reused(&report, Kind::Demographics)), (1, 1));
        assert_eq!(report.outcomes[&Kind::User].update, u64::from(day == 1), "p4 is called so now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_does_not_come_back_as_somebody_else() {
    let (folder, hub, mut town) = town().await;
    let all = town.clone();
    town.leave("p3-s0").leave("p4-s0");
    night(&hub, &folder, &town, 1).await;
    let mut town = all;
    another(&mut town, "p3-s0");
    named(&mut town, "p4-s0", "Omar", "Haddad");
    town.set("users", "p4-s0", "userIds", "").set("users", "p4-s0", "grades", "09");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "restore 1, unchanged 24, held 1");
    assert_eq!(outcomes(&report, Kind::Enrollment), "restore 2, unchanged 48, held 2");
    assert_eq!((reused(&report, Kind::User), reused(&report, Kind::Enrollment)), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_written_otherwise_is_told_apart_from_another() {
    let (folder, hub, mut town) = town().await;
    named(&mut town, "p3-s0", "GIVEN", "P3 S0");
    named(&mut town, "p4-s0", "Given", "Haddad");
    town.set("users", "p5-s0", "email", "p5@example.org");
    let report = night(&hub, &folder, &town, 1).await;
    let of = |reason: &str| changes(&report, Kind::User, &format!("updated_because_{reason}"));
    let all = ["name_written_otherwise", "name_changed", "changed_in_delivery"].map(of);
    assert_eq!(all, [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_anothers_identifier_as_well_keeps_all_the_same_to_themselves() {
    let (folder, hub, mut town) = town().await;
    another(&mut town, "p3-s0");
    town.set("users", "p3-s0", "userIds", "{SIS:p4-s0}");
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p3-s0", "student");
    town.remove("enrollments", "a-s0_p3-s0");
    for day in 1..3 {
        let report = night(&hub, &folder, &town, day).await;
        assert_eq!(report.outcomes[&Kind::User].held_by["contradiction"], 1);
        assert_eq!(reused(&report, Kind::Enrollment), 1);
        assert_eq!(report.departures[&Kind::Enrollment].ended, 0, "they stay where they were");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_role_in_a_record_of_its_own_is_somebody_else_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.set("users", "p3-s0", "userIds", "").roles_apart();
    night(&hub, &folder, &town, 0).await;
    named(&mut town, "p3-s0", "Omar", "Haddad");
    town.set("users", "p3-s0", "grades", "").set("roles", "r-p3-s0", "role", "guardian");
    for day in 1..3 {
        let report = night(&hub, &folder, &town, day).await;
        assert_eq!((reused(&report, Kind::User), reused(&report, Kind::Role)), (1, 1));
    }
}

/// A town in which a student's id came for somebody else, by a change alone.
async fn doubted() -> (TempDir, Hub, Bundle, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p4-s0", "student");
    night(&hub, &folder, &town, 0).await;
    let mut change = Bundle::default();
    change.user("p3-s0", "student", "s0");
    another(&mut change, "p3-s0");
    let report = night(&hub, &folder, change.users_delta(), 1).await;
    assert_eq!((report.status, reused(&report, Kind::User)), (Status::Unchanged, 1));
    let mut seat = Bundle::default();
    seat.enroll("c-s0", "p3-s0", "student").delta("enrollments");
    (folder, hub, town, seat)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_later_without_the_users_own_record_waits_as_well() {
    let (folder, hub, town, seat) = doubted().await;
    for day in 2..4 {
        let report = night(&hub, &folder, &seat, day).await;
        assert_eq!((reused(&report, Kind::Enrollment), report.changes), (1, 0));
    }
    let mut leaves = Bundle::default();
    leaves.enroll("a-s0", "p3-s0", "student").set(
        "enrollments",
        "a-s0_p3-s0",
        "status",
        "tobedeleted",
    );
    let report = night(&hub, &folder, leaves.delta("enrollments"), 4).await;
    assert_eq!((reused(&report, Kind::Enrollment), report.changes), (1, 0));

    let mut back = town.clone();
    back.files.get_mut("users").unwrap().retain(|row| ["sourcedId", "p3-s0"].contains(&&*row[0]));
    night(&hub, &folder, back.users_delta(), 5).await;
    let report = night(&hub, &folder, &seat, 6).await;
    assert_eq!(report.outcomes[&Kind::Enrollment].create, 1, "it is the old person's again");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_id_is_said_to_be_their_own_is_in_doubt_no_more() {
    let (folder, hub, _, seat) = doubted().await;
    hub.save_settings("oak", "same_person = [\"p3-s0\"]", &context(2)).await.unwrap();
    let report = night(&hub, &folder, &seat, 2).await;
    assert_eq!(report.outcomes[&Kind::Enrollment].create, 1);
}

/// The first whole delivery after changes, which waits for a person where somebody left.
async fn after_changes(hub: &Hub, folder: &TempDir, town: &Bundle, day: i64) -> RunReport {
    let report = sync(hub, folder.path(), town, day).await;
    assert_eq!(trips(&report), ["mode_changed"]);
    hub.approve("oak", report.plan, &context(day)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_doubt_leaves_with_a_complete_delivery_as_anybody() {
    let (folder, hub, mut town, seat) = doubted().await;
    let report = after_changes(&hub, &folder, town.leave("p3-s0"), 2).await;
    assert_eq!(report.departures[&Kind::User].ended, 1);
    assert_eq!(report.departures[&Kind::Enrollment].ended, 2);
    let report = night(&hub, &folder, &seat, 3).await;
    assert_eq!((reused(&report, Kind::Enrollment), report.changes), (0, 0));
    assert_eq!(report.outcomes[&Kind::Enrollment].rejected, 1, "nobody has this id");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_does_not_go_through_settles_nothing() {
    let (folder, hub, town, seat) = doubted().await;
    let mut leaves = town.clone();
    for n in 0..12 {
        leaves.leave(&format!("p{n}-s0"));
    }
    assert_eq!(sync(&hub, folder.path(), &leaves, 2).await.status, Status::Held);
    let mut gone = town.clone();
    after_changes(&hub, &folder, gone.leave("p3-s0"), 4).await;
    hub.undo("oak", None, &context(4)).await.unwrap();
    let report = night(&hub, &folder, &seat, 5).await;
    assert_eq!((reused(&report, Kind::Enrollment), report.changes), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_applied_later_leaves_the_same_doubt() {
    let (folder, hub, _) = town().await;
    let feed = folder.path().join("feed");
    let mut change = Bundle::default();
    change.user("p3-s0", "student", "s0").user("new", "student", "s0");
    another(&mut change, "p3-s0");
    let mut seat = Bundle::default();
    seat.enroll("b-s1", "p3-s0", "student").delta("enrollments");
    change.users_delta();
    for bundle in [&change, &seat, &change] {
        bundle.write(&feed);
        let plan = hub.plan("oak", &feed, &options(), &context(1)).await.unwrap();
        assert_eq!(reused(&plan, Kind::Enrollment), 0, "a plan alone remembers nothing");
    }
    hub.apply("oak", None, &context(1)).await.unwrap();
    let report = night(&hub, &folder, &seat, 2).await;
    assert_eq!((reused(&report, Kind::Enrollment), report.changes), (1, 0));
}

async fn story(hub: &Hub, person: &str, night: i64) -> WhyReport {
    let answer =
        hub.why("oak", person, None, Reader::Administrator, &Scope::All, &context(night)).await;
    let Answer::One(report) = answer.unwrap() else { panic!("several are meant by {person}") };
    *report
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_under_a_known_id_is_found_by_the_name_that_was_sent() {
    let (folder, hub, mut town) = support::town().await;
    another(&mut town, "p0-s0");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(reused(&report, Kind::User), 1);
    let report = story(&hub, "Omar Haddad", 1).await;
    assert_eq!((report.cause.as_str(), report.also), ("member", vec!["held_for_match".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sourced_id_whose_change_was_undone_is_that_of_the_same_person() {
    let folder = TempDir::new().unwrap();
    let hub = support::hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.set("users", "p0-s0", "identifier", "4711");
    sync(&hub, folder.path(), &town, 0).await;
    let matched = |report: &WhyReport| {
        let step = report.steps.iter().find(|step| step.step == "matched").unwrap();
        step.sentence.clone()
    };
    assert!(matched(&story(&hub, "p0-s0", 0).await).starts_with("New when it came"));
    town.set("users", "p0-s0", "sourcedId", "new-p0");
    for class in ["a-s0", "b-s0"] {
        town.set("enrollments", &format!("{class}_p0-s0"), "userSourcedId", "new-p0");
    }
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    let report = story(&hub, "new-p0", 1).await;
    assert!(matched(&report).starts_with("A trusted identifier"), "{}", matched(&report));
    hub.undo("oak", None, &context(2)).await.unwrap();
    assert_eq!(story(&hub, "p0-s0", 2).await.cause, "member");
    assert_eq!(story(&hub, "new-p0", 2).await.cause, "member");
}
