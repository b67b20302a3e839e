//! What people share who should not: addresses, user names, and all by which they are told apart.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::Settings;
use firstbell_sync::check::check;
use firstbell_sync::report::RunReport;
use support::bundle::Bundle;
use support::{day, found, hub, night, sync, town};
use tempfile::TempDir;

const CODES: [&str; 3] = ["shared_email", "shared_username", "people_look_alike"];

/// How often each check notices something in a town that is changed, with these settings.
fn told_with(settings: &str, change: impl Fn(&mut Bundle)) -> [u64; 3] {
    let folder = TempDir::new().unwrap();
    let mut town = Bundle::town(4);
    change(&mut town);
    town.write(folder.path());
    let settings = Settings::parse(settings).unwrap();
    let report = check(folder.path(), &settings, day(), &|_, _| ()).unwrap();
    CODES.map(|code| {
        let of = report.findings.iter().filter(|finding| finding.code == code);
        of.map(|finding| finding.count).sum()
    })
}

fn told(change: impl Fn(&mut Bundle)) -> [u64; 3] {
    told_with("", change)
}

fn all(report: &RunReport) -> [u64; 3] {
    CODES.map(|code| found(report, code))
}

/// Gives users the same value of a column.
fn same(town: &mut Bundle, ids: &[&str], column: &str, value: &str) {
    for id in ids {
        town.set("users", id, column, value);
    }
}

#[test]
fn an_address_of_two_people_is_told() {
    assert_eq!(told(|_| ()), [0, 0, 0]);
    let students = |town: &mut Bundle| {
        same(town, &["p0-s0", "p1-s1"], "email", "ada@example.org");
        town.set("users", "p1-s1", "email", "Ada@Example.org");
    };
    assert_eq!(told(students), [2, 0, 0]);
    let with_guardian = |town: &mut Bundle| {
        town.user("g0", "guardian", "s0");
        same(town, &["p0-s0", "g0"], "email", "ada@example.org");
    };
    assert_eq!(told(with_guardian), [2, 0, 0]);
    let parents = |town: &mut Bundle| {
        town.user("g0", "guardian", "s0").user("g1", "parent", "s0");
        same(town, &["g0", "g1"], "email", "oaks@example.org");
    };
    assert_eq!(told(parents), [0, 0, 0], "a family may have one address");
    let trusted = "[[trusted_identifiers]]\nfield = \"email\"\n";
    assert_eq!(told_with(trusted, students), [0, 0, 0], "it is told as an identifier");
}

#[test]
fn a_user_name_of_two_people_is_told() {
    let students = |town: &mut Bundle| same(town, &["p0-s0", "p1-s0"], "username", "ada");
    assert_eq!(told(students), [0, 2, 0]);
    let one_person = |town: &mut Bundle| {
        town.user("g0", "guardian", "s0").set("users", "g0", "familyName", "t-s0");
        same(town, &["t-s0", "g0"], "username", "ada");
        same(town, &["t-s0", "g0"], "email", "ada@example.org");
    };
    assert_eq!(told(one_person), [0, 0, 0], "a teacher who is a guardian too");
}

#[test]
fn people_who_look_like_one_are_told() {
    let alike = |town: &mut Bundle| {
        same(town, &["p0-s0", "p1-s0"], "familyName", "Oak");
        town.set("users", "p1-s0", "familyName", "OAK");
    };
    assert_eq!(told(alike), [0, 0, 2]);
    let in_other_grade = |town: &mut Bundle| {
        alike(town);
        town.set("users", "p1-s0", "grades", "04");
    };
    assert_eq!(told(in_other_grade), [0, 0, 0]);
    let in_other_school = |town: &mut Bundle| same(town, &["p0-s0", "p0-s1"], "familyName", "Oak");
    assert_eq!(told(in_other_school), [0, 0, 0]);
    let teachers = |town: &mut Bundle| {
        town.user("t1-s0", "teacher", "s0");
        same(town, &["t-s0", "t1-s0"], "familyName", "Oak");
    };
    assert_eq!(told(teachers), [0, 0, 2]);
}

#[test]
fn birth_dates_tell_people_apart_or_together() {
    let with = "demographics = true";
    let born = |school: &'static str, other: &'static str| {
        move |town: &mut Bundle| {
            let twin = format!("p1-{school}");
            same(town, &["p0-s0", &twin], "familyName", "Oak");
            town.row("demographics", "p0-s0", &[("birthDate", "2015-03-01")]);
            town.row("demographics", &twin, &[("birthDate", other)]);
        }
    };
    assert_eq!(told_with(with, born("s1", "2015-03-01")), [0, 0, 2]);
    assert_eq!(told_with(with, born("s1", "2015-03-02")), [0, 0, 0]);
    assert_eq!(told_with(with, born("s0", "2015-03-02")), [0, 0, 0], "they are two");
    assert_eq!(told_with(with, born("s0", "")), [0, 0, 2], "who knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_share_with_an_unchanged_record_is_told_with_it() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p3-s0", "email", "ada@example.org");
    assert_eq!(all(&night(&hub, &folder, &town, 1).await), [0, 0, 0]);
    town.set("users", "p4-s1", "email", "ada@example.org");
    town.user("again", "student", "s0").set("users", "again", "familyName", "p5-s0");
    town.set("users", "again", "username", "p7-s0");
    for number in 2..4 {
        let report = night(&hub, &folder, &town, number).await;
        assert_eq!(all(&report), [2, 2, 2], "night {number}");
    }
    town.set("users", "p3-s0", "email", "").remove("users", "again");
    let report = night(&hub, &folder, &town, 4).await;
    assert_eq!(all(&report), [0, 0, 0]);
    assert!(CODES.iter().all(|code| report.fixed.iter().any(|fixed| fixed.code == *code)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_delivery_and_the_next_tell_the_same() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    same(&mut town, &["p0-s0", "p1-s0", "p2-s1"], "email", "ada@example.org");
    same(&mut town, &["p4-s1", "p5-s1"], "familyName", "Oak");
    for number in 0..3 {
        assert_eq!(all(&night(&hub, &folder, &town, number).await), [3, 0, 2], "night {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_look_like_another_by_a_role_record_is_told() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    same(&mut town, &["p3-s0", "p3-s1"], "familyName", "Oak");
    town.roles_apart();
    assert_eq!(all(&night(&hub, &folder, &town, 0).await), [0, 0, 0]);
    town.set("roles", "r-p3-s1", "orgSourcedId", "s0");
    for number in 1..3 {
        assert_eq!(all(&night(&hub, &folder, &town, number).await), [0, 0, 2], "night {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_alone_do_not_tell_who_is_in_a_class() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    sync(&hub, folder.path(), &town, 0).await;
    let enrolled = |bundle: &mut Bundle| {
        for number in 0..3 {
            bundle.enroll("a-s0", &format!("p{number}-s1"), "student");
        }
    };
    let mut delta = Bundle::default();
    enrolled(&mut delta);
    for number in 0..3 {
        delta.set("enrollments", &format!("a-s0_p{number}-s1"), "status", "active");
    }
    delta.manifest("1.1", &[("enrollments", "delta")]);
    let report = sync(&hub, folder.path(), &delta, 1).await;
    assert_eq!(found(&report, "class_of_other_school"), 0);
    enrolled(&mut town);
    for number in 0..4 {
        town.remove("enrollments", &format!("a-s0_p{number}-s0"));
    }
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(found(&report, "class_of_other_school"), 1);
    assert_eq!(found(&report, "student_of_other_school"), 0, "it is told of the class");
    town.enroll("b-s1", "p0-s0", "student");
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(found(&report, "student_of_other_school"), 1);
    town.set("users", "p0-s0", "orgSourcedIds", "s0,s1");
    let report = sync(&hub, folder.path(), &town, 4).await;
    assert_eq!(found(&report, "student_of_other_school"), 0, "who belongs to both schools");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_alone_are_compared_with_the_roster_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    same(&mut town, &["p0-s0", "p1-s0"], "email", "ada@example.org");
    same(&mut town, &["p2-s0"], "email", "ben@example.org");
    assert_eq!(all(&sync(&hub, folder.path(), &town, 0).await), [2, 0, 0]);
    let mut delta = Bundle::default();
    for (id, email) in [("p0-s0", "ada@example.org"), ("p3-s0", "ben@example.org")] {
        delta.user(id, "student", "s0").set("users", id, "status", "active");
        delta.set("users", id, "email", email);
    }
    delta.users_delta();
    let report = sync(&hub, folder.path(), &delta, 1).await;
    assert_eq!(all(&report), [2, 0, 0], "they share with those who did not come");
    assert!(!report.fixed.iter().any(|fixed| fixed.code == "shared_email"), "{:?}", report.fixed);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_of_several_schools_count_at_each() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    town.set("users", "t-s0", "orgSourcedIds", "s1,s0");
    for class in ["a", "b"] {
        town.remove("enrollments", &format!("{class}-s0_t-s0"));
    }
    town.enroll("a-s0", "t-s0", "student");
    // Also where the record does not change.
    for night in 0..2 {
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(found(&report, "school_without_teachers"), 0, "night {night}");
        assert_eq!(found(&report, "student_of_other_school"), 0, "night {night}");
        assert_eq!(found(&report, "staff_as_student"), 1, "night {night}");
    }
    town.set("users", "t-s0", "orgSourcedIds", "s1");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(found(&report, "school_without_teachers"), 1);
    assert_eq!(found(&report, "student_of_other_school"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_s_role_at_a_further_school_counts_there() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    for class in ["a", "b"] {
        town.remove("enrollments", &format!("{class}-s0_t-s0"));
    }
    town.set("users", "t-s0", "orgSourcedIds", "s1").roles_apart();
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(found(&report, "school_without_teachers"), 1);
    town.role("r-further", "t-s0", "teacher", "s0");
    town.set("roles", "r-further", "roleType", "secondary");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(found(&report, "school_without_teachers"), 0);
}
