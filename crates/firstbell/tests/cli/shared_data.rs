//! Files that nobody here wrote, where they are at hand.

use std::path::PathBuf;

use insta::{Settings, assert_snapshot};

use crate::call::call;

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

#[test]
fn an_export_of_classlink_s_sandbox() {
    check("classlink-sandbox-1.1", 0);
}

#[test]
fn a_sample_district_in_oneroster_1_0() {
    check("grand-bend-1.0", 2);
}

#[test]
fn a_sample_district_in_oneroster_1_1() {
    check("grand-bend-1.1", 0);
}

#[test]
fn an_english_and_a_japanese_twin() {
    check("roster-hub-en-1.1", 0);
    check("roster-hub-ja-1.1", 0);
}

#[test]
fn a_district_of_twenty_schools_in_a_zip() {
    check("generated-large-1.1.zip", 0);
}

#[test]
fn the_first_of_a_sequence_without_manifest() {
    check("steps-1.1/Step0", 1);
}
