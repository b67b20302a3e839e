//! The roster and its changes a page at a time: the same as all at once, and no more of it than
//! somebody sees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Action;
use firstbell_sync::pages::{ChangePage, Sees, WantedChanges};
use firstbell_sync::report::ChangeReport;
use firstbell_sync::{Hub, access::District};
use support::{context, night, town};
use tempfile::TempDir;

/// A town in which one student moved, one left and one came, which was taken back in the end.
async fn history() -> (TempDir, Hub, District) {
    let (folder, hub, mut town) = town().await;
    for row in town.files.get_mut("users").unwrap() {
        let moves = row[0] == "p1-s0";
        row.iter_mut().filter(|cell| moves && *cell == "s0").for_each(|cell| *cell = "s1".into());
    }
    town.files.get_mut("users").unwrap().retain(|row| row[0] != "p2-s0");
    town.files.get_mut("enrollments").unwrap().retain(|row| !row.contains(&"p2-s0".to_owned()));
    town.user("new", "student", "s1");
    night(&hub, &folder, &town, 1).await;
    hub.undo("oak", None, &context(2)).await.unwrap();
    let oak = hub.find_district("oak").await.unwrap().unwrap();
    (folder, hub, oak)
}

const EVERYTHING: Sees<'static> = &|_| true;

/// All pages of what differs of a kind.
async fn all(
    hub: &Hub,
    oak: &District,
    (kind, action): (Kind, Option<Action>),
    (from, to): (i64, i64),
    limit: usize,
    sees: Sees<'_>,
) -> Vec<ChangeReport> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let wanted = WantedChanges { kind, action, from, to, after: &after, limit, sees };
        let ChangePage { changes, next, .. } = hub.change_page(oak, &wanted).await.unwrap();
        assert!(changes.len() <= limit);
        found.extend(changes);
        let Some(next) = next else { break };
        after = next;
    }
    found.sort_by(|one, other| one.sourced_id.cmp(&other.sourced_id));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_what_all_at_once_has() {
    let (_folder, hub, oak) = history().await;
    for (from, to) in [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3), (3, 1)] {
        let mut expected = Vec::new();
        if to == from + 1 {
            hub.operation_changes("oak", to, &mut |change| expected.push(change)).await.unwrap();
        } else {
            hub.diff("oak", from, to, &mut |change| expected.push(change)).await.unwrap();
        }
        for kind in Kind::FACTS {
            let mut expected: Vec<_> =
                expected.iter().filter(|change| change.kind == kind).cloned().collect();
            expected.sort_by(|one, other| one.sourced_id.cmp(&other.sourced_id));
            for limit in [1, 2, 50] {
                let found = all(&hub, &oak, (kind, None), (from, to), limit, EVERYTHING).await;
                assert_eq!(found, expected, "{kind}, {from} to {to}");
            }
            for action in Action::ALL {
                let own = |change: &&ChangeReport| change.action == action.name();
                let expected: Vec<_> = expected.iter().filter(own).cloned().collect();
                let found = all(&hub, &oak, (kind, Some(action)), (from, to), 2, EVERYTHING).await;
                assert_eq!(found, expected, "{kind}, {from} to {to}, {}", action.name());
            }
        }
    }
    let sum = hub.changes_between(&oak, 0, 3).await.unwrap();
    assert_eq!((sum["users.create"], sum["users.end"]), (27, 2), "{sum:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_school_sees_who_comes_and_leaves_there_alone() {
    let (_folder, hub, oak) = history().await;
    let schools = hub.schools(&oak).await.unwrap();
    let told = async |school: SubjectId| {
        let sees = |one: Option<SubjectId>| one == Some(school);
        let found = all(&hub, &oak, (Kind::User, None), (1, 2), 50, &sees).await;
        let told = found.iter().map(|one| format!("{} {}", one.action, one.sourced_id));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(schools[0].0).await, ["end p1-s0", "end p2-s0"]);
    assert_eq!(told(schools[1].0).await, ["create new", "create p1-s0"]);
    let sees = |one: Option<SubjectId>| one == Some(schools[1].0);
    let page = hub.roster_page(&oak, Kind::User, 2, 0, 50, &sees).await.unwrap();
    assert_eq!(page.rows.len(), 15, "a teacher, twelve of its own, one who moved, one who is new");
    assert!(page.rows.iter().all(|row| row.school == "School s1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_is_paged_as_of_any_operation() {
    let (_folder, hub, oak) = history().await;
    for as_of in 0..=3 {
        let (mut ids, mut after) = (Vec::new(), Some(0));
        while let Some(from) = after {
            let page = hub.roster_page(&oak, Kind::User, as_of, from, 4, EVERYTHING).await.unwrap();
            assert!(page.rows.len() <= 4);
            ids.extend(page.rows.into_iter().map(|row| row.sourced_id));
            after = page.next;
        }
        assert_eq!(ids.contains(&"new".to_owned()), as_of == 2);
        assert_eq!(ids.contains(&"p2-s0".to_owned()), [1, 3].contains(&as_of));
        assert_eq!(ids.len(), if as_of == 0 { 0 } else { 26 });
    }
    let page = hub.roster_page(&oak, Kind::Enrollment, 1, 0, 1, EVERYTHING).await.unwrap();
    assert_eq!(page.rows[0].name, "Given t-s0 in a-s0 as teacher", "{:?}", page.rows);
    assert!(hub.roster_page(&oak, Kind::User, 4, 0, 1, EVERYTHING).await.is_err());
}
