//! What a complete file lacks and other records name is kept, and ends once none does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    clippy::too_many_lines,
    clippy::assigning_clones,
    clippy::semicolon_if_nothing_returned,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, found, hub, sync};
use tempfile::TempDir;

/// Syncs and tells how many rows the check keeps, how many departures are held, and what changes.
async fn kept(hub: &Hub, folder: &TempDir, town: &Bundle, night: i64) -> (u64, u64, u64) {
    let report = sync(hub, folder.path(), town, night).await;
    let held = report.departures.values().map(|one| one.held).sum();
    (found(&report, "absent_but_named"), held, report.changes)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_records_name_is_kept_though_its_file_lacks_it() {
    for (file, id) in
        [("orgs", "d"), ("orgs", "s1"), ("academicSessions", "y"), ("courses", "k-s0")]
    {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(6);
        town.row("academicSessions", "z", &town_session()).class("x", "s0");
        town.set("classes", "x", "termSourcedIds", "z").set("classes", "x", "courseSourcedId", "");
        assert_eq!(kept(&hub, &folder, &town, 0).await.0, 0);
        town.remove(file, id);
        assert_eq!(kept(&hub, &folder, &town, 1).await, (1, 1, 0), "{id}");
        assert_eq!(kept(&hub, &folder, &town, 2).await, (1, 1, 0), "{id}, the next night");
    }
}

fn town_session() -> [(&'static str, &'static str); 4] {
    [("title", "Z"), ("type", "term"), ("startDate", "2026-08-01"), ("endDate", "2027-01-30")]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_record_names_any_more_ends() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    town.row("orgs", "s2", &[("name", "Two"), ("type", "school")]);
    town.row("courses", "k-s2", &[("title", "Art"), ("orgSourcedId", "s2")]);
    town.row("academicSessions", "z", &town_session());
    town.set("users", "p0-s0", "orgSourcedIds", "s0,s2");
    town.set("classes", "a-s0", "termSourcedIds", "y,z");
    town.set("classes", "b-s0", "courseSourcedId", "k-s2");
    assert_eq!(kept(&hub, &folder, &town, 0).await.0, 0);
    town.remove("orgs", "s2").remove("courses", "k-s2").remove("academicSessions", "z");
    assert_eq!(kept(&hub, &folder, &town, 1).await, (3, 3, 0));
    assert_eq!(kept(&hub, &folder, &town, 2).await, (3, 3, 0), "a course that is kept names too");
    town.set("classes", "b-s0", "courseSourcedId", "k-s0");
    assert_eq!(kept(&hub, &folder, &town, 3).await, (2, 2, 2), "its second org still names it");
    town.set("users", "p0-s0", "orgSourcedIds", "s0");
    assert_eq!(
        kept(&hub, &folder, &town, 4).await,
        (1, 1, 2),
        "the org ends, and the person has one less"
    );
    town.set("classes", "a-s0", "termSourcedIds", "y");
    assert_eq!(
        kept(&hub, &folder, &town, 5).await,
        (0, 0, 2),
        "the term ends, and the class has one less"
    );
    assert_eq!(kept(&hub, &folder, &town, 6).await, (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_their_own_name_orgs_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    town.row("orgs", "s2", &[("name", "Two"), ("type", "school")]);
    town.user("u", "aide", "s2").roles_apart();
    kept(&hub, &folder, &town, 0).await;
    town.remove("orgs", "s2");
    assert_eq!(kept(&hub, &folder, &town, 1).await, (1, 1, 0));
    town.set("roles", "r-u", "orgSourcedId", "s0");
    assert_eq!(kept(&hub, &folder, &town, 2).await, (0, 0, 2), "the role and the org");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_records_name_is_kept_though_it_asks_to_end() {
    for (file, kind, id) in [
        ("orgs", Kind::Org, "s1"),
        ("orgs", Kind::Org, "d"),
        ("academicSessions", Kind::AcademicSession, "y"),
        ("courses", Kind::Course, "k-s0"),
    ] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(6);
        town.row("academicSessions", "z", &town_session()).class("x", "s0");
        town.set("classes", "x", "termSourcedIds", "z").set("classes", "x", "courseSourcedId", "");
        kept(&hub, &folder, &town, 0).await;
        town.set(file, id, "status", "tobedeleted");
        for night in 1..3 {
            let report = sync(&hub, folder.path(), &town, night).await;
            assert_eq!((found(&report, "absent_but_named"), report.changes), (1, 0), "{id}");
            assert_eq!(report.outcomes[&kind].held_by["absent_but_named"], 1, "{id}");
            assert_eq!(report.departures[&kind].held, 1, "{id}");
        }
    }
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    town.row("academicSessions", "z", &town_session());
    kept(&hub, &folder, &town, 0).await;
    town.set("academicSessions", "z", "status", "tobedeleted");
    assert_eq!(kept(&hub, &folder, &town, 1).await, (0, 0, 1), "what nothing names ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_asks_to_end_ends_though_its_class_or_person_ends_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    town.class("x", "s0").enroll("x", "p0-s0", "student");
    kept(&hub, &folder, &town, 0).await;
    town.remove("classes", "x").set("users", "p1-s0", "status", "tobedeleted");
    for id in ["x_p0-s0", "a-s0_p1-s0", "b-s0_p1-s0"] {
        town.set("enrollments", id, "status", "tobedeleted");
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    let (outcomes, departures) =
        (&report.outcomes[&Kind::Enrollment], &report.departures[&Kind::Enrollment]);
    assert_eq!((outcomes.end, outcomes.held, departures.by_record), (3, 0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rows_name_is_kept_though_their_records_do_not_come() {
    for (file, kind, id, named) in [
        ("academicSessions", Kind::AcademicSession, "z", true),
        ("academicSessions", Kind::AcademicSession, "w", false),
        ("orgs", Kind::Org, "s2", true),
        ("orgs", Kind::Org, "s3", false),
    ] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(6);
        town.row("academicSessions", "z", &town_session());
        town.row("academicSessions", "w", &town_session());
        town.set("classes", "a-s0", "termSourcedIds", "y,z");
        for school in ["s2", "s3"] {
            town.row("orgs", school, &[("name", school), ("type", "school")]);
        }
        town.set("users", "p0-s0", "orgSourcedIds", "s0,s2");
        kept(&hub, &folder, &town, 0).await;
        let mut delta = town.clone();
        delta.set(file, id, "status", "tobedeleted");
        for row in delta.files.get_mut(file).unwrap().iter_mut().skip(1) {
            row[2] = "2026-09-01T00:00:00Z".to_owned();
        }
        delta.files.retain(|name, _| name == file);
        let absent = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
        let absent = absent.map(|name| (name, if name == file { "delta" } else { "absent" }));
        delta.manifest("1.1", &absent);
        let report = sync(&hub, folder.path(), &delta, 1).await;
        let expected = if named { (1, 0, 1) } else { (0, 1, 0) };
        let held = report.outcomes[&kind].held;
        assert_eq!((found(&report, "absent_but_named"), report.changes, held), expected, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_closes_is_not_kept_by_seats_that_end_with_it() {
    for delta in [true, false] {
        let (folder, hub, town) = support::town().await;
        let mut next = town.clone();
        let files = ["orgs", "courses", "classes", "users"];
        for file in files {
            let ends = |row: &[String]| row[0] == "s1" || row[0].ends_with("-s1");
            let rows = next.files.get_mut(file).unwrap();
            if delta {
                for row in rows.iter_mut().filter(|row| ends(row)) {
                    "tobedeleted".clone_into(&mut row[1]);
                }
                for row in rows.iter_mut().skip(1) {
                    "2026-09-01T00:00:00Z".clone_into(&mut row[2]);
                }
            } else {
                rows.retain(|row| !ends(row));
            }
        }
        next.files.retain(|name, _| files.contains(&name.as_str()));
        let all = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
        let mode = if delta { "delta" } else { "bulk" };
        next.manifest("1.1", &all.map(|f| (f, if files.contains(&f) { mode } else { "absent" })));
        let report = sync(&hub, folder.path(), &next, 1).await;
        assert_eq!((report.status, found(&report, "absent_but_named")), (Status::Held, 0));
        let report = hub.approve("oak", None, &context(1)).await.unwrap();
        assert_eq!(report.departures[&Kind::Org].ended, 1, "{delta}");
        let report = sync(&hub, folder.path(), &next, 2).await;
        assert_eq!(report.changes, 0, "{:?}", report.summary);
    }
}
