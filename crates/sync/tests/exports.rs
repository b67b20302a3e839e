//! What is published can be read again, and is what the roster has.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::path::Path;

use firstbell_roster::model::{Kind, Settings, Severity};
use firstbell_sync::check::check;
use firstbell_sync::report::{CheckReport, Status};
use support::bundle::Bundle;
use support::{context, hub, options, sync};
use tempfile::TempDir;

/// A town in the form of 1.2, in which people have these roles: user, type, role, org.
fn with_roles(roles: &[(&str, &str, &str, &str)]) -> Bundle {
    let mut town = Bundle::town(2);
    for row in town.files.get_mut("users").unwrap() {
        row.drain(4..6);
    }
    for (number, (user, kind, role, org)) in roles.iter().enumerate() {
        let cells = [
            ("userSourcedId", *user),
            ("roleType", *kind),
            ("role", *role),
            ("orgSourcedId", *org),
        ];
        town.row("roles", &format!("r{number}"), &cells);
    }
    town
}

/// Checks an export, which must have no errors.
fn sound(out: &Path) -> CheckReport {
    let report = check(out, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    let errors: Vec<_> =
        report.findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

fn rows(out: &Path, file: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(out.join(file)).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1_1_each_role_is_a_row_and_nobody_is_without() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = with_roles(&[
        ("t-s0", "secondary", "teacher", "s0"),
        ("t-s0", "primary", "aide", "s1"),
        ("t-s0", "secondary", "guardian", "s1"),
        ("t-s1", "primary", "principal", "s1"),
        ("t-s1", "secondary", "siteAdministrator", "s0"),
        ("p0-s0", "primary", "student", "s0"),
        ("p0-s1", "primary", "student", "s1"),
        ("p1-s1", "primary", "student", "s1"),
    ]);
    town.set("users", "p0-s1", "agentSourcedIds", "t-s0,p1-s0");
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    let out = folder.path().join("out");
    let report = hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    let checked = sound(&out);
    let users = rows(&out, "users.csv");
    let of = |id: &str| {
        let row = users.iter().find(|row| row[0] == id);
        row.map(|row| (row[4].as_str(), row[5].as_str()))
    };
    assert_eq!(of("t-s0"), Some(("s1", "aide")));
    assert_eq!(of("t-s0_guardian"), Some(("s1", "guardian")));
    let child = users.iter().find(|row| row[0] == "p0-s1").unwrap();
    assert_eq!(child[15], "t-s0_guardian");
    assert_eq!(of("t-s0_teacher"), Some(("s0", "teacher")));
    assert_eq!(of("t-s1"), Some(("s1,s0", "administrator")));
    assert_eq!((of("p1-s0"), checked.received[&Kind::User]), (None, 7));
    let taught: Vec<_> = rows(&out, "enrollments.csv")
        .into_iter()
        .filter(|row| row[5].starts_with("t-s0"))
        .map(|row| row[5].clone())
        .collect();
    assert_eq!(taught, ["t-s0_teacher", "t-s0_teacher"]);
    let notes = report.notes.join("\n");
    for note in [
        "the role `principal`, which OneRoster 1.1 does not know, are written with the role administrator: 1",
        "people with several roles are a row for each, the further ones with the role behind the sourcedId: 1",
        "are left out: 1, with 2 of their enrollments",
    ] {
        assert!(notes.contains(note), "{note} in {notes}");
    }
    hub.add_district("elm", "Elm USD", &context(0)).await.unwrap();
    let again = firstbell_sync::RunOptions {
        override_identity: Some("the same schools".to_owned()),
        ..options()
    };
    let read = hub.sync("elm", &out, &again, &context(1)).await.unwrap();
    assert_eq!((read.status, read.pending_review), (Status::Applied, 0), "{:?}", read.outcomes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_roster_is_a_delivery_too() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &Bundle::town(2), 0).await;
    for (format, files) in [("oneroster-1.1", 6), ("oneroster-1.2", 7)] {
        let out = folder.path().join(format);
        let report = hub.export("oak", format, &out, Some(0)).await.unwrap();
        assert_eq!((report.rows.len(), report.rows.values().sum::<u64>()), (files, 0));
        let checked = sound(&out);
        assert_eq!(checked.received.values().sum::<u64>(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_over_another_leaves_nothing_of_it() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &Bundle::town(2), 0).await;
    let out = folder.path().join("out");
    hub.export("oak", "oneroster-1.2", &out, None).await.unwrap();
    assert!(out.join("roles.csv").exists());
    hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    assert!(!out.join("roles.csv").exists());
    sound(&out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_has_the_files_of_the_folder() {
    let (folder, hub, _) = support::town().await;
    for format in ["oneroster-1.1", "oneroster-1.2"] {
        let out = folder.path().join(format);
        let report = hub.export("oak", format, &out, None).await.unwrap();
        let mut zipped = Vec::new();
        let same = hub.export_zip("oak", format, &mut zipped, None).await.unwrap();
        assert_eq!(same, report);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zipped)).unwrap();
        let files: Vec<_> = std::fs::read_dir(&out).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(zip.len(), files.len());
        for file in files {
            let mut text = String::new();
            let name = file.file_name().into_string().unwrap();
            let mut of_zip = zip.by_name(&name).unwrap();
            std::io::Read::read_to_string(&mut of_zip, &mut text).unwrap();
            assert_eq!(text, std::fs::read_to_string(file.path()).unwrap(), "{name}");
        }
    }
}
