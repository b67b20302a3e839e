//! Folders and zips that are refused, and what is said of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

use std::fs;
use std::io::Write;
use std::path::Path;

use firstbell_ingest::{Limits, Reading, package, read};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Date, Settings};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What is said of a delivery that cannot be read.
fn refusal(path: &Path) -> String {
    let mut snapshot = Snapshot::new(Hasher::new(1), Vec::new());
    let reading = Reading {
        settings: &Settings::default(),
        as_of: Date::of_days(0).unwrap(),
        known: &[],
        keep: None,
        progress: &|_, _| (),
    };
    let result = package::open(path, Limits::default())
        .map_err(firstbell_ingest::ReadError::from)
        .and_then(|package| read(package.as_ref(), &reading, &mut snapshot).map(|_| ()));
    result.expect_err("it is refused").to_string()
}

fn zipped(path: &Path, names: &[&str]) {
    let mut writer = ZipWriter::new(fs::File::create(path).unwrap());
    for name in names {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(b"sourcedId\n").unwrap();
    }
    writer.finish().unwrap();
}

/// Gives the second of two entries the name of the first, as some exports do.
fn rename_in_zip(path: &Path, from: &str, to: &str) {
    let mut bytes = fs::read(path).unwrap();
    while let Some(at) = bytes.windows(from.len()).position(|window| window == from.as_bytes()) {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn two_spellings_of_one_file_are_refused_in_a_zip_and_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    // The two do not stand side by side in the order of their names.
    let names = ["users.csv", "classes.csv", "Users.csv", "enrollments.csv"];
    zipped(&zip, &names);
    let open = folder.path().join("oak");
    fs::create_dir(&open).unwrap();
    for name in names {
        fs::write(open.join(name), "sourcedId\n").unwrap();
    }
    for path in [zip, open] {
        assert_eq!(
            refusal(&path),
            "`Users.csv` and `users.csv` are the same file of a delivery, and only one can be read"
        );
    }
}

#[test]
fn one_file_in_two_folders_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["a/users.csv", "b/users.csv", "classes.csv"]);
    assert!(refusal(&zip).starts_with("`a/users.csv` and `b/users.csv` are the same file"));
}

#[test]
fn an_entry_that_is_there_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["users.csv", "classes.csv", "userz.csv"]);
    rename_in_zip(&zip, "userz.csv", "users.csv");
    assert_eq!(
        refusal(&zip),
        "`users.csv` is in the delivery twice, and only one of them can be read"
    );
}

#[test]
fn two_names_of_one_kind_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["courseResources.csv", "courseResourses.csv", "users.csv"]);
    assert!(refusal(&zip).starts_with("`courseResources.csv` and `courseResourses.csv` are"));
}

#[test]
fn a_zip_tells_when_its_newest_file_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oak.zip");
    let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
    for (name, day) in [("users.csv", 17), ("orgs.csv", 3), ("notes.txt", 30)] {
        let time = zip::DateTime::from_date_and_time(2026, 8, day, 2, 13, 0).unwrap();
        let options = SimpleFileOptions::default().last_modified_time(time);
        writer.start_file(name, options).unwrap();
    }
    writer.finish().unwrap();
    let written_on = |path: &Path| package::open(path, Limits::default()).unwrap().written_on();
    assert_eq!(written_on(&path).unwrap().to_string(), "2026-08-17");
    zipped(&path, &["users.csv"]);
    assert_eq!(written_on(&path), None);
}

#[test]
fn other_files_may_be_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["users.csv", "notes.txt", "notez.txt", "README"]);
    rename_in_zip(&zip, "notez.txt", "notes.txt");
    assert!(package::open(&zip, Limits::default()).is_ok());
}

#[test]
fn a_zip_with_a_password_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["users.csv"]);
    let mut bytes = fs::read(&zip).unwrap();
    // The lowest flag of an entry, in its own header and in the list at the end.
    for (mark, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let start = bytes.windows(4).position(|window| window == mark).unwrap();
        bytes[start + at] |= 1;
    }
    fs::write(&zip, bytes).unwrap();
    assert_eq!(refusal(&zip), "`users.csv` in the zip is locked with a password");
}

#[test]
fn a_zip_that_was_not_sent_whole_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    zipped(&zip, &["users.csv", "classes.csv"]);
    let bytes = fs::read(&zip).unwrap();
    fs::write(&zip, &bytes[..bytes.len() / 2]).unwrap();
    assert!(refusal(&zip).contains("begins as a zip and breaks off"), "{}", refusal(&zip));
}

#[test]
fn links_that_lead_out_and_pipes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, oak) = (folder.path().join("secret.csv"), folder.path().join("oak"));
    fs::write(&secret, "sourcedId\n").unwrap();
    fs::create_dir(&oak).unwrap();
    fs::write(oak.join("part"), "sourcedId\n").unwrap();
    std::os::unix::fs::symlink("part", oak.join("users.csv")).unwrap();
    let linked = folder.path().join("linked");
    std::os::unix::fs::symlink(&oak, &linked).unwrap();
    assert!(package::open(&linked, Limits::default()).is_ok());
    std::os::unix::fs::symlink(&secret, oak.join("classes.csv")).unwrap();
    assert!(refusal(&oak).ends_with("classes.csv` is a link that leads out of the delivery"));
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(refusal(&pipe).contains("neither a folder nor a zip"));
    assert!(refusal(Path::new("/dev/null")).contains("neither a folder nor a zip"));
}

#[test]
fn what_macos_adds_is_passed_over_and_folders_are_parted_by_either_mark() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("oak.zip");
    let aside = ["__MACOSX/export/users.csv", "export/__MACOSX/users.csv", "export/._users.csv"];
    zipped(&zip, &[&aside[..], &["export\\users.csv", ".DS_Store", "Thumbs.db"]].concat());
    let package = package::open(&zip, Limits::default()).unwrap();
    let found = package.members().iter().map(|one| (one.folder.as_str(), one.name.as_str()));
    assert_eq!(found.collect::<Vec<_>>(), [("export", "users.csv")]);
}
