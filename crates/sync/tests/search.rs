//! Searching people and classes by name, from memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::SubjectId;
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, Status};
use firstbell_sync::search::{Found, Query, RoleFilter, State};
use firstbell_sync::{Answer, Hub};
use support::bundle::Bundle;
use support::{context, hub, night, sync, town};
use tempfile::TempDir;

fn text(text: &str) -> Query {
    Query { text: text.to_owned(), ..Query::default() }
}

async fn find(hub: &Hub, query: &Query, scope: &Scope) -> Found {
    hub.find_people("oak", query, scope, &context(3)).await.unwrap()
}

fn ids(found: &Found) -> Vec<&str> {
    found.rows.iter().map(|row| row.candidate.sourced_id.as_str()).collect()
}

async fn school(hub: &Hub, place: usize) -> SubjectId {
    let oak = hub.find_district("oak").await.unwrap().unwrap();
    hub.schools(&oak).await.unwrap()[place].0
}

/// A town in which two have names of their own.
fn named(students: usize) -> Bundle {
    let mut town = Bundle::town(students);
    town.set("users", "p0-s0", "familyName", "Ruíz Vega").set("users", "p0-s0", "givenName", "Ana");
    town.set("users", "p1-s1", "familyName", "Andersen").set("users", "p1-s1", "givenName", "Bo");
    town
}

async fn ready(students: usize) -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = named(students);
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    (folder, hub.keeping_names(), town)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_parts_of_their_names_with_slips_and_by_ids() {
    let (_folder, hub, _) = ready(3).await;
    for question in ["ruiz", "VEGA ana", "Ruíz Vega, Ana", "rui", "p0-s0", "{SIS:p0-s0}"] {
        assert_eq!(ids(&find(&hub, &text(question), &Scope::All).await), ["p0-s0"], "{question}");
    }
    let near = find(&hub, &text("Anderson"), &Scope::All).await;
    assert_eq!((ids(&near), near.near), (vec!["p1-s1"], true));
    let none = find(&hub, &text("Quillfeather"), &Scope::All).await;
    assert_eq!((none.total, none.near), (0, false));
    let all = find(&hub, &Query::default(), &Scope::All).await;
    assert_eq!(all.total, 8);
    let row = &find(&hub, &text("Vega"), &Scope::All).await.rows[0];
    let told = (row.candidate.name.as_str(), row.candidate.school.as_str(), row.state);
    assert_eq!(told, ("Ana Ruíz Vega", "School s0", State::Present));
}

#[tokio::test(flavor = "multi_thread")]
async fn school_role_and_state_are_told_apart() {
    let (folder, hub, mut town) = ready(12).await;
    town.leave("p1-s1");
    night(&hub, &folder, &town, 1).await;
    let count = async |query: Query| find(&hub, &query, &Scope::All).await.total;
    let north = Some(school(&hub, 0).await);
    assert_eq!(count(Query { school: north, ..Query::default() }).await, 13);
    let role = Some(RoleFilter::Staff);
    assert_eq!(count(Query { school: north, role, ..Query::default() }).await, 1);
    let students = Some(RoleFilter::Students);
    let present = Some(State::Present);
    assert_eq!(count(Query { role: students, state: present, ..Query::default() }).await, 23);
    let left = Query { state: Some(State::Left), ..Query::default() };
    let left = find(&hub, &left, &Scope::All).await;
    assert_eq!((ids(&left), left.rows[0].state), (vec!["p1-s1"], State::Left));
    assert_eq!(ids(&find(&hub, &text("andersen"), &Scope::All).await), ["p1-s1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operations_change_is_found_as_it_is_and_as_it_was() {
    let (folder, hub, mut town) = ready(12).await;
    assert_eq!(ids(&find(&hub, &text("ruiz"), &Scope::All).await), ["p0-s0"]);
    town.set("users", "p0-s0", "familyName", "Married");
    town.user("new", "student", "s1").set("users", "new", "familyName", "Newcomer");
    night(&hub, &folder, &town, 1).await;
    assert_eq!(ids(&find(&hub, &text("newcom"), &Scope::All).await), ["new"]);
    assert_eq!(ids(&find(&hub, &text("married"), &Scope::All).await), ["p0-s0"]);
    let once = find(&hub, &text("ruiz"), &Scope::All).await;
    assert_eq!((ids(&once), once.near), (vec!["p0-s0"], true));
    hub.undo("oak", None, &context(2)).await.unwrap();
    let found = find(&hub, &text("ruiz vega"), &Scope::All).await;
    assert_eq!((ids(&found), found.near), (vec!["p0-s0"], false));
    let gone = find(&hub, &text("newcomer"), &Scope::All).await;
    assert_eq!(gone.rows[0].state, State::Left);
    // What was read at once and what was kept up are the same.
    for question in ["ruiz", "married", "newcomer", "given", ""] {
        let anew = hub.clone().keeping_names();
        let (kept, read) = (
            find(&hub, &text(question), &Scope::All).await,
            find(&anew, &text(question), &Scope::All).await,
        );
        assert_eq!(kept, read, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_whom_only_the_delivery_has_is_found_and_forgotten_with_it() {
    let (folder, hub, mut town) = ready(12).await;
    town.user("lost", "student", "s1").set("users", "lost", "familyName", "Nowhere");
    town.set("users", "lost", "role", "wizard");
    night(&hub, &folder, &town, 1).await;
    let found = find(&hub, &text("nowhere"), &Scope::All).await;
    assert_eq!((ids(&found), found.rows[0].state), (vec!["lost"], State::Sent));
    assert_eq!((found.rows[0].id, found.rows[0].candidate.school.as_str()), (None, "School s1"));
    let by_id = find(&hub, &text("lost"), &Scope::All).await;
    assert_eq!((ids(&by_id), by_id.rows[0].state), (vec!["lost"], State::Sent));
    let north = Scope::Schools([school(&hub, 0).await].into());
    for question in ["nowhere", "lost"] {
        assert_eq!(find(&hub, &text(question), &north).await.total, 0, "{question}");
    }
    town.set("users", "lost", "role", "student");
    night(&hub, &folder, &town, 2).await;
    let found = find(&hub, &text("nowhere"), &Scope::All).await;
    assert_eq!(found.rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Present]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_those_of_their_schools_and_who_takes_a_class_there() {
    let (folder, hub, mut town) = ready(12).await;
    let (north, south) = (school(&hub, 0).await, school(&hub, 1).await);
    let scope = Scope::Schools([south].into());
    let never = find(&hub, &text("Quillfeather"), &scope).await;
    for question in ["ruiz", "Ana Ruíz Vega", "riuz", "{SIS:p0-s0}"] {
        assert_eq!(find(&hub, &text(question), &scope).await, never, "{question}");
    }
    // What looks like the id is offered from the reader's own schools.
    assert_eq!(ids(&find(&hub, &text("p0-s0"), &scope).await), ["p0-s1"]);
    assert_eq!(find(&hub, &Query::default(), &scope).await.total, 13);
    let elsewhere = Query { school: Some(north), ..Query::default() };
    assert_eq!(find(&hub, &elsewhere, &scope).await.total, 0);
    town.enroll("a-s1", "p0-s0", "student");
    night(&hub, &folder, &town, 1).await;
    let found = find(&hub, &text("ruiz"), &scope).await;
    assert_eq!((ids(&found), found.rows[0].candidate.school.as_str()), (vec!["p0-s0"], ""));
    assert_eq!(find(&hub, &elsewhere, &scope).await.total, 1);
    let id = found.rows[0].id.unwrap();
    let person = hub.person("oak", id, &scope, &context(3)).await.unwrap().unwrap();
    assert_eq!(person.places, [("student".to_owned(), "elsewhere".to_owned())]);
    let titles: Vec<_> = person.classes.iter().map(|seat| seat.title.as_str()).collect();
    assert_eq!(titles, ["a class elsewhere", "a class elsewhere", "a-s1"]);
    let told = format!("{person:?}");
    assert!(!told.contains("School s0") && !told.contains("a-s0"), "{told}");
    let other = find(&hub, &text("p2-s0"), &Scope::All).await.rows[0].id.unwrap();
    assert_eq!(hub.person("oak", other, &scope, &context(3)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_are_found_by_title_and_code_and_show_who_is_in_them() {
    let (folder, hub, mut town) = town().await;
    let hub = hub.keeping_names();
    town.set("classes", "a-s0", "title", "Algebra One").set(
        "classes",
        "a-s0",
        "classCode",
        "ALG-1",
    );
    night(&hub, &folder, &town, 1).await;
    for question in ["algebra", "one ALGEBRA", "ALG-1", "a-s0", "algebar"] {
        let found = hub.find_classes("oak", &text(question), &Scope::All, &context(3)).await;
        assert_eq!(ids(&found.unwrap()), ["a-s0"], "{question}");
    }
    let found = hub.find_classes("oak", &text("a-s0"), &Scope::All, &context(3)).await.unwrap();
    let id = found.rows[0].id.unwrap();
    let south = Scope::Schools([school(&hub, 1).await].into());
    assert_eq!(hub.class("oak", id, 0, &south, &context(3)).await.unwrap(), None);
    let hidden = hub.find_classes("oak", &text("algebra"), &south, &context(3)).await.unwrap();
    assert_eq!(hidden.total, 0);
    let class = hub.class("oak", id, 0, &Scope::All, &context(3)).await.unwrap().unwrap();
    assert_eq!((class.title.as_str(), class.teachers.len(), class.total), ("Algebra One", 1, 12));
    assert!(class.sentence.contains("since operation 1 of 2026-09-15"), "{}", class.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_with_family_classes_and_what_happened() {
    let (folder, hub, mut town) = town().await;
    town.user("g", "guardian", "s0").set("users", "p0-s0", "agentSourcedIds", "g");
    town.set("users", "p0-s0", "email", "p0@x.org");
    night(&hub, &folder, &town, 1).await;
    let hub = hub.keeping_names();
    let id = find(&hub, &text("p0-s0"), &Scope::All).await.rows[0].id.unwrap();
    let person = hub.person("oak", id, &Scope::All, &context(1)).await.unwrap().unwrap();
    assert_eq!(person.name, "Given p0-s0");
    assert_eq!(person.family[0].name, "Given g");
    assert_eq!(person.places, [("student".to_owned(), "School s0".to_owned())]);
    assert!(person.identifiers.contains(&("email".to_owned(), "p0@x.org".to_owned())));
    let newest = &person.timeline[0];
    let fields: Vec<_> = newest.change.fields.iter().map(|one| one.field.as_str()).collect();
    assert_eq!((newest.operation, fields), (2, vec!["email", "agentSourcedIds"]));
    assert_eq!((newest.by.as_str(), person.timeline.len()), ("Tester (tester)", 4));
    assert!(person.history.iter().any(|entry| entry.field == "email" && entry.from == 2));
    assert_eq!(hub.person("oak", SubjectId(999), &Scope::All, &context(1)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moved_away_is_not_found_at_the_old_school_by_a_name_of_that_time() {
    let (folder, hub, mut town) = ready(12).await;
    let (north, south) = (school(&hub, 0).await, school(&hub, 1).await);
    let at = |school| Scope::Schools([school].into());
    assert_eq!(find(&hub, &text("ruiz"), &at(north)).await.total, 1);
    town.set("users", "p0-s0", "familyName", "Married").set(
        "users",
        "p0-s0",
        "orgSourcedIds",
        "s1",
    );
    for row in town.files.get_mut("enrollments").unwrap() {
        if row[5] == "p0-s0" {
            row[3] = row[3].replace("-s0", "-s1");
            "s1".clone_into(&mut row[4]);
        }
    }
    night(&hub, &folder, &town, 1).await;
    for hub in [hub.clone(), hub.keeping_names()] {
        for question in ["ruiz", "married"] {
            let query = text(question);
            assert_eq!(find(&hub, &query, &at(north)).await.total, 0, "{question}");
            assert_eq!(ids(&find(&hub, &query, &at(south)).await), ["p0-s0"], "{question}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_a_class_at_a_school_is_seen_there_and_what_is_elsewhere_is_not() {
    let (folder, hub, mut town) = town().await;
    town.enroll("a-s1", "p0-s0", "student");
    sync(&hub, folder.path(), &town, 1).await;
    let oak = hub.find_district("oak").await.unwrap().unwrap();
    let schools = hub.schools(&oak).await.unwrap();
    let other = Scope::Schools([schools[1].0].into());
    let reader = Reader::Administrator;
    for hub in [hub.clone(), hub.keeping_names()] {
        for asked in ["p0-s0", "Given p0-s0", "{SIS:p0-s0}"] {
            let one = async |class| {
                let answer = hub.why("oak", asked, class, reader, &other, &context(1)).await;
                let Answer::One(report) = answer.unwrap() else { panic!("{asked}") };
                *report
            };
            let report = one(None).await;
            assert_eq!(report.cause, "member", "{asked}");
            let told = serde_json::to_string(&report).unwrap();
            assert!(!told.contains("School s0"), "{told}");
            assert_eq!(one(Some("a-s1")).await.cause, "member");
            assert_eq!(one(Some("a-s0")).await, one(Some("no such class")).await);
        }
        let history = hub.history("oak", "p0-s0", None, &other, &context(1)).await.unwrap();
        let orgs = history.iter().find(|entry| entry.field == "orgSourcedIds").unwrap();
        assert_eq!(orgs.value, "elsewhere");
        let hidden = hub.history("oak", "p1-s0", None, &other, &context(1)).await;
        let never = hub.history("oak", "p99-s7", None, &other, &context(1)).await;
        let told =
            |result: Result<_, firstbell_sync::HubError>| result.unwrap_err().candidates().to_vec();
        assert_eq!(told(hidden), told(never));
    }
}
