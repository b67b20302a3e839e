//! What is told of families and classes, and what is not: of people of several schools, of whom a
//! rule leaves out, and of changes alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use firstbell_sync::report::RunReport;
use support::bundle::Bundle;
use support::{context, found, hub, sync};
use tempfile::TempDir;

/// A town in which each student of one school has a guardian with an address.
fn town() -> Bundle {
    let mut town = Bundle::town(4);
    for number in 0..4 {
        let (id, student) = (format!("g{number}"), format!("p{number}-s0"));
        town.user(&id, "guardian", "s0").set("users", &id, "agentSourcedIds", &student);
        town.set("users", &id, "email", &format!("{id}@example.org"));
    }
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_several_schools_are_not_held_against_the_first() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = town();
    town.set("users", "g0", "orgSourcedIds", "d,s0").set("users", "g1", "orgSourcedIds", "d");
    for number in 0..4 {
        town.set("users", &format!("p{number}-s0"), "orgSourcedIds", "s1,s0");
    }
    for night in 0..2 {
        let report = sync(&hub, folder.path(), &town, night).await;
        assert_eq!(found(&report, "class_of_other_school"), 0, "night {night}");
        assert_eq!(found(&report, "guardian_without_school"), 1, "night {night}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_whom_a_rule_leaves_out_is_no_missing_one() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = town();
    let none = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(found(&none, "student_without_contact"), 4, "those of the other school have none");
    let rule = "[scope]\nroles = { except = [\"guardian\"] }\n";
    hub.save_settings("oak", rule, &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(found(&report, "student_without_contact"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_alone_mend_nothing_that_only_the_whole_tells() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = town();
    town.set("users", "g3", "agentSourcedIds", "");
    let first = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(found(&first, "guardian_without_student"), 1);
    let mut delta = Bundle::default();
    delta.user("g3", "guardian", "s0").set("users", "g3", "status", "active");
    delta.set("users", "g3", "givenName", "Other").users_delta();
    let changes = sync(&hub, folder.path(), &delta, 1).await;
    let mended = changes.fixed.iter().any(|one| one.code == "guardian_without_student");
    assert!(!mended, "{:?}", changes.fixed);
    town.set("users", "g3", "givenName", "Other");
    let whole = sync(&hub, folder.path(), &town, 2).await;
    let mut told = whole.findings.iter().filter(|one| one.code == "guardian_without_student");
    assert_eq!(told.next().map(|one| (one.count, one.new)), Some((1, Some(0))));
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_did_not_come_tell_who_is_a_student_all_the_same() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = town();
    town.set("users", "g3", "agentSourcedIds", "").roles_apart();
    let told = |report: &RunReport| {
        ["guardian_without_student", "student_without_contact"].map(|code| found(report, code))
    };
    let whole = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(told(&whole), [1, 5]);
    for (night, roles) in [(1, "delta"), (2, "absent")] {
        let mut changes = town.clone();
        let all = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
        let mut files = all.map(|file| (file, "bulk")).to_vec();
        files.push(("roles", roles));
        changes.manifest("1.2", &files);
        if roles == "delta" {
            changes.files.get_mut("roles").unwrap().truncate(2);
        } else {
            changes.files.remove("roles");
        }
        let report = sync(&hub, folder.path(), &changes, night).await;
        assert_eq!(told(&report), [1, 5], "{roles}");
        let mended = report.fixed.iter().filter(|one| one.code != "no_manifest");
        assert_eq!(mended.count(), 0, "{roles}: {:?}", report.fixed);
    }
}

/// A town in which so many guardians name a student, and so many of them the student names.
fn with_guardians(from_theirs: usize, from_own: usize) -> Bundle {
    let mut town = Bundle::town(4);
    let ids: Vec<_> = (0..from_theirs.max(from_own)).map(|number| format!("g{number}")).collect();
    for id in &ids {
        town.user(id, "guardian", "s0");
    }
    for id in ids.iter().take(from_theirs) {
        town.set("users", id, "agentSourcedIds", "p0-s0");
    }
    town.set("users", "p0-s0", "agentSourcedIds", &ids[..from_own].join(","));
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guardians_are_told_once_whoever_names_whom() {
    for (theirs, own, expected) in [(6, 0, 1), (0, 6, 1), (6, 6, 1), (6, 3, 1), (5, 5, 0)] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        for night in 0..2 {
            let report = sync(&hub, folder.path(), &with_guardians(theirs, own), night).await;
            assert_eq!(found(&report, "many_contacts"), expected, "{theirs} {own}, night {night}");
        }
    }
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "[expect]\ncontacts = 6\n", &context(0)).await.unwrap();
    let report = sync(&hub, folder.path(), &with_guardians(6, 0), 0).await;
    assert_eq!(found(&report, "many_contacts"), 0, "the district expects six");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_of_many_students_is_no_student_of_many_guardians() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    let students: Vec<_> =
        ["s0", "s1"].iter().flat_map(|s| (0..4).map(move |n| format!("p{n}-{s}"))).collect();
    town.user("g0", "guardian", "s0").set("users", "g0", "agentSourcedIds", &students.join(","));
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(found(&report, "many_contacts"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_guardians_changes_show_what_the_student_names_and_mend_nothing() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &with_guardians(6, 0), 0).await;
    let change = |agents: &str, name: &str| {
        let mut delta = Bundle::default();
        delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "active");
        delta.set("users", "p0-s0", "givenName", name);
        delta.set("users", "p0-s0", "agentSourcedIds", agents).users_delta();
        delta
    };
    let mended = |report: &RunReport| report.fixed.iter().any(|one| one.code == "many_contacts");
    let few = sync(&hub, folder.path(), &change("g0", "Few"), 1).await;
    assert_eq!((found(&few, "many_contacts"), mended(&few)), (0, false));
    let many = sync(&hub, folder.path(), &change("g0,g1,g2,g3,g4,g5", "Many"), 2).await;
    let mut told = many.findings.iter().filter(|one| one.code == "many_contacts");
    assert_eq!(told.next().map(|one| (one.count, one.new)), Some((1, Some(0))), "it goes on");
    let whole = sync(&hub, folder.path(), &with_guardians(5, 0), 3).await;
    assert_eq!((found(&whole, "many_contacts"), mended(&whole)), (0, true));
}
