//! Files that nobody here wrote, where they are at hand.

use std::path::PathBuf;

use insta::{Settings, assert_snapshot};

use crate::call::{Installation, call};

/// The folder of third-party files; `None`, with a word, where it is missing.
fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("FIRSTBELL_SHARED_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = given.unwrap_or(beside).join("oneroster");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder of third-party files at {}", folder.display());
    None
}

fn check(name: &str, code: i32) {
    let Some(folder) = folder() else { return };
    let path = folder.join(name);
    let called = call(&["check", path.to_str().unwrap()]).with(code);
    let mut settings = Settings::clone_current();
    settings.set_snapshot_suffix(name.replace(['/', '.'], "-"));
    settings.add_filter(r"newest change \d[^;.]*", "newest change [date]");
    settings.bind(|| assert_snapshot!("third_party", called.out + &called.talk));
}

/// Feeds a delivery twice: each record is accounted for, and the second time nothing changes.
fn sync_twice(name: &str) {
    let Some(folder) = folder() else { return };
    let path = folder.join(name);
    let installation = Installation::new();
    let words = ["sync", "oak", "--feed", path.to_str().unwrap(), "--json"];
    let first = installation.call(&words).with(0).json();
    assert_eq!(first["status"], "applied");
    for outcome in first["outcomes"].as_object().unwrap().values() {
        let number = |name: &str| outcome[name].as_u64().unwrap();
        let parts =
            ["create", "update", "restore", "end", "unchanged", "ignored", "rejected", "held"];
        assert_eq!(number("received"), parts.map(number).iter().sum::<u64>(), "{first}");
    }
    let second = installation.call(&words).with(0).json();
    assert_eq!((&second["status"], &second["changes"]), (&"unchanged".into(), &0.into()));
}

#[test]
fn an_export_of_classlink_s_sandbox() {
    check("classlink-sandbox-1.1", 0);
    sync_twice("classlink-sandbox-1.1");
}

#[test]
fn a_sample_district_in_oneroster_1_0() {
    check("grand-bend-1.0", 0);
    sync_twice("grand-bend-1.0");
}

#[test]
fn a_sample_district_in_oneroster_1_1() {
    check("grand-bend-1.1", 0);
    sync_twice("grand-bend-1.1");
}

#[test]
fn an_english_and_a_japanese_twin() {
    for name in ["roster-hub-en-1.1", "roster-hub-ja-1.1"] {
        check(name, 0);
        sync_twice(name);
    }
}

#[test]
fn a_district_of_twenty_schools_in_a_zip() {
    check("generated-large-1.1.zip", 0);
    sync_twice("generated-large-1.1.zip");
}

#[test]
fn the_first_of_a_sequence_without_manifest() {
    check("steps-1.1/Step0", 1);
    sync_twice("steps-1.1/Step0");
}
