//! Why a person is, or is not, in the roster or in a class, on real nights.

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

use firstbell_roster::model::DateTime;
use firstbell_sandbox::{District, Options, Profile, Story};
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Candidate, Reader, Status, WhyReport};
use firstbell_sync::{Answer, Context, Hub};
use support::bundle::Bundle;
use support::reader::{from_memory, from_outside, plain};
use support::{context, hub, options, sync, town};
use tempfile::TempDir;

async fn ask(hub: &Hub, person: &str, class: Option<&str>, context: &Context) -> WhyReport {
    let answer =
        hub.why("oak", person, class, Reader::Administrator, &Scope::All, context).await.unwrap();
    let Answer::One(report) = answer else { panic!("several for {person}: {answer:?}") };
    let answer =
        hub.why("oak", person, class, Reader::Teacher, &Scope::All, context).await.unwrap();
    let Answer::One(teacher) = answer else { panic!("several for {person}: {answer:?}") };
    assert_eq!(
        (&report.cause, &report.obstacles, &report.also),
        (&teacher.cause, &teacher.obstacles, &teacher.also)
    );
    plain(&teacher, &[person, class.unwrap_or("sourcedId")]);
    from_memory(hub, person, class, context, &report).await;
    from_outside(hub, person, class, context).await;
    *report
}

async fn cause(hub: &Hub, person: &str, class: Option<&str>, night: i64) -> String {
    ask(hub, person, class, &context(night)).await.cause
}

async fn several(hub: &Hub, person: &str, class: Option<&str>) -> Vec<Candidate> {
    let answer = hub
        .why("oak", person, class, Reader::Administrator, &Scope::All, &context(0))
        .await
        .unwrap();
    let Answer::Several(several) = answer else { panic!("one for {person}: {answer:?}") };
    several
}

/// Two days of the demonstration: the first is applied.
async fn demo() -> (TempDir, Hub, Story) {
    let folder = TempDir::new().unwrap();
    let district = District::new(Profile::demo(1)).unwrap();
    district.write_day(1, &folder.path().join("day1"), Options::default()).unwrap();
    let truth = district.write_day(2, &folder.path().join("day2"), Options::default()).unwrap();
    let hub = hub(folder.path()).await;
    let report = hub.sync("oak", &folder.path().join("day1"), &options(), &context(0)).await;
    assert_eq!(report.unwrap().status, Status::Applied);
    (folder, hub, truth.story.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_who_arrives_on_the_second_day_is_followed_to_the_end() {
    let (folder, hub, story) = demo().await;
    let late = story.late_student.as_str();
    let report = ask(&hub, late, None, &context(0)).await;
    assert_eq!(report.obstacles, ["never_received"]);
    assert!(!report.nearest.is_empty() && report.sentence.contains("nearest: "), "{report:#?}");

    let day = folder.path().join("day2");
    hub.plan("oak", &day, &options(), &context(1)).await.unwrap();
    let report = ask(&hub, late, None, &context(1)).await;
    assert_eq!(report.obstacles, ["awaiting_apply"]);
    assert!(report.sentence.contains("users.csv, line "), "{}", report.sentence);

    hub.sync("oak", &day, &options(), &context(1)).await.unwrap();
    let report = ask(&hub, late, None, &context(1)).await;
    assert_eq!((report.cause.as_str(), report.obstacles.len()), ("member", 0));
    assert!(report.sentence.contains("since operation 2 of 2026-09-16 (Tester)"));

    hub.undo("oak", None, &context(1)).await.unwrap();
    let report = ask(&hub, late, None, &context(1)).await;
    assert_eq!(report.obstacles, ["undone"]);
    assert!(report.sentence.contains("paused"), "{}", report.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_between_classes_is_told_from_both_ends() {
    let (folder, hub, story) = demo().await;
    let (student, from, to) = (&story.moved_student, &story.moved_from[0], &story.moved_to[0]);
    assert_eq!(cause(&hub, student, Some(from), 0).await, "member");
    assert_eq!(cause(&hub, student, Some(to), 0).await, "not_enrolled_in_delivery");
    hub.sync("oak", &folder.path().join("day2"), &options(), &context(1)).await.unwrap();
    let report = ask(&hub, student, Some(from), &context(1)).await;
    assert_eq!(report.obstacles, ["ended_by_delivery"]);
    let there = ask(&hub, student, Some(to), &context(1)).await.sentence;
    let title = there.split_once(" has been in ").unwrap().1.split_once(" since ").unwrap().0;
    let moved = format!("because the person moved to another class, {title}.");
    assert!(report.sentence.contains(&moved), "{}", report.sentence);
    assert_eq!(cause(&hub, student, Some(to), 1).await, "member");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_leave_are_found_by_name_too() {
    let (folder, hub, story) = demo().await;
    let before = ask(&hub, &story.left_student, None, &context(0)).await;
    let name = before.sentence.split(" has been ").next().unwrap().to_owned();
    hub.sync("oak", &folder.path().join("day2"), &options(), &context(1)).await.unwrap();
    for asked in [&story.left_student, &name, &name.to_uppercase()] {
        let report = ask(&hub, asked, None, &context(1)).await;
        assert_eq!(report.obstacles, ["deactivated"], "{asked}");
    }
    let report = ask(&hub, &story.moved_student, Some(&story.ended_class), &context(1)).await;
    assert_eq!(report.obstacles, ["ended_by_delivery", "not_enrolled_in_delivery"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_whose_classes_are_missing_is_blocked_by_them() {
    let (_folder, hub, story) = demo().await;
    let report =
        ask(&hub, &story.blocked_student, Some(&story.missing_classes[0]), &context(0)).await;
    assert_eq!(report.obstacles, ["unknown_class", "enrollment_rejected"]);
    assert!(report.sentence.contains("enrollments.csv, line "), "{}", report.sentence);
    assert_eq!(cause(&hub, &story.blocked_student, None, 0).await, "member");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_hits_are_a_list_and_a_known_sourced_id_is_not_ambiguous() {
    let (_folder, hub, story) = demo().await;
    let one = ask(&hub, &story.namesakes[0], None, &context(0)).await;
    let name = one.sentence.split(" has been ").next().unwrap().to_owned();
    let found = several(&hub, &name, None).await;
    let mut ids: Vec<_> = found.iter().map(|one| one.sourced_id.clone()).collect();
    ids.sort();
    let mut namesakes = story.namesakes.clone();
    namesakes.sort();
    assert_eq!(ids, namesakes);
    assert!(found.iter().all(|one| !one.school.is_empty() && !one.role.is_empty()), "{found:?}");
    let teacher =
        hub.why("oak", &name, None, Reader::Teacher, &Scope::All, &context(0)).await.unwrap();
    let Answer::Several(teacher) = teacher else { panic!() };
    assert!(teacher.iter().all(|one| one.sourced_id.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_name_lists_those_who_have_it_also_one_alone_and_one_who_left() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    town.set("users", "p0-s0", "familyName", "Ruíz Vega");
    town.set("users", "p1-s0", "familyName", "Ruiz").set("users", "p1-s0", "givenName", "Ana");
    sync(&hub, folder.path(), &town, 0).await;
    let ids = async |part: &str| -> Vec<String> {
        several(&hub, part, None).await.into_iter().map(|one| one.sourced_id).collect()
    };
    assert_eq!(ids("ruiz").await, ["p1-s0", "p0-s0"]);
    assert_eq!(ids("Vega").await, ["p0-s0"]);
    assert_eq!(cause(&hub, "Ruiz, Ana", None, 0).await, "member");
    town.leave("p0-s0");
    sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(ids("Vega").await, ["p0-s0"]);
    assert_eq!(ids("Rui").await, ["p1-s0", "p0-s0"], "a word may be cut after three letters");
    assert_eq!(cause(&hub, "Ru", None, 1).await, "never_received");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_names_those_whom_it_would_change_and_no_others() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(40);
    sync(&hub, folder.path(), &town, 0).await;
    for number in 0..30 {
        town.leave(&format!("p{number}-s0"));
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status, Status::Held);

    let report = ask(&hub, "p3-s0", None, &context(1)).await;
    assert_eq!(report.obstacles, ["held_by_guard"]);
    assert!(report.sentence.contains("would deactivate"), "{}", report.sentence);
    assert!(report.sentence.contains("of 41 people of School s0"), "{}", report.sentence);
    assert_eq!(cause(&hub, "p3-s0", Some("a-s0"), 1).await, "held_by_guard");
    assert_eq!(cause(&hub, "p35-s0", None, 1).await, "member");

    hub.approve("oak", None, &context(1)).await.unwrap();
    let report = ask(&hub, "p3-s0", Some("a-s0"), &context(1)).await;
    assert_eq!(report.obstacles, ["ended_by_delivery", "deactivated"]);
    assert_eq!(cause(&hub, "p3-s0", None, 1).await, "deactivated");
    assert_eq!(cause(&hub, "{SIS:p3-s0}", None, 1).await, "deactivated");
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_opens_and_closes_by_its_dates_without_a_delivery() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(3);
    town.set("enrollments", "a-s0_p1-s0", "beginDate", "2026-09-16");
    town.set("enrollments", "a-s0_p1-s0", "endDate", "2026-09-18");
    town.set("enrollments", "b-s0_p1-s0", "beginDate", "2026-09-16");
    town.set("enrollments", "b-s0_p1-s0", "endDate", "2026-09-16");
    sync(&hub, folder.path(), &town, 0).await;
    let mut causes = Vec::new();
    for night in 0..4 {
        causes.push(cause(&hub, "p1-s0", Some("a-s0"), night).await);
    }
    assert_eq!(causes, ["not_yet_begun", "member", "member", "ended_by_date"]);
    assert_eq!(cause(&hub, "p1-s0", Some("b-s0"), 1).await, "ended_by_date");
    let edit = "end_dates_inclusive = true\ntime_zone = \"America/Chicago\"";
    hub.save_settings("oak", edit, &context(0)).await.unwrap();
    assert_eq!(cause(&hub, "p1-s0", Some("a-s0"), 3).await, "member");
    let late = Context { now: DateTime::parse("2026-09-19T04:30:00Z").unwrap(), ..context(0) };
    assert_eq!(ask(&hub, "p1-s0", Some("a-s0"), &late).await.cause, "member");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_checks_and_matches_are_named_with_their_place() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let scope = "[scope]\ngrades = { except = [\"05\"] }\ntitles = { except = [\"b-*\"] }";
    hub.save_settings("oak", scope, &context(0)).await.unwrap();
    let mut town = Bundle::town(2);
    town.set("users", "p0-s0", "grades", "06").set("users", "p0-s1", "role", "wizard");
    town.set("users", "p0-s1", "grades", "06");
    town.user("x", "student", "s0").set("users", "x", "grades", "06");
    town.user("y", "student", "s0").set("users", "y", "grades", "06");
    town.set("users", "x", "userIds", "{SIS:same}").set("users", "y", "userIds", "{SIS:same}");
    sync(&hub, folder.path(), &town, 0).await;

    let report = ask(&hub, "p1-s0", None, &context(0)).await;
    assert_eq!(report.obstacles, ["left_out_by_rule"]);
    assert!(report.sentence.contains("`scope.grades`"), "{}", report.sentence);
    assert_eq!(ask(&hub, "Given p1-s0", None, &context(0)).await.cause, "left_out_by_rule");

    let report = ask(&hub, "p1-s0", Some("b-s0"), &context(0)).await;
    assert_eq!(report.obstacles, ["left_out_by_rule", "class_left_out_by_rule"]);
    let report = ask(&hub, "p0-s0", Some("b-s0"), &context(0)).await;
    assert_eq!(report.obstacles, ["class_left_out_by_rule"]);
    assert_eq!(cause(&hub, "p0-s0", Some("a-s0"), 0).await, "member");

    let report = ask(&hub, "p0-s1", Some("a-s1"), &context(0)).await;
    assert_eq!(report.obstacles, ["rejected_by_check"]);
    assert!(report.sentence.contains("users.csv, line "), "{}", report.sentence);
    assert_eq!(cause(&hub, "x", None, 0).await, "held_for_match");

    // Mending what was listed, and nothing else, makes them members on the next run.
    let mut mended = town.clone();
    mended.set("users", "p0-s1", "role", "student");
    hub.save_settings("oak", "", &context(1)).await.unwrap();
    let plan = {
        let feed = folder.path().join("mended");
        mended.write(&feed);
        hub.plan("oak", &feed, &options(), &context(1)).await.unwrap()
    };
    assert_eq!(plan.status, Status::Planned, "{:?}", plan.guard);
    hub.apply("oak", None, &context(1)).await.unwrap();
    for (person, class) in [("p1-s0", "b-s0"), ("p0-s0", "b-s0"), ("p0-s1", "a-s1")] {
        assert_eq!(cause(&hub, person, Some(class), 1).await, "member", "{person}");
    }
    hub.undo("oak", None, &context(1)).await.unwrap();

    town.leave("p0-s1");
    sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(cause(&hub, "p0-s1", None, 2).await, "undone");
    assert_eq!(cause(&hub, "nobody at all", Some("a-s1"), 2).await, "never_received");
    assert_eq!(cause(&hub, "p0-s0", Some("no such class"), 2).await, "unknown_class");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_today_keeps_a_member_in() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(3);
    sync(&hub, folder.path(), &town, 0).await;
    town.set("users", "p1-s0", "role", "wizard");
    town.set("enrollments", "a-s0_p2-s0", "role", "wizard");
    sync(&hub, folder.path(), &town, 1).await;
    let report = ask(&hub, "p1-s0", None, &context(1)).await;
    assert_eq!(
        (report.cause.as_str(), report.also),
        ("member", vec!["rejected_by_check".to_owned()])
    );
    let report = ask(&hub, "p2-s0", Some("a-s0"), &context(1)).await;
    let also = vec!["enrollment_rejected".to_owned()];
    assert_eq!((report.cause.as_str(), report.also), ("member", also));
}

#[tokio::test(flavor = "multi_thread")]
async fn absence_from_a_delta_is_no_absence() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    for student in ["p0-s0", "p1-s0", "p2-s0", "p3-s0"] {
        town.enroll("c-s0", student, "student");
    }
    sync(&hub, folder.path(), &town, 0).await;
    let mut delta = Bundle::default();
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "tobedeleted");
    delta.user("p1-s0", "student", "s0").set("users", "p1-s0", "givenName", "Other");
    delta.class("a-s0", "s0").set("classes", "a-s0", "status", "tobedeleted");
    delta.enroll("a-s1", "p1-s1", "student").set("enrollments", "a-s1_p1-s1", "role", "wizard");
    let absent = ["orgs", "academicSessions", "courses"].map(|file| (file, "absent"));
    let changed = ["users", "classes", "enrollments"].map(|file| (file, "delta"));
    delta.manifest("1.1", &[absent, changed].concat());
    let report = sync(&hub, folder.path(), &delta, 1).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);

    assert_eq!(cause(&hub, "p0-s0", None, 1).await, "deactivated");
    assert_eq!(cause(&hub, "p1-s0", None, 1).await, "member");
    let report = ask(&hub, "p2-s0", None, &context(1)).await;
    assert_eq!(report.cause, "member");
    assert!(report.steps[0].sentence.starts_with("Delivery 1 of 2026-09-15"), "{report:#?}");
    let report = ask(&hub, "p1-s1", Some("a-s1"), &context(1)).await;
    assert_eq!((report.cause.as_str(), report.also.len()), ("member", 1), "{report:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_tells_each_value_with_its_time_its_approver_and_its_line() {
    let (folder, hub, story) = demo().await;
    hub.sync("oak", &folder.path().join("day2"), &options(), &context(1)).await.unwrap();
    let email = hub
        .history("oak", &story.renamed_teacher, Some("email"), &Scope::All, &context(1))
        .await
        .unwrap();
    let [old, new] = email.as_slice() else { panic!("{email:#?}") };
    assert_eq!((old.from, old.until, new.from, new.until), (1, Some(2), 2, None));
    assert_ne!(old.value, new.value);
    assert_eq!(new.approver, "Tester (tester)");
    assert!(new.source.starts_with("delivery 2, users.csv line "), "{}", new.source);
    assert!(new.source.ends_with("the file does not say by whom"), "{}", new.source);
    let all = hub.history("oak", &new.value, None, &Scope::All, &context(1)).await.unwrap();
    assert!(all.iter().any(|entry| entry.field == "active" && entry.until.is_none()));
    assert!(
        hub.history("oak", &new.value, Some("no such"), &Scope::All, &context(1)).await.is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guard_keeps_back_is_held_though_the_rest_is_applied() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    let mut town = Bundle::town(40);
    sync(&hub, folder.path(), &town, 0).await;
    for number in 0..12 {
        town.leave(&format!("p{number}-s0"));
    }
    town.set("users", "p20-s0", "givenName", "Other");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.operation, report.changes), (Some(2), 1), "{:?}", report.guard);
    let report = ask(&hub, "p3-s0", None, &context(1)).await;
    assert_eq!(report.obstacles, ["held_by_guard"]);
    assert!(report.sentence.contains("12 of 41 people of School s0"), "{}", report.sentence);
    assert_eq!(cause(&hub, "p3-s0", Some("a-s0"), 1).await, "held_by_guard");
    assert_eq!(cause(&hub, "p20-s0", None, 1).await, "member");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_never_taken_and_is_gone_is_remembered() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(3);
    town.set("users", "p0-s1", "role", "wizard");
    sync(&hub, folder.path(), &town, 0).await;
    town.leave("p0-s1");
    sync(&hub, folder.path(), &town, 1).await;
    let report = ask(&hub, "p0-s1", None, &context(1)).await;
    assert_eq!(report.obstacles, ["not_in_last_delivery"]);
    assert!(report.sentence.starts_with("Delivery 1 of 2026-09-15 (users.csv, line "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_every_identifier_and_by_name_in_either_order() {
    let (_folder, hub, story) = demo().await;
    let values =
        hub.history("oak", &story.renamed_teacher, None, &Scope::All, &context(0)).await.unwrap();
    let value = |field: &str| values.iter().find(|one| one.field == field).unwrap().value.clone();
    let ids = value("userIds");
    let id = ids.split([':', '}']).nth(1).unwrap();
    let typed = ids.split(',').next().unwrap();
    let name = format!("{}, {}", value("familyName"), value("givenName")).to_uppercase();
    let (email, username) = (value("email"), value("username"));
    let kept = hub.clone().keeping_names();
    let all = [id, typed, &email, &email.to_uppercase(), &username, &name];
    for (hub, asked) in [&hub, &kept].into_iter().flat_map(|hub| all.map(|asked| (hub, asked))) {
        let found =
            hub.history("oak", asked, Some("email"), &Scope::All, &context(0)).await.unwrap();
        assert_eq!(found[0].sourced_id, story.renamed_teacher, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_what_they_were_called_once() {
    let (folder, hub, mut town) = town().await;
    let row = town.files.get_mut("users").unwrap().iter_mut().find(|row| row[0] == "p0-s0");
    "renamed".clone_into(&mut row.unwrap()[0]);
    for row in town.files.get_mut("enrollments").unwrap().iter_mut().filter(|row| row[5] == "p0-s0")
    {
        "renamed".clone_into(&mut row[5]);
    }
    town.set("users", "p1-s0", "familyName", "Married").set("users", "p1-s0", "email", "new@x.org");
    town.set("users", "p2-s0", "username", "other");
    sync(&hub, folder.path(), &town, 1).await;
    for (asked, now) in [("p0-s0", "p0-s0"), ("Given p1-s0", "Married"), ("p2-s0", "p2-s0")] {
        let report = ask(&hub, asked, None, &context(1)).await;
        assert_eq!(report.cause, "member", "{asked}: {}", report.sentence);
        assert!(report.sentence.contains(now), "{}", report.sentence);
    }
    assert_eq!(cause(&hub, "p0-s0", Some("a-s0"), 1).await, "member");
    assert_eq!(cause(&hub, "Nobody Atall", None, 1).await, "never_received");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_dropped_is_told_as_dropped() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(40);
    sync(&hub, folder.path(), &town, 0).await;
    for number in 0..30 {
        town.leave(&format!("p{number}-s0"));
    }
    town.user("new", "student", "s0").enroll("a-s0", "new", "student");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
    assert_eq!(cause(&hub, "new", None, 1).await, "held_by_guard");
    hub.drop_hold("oak", None, &context(1)).await.unwrap();
    for class in [None, Some("a-s0")] {
        let report = ask(&hub, "new", class, &context(1)).await;
        assert_eq!(report.obstacles, ["awaiting_apply"]);
        let said = "dropped on 2026-09-16 by Tester (a test); the next delivery that has it is planned anew";
        assert!(report.sentence.contains(said), "{}", report.sentence);
    }
    let report = ask(&hub, "p3-s0", None, &context(1)).await;
    assert_eq!((report.cause.as_str(), report.obstacles.len()), ("member", 0));
    let said = "which would have ended that, was dropped on 2026-09-16 by Tester (a test).";
    assert!(report.sentence.ends_with(said), "{}", report.sentence);
    let report = ask(&hub, "p35-s0", None, &context(1)).await;
    assert!(!report.sentence.contains("dropped"), "{}", report.sentence);
    let mut mended = Bundle::town(40);
    mended.user("other", "student", "s0");
    assert_eq!(sync(&hub, folder.path(), &mended, 2).await.status, Status::Applied);
    let report = ask(&hub, "new", None, &context(2)).await;
    assert_eq!(report.obstacles, ["not_in_last_delivery"]);
    assert!(report.sentence.contains("its plan was never applied"), "{}", report.sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_waited_for_only_by_those_whom_it_brings() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(3);
    sync(&hub, folder.path(), &town, 0).await;
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    for (user, role) in [("good", "student"), ("bad", "wizard"), ("apart", "student")] {
        town.user(user, role, "s0");
    }
    town.enroll("c-s0", "good", "student").enroll("c-s0", "bad", "student");
    let feed = folder.path().join("feed");
    town.write(&feed);
    hub.plan("oak", &feed, &options(), &context(1)).await.unwrap();
    let obstacles = async |user: &str| ask(&hub, user, Some("c-s0"), &context(1)).await.obstacles;
    assert_eq!(obstacles("good").await, ["awaiting_apply"]);
    assert_eq!(obstacles("bad").await, ["rejected_by_check"]);
    assert_eq!(obstacles("apart").await, ["not_enrolled_in_delivery"]);
    assert_eq!(obstacles("nobody").await, ["never_received"]);

    hub.apply("oak", None, &context(1)).await.unwrap();
    hub.undo("oak", None, &context(1)).await.unwrap();
    assert_eq!(obstacles("good").await, ["undone"]);
    assert_eq!(obstacles("p0-s0").await, ["not_enrolled_in_delivery"]);
    assert_eq!(obstacles("nobody").await, ["never_received"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_values_that_wait_keep_nobody_out_of_a_class() {
    let (folder, hub, mut town) = town().await;
    town.class("c-s1", "s1").enroll("c-s1", "t-s1", "teacher");
    sync(&hub, folder.path(), &town, 1).await;
    hub.save_settings("oak", "guard.people_renamed = { percent = 0.0, count = 0 }", &context(1))
        .await
        .unwrap();
    town.set("users", "p0-s0", "familyName", "Other");
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Held);
    assert_eq!(cause(&hub, "p0-s0", None, 2).await, "held_by_guard");
    assert_eq!(cause(&hub, "p0-s0", Some("a-s0"), 2).await, "member");
    assert_eq!(cause(&hub, "p0-s0", Some("c-s1"), 2).await, "not_enrolled_in_delivery");
    assert_eq!(cause(&hub, "p0-s0", Some("nowhere"), 2).await, "unknown_class");
}
