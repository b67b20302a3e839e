//! A person approves all of a plan on hold, or a part of it; what belongs together stays together.

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

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use firstbell_roster::model::{Date, Kind, Settings};
use firstbell_sync::check::check;
use firstbell_sync::report::{ChangeReport, RunReport, Status};
use firstbell_sync::{Approving, Criteria, Hub, HubError, RunOptions, Selection};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::district::{Edit, Town};
use support::{context, hub, options, sync};
use tempfile::TempDir;

/// Limits that hold whatever ends or gets other values.
const STRICT: &str = "guard = { \
    people_deactivated_in_school = { percent = 0.0, count = 0 }, \
    classes_ended = { percent = 0.0, count = 0 }, \
    enrollments_ended = { percent = 0.0, count = 0 }, \
    people_renamed = { percent = 0.0, count = 0 }, \
    values_changed = { percent = 0.0, count = 0 }, \
    ids_reissued = { percent = 0.0, count = 0 } }";

/// A town whose second delivery is on hold: two students of each school leave, one is new, and one
/// has another name.
async fn on_hold() -> (TempDir, Hub, Bundle) {
    let new = |town: &mut Bundle| {
        town.user("new-s0", "student", "s0").enroll("a-s0", "new-s0", "student");
    };
    let (folder, hub, town, report) = held(new).await;
    assert_eq!((report.status, report.changes), (Status::Held, 15));
    (folder, hub, town)
}

/// The same with another change in place of the new student.
async fn held(change: impl FnOnce(&mut Bundle)) -> (TempDir, Hub, Bundle, RunReport) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    change(&mut town);
    town.set("users", "p2-s0", "givenName", "Other");
    let report = sync(&hub, folder.path(), &town, 1).await;
    (folder, hub, town, report)
}

fn like(text: &str) -> Approving {
    let only = Some(Selection::Like(vec![Criteria::parse(text).unwrap()]));
    Approving { only, ..Approving::default() }
}

async fn approve(hub: &Hub, approving: &Approving) -> Result<RunReport, HubError> {
    hub.approve_part("oak", approving, &context(1)).await
}

/// What the newest operation did, by kind and action.
async fn done(hub: &Hub) -> BTreeMap<String, u64> {
    hub.log("oak", 1).await.unwrap().remove(0).counts
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_and_action_are_approved_and_the_rest_waits() {
    let (folder, hub, town) = on_hold().await;
    let report = approve(&hub, &like("kind=users,action=update")).await.unwrap();
    assert_eq!((report.status, report.operation), (Status::Held, Some(2)));
    assert_eq!(done(&hub).await, counts([("users.update", 1)]));
    assert_eq!(report.notes, ["14 changes are kept back and wait for a person"]);
    let rest = hub.approve("oak", report.plan, &context(1)).await.unwrap();
    assert_eq!((rest.status, rest.changes), (Status::Applied, 14));
    assert_eq!(sync(&hub, folder.path(), &town, 2).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_is_approved_by_its_name_its_number_or_its_sourced_id() {
    for school in ["School s1", "s1"] {
        let (_folder, hub, _) = on_hold().await;
        let report = approve(&hub, &like(&format!("school={school}"))).await.unwrap();
        assert_eq!(report.status, Status::Held);
        assert_eq!(done(&hub).await, counts([("enrollments.end", 4), ("users.end", 2)]));
        let operation = hub.log("oak", 1).await.unwrap().remove(0);
        assert!(operation.approved);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_chosen_change_needs_is_added_and_named() {
    let (_folder, hub, _) = on_hold().await;
    let report = approve(&hub, &like("kind=enrollments,action=create")).await.unwrap();
    assert_eq!(done(&hub).await, counts([("enrollments.create", 1), ("users.create", 1)]));
    assert_eq!(
        report.notes[0],
        "belong to these and are applied too: create a new user (users.csv line 24), because the delivery has the record for the first time"
    );
    let report = approve(&hub, &like("record=p0-s0")).await.unwrap();
    assert_eq!(done(&hub).await, counts([("enrollments.end", 2), ("users.end", 1)]), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_what_belongs_together_is_refused_and_the_other_half_named() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    sync(&hub, folder.path(), &town, 0).await;
    town.remove("enrollments", "a-s0_p0-s0").enroll("c-s0", "p0-s0", "student");
    town.leave("p1-s0");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status, Status::Held);
    let refused = approve(&hub, &like("record=a-s0_p0-s0")).await.unwrap_err().to_string();
    assert!(refused.contains("lacks create a new enrollment"), "{refused}");
    let refused = approve(&hub, &like("record=nobody")).await.unwrap_err().to_string();
    assert_eq!(refused, "none of the 5 changes of this plan is like `record=nobody`");
    assert_eq!(hub.log("oak", 9).await.unwrap().len(), 1, "nothing was applied");
    let report = approve(&hub, &like("kind=enrollments,action=create")).await;
    assert!(report.is_err(), "nor the other half alone");
}

/// A town whose two students of each school were approved to leave until 20 September, and who came
/// back.
async fn left_and_back() -> (TempDir, Hub, Bundle) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let whole = Bundle::town(12);
    sync(&hub, folder.path(), &whole, 0).await;
    let mut town = Bundle::town(12);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
    let until = Some(Date::parse("2026-09-20").unwrap());
    approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
    let meant = RunOptions { again: true, ..options() };
    whole.write(&folder.path().join("feed"));
    hub.sync("oak", &folder.path().join("feed"), &meant, &context(2)).await.unwrap();
    (folder, hub, town)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_lets_the_same_changes_pass_until_it_expires() {
    for (night, expected) in [(3, Status::Applied), (9, Status::Held)] {
        let (folder, hub, town) = left_and_back().await;
        let meant = RunOptions { again: true, ..options() };
        town.write(&folder.path().join("feed"));
        let feed = folder.path().join("feed");
        let report = hub.sync("oak", &feed, &meant, &context(night)).await.unwrap();
        assert_eq!(report.status, expected, "{:?} {:?}", report.notes, report.guard);
        if expected == Status::Applied {
            assert_eq!(report.notes, ["the same changes were approved with plan 2 by Tester"]);
            assert!(
                report.outcomes[&Kind::User].held == 0 && report.outcomes[&Kind::User].add_up()
            );
        }
    }
    let (folder, hub, mut town) = left_and_back().await;
    town.leave("p3-s0");
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "other changes wait");
    let until = Some(Date::parse("2026-09-15").unwrap());
    let late = Approving { until, ..Approving::default() };
    let refused = hub.approve_part("oak", &late, &context(3)).await;
    assert!(matches!(refused, Err(HubError::Past(_))), "that day is past: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_what_was_approved_takes_the_approval_back() {
    let (folder, hub, town, _) = held(|_| ()).await;
    let until = Some(Date::parse("2026-09-20").unwrap());
    approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
    hub.undo("oak", None, &context(2)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "{:?}", report.notes);
}

/// Syncs what is meant, though it came before.
async fn again(hub: &Hub, folder: &Path, town: &Bundle, night: i64) -> RunReport {
    let feed = folder.join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, ..options() };
    hub.sync("oak", &feed, &meant, &context(night)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_changes_pass_beside_others_that_no_limit_holds() {
    let (folder, hub, mut town) = left_and_back().await;
    // What is kept of it outlasts the program.
    hub.close().await;
    let hub = Hub::open(&folder.path().join("home"), None, None, context(3).now).await.unwrap();
    town.user("new-s0", "student", "s0").enroll("a-s0", "new-s0", "student");
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!((report.status, report.changes), (Status::Applied, 2), "{:?}", report.guard);
    assert_eq!(
        report.notes,
        ["12 changes were approved with plan 2 by Tester; operation 4 applied that"]
    );
    let log = hub.log("oak", 2).await.unwrap();
    let of = |at: usize| (log[at].operation, log[at].counts.clone());
    assert_eq!(of(0), (5, counts([("enrollments.create", 1), ("users.create", 1)])));
    assert_eq!(of(1), (4, counts([("enrollments.end", 8), ("users.end", 4)])));
    assert_eq!(log[1].note, "a test; 12 changes were approved with plan 2 by Tester");
    assert_eq!(again(&hub, folder.path(), &town, 4).await.status, Status::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_changes_wait_with_others_that_a_limit_holds_or_go_before_them() {
    for (kept_back, done) in [(false, 3), (true, 4)] {
        let (folder, hub, mut town) = left_and_back().await;
        if kept_back {
            let settings = format!("on_hold = \"keep_back\"\n{STRICT}");
            hub.save_settings("oak", &settings, &context(2)).await.unwrap();
        }
        town.leave("p3-s0").user("new-s1", "student", "s1");
        let planned = {
            town.write(&folder.path().join("feed"));
            let meant = RunOptions { again: true, ..options() };
            hub.plan("oak", &folder.path().join("feed"), &meant, &context(3)).await.unwrap()
        };
        assert!(planned.notes[0].ends_with("; a sync applies those, and judges the others alone"));
        let report = again(&hub, folder.path(), &town, 3).await;
        let log = hub.log("oak", 9).await.unwrap();
        if kept_back {
            assert_eq!(report.status, Status::Held);
            assert_eq!(log[1].counts, counts([("enrollments.end", 8), ("users.end", 4)]));
            assert_eq!(log[0].counts, counts([("users.create", 1)]));
            assert_eq!(changes(&hub, report.plan.unwrap()).await.len(), 3, "who leaves waits");
        } else {
            assert_eq!((report.status, report.changes, log.len()), (Status::Held, 16, done));
            let told = "12 changes were approved with plan 2 by Tester; they wait with the others, which a limit holds by themselves";
            assert!(report.notes.iter().any(|note| note == told), "{:?}", report.notes);
        }
        let left = hub.approve("oak", report.plan, &context(3)).await.unwrap();
        assert_eq!(left.status, Status::Applied);
        assert_eq!(again(&hub, folder.path(), &town, 4).await.status, Status::Unchanged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_values_under_the_same_change_are_another_change() {
    for (value, passes) in [("Other", true), ("Another", false)] {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
        let (whole, mut town) = (Bundle::town(12), Bundle::town(12));
        sync(&hub, folder.path(), &whole, 0).await;
        town.set("users", "p2-s0", "familyName", "Other");
        assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
        let until = Some(Date::parse("2026-09-20").unwrap());
        approve(&hub, &Approving { until, ..Approving::default() }).await.unwrap();
        if again(&hub, folder.path(), &whole, 2).await.status == Status::Held {
            hub.approve("oak", None, &context(2)).await.unwrap();
        }
        town.set("users", "p2-s0", "familyName", value).user("new-s0", "student", "s0");
        let report = again(&hub, folder.path(), &town, 3).await;
        let expected = if passes { Status::Applied } else { Status::Held };
        assert_eq!(report.status, expected, "{value}: {:?} {:?}", report.notes, report.guard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_the_delivery_as_a_whole_is_in_no_approval_of_changes() {
    let (folder, hub, mut town) = left_and_back().await;
    town.user("new-s0", "student", "s0").files.remove("courses");
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held);
    assert_eq!(hub.log("oak", 9).await.unwrap().len(), 3, "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_approved_until_a_day_passes_as_a_part() {
    let (folder, hub, town) = on_hold().await;
    let until = Some(Date::parse("2026-09-20").unwrap());
    let part = Approving { until, ..like("school=s1") };
    approve(&hub, &part).await.unwrap();
    hub.drop_hold("oak", None, &context(1)).await.unwrap();
    let mut whole = Bundle::town(12);
    assert_eq!(again(&hub, folder.path(), &whole, 2).await.status, Status::Applied);
    let report = again(&hub, folder.path(), &town, 3).await;
    assert_eq!(report.status, Status::Held, "the others were not approved: {:?}", report.notes);
    whole.leave("p0-s1").leave("p1-s1").user("new-s1", "student", "s1");
    let report = again(&hub, folder.path(), &whole, 3).await;
    assert_eq!(report.status, Status::Applied, "{:?} {:?}", report.notes, report.guard);
    assert!(
        report.notes.iter().any(|note| note.starts_with("6 changes were approved with plan 2"))
    );
    // Who takes back what passed does not want it again.
    let passed = report.operation.unwrap() - 1;
    hub.undo("oak", Some(passed), &context(4)).await.unwrap();
    let report = again(&hub, folder.path(), &whole, 5).await;
    assert_eq!((report.status, report.changes), (Status::Held, 6), "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_with_more_than_was_approved_waits() {
    let (folder, hub, _) = left_and_back().await;
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher").enroll("c-s0", "p0-s0", "student");
    assert_eq!(again(&hub, folder.path(), &town, 3).await.status, Status::Applied);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    let report = again(&hub, folder.path(), &town, 4).await;
    assert_eq!(report.status, Status::Held, "{:?}", report.notes);
    let told = "9 changes were approved with plan 2 by Tester; they wait with the others, which a limit holds by themselves";
    assert!(report.notes.iter().any(|note| note == told), "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_plan_of_what_was_approved_is_applied() {
    let (folder, hub, town) = left_and_back().await;
    let feed = folder.path().join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, ..options() };
    let planned = hub.plan("oak", &feed, &meant, &context(3)).await.unwrap();
    assert_eq!(planned.status, Status::Planned, "{:?}", planned.notes);
    let applied = hub.apply("oak", planned.plan, &context(3)).await.unwrap();
    assert_eq!((applied.status, applied.changes), (Status::Applied, 12), "{:?}", applied.notes);
    assert!(applied.outcomes.values().all(|kind| kind.held == 0 && kind.add_up()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_can_be_undone_though_the_rest_of_its_plan_was_not_applied() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    town.class("c-s0", "s0").enroll("c-s0", "t-s0", "teacher");
    sync(&hub, folder.path(), &town, 0).await;
    for student in ["p0-s0", "p1-s0", "p2-s0"] {
        town.remove("enrollments", &format!("a-s0_{student}")).enroll("c-s0", student, "student");
    }
    town.leave("p0-s1").user("new-s1", "student", "s1").enroll("a-s1", "new-s1", "student");
    assert_eq!(sync(&hub, folder.path(), &town, 1).await.status, Status::Held);
    let both =
        ["record=a-s0_p1-s0", "record=c-s0_p1-s0"].map(|like| Criteria::parse(like).unwrap());
    let part = Approving { only: Some(Selection::Like(both.to_vec())), ..Approving::default() };
    let before = facts(&hub, folder.path()).await;
    assert_eq!(approve(&hub, &part).await.unwrap().operation, Some(2));
    let undone = hub.undo("oak", None, &context(1)).await.unwrap();
    assert_eq!((undone.status, undone.changes), (Status::Applied, 2), "{:?}", undone.conflicts);
    assert_eq!(facts(&hub, folder.path()).await, before);
}

/// A list in which these are marked.
fn numbers(chosen: BTreeMap<u64, (String, String)>) -> Selection {
    Selection::Numbers { chosen, refused: BTreeSet::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_refuses_is_not_applied_because_something_needs_it() {
    let (_folder, hub, _) = on_hold().await;
    let all = changes(&hub, 2).await;
    let of = |kind: Kind| all.iter().find(|one| one.kind == kind && one.action == "end").unwrap();
    let (user, seat) = (of(Kind::User), of(Kind::Enrollment));
    let marked = |yes: &ChangeReport, no: Option<&ChangeReport>| {
        let named = (yes.kind.name().to_owned(), yes.sourced_id.clone());
        let refused = no.map(|no| no.number).into_iter().collect();
        let chosen = [(yes.number, named)].into();
        let only = Some(Selection::Numbers { chosen, refused });
        Approving { only, looks: true, ..Approving::default() }
    };
    let theirs = all
        .iter()
        .find(|one| one.kind == Kind::Enrollment && one.sourced_id.ends_with(&user.sourced_id));
    assert!(approve(&hub, &marked(user, None)).await.is_ok());
    let refused = approve(&hub, &marked(user, theirs)).await.unwrap_err().to_string();
    assert!(refused.starts_with("the list says no to what is needed by"), "{refused}");
    assert!(approve(&hub, &marked(seat, None)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_names_its_records() {
    let (_folder, hub, _) = on_hold().await;
    let first = changes(&hub, 2).await.remove(0);
    let number = |number, sourced_id: &str| {
        let named = (first.kind.name().to_owned(), sourced_id.to_owned());
        let only = Some(numbers([(number, named)].into()));
        Approving { only, ..Approving::default() }
    };
    let wrong = approve(&hub, &number(2, &first.sourced_id)).await.unwrap_err().to_string();
    assert!(wrong.starts_with("change `2` of this plan is of another record"), "{wrong}");
    assert!(approve(&hub, &number(first.number, &first.sourced_id)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_can_be_looked_at_before_it_is_approved() {
    let (_folder, hub, _) = on_hold().await;
    let looking = Approving { looks: true, ..like("kind=users,action=update") };
    let report = approve(&hub, &looking).await.unwrap();
    assert_eq!((report.changes, report.operation), (1, None));
    assert_eq!(hub.log("oak", 9).await.unwrap().len(), 1, "nothing was applied");
    approve(&hub, &like("kind=users,action=update")).await.unwrap();
    let wrong = approve(&hub, &like("school=Nowhere")).await.unwrap_err().to_string();
    assert_eq!(wrong, "there is no school `Nowhere`; there are School s0, School s1, Town");
}

#[test]
fn criteria_say_what_is_wrong_with_them() {
    for (text, told) in [
        ("users", "`users` is no pair such as"),
        ("kind=wizards", "there are no changes of the kind `wizards`"),
        ("action=vanish", "`vanish` is none of create, update, restore and end"),
        ("name=Ada", "`name` is none of kind, action, school and record"),
    ] {
        assert!(Criteria::parse(text).unwrap_err().starts_with(told), "{text}");
    }
}

/// The lines of each file of an export.
async fn facts(hub: &Hub, folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let out = folder.join("export");
    let _ = std::fs::remove_dir_all(&out);
    hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    let report = check(&out, &Settings::default(), support::day(), &|_, _| ());
    let dangling = report.iter().flat_map(|report| &report.findings);
    let dangling: Vec<_> = dangling.filter(|found| found.code.contains("dangling")).collect();
    assert!(dangling.is_empty(), "the roster names what is not in it: {dangling:?}");
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let lines =
        |path: &Path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), lines(&path)))
        .collect()
}

async fn changes(hub: &Hub, plan: i64) -> Vec<ChangeReport> {
    let mut changes = Vec::new();
    hub.plan_changes("oak", plan, &context(1), &mut |change| changes.push(change)).await.unwrap();
    changes
}

/// Changes that belong together, each by what stays the same when the rest is planned again.
fn groups(changes: &[ChangeReport]) -> BTreeMap<u32, BTreeSet<(Kind, String)>> {
    let mut groups: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.group != 0) {
        let line = (change.kind, change.sourced_id.clone());
        groups.entry(change.group).or_default().insert(line);
    }
    groups
}

/// One night of a town that is on hold, approved part by part in one hub and at once in the other.
async fn in_parts(edits: &[Edit], roles_apart: bool, picks: &[u8]) {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (parts, whole) = (hub(folder.path()).await, hub(other.path()).await);
    let mut town = Town::default();
    town.roles_apart = roles_apart;
    let feed = folder.path().join("feed");
    let meant = RunOptions { again: true, override_identity: Some("test".to_owned()), ..options() };
    town.write(&feed);
    for hub in [&parts, &whole] {
        hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
        hub.sync("oak", &feed, &meant, &context(0)).await.unwrap();
    }
    for edit in edits {
        town.edit(*edit);
    }
    town.write(&feed);
    let mut report = parts.sync("oak", &feed, &meant, &context(1)).await.unwrap();
    let once = whole.sync("oak", &feed, &meant, &context(1)).await.unwrap();
    if report.status != Status::Held {
        return;
    }
    whole.approve("oak", once.plan, &context(1)).await.unwrap();
    for pick in picks {
        let before = changes(&parts, report.plan.unwrap()).await;
        let taken = |number: u64| (number.wrapping_mul(37) ^ u64::from(*pick)).is_multiple_of(3);
        let chosen = before.iter().filter(|change| taken(change.number));
        let chosen =
            chosen.map(|one| (one.number, (one.kind.name().to_owned(), one.sourced_id.clone())));
        let only = Some(numbers(chosen.collect()));
        match approve(&parts, &Approving { only, ..Approving::default() }).await {
            Err(HubError::Selection(_)) => continue,
            Err(error) => panic!("{error}"),
            Ok(approved) => report = approved,
        }
        facts(&parts, folder.path()).await;
        if report.status == Status::Applied {
            break;
        }
        let after = changes(&parts, report.plan.unwrap()).await;
        let left: BTreeSet<_> =
            after.iter().map(|change| (change.kind, change.sourced_id.clone())).collect();
        for group in groups(&before).values() {
            let waiting = group.iter().filter(|line| left.contains(*line)).count();
            assert!(waiting == 0 || waiting == group.len(), "{group:?} was torn: {left:?}");
        }
    }
    if report.status == Status::Held {
        report = parts.approve("oak", report.plan, &context(1)).await.unwrap();
    }
    assert_eq!(report.status, Status::Applied, "{:?}", report.notes);
    assert_eq!(facts(&parts, folder.path()).await, facts(&whole, other.path()).await);
    let again = parts.plan("oak", &feed, &meant, &context(1)).await.unwrap();
    assert_eq!(again.changes, 0, "{:?}", again.summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_being_staff_and_gets_a_place_as_staff_does_both_at_once() {
    let edits = [(0, 0, 2), (9, 0, 0), (3, 0, 0), (6, 0, 0), (14, 1, 0)];
    let edits = edits.map(|(what, who, how)| Edit { what, who, how });
    for pick in [0, 1, 2, 140] {
        Box::pin(in_parts(&edits, false, &[pick])).await;
        Box::pin(in_parts(&edits[..3], false, &[pick])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_first_plan_brings_all_that_its_records_name() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (parts, whole) = (hub(folder.path()).await, hub(other.path()).await);
    let mut town = Bundle::town(3);
    town.set("courses", "k-s0", "schoolYearSourcedId", "y");
    town.user("g", "guardian", "s0").set("users", "p0-s0", "agentSourcedIds", "g");
    town.set("users", "p1-s0", "orgSourcedIds", "s0,s1");
    for (hub, folder) in [(&parts, &folder), (&whole, &other)] {
        hub.save_settings("oak", "first_plan = \"hold\"", &context(0)).await.unwrap();
        assert_eq!(sync(hub, folder.path(), &town, 0).await.status, Status::Held);
    }
    whole.approve("oak", None, &context(0)).await.unwrap();
    let report = approve(&parts, &like("record=a-s0_p0-s0")).await.unwrap();
    assert_eq!(report.status, Status::Held, "the rest waits");
    let all = facts(&parts, folder.path()).await;
    assert_eq!(all["users.csv"].len(), 3, "a header, the student and the guardian: {all:?}");
    assert!(all["classes.csv"].iter().any(|line| line.contains(",y,")), "{all:?}");
    approve(&parts, &like("record=p1-s0")).await.unwrap();
    assert_eq!(facts(&parts, folder.path()).await["orgs.csv"].len(), 4);
    parts.approve("oak", None, &context(0)).await.unwrap();
    assert_eq!(facts(&parts, folder.path()).await, facts(&whole, other.path()).await);
    assert_eq!(sync(&parts, folder.path(), &town, 1).await.status, Status::Unchanged);
}

/// A delivery that a person means, and approves where it is on hold.
async fn meant(hub: &Hub, folder: &Path, town: &Town, night: i64, until: Option<Date>) {
    let feed = folder.join("feed");
    town.write(&feed);
    let meant = RunOptions { again: true, override_identity: Some("test".to_owned()), ..options() };
    let mut report = hub.sync("oak", &feed, &meant, &context(night)).await.unwrap();
    for kind in report.outcomes.values() {
        assert!(kind.add_up(), "{:?}", report.outcomes);
    }
    while report.status == Status::Held {
        let all = Approving { until, ..Approving::default() };
        report = hub.approve_part("oak", &all, &context(night)).await.unwrap();
    }
    let again = hub.plan("oak", &feed, &meant, &context(night)).await.unwrap();
    assert_eq!(again.changes, 0, "{:?} {:?}", again.summary, again.notes);
}

/// Nights on which changes that were approved until a day come back beside others, in a hub that
/// remembers the approval and in one that asks each time.
async fn come_back(edits: &[Edit], others: &[Edit], roles_apart: bool, keep_back: bool) {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut towns = vec![Town::default()];
    towns[0].roles_apart = roles_apart;
    for edits in [edits, others] {
        let mut town = towns.last().unwrap().clone();
        for edit in edits {
            town.edit(*edit);
        }
        towns.push(town);
    }
    let on_hold = if keep_back { "keep_back" } else { "stop" };
    let until = Some(Date::parse("2026-10-20").unwrap());
    let mut ends = Vec::new();
    for (folder, until) in [(&folder, until), (&other, None)] {
        let hub = hub(folder.path()).await;
        let settings = format!("on_hold = \"{on_hold}\"\n{STRICT}");
        hub.save_settings("oak", &settings, &context(0)).await.unwrap();
        for (night, town, until) in [(0, 0, None), (1, 1, until), (2, 0, None), (3, 2, None)] {
            meant(&hub, folder.path(), &towns[town], night, until).await;
        }
        assert_eq!(hub.verify("oak").await.unwrap().broken, None);
        ends.push(facts(&hub, folder.path()).await);
    }
    assert_eq!(ends[0], ends[1]);
}

proptest! {
    #![proptest_config(support::random(40, 23, 200))]

    #[test]
    fn what_was_approved_comes_back_beside_others(
        edits in prop::collection::vec(any::<Edit>(), 1..8),
        others in prop::collection::vec(any::<Edit>(), 0..6),
        roles_apart in any::<bool>(),
        keep_back in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(come_back(&edits, &others, roles_apart, keep_back));
    }

    #[test]
    fn parts_lead_to_what_the_whole_leads_to(
        edits in prop::collection::vec(any::<Edit>(), 1..10),
        roles_apart in any::<bool>(),
        picks in prop::collection::vec(any::<u8>(), 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(in_parts(&edits, roles_apart, &picks));
    }
}
