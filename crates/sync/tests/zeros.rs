//! Numbers that a spreadsheet has taken the zeros from: sourcedIds, and those that people and schools
//! have beside them.

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

use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{hub, sync, trips};
use tempfile::TempDir;

/// The second night of a town.
async fn night(town: Bundle, change: impl FnOnce(&mut Bundle)) -> RunReport {
    let (mut town, folder) = (town, TempDir::new().unwrap());
    let hub = hub(folder.path()).await;
    let first = sync(&hub, folder.path(), &town, 0).await;
    assert_eq!(first.status, Status::Applied, "{:?}", first.guard);
    change(&mut town);
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(report.status == Status::Held, !report.guard.reasons.is_empty());
    report
}

/// A town of which all sourcedIds of students begin with zeros.
fn with_zeros() -> Bundle {
    let mut town = Bundle::town(8);
    for (at, school) in ["s0", "s1"].into_iter().enumerate() {
        for number in 0..8 {
            rename(&mut town, &format!("p{number}-{school}"), &format!("00{at}{number}7"));
        }
    }
    town
}

/// Gives a person another sourcedId, everywhere.
fn rename(town: &mut Bundle, from: &str, to: &str) {
    for cell in town.files.values_mut().flatten().flatten().filter(|cell| *cell == from) {
        to.clone_into(cell);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn zeros_that_a_spreadsheet_took_away_are_told() {
    let lose = |people: usize| {
        move |town: &mut Bundle| {
            let (from, to): (Vec<_>, Vec<_>) =
                (0..people).map(|one| (format!("000{one}7"), format!("{}", one * 10 + 7))).unzip();
            from.iter().zip(&to).for_each(|(from, to)| rename(town, from, to));
        }
    };
    let report = night(with_zeros(), lose(8)).await;
    assert!(trips(&report).contains(&"leading_zeros_lost"), "{:?}", report.guard);
    assert_eq!(support::found(&report, "leading_zeros_lost"), 8);
    let told = report.guard.reasons.iter().find(|reason| reason.code == "leading_zeros_lost");
    assert!(told.unwrap().message.starts_with("8 ids of users.csv are known with zeros"));
    let report = night(with_zeros(), lose(2)).await;
    assert_eq!(support::found(&report, "leading_zeros_lost"), 2);
    assert!(!trips(&report).contains(&"leading_zeros_lost"), "two may be meant");
    // Both are there, and so both are meant.
    let both = |town: &mut Bundle| {
        for one in 0..8 {
            town.user(&(one * 10 + 7).to_string(), "student", "s0");
        }
    };
    assert_eq!(support::found(&night(with_zeros(), both).await, "leading_zeros_lost"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn zeros_of_numbers_that_people_and_schools_have_are_told_too() {
    let mut town = Bundle::town(8);
    town.set("orgs", "s0", "identifier", "0101").set("orgs", "s1", "identifier", "0102");
    for number in 0..8 {
        let id = format!("p{number}-s0");
        town.set("users", &id, "userIds", &format!("{{SIS:00{number}1}}"));
        town.set("users", &id, "identifier", &format!("0{number}9"));
    }
    let lose = |people: usize| {
        move |town: &mut Bundle| {
            for number in 1..=people {
                town.set(
                    "users",
                    &format!("p{number}-s0"),
                    "userIds",
                    &format!("{{SIS:{number}1}}"),
                );
            }
        }
    };
    let report = night(town.clone(), lose(3)).await;
    assert_eq!(trips(&report), ["leading_zeros_lost"]);
    assert_eq!(support::found(&report, "leading_zeros_lost"), 3);
    assert_eq!(trips(&night(town.clone(), lose(2)).await), [""; 0]);
    let schools = |town: &mut Bundle| {
        town.set("orgs", "s0", "identifier", "101").set("orgs", "s1", "identifier", "102");
    };
    assert_eq!(trips(&night(town, schools).await), ["leading_zeros_lost"]);
}
