//! Nobody becomes staff by a delivery alone.

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

use firstbell_roster::model::Kind;
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, Status};
use firstbell_sync::{Answer, Hub};
use support::bundle::Bundle;
use support::{context, found, hub, night, outcomes, sync, town};
use tempfile::TempDir;

/// A town of 1.2 that was applied.
async fn town_with_roles() -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.roles_apart();
    assert_eq!(night(&hub, &folder, &town, 0).await.status, Status::Applied);
    (folder, hub, town)
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_rights_never_come_to_a_students_account_by_themselves() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "role", "teacher");
    town.row(
        "users",
        "t9",
        &[
            ("role", "teacher"),
            ("orgSourcedIds", "s0"),
            ("givenName", "Given"),
            ("familyName", "p1-s0"),
            ("userIds", "{SIS:p1-s0}"),
        ],
    );
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(report.outcomes[&Kind::User].held_by["adds_staff_rights"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reach_keeps_students_and_staff_apart() {
    let (folder, hub, mut town) = town().await;
    let settings = "[[trusted_identifiers]]\nfield = \"userIds\"\namong = [\"student\"]\n";
    hub.save_settings("oak", settings, &context(1)).await.unwrap();
    town.row(
        "users",
        "t9",
        &[
            ("role", "teacher"),
            ("orgSourcedIds", "s0"),
            ("givenName", "A"),
            ("familyName", "B"),
            ("userIds", "{SIS:p1-s0}"),
        ],
    );
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(
        outcomes(&report, Kind::User),
        "create 1, unchanged 26",
        "equal outside the reach is no evidence"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_rights_in_role_records_wait_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    for row in town.files.get_mut("users").unwrap() {
        row.drain(4..6);
    }
    for (user, role) in [("t-s0", "teacher"), ("p0-s0", "student"), ("p1-s0", "student")] {
        let values = [
            ("userSourcedId", user),
            ("roleType", "primary"),
            ("role", role),
            ("orgSourcedId", "s0"),
        ];
        town.row("roles", &format!("r-{user}"), &values);
    }
    night(&hub, &folder, &town, 0).await;
    town.set("roles", "r-p0-s0", "role", "districtAdministrator");
    let more = [
        ("userSourcedId", "p1-s0"),
        ("roleType", "secondary"),
        ("role", "teacher"),
        ("orgSourcedId", "s0"),
    ];
    town.row("roles", "extra", &more);
    let more = [
        ("userSourcedId", "t-s0"),
        ("roleType", "secondary"),
        ("role", "principal"),
        ("orgSourcedId", "s0"),
    ];
    town.row("roles", "staff", &more);
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::Role), "create 1, unchanged 2, held 2");
    assert_eq!(report.outcomes[&Kind::Role].held_by["adds_staff_rights"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_waits_with_the_staff_role_that_replaces_it() {
    let (folder, hub, mut town) = town_with_roles().await;
    town.remove("roles", "r-p0-s0").role("new", "p0-s0", "teacher", "s0");
    town.set("roles", "r-p1-s0", "status", "tobedeleted").role("more", "p1-s0", "aide", "s0");
    for number in 1..4 {
        let report = night(&hub, &folder, &town, number).await;
        assert_eq!(outcomes(&report, Kind::Role), "unchanged 24, held 3");
        assert_eq!(report.outcomes[&Kind::Role].held_by["adds_staff_rights"], 3);
        let departures = &report.departures[&Kind::Role];
        assert_eq!((report.changes, departures.ended, departures.held), (0, 0, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_a_student_last_gets_no_staff_rights_later() {
    let (folder, hub, mut town) = town_with_roles().await;
    town.remove("roles", "r-p0-s0");
    town.leave("p1-s0").remove("roles", "r-p1-s0");
    assert_eq!(night(&hub, &folder, &town, 1).await.status, Status::Applied);
    town.role("new", "p0-s0", "teacher", "s0");
    let name = [("username", "p"), ("givenName", "Given"), ("familyName", "p1-s0")];
    town.row("users", "p1-s0", &name).role("back", "p1-s0", "teacher", "s0");
    for number in 2..4 {
        let report = night(&hub, &folder, &town, number).await;
        assert_eq!(report.outcomes[&Kind::Role].held_by["adds_staff_rights"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_student_becomes_a_teacher_of_a_class_by_an_enrollment() {
    let (folder, hub, mut town) = town().await;
    // A new row, one in the place of a student's, a changed one, and one for another person.
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p0-s0", "teacher");
    town.remove("enrollments", "a-s0_p1-s0");
    town.row(
        "enrollments",
        "other",
        &[("classSourcedId", "a-s0"), ("userSourcedId", "p1-s0"), ("role", "proctor")],
    );
    town.set("enrollments", "a-s0_p2-s0", "role", "aide");
    town.set("enrollments", "b-s0_t-s0", "userSourcedId", "p3-s0");
    town.user("new", "student", "s0").enroll("a-s0", "new", "teacher");
    for number in 1..4 {
        let report = night(&hub, &folder, &town, number).await;
        let seats = &report.outcomes[&Kind::Enrollment];
        assert_eq!((seats.held_by["adds_staff_rights"], seats.held), (5, 5), "{seats:?}");
        let departures = &report.departures[&Kind::Enrollment];
        assert_eq!((departures.ended, departures.held), (0, 1), "the student's seat waits too");
    }
    let why = hub
        .why("oak", "p0-s0", Some("c-s0"), Reader::Administrator, &Scope::All, &context(3))
        .await;
    let Answer::One(why) = why.unwrap() else { panic!() };
    assert_eq!(why.cause, "enrollment_rejected");
    assert!(why.sentence.contains("staff rights"), "{}", why.sentence);
    // The row that stayed is a student's still, so that its end takes no teacher away.
    town.remove("enrollments", "a-s0_p2-s0").set(
        "enrollments",
        "b-s0_t-s0",
        "userSourcedId",
        "t-s0",
    );
    town.remove("enrollments", "other").enroll("a-s0", "p1-s0", "student");
    town.remove("enrollments", "c-s0_p0-s0").remove("enrollments", "a-s0_new");
    let report = night(&hub, &folder, &town, 4).await;
    assert_eq!(outcomes(&report, Kind::Enrollment), "unchanged 52");
    assert_eq!(report.departures[&Kind::Enrollment].ended, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_staff_by_any_record_may_teach() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    // How things are when a roster begins is nobody's gain: this student assists already.
    town.enroll("a-s0", "p0-s0", "aide").remove("enrollments", "a-s0_p0-s0");
    town.enroll("a-s0", "p0-s0", "aide");
    assert_eq!(night(&hub, &folder, &town, 0).await.status, Status::Applied);
    town.enroll("b-s1", "p0-s0", "teacher");
    // New staff, a teacher of another school, and a student who has a record as a teacher too.
    town.user("t9", "aide", "s0").enroll("a-s0", "t9", "teacher");
    town.enroll("a-s1", "t-s0", "teacher");
    town.user("both", "teacher", "s0").set("users", "both", "familyName", "new");
    town.user("new", "student", "s0");
    for user in ["both", "new"] {
        town.set("users", user, "userIds", "{SIS:both}");
    }
    town.enroll("a-s0", "new", "teacher");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(report.outcomes[&Kind::Enrollment].held, 0, "{:?}", report.outcomes);
    assert_eq!(report.outcomes[&Kind::Enrollment].create, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn role_records_tell_who_may_teach() {
    let (folder, hub, mut town) = town_with_roles().await;
    town.remove("roles", "r-p3-s0");
    night(&hub, &folder, &town, 1).await;
    // p0 is made a teacher by the same delivery, which waits; p1 is new as both; p3 was a student.
    town.role("more", "p0-s0", "teacher", "s0").enroll("c", "p0-s0", "teacher").class("c", "s0");
    town.row("users", "both", &[("username", "p"), ("givenName", "A"), ("familyName", "B")]);
    town.role("one", "both", "student", "s0").role("two", "both", "aide", "s0");
    town.enroll("c", "both", "teacher").enroll("c", "p3-s0", "teacher");
    town.enroll("c", "t-s0", "teacher");
    let report = night(&hub, &folder, &town, 2).await;
    let seats = &report.outcomes[&Kind::Enrollment];
    assert_eq!((seats.held_by["adds_staff_rights"], seats.create), (2, 2), "{seats:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_under_a_new_id_gets_no_second_role_of_staff() {
    let (folder, hub, mut town) = town_with_roles().await;
    town.set("users", "p0-s0", "sourcedId", "again").set(
        "roles",
        "r-p0-s0",
        "userSourcedId",
        "again",
    );
    town.role("r-more", "again", "teacher", "s0").set("roles", "r-more", "roleType", "secondary");
    for row in town.files.get_mut("enrollments").unwrap().iter_mut().filter(|row| row[5] == "p0-s0")
    {
        "again".clone_into(&mut row[5]);
    }
    for round in 1..3 {
        let report = night(&hub, &folder, &town, round).await;
        assert_eq!(report.outcomes[&Kind::Role].held_by["adds_staff_rights"], 1, "night {round}");
        assert_eq!(report.outcomes[&Kind::User].held, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_a_student_in_1_1_gets_no_role_of_staff_in_1_2() {
    let (folder, hub, mut town) = town().await;
    town.roles_apart().remove("roles", "r-p0-s0");
    night(&hub, &folder, &town, 1).await;
    town.role("r-p0-s0", "p0-s0", "teacher", "s0");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(report.outcomes[&Kind::Role].held_by["adds_staff_rights"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_role_is_noticed_on_the_night_on_which_the_role_goes() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    town.roles_apart();
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(found(&report, "user_without_role"), 0);
    town.remove("roles", "r-p0-s0");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(found(&report, "user_without_role"), 1, "{:?}", report.guard);
    assert_eq!(found(&sync(&hub, folder.path(), &town, 2).await, "user_without_role"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_district_names_may_become_staff() {
    let may = |ids: &str| format!("may_be_staff = [{ids}]\n");
    let (folder, hub, mut town) = town().await;
    hub.save_settings("oak", &may("\"p0-s0\", \"t9\""), &context(1)).await.unwrap();
    for id in ["p0-s0", "p1-s0"] {
        town.set("users", id, "role", "teacher");
        town.set("enrollments", &format!("a-s0_{id}"), "role", "teacher");
    }
    town.user("t9", "teacher", "s0").set("users", "t9", "userIds", "{SIS:p2-s0}");
    town.set("users", "t9", "familyName", "p2-s0");
    let report = night(&hub, &folder, &town, 1).await;
    let users = &report.outcomes[&Kind::User];
    assert_eq!(users.held_by, [("adds_staff_rights".to_owned(), 1)].into());
    assert_eq!((users.update, users.create), (1, 1));
    assert_eq!(report.outcomes[&Kind::Enrollment].held_by["adds_staff_rights"], 1);

    let (folder, hub, mut town) = town_with_roles().await;
    hub.save_settings("oak", &may("\"p0-s0\""), &context(1)).await.unwrap();
    for id in ["p0-s0", "p1-s0"] {
        town.role(&format!("r2-{id}"), id, "teacher", "s0");
    }
    let report = night(&hub, &folder, &town, 1).await;
    let roles = &report.outcomes[&Kind::Role];
    assert_eq!((roles.create, roles.held_by["adds_staff_rights"]), (1, 1));
}
