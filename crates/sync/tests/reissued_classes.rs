//! Classes and courses whose ids are issued anew: they are told, and go on under the new ids where a
//! person says so.

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

use std::path::Path;

use firstbell_roster::model::Kind;
use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, RunReport, Status};
use firstbell_sync::{Answer, Approving, Criteria, Hub, RunOptions, Selection};
use support::bundle::Bundle;
use support::{context, hub, outcomes, sync, trips};
use tempfile::TempDir;

const LOOK: &str = "class_ids_look_reissued";

/// Gives a class another sourcedId; with it its enrollments where `enrollments` says so.
fn reissue(town: &mut Bundle, class: &str, enrollments: bool) {
    let new = format!("9-{class}");
    town.set("classes", class, "sourcedId", &new);
    for row in town.files.get_mut("enrollments").unwrap().iter_mut().filter(|row| row[3] == class) {
        row[3].clone_from(&new);
        if enrollments {
            row[0] = format!("9-{}", row[0]);
        }
    }
}

fn reissue_school(town: &mut Bundle, enrollments: bool) {
    for class in ["a-s0", "b-s0"] {
        reissue(town, class, enrollments);
    }
}

/// A second night on which something changes, as it is planned with `--rekey`.
struct Second {
    folder: TempDir,
    hub: Hub,
    town: Bundle,
    held: RunReport,
    rekeyed: RunReport,
}

async fn second(town: Bundle, change: impl FnOnce(&mut Bundle)) -> Second {
    let (mut town, folder) = (town, TempDir::new().unwrap());
    let hub = hub(folder.path()).await;
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    change(&mut town);
    let held = sync(&hub, folder.path(), &town, 1).await;
    let rekey = RunOptions { rekey: true, ..support::options() };
    let feed = folder.path().join("feed");
    let rekeyed = hub.plan("oak", &feed, &rekey, &context(1)).await.unwrap();
    Second { folder, hub, town, held, rekeyed }
}

impl Second {
    /// Approves the plan that was made with `--rekey`; the next night is unchanged.
    async fn approved(&self) -> RunReport {
        let approved = self.hub.approve("oak", self.rekeyed.plan, &context(1)).await.unwrap();
        assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
        self.is_settled(2).await;
        approved
    }

    /// The same delivery changes nothing, with the image and without it, and the image is right.
    async fn is_settled(&self, night: i64) {
        let lines = self.hub.doctor(&|_, _| ()).await.unwrap();
        assert!(lines.iter().all(|line| line.good), "{:?}", lines.iter().find(|line| !line.good));
        let again = sync(&self.hub, self.folder.path(), &self.town, night).await;
        assert_eq!(again.status, Status::Unchanged, "{:?}", again.summary);
        std::fs::remove_file(self.folder.path().join("home/districts/oak/image")).ok();
        let again = sync(&self.hub, self.folder.path(), &self.town, night).await;
        assert_eq!(again.status, Status::Unchanged, "{:?}", again.summary);
    }

    async fn facts(&self) -> Vec<String> {
        facts(&self.hub, self.folder.path()).await
    }
}

/// All lines of an export, in order.
async fn facts(hub: &Hub, folder: &Path) -> Vec<String> {
    let out = folder.join("export");
    let _ = std::fs::remove_dir_all(&out);
    hub.export("oak", "oneroster-1.2", &out, None).await.unwrap();
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|path| std::fs::read_to_string(path).unwrap());
    let mut lines: Vec<_> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.sort();
    lines
}

fn reasons(report: &RunReport) -> Vec<(Kind, &str, u64)> {
    report.summary.iter().map(|line| (line.kind, line.reason.as_str(), line.count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_of_a_small_school_go_on_under_their_new_ids() {
    let night = second(Bundle::town(4), |town| reissue_school(town, true)).await;
    assert_eq!((night.held.status, trips(&night.held)), (Status::Held, vec![LOOK]));
    assert_eq!(trips(&night.rekeyed), ["class_ids_reissued"]);
    assert_eq!(
        reasons(&night.rekeyed),
        [
            (Kind::Class, "updated_because_rekeyed", 2),
            (Kind::Enrollment, "updated_because_id_reissued", 10)
        ]
    );
    assert!(night.rekeyed.departures.values().all(|gone| gone.ended + gone.held == 0));
    let before = night.facts().await;
    let approved = night.approved().await;
    assert_eq!(outcomes(&approved, Kind::Class), "update 2, unchanged 2");
    let now = night.facts().await;
    assert!(now.iter().any(|line| line.starts_with("9-a-s0,")), "{now:?}");
    assert!(!now.iter().any(|line| line.starts_with("a-s0,")), "{now:?}");
    for class in ["a-s0", "9-a-s0"] {
        let context = context(3);
        let why = night.hub.why(
            "oak",
            "p0-s0",
            Some(class),
            Reader::Administrator,
            &Scope::All,
            &context,
        );
        let Answer::One(report) = why.await.unwrap() else { panic!("{class} is one") };
        assert_eq!(report.cause, "member", "{class}");
    }
    let undone = night.hub.undo("oak", None, &context(4)).await.unwrap();
    assert_eq!((undone.status, undone.conflicts.len()), (Status::Applied, 0), "{:?}", undone.notes);
    assert_eq!(night.facts().await, before);
    let again = night.hub.undo("oak", undone.operation, &context(5)).await.unwrap();
    assert_eq!(again.status, Status::Applied, "{:?}", again.notes);
    assert_eq!(night.facts().await, now);
    night.is_settled(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollments_that_keep_their_ids_are_unchanged() {
    let night = second(Bundle::town(12), |town| reissue_school(town, false)).await;
    assert!(trips(&night.held).contains(&LOOK), "{:?}", night.held.guard);
    assert_eq!(reasons(&night.rekeyed), [(Kind::Class, "updated_because_rekeyed", 2)]);
    assert_eq!(outcomes(&night.rekeyed, Kind::Enrollment), "unchanged 52");
    night.approved().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_and_who_comes_with_the_new_ids_is_told_as_ever() {
    let night = second(Bundle::town(12), |town| {
        reissue_school(town, true);
        town.remove("enrollments", "9-a-s0_p0-s0");
        town.user("p99-s0", "student", "s0").enroll("9-b-s0", "p99-s0", "student");
    })
    .await;
    assert!(trips(&night.held).contains(&LOOK));
    let approved = night.approved().await;
    assert_eq!(approved.departures[&Kind::Enrollment].ended, 1);
    assert_eq!(outcomes(&approved, Kind::Enrollment), "create 1, update 25, unchanged 26");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_classes_and_courses_come_under_other_ids_at_once() {
    let everything = |roles_apart: bool| {
        move |town: &mut Bundle| {
            for id in (0..40).map(|number| format!("p{number}-s0")).chain(["t-s0".to_owned()]) {
                let new = format!("9-{id}");
                town.set("users", &id, "sourcedId", &new);
                town.set("users", &new, "userIds", &format!("{{SIS:{new}}}"));
                for row in town.files.get_mut("enrollments").unwrap() {
                    if row[5] == id {
                        row[5].clone_from(&new);
                    }
                }
                for row in town.files.get_mut("roles").into_iter().flatten().filter(|_| roles_apart)
                {
                    if row[3] == id {
                        row[3].clone_from(&new);
                    }
                }
            }
            reissue_school(town, true);
            town.set("courses", "k-s0", "sourcedId", "9-k-s0");
            for class in ["9-a-s0", "9-b-s0"] {
                town.set("classes", class, "courseSourcedId", "9-k-s0");
            }
        }
    };
    for roles_apart in [false, true] {
        let mut town = Bundle::town(40);
        if roles_apart {
            town.roles_apart();
        }
        let night = second(town, everything(roles_apart)).await;
        let told = trips(&night.held);
        assert!(told.contains(&LOOK) && told.contains(&"ids_reissued_by_name"), "{told:?}");
        assert_eq!(
            reasons(&night.rekeyed),
            [
                (Kind::Course, "updated_because_rekeyed", 1),
                (Kind::Class, "updated_because_rekeyed", 2),
                (Kind::User, "updated_because_rekeyed", 41),
                (Kind::Enrollment, "updated_because_id_reissued", 82)
            ]
        );
        assert!(night.rekeyed.departures.values().all(|gone| gone.ended + gone.held == 0));
        night.approved().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn courses_that_most_of_the_same_classes_name_are_the_same() {
    let night = second(Bundle::town(12), |town| {
        town.set("courses", "k-s0", "title", "Mathematics").set(
            "courses",
            "k-s0",
            "sourcedId",
            "m",
        );
        for class in ["a-s0", "b-s0"] {
            town.set("classes", class, "courseSourcedId", "m");
        }
    })
    .await;
    assert_eq!(night.held.status, Status::Applied, "one course is not much");
    let again = second(Bundle::town(12), |town| {
        town.set("courses", "k-s0", "sourcedId", "m");
        for class in ["a-s0", "b-s0"] {
            town.set("classes", class, "courseSourcedId", "m");
        }
    });
    assert_eq!(again.await.held.status, Status::Applied);
}

/// Whether classes look re-issued after a change of a town with twelve students a school.
async fn looks_reissued(change: impl FnOnce(&mut Bundle)) -> bool {
    looks_reissued_in(Bundle::town(12), change).await
}

async fn looks_reissued_in(town: Bundle, change: impl FnOnce(&mut Bundle)) -> bool {
    trips(&second(town, change).await.held).contains(&LOOK)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thirds_of_the_students_and_a_teacher_have_to_be_the_same() {
    let without = |count: usize| {
        move |town: &mut Bundle| {
            reissue_school(town, true);
            for number in 0..count {
                for class in ["9-a-s0", "9-b-s0"] {
                    let kept = format!("9-{}_p{number}-s0", &class[2..]);
                    town.remove("enrollments", &kept);
                }
            }
        }
    };
    assert!(looks_reissued(without(4)).await, "eight of twelve");
    assert!(!looks_reissued(without(5)).await, "seven of twelve");
    let other_teacher = |town: &mut Bundle| {
        reissue_school(town, true);
        town.user("t9-s0", "teacher", "s0");
        for row in town.files.get_mut("enrollments").unwrap() {
            if row[5] == "t-s0" {
                "t9-s0".clone_into(&mut row[5]);
            }
        }
    };
    assert!(!looks_reissued(other_teacher).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_under_its_own_id_tells_classes_apart() {
    let halves = || {
        let mut town = Bundle::town(12);
        for half in ["h1", "h2"] {
            let dates = [("title", half), ("type", "semester"), ("parentSourcedId", "y")];
            let dates: Vec<_> = dates
                .into_iter()
                .chain([
                    ("startDate", "2026-08-01"),
                    ("endDate", "2027-06-30"),
                    ("schoolYear", "2027"),
                ])
                .collect();
            town.row("academicSessions", half, &dates);
        }
        for class in ["a-s0", "b-s0"] {
            town.set("classes", class, "termSourcedIds", "h1");
        }
        town
    };
    let next_half = |town: &mut Bundle| {
        reissue_school(town, true);
        for class in ["9-a-s0", "9-b-s0"] {
            town.set("classes", class, "termSourcedIds", "h2");
        }
    };
    assert!(!looks_reissued_in(halves(), next_half).await, "they follow each other");
    assert!(looks_reissued_in(halves(), |town| reissue_school(town, true)).await);
    let other_course = |town: &mut Bundle| {
        town.row("courses", "art", &[("title", "Art"), ("orgSourcedId", "s0")]);
        reissue_school(town, true);
        for class in ["9-a-s0", "9-b-s0"] {
            town.set("classes", class, "courseSourcedId", "art");
        }
    };
    assert!(!looks_reissued(other_course).await, "the old course is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_alike_none_is_meant_unless_the_title_tells() {
    // Both classes of the town have the same teacher and students.
    assert!(looks_reissued(|town| reissue_school(town, true)).await);
    let untitled = |town: &mut Bundle| {
        reissue_school(town, true);
        for class in ["9-a-s0", "9-b-s0"] {
            town.set("classes", class, "title", "Class");
        }
    };
    assert!(!looks_reissued(untitled).await, "which of them?");
    let one_told = |town: &mut Bundle| {
        reissue_school(town, true);
        town.set("classes", "9-a-s0", "title", "Class");
    };
    assert!(looks_reissued(one_told).await, "the other is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_classes_of_many_are_not_told() {
    let many = || {
        let mut town = Bundle::town(3);
        for number in 0..10 {
            let class = format!("x{number}-s0");
            town.class(&class, "s0").enroll(&class, "t-s0", "teacher");
            town.enroll(&class, "p0-s0", "student");
        }
        town
    };
    let some = |count: usize| {
        move |town: &mut Bundle| {
            (0..count).for_each(|number| reissue(town, &format!("x{number}-s0"), true));
        }
    };
    assert!(!looks_reissued_in(many(), some(5)).await);
    assert!(looks_reissued_in(many(), some(6)).await);
    // Who asks for it approves it, however few they are.
    let (mut town, folder) = (many(), TempDir::new().unwrap());
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &town, 0).await;
    some(1)(&mut town);
    let feed = folder.path().join("feed");
    town.write(&feed);
    let rekey = RunOptions { rekey: true, ..support::options() };
    let report = hub.sync("oak", &feed, &rekey, &context(1)).await.unwrap();
    assert_eq!(trips(&report), ["class_ids_reissued"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_reissued_is_never_kept_back_in_part() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", "on_hold = \"keep_back\"", &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    sync(&hub, folder.path(), &town, 0).await;
    reissue_school(&mut town, true);
    town.set("users", "p0-s1", "givenName", "Other");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, report.operation), (Status::Held, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_that_wait_stay_as_they_were_with_everybody_in_them() {
    let night = second(Bundle::town(12), |town| {
        reissue_school(town, false);
        town.set("users", "p0-s1", "givenName", "Other");
    })
    .await;
    let only = Some(Selection::Like(vec![Criteria::parse("kind=users").unwrap()]));
    let approving = Approving { only, ..Approving::default() };
    let part = night.hub.approve_part("oak", &approving, &context(1)).await.unwrap();
    assert_eq!((part.status, part.operation), (Status::Held, Some(2)));
    let lines = night.hub.doctor(&|_, _| ()).await.unwrap();
    assert!(lines.iter().all(|line| line.good), "{:?}", lines.iter().find(|line| !line.good));
    let facts = night.facts().await;
    assert!(facts.iter().any(|line| line.starts_with("a-s0,")), "{facts:?}");
    let rest = night.hub.approve("oak", part.plan, &context(1)).await.unwrap();
    assert_eq!(
        (rest.status, reasons(&rest)),
        (Status::Applied, vec![(Kind::Class, "updated_because_rekeyed", 2)])
    );
    night.is_settled(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_of_staff_that_waits_keeps_the_one_that_it_replaces() {
    let night = second(Bundle::town(12), |town| {
        reissue_school(town, true);
        town.set("enrollments", "9-a-s0_p0-s0", "role", "teacher");
    })
    .await;
    let approved = night.hub.approve("oak", night.rekeyed.plan, &context(1)).await.unwrap();
    assert_eq!(outcomes(&approved, Kind::Enrollment), "update 25, unchanged 26, held 1");
    assert_eq!(approved.departures[&Kind::Enrollment].ended, 0);
    night.is_settled(2).await;
}
