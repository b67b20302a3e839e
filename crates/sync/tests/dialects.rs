//! Deliveries that are written otherwise than OneRoster says lead to the same roster.

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

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_sync::access::Scope;
use firstbell_sync::report::{Reader, Status};
use firstbell_sync::{Answer, Hub};
use support::bundle::Bundle;
use support::{context, hub, options};
use tempfile::TempDir;

/// Dates as the town writes them, and with days first.
const DATES: [(&str, &str); 3] =
    [("2026-08-01", "1/8/2026"), ("2027-06-30", "30/6/2027"), ("2026-09-03", "03/09/26")];

/// Writes a delivery with other names of columns, tabs and a line that says so, and other dates.
fn write_otherwise(town: &Bundle, feed: &Path) {
    town.write(feed);
    for file in ["users", "enrollments", "classes", "academicSessions"] {
        let path = feed.join(format!("{file}.csv"));
        let text = std::fs::read_to_string(&path).unwrap();
        let text = DATES.iter().fold(text, |text, (date, other)| text.replace(date, other));
        let (header, rows) = text.split_once('\n').unwrap();
        let header = header.replace("familyName", "Nachname").replace("classSourcedId", "class");
        let text = format!("sep=\t\n{}\n{}", header.replace(',', "\t"), rows.replace(',', "\t"));
        std::fs::write(path, text).unwrap();
    }
}

/// What the hub publishes, by file.
async fn export(hub: &Hub, folder: &Path, night: &str) -> BTreeMap<String, String> {
    let out = folder.join(night);
    hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    files.map(named).collect()
}

async fn applied(hub: &Hub, feed: &Path, night: i64) -> u64 {
    let report = hub.sync("oak", feed, &options(), &context(night)).await.unwrap();
    assert_eq!(report.status, Status::Applied, "{:?}", report.guard);
    report.changes
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_separators_lead_to_the_same_roster() {
    let (plain, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut town = Bundle::town(30);
    town.set("enrollments", "a-s0_p0-s0", "beginDate", "2026-09-03");
    let (one, two) = (hub(plain.path()).await, hub(other.path()).await);
    let named = "columns.users = { Nachname = \"familyName\" }\nfirst_plan = \"hold\"\n";
    let named = format!("slashed_dates = \"day_first\"\n{named}");
    two.save_settings("oak", &named, &context(0)).await.unwrap();
    let (feed, otherwise) = (plain.path().join("feed"), other.path().join("feed"));
    town.write(&feed);
    write_otherwise(&town, &otherwise);
    applied(&one, &feed, 0).await;
    // What a person approves is read from what was kept.
    let held = two.sync("oak", &otherwise, &options(), &context(0)).await.unwrap();
    assert_eq!(held.status, Status::Held);
    let approved = two.approve("oak", None, &context(0)).await.unwrap();
    assert_eq!(approved.status, Status::Applied);
    let published = export(&one, plain.path(), "out0").await;
    assert!(published["users.csv"].contains("p7-s0"));
    assert!(published["enrollments.csv"].contains("2026-09-03"));
    let why = two
        .why("oak", "p0-s0", Some("a-s0"), Reader::Administrator, &Scope::All, &context(0))
        .await;
    let Answer::One(why) = why.unwrap() else { panic!() };
    let told = why.steps.iter().any(|step| step.sentence.contains("from 2026-09-03"));
    assert!(told, "{:?}", why.steps);
    assert_eq!(published, export(&two, other.path(), "out0").await);
    town.set("users", "p7-s0", "familyName", "Other").enroll("b-s0", "p3-s1", "student");
    town.write(&feed);
    write_otherwise(&town, &otherwise);
    assert_eq!((applied(&one, &feed, 1).await, applied(&two, &otherwise, 1).await), (2, 2));
    let published = export(&one, plain.path(), "out1").await;
    assert_eq!(published, export(&two, other.path(), "out1").await);
}
