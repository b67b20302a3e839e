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
