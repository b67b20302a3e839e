use std::collections::BTreeMap;

use firstbell_roster::model::{DistrictId, Kind, OperationNumber, Row, SubjectId};
use firstbell_store::{Change, ChangePlace, Lease, Write};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

use crate::installation::{Installation, on_both, on_both_with_runtime};
use crate::model::{Facts, difference, facts};
use crate::rosters::{begin, end, inverse, member, person, replace};

/// One operation of a random history.
#[derive(Debug, Clone)]
enum Step {
    /// Each touched subject begins, changes or ends.
    Change(BTreeMap<(bool, i64), Touch>),
    /// The newest operations are taken back, newest first.
    Undo(usize),
}

#[derive(Debug, Clone, Copy)]
struct Touch {
    value: u8,
    ends: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let touch = (0..4u8, any::<bool>()).prop_map(|(value, ends)| Touch { value, ends });
    let changes = prop::collection::btree_map((any::<bool>(), 1..6i64), touch, 0..8);
    let step = prop_oneof![
        3 => changes.prop_map(Step::Change),
        1 => (1..4usize).prop_map(Step::Undo),
    ];
    prop::collection::vec(step, 1..8)
}

/// The history so far: what held after each operation, and the operations that stand.
struct History {
    states: Vec<Facts>,
    /// The operations that were neither undone nor undo another, newest last.
    standing: Vec<OperationNumber>,
}

#[test]
fn any_history_of_changes_and_undos_agrees_with_a_plain_model() {
    on_both_with_runtime(|runtime, it| {
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 24,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let districts = std::cell::Cell::new(0);
        runner
            .run(&steps(), |steps| {
                districts.set(districts.get() + 1);
                play(runtime, it, &format!("d{}", districts.get()), steps);
                Ok(())
            })
            .unwrap();
    });
}

fn play(runtime: &Runtime, it: &Installation, slug: &str, steps: Vec<Step>) {
    runtime.block_on(async {
        let district = it.district(slug).await.id;
        let lease = it.lease(district).await;
        let mut history = History { states: vec![Facts::new()], standing: Vec::new() };
        for step in steps {
            match step {
                Step::Change(touches) => change(it, &lease, &mut history, touches).await,
                Step::Undo(count) => undo(it, &lease, &mut history, count).await,
            }
        }
        compare(it, district, &history).await;
    });
}

async fn change(
    it: &Installation,
    lease: &Lease,
    history: &mut History,
    touches: BTreeMap<(bool, i64), Touch>,
) {
    let mut state = history.states.last().unwrap().clone();
    let mut writes = Vec::new();
    for ((is_user, id), touch) in touches {
        let row = a_row(is_user, id, touch.value);
        let at = (row.kind, row.id);
        match (state.contains_key(&at), touch.ends) {
            (true, true) => {
                writes.push(end(row.kind, id));
                state.remove(&at);
            }
            (true, false) => {
                writes.push(replace(row.clone()));
                state.insert(at, row);
            }
            (false, _) => {
                writes.push(begin(row.clone()));
                state.insert(at, row);
            }
        }
    }
    let applied = it.apply(lease, writes).await;
    history.states.push(state);
    history.standing.push(applied.operation);
}

fn a_row(is_user: bool, id: i64, value: u8) -> Row {
    if is_user {
        return person(id, &format!("p{id}"), &"Zoë".repeat(usize::from(value)));
    }
    member(id, &format!("e{id}"), i64::from(value), i64::from(value) + 1)
}

/// Takes back the newest standing operations. The versions that each finds must stand for it,
/// though they may have been written by the undo of a later one.
async fn undo(it: &Installation, lease: &Lease, history: &mut History, count: usize) {
    for _ in 0..count {
        let Some(operation) = history.standing.pop() else {
            return;
        };
        let changes = changes(it, lease.district, operation).await;
        let mut writes = Vec::new();
        for Change { before, after } in changes {
            let kind = before.as_ref().or(after.as_ref()).unwrap().row.kind;
            let id = before.as_ref().or(after.as_ref()).unwrap().row.id;
            let last = it.store.last_versions(lease.district, kind, &[id]).await.unwrap();
            match (&after, last[0].until) {
                (Some(_), None) => assert_eq!(last[0].from_for, operation),
                (None, Some(until)) => assert_eq!(until.stands_for, operation),
                other => panic!("{other:?}"),
            }
            let ended =
                it.store.ended_before(lease.district, kind, &[id], operation).await.unwrap();
            let stands_for = ended.first().and_then(|version| version.until);
            let stands_for = stands_for.map(|until| until.stands_for);
            writes.push(inverse(before, after, stands_for));
        }
        it.apply(lease, writes).await;
        let before = usize::try_from(operation.0 - 1).unwrap();
        history.states.push(history.states[before].clone());
    }
}

async fn changes(
    it: &Installation,
    district: DistrictId,
    operation: OperationNumber,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for kind in Kind::FACTS {
        let stream = it.store.changes(district, kind, operation, |change| changes.push(change));
        stream.await.unwrap();
    }
    changes
}

/// Compares what the store says of every operation, and of every pair of them, with the model.
async fn compare(it: &Installation, district: DistrictId, history: &History) {
    let numbered = || history.states.iter().zip(0..);
    for (state, number) in numbered() {
        let number = OperationNumber(number);
        assert_eq!(&facts(&it.store, district, Some(number)).await, state, "{number}");
        let counts = it.store.counts(district, Some(number)).await.unwrap();
        assert_eq!(counts.values().sum::<i64>(), i64::try_from(state.len()).unwrap());
    }
    let present = facts(&it.store, district, None).await;
    assert_eq!(&present, history.states.last().unwrap());
    for (from, a) in numbered() {
        for (to, b) in numbered().filter(|(_, b)| *b > a) {
            let found = diff(it, district, a, b).await;
            assert_eq!(found, difference(from, to), "from {a} to {b}");
            let paged = looked(it, district, a, b).await;
            assert_eq!(paged, found, "from {a} to {b}, page by page");
        }
    }
    it.store.verify_log(district).await.unwrap();
}

/// What [`diff`] finds, from looks at few rows each.
async fn looked(
    it: &Installation,
    district: DistrictId,
    from: i64,
    to: i64,
) -> BTreeMap<(Kind, SubjectId), (Option<Row>, Option<Row>)> {
    let mut found = BTreeMap::new();
    let mut rows = 1;
    for kind in [Kind::User, Kind::Enrollment] {
        let mut place = Some(ChangePlace::START);
        while let Some(after) = place {
            let range = (OperationNumber(from), OperationNumber(to));
            let look = it.store.look_at_changes(district, kind, range, after, rows).await.unwrap();
            assert!(look.rows <= rows.cast_unsigned());
            place = look.next;
            rows = rows % 3 + 1;
            for (_, change) in look.changes {
                let before = change.before.map(|version| version.row);
                let after = change.after.map(|version| version.row);
                let id = before.as_ref().or(after.as_ref()).unwrap().id;
                if before != after {
                    let twice = found.insert((kind, id), (before, after));
                    assert_eq!(twice, None, "each subject comes once");
                }
            }
        }
    }
    found
}

async fn diff(
    it: &Installation,
    district: DistrictId,
    from: i64,
    to: i64,
) -> BTreeMap<(Kind, SubjectId), (Option<Row>, Option<Row>)> {
    let mut found = BTreeMap::new();
    for kind in [Kind::User, Kind::Enrollment] {
        let mut last = SubjectId(0);
        let (from, to) = (OperationNumber(from), OperationNumber(to));
        let stream = it.store.diff(district, kind, from, to, |change| {
            let before = change.before.map(|version| version.row);
            let after = change.after.map(|version| version.row);
            let id = before.as_ref().or(after.as_ref()).unwrap().id;
            assert!(id > last, "changes come by id, each subject once");
            last = id;
            if before != after {
                found.insert((kind, id), (before, after));
            }
        });
        stream.await.unwrap();
    }
    found
}

#[test]
fn an_undone_creation_keeps_its_id_for_when_it_comes_back() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        let undone: Vec<Write> = changes(it, district, OperationNumber(1))
            .await
            .into_iter()
            .map(|change| inverse(change.before, change.after, None))
            .collect();
        it.apply(&lease, undone).await;
        it.apply(&lease, vec![begin(person(1, "p1", "Ana")), begin(person(-1, "p2", "Bo"))]).await;
        let ids: Vec<_> = facts(&it.store, district, None).await.into_keys().collect();
        assert_eq!(ids, [(Kind::User, SubjectId(1)), (Kind::User, SubjectId(2))]);
        let history = it.store.history(district, Kind::User, SubjectId(1)).await.unwrap();
        assert_eq!(history.len(), 2);
    });
}
