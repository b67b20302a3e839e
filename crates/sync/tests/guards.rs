//! Each guard fires, and stays silent.

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

use firstbell_roster::guard::table;
use firstbell_roster::model::Kind;
use firstbell_roster::plan::{MatchHold, Rule};
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, found, hub, options, outcomes, sync, trips};
use tempfile::TempDir;

/// A town that was applied, to be changed and fed again.
async fn applied(students: usize) -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = Bundle::town(students);
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    (folder, hub, town)
}

/// Whoever adds a guard, a rule or a wait adds a test that looks for it by its code.
#[test]
fn every_guard_rule_and_wait_has_a_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let tests: String = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let guards = table::ALL.iter().map(|guard| guard.code);
    let waits = MatchHold::ALL.into_iter().map(MatchHold::name);
    for code in guards.chain(Rule::ALL.into_iter().map(Rule::name)).chain(waits) {
        assert!(tests.contains(&format!("\"{code}\"")), "{code} has no test");
    }
}

async fn second_night(students: usize, change: impl FnOnce(&mut Bundle)) -> Vec<String> {
    let (folder, hub, mut town) = applied(students).await;
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status == Status::Held, !report.guard.reasons.is_empty());
    trips(&report).into_iter().map(str::to_owned).collect()
}

fn leave(town: &mut Bundle, school: &str, from: usize, to: usize) {
    for number in from..to {
        town.leave(&format!("p{number}-{school}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_deactivated_by_school_and_district() {
    assert_eq!(second_night(40, |town| leave(town, "s0", 0, 2)).await, [""; 0]);
    assert!(
        second_night(40, |town| leave(town, "s0", 0, 11))
            .await
            .contains(&"people_deactivated".to_owned())
    );
    let many = |town: &mut Bundle| {
        leave(town, "s0", 0, 26);
        leave(town, "s1", 0, 26);
    };
    assert!(second_night(600, many).await.contains(&"people_deactivated_in_district".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_and_enrollments_ended() {
    let end = |classes: usize| {
        move |town: &mut Bundle| {
            for number in 0..20 {
                town.class(&format!("x{number}"), "s0").enroll(
                    &format!("x{number}"),
                    "t-s0",
                    "teacher",
                );
            }
            for number in 0..classes {
                town.remove("classes", &format!("x{number}"))
                    .remove("enrollments", &format!("x{number}_t-s0"));
            }
        }
    };
    for (classes, trips_expected) in [(3, false), (8, true)] {
        let (folder, hub, mut town) = applied(4).await;
        end(0)(&mut town);
        sync(&hub, folder.path(), &town, 1).await;
        let mut town = Bundle::town(4);
        end(classes)(&mut town);
        let report = sync(&hub, folder.path(), &town, 2).await;
        assert_eq!(trips(&report).contains(&"classes_ended"), trips_expected, "{:?}", report.guard);
    }
    let trips = second_night(200, |town| {
        for number in 0..80 {
            town.remove("enrollments", &format!("a-s0_p{number}-s0"));
            town.remove("enrollments", &format!("b-s0_p{number}-s0"));
        }
    });
    assert_eq!(trips.await, ["enrollments_ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_renamed_and_records_lost() {
    let rename = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                town.set("users", &format!("p{number}-s0"), "familyName", "Other");
            }
        }
    };
    assert_eq!(second_night(100, rename(9)).await, [""; 0]);
    assert_eq!(second_night(100, rename(30)).await, ["people_renamed"]);
    let break_roles = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                town.set("users", &format!("p{number}-s0"), "role", "wizard");
            }
        }
    };
    assert_eq!(second_night(100, break_roles(20)).await, [""; 0]);
    assert_eq!(second_night(100, break_roles(30)).await, ["records_lost"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_floor_empties_a_school_a_grade_or_a_class() {
    let trips = second_night(6, |town| leave(town, "s0", 0, 4)).await;
    for code in ["school_emptied", "grade_emptied", "class_emptied"] {
        assert!(trips.contains(&code.to_owned()), "{code}: {trips:?}");
    }
    assert_eq!(second_night(6, |town| leave(town, "s0", 0, 2)).await, [""; 0]);
    let trips = second_night(6, |town| drop(town.leave("t-s0"))).await;
    assert_eq!(trips, ["school_without_teacher", "class_loses_teacher"]);
    let trips = second_night(6, |town| {
        town.user("t2-s0", "teacher", "s0")
            .enroll("a-s0", "t2-s0", "teacher")
            .enroll("b-s0", "t2-s0", "teacher");
        town.leave("t-s0");
    });
    assert_eq!(trips.await, [""; 0], "a new teacher takes over in the same plan");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_delivery_without_what_makes_a_roster_waits() {
    for file in ["users", "classes", "enrollments"] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(3);
        town.files.remove(file);
        let report = sync(&hub, folder.path(), &town, 0).await;
        assert_eq!(trips(&report), ["needed_file_missing"], "{file}");
        assert!(report.guard.reasons[0].message.contains(file), "{:?}", report.guard);
    }
    for (file, guard) in [("users", "needed_file_missing"), ("enrollments", "needed_file_missing")]
    {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(3);
        town.files.get_mut(file).unwrap().truncate(1);
        assert_eq!(trips(&sync(&hub, folder.path(), &town, 0).await), [guard], "{file}");
        town.files.get_mut(file).unwrap()[0].remove(5);
        assert_eq!(trips(&sync(&hub, folder.path(), &town, 0).await), [guard, "file_unusable"]);
    }
    let (_, hub, _) = applied(3).await;
    assert_eq!(hub.log("oak", 9).await.unwrap().len(), 1, "with all three it is applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_missing_empty_cut_or_unusable() {
    assert_eq!(
        second_night(3, |town| drop(town.files.remove("enrollments"))).await,
        ["file_missing"]
    );
    assert_eq!(
        second_night(3, |town| town.files.get_mut("enrollments").unwrap().truncate(1)).await,
        ["file_empty"]
    );
    let trips = second_night(3, |town| {
        for row in town.files.get_mut("users").unwrap() {
            row.remove(5);
        }
    });
    assert_eq!(trips.await, ["file_unusable"]);
    let (folder, hub, town) = applied(3).await;
    let feed = folder.path().join("feed");
    town.write(&feed);
    let path = feed.join("users.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 40]).unwrap();
    let report = hub.sync("oak", &feed, &options(), &context(1)).await.unwrap();
    assert_eq!((report.status, trips_of(&report)), (Status::Held, vec!["file_incomplete"]));
    assert_eq!(report.departures[&Kind::User].held, 0, "a cut file ends nobody");
}

fn trips_of(report: &firstbell_sync::report::RunReport) -> Vec<&str> {
    trips(report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_declared_absent_ends_nothing_and_holds_nothing() {
    let (folder, hub, mut town) = applied(3).await;
    town.files.remove("courses");
    let bulk =
        ["orgs", "academicSessions", "classes", "users", "enrollments"].map(|file| (file, "bulk"));
    town.manifest("1.1", &[&bulk[..], &[("courses", "absent")]].concat());
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, found(&report, "declared_absent")), (Status::Unchanged, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_and_repeated_deliveries() {
    let (folder, hub, mut town) = applied(3).await;
    let first = town.clone();
    town.set("users", "p0-s0", "givenName", "New");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Applied);
    let report = sync(&hub, folder.path(), &first, 2).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["repeated_delivery"]));
    let feed = folder.path().join("feed");
    let again = firstbell_sync::RunOptions { again: true, ..options() };
    let report = hub.sync("oak", &feed, &again, &context(3)).await.unwrap();
    assert_eq!(report.status, Status::Applied, "a person who means it gets through");
    let mut dated = first.clone();
    dated.set("users", "p0-s0", "dateLastModified", "2026-09-10T00:00:00Z");
    dated.set("users", "p1-s0", "givenName", "Newer");
    assert_eq!(sync(&hub, folder.path(), &dated, 4).await.status, Status::Applied);
    dated.set("users", "p0-s0", "dateLastModified", "2026-09-01T00:00:00Z");
    dated.set("users", "p1-s0", "givenName", "Older");
    assert_eq!(trips(&sync(&hub, folder.path(), &dated, 5).await), ["older_delivery"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn small_cuts_add_up_until_a_person_approves() {
    let (folder, hub, mut town) = applied(200).await;
    let mut held = None;
    for night in 1..6 {
        let from = usize::try_from(night - 1).unwrap() * 8;
        leave(&mut town, "s0", from, from + 8);
        let report = sync(&hub, folder.path(), &town, night).await;
        if report.status == Status::Held {
            held = Some((night, report));
            break;
        }
    }
    let (night, report) = held.expect("eight a night must not go on for ever");
    assert_eq!((night, trips(&report)), (2, vec!["people_deactivated"]));
    let approved = hub.approve("oak", None, &context(night)).await.unwrap();
    assert_eq!(approved.status, Status::Applied);
    leave(&mut town, "s0", 16, 24);
    assert_eq!(
        sync(&hub, folder.path(), &town, night + 1).await.status,
        Status::Applied,
        "counting begins anew"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_from_delta_to_bulk_is_held_once() {
    let (folder, hub, mut town) = applied(30).await;
    let mut delta = Bundle::default();
    delta.user("p99-s0", "student", "s0").set("users", "p99-s0", "status", "active");
    let kinds = ["orgs", "academicSessions", "courses", "classes", "enrollments"];
    let absent: Vec<_> =
        kinds.iter().map(|kind| (*kind, "absent")).chain([("users", "delta")]).collect();
    delta.manifest("1.1", &absent);
    let report = sync(&hub, folder.path(), &delta, 1).await;
    assert_eq!(
        (report.status, outcomes(&report, Kind::User).as_str()),
        (Status::Applied, "create 1")
    );
    town.set("users", "p0-s0", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["mode_changed"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_plan_waits_where_the_settings_say_so() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "first_plan = \"hold\"", &context(0)).await.unwrap();
    let town = Bundle::town(3);
    let report = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["first_plan"]));
    assert_eq!(outcomes(&report, Kind::User), "held 8", "what waits is held");
    let approved = hub.approve("oak", report.plan, &context(0)).await.unwrap();
    assert_eq!(
        (approved.status, outcomes(&approved, Kind::User).as_str()),
        (Status::Applied, "create 8")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_districts_delivery_is_refused_before_anything_is_kept() {
    let (folder, hub, town) = applied(3).await;
    hub.add_district("elm", "Elm USD", &context(0)).await.unwrap();
    let feed = folder.path().join("feed");
    town.write(&feed);
    let report = hub.sync("elm", &feed, &options(), &context(1)).await.unwrap();
    assert_eq!((report.status, report.delivery, report.operation), (Status::Refused, None, None));
    assert!(!report.notes[0].contains("oak") && !report.notes[0].contains("Oak"));
    let about = report.about.unwrap();
    assert_eq!((about.school_count, about.schools.len()), (2, 0), "nothing of it is named");
    let mut elm = Bundle::town(3);
    for school in ["s0", "s1"] {
        let (id, name) = (format!("elm-{school}"), format!("Elm School {school}"));
        elm.set("orgs", school, "name", &name).set("orgs", school, "sourcedId", &id);
    }
    elm.write(&feed);
    let elms =
        firstbell_sync::RunOptions { override_identity: Some("their own".to_owned()), ..options() };
    hub.sync("elm", &feed, &elms, &context(1)).await.unwrap();
    let mut both = town.clone();
    both.row("orgs", "elm-s1", &[("name", "Elm School s1"), ("type", "school")]);
    let report = sync(&hub, folder.path(), &both, 2).await;
    assert_eq!(
        (report.status, report.delivery),
        (Status::Refused, None),
        "all of ours, one of elm's"
    );
    let ours = "scope.schools.only = [\"s0\", \"s1\"]";
    hub.save_settings("oak", ours, &context(2)).await.unwrap();
    let report = sync(&hub, folder.path(), &both, 2).await;
    assert_eq!(report.status, Status::Unchanged, "one export for both: {:?}", report.notes);
    hub.save_settings("oak", "", &context(2)).await.unwrap();
    let mut other = Bundle::town(3);
    for school in ["s0", "s1"] {
        other.set("orgs", school, "sourcedId", &format!("other-{school}"));
    }
    let report = sync(&hub, folder.path(), &other, 2).await;
    assert_eq!(
        report.status,
        Status::Refused,
        "under half of the known schools: {:?}",
        report.notes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_breaks_empties_nobody_unseen() {
    let trips = second_night(12, |town| {
        for class in ["a-s0", "b-s0", "a-s1", "b-s1"] {
            let school = &class[2..];
            town.set("enrollments", &format!("{class}_t-{school}"), "role", "student");
        }
    });
    assert_eq!(trips.await, ["class_loses_teacher"]);
    let trips = second_night(12, |town| {
        for number in 0..12 {
            town.set("users", &format!("p{number}-s0"), "orgSourcedIds", "s1");
        }
    });
    assert_eq!(trips.await, ["school_emptied", "grade_emptied"]);
    let trips = second_night(12, |town| drop(town.set("users", "t-s0", "orgSourcedIds", "s1")));
    assert_eq!(trips.await, ["school_without_teacher"]);
    let trips = second_night(12, |town| {
        for number in 0..12 {
            town.set("users", &format!("p{number}-s0"), "grades", "");
        }
    });
    assert_eq!(trips.await, ["grade_emptied"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_does_not_lose_its_few_classes_unseen() {
    let trips = second_night(12, |town| {
        for class in ["a-s0", "b-s0"] {
            town.remove("classes", class);
            town.files.get_mut("enrollments").unwrap().retain(|row| row[3] != class);
        }
    });
    assert_eq!(trips.await, ["school_loses_seats"]);
    let trips = second_night(12, |town| {
        for class in ["a-s0", "b-s0"] {
            town.set("classes", class, "schoolSourcedId", "s1");
        }
    });
    assert_eq!(trips.await, ["school_loses_seats"]);
    let trips = second_night(12, |town| {
        town.remove("classes", "a-s0");
        town.files.get_mut("enrollments").unwrap().retain(|row| row[3] != "a-s0");
    });
    assert_eq!(trips.await, [] as [&str; 0], "half of them go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn approving_a_file_without_its_columns_ends_nobody() {
    let (folder, hub, mut town) = applied(3).await;
    town.files.get_mut("users").unwrap()[0][0] = "number".to_owned();
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.departures[&Kind::User].held), (Status::Held, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_says_what_the_guards_think_and_is_not_held() {
    let (folder, hub, town) = applied(40).await;
    let mut more = town.clone();
    for number in 0..30 {
        let id = format!("n{number}-s0");
        more.user(&id, "student", "s0").enroll("a-s0", &id, "student");
    }
    assert_eq!(sync(&hub, folder.path(), &more, 1).await.status, Status::Applied);
    let shown = hub.undo_preview("oak", None, &context(2)).await.unwrap();
    assert_eq!((shown.status, shown.undoes, shown.operation), (Status::Planned, Some(2), None));
    let undone = hub.undo("oak", None, &context(2)).await.unwrap();
    assert_eq!((undone.status, &undone.guard), (Status::Applied, &shown.guard));
    assert_eq!(undone.guard.verdict, firstbell_sync::report::Verdict::Hold);
    assert_eq!(trips(&undone), ["people_deactivated"], "{:?}", undone.guard);
    assert_eq!(
        undone.guard.reasons[0].message,
        "30 of 71 people of School s0 would be deactivated, or lose their role there or their sign-in \
         (42.3%; the limit is 5% or 10, whichever is more)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_within_the_limits_trips_nothing() {
    let (folder, hub, town) = applied(40).await;
    // Moves, a person who left, and a new name: taken back, none of them is too much.
    let mut next = town.clone();
    for number in 0..30 {
        let id = format!("p{number}-s0");
        next.remove("enrollments", &format!("a-s0_{id}"));
        next.row(
            "enrollments",
            &format!("moved-{id}"),
            &[
                ("classSourcedId", "c-s0"),
                ("schoolSourcedId", "s0"),
                ("userSourcedId", &id),
                ("role", "student"),
            ],
        );
    }
    next.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    next.leave("p39-s0").set("users", "p38-s0", "familyName", "Other");
    let mut report = sync(&hub, folder.path(), &next, 1).await;
    if report.status == Status::Held {
        report = hub.approve("oak", None, &context(1)).await.unwrap();
    }
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    let undone = hub.undo("oak", None, &context(2)).await.unwrap();
    assert_eq!(trips(&undone), [""; 0], "{:?}", undone.guard);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_that_a_person_approved_is_not_held_again() {
    let (folder, hub, mut town) = applied(3).await;
    town.files.get_mut("courses").unwrap().truncate(1);
    town.set("users", "p0-s0", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(trips(&report), ["file_empty"]);
    hub.approve("oak", report.plan, &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((report.status, trips(&report)), (Status::Unchanged, vec![]));
    town.files.get_mut("academicSessions").unwrap().truncate(1);
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(trips(&report), ["file_empty"], "another file is another matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_without_a_name_is_told_by_its_sourced_id() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(40);
    town.files.retain(|name, _| ["users", "classes", "enrollments"].contains(&name.as_str()));
    sync(&hub, folder.path(), &town, 0).await;
    leave(&mut town, "s0", 0, 11);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert!(report.guard.reasons.iter().all(|reason| reason.message.contains(" of s0 ")));
    assert_eq!(trips(&report), ["people_deactivated"]);
}
