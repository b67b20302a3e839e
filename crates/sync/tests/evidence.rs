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
use firstbell_sync::access::Scope;
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
    delta.users_delta();
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

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_back_has_one_record() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "x1", "student", "Smith", "111", "77");
    night(&hub, &folder, &town, 1).await;
    town.leave("x1").set("users", "p0-s0", "phone", "1");
    night(&hub, &folder, &town, 2).await;
    // Both at once: the one with the sourcedId comes back, the other waits.
    person(&mut town, "x1", "student", "Smith", "111", "77");
    person(&mut town, "x2", "student", "Smith", "111", "77");
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(outcomes(&report, Kind::User), "restore 1, unchanged 26, held 1");
    town.leave("x1").leave("x2").set("users", "p0-s0", "phone", "2");
    night(&hub, &folder, &town, 4).await;
    // The number was handed over meanwhile.
    person(&mut town, "x1", "student", "Smith", "", "");
    person(&mut town, "x2", "student", "Jones", "111", "77");
    let report = night(&hub, &folder, &town, 5).await;
    assert_eq!(outcomes(&report, Kind::User), "create 1, restore 1, unchanged 26");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sourced_ids_of_a_row_the_last_brings_it_back() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "x1", "student", "Smith", "111", "77");
    night(&hub, &folder, &town, 1).await;
    town.leave("x1");
    person(&mut town, "x2", "student", "Smith", "111", "77");
    assert_eq!(
        outcomes(&night(&hub, &folder, &town, 2).await, Kind::User),
        "update 1, unchanged 26"
    );
    town.leave("x2").set("users", "p0-s0", "phone", "1");
    night(&hub, &folder, &town, 3).await;
    person(&mut town, "x1", "student", "Smith", "111", "77");
    person(&mut town, "x2", "student", "Smith", "111", "77");
    let report = night(&hub, &folder, &town, 4).await;
    assert_eq!(outcomes(&report, Kind::User), "restore 1, unchanged 26, held 1");
}

/// A town of 1.2, with the roles of a person renamed.
fn rekeyed(town: &mut Bundle, from: &str, to: &str) {
    for row in town.files.get_mut("users").unwrap().iter_mut().filter(|row| row[0] == from) {
        to.clone_into(&mut row[0]);
    }
    for file in ["roles", "enrollments"] {
        for cell in
            town.files.get_mut(file).unwrap().iter_mut().flatten().filter(|cell| *cell == from)
        {
            to.clone_into(cell);
        }
    }
}

async fn town_with_roles() -> (TempDir, firstbell_sync::Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.roles_apart();
    night(&hub, &folder, &town, 0).await;
    (folder, hub, town)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_role_record_goes_on_is_the_same_under_a_new_sourced_id() {
    let (folder, hub, mut town) = town_with_roles().await;
    rekeyed(&mut town, "p3-s0", "new");
    rekeyed(&mut town, "t-s1", "new-teacher");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 2, unchanged 24");
    assert_eq!(report.departures[&Kind::User].ended, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_of_1_2_who_returns_under_a_new_sourced_id_gets_the_same_account() {
    let (folder, hub, town) = town_with_roles().await;
    let mut less = town.clone();
    for who in ["p3-s0", "t-s1"] {
        less.leave(who).remove("roles", &format!("r-{who}"));
    }
    let report = support::sync(&hub, folder.path(), &less, 1).await;
    assert_eq!(report.status, Status::Held, "the only teacher leaves");
    hub.approve("oak", None, &context(1)).await.unwrap();
    let mut back = town;
    rekeyed(&mut back, "p3-s0", "new");
    rekeyed(&mut back, "t-s1", "new-teacher");
    back.set("users", "new", "familyName", "Other");
    let report = night(&hub, &folder, &back, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "restore 2, unchanged 24");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_meant_by_a_record_that_waits_stays() {
    let (folder, hub, mut town) = town_with_roles().await;
    // Roles come a night too late.
    rekeyed(&mut town, "p3-s0", "new");
    let mut early = town.clone();
    early.remove("roles", "r-p3-s0");
    let report = night(&hub, &folder, &early, 1).await;
    assert_eq!(held(&report, "role_unknown"), 1);
    assert_eq!((report.departures[&Kind::User].ended, report.departures[&Kind::User].held), (0, 1));
    assert_eq!(report.departures[&Kind::Enrollment].ended, 0);
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 25");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_two_schools_do_not_contradict() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[trusted_identifiers]]\nfield = \"identifier\"\nreach = \"school\"\n[[trusted_identifiers]]\nfield = \"userIds\"\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(6);
    person(&mut town, "pat-t", "teacher", "Pat", "1", "5");
    person(&mut town, "pat-g", "guardian", "Pat", "1", "9");
    town.set("users", "pat-g", "orgSourcedIds", "s1");
    person(&mut town, "kim", "student", "Kim", "2", "7");
    let report = night(&hub, &folder, &town, 0).await;
    assert_eq!(outcomes(&report, Kind::User), "create 17");
    town.leave("kim");
    person(&mut town, "kim-s1", "student", "Kim", "2", "70");
    town.set("users", "kim-s1", "orgSourcedIds", "s1");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 16");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_two_known_people_get_at_once_is_nobodys() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "identifier", "9").set("users", "p1-s0", "identifier", "9");
    town.set("users", "p2-s0", "identifier", "10");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 23, held 2");
    assert_eq!(held(&report, "contradiction"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_a_number_keeps_it_from_a_new_record() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "identifier", "9");
    person(&mut town, "new", "student", "New", "", "9");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 25, held 1");
    assert_eq!(held(&report, "several_records"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_claim_one_person_wait_together() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "gone", "student", "Ada", "111", "77");
    night(&hub, &folder, &town, 1).await;
    town.leave("gone");
    person(&mut town, "by-number", "student", "Ada", "", "77");
    person(&mut town, "by-state", "teacher", "Ben", "111", "");
    for round in 2..4 {
        let report = night(&hub, &folder, &town, round).await;
        assert_eq!((report.changes, report.pending_review), (0, 2), "night {round}");
        assert_eq!(held(&report, "adds_staff_rights"), 1);
        assert_eq!(held(&report, "several_records"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_accounts_of_somebody_go_on_under_new_ids() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "staff", "teacher", "Ada", "111", "77");
    person(&mut town, "parent", "guardian", "Ada", "111", "77");
    night(&hub, &folder, &town, 1).await;
    town.leave("staff").leave("parent");
    person(&mut town, "staff-2", "teacher", "Ada", "111", "77");
    person(&mut town, "parent-2", "guardian", "Ada Maria", "111", "77");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "update 2, unchanged 26");
    // A third account needs the name, and a role of its own.
    person(&mut town, "aide", "aide", "Ben", "111", "77");
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(held(&report, "several_records"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_known_gives_nothing_up() {
    let (folder, hub, _) = town().await;
    let changed = |delta: &mut Bundle, id: &str, day: &str, number: &str| {
        delta.user(id, "student", "s0").set("users", id, "identifier", number);
        delta.set("users", id, "dateLastModified", &format!("2026-09-{day}T00:00:00Z"));
        delta.set("users", id, "status", "active").users_delta();
    };
    let mut delta = Bundle::default();
    changed(&mut delta, "p0-s0", "12", "5");
    assert_eq!(night(&hub, &folder, &delta, 1).await.changes, 1);
    // The older record says nothing, so that the other takes from somebody who keeps it.
    let mut delta = Bundle::default();
    changed(&mut delta, "p0-s0", "10", "6");
    changed(&mut delta, "p1-s0", "13", "5");
    let report = night(&hub, &folder, &delta, 2).await;
    assert_eq!(report.outcomes[&Kind::User].ignored_by["older_than_known"], 1);
    assert_eq!(held(&report, "contradiction"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_one_school_is_new_in_another() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[trusted_identifiers]]\nfield = \"identifier\"\nreach = \"school\"\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    town.set("users", "p0-s0", "identifier", "5").set("users", "p0-s1", "identifier", "5");
    night(&hub, &folder, &town, 0).await;
    town.set("users", "p0-s1", "orgSourcedIds", "s0");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(held(&report, "contradiction"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_students_alone_is_none_of_a_guardians_in_1_2_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[trusted_identifiers]]\nfield = \"identifier\"\namong = [\"student\"]\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    person(&mut town, "parent", "guardian", "Smith", "", "7");
    town.roles_apart();
    night(&hub, &folder, &town, 0).await;
    let mut next = Bundle::town(12);
    person(&mut next, "parent", "guardian", "Smith", "", "7");
    person(&mut next, "child", "student", "Smith", "", "7");
    next.roles_apart();
    let report = night(&hub, &folder, &next, 1).await;
    assert_eq!((report.outcomes[&Kind::User].create, report.pending_review), (1, 0));
    let reason = report.summary.iter().find(|line| line.kind == Kind::User).unwrap();
    assert_eq!(reason.reason, "created_because_new_in_delivery", "another person");
    next.set("roles", "r-parent", "role", "student").set("users", "parent", "grades", "05");
    let report = night(&hub, &folder, &next, 2).await;
    assert_eq!(held(&report, "contradiction"), 1, "two students would have it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_gives_nobody_what_is_somebody_elses_now() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "first", "student", "Ada", "", "5");
    night(&hub, &folder, &town, 1).await;
    town.set("users", "first", "identifier", "7");
    assert_eq!(night(&hub, &folder, &town, 2).await.operation, Some(3));
    person(&mut town, "next", "student", "Ben", "", "5");
    night(&hub, &folder, &town, 3).await;
    let undone = hub.undo("oak", Some(3), &context(4)).await.unwrap();
    assert_eq!(undone.changes, 0);
    assert_eq!(undone.conflicts[0].reason, "identifier_taken");
    hub.undo("oak", Some(4), &context(5)).await.unwrap();
    assert_eq!(hub.undo("oak", Some(3), &context(6)).await.unwrap().changes, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_names_somebody_who_left_still_holds_its_identifiers() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "parent", "guardian", "Parent", "", "9");
    person(&mut town, "child", "student", "Ada", "", "5");
    town.set("users", "child", "agentSourcedIds", "parent");
    night(&hub, &folder, &town, 1).await;
    town.leave("parent");
    night(&hub, &folder, &town, 2).await;
    person(&mut town, "other", "student", "Ben", "", "5");
    let report = night(&hub, &folder, &town, 3).await;
    assert_eq!(held(&report, "several_records"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_goes_on_in_its_own_role_and_never_by_a_name_alone() {
    let (folder, hub, mut town) = town().await;
    person(&mut town, "a", "teacher", "Zed", "111", "");
    person(&mut town, "b", "aide", "Zed", "111", "");
    person(&mut town, "c", "teacher", "Kim", "222", "");
    person(&mut town, "d", "guardian", "Kim", "222", "");
    night(&hub, &folder, &town, 1).await;
    town.leave("a").leave("b").leave("c").leave("d");
    person(&mut town, "b-2", "aide", "Zed", "111", "");
    person(&mut town, "c-2", "teacher", "Lee", "222", "3");
    person(&mut town, "d-2", "guardian", "Kim", "", "3");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(held(&report, "several_records"), 2, "d-2 shares nothing with d but the name");
    // The aide's row goes on, with both names of the aide, and no name of the teacher.
    let history = hub.history("oak", "b-2", None, &Scope::All, &context(3)).await.unwrap();
    let told = format!("{history:?}");
    assert!(told.contains("\"aide\"") && !told.contains("\"teacher\""), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_an_identifier_whose_holder_is_kept_back() {
    let (folder, hub, mut town) = town().await;
    let settings =
        "on_hold = \"keep_back\"\n[guard.people_deactivated_in_school]\npercent = 0.0\ncount = 0\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    town.set("users", "p0-s0", "identifier", "5").set("users", "p0-s1", "identifier", "6");
    night(&hub, &folder, &town, 1).await;
    town.set("users", "p0-s0", "identifier", "7").set("users", "p0-s0", "enabledUser", "false");
    town.set("users", "p0-s1", "identifier", "5").set("users", "p1-s1", "phone", "1");
    let report = support::sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 23, held 2");
    let approved = hub.approve("oak", report.plan, &context(2)).await.unwrap();
    assert_eq!(approved.changes, 2);
}
