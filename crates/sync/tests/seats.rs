//! Guards count who has a seat on the day: dates and roles take seats away as departures do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dropping_references,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, hub, sync, trips};
use tempfile::TempDir;

async fn applied(town: &Bundle) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let report = sync(&hub, folder.path(), town, 0).await;
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    (folder, hub)
}

/// The guards that hold a second night on which a town changes.
async fn held(mut town: Bundle, change: impl FnOnce(&mut Bundle)) -> Vec<String> {
    let (folder, hub) = applied(&town).await;
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status == Status::Held, !report.guard.reasons.is_empty());
    trips(&report).into_iter().map(str::to_owned).collect()
}

fn date(town: &mut Bundle, students: std::ops::Range<usize>, column: &str, date: &str) {
    for class in ["a-s0", "b-s0"] {
        for number in students.clone() {
            town.set("enrollments", &format!("{class}_p{number}-s0"), column, date);
        }
    }
}

const NONE: [&str; 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_close_enrollments_count_as_departures() {
    for (column, day, expected) in [
        ("endDate", "2026-09-01", &["enrollments_ended"][..]),
        ("endDate", "2026-09-16", &["enrollments_ended"]),
        ("beginDate", "2026-10-01", &["enrollments_ended"]),
        ("endDate", "2027-06-01", &NONE),
        ("beginDate", "2026-09-01", &NONE),
    ] {
        let held = held(Bundle::town(200), |town| date(town, 0..80, column, day)).await;
        assert_eq!(held, expected, "{column} {day}");
    }
    let few = held(Bundle::town(200), |town| date(town, 0..20, "endDate", "2026-09-01"));
    assert_eq!(few.await, NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_before_does_not_count_again() {
    let mut town = Bundle::town(200);
    date(&mut town, 0..80, "endDate", "2026-09-01");
    let held = held(town, |town| date(town, 0..80, "endDate", "2026-09-02"));
    assert_eq!(held.await, NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_date_may_be_the_last_day() {
    let mut town = Bundle::town(200);
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "end_dates_inclusive = true", &context(1)).await.unwrap();
    date(&mut town, 0..80, "endDate", "2026-09-16");
    assert_eq!(trips(&sync(&hub, folder.path(), &town, 1).await), NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_by_dates_is_a_move() {
    let held = held(Bundle::town(200), |town| {
        town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
        for number in 0..80 {
            town.set("enrollments", &format!("a-s0_p{number}-s0"), "endDate", "2026-09-01");
            town.enroll("c-s0", &format!("p{number}-s0"), "student");
        }
    });
    assert_eq!(held.await, NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_empty_no_class_unseen() {
    let teacher =
        |town: &mut Bundle| drop(town.set("enrollments", "a-s0_t-s0", "endDate", "2026-09-01"));
    assert_eq!(held(Bundle::town(12), teacher).await, ["class_loses_teacher"]);
    let some = |students| move |town: &mut Bundle| date(town, 0..students, "endDate", "2026-09-01");
    assert_eq!(held(Bundle::town(12), some(7)).await, ["class_emptied"]);
    assert_eq!(held(Bundle::town(12), some(6)).await, NONE);
}

fn with_roles(students: usize) -> Bundle {
    let mut town = Bundle::town(students);
    town.roles_apart();
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_lose_their_last_role_at_a_school_count_as_leaving_it() {
    let without = |people: usize| {
        move |town: &mut Bundle| {
            (0..people).for_each(|one| drop(town.remove("roles", &format!("r-p{one}-s0"))));
        }
    };
    assert_eq!(held(with_roles(40), without(12)).await, ["people_deactivated"]);
    assert_eq!(held(with_roles(40), without(2)).await, NONE);
    let closed = |town: &mut Bundle| {
        for one in 0..12 {
            town.set("roles", &format!("r-p{one}-s0"), "endDate", "2026-09-01");
        }
    };
    assert_eq!(held(with_roles(40), closed).await, ["people_deactivated"]);
    let mut twice = with_roles(40);
    for one in 0..12 {
        twice.role(&format!("more-{one}"), &format!("p{one}-s0"), "student", "s0");
    }
    assert_eq!(held(twice, without(12)).await, NONE, "another role there goes on");
    let moved = |town: &mut Bundle| {
        for one in 0..12 {
            town.remove("roles", &format!("r-p{one}-s0"));
            town.role(&format!("new-{one}"), &format!("p{one}-s0"), "student", "s1");
        }
    };
    assert_eq!(held(with_roles(40), moved).await, NONE, "a move is no departure");
    let under_new_ids = |town: &mut Bundle| {
        for cell in town.files.values_mut().flatten().flatten() {
            if cell.ends_with("-s0") && (cell.starts_with("p1") || cell.starts_with("r-p1")) {
                cell.push_str("-new");
            }
        }
    };
    assert_eq!(held(with_roles(40), under_new_ids).await, NONE, "nor is another sourcedId");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_empty_no_school_unseen() {
    let teacher = |town: &mut Bundle| drop(town.remove("roles", "r-t-s0"));
    assert_eq!(held(with_roles(12), teacher).await, ["school_without_teacher"]);
    let moved = |people: usize| {
        move |town: &mut Bundle| {
            for one in 0..people {
                town.set("roles", &format!("r-p{one}-s0"), "orgSourcedId", "s1");
            }
        }
    };
    assert_eq!(held(with_roles(12), moved(7)).await, ["school_emptied", "grade_emptied"]);
    assert_eq!(held(with_roles(12), moved(6)).await, NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_takes_seats_by_changes_is_kept_back() {
    let mut town = with_roles(40);
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    town.set("enrollments", "a-s0_t-s0", "role", "student");
    town.set("enrollments", "b-s0_t-s0", "endDate", "2026-09-01");
    town.set("users", "p0-s1", "givenName", "Changed");
    for one in 0..12 {
        town.remove("roles", &format!("r-p{one}-s0"));
    }
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(trips(&report), ["people_deactivated", "class_loses_teacher"]);
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)));
    let changes = hub.log("oak", 1).await.unwrap().remove(0).counts;
    assert_eq!(changes.into_iter().collect::<Vec<_>>(), [("users.update".to_owned(), 1)]);
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_eq!((approved.status, approved.changes), (Status::Applied, 14));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_class_that_is_kept_back_stays_with_it() {
    let mut town = Bundle::town(40);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    for one in 0..3 {
        town.enroll("c-s0", &format!("p{one}-s0"), "student");
    }
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    town.leave("p0-s0").leave("p1-s0").set("users", "p0-s1", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((trips(&report), report.operation), (vec!["class_emptied"], Some(2)));
    let held = |kind: Kind| report.departures[&kind].held;
    assert_eq!((held(Kind::User), held(Kind::Enrollment)), (2, 6));
}

/// The guards that hold each of four nights on which a town changes; a person approves what they
/// hold.
async fn nights(mut town: Bundle, changes: [&dyn Fn(&mut Bundle); 4]) -> Vec<Vec<String>> {
    let (folder, hub) = applied(&town).await;
    let mut all = Vec::new();
    for (night, change) in (1i64..).zip(changes) {
        change(&mut town);
        let report = sync(&hub, folder.path(), &town, night).await;
        if report.status == Status::Held {
            let approved = hub.approve("oak", report.plan, &context(night)).await.unwrap();
            assert_eq!(approved.status, Status::Applied);
        }
        all.push(trips(&report).into_iter().map(str::to_owned).collect());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_not_emptied_bit_by_bit() {
    let drop_from = |from: usize, to: usize| {
        move |town: &mut Bundle| {
            (from..to).for_each(|one| drop(town.remove("enrollments", &format!("a-s0_p{one}-s0"))));
        }
    };
    let back = |town: &mut Bundle| {
        (0..4).for_each(|one| drop(town.enroll("a-s0", &format!("p{one}-s0"), "student")));
    };
    let (one, two, three, four) =
        (drop_from(0, 4), drop_from(4, 7), drop_from(7, 8), drop_from(8, 9));
    let held = nights(Bundle::town(12), [&one, &two, &three, &four]).await;
    assert_eq!(held, [vec![], vec!["class_emptied"], vec![], vec![]], "12, 8, 5: counted anew");
    let held = nights(Bundle::town(12), [&one, &back, &two, &three]).await;
    assert_eq!(held, vec![vec![""; 0]; 4], "who comes back is not lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_is_not_emptied_bit_by_bit() {
    let leave = |from: usize, to: usize| {
        move |town: &mut Bundle| {
            (from..to).for_each(|one| drop(town.leave(&format!("p{one}-s0"))));
        }
    };
    let (one, two, none) = (leave(0, 5), leave(5, 7), leave(0, 0));
    let held = nights(Bundle::town(12), [&one, &two, &none, &none]).await;
    let expected = vec!["school_emptied", "grade_emptied", "class_emptied"];
    assert_eq!(held, [vec![], expected, vec![], vec![]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_back_is_not_lost() {
    let mut town = Bundle::town(40);
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    let whole = town.clone();
    (0..19).for_each(|one| drop(town.leave(&format!("p{one}-s0"))));
    town.set("users", "p0-s1", "givenName", "Changed");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.operation, Some(2));
    let mut town = whole;
    town.set("users", "p0-s1", "givenName", "Other").leave("p0-s0").leave("p1-s0");
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!((report.status, trips(&report)), (Status::Applied, vec![]));
}

fn hand_over(from: usize, to: usize, classes: &'static [&'static str]) -> impl Fn(&mut Bundle) {
    move |town: &mut Bundle| {
        for (class, number) in classes.iter().flat_map(|class| (from..to).map(move |n| (class, n)))
        {
            let id = format!("{class}_p{number}-s0");
            town.set("enrollments", &id, "userSourcedId", &format!("p{number}-s1"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_names_another_student_takes_the_seat() {
    let both = &["a-s0", "b-s0"][..];
    assert_eq!(held(Bundle::town(200), hand_over(0, 80, both)).await, ["enrollments_ended"]);
    assert_eq!(held(Bundle::town(12), hand_over(0, 7, both)).await, ["class_emptied"]);
    assert_eq!(held(Bundle::town(12), hand_over(0, 6, both)).await, NONE);
    let round = |town: &mut Bundle| {
        for number in 0..200 {
            let (id, next) = (format!("a-s0_p{number}-s0"), format!("p{}-s0", (number + 1) % 200));
            town.set("enrollments", &id, "userSourcedId", &next);
        }
    };
    assert_eq!(held(Bundle::town(200), round).await, NONE, "all of them go on");
    let under_new_ids = |town: &mut Bundle| {
        for (file, column) in [("users", 0), ("enrollments", 5)] {
            for row in town.files.get_mut(file).unwrap() {
                if row[column].ends_with("-s0") && row[column].starts_with('p') {
                    row[column].push_str("-new");
                }
            }
        }
    };
    assert_eq!(held(Bundle::town(200), under_new_ids).await, ["ids_reissued"], "nobody leaves");
    let teacher = |town: &mut Bundle| {
        town.user("t2", "teacher", "s0");
        town.set("enrollments", "a-s0_t-s0", "userSourcedId", "t2");
    };
    assert_eq!(held(Bundle::town(12), teacher).await, NONE, "another teacher takes over");
    let roles = |town: &mut Bundle| {
        for number in 0..7 {
            let id = format!("r-p{number}-s0");
            town.set("roles", &id, "userSourcedId", &format!("p{number}-s1"));
        }
    };
    assert_eq!(held(with_roles(12), roles).await, ["school_emptied", "grade_emptied"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_not_handed_over_bit_by_bit() {
    let (one, two, none) =
        (hand_over(0, 5, &["a-s0"]), hand_over(5, 9, &["a-s0"]), hand_over(0, 0, &["a-s0"]));
    let held = nights(Bundle::town(12), [&one, &two, &none, &none]).await;
    assert_eq!(held, [vec![], vec!["class_emptied"], vec![], vec![]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_by_dates_is_kept_back_whole() {
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    let (folder, hub) = applied(&town).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    for number in 0..7 {
        town.set("enrollments", &format!("a-s0_p{number}-s0"), "endDate", "2026-09-01");
        town.enroll("c-s0", &format!("p{number}-s0"), "student");
    }
    town.set("users", "p0-s1", "givenName", "Changed");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((trips(&report), report.operation), (vec!["class_emptied"], Some(2)));
    assert_eq!(report.outcomes[&Kind::Enrollment].held, 14);
}
