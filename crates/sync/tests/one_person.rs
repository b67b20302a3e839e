//! The district says which records of one delivery are one person.

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
use firstbell_sync::Hub;
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, found, night, outcomes, town};
use tempfile::TempDir;

/// Adds somebody of a name, with numbers of the state and of the district.
fn person(town: &mut Bundle, id: &str, role: &str, name: &str, state: &str, number: &str) {
    let ids = if state.is_empty() { String::new() } else { format!("{{State:{state}}}") };
    town.user(id, role, "s0").set("users", id, "userIds", &ids);
    town.set("users", id, "familyName", name).set("users", id, "identifier", number);
}

fn held(report: &RunReport, why: &str) -> u64 {
    report.outcomes[&Kind::User].held_by.get(why).copied().unwrap_or(0)
}

/// The next night with other settings; planning again afterwards changes nothing.
async fn said(hub: &Hub, folder: &TempDir, town: &Bundle, at: i64, settings: &str) -> RunReport {
    hub.save_settings("oak", settings, &context(at)).await.unwrap();
    let report = night(hub, folder, town, at).await;
    let again = night(hub, folder, town, at).await;
    assert_eq!(again.status, Status::Unchanged, "{:?}", again.summary);
    report
}

/// Why people were created or changed.
fn reasons(report: &RunReport) -> Vec<&str> {
    let lines = report.summary.iter().filter(|line| line.kind == Kind::User);
    lines.map(|line| line.reason.as_str()).collect()
}

/// A town with three new records of one number, two of which have one name.
async fn three() -> (TempDir, Hub, Bundle) {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "x1", "student", "Smith", "", "77");
    person(&mut town, "x2", "student", "Smith", "", "77");
    person(&mut town, "y", "student", "Jones", "", "77");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(held(&report, "several_records"), 3);
    (folder, hub, town)
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_one_person_are_taken_and_the_others_wait() {
    let (folder, hub, town) = three().await;
    let report = said(&hub, &folder, &town, 2, "one_person = [[\"x1\", \"x2\"]]").await;
    assert_eq!(outcomes(&report, Kind::User), "create 2, unchanged 26, held 1");
    assert_eq!(held(&report, "several_records"), 1, "y has the number too");
    let expected = ["created_because_new_in_delivery", "created_because_known_by_identifier"];
    assert_eq!(reasons(&report), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_alone_is_said_to_have_the_number() {
    let (folder, hub, mut town) = three().await;
    let report = said(&hub, &folder, &town, 2, "one_person = [[\"y\"]]").await;
    assert_eq!(outcomes(&report, Kind::User), "create 1, unchanged 26, held 2");
    town.set("users", "x1", "identifier", "78").set("users", "x2", "identifier", "79");
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(outcomes(&report, Kind::User), "create 2, unchanged 27");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_person_is_named_with_their_further_record() {
    let (folder, hub, mut town) = town().await;
    for id in ["x1", "x2"] {
        town.user(id, "student", "s1").set("users", id, "userIds", "{SIS:p0-s0}");
    }
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(held(&report, "several_records"), 2);
    let report = said(&hub, &folder, &town, 2, "one_person = [[\"x1\"]]").await;
    assert_eq!(held(&report, "several_records"), 2, "whose the number is, is known");
    let report = said(&hub, &folder, &town, 3, "one_person = [[\"p0-s0\", \"x1\"]]").await;
    assert_eq!(outcomes(&report, Kind::User), "create 1, unchanged 26, held 1");
    assert_eq!(reasons(&report), ["created_because_known_by_identifier"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_person_goes_on_under_the_id_that_is_said() {
    let (folder, hub, mut town) = town().await;
    town.leave("p0-s0");
    for id in ["x1", "x2"] {
        town.user(id, "student", "s0").set("users", id, "userIds", "{SIS:p0-s0}");
        town.set("users", id, "familyName", "p0-s0");
    }
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!((held(&report, "several_records"), report.changes), (2, 0));
    let report = said(&hub, &folder, &town, 2, "one_person = [[\"x2\", \"p0-s0\"]]").await;
    assert_eq!(held(&report, "several_records"), 1);
    assert_eq!(reasons(&report), ["updated_because_known_by_identifier"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_makes_nobody_staff_and_joins_nobody_whose_numbers_differ() {
    let (folder, hub, mut town) = town().await;
    for (id, role) in [("x1", "teacher"), ("x2", "student")] {
        town.user(id, role, "s0").set("users", id, "userIds", "{SIS:p0-s0}");
    }
    person(&mut town, "z1", "student", "Smith", "111", "88");
    person(&mut town, "z2", "student", "Smith", "222", "88");
    let settings = "one_person = [[\"p0-s0\", \"x1\"], [\"z1\", \"z2\"]]";
    let report = said(&hub, &folder, &town, 1, settings).await;
    assert_eq!(outcomes(&report, Kind::User), "unchanged 26, held 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_name_nobody_are_told() {
    let (folder, hub, town) = town().await;
    let settings = "same_person = [\"p0-s0\", \"nobody\"]\nmay_be_staff = [\"who\"]\none_person = [[\"p0-s0\", \"x\", \"y\"]]";
    let report = said(&hub, &folder, &town, 1, settings).await;
    let told = report.findings.iter().filter(|found| found.code == "setting_names_nobody");
    let told: Vec<_> = told.map(|found| (found.examples[0].field.as_str(), found.count)).collect();
    assert_eq!(told, [("one_person", 2), ("may_be_staff", 1), ("same_person", 1)]);
    let report = said(&hub, &folder, &town, 2, "same_person = [\"p0-s0\"]").await;
    assert_eq!(found(&report, "setting_names_nobody"), 0);
}
