//! Files that are not what they are called, other products' formats, and files with nothing in them:
//! each is told as what it is, and nobody ends because of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dropping_references,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use firstbell_roster::model::{Kind, Settings};
use firstbell_sync::check::check;
use firstbell_sync::report::{CheckReport, RunReport, Status};
use support::bundle::Bundle;
use support::{context, hub, options, sync, trips};
use tempfile::TempDir;

const FILES: [&str; 6] = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];

/// A sound delivery of changes or of everything, with a manifest.
fn sound(mode: &str) -> Bundle {
    let mut town = Bundle::town(3);
    town.set("users", "t-s0", "email", "t-s0@example.org");
    town.manifest("1.1", &FILES.map(|file| (file, mode)));
    town
}

/// What is found in a delivery, and the report in full.
fn checked(feed: &Path) -> (BTreeMap<String, u64>, String) {
    let report = check(feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    let told = serde_json::to_string(&report).unwrap();
    (counted(report), told)
}

/// How often each check fired.
fn counted(report: CheckReport) -> BTreeMap<String, u64> {
    let mut codes = BTreeMap::new();
    for finding in report.findings {
        *codes.entry(finding.code).or_default() += finding.count;
    }
    codes
}

/// What is said of a delivery that is not read.
fn refused(feed: &Path) -> String {
    let report = check(feed, &Settings::default(), support::day(), &|_, _| ());
    report.expect_err("it is refused").to_string()
}

/// Whether anybody ended or would.
fn ended(report: &RunReport) -> u64 {
    report.departures.values().map(|departures| departures.ended + departures.held).sum()
}

#[test]
fn what_is_no_csv_is_told_as_what_it_is_and_shows_nobody() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let page = "<!doctype html><title>Sign in</title><p>Zoe Quillfeather, zoe@example.org</p>\n";
    let json = "[{\"givenName\": \"Zoe Quillfeather\"}]";
    for (text, what) in [
        (page, "a web page"),
        (json, "JSON"),
        ("%PDF-1.7 Quillfeather", "a PDF document"),
        ("PK\u{3}\u{4}[Content_Types].xml Quillfeather", "a spreadsheet"),
    ] {
        for manifest in [true, false] {
            let mut town = sound("bulk");
            if !manifest {
                town.files.remove("manifest");
            }
            town.write(&feed);
            fs::write(feed.join("users.csv"), text).unwrap();
            let (codes, told) = checked(&feed);
            assert_eq!(codes.get("not_csv"), Some(&1), "{codes:?}");
            for other in ["header_missing", "header_only", "unknown_column"] {
                assert_eq!(codes.get(other), None, "{what}: {codes:?}");
            }
            assert!(told.contains(what) && !told.contains("Quillfeather"), "{told}");
        }
    }
    // What stands beside the files under another ending is told where it came in the place of one.
    sound("bulk").write(&feed);
    fs::write(feed.join("orgs.json"), json).unwrap();
    assert_eq!(checked(&feed).0, BTreeMap::new());
    fs::rename(feed.join("users.csv"), feed.join("users.xlsx")).unwrap();
    assert_eq!(checked(&feed).0.get("not_csv"), Some(&1));
    for file in FILES {
        drop(fs::remove_file(feed.join(format!("{file}.csv"))));
    }
    fs::remove_file(feed.join("manifest.csv")).unwrap();
    assert!(
        refused(&feed).ends_with("is a spreadsheet, not CSV") || refused(&feed).contains("JSON")
    );
}

#[test]
fn a_manifest_that_is_a_page_declares_nothing() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound("bulk").write(&feed);
    fs::write(feed.join("manifest.csv"), "<html>\nfile.users,delta\n").unwrap();
    assert_eq!(checked(&feed).0, BTreeMap::from([("not_csv".to_owned(), 1)]));
}

#[test]
fn other_formats_are_told_beside_a_manifest_too() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    for (files, name) in [
        (
            &[
                ("orgs", "sourcedId,name,type\n1,Oak,school\n"),
                ("users", "sourcedId,username\nu1,ann\n"),
                ("roles", "userSourcedId,orgSourcedId,role\nu1,1,student\n"),
            ][..],
            "School Data Sync CSV v2.1",
        ),
        (&[("students", "School_id,Student_id,Last_name\n1,2,Oak\n")], "Clever CSV"),
    ] {
        for manifest in [false, true] {
            drop(fs::remove_dir_all(&feed));
            fs::create_dir(&feed).unwrap();
            for (file, text) in files {
                fs::write(feed.join(format!("{file}.csv")), text).unwrap();
            }
            if manifest {
                let text = "propertyName,value\noneroster.version,1.2\nfile.users,bulk\n";
                fs::write(feed.join("manifest.csv"), text).unwrap();
            }
            assert_eq!(refused(&feed), format!("these files are {name}, not OneRoster CSV"));
        }
    }
    // A file of another format beside a delivery of OneRoster is a file that is not read.
    sound("bulk").write(&feed);
    fs::write(feed.join("students.csv"), "School_id,Student_id\n").unwrap();
    assert_eq!(checked(&feed).0.get("unknown_file"), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_because_of_a_file_that_is_no_csv_or_empty() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &sound("bulk"), 0).await;
    let feed = folder.path().join("feed");
    for (night, (text, trip)) in
        (1..).zip([("", "file_empty"), ("<html>an error</html>\n", "file_unusable")])
    {
        sound("bulk").write(&feed);
        fs::write(feed.join("users.csv"), text).unwrap();
        let held = hub.sync("oak", &feed, &options(), &context(night)).await.unwrap();
        assert_eq!((held.status, trips(&held)), (Status::Held, vec![trip]));
        assert_eq!((ended(&held), held.outcomes[&Kind::User].received), (0, 0));
        // What is kept of the delivery reads the same.
        let approved = hub.approve("oak", None, &context(night)).await.unwrap();
        assert_ne!(approved.status, Status::Refused, "{:?}", approved.notes);
        assert_eq!(ended(&approved), 0);
    }
}

#[test]
fn a_file_of_nothing_is_told_as_empty() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    for text in ["", "\n\r\n", "\u{feff}"] {
        sound("bulk").write(&feed);
        fs::write(feed.join("courses.csv"), text).unwrap();
        let (codes, _) = checked(&feed);
        assert_eq!(codes.get("header_only"), Some(&1), "{codes:?}");
        assert_eq!(codes.get("header_missing"), None, "{codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_alone_says_that_nothing_changed_unless_it_promises_whole_files() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &sound("bulk"), 0).await;
    for (night, mode) in (1..).zip(["absent", "delta"]) {
        let mut alone = sound(mode);
        alone.files.retain(|file, _| file == "manifest");
        let report = sync(&hub, folder.path(), &alone, night).await;
        assert_eq!((report.status, ended(&report)), (Status::Unchanged, 0), "{mode}");
    }
    let mut promised = sound("bulk");
    promised.files.retain(|file, _| file == "manifest");
    let report = sync(&hub, folder.path(), &promised, 3).await;
    assert_eq!((report.status, ended(&report)), (Status::Held, 0));
    assert_eq!(support::found(&report, "declared_file_missing"), 6);
    let feed = folder.path().join("feed");
    fs::write(feed.join("manifest.csv"), "propertyName,value\noneroster.version,1.1\n").unwrap();
    assert_eq!(refused(&feed), "none of these files is one of OneRoster's: manifest.csv");
}

/// Renames files of a delivery.
fn rename(feed: &Path, names: &[(&str, &str)]) {
    for (from, to) in names {
        fs::rename(feed.join(from), feed.join(to)).unwrap();
    }
}

#[test]
fn names_of_files_are_read_where_their_meaning_is_clear() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound("bulk").write(&feed);
    fs::create_dir(feed.join("__MACOSX")).unwrap();
    for aside in [".DS_Store", "._users.csv", "Thumbs.db"] {
        fs::write(feed.join(aside), "x").unwrap();
    }
    assert_eq!(checked(&feed).0, BTreeMap::new());
    rename(
        &feed,
        &[
            ("users.csv", "users (1).csv"),
            ("courses.csv", "courses_20260817.csv"),
            ("academicSessions.csv", "academic_sessions.csv"),
            ("classes.csv", "classes.txt"),
            ("orgs.csv", "ORGS.csv"),
            ("manifest.csv", "manifest.csv.csv"),
        ],
    );
    assert_eq!(checked(&feed).0, BTreeMap::from([("file_name".to_owned(), 5)]));
    // What OneRoster itself names so goes before what is named otherwise, and not before a copy.
    rename(&feed, &[("courses_20260817.csv", "courses.csv")]);
    fs::copy(feed.join("courses.csv"), feed.join("courses_20260816.csv")).unwrap();
    let found = [("file_name", 4), ("unknown_file", 1)].map(|(code, count)| (code.into(), count));
    assert_eq!(checked(&feed).0, BTreeMap::from(found));
    fs::copy(feed.join("users (1).csv"), feed.join("users.csv")).unwrap();
    let twice =
        "`users.csv` and `users (1).csv` are the same file of a delivery, and only one can be read";
    assert_eq!(refused(&feed), twice);
    rename(&feed, &[("users.csv", "users_20260817.csv"), ("users (1).csv", "users.txt")]);
    assert!(refused(&feed).contains("are the same file of a delivery"));
}

#[test]
fn a_delivery_in_a_folder_beside_what_macos_adds_is_read() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound("bulk").write(&feed.join("export"));
    for aside in ["__MACOSX", ".cache"] {
        fs::create_dir(feed.join(aside)).unwrap();
    }
    assert_eq!(checked(&feed).0, BTreeMap::from([("file_in_folder".to_owned(), 1)]));
}

#[test]
fn what_a_column_may_be_is_proposed_as_the_settings_want_it() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound("bulk");
    town.files.get_mut("users").unwrap()[0][12] = "Mail \"work\"".to_owned();
    town.files.get_mut("users").unwrap()[0][11] = "Student ID".to_owned();
    town.write(&feed);
    let (codes, told) = checked(&feed);
    assert_eq!(codes.get("column_to_be_mapped"), Some(&1), "{codes:?}");
    let line = "write columns.users = { \\\"Student ID\\\" = \\\"identifier\\\" } in";
    assert!(told.contains(line), "{told}");
}

#[test]
fn settings_about_columns_that_are_not_there_are_told() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound("bulk");
    town.files.get_mut("users").unwrap()[0][8] = "\u{200b}Vor Name".to_owned();
    town.write(&feed);
    let told = |text: &str| {
        let settings = Settings::parse(text).unwrap();
        counted(check(&feed, &settings, support::day(), &|_, _| ()).unwrap())
    };
    assert_eq!(told("columns.Users = { vorname = \"GivenName\" }"), BTreeMap::new());
    let more = "columns.users = { vorname = \"givenName\", No = \"identifier\" }
        columns.demographics = { Sex = \"sex\" }";
    assert_eq!(told(more), BTreeMap::from([("setting_names_no_column".to_owned(), 2)]));
}

#[test]
fn a_first_line_that_says_the_separator_is_no_header() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    for (line, separator, found) in
        [("sep=;\r\n", ";", 1), ("sep=,\n", ",", 0), ("SEP=|\n\n", "|", 1), ("sep=\t\n", "\t", 1)]
    {
        sound("bulk").write(&feed);
        let path = feed.join("courses.csv");
        let text = fs::read_to_string(&path).unwrap().replace(',', separator);
        fs::write(&path, format!("{line}{text}")).unwrap();
        let (codes, _) = checked(&feed);
        assert_eq!(codes.get("other_separator").copied().unwrap_or_default(), found, "{line:?}");
        assert_eq!(codes.len(), usize::from(found > 0), "{codes:?}");
    }
}

#[test]
fn a_header_that_never_ends_is_told_as_that() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound("bulk");
    town.files.get_mut("users").unwrap()[0].push("x".repeat(9 << 20));
    town.write(&feed);
    let (codes, _) = checked(&feed);
    assert_eq!(codes.get("cell_too_long"), Some(&1), "{codes:?}");
    assert!(!codes.contains_key("header_only") && !codes.contains_key("unknown_column"));
}
