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

use support::bundle::Bundle;
use support::{context, hub, options};
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
