//! A process that is killed while it applies leaves the old roster or the new one.
//!
//! ```text
//! cargo test -p firstbell-store --features crash-points --test crash
//! ```

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::path::{Path, PathBuf};
use std::process::Command;

use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{DateTime, Kind, OperationNumber, PersonId, Row, SubjectId, Value};
use firstbell_roster::plan::Reason;
use firstbell_store::{DEFAULT_SOURCE, NewOperation, OpenOptions, OperationKind, Store, Write};

const HOME: &str = "FIRSTBELL_TEST_HOME";
const PEOPLE: i64 = 6_000;
const HOUR: i64 = 3_600_000_000;

fn options(home: PathBuf) -> OpenOptions {
    OpenOptions { home, ..OpenOptions::default() }
}

/// Adds [`PEOPLE`] people, more than go into one batch.
async fn apply(store: &Store, now: i64) {
    let district = store.find_district("maple").await.unwrap().unwrap().id;
    let lease = store.take_lease(district, "test", DateTime(now), HOUR).await.unwrap();
    let base = store.latest_operation(district).await.unwrap();
    let people = (1..=PEOPLE).map(|number| Write::Begin {
        row: Row {
            kind: Kind::User,
            id: SubjectId(-number),
            person: Some(PersonId(-number)),
            sourced_id: format!("{}-{number}", base.0),
            key: number,
            last_modified: None,
            implied: false,
            values: fact_columns(Kind::User).map(|_| Value::default()).collect(),
        },
        source: DEFAULT_SOURCE,
        reason: Reason::CreatedBecauseNewInDelivery,
        stands_for: None,
        search: vec![number],
    });
    let new = NewOperation {
        kind: OperationKind::Sync,
        base,
        source: Some(DEFAULT_SOURCE),
        actor_identity: "test".to_owned(),
        by: None,
        at: DateTime(now),
        run: None,
        plan: None,
        undoes: None,
        note: None,
        counts: serde_json::Value::Null,
        plan_digest: None,
        pause: None,
    };
    store.apply(&lease, new, people.map(Ok::<_, std::io::Error>)).await.unwrap();
    store.release_lease(lease).await.unwrap();
}

/// Runs in the process that is killed, and does nothing in any other.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
async fn victim() {
    let Ok(home) = std::env::var(HOME) else {
        return;
    };
    apply(&Store::open(options(home.into())).await.unwrap(), 1).await;
}

fn die_at(point: &str, home: &Path) {
    let killed = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim"])
        .env(HOME, home)
        .env("FIRSTBELL_CRASH_AT", point)
        .output()
        .unwrap();
    assert!(!killed.status.success(), "{point} was never reached");
}

#[tokio::test]
async fn a_killed_apply_leaves_the_old_roster_or_the_new_one() {
    let points = [("in_apply_after_first_batch", 1), ("before_commit", 1), ("after_commit", 2)];
    for (point, operations) in points {
        let home = tempfile::tempdir().unwrap();
        let store = Store::init(options(home.path().to_owned())).await.unwrap();
        let district = store.create_district("maple", "Maple", DateTime(0)).await.unwrap().id;
        apply(&store, 0).await;
        store.close().await;

        die_at(point, home.path());

        let store = Store::open(options(home.path().to_owned())).await.unwrap();
        let latest = store.latest_operation(district).await.unwrap();
        assert_eq!(latest, OperationNumber(operations), "{point}");
        let people = store.counts(district, None).await.unwrap().remove(&Kind::User);
        assert_eq!(people, Some(operations * PEOPLE), "{point}");
        assert_eq!(store.verify_log(district).await.unwrap().count, operations, "{point}");
        assert!(store.recover(district, DateTime(1)).await.unwrap().is_none(), "still leased");
        assert!(store.recover(district, DateTime(2 * HOUR)).await.unwrap().is_some());
        apply(&store, 3 * HOUR).await;
        assert_eq!(store.verify_log(district).await.unwrap().count, operations + 1, "{point}");
    }
}
