//! What identifiers prove: within their reach, most trusted first, and never against each other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, found, hub, night, outcomes, town};
use tempfile::TempDir;

/// Adds somebody of a name, with numbers of the state and of the district.
fn person(town: &mut Bundle, id: &str, role: &str, name: &str, state: &str, number: &str) {
    let ids = if state.is_empty() { String::new() } else { format!("{{State:{state}}}") };
    town.user(id, role, "s0").set("users", id, "userIds", &ids);
    town.set("users", id, "familyName", name).set("users", id, "identifier", number);
}

fn held(report: &firstbell_sync::report::RunReport, why: &str) -> u64 {
    report.outcomes[&Kind::User].held_by.get(why).copied().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_unique_in_a_school_is_no_evidence_in_another() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[trusted_identifiers]]\nfield = \"identifier\"\nreach = \"school\"\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(6);
    for school in ["s0", "s1"] {
        for number in 0..6 {
            let id = format!("p{number}-{school}");
            town.set("users", &id, "userIds", "").set(
                "users",
                &id,
                "identifier",
                &number.to_string(),
            );
        }
    }
    let report = night(&hub, &folder, &town, 0).await;
    assert_eq!(outcomes(&report, Kind::User), "create 14");
    assert_eq!(found(&report, "shared_trusted_identifier"), 0);

    // In the school it is the same child; in the other school, another.
    town.leave("p5-s0").leave("p4-s0");
    town.user("again", "student", "s0").set("users", "again", "identifier", "5");
    town.user("other", "student", "s1").set("users", "other", "identifier", "40");
    town.set("users", "other", "identifier", "4").leave("p4-s1");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 2, unchanged 11");
    assert_eq!(report.departures[&Kind::User].ended, 1, "p4 of s0 was nobody's predecessor");

    town.user("twice", "student", "s0").set("users", "twice", "identifier", "0");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(found(&report, "shared_trusted_identifier"), 2, "it is not unique in its school");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_records_that_contradict_each_other_are_not_one_person() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "x1", "student", "Smith", "111", "77");
    person(&mut town, "x2", "guardian", "Smith", "222", "77");
    person(&mut town, "y1", "student", "Jones", "333", "88");
    person(&mut town, "y2", "guardian", "Jones", "333", "88");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "create 2, unchanged 26, held 2");
    assert_eq!(held(&report, "several_records"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_person_whom_a_record_contradicts_is_somebody_else() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "x1", "student", "Smith", "111", "77");
    night(&hub, &folder, &town, 1).await;
    person(&mut town, "x2", "guardian", "Smith", "222", "77");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(held(&report, "contradiction"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weaker_identifier_never_overrules_a_stronger_one() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "alice", "student", "Alice", "222", "77");
    person(&mut town, "cara", "student", "Cara", "333", "78");
    night(&hub, &folder, &town, 1).await;
    town.leave("alice").leave("cara");
    person(&mut town, "bob", "student", "Bob", "111", "77");
    person(&mut town, "cara-new", "student", "Cara", "333", "79");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(held(&report, "contradiction"), 1, "bob has the number of alice alone");
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 26, held 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_present_record_of_the_same_role_is_never_a_second_account() {
    let (folder, hub, _) = town().await;
    let mut delta = Bundle::default();
    delta.user("new", "student", "s0").set("users", "new", "userIds", "{SIS:p0-s0}");
    delta.set("users", "new", "familyName", "p0-s0");
    let others = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let mut files: Vec<_> = others.into_iter().map(|file| (file, "absent")).collect();
    files.push(("users", "delta"));
    delta.manifest("1.1", &files);
    let report = night(&hub, &folder, &delta, 1).await;
    assert_eq!((report.status, held(&report, "several_records")), (Status::Unchanged, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_record_waits_until_its_role_is_known() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.roles_apart();
    night(&hub, &folder, &town, 0).await;
    let row = town.files["users"].iter().find(|row| row[0] == "p0-s0").unwrap().clone();
    let mut second = row;
    "second".clone_into(&mut second[0]);
    town.files.get_mut("users").unwrap().push(second);
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(held(&report, "role_unknown"), 1, "{:?}", report.outcomes[&Kind::User]);
    town.role("r-second", "second", "teacher", "s0");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(held(&report, "adds_staff_rights"), 1);
    town.set("roles", "r-second", "role", "guardian");
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(report.outcomes[&Kind::User].create, 1, "a guardian may be the same person");
}
