//! How a district is: what its schools have, its last good sync, and what waits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::school_counts::SchoolCounts;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use firstbell_sync::standing::Standing;
use support::bundle::Bundle;
use support::{context, hub, sync};
use tempfile::TempDir;

async fn standing(hub: &Hub) -> Standing {
    let district = hub.find_district("oak").await.unwrap().unwrap();
    hub.standing(&district).await.unwrap()
}

fn counts(standing: &Standing) -> Vec<(&str, SchoolCounts)> {
    standing.schools.iter().map(|school| (school.name.as_str(), school.counts)).collect()
}

/// Two schools of four students and a teacher, each with two classes that all are in.
const SCHOOL: SchoolCounts = SchoolCounts {
    students: 4,
    staff: 1,
    classes: 2,
    places: 8,
    students_without_class: 0,
    classes_without_teacher: 0,
};

#[tokio::test(flavor = "multi_thread")]
async fn schools_are_counted_after_each_operation_and_the_same_from_the_rows() {
    for roles_apart in [false, true] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let mut town = Bundle::town(4);
        if roles_apart {
            town.roles_apart();
        }
        sync(&hub, folder.path(), &town, 0).await;
        let first = standing(&hub).await;
        assert_eq!(counts(&first), [("School s0", SCHOOL), ("School s1", SCHOOL)]);
        assert_eq!(first.elsewhere, SchoolCounts::default());
        // A student without a class comes, and a class loses its teacher.
        let mut other = town.clone();
        other.user("new", "student", "s0");
        if roles_apart {
            other = Bundle::town(4);
            other.user("new", "student", "s0");
            other.roles_apart();
        }
        for row in other.files.get_mut("enrollments").unwrap() {
            if row.iter().any(|cell| cell == "a-s1") && row.iter().any(|cell| cell == "t-s1") {
                row.iter_mut()
                    .filter(|cell| *cell == "t-s1")
                    .for_each(|cell| "t-s0".clone_into(cell));
                row.iter_mut()
                    .filter(|cell| *cell == "a-s1")
                    .for_each(|cell| "a-s0".clone_into(cell));
            }
        }
        let report = sync(&hub, folder.path(), &other, 1).await;
        if report.status == Status::Held {
            hub.approve("oak", None, &context(1)).await.unwrap();
        }
        let second = standing(&hub).await;
        let told = counts(&second);
        assert_eq!((told[0].1.students, told[0].1.students_without_class), (5, 1));
        assert_eq!((told[1].1.classes_without_teacher, told[1].1.classes), (1, 2));
        assert_eq!(
            second.trend.iter().map(|one| one.students).collect::<Vec<_>>(),
            [Some(8), Some(9)]
        );
        // After an undo the rows are counted, and say what was counted in memory before.
        hub.undo("oak", None, &context(2)).await.unwrap();
        let third = standing(&hub).await;
        assert_eq!(counts(&third), counts(&first));
        assert_eq!(third.last_good.unwrap().operation, Some(1), "what is taken back is not good");
        assert!(third.paused.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schools_that_others_name_alone_are_counted_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(4);
    town.files.retain(|file, _| ["users", "classes", "enrollments"].contains(&file.as_str()));
    sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(counts(&standing(&hub).await), [("s0", SCHOOL), ("s1", SCHOOL)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_district_says_so() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let empty = standing(&hub).await;
    assert!(empty.schools.is_empty() && empty.trend.is_empty());
    assert_eq!((empty.last_good, empty.newest), (None, None));
    assert!(empty.hold.is_none() && empty.paused.is_none());
}
