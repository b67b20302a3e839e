//! What no feature uses is nowhere on disk afterwards, and what is said of a delivery holds no
//! person's values.

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
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, found, hub, options, sync};
use tempfile::TempDir;

const DROPPED: &str = "DROPPED-CANARY";
const PERSON: &str = "Personcanary";

/// A town with a canary in every dropped place, and another in every name.
fn town() -> Bundle {
    let mut town = Bundle::town(12);
    let rows = town.files.get_mut("users").unwrap();
    rows[0].push("metadata.note".to_owned());
    rows[0].push("shoeSize".to_owned());
    for row in rows.iter_mut().skip(1) {
        row[17] = format!("{DROPPED}-password");
        PERSON.clone_into(&mut row[8]);
        row[12] = format!("{PERSON}@example.org");
        row.push(format!("{DROPPED}-metadata, \"quoted\"\nand broken"));
        row.push(format!("{DROPPED}-column"));
    }
    town.row(
        "demographics",
        "p0-s0",
        &[("birthDate", "2016-01-01"), ("cityOfBirth", &format!("{DROPPED}-city"))],
    );
    town.files.insert(
        "results".to_owned(),
        vec![vec!["sourcedId".to_owned()], vec![format!("{DROPPED}-result")]],
    );
    town.files.insert("notes".to_owned(), vec![vec![format!("{DROPPED}-note")]]);
    town.row("users", "odd", &[("role", PERSON), ("givenName", PERSON), ("familyName", PERSON)]);
    town
}

/// The files below a folder that hold a text.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            holding(&path, text, found);
        } else if std::fs::read(&path)
            .unwrap()
            .windows(text.len())
            .any(|window| window == text.as_bytes())
        {
            found.push(path.to_string_lossy().into_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_values_reach_no_file() {
    let folder = TempDir::new().unwrap();
    let feeds = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let feed = feeds.path().join("feed");
    town().write(&feed);
    for night in 0..2 {
        let plan = hub.plan("oak", &feed, &options(), &context(night)).await.unwrap();
        let report = hub.sync("oak", &feed, &options(), &context(night)).await.unwrap();
        for text in [serde_json::to_string(&plan).unwrap(), serde_json::to_string(&report).unwrap()]
        {
            assert!(
                !text.contains(DROPPED) && !text.contains(PERSON),
                "reports name positions, never values"
            );
        }
        let mut found = Vec::new();
        holding(folder.path(), DROPPED, &mut found);
        assert_eq!(found, [""; 0]);
    }
    hub.undo("oak", None, &context(2)).await.unwrap();
    hub.close().await;
    let mut found = Vec::new();
    holding(folder.path(), DROPPED, &mut found);
    assert_eq!(found, [""; 0]);
    holding(folder.path(), PERSON, &mut found);
    assert!(
        found.iter().all(|path| path.contains("roster.db")),
        "values of people stand in facts alone: {found:?}"
    );
}

/// How many users a report changes.
fn updated(report: &RunReport) -> u64 {
    let of_users = report.summary.iter().filter(|line| line.kind == Kind::User);
    of_users.map(|line| line.count).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_district_does_without_goes_and_comes_no_more() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(12);
    for number in 0..12 {
        town.set("users", &format!("p{number}-s0"), "phone", &format!("{PERSON}-{number}"));
    }
    sync(&hub, folder.path(), &town, 0).await;
    let without = "dropped_fields = { users = [\"email\", \"phone\", \"sms\"] }\n\
                   guard.values_changed = { percent = 100.0, count = 1000 }";
    hub.save_settings("oak", without, &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!((report.status, updated(&report)), (Status::Applied, 12), "{:?}", report.guard);
    for code in ["field_absent", "field_empty", "unknown_column", "student_without_contact"] {
        assert_eq!(found(&report, code), 0, "{code}");
    }
    let exported = folder.path().join("exported");
    hub.export("oak", "oneroster-1.1", &exported, None).await.unwrap();
    let users = std::fs::read_to_string(exported.join("users.csv")).unwrap();
    assert!(!users.contains(PERSON) && !users.contains("@example.org"), "{users}");
    let again = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(again.status, Status::Unchanged);
    hub.save_settings(
        "oak",
        "guard.values_changed = { percent = 100.0, count = 1000 }",
        &context(3),
    )
    .await
    .unwrap();
    let back = sync(&hub, folder.path(), &town, 4).await;
    assert_eq!((back.status, updated(&back)), (Status::Applied, 12));
}
