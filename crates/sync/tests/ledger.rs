//! What is new, what goes on and what is mended, from delivery to delivery.

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

use firstbell_sync::Hub;
use firstbell_sync::report::RunReport;
use support::bundle::Bundle;
use support::{context, hub, options, sync};
use tempfile::TempDir;

/// How many places of a check are new, in all, and since which delivery the others go on.
fn age(report: &RunReport, code: &str) -> Option<(Option<u64>, u64, Option<i64>)> {
    let found = report.findings.iter().find(|finding| finding.code == code)?;
    Some((found.new, found.count, found.since))
}

fn mended(report: &RunReport) -> Vec<(&str, &str, u64)> {
    let fixed = report.fixed.iter();
    fixed.map(|one| (one.code.as_str(), one.field.as_str(), one.count)).collect()
}

async fn first(town: &Bundle) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let report = sync(&hub, folder.path(), town, 0).await;
    assert!(report.findings.iter().all(|finding| finding.new.is_none()));
    assert_eq!(report.compared_with, None);
    (folder, hub)
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_new_go_on_and_are_mended() {
    let mut town = Bundle::town(6);
    town.set("users", "p0-s0", "role", "Student").set("users", "p1-s0", "role", "Student");
    let (folder, hub) = first(&town).await;
    let again = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(age(&again, "word_spelling"), Some((Some(0), 2, Some(1))));
    assert!(again.findings.iter().all(|finding| finding.new == Some(0)), "{:?}", again.findings);
    assert_eq!((again.compared_with, mended(&again)), (Some(1), vec![]));
    // Rows may move; what is known by its record goes on.
    town.files.get_mut("users").unwrap()[1..].reverse();
    town.set("users", "p0-s0", "role", "student").set("users", "p2-s0", "role", "Student");
    let third = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(age(&third, "word_spelling"), Some((Some(1), 2, Some(1))));
    assert_eq!(mended(&third), [("word_spelling", "role", 1)]);
    let fourth = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(age(&fourth, "word_spelling"), Some((Some(0), 2, Some(1))));
    assert_eq!(mended(&fourth), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_compared_and_keeps_nothing() {
    let mut town = Bundle::town(6);
    let (folder, hub) = first(&town).await;
    town.set("users", "p0-s0", "role", "Student");
    let feed = folder.path().join("feed");
    town.write(&feed);
    for night in 1..3 {
        let plan = hub.plan("oak", &feed, &options(), &context(night)).await.unwrap();
        assert_eq!(age(&plan, "word_spelling"), Some((Some(1), 1, None)));
        assert_eq!(plan.compared_with, Some(1));
    }
    let synced = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(age(&synced, "word_spelling"), Some((Some(1), 1, None)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_alone_say_nothing_of_goes_on() {
    let mut town = Bundle::town(6);
    town.set("users", "p0-s0", "role", "Student").set("users", "p1-s0", "role", "Student");
    let (folder, hub) = first(&town).await;
    let mut delta = Bundle::default();
    delta.user("p0-s0", "student", "s0").set("users", "p0-s0", "status", "active");
    delta.users_delta();
    let changes = sync(&hub, folder.path(), &delta, 1).await;
    assert!(mended(&changes).contains(&("word_spelling", "role", 1)), "{:?}", changes.fixed);
    let whole = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(age(&whole, "word_spelling"), Some((Some(1), 2, Some(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_findings_of_one_record_and_a_ledger_that_is_damaged() {
    let mut town = Bundle::town(6);
    town.enroll("nowhere", "p0-s0", "student").row(
        "orgs",
        "",
        &[("name", "A"), ("type", "school")],
    );
    town.row("orgs", "", &[("name", "B"), ("type", "school")]);
    let (folder, hub) = first(&town).await;
    let again = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(age(&again, "missing_sourced_id"), Some((Some(0), 2, Some(1))));
    let path = folder.path().join("home/districts/oak/findings.sealed");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let without = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(age(&without, "missing_sourced_id"), Some((None, 2, None)), "begun anew");
    let next = sync(&hub, folder.path(), &town, 3).await;
    assert_eq!(age(&next, "missing_sourced_id"), Some((Some(0), 2, Some(3))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_the_day_in_its_name_is_the_same_file_every_day() {
    let mut town = Bundle::town(6);
    town.set("users", "p0-s0", "role", "Student");
    for row in town.files.get_mut("users").unwrap() {
        row.push("what_is_this".to_owned());
    }
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let settings = "[[accept]]\ncode = \"word_spelling\"\nfile = \"users_20260801.csv\"\n\
                    reason = \"known\"\nuntil = \"2027-01-01\"\n";
    hub.save_settings("oak", settings, &context(0)).await.unwrap();
    for day in 0..2 {
        let feed = folder.path().join(format!("feed-{day}"));
        town.write(&feed);
        let named = feed.join(format!("users_2026090{}.csv", day + 1));
        std::fs::rename(feed.join("users.csv"), named).unwrap();
        let report = hub.sync("oak", &feed, &options(), &context(day)).await.unwrap();
        let new: Vec<_> = report.findings.iter().map(|one| (one.code.as_str(), one.new)).collect();
        for code in ["file_name", "unknown_column", "word_spelling"] {
            let expected = (day > 0).then_some(0);
            assert!(new.contains(&(code, expected)), "{new:?}");
        }
        assert!(report.fixed.is_empty(), "{:?}", report.fixed);
        let spelled = report.findings.iter().find(|one| one.code == "word_spelling").unwrap();
        assert!(spelled.accepted.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_tried_mend_nothing() {
    let mut town = Bundle::town(6);
    town.enroll("nowhere", "p0-s1", "student");
    town.set("enrollments", "nowhere_p0-s1", "schoolSourcedId", "s1");
    let (folder, hub) = first(&town).await;
    let feed = folder.path().join("feed");
    let tried = firstbell_sync::RunOptions {
        settings: Some("[scope]\nschools = { except = [\"s1\"] }\n".to_owned()),
        ..options()
    };
    let plan = hub.plan("oak", &feed, &tried, &context(1)).await.unwrap();
    assert!(plan.tried && plan.compared_with == Some(1));
    assert_eq!(age(&plan, "dangling_reference"), None, "it is left out");
    assert_eq!(mended(&plan), []);
}
