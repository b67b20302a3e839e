//! Schools that are other ones here than in the source: two that are one, one that is several, and
//! codes that stand for a school.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, found, hub, options, sync, trips};
use tempfile::TempDir;

/// The published lines of each file.
async fn published(hub: &Hub, folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let out = folder.join("export");
    let _ = std::fs::remove_dir_all(&out);
    hub.export("oak", "oneroster-1.2", &out, None).await.unwrap();
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let lines =
        |path: &Path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), lines(&path)))
        .collect()
}

/// What is published of a delivery without any mapping.
async fn plain(town: &Bundle) -> BTreeMap<String, BTreeSet<String>> {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    assert_eq!(sync(&hub, folder.path(), town, 0).await.status, Status::Applied);
    published(&hub, folder.path()).await
}

/// A hub that was told which schools are others here, before anything came.
async fn told(folder: &Path, mapping: &str) -> Hub {
    let hub = hub(folder).await;
    hub.save_settings("oak", mapping, &context(0)).await.unwrap();
    hub
}

const JOINED: &str = "[scope]\nmapping = [{ to = \"s0\", from = [\"CODE-1\"] }]\n";

/// The school `s1` with an identifier of its own.
fn two_schools() -> Bundle {
    let mut town = Bundle::town(4);
    town.set("orgs", "s1", "identifier", "CODE-1");
    town
}

/// The same with one school, by hand.
fn one_school(town: &Bundle) -> Bundle {
    let mut one = town.clone();
    one.remove("orgs", "s1");
    for rows in one.files.values_mut() {
        for row in rows {
            row.iter_mut().filter(|cell| *cell == "s1").for_each(|cell| "s0".clone_into(cell));
        }
    }
    one
}

const SPLIT: &str = "[scope]\nmapping = [\n\
    { to = \"art\", name = \"Arts\", from = [\"s0\"], people = [\"p0-s0\"], classes = [\"Drawing*\"] },\n\
    { to = \"m\", name = \"Middle\", identifier = \"77\", from = [\"s0\"], grades = [\"6\", \"07\"] },\n]\n";

/// A school whose students are of grades 05 to 07, with a class for each part.
fn big_school() -> Bundle {
    let mut town = Bundle::town(6);
    for (number, grade) in ["06", "06", "07", "05", "05"].into_iter().enumerate() {
        town.set("users", &format!("p{number}-s0"), "grades", grade);
    }
    town.set("classes", "b-s0", "grades", "06,07");
    town.class("c-s0", "s0").set("classes", "c-s0", "title", "Drawing 2");
    town.enroll("c-s0", "p0-s0", "student").enroll("c-s0", "t-s0", "teacher");
    town
}

/// The same with three schools, by hand; in 1.2 a role of staff is one at what is left of the school.
fn three_schools(town: &Bundle, roles_apart: bool) -> Bundle {
    let mut three = town.clone();
    let school = |name| [("name", name), ("type", "school"), ("parentSourcedId", "d")];
    three.row("orgs", "art", &school("Arts")).row("orgs", "m", &school("Middle"));
    three.set("orgs", "m", "identifier", "77");
    for (student, school) in [("p0-s0", "art"), ("p1-s0", "m"), ("p2-s0", "m")] {
        three.set("users", student, "orgSourcedIds", school);
    }
    if !roles_apart {
        three.set("users", "t-s0", "orgSourcedIds", "s0,art,m");
    }
    for (class, school) in [("b-s0", "m"), ("c-s0", "art")] {
        three.set("classes", class, "schoolSourcedId", school);
        for row in three.files.get_mut("enrollments").unwrap().iter_mut() {
            if row[3] == class {
                school.clone_into(&mut row[4]);
            }
        }
    }
    three
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schools_are_one_from_the_first_night() {
    for roles_apart in [false, true] {
        let folder = TempDir::new().unwrap();
        let hub = told(folder.path(), JOINED).await;
        let (mut town, mut one) = (two_schools(), one_school(&two_schools()));
        if roles_apart {
            town.roles_apart();
            one.roles_apart();
        }
        let first = sync(&hub, folder.path(), &town, 0).await;
        assert_eq!(first.status, Status::Applied);
        assert_eq!(first.outcomes[&Kind::Org].ignored_by["mapping"], 1);
        assert_eq!(published(&hub, folder.path()).await, plain(&one).await);
        assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Unchanged);
        assert_eq!(found(&first, "scope_names_nothing"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_is_several_from_the_first_night() {
    for roles_apart in [false, true] {
        let folder = TempDir::new().unwrap();
        let hub = told(folder.path(), SPLIT).await;
        let (mut town, mut three) = (big_school(), three_schools(&big_school(), roles_apart));
        if roles_apart {
            town.roles_apart();
            three.roles_apart();
        }
        let first = sync(&hub, folder.path(), &town, 0).await;
        assert_eq!(first.status, Status::Applied);
        assert_eq!(first.outcomes[&Kind::Org].received, 3);
        assert_eq!(published(&hub, folder.path()).await, plain(&three).await, "{roles_apart}");
        assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Unchanged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn places_follow_a_class_and_a_student_to_the_other_part() {
    for roles_apart in [false, true] {
        let folder = TempDir::new().unwrap();
        let hub = told(folder.path(), SPLIT).await;
        let mut town = big_school();
        let first = if roles_apart { town.clone().roles_apart().clone() } else { town.clone() };
        sync(&hub, folder.path(), &first, 0).await;
        // The lines of the enrollments and of the roles say what they said.
        town.set("classes", "b-s0", "grades", "05").set("users", "p1-s0", "grades", "05");
        let mut three = three_schools(&town, roles_apart);
        three.set("users", "p1-s0", "orgSourcedIds", "s0").set(
            "classes",
            "b-s0",
            "schoolSourcedId",
            "s0",
        );
        for row in
            three.files.get_mut("enrollments").unwrap().iter_mut().filter(|row| row[3] == "b-s0")
        {
            "s0".clone_into(&mut row[4]);
        }
        if roles_apart {
            town.roles_apart();
            three.roles_apart();
        }
        let report = sync(&hub, folder.path(), &town, 1).await;
        assert_eq!(trips(&report), ["grade_emptied"], "the last of grade 06 leaves the part");
        hub.approve("oak", None, &context(1)).await.unwrap();
        assert_eq!(published(&hub, folder.path()).await, plain(&three).await, "{roles_apart}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_that_comes_later_waits_for_a_person_and_can_be_undone() {
    for (mapping, town, after) in [
        (JOINED, two_schools(), one_school(&two_schools())),
        (SPLIT, big_school(), three_schools(&big_school(), false)),
    ] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        sync(&hub, folder.path(), &town, 0).await;
        let before = published(&hub, folder.path()).await;
        hub.save_settings("oak", mapping, &context(1)).await.unwrap();
        let report = sync(&hub, folder.path(), &town, 1).await;
        if report.status == Status::Held {
            let approved = hub.approve("oak", None, &context(1)).await.unwrap();
            assert_eq!(approved.status, Status::Applied);
        }
        assert_eq!(published(&hub, folder.path()).await, plain(&after).await, "{mapping}");
        assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
        hub.undo("oak", None, &context(3)).await.unwrap();
        assert_eq!(published(&hub, folder.path()).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_is_part_of_another_does_not_vanish_unseen() {
    let folder = TempDir::new().unwrap();
    let rule = "[scope]\nmapping = [{ to = \"s0\", from = [\"s1\"] }]\n";
    let hub = told(folder.path(), rule).await;
    let mut town = Bundle::town(3);
    for student in 3..200 {
        town.user(&format!("q{student}"), "student", "s0");
    }
    sync(&hub, folder.path(), &town, 0).await;
    let mut gone = town.clone();
    gone.remove("users", "p0-s1");
    let report = sync(&hub, folder.path(), &gone, 1).await;
    assert_eq!(report.status, Status::Applied, "its name is still there");
    hub.undo("oak", None, &context(2)).await.unwrap();
    gone.remove("orgs", "s1");
    for rows in gone.files.values_mut() {
        rows.retain(|row| row.iter().all(|cell| cell != "s1"));
    }
    for night in 3..5 {
        let report = sync(&hub, folder.path(), &gone, night).await;
        assert!(trips(&report).contains(&"mapped_school_vanished"), "{:?}", report.guard);
        assert_eq!(report.status, Status::Held);
    }
    let approved = hub.approve("oak", None, &context(5)).await.unwrap();
    assert_eq!(approved.status, Status::Applied);
    assert_eq!(sync(&hub, folder.path(), &gone, 6).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_stands_for_a_school_in_every_file() {
    let folder = TempDir::new().unwrap();
    let rule = "[scope]\nmapping = [{ to = \"s1\", from = [\"0042\", \"0043\"] }]\n";
    let hub = told(folder.path(), rule).await;
    let mut town = Bundle::town(3);
    for (number, code) in ["0042", "0043", "s1"].into_iter().enumerate() {
        town.set("users", &format!("p{number}-s1"), "orgSourcedIds", code);
    }
    town.set("classes", "a-s1", "schoolSourcedId", "0042");
    for night in 0..2 {
        let report = sync(&hub, folder.path(), &town, night).await;
        let codes = ["scope_names_nothing", "dangling_reference", "dangling_optional_reference"];
        assert_eq!(codes.map(|code| found(&report, code)), [0; 3], "night {night}");
    }
    assert_eq!(published(&hub, folder.path()).await, plain(&Bundle::town(3)).await);
    town.set("users", "p1-s1", "orgSourcedIds", "s1");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(found(&report, "scope_names_nothing"), 1, "nobody names 0043 any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_to_what_nobody_knows_is_told_and_left_aside() {
    let folder = TempDir::new().unwrap();
    let rule = "[scope]\nmapping = [{ to = \"oak\", from = [\"s1\"] }]\n";
    let hub = told(folder.path(), rule).await;
    let report = sync(&hub, folder.path(), &Bundle::town(3), 0).await;
    assert_eq!(found(&report, "mapped_to_no_school"), 1);
    assert_eq!(published(&hub, folder.path()).await, plain(&Bundle::town(3)).await);
    let named = rule.replace("from", "name = \"Oak\", from");
    hub.save_settings("oak", &named, &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &Bundle::town(3), 1).await;
    assert_eq!(found(&report, "mapped_to_no_school"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_alone_are_of_the_parts_that_the_whole_made() {
    let folder = TempDir::new().unwrap();
    let hub = told(folder.path(), SPLIT).await;
    let mut town = big_school();
    sync(&hub, folder.path(), &town, 0).await;
    let mut delta = Bundle::default();
    delta.user("p9-s0", "student", "s0").set("users", "p9-s0", "grades", "07");
    delta.set("users", "p9-s0", "status", "active").users_delta();
    let report = sync(&hub, folder.path(), &delta, 1).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    town.user("p9-s0", "student", "s0").set("users", "p9-s0", "grades", "07");
    let mut three = three_schools(&town, false);
    three.set("users", "p9-s0", "orgSourcedIds", "m");
    assert_eq!(published(&hub, folder.path()).await, plain(&three).await);
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_shows_the_schools_that_settings_make() {
    let folder = TempDir::new().unwrap();
    let hub = told(folder.path(), SPLIT).await;
    let feed = folder.path().join("feed");
    big_school().write(&feed);
    let plan = hub.plan("oak", &feed, &options(), &context(0)).await.unwrap();
    let mut made = Vec::new();
    hub.plan_changes("oak", plan.plan.unwrap(), &mut |change| {
        if change.kind == Kind::Org && change.line == 0 {
            made.push(change.name);
        }
    })
    .await
    .unwrap();
    assert_eq!(made, ["Arts", "Middle"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn schools_that_take_each_others_places_both_stay() {
    let folder = TempDir::new().unwrap();
    let rule =
        "[scope]\nmapping = [{ to = \"s0\", from = [\"0b\"] }, { to = \"s1\", from = [\"0a\"] }]\n";
    let hub = told(folder.path(), rule).await;
    let mut town = Bundle::town(3);
    town.set("orgs", "s0", "identifier", "0a").set("orgs", "s1", "identifier", "0b");
    let mut swapped = town.clone();
    for (file, rows) in swapped.files.iter_mut().filter(|(file, _)| *file != "orgs") {
        for cell in rows.iter_mut().flatten() {
            let other = match cell.as_str() {
                "s0" => "s1",
                "s1" => "s0",
                _ => continue,
            };
            assert_ne!(file, "academicSessions");
            other.clone_into(cell);
        }
    }
    sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(published(&hub, folder.path()).await, plain(&swapped).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_school_is_not_mapped() {
    for mapping in [
        "{ to = \"s0\", from = [\"d\"] }",
        "{ to = \"d\", from = [\"s1\"] }",
        "{ to = \"CODE-1\", name = \"New\", from = [\"s0\"] }",
    ] {
        let folder = TempDir::new().unwrap();
        let hub = told(folder.path(), &format!("[scope]\nmapping = [{mapping}]\n")).await;
        let report = sync(&hub, folder.path(), &two_schools(), 0).await;
        assert_eq!(found(&report, "mapped_to_no_school"), 1, "{mapping}");
        assert_eq!(published(&hub, folder.path()).await, plain(&two_schools()).await, "{mapping}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_as_moved_what_a_mapping_moves_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = two_schools();
    town.set("users", "t-s0", "orgSourcedIds", "s0,s1");
    town.user("both", "student", "s0,s1");
    sync(&hub, folder.path(), &town, 0).await;
    let without_first = "[scope]\nschools = { except = [\"s0\"] }\n";
    let report = hub.compare_scope("oak", without_first, &context(1)).await.unwrap();
    assert_eq!(report.moved, BTreeMap::new(), "their first school is left out, and nothing moves");
    let report = hub.compare_scope("oak", JOINED, &context(1)).await.unwrap();
    let (users, classes) = (report.moved[&Kind::User], report.moved[&Kind::Class]);
    assert_eq!((users, classes), (5, 2), "who is of s1 alone comes to s0");
    hub.save_settings("oak", JOINED, &context(1)).await.unwrap();
    let report = hub.compare_scope("oak", "", &context(1)).await.unwrap();
    assert_eq!((report.moved[&Kind::User], report.moved[&Kind::Class]), (users, classes));
    let both = format!("{JOINED}schools = {{ except = [\"s0\"] }}\n");
    let report = hub.compare_scope("oak", &both, &context(1)).await.unwrap();
    assert_eq!(
        report.moved,
        BTreeMap::new(),
        "the mapping is the same, and its school is left out"
    );
}
