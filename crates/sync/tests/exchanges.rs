//! Deliveries in which as many come as go, or nobody goes and all are called otherwise: what is
//! there in number is not what was there.

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
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, hub, sync, trips};
use tempfile::TempDir;

/// The second night of a town, with these settings.
async fn night(settings: &str, town: Bundle, change: impl FnOnce(&mut Bundle)) -> RunReport {
    let (mut town, folder) = (town, TempDir::new().unwrap());
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    let first = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(first.status, Status::Applied, "{:?}", first.guard);
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status == Status::Held, !report.guard.reasons.is_empty());
    report
}

/// The guards that a change of a town with so many students in each school trips.
async fn tripped(students: usize, change: impl FnOnce(&mut Bundle)) -> Vec<String> {
    let report = night("", Bundle::town(students), change).await;
    trips(&report).into_iter().map(str::to_owned).collect()
}

/// A town of 40 students a school who have e-mail addresses and phone numbers.
fn reachable() -> Bundle {
    let mut town = Bundle::town(40);
    for school in ["s0", "s1"] {
        for number in 0..40 {
            let id = format!("p{number}-{school}");
            town.set("users", &id, "email", &format!("{id}@example.org"));
            town.set("users", &id, "phone", &format!("555-{number:04}"));
        }
    }
    town
}

fn swap_columns(town: &mut Bundle, file: &str, one: &str, other: &str) {
    let rows = town.files.get_mut(file).unwrap();
    let place = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let (one, other) = (place(one), place(other));
    rows.iter_mut().skip(1).for_each(|row| row.swap(one, other));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_change_for_many_wait() {
    let report = night("", reachable(), |town| swap_columns(town, "users", "email", "phone")).await;
    assert_eq!(trips(&report), ["values_changed"]);
    let first = &report.guard.reasons[0];
    assert_eq!(
        first.message,
        "40 of 41 records of users.csv of School s0 would get another email, or lose it (97.6%; the \
         limit is 20% or 20, whichever is more)"
    );
    let report = night("", reachable(), |town| swap_columns(town, "users", "username", "email"));
    assert_eq!(trips(&report.await), ["values_changed"]);
    let some = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                town.set("users", &format!("p{number}-s0"), "email", "");
            }
        }
    };
    assert_eq!(trips(&night("", reachable(), some(20)).await), [""; 0], "a few may");
    assert_eq!(trips(&night("", reachable(), some(21)).await), ["values_changed"]);
    let filled = tripped(40, |town| *town = reachable());
    assert_eq!(filled.await, [""; 0], "what was empty and is filled loses nothing");
    let promoted = tripped(40, |town| {
        for number in 0..30 {
            town.set("users", &format!("p{number}-s0"), "grades", "05,06");
        }
    });
    assert!(!promoted.await.contains(&"values_changed".to_owned()), "grades change every year");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_change_bit_by_bit_add_up() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = reachable();
    sync(&hub, folder.path(), &town, 0).await;
    for night in 1..4usize {
        for number in night * 8 - 8..night * 8 {
            town.set("users", &format!("p{number}-s0"), "email", &format!("x{number}@example.org"));
        }
        let report = sync(&hub, folder.path(), &town, i64::try_from(night).unwrap()).await;
        let expected: &[&str] = if night == 3 { &["values_changed"] } else { &[] };
        assert_eq!(trips(&report), expected, "night {night}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orgs_that_take_each_others_names_wait() {
    let rename = |count: usize| {
        move |town: &mut Bundle| {
            for (at, org) in ["d", "s0", "s1"].into_iter().take(count).enumerate() {
                town.set("orgs", org, "name", &format!("Name {at}"));
            }
        }
    };
    assert_eq!(tripped(3, rename(2)).await, [""; 0]);
    assert_eq!(tripped(3, rename(3)).await, ["schools_renamed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_exchanged_between_schools_wait() {
    let exchange = |classes: &'static [&'static str]| {
        move |town: &mut Bundle| {
            for class in classes {
                for (from, to) in [("s0", "s1"), ("s1", "s0")] {
                    town.set("classes", &format!("{class}-{from}"), "schoolSourcedId", to);
                }
            }
        }
    };
    assert_eq!(tripped(12, exchange(&["a", "b"])).await, ["school_loses_seats"]);
    assert_eq!(tripped(12, exchange(&["a"])).await, [""; 0], "half of them stay");
    let mut town = Bundle::town(12);
    let more = ["c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    for class in more {
        for school in ["s0", "s1"] {
            let id = format!("{class}-{school}");
            town.class(&id, school).enroll(&id, &format!("t-{school}"), "teacher");
        }
    }
    let report = night("", town.clone(), exchange(&["c", "d", "e", "f", "g", "h"])).await;
    assert_eq!(trips(&report), ["classes_ended"]);
    let report = night("on_hold = \"keep_back\"", town.clone(), |town| {
        exchange(&["c", "d", "e", "f", "g", "h"])(town);
        town.set("users", "p0-s0", "givenName", "Changed");
    });
    let report = report.await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)));
    assert_eq!(report.outcomes[&Kind::Class].held, 12, "they wait, and the rest is applied");
    assert_eq!(trips(&night("", town, exchange(&["c", "d"])).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn students_and_teachers_who_are_replaced_wait() {
    let exchange = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                for (from, to) in [("s0", "s1"), ("s1", "s0")] {
                    town.set("users", &format!("p{number}-{from}"), "orgSourcedIds", to);
                }
            }
        }
    };
    assert_eq!(tripped(40, exchange(20)).await, [""; 0]);
    assert_eq!(tripped(40, exchange(30)).await, ["school_turnover"]);
    let staffed = || {
        let mut town = Bundle::town(400);
        (0..20).for_each(|number| drop(town.user(&format!("t{number}-s0"), "teacher", "s0")));
        town
    };
    let replace = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                town.leave(&format!("t{number}-s0"));
            }
        }
    };
    assert_eq!(trips(&night("", staffed(), replace(5)).await), [""; 0]);
    let report = night("", staffed(), replace(6)).await;
    assert_eq!(trips(&report), ["teachers_lost"], "six of 421 people are no share of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_with_mostly_other_students_waits_alone() {
    let mut town = Bundle::town(12);
    for class in ["c-s0", "d-s0"] {
        town.class(class, "s0").enroll(class, "t-s0", "teacher");
    }
    for number in 0..12 {
        let class = if number < 6 { "c-s0" } else { "d-s0" };
        town.enroll(class, &format!("p{number}-s0"), "student");
    }
    let exchange = |count: usize| {
        move |town: &mut Bundle| {
            for number in (0..count).chain(6..6 + count) {
                let (was, is) = if number < 6 { ("c-s0", "d-s0") } else { ("d-s0", "c-s0") };
                let person = format!("p{number}-s0");
                town.remove("enrollments", &format!("{was}_{person}"));
                town.enroll(is, &person, "student");
            }
        }
    };
    assert_eq!(trips(&night("", town.clone(), exchange(3)).await), [""; 0], "half of them stay");
    let report = night("", town.clone(), exchange(6)).await;
    assert_eq!(trips(&report), ["class_turnover"]);
    assert_eq!(
        report.guard.reasons[0].message,
        "2 of 4 classes of School s0 would go on with mostly other students"
    );
    let report = night("on_hold = \"keep_back\"", town, |town| {
        exchange(6)(town);
        town.set("users", "p0-s1", "givenName", "Changed");
        town.remove("enrollments", "a-s1_p1-s1");
    });
    let report = report.await;
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)));
    let departures = &report.departures[&Kind::Enrollment];
    assert_eq!((departures.ended, departures.held), (1, 12), "the other class goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_new_sourced_ids_of_known_people_wait() {
    let reissue = |count: usize| {
        move |town: &mut Bundle| {
            for number in 0..count {
                let (old, new) = (format!("p{number}-s0"), format!("new{number}-s0"));
                town.set("users", &old, "sourcedId", &new);
                for row in town.files.get_mut("enrollments").unwrap() {
                    if row[5] == old {
                        row[5].clone_from(&new);
                    }
                }
            }
        }
    };
    assert_eq!(tripped(40, reissue(20)).await, [""; 0]);
    for settings in ["", "on_hold = \"keep_back\""] {
        let report = night(settings, Bundle::town(40), reissue(21)).await;
        assert_eq!((trips(&report), report.operation), (vec!["ids_reissued"], None));
        assert_eq!(report.departures[&Kind::User].ended, 0, "their accounts go on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_vanishes_waits() {
    let trips = tripped(12, |town| {
        town.remove("orgs", "s1");
        town.files.get_mut("users").unwrap().retain(|row| row[4] != "s1");
        for (file, place) in [("classes", 9), ("courses", 7), ("enrollments", 4)] {
            town.files.get_mut(file).unwrap().retain(|row| row[place] != "s1");
        }
    });
    assert!(trips.await.contains(&"school_vanished".to_owned()));
    let mut town = Bundle::town(12);
    town.row("orgs", "s2", &[("name", "Empty"), ("type", "school"), ("parentSourcedId", "d")]);
    let report = night("", town, |town| drop(town.remove("orgs", "s2"))).await;
    assert_eq!(trips_of(&report), [""; 0], "nobody was there");
}

fn trips_of(report: &RunReport) -> Vec<&str> {
    trips(report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_far_fewer_records_waits() {
    let cut = |count: usize| {
        move |town: &mut Bundle| {
            town.files.get_mut("enrollments").unwrap().truncate(1 + 404 - count);
        }
    };
    assert!(tripped(100, cut(130)).await.contains(&"rows_fallen".to_owned()));
    assert!(!tripped(100, cut(120)).await.contains(&"rows_fallen".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_different_exports_wait_on_the_first_night() {
    for (renamed, expected) in [(12, vec!["files_apart"]), (5, vec![])] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(12);
        for row in town.files.get_mut("enrollments").unwrap().iter_mut().skip(1) {
            let number: usize = row[5][1..].split('-').next().unwrap().parse().unwrap_or(99);
            if number < renamed {
                row[5] = format!("other-{}", row[5]);
            }
        }
        let report = sync(&hub, folder.path(), &town, 0).await;
        assert_eq!(trips(&report), expected, "{renamed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_gone_takes_nothing_unseen() {
    let drop_column = |column: usize| {
        move |town: &mut Bundle| {
            town.files
                .get_mut("users")
                .unwrap()
                .iter_mut()
                .for_each(|row| drop(row.remove(column)));
        }
    };
    let few = || {
        let mut town = Bundle::town(3);
        town.set("users", "p0-s0", "email", "p0@example.org");
        town
    };
    let report = night("", few(), drop_column(12)).await;
    assert_eq!(trips(&report), ["column_vanished"]);
    assert_eq!(
        report.guard.reasons[0].message,
        "users.csv has no column email now, and what 1 of its records had in it would be lost"
    );
    assert_eq!(trips(&night("", few(), drop_column(13)).await), [""; 0], "nobody had a sms number");
}

/// All students of a school under other sourcedIds and identifiers; their classes stay.
fn reissue_all(town: &mut Bundle) {
    for number in 0..40 {
        let (old, new) = (format!("p{number}-s0"), format!("new{number}-s0"));
        town.set("users", &old, "sourcedId", &new);
        town.set("users", &new, "userIds", &format!("{{SIS:new{number}}}"));
        for row in town.files.get_mut("enrollments").unwrap() {
            if row[5] == old {
                row[5].clone_from(&new);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_look_issued_anew_are_told_and_rekeyed_where_a_person_says_so() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(40);
    sync(&hub, folder.path(), &town, 0).await;
    reissue_all(&mut town);
    let held = sync(&hub, folder.path(), &town, 1).await;
    assert!(trips(&held).contains(&"ids_reissued_by_name"), "{:?}", held.guard);
    assert_eq!(held.departures[&Kind::User].held, 40);
    let feed = folder.path().join("feed");
    let rekey = firstbell_sync::RunOptions { rekey: true, ..support::options() };
    let plan = hub.plan("oak", &feed, &rekey, &context(1)).await.unwrap();
    assert_eq!((plan.status, trips(&plan)), (Status::Held, vec!["people_renamed", "ids_reissued"]));
    assert_eq!((plan.departures[&Kind::User].held, plan.changes), (0, 40), "{:?}", plan.summary);
    let changed = {
        let mut all = Vec::new();
        hub.plan_changes("oak", plan.plan.unwrap(), &mut |one| all.push(one)).await.unwrap();
        all
    };
    assert!(changed.iter().all(|one| one.reason == "updated_because_rekeyed"), "{changed:?}");
    let approved = hub.approve("oak", plan.plan, &context(1)).await.unwrap();
    assert_eq!((approved.status, approved.changes), (Status::Applied, 40));
    let night = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(night.status, Status::Unchanged, "nothing is to be said any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_ties_nobody_whose_identifiers_and_classes_differ() {
    let other_people = |town: &mut Bundle| {
        reissue_all(town);
        for row in town.files.get_mut("enrollments").unwrap() {
            if row[5].starts_with("new") {
                row[3] = "c-s0".to_owned();
            }
        }
        town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    };
    let trips = tripped(40, other_people).await;
    assert!(!trips.contains(&"ids_reissued_by_name".to_owned()), "{trips:?}");
    let two_of_a_name = |town: &mut Bundle| {
        for number in 0..40 {
            town.set("users", &format!("p{number}-s0"), "familyName", "Same");
        }
    };
    let mut town = Bundle::town(40);
    two_of_a_name(&mut town);
    let report = night("", town, reissue_all).await;
    assert!(!trips_of(&report).contains(&"ids_reissued_by_name"), "which of them is meant?");
    let few = tripped(40, |town| {
        for number in 0..5 {
            town.set("users", &format!("p{number}-s0"), "sourcedId", &format!("new{number}-s0"));
        }
    });
    assert!(!few.await.contains(&"ids_reissued_by_name".to_owned()));
}

/// A town in whose first school three groups of students have a class each.
fn small_classes() -> Bundle {
    let mut town = Bundle::town(0);
    for (group, students) in [("x", 4), ("y", 4), ("z", 3)] {
        let class = format!("{group}-s0");
        town.class(&class, "s0").enroll(&class, "t-s0", "teacher");
        for number in 0..students {
            let student = format!("{group}{number}-s0");
            town.user(&student, "student", "s0").enroll(&class, &student, "student");
        }
    }
    town
}

/// Puts all students of classes into others; the enrollments keep their ids.
fn pass_on(town: &mut Bundle, to: &[(&str, &str)]) {
    let students = |row: &&mut Vec<String>| row[6] == "student";
    for row in town.files.get_mut("enrollments").unwrap().iter_mut().filter(students) {
        if let Some((_, other)) = to.iter().find(|(from, _)| *from == row[3]) {
            (*other).clone_into(&mut row[3]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_classes_that_exchange_all_their_students_wait() {
    let many = "guard.class_turnover = { percent = 50.0, count = 20 }";
    let all = |town: &mut Bundle| pass_on(town, &[("x-s0", "y-s0"), ("y-s0", "x-s0")]);
    let report = night(many, small_classes(), all).await;
    assert_eq!(trips(&report), ["class_turnover"]);
    let ring = [("x-s0", "y-s0"), ("y-s0", "z-s0"), ("z-s0", "x-s0")];
    let report = night(many, small_classes(), |town| pass_on(town, &ring)).await;
    assert_eq!(trips(&report), ["class_turnover"], "in a ring too");
    let report = night(many, small_classes(), |town| {
        all(town);
        town.set("enrollments", "x-s0_x0-s0", "classSourcedId", "z-s0");
    });
    assert_eq!(trips(&report.await), [""; 0], "not all of them come");
    let limit = "guard.class_turnover = { percent = 100.0, count = 5 }";
    assert_eq!(trips(&night(limit, small_classes(), all).await), [""; 0], "whoever wants it");
}
