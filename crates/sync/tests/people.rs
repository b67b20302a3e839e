//! The right child: who is who from night to night.

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
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, hub, night, outcomes, town, trips};
use tempfile::TempDir;

/// Renames a sourcedId everywhere.
fn rekey(town: &mut Bundle, from: &str, to: &str) {
    for rows in town.files.values_mut() {
        for cell in rows.iter_mut().flatten().filter(|cell| *cell == from) {
            to.clone_into(cell);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sourced_id_with_a_trusted_identifier_is_the_same_account() {
    let (folder, hub, mut town) = town().await;
    rekey(&mut town, "p0-s0", "new-id");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 25");
    assert_eq!(report.departures[&Kind::User].ended, 0);
    assert_eq!(report.departures[&Kind::Enrollment].ended, 0, "its enrollments go on");
    assert!(report.summary.iter().any(|line| line.reason == "updated_because_known_by_identifier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_matches_nobody() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "userIds", "{SIS:other}");
    rekey(&mut town, "p0-s0", "new-id");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "create 1, unchanged 25");
    assert_eq!(report.departures[&Kind::User].ended, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_who_returns_gets_the_same_account() {
    let (folder, hub, town) = town().await;
    let mut without = town.clone();
    without.leave("p0-s0");
    assert_eq!(night(&hub, &folder, &without, 1).await.departures[&Kind::User].ended, 1);
    let mut back = town.clone();
    back.set("users", "p0-s0", "givenName", "Back");
    let report = night(&hub, &folder, &back, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "restore 1, unchanged 25");
    assert_eq!(outcomes(&report, Kind::Enrollment), "restore 2, unchanged 50");
}

#[tokio::test(flavor = "multi_thread")]
async fn ambiguous_and_contradictory_evidence_waits_for_a_person() {
    let (folder, hub, mut town) = town().await;
    town.row(
        "users",
        "both",
        &[
            ("role", "student"),
            ("orgSourcedIds", "s0"),
            ("givenName", "Both"),
            ("familyName", "Two"),
            ("userIds", "{SIS:p0-s0},{SIS:p1-s0}"),
        ],
    );
    town.set("users", "p2-s0", "userIds", "{SIS:p3-s0}");
    let report = night(&hub, &folder, &town, 1).await;
    let held = &report.outcomes[&Kind::User].held_by;
    assert_eq!(held["several_candidates"], 1);
    assert_eq!(held["contradiction"], 1);
    assert_eq!((report.pending_review, report.status), (2, Status::Unchanged));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_is_given_up_passes_on() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "userIds", "{SIS:p1-s0}");
    town.set("users", "p1-s0", "userIds", "{SIS:new}");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 2, unchanged 24");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whose_identifiers_go_round_wait_for_a_person() {
    for people in [2usize, 3] {
        let (folder, hub, mut town) = town().await;
        for one in 0..people {
            let next = format!("{{SIS:p{}-s0}}", (one + 1) % people);
            town.set("users", &format!("p{one}-s0"), "userIds", &next);
        }
        let report = night(&hub, &folder, &town, 1).await;
        let held = report.outcomes[&Kind::User].held_by.get("contradiction").copied();
        assert_eq!((held, report.changes), (Some(people as u64), 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_an_identifier_from_a_record_that_waits() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "userIds", "{SIS:p1-s0}");
    town.set("users", "p1-s0", "userIds", "{SIS:p2-s0}");
    town.set("users", "p2-s0", "userIds", "{SIS:new}");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "unchanged 23, held 3");
    town.set("users", "p1-s0", "role", "wizard");
    let report = night(&hub, &folder, &town, 2).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, unchanged 23, rejected 1, held 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_new_records_with_one_identifier_are_both_held_unless_they_differ_in_role() {
    let (folder, hub, mut town) = town().await;
    town.row(
        "users",
        "x1",
        &[
            ("role", "student"),
            ("orgSourcedIds", "s0"),
            ("givenName", "X"),
            ("familyName", "Y"),
            ("userIds", "{SIS:x}"),
        ],
    );
    town.row(
        "users",
        "x2",
        &[
            ("role", "student"),
            ("orgSourcedIds", "s0"),
            ("givenName", "X"),
            ("familyName", "Y"),
            ("userIds", "{SIS:x}"),
        ],
    );
    town.row(
        "users",
        "z1",
        &[
            ("role", "teacher"),
            ("orgSourcedIds", "s0"),
            ("givenName", "Zoë"),
            ("familyName", "Z"),
            ("userIds", "{SIS:z}"),
        ],
    );
    town.row(
        "users",
        "z2",
        &[
            ("role", "guardian"),
            ("orgSourcedIds", "s0"),
            ("givenName", "ZOE"),
            ("familyName", "Z"),
            ("userIds", "{SIS:z}"),
        ],
    );
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "create 2, unchanged 26, held 2");
    assert_eq!(report.outcomes[&Kind::User].held_by["several_records"], 2);
    assert_eq!(night(&hub, &folder, &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_email_keeps_the_account_and_its_classes() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "t-s0", "email", "new@example.org");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(
        (outcomes(&report, Kind::User), report.changes),
        ("update 1, unchanged 25".to_owned(), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_between_classes_and_schools_are_moves() {
    let (folder, hub, mut town) = town().await;
    town.remove("enrollments", "a-s0_p0-s0")
        .class("c-s0", "s0")
        .enroll("c-s0", "t-s0", "teacher")
        .enroll("c-s0", "p0-s0", "student");
    town.set("users", "p1-s0", "orgSourcedIds", "s1");
    town.set("enrollments", "a-s0_p2-s0", "classSourcedId", "c-s0");
    let report = night(&hub, &folder, &town, 1).await;
    let count = |reason: &str| {
        report
            .summary
            .iter()
            .filter(|line| line.reason == reason)
            .map(|line| line.count)
            .sum::<u64>()
    };
    assert_eq!((count("moved_to_another_class"), count("moved_to_another_school")), (3, 1));
    let mut groups = std::collections::BTreeMap::new();
    hub.plan_changes("oak", report.plan.unwrap(), &mut |change| {
        groups.insert(change.sourced_id.clone(), change.action.clone());
    })
    .await
    .unwrap();
    assert_eq!(groups["a-s0_p0-s0"], "end");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrollment_under_a_new_id_is_no_departure() {
    let (folder, hub, mut town) = town().await;
    rekey(&mut town, "a-s0_p0-s0", "other");
    let report = night(&hub, &folder, &town, 1).await;
    assert_eq!(outcomes(&report, Kind::Enrollment), "update 1, unchanged 51");
    assert_eq!(report.departures[&Kind::Enrollment].ended, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_files_are_a_sound_delivery_and_the_others_fill_in_later() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let whole = Bundle::town(12);
    let mut three = whole.clone();
    three.files.retain(|name, _| ["users", "classes", "enrollments"].contains(&name.as_str()));
    let report = night(&hub, &folder, &three, 0).await;
    assert_eq!(
        (report.status, outcomes(&report, Kind::Enrollment).as_str()),
        (Status::Applied, "create 52")
    );
    assert_eq!(night(&hub, &folder, &three, 1).await.status, Status::Unchanged);
    let report = night(&hub, &folder, &whole, 2).await;
    assert_eq!(outcomes(&report, Kind::Org), "create 1, update 2");
    assert_eq!(night(&hub, &folder, &whole, 3).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delta_ends_what_it_says_and_nothing_by_absence() {
    let (folder, hub, _) = town().await;
    let mut delta = Bundle::default();
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "tobedeleted");
    delta.user("p1-s0", "student", "s0").set("users", "p1-s0", "status", "active");
    delta.set("users", "p1-s0", "givenName", "Delta").set(
        "users",
        "p1-s0",
        "dateLastModified",
        "2026-09-16T00:00:00Z",
    );
    let kinds = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let files: Vec<_> =
        kinds.iter().map(|kind| (*kind, "absent")).chain([("users", "delta")]).collect();
    delta.manifest("1.1", &files);
    let report = night(&hub, &folder, &delta, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, end 1");
    assert_eq!(
        (report.departures[&Kind::User].by_record, report.departures[&Kind::User].by_absence),
        (1, 0)
    );
    assert_eq!(report.departures[&Kind::Enrollment].by_record, 2, "its enrollments end with it");
    delta.set("users", "p1-s0", "givenName", "Older").set(
        "users",
        "p1-s0",
        "dateLastModified",
        "2026-09-15T00:00:00Z",
    );
    delta.remove("users", "p0-s0");
    let feed = folder.path().join("feed");
    delta.write(&feed);
    let again = firstbell_sync::RunOptions { again: true, ..support::options() };
    let report = hub.sync("oak", &feed, &again, &context(2)).await.unwrap();
    assert_eq!(report.outcomes[&Kind::User].ignored_by["older_than_known"], 1);
    assert!(trips(&report).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_two_and_then_one_leads_back_and_conflicts_are_left() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "givenName", "One").set("users", "p1-s0", "givenName", "One");
    assert_eq!(night(&hub, &folder, &town, 1).await.operation, Some(2));
    town.set("users", "p0-s0", "givenName", "Two");
    assert_eq!(night(&hub, &folder, &town, 2).await.operation, Some(3));
    let conflicted = hub.undo("oak", Some(2), &context(3)).await.unwrap();
    assert_eq!(conflicted.changes, 1, "{conflicted:?}");
    let conflict = &conflicted.conflicts[0];
    assert_eq!((conflicted.conflicts.len(), conflict.kind), (1, Kind::User));
    assert_eq!(
        (conflict.reason.as_str(), conflict.sourced_id.as_str()),
        ("changed_since", "p0-s0")
    );
    let told = "operation 2 is taken back in part: 1 row is left as it is";
    assert!(conflicted.notes.contains(&told.to_owned()), "{:?}", conflicted.notes);
    let kept = hub.plan_report("oak", conflicted.plan.unwrap()).await.unwrap();
    assert_eq!(kept.conflicts, conflicted.conflicts);
    let undone = hub.undo("oak", Some(3), &context(3)).await.unwrap();
    assert_eq!((undone.changes, undone.operation), (1, Some(5)));
    let undone = hub.undo("oak", Some(2), &context(3)).await.unwrap();
    assert_eq!(undone.changes, 1, "{:?}", undone.notes);
    let mut changes = Vec::new();
    hub.diff("oak", 1, 6, &mut |change| changes.push(change)).await.unwrap();
    assert_eq!(changes, [], "the facts are those before operation 2");
    assert!(!hub.districts().await.unwrap()[0].paused.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_undone_first_load_created_counts_as_never_there() {
    let (folder, hub, town) = town().await;
    let undone = hub.undo("oak", None, &context(1)).await.unwrap();
    let departures = &undone.departures[&Kind::User];
    assert_eq!((departures.ended, departures.by_record), (26, 0));
    assert!(undone.notes.contains(&"operation 1 is taken back".to_owned()), "{:?}", undone.notes);
    let feed = folder.path().join("feed");
    let again = firstbell_sync::RunOptions { again: true, ..support::options() };
    town.write(&feed);
    let report = hub.sync("oak", &feed, &again, &context(2)).await.unwrap();
    assert_eq!(outcomes(&report, Kind::User), "create 26");
    assert_eq!(hub.verify("oak").await.unwrap().broken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_an_undo_back_brings_back_what_it_took() {
    let (folder, hub, town) = town().await;
    let mut without = town.clone();
    without.leave("p0-s0");
    assert_eq!(night(&hub, &folder, &without, 1).await.operation, Some(2));
    hub.undo("oak", Some(2), &context(2)).await.unwrap();
    assert!(!hub.districts().await.unwrap()[0].paused.is_empty());
    assert_eq!(hub.operation("oak", 2).await.unwrap().undone_by, Some(3));
    hub.undo("oak", Some(3), &context(2)).await.unwrap();
    assert!(hub.districts().await.unwrap()[0].paused.is_empty(), "the source goes on");
    let undone_by = async |number| hub.operation("oak", number).await.unwrap().undone_by;
    assert_eq!((undone_by(2).await, undone_by(3).await), (None, Some(4)));
    let mut changes = Vec::new();
    hub.diff("oak", 2, 4, &mut |change| changes.push(change)).await.unwrap();
    assert_eq!(changes, []);
    let report = support::sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(trips(&report), ["repeated_delivery"], "operation 2 counts as applied again");
    hub.undo("oak", Some(4), &context(3)).await.unwrap();
    assert!(!hub.districts().await.unwrap()[0].paused.is_empty());
    assert_eq!((undone_by(2).await, undone_by(3).await), (Some(3), None));
    let again = hub.undo("oak", Some(2), &context(3)).await.unwrap();
    assert_eq!(again.notes, ["operation 2 was taken back already, by operation 3"]);
    hub.undo("oak", Some(1), &context(3)).await.unwrap();
    hub.undo("oak", Some(6), &context(3)).await.unwrap();
    let paused = hub.districts().await.unwrap()[0].paused.clone();
    assert!(paused.starts_with("operation 2 was undone"), "{paused}: that is still so");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delta_that_ends_one_sourced_id_and_begins_another_is_the_same_account() {
    let (folder, hub, mut town) = town().await;
    let mut rows = town.files["users"].clone();
    rows.retain(|row| row[0] == "sourcedId" || row[0] == "p0-s0");
    let mut delta = Bundle::default();
    delta.files.insert("users".to_owned(), rows);
    delta.set("users", "p0-s0", "status", "tobedeleted").user("new", "student", "s0");
    delta.set("users", "new", "userIds", "{SIS:p0-s0}");
    let others = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let mut files: Vec<_> = others.into_iter().map(|file| (file, "absent")).collect();
    files.push(("users", "delta"));
    delta.manifest("1.1", &files);
    let report = night(&hub, &folder, &delta, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "update 1, end 1");
    assert_eq!(report.departures[&Kind::User].ended, 0);
    assert_eq!(report.changes, 1, "its enrollments go on");
    rekey(&mut town, "p0-s0", "new");
    town.set("users", "new", "userIds", "{SIS:p0-s0}").set("users", "new", "familyName", "new");
    let report = support::sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(report.departures[&Kind::User].ended, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_plan_is_refused_and_says_what_moved() {
    let (folder, hub, mut town) = town().await;
    town.set("users", "p0-s0", "givenName", "Planned");
    let feed = folder.path().join("feed");
    town.write(&feed);
    let planned = hub.plan("oak", &feed, &support::options(), &context(1)).await.unwrap();
    assert_eq!(planned.status, Status::Planned);
    let mut other = town.clone();
    other.set("users", "p0-s0", "givenName", "Other");
    other.set("users", "p1-s0", "givenName", "Else");
    let other_feed = folder.path().join("other");
    other.write(&other_feed);
    let applied = hub.sync("oak", &other_feed, &support::options(), &context(2)).await.unwrap();
    assert_eq!(applied.status, Status::Applied);
    let late = hub.apply("oak", planned.plan, &context(3)).await;
    match late {
        Ok(report) => assert_eq!(
            (report.status, report.notes.len() > 1),
            (Status::Refused, true),
            "{:?}",
            report.notes
        ),
        Err(error) => assert!(error.to_string().contains("superseded"), "{error}"),
    }
    let planned = hub.plan("oak", &feed, &again(), &context(4)).await.unwrap();
    let applied = hub.apply("oak", planned.plan, &context(4)).await.unwrap();
    assert_eq!((applied.status, applied.digest), (Status::Applied, planned.digest));
}

fn again() -> firstbell_sync::RunOptions<'static> {
    firstbell_sync::RunOptions { again: true, ..support::options() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_asks_to_end_needs_its_id_alone_and_its_dependants_wait() {
    let (folder, hub, mut town) = town().await;
    let mut delta = Bundle::default();
    let values = [("status", "tobedeleted"), ("dateLastModified", "2026-09-16T00:00:00Z")];
    delta.row("users", "p0-s0", &values);
    let kinds = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let files: Vec<_> =
        kinds.iter().map(|kind| (*kind, "absent")).chain([("users", "delta")]).collect();
    delta.manifest("1.1", &files);
    let report = night(&hub, &folder, &delta, 1).await;
    assert_eq!(outcomes(&report, Kind::User), "end 1");
    town.leave("p0-s0").set("users", "p1-s0", "status", "tobedeleted").set(
        "users",
        "p2-s0",
        "givenName",
        "New",
    );
    let feed = folder.path().join("feed");
    town.write(&feed);
    let report = hub.sync("oak", &feed, &again(), &context(2)).await.unwrap();
    assert_eq!(
        report.outcomes[&Kind::Enrollment].held_by["refers_to_departed"],
        2,
        "{:?}",
        report.guard
    );
}
