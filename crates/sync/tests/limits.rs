//! Limits count where people were, whom they lost, and what adds up, whatever else changes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_sync::report::{RunReport, Status};
use firstbell_sync::{Approving, Criteria, Hub, Selection};
use support::bundle::Bundle;
use support::{context, hub, sync, trips};
use tempfile::TempDir;

async fn applied(town: &Bundle) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    assert_eq!(sync(&hub, folder.path(), town, 0).await.status, Status::Applied);
    (folder, hub)
}

/// What the limits say of a town after some students of `s0` changed.
async fn after(
    town: &mut Bundle,
    students: usize,
    mut change: impl FnMut(&mut Bundle, &str),
) -> RunReport {
    let (folder, hub) = applied(town).await;
    (0..students).for_each(|number| change(town, &format!("p{number}-s0")));
    sync(&hub, folder.path(), town, 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_sign_in_counts_where_they_were_though_the_record_names_another_school() {
    let mut town = Bundle::town(40);
    for number in 0..600 {
        town.user(&format!("big{number}"), "student", "s1");
    }
    let sign_out =
        |town: &mut Bundle, who: &str| _ = town.set("users", who, "enabledUser", "false");
    let report = after(&mut town, 16, |town, who| {
        sign_out(town, who);
        town.set("users", who, "orgSourcedIds", "s1");
    });
    assert!(trips(&report.await).contains(&"people_deactivated"));
    let mut town = Bundle::town(400);
    assert_eq!(trips(&after(&mut town, 16, sign_out).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_student_any_more_counts_as_gone() {
    let guardian = |town: &mut Bundle, who: &str| _ = town.set("users", who, "role", "guardian");
    let report = after(&mut Bundle::town(100), 20, guardian).await;
    assert!(trips(&report).contains(&"people_deactivated"), "{:?}", report.guard);
    let report = after(&mut Bundle::town(100), 4, guardian).await;
    assert!(!trips(&report).contains(&"people_deactivated"), "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn renames_add_up_over_nights() {
    let mut town = Bundle::town(100);
    let (folder, hub) = applied(&town).await;
    let mut rename = |from: usize, to: usize| {
        for number in from..to {
            town.set("users", &format!("p{number}-s0"), "familyName", "Other");
        }
        town.clone()
    };
    assert_eq!(sync(&hub, folder.path(), &rename(0, 15), 1).await.status, Status::Applied);
    let report = sync(&hub, folder.path(), &rename(15, 30), 2).await;
    assert_eq!(trips(&report), ["people_renamed"]);
    assert!(report.guard.reasons[0].message.contains("30 of "), "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_the_district_trusts_counts_as_a_name() {
    let mut town = Bundle::town(100);
    for number in 0..100 {
        town.set("users", &format!("p{number}-s0"), "email", &format!("p{number}@example.org"));
    }
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[trusted_identifiers]]\nfield = \"email\"\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    sync(&hub, folder.path(), &town, 0).await;
    for number in 0..30 {
        town.set("users", &format!("p{number}-s0"), "email", &format!("other{number}@example.org"));
    }
    assert_eq!(trips(&sync(&hub, folder.path(), &town, 1).await), ["people_renamed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_sign_in_does_not_make_up_for_who_is_gone() {
    let mut town = Bundle::town(100);
    for number in 50..100 {
        town.set("users", &format!("p{number}-s0"), "enabledUser", "false");
    }
    let (folder, hub) = applied(&town).await;
    let mut held = false;
    for night in 0..4 {
        for number in 9 * night..9 * (night + 1) {
            town.leave(&format!("p{number}-s0"));
            town.set("users", &format!("p{}-s0", 50 + number), "enabledUser", "true");
        }
        let night = i64::from(night) + 1;
        held = held || sync(&hub, folder.path(), &town, night).await.status == Status::Held;
    }
    assert!(held, "36 of 100 students are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_without_a_file_does_not_hide_that_it_came_as_changes() {
    let mut town = Bundle::town(12);
    let (folder, hub) = applied(&town).await;
    let others = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let declared = |users: &'static str| {
        let mut files: Vec<_> = others.into_iter().map(|file| (file, "absent")).collect();
        files.extend([("users", users)].into_iter().filter(|(_, mode)| !mode.is_empty()));
        files
    };
    let mut delta = Bundle::default();
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "givenName", "Changed");
    delta.manifest("1.1", &declared("delta"));
    assert_eq!(sync(&hub, folder.path(), &delta, 1).await.status, Status::Applied);
    let mut none = Bundle::default();
    none.row("orgs", "s2", &[("name", "School s2"), ("type", "school")]);
    let mut files: Vec<_> = declared("").into_iter().filter(|(file, _)| *file != "orgs").collect();
    files.extend([("orgs", "delta"), ("users", "absent")]);
    none.manifest("1.1", &files);
    assert_eq!(sync(&hub, folder.path(), &none, 2).await.status, Status::Applied);
    town.leave("p11-s0");
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert!(trips(&report).contains(&"mode_changed"), "{:?} {:?}", report.guard, report.notes);
    hub.approve("oak", None, &context(3)).await.unwrap();
    town.leave("p10-s0");
    assert_eq!(sync(&hub, folder.path(), &town, 4).await.status, Status::Applied, "held once");
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_the_creation_of_a_guardian_whom_a_student_names_is_a_conflict() {
    let mut town = Bundle::town(12);
    let (folder, hub) = applied(&town).await;
    town.user("g1", "guardian", "s0");
    sync(&hub, folder.path(), &town, 1).await;
    town.set("users", "p0-s0", "agentSourcedIds", "g1");
    sync(&hub, folder.path(), &town, 2).await;
    let undone = hub.undo("oak", Some(2), &context(3)).await.unwrap();
    assert_eq!((undone.status, undone.changes), (Status::Unchanged, 0));
    let conflicts: Vec<_> = undone.conflicts.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(conflicts, ["depended_on"]);
    hub.undo("oak", Some(3), &context(3)).await.unwrap();
    assert_eq!(hub.undo("oak", Some(2), &context(3)).await.unwrap().changes, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_undo_left_adds_up_still() {
    let mut town = Bundle::town(100);
    let (folder, hub) = applied(&town).await;
    for number in 0..9 {
        town.set("users", &format!("p{number}-s0"), "enabledUser", "false");
    }
    town.set("users", "p50-s0", "phone", "1");
    sync(&hub, folder.path(), &town, 1).await;
    for number in 0..9 {
        town.set("users", &format!("p{number}-s0"), "middleName", "M");
    }
    sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(hub.undo("oak", Some(2), &context(3)).await.unwrap().conflicts.len(), 9);
    town.set("users", "p50-s0", "phone", "");
    for number in 10..19 {
        town.set("users", &format!("p{number}-s0"), "enabledUser", "false");
    }
    let report = sync(&hub, folder.path(), &town, 4).await;
    assert_eq!(trips(&report), ["people_deactivated"]);
    assert!(report.guard.reasons[0].message.starts_with("18 of 101 people"), "{:?}", report.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_sign_in_back_no_longer_counts() {
    let mut town = Bundle::town(100);
    let (folder, hub) = applied(&town).await;
    for night in 0..4 {
        for number in 0..100 {
            let out = number / 6 == night;
            let enabled = if out { "false" } else { "true" };
            town.set("users", &format!("p{number}-s0"), "enabledUser", enabled);
        }
        let report = sync(&hub, folder.path(), &town, i64::from(night) + 1).await;
        assert_eq!(report.status, Status::Applied, "never more than six: {:?}", report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_step_by_step_leads_back_though_a_row_ended_came_back_and_changed() {
    let mut town = Bundle::town(12);
    let (folder, hub) = applied(&town).await;
    let there = town.clone();
    town.leave("p0-s0");
    sync(&hub, folder.path(), &town, 1).await;
    let mut town = there;
    for (night, name) in [(2, "Doe2"), (3, "Doe3")] {
        town.set("users", "p0-s0", "familyName", name);
        sync(&hub, folder.path(), &town, night).await;
    }
    for operation in [4, 3, 2] {
        let undone = hub.undo("oak", Some(operation), &context(4)).await.unwrap();
        assert_eq!((undone.status, undone.conflicts.len()), (Status::Applied, 0), "{operation}");
    }
    let mut changes = Vec::new();
    hub.diff("oak", 1, 7, &mut |change| changes.push(change)).await.unwrap();
    assert_eq!(changes, [], "the facts are those before operation 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_the_window_no_longer_adds_up() {
    for (days, status) in [(3, Status::Applied), (14, Status::Held)] {
        let mut town = Bundle::town(100);
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let settings = format!("guard.window_days = {days}");
        hub.save_settings("oak", &settings, &context(0)).await.unwrap();
        sync(&hub, folder.path(), &town, 0).await;
        (0..9).for_each(|number| _ = town.leave(&format!("p{number}-s0")));
        assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
        (9..18).for_each(|number| _ = town.leave(&format!("p{number}-s0")));
        let report = sync(&hub, folder.path(), &town, 6).await;
        assert_eq!(report.status, status, "{days} days: {:?}", report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_asks_for_the_end_of_nothing_is_ignored_by_name() {
    let (folder, hub) = applied(&Bundle::town(12)).await;
    let mut delta = Bundle::default();
    delta.user("nobody", "student", "s0").set("users", "nobody", "status", "tobedeleted");
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "tobedeleted");
    let others = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let mut files: Vec<_> = others.into_iter().map(|file| (file, "absent")).collect();
    files.push(("users", "delta"));
    delta.manifest("1.1", &files);
    let report = sync(&hub, folder.path(), &delta, 1).await;
    let users = &report.outcomes[&firstbell_roster::model::Kind::User];
    assert_eq!((users.ignored_by["nothing_to_end"], users.ignored, users.end), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_to_something_new_goes_back_before_that_is_taken_back() {
    let mut town = Bundle::town(12);
    let (folder, hub) = applied(&town).await;
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    for number in 0..3 {
        town.set("enrollments", &format!("a-s0_p{number}-s0"), "classSourcedId", "c-s0");
    }
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    town.set("users", "p9-s0", "givenName", "Changed");
    sync(&hub, folder.path(), &town, 2).await;
    for operation in [3, 2] {
        let undone = hub.undo("oak", Some(operation), &context(3)).await.unwrap();
        assert_eq!((undone.status, &undone.conflicts[..]), (Status::Applied, &[][..]));
    }
    let mut changes = Vec::new();
    hub.diff("oak", 1, 5, &mut |change| changes.push(change)).await.unwrap();
    assert_eq!(changes, [], "the facts are those before operation 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_of_a_school_that_turn_over_night_by_night_add_up() {
    let mut town = Bundle::town(30);
    for class in ["x-s0", "y-s0", "z-s0"] {
        town.class(class, "s0").enroll(class, "t-s0", "teacher");
        (0..5).for_each(|n| _ = town.enroll(class, &format!("p{n}-s0"), "student"));
    }
    let (folder, hub) = applied(&town).await;
    for (night, class, expected) in
        [(1, "x-s0", &[][..]), (2, "y-s0", &["class_turnover"][..]), (3, "z-s0", &[][..])]
    {
        for n in 0..5 {
            town.remove("enrollments", &format!("{class}_p{n}-s0"));
            town.enroll(class, &format!("p{n}-s1"), "student");
        }
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(trips(&report), expected, "{class}: {:?}", report.guard);
        if report.status == Status::Held {
            assert!(report.guard.reasons[0].message.starts_with("2 of 5 classes"));
            // What a person saw is counted from there.
            hub.approve("oak", None, &context(night)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_school_does_not_lose_its_sign_in_unseen() {
    for (signed_out, held) in [(3, false), (5, true)] {
        let mut town = Bundle::town(8);
        let report = after(&mut town, signed_out, |town, who| {
            town.set("users", who, "enabledUser", "false");
        });
        let expected: &[&str] = if held { &["school_signed_out"] } else { &[] };
        assert_eq!(trips(&report.await), expected);
    }
    // Bit by bit it adds up.
    let mut town = Bundle::town(8);
    let (folder, hub) = applied(&town).await;
    for (night, held) in [(1, false), (2, true)] {
        for number in [2 * night, 2 * night + 1, 2 * night + 2] {
            town.set("users", &format!("p{}-s0", number - 2), "enabledUser", "false");
        }
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(trips(&report).contains(&"school_signed_out"), held, "{:?}", report.guard);
    }
}

fn leave(town: &mut Bundle, numbers: std::ops::Range<usize>) {
    for number in numbers {
        town.leave(&format!("p{number}-s0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approving_a_part_forgets_nothing_of_what_adds_up() {
    let mut town = Bundle::town(60);
    let (folder, hub) = applied(&town).await;
    leave(&mut town, 0..9);
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    leave(&mut town, 9..18);
    for org in ["d", "s0", "s1"] {
        town.set("orgs", org, "name", &format!("{org} renamed"));
    }
    let held = sync(&hub, folder.path(), &town, 2).await;
    assert!(trips(&held).contains(&"people_deactivated"), "{:?}", held.guard);
    let orgs = Selection::Like(vec![Criteria::parse("kind=orgs").unwrap()]);
    let part = Approving { only: Some(orgs), ..Approving::default() };
    let approved = hub.approve_part("oak", &part, &context(2)).await.unwrap();
    assert_eq!(approved.operation, Some(3), "{:?}", approved.guard);
    for night in 3..5 {
        let held = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(trips(&held), ["people_deactivated"]);
    }
    // The whole of it ends what adds up.
    assert_eq!(hub.approve("oak", None, &context(5)).await.unwrap().status, Status::Applied);
    leave(&mut town, 18..20);
    assert_eq!(sync(&hub, folder.path(), &town, 6).await.status, Status::Applied);
}
