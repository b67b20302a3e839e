//! Reading what was kept of a delivery says what reading the delivery said, however damaged it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use std::path::Path;

use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, hub, options};
use tempfile::TempDir;

/// A town whose users have a column that is dropped, and one that no table has.
fn town() -> Bundle {
    let mut town = Bundle::town(8);
    for row in town.files.get_mut("users").unwrap() {
        row.push("shoeSize".to_owned());
    }
    town
}

fn end_of(file: &str, end: &str) -> impl Fn(&Path) + use<> {
    let (file, end) = (format!("{file}.csv"), end.to_owned());
    move |feed| {
        let path = feed.join(&file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text + &end).unwrap();
    }
}

fn instead(file: &str, from: &str, to: &str) -> impl Fn(&Path) + use<> {
    let (file, from, to) = (format!("{file}.csv"), from.to_owned(), to.to_owned());
    move |feed| {
        let path = feed.join(&file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, text.replacen(&from, &to, 1)).unwrap();
    }
}

type Damage = Box<dyn Fn(&Path)>;

/// What may be wrong with a delivery.
fn damages() -> Vec<(&'static str, Damage)> {
    let user = |rest: &str| format!("n1,,,true,s0,student,n1,{{SIS:n1}},New,One,{rest}\n");
    vec![
        ("a sound one", Box::new(end_of("users", &user(",,,,,,05,secret,44")))),
        ("more cells", Box::new(end_of("users", &user(",,,,,,05,,44,55,66")))),
        ("more cells, quoted", Box::new(end_of("users", &user(",,,,,,05,,44,\"5\n5\",\"\"")))),
        ("fewer cells", Box::new(end_of("users", "n1\n"))),
        (
            "a quotation mark astray",
            Box::new(end_of("users", &user(",,,,,,05,\"a\"b,\"c\"\"d\"e"))),
        ),
        ("a quotation mark open", Box::new(end_of("users", &user(",,,,,,05,,\"44")))),
        ("cut short", Box::new(end_of("users", "n1,,,true,s0"))),
        (
            "a header in one piece",
            Box::new(instead("classes", "sourcedId,status,", "sourcedId;status;")),
        ),
        ("a header of nothing", Box::new(instead("courses", "sourcedId,", "number,"))),
        ("a blank header", Box::new(instead("users", "sourcedId,", ","))),
        ("a column twice", Box::new(instead("users", "shoeSize", "givenName"))),
        (
            "return marks",
            Box::new(end_of(
                "users",
                "n1,,,true,s0,student,n\r1,{SIS:n1},N\re,One,,,,,,,05,,é\r\n",
            )),
        ),
        (
            "files that no feature uses",
            Box::new(|feed| {
                std::fs::write(feed.join("lineItems.csv"), "sourcedId,title\nl1,One\n\nl2,Two\n")
                    .unwrap();
                std::fs::write(feed.join("results.csv"), "sourcedId").unwrap();
                std::fs::write(feed.join("demographics.csv"), "sourcedId,sex\np0-s0,female\n")
                    .unwrap();
            }),
        ),
        (
            "a file alone in one column",
            Box::new(|feed| {
                std::fs::write(feed.join("roles.csv"), "colour\nred\nblue\n").unwrap();
            }),
        ),
    ]
}

fn said(report: &RunReport) -> String {
    let outcomes = serde_json::to_string(&report.outcomes).unwrap();
    format!("{} {} {outcomes}", report.digest, report.changes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_applied_later_comes_to_what_was_planned() {
    for (what, damage) in damages() {
        for first in [true, false] {
            let folder = TempDir::new().unwrap();
            let hub = hub(folder.path()).await;
            let feed = folder.path().join("feed");
            town().write(&feed);
            if !first {
                hub.sync("oak", &feed, &options(), &context(0)).await.unwrap();
            }
            damage(&feed);
            let plan = hub.plan("oak", &feed, &options(), &context(1)).await.unwrap();
            for (kind, outcomes) in &plan.outcomes {
                assert!(outcomes.add_up(), "{what}: {kind}: {outcomes:?}");
            }
            let later = match plan.status {
                Status::Planned => hub.apply("oak", plan.plan, &context(2)).await.unwrap(),
                Status::Held => hub.approve("oak", plan.plan, &context(2)).await.unwrap(),
                Status::Applied | Status::Unchanged | Status::Refused => continue,
            };
            assert_ne!(later.status, Status::Refused, "{what}: {:?}", later.notes);
            if plan.status == Status::Planned {
                assert_eq!(said(&later), said(&plan), "{what}");
            }
            let counts = |report: &RunReport| {
                let counted = report.outcomes.iter();
                counted.map(|(kind, one)| (*kind, one.received, one.rejected)).collect::<Vec<_>>()
            };
            assert_eq!(counts(&later), counts(&plan), "{what}");
            hub.close().await;
        }
    }
}
