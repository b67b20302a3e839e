//! What a limit names is kept back with all that belongs to it, and the rest is applied.

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

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, hub, sync, trips};
use tempfile::TempDir;

/// A town that was applied and keeps back what a limit names.
async fn applied(town: &Bundle) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    assert_eq!(sync(&hub, folder.path(), town, 0).await.status, Status::Applied);
    (folder, hub)
}

fn leave(town: &mut Bundle, school: &str, from: usize, to: usize) {
    (from..to).for_each(|number| drop(town.leave(&format!("p{number}-{school}"))));
}

/// What the newest operation did, by kind and action.
async fn done(hub: &Hub) -> BTreeMap<String, u64> {
    hub.log("oak", 1).await.unwrap().remove(0).counts
}

#[tokio::test(flavor = "multi_thread")]
async fn keep_back_applies_the_rest_and_holds_what_a_limit_names() {
    let mut town = Bundle::town(40);
    let (folder, hub) = applied(&town).await;
    leave(&mut town, "s0", 0, 12);
    town.user("new-s1", "student", "s1").set("users", "p0-s1", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)), "{:?}", report.guard);
    assert_eq!(
        (report.departures[&Kind::User].ended, report.departures[&Kind::User].held),
        (0, 12)
    );
    let operations = hub.log("oak", 10).await.unwrap();
    assert_eq!(operations[0].counts["users.create"], 1);
    assert!(!operations[0].counts.contains_key("users.end"));
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!((approved.status, approved.departures[&Kind::User].ended), (Status::Applied, 12));
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_newcomer_does_not_make_a_grade_or_the_last_teacher_look_replaced() {
    let mut town = Bundle::town(20);
    for number in 0..20 {
        let grade = if number < 10 { "05" } else { "06" };
        town.set("users", &format!("p{number}-s0"), "grades", grade);
    }
    let grade_goes = |town: &mut Bundle| leave(town, "s0", 0, 10);
    let teacher_goes = |town: &mut Bundle| drop(town.leave("t-s0"));
    for (goes, guard) in [
        (&grade_goes as &dyn Fn(&mut Bundle), "grade_emptied"),
        (&teacher_goes, "school_without_teacher"),
    ] {
        let (folder, hub) = applied(&town).await;
        let mut night = town.clone();
        goes(&mut night);
        night.user("new-s1", "student", "s1");
        night.user("new-s0", "student", "s0").set("users", "new-s0", "grades", "06");
        let report = sync(&hub, folder.path(), &night, 1).await;
        assert!(trips(&report).contains(&guard), "{:?}", report.guard);
        assert_eq!(
            (report.status, report.operation),
            (Status::Held, Some(2)),
            "{:?}",
            report.guard
        );
        assert_eq!(hub.log("oak", 1).await.unwrap()[0].counts["users.create"], 2);
        // Where most who go are replaced, nobody knows whether these are the same people.
        let mut night = town.clone();
        goes(&mut night);
        for number in 0..6 {
            night.user(&format!("new{number}-s0"), "student", "s0");
        }
        night.user("new-t", "aide", "s0");
        let report = sync(&hub, folder.path(), &night, 2).await;
        let split = guard == "school_without_teacher";
        assert_eq!(report.operation.is_some(), split, "{guard}: {:?}", report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_all_there_is_waits_and_can_be_approved() {
    let mut town = Bundle::town(60);
    let (folder, hub) = applied(&town).await;
    leave(&mut town, "s0", 0, 20);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, None));
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_back_is_not_counted_on_by_the_rest() {
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    (0..10).for_each(|number| drop(town.enroll("c-s0", &format!("p{number}-s0"), "student")));
    let (folder, hub) = applied(&town).await;
    // Those who leave the class are made up for by those who move in from another school, which is
    // what a limit of that school keeps back.
    for number in 0..10 {
        town.remove("enrollments", &format!("c-s0_p{number}-s0"));
    }
    for number in 0..9 {
        let (class, user) = ("a-s1", format!("p{number}-s1"));
        town.remove("enrollments", &format!("{class}_{user}"));
        town.enroll("c-s0", &user, "student");
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, None), "nothing else is left");

    town.set("users", "p11-s0", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)), "{:?}", report.guard);
    assert_eq!(done(&hub).await, BTreeMap::from([("users.update".to_owned(), 1)]));
    let schools: Vec<_> = report.guard.reasons.iter().map(|one| one.school.as_str()).collect();
    assert_eq!(schools, ["School s1", "School s0"]);
    let approved = hub.approve("oak", None, &context(2)).await.unwrap();
    assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
    assert_eq!(sync(&hub, folder.path(), &town, 3).await.status, Status::Unchanged);
}

/// The town after `s0` went into `s1`, with all its people, classes and courses.
fn merged(mut town: Bundle) -> Bundle {
    town.remove("orgs", "s0");
    for file in ["users", "classes", "courses", "enrollments"] {
        for cell in town.files.get_mut(file).unwrap().iter_mut().flatten() {
            if cell == "s0" {
                "s1".clone_into(cell);
            }
        }
    }
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_ends_with_the_moves_out_of_it_or_not_at_all() {
    let (folder, hub) = applied(&Bundle::town(12)).await;
    let mut town = merged(Bundle::town(12));
    town.set("users", "p0-s1", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(
        trips(&report),
        ["school_emptied", "grade_emptied", "school_without_teacher", "school_vanished"]
    );
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)));
    assert_eq!(done(&hub).await, BTreeMap::from([("users.update".to_owned(), 1)]));
    assert_eq!(report.departures[&Kind::Org].held, 1);
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!((approved.status, approved.departures[&Kind::Org].ended), (Status::Applied, 1));
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_nobody_who_is_kept_back_needs_ends() {
    let mut town = Bundle::town(40);
    town.row("orgs", "s2", &[("name", "Old"), ("type", "school"), ("parentSourcedId", "d")]);
    let (folder, hub) = applied(&town).await;
    leave(&mut town, "s0", 0, 12);
    town.remove("orgs", "s2");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((trips(&report), report.operation), (vec!["people_deactivated"], Some(2)));
    assert_eq!(done(&hub).await, BTreeMap::from([("orgs.end".to_owned(), 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_that_are_kept_back_keep_their_course_and_term() {
    let mut town = Bundle::town(4);
    let term = [
        ("type", "term"),
        ("startDate", "2026-08-01"),
        ("endDate", "2026-12-31"),
        ("title", "Fall"),
        ("parentSourcedId", "half"),
    ];
    town.row("academicSessions", "half", &term[..4]);
    town.row("academicSessions", "fall", &term).row("academicSessions", "unused", &term[..4]);
    for course in ["k-x", "k-unused"] {
        town.row("courses", course, &[("title", "Art"), ("orgSourcedId", "s0")]);
    }
    for number in 0..8 {
        let class = format!("x{number}");
        town.class(&class, "s0").enroll(&class, "t-s0", "teacher");
        town.set("classes", &class, "courseSourcedId", "k-x");
        town.set("classes", &class, "termSourcedIds", "y,fall");
    }
    let (folder, hub) = applied(&town).await;
    for number in 0..8 {
        town.remove("enrollments", &format!("x{number}_t-s0"));
        town.remove("classes", &format!("x{number}"));
    }
    town.remove("courses", "k-x").remove("courses", "k-unused");
    for term in ["half", "fall", "unused"] {
        town.remove("academicSessions", term);
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((trips(&report), report.operation), (vec!["classes_ended"], Some(2)));
    let ended = ["academicSessions.end", "courses.end"].map(|what| (what.to_owned(), 1));
    assert_eq!(done(&hub).await, BTreeMap::from(ended), "nothing else names these");
    let held = |kind: Kind| report.departures[&kind].held;
    assert_eq!((held(Kind::AcademicSession), held(Kind::Course), held(Kind::Class)), (2, 1, 8));
    assert_eq!(hub.approve("oak", None, &context(1)).await.unwrap().status, Status::Applied);
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_kept_back_keeps_the_family() {
    let mut town = Bundle::town(40);
    town.user("g0", "guardian", "s1").user("g1", "guardian", "s1");
    town.set("users", "p0-s0", "agentSourcedIds", "g0");
    let (folder, hub) = applied(&town).await;
    leave(&mut town, "s0", 0, 12);
    town.leave("g0").leave("g1");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.departures[&Kind::User].held, report.operation), (13, Some(2)));
    assert_eq!(done(&hub).await, BTreeMap::from([("users.end".to_owned(), 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_kept_back_keeps_classes_and_places_though_the_files_lack_them_too() {
    let mut town = Bundle::town(30);
    for class in ["c-s0", "d-s0", "e-s0", "f-s0"] {
        town.class(class, "s0").enroll(class, "t-s0", "teacher");
        for number in 0..30 {
            town.enroll(class, &format!("p{number}-s0"), "student");
        }
    }
    for number in 0..14 {
        let user = format!("q{number}-s0");
        town.user(&user, "student", "s0").enroll("f-s0", &user, "student");
    }
    let (folder, hub) = applied(&town).await;
    for number in 0..14 {
        town.leave(&format!("q{number}-s0"));
    }
    town.remove("classes", "f-s0").remove("enrollments", "f-s0_t-s0");
    for number in 0..30 {
        town.remove("enrollments", &format!("f-s0_p{number}-s0"));
    }
    town.user("new-s1", "student", "s1");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status, Status::Held, "{:?}", report.guard);
    assert_eq!(report.departures[&Kind::User].ended, 0);
    assert_eq!(report.departures[&Kind::Class].ended, 0, "{:?}", report.guard);
    let out = folder.path().join("out");
    hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    let enrollments = std::fs::read_to_string(out.join("enrollments.csv")).unwrap();
    assert_eq!(enrollments.matches(",f-s0,").count(), 45, "{enrollments}");
}
