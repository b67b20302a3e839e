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

use firstbell_roster::model::Kind;
use firstbell_sync::report::{ChangeReport, Status};
use firstbell_sync::{Approving, Criteria, Hub, HubError, RunOptions, Selection};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::district::{Edit, Town};
use support::on_hold::{STRICT, approve, changes, counts, facts, like, on_hold};
use support::{context, hub, options, sync};
use tempfile::TempDir;

/// What the newest operation did, by kind and action.
async fn done(hub: &Hub) -> BTreeMap<String, u64> {
    hub.log("oak", 1).await.unwrap().remove(0).counts
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

proptest! {
    #![proptest_config(support::random(40, 23, 200))]

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
