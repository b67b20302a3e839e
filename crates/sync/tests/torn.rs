//! Rows that are torn or run into each other, and instants that are still to come, end nobody.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::{RunReport, Status};
use support::bundle::Bundle;
use support::{context, found, hub, options, sync, trips};
use tempfile::TempDir;

/// The second night of a town, with one of its files written otherwise.
async fn second_night(file: &str, write: impl Fn(&str) -> String) -> RunReport {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(6);
    for row in town.files.get_mut("enrollments").unwrap().iter_mut().skip(1) {
        (row[8], row[9]) = ("2026-08-10".to_owned(), "2027-06-30".to_owned());
    }
    sync(&hub, folder.path(), &town, 0).await;
    let feed = folder.path().join("feed");
    town.write(&feed);
    let path = feed.join(format!("{file}.csv"));
    std::fs::write(&path, write(&std::fs::read_to_string(&path).unwrap())).unwrap();
    hub.sync("oak", &feed, &options(), &context(1)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_runs_into_the_next_hides_nobody() {
    let joined = |text: &str| {
        let at = text.find("\np0-s0,").unwrap();
        let end = text[at + 1..].find('\n').unwrap() + at + 1;
        format!("{}\r{}", &text[..end], &text[end + 1..])
    };
    let report = second_night("users", joined).await;
    assert_eq!((report.status, trips(&report)), (Status::Held, vec!["file_incomplete"]));
    assert_eq!(found(&report, "rows_run_together"), 1);
    assert_eq!(report.departures[&Kind::User].ended, 0);
    // A carriage return inside a value is no end of a row.
    let within = |text: &str| text.replacen("Name", "Na\rme", 1);
    let report = second_night("users", within).await;
    assert_eq!((found(&report, "rows_run_together"), trips(&report).len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_value_that_is_cut_is_not_taken() {
    let cut = |bytes: usize| move |text: &str| text.trim_end()[..text.len() - 1 - bytes].to_owned();
    let report = second_night("enrollments", cut(3)).await;
    assert_eq!(trips(&report), ["file_incomplete"]);
    assert_eq!(report.outcomes[&Kind::Enrollment].update, 0);
    let report = second_night("enrollments", cut(0)).await;
    assert_eq!(report.status, Status::Unchanged, "the last line needs no end");
    // What all rows have alike is no cut.
    let report = second_night("enrollments", |text| {
        text.replace("2027-06-30", "2027-06").trim_end().to_owned()
    });
    assert_eq!(trips(&report.await), [""; 0]);
}

/// A delta of users, each with an instant.
async fn delta(hub: &Hub, folder: &TempDir, night: i64, rows: &[(&str, &str, &str)]) -> RunReport {
    let mut town = Bundle::town(6);
    town.files.retain(|file, _| file == "users");
    let rows_of = town.files.get_mut("users").unwrap();
    rows_of.retain(|row| row[0] == "sourcedId" || rows.iter().any(|(id, ..)| *id == row[0]));
    for (id, status, modified) in rows {
        town.set("users", id, "status", status).set("users", id, "dateLastModified", modified);
        town.set("users", id, "phone", modified);
    }
    town.users_delta();
    sync(hub, folder.path(), &town, night).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instant_that_is_still_to_come_puts_nothing_in_order() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &Bundle::town(6), 0).await;
    let first = delta(&hub, &folder, 1, &[("p0-s0", "active", "2099-01-01T00:00:00Z")]).await;
    assert_eq!((first.status, found(&first, "future_date_time")), (Status::Applied, 1));
    let next = delta(&hub, &folder, 2, &[("p1-s0", "active", "2026-09-03T01:00:00Z")]).await;
    assert_eq!((next.status, trips(&next).len()), (Status::Applied, 0));
    let last = delta(&hub, &folder, 3, &[("p0-s0", "tobedeleted", "2026-09-04T01:00:00Z")]).await;
    assert_eq!(last.outcomes[&Kind::User].end, 1, "{:?}", last.guard);
}
