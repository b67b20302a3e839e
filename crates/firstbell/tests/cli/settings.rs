//! `config check` and `district settings`.

use std::fs;

use crate::call::{Installation, firstbell};

#[test]
fn a_fault_names_its_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("oak.toml");
    fs::write(&file, "# ours\ntime_zome = \"UTC\"\n").unwrap();
    let called = firstbell(&format!("config check {}", file.display())).with(1);
    assert!(called.talk.contains("line 2, key `time_zome`: unknown field"), "{}", called.talk);
    fs::write(&file, "time_zone = \"America/Chicago\"\n").unwrap();
    let called = firstbell(&format!("config check {}", file.display())).with(0);
    assert!(called.out.ends_with("oak.toml can be applied.\n"), "{}", called.out);
}

#[test]
fn settings_are_exported_edited_and_applied() {
    let installation = Installation::new();
    let exported = installation.call(&["district", "settings", "oak"]).with(0).out;
    let edited = exported.replace("time_zone = \"UTC\"", "time_zone = \"America/Chicago\"");
    let file = installation.home().join("oak.toml");
    fs::write(&file, &edited).unwrap();
    let file = file.to_str().unwrap();
    let applied = installation.call(&["district", "settings", "oak", "--edit-file", file]).with(0);
    assert!(applied.out.starts_with("Applied as version 1 of the settings."), "{}", applied.out);
    assert_eq!(installation.call(&["district", "settings", "oak"]).with(0).out, edited);
}

#[test]
fn a_faulty_file_is_not_applied() {
    let installation = Installation::new();
    let file = installation.home().join("oak.toml");
    fs::write(&file, "[scope]\ntitles = { only = [\"[\"] }\n").unwrap();
    let words = ["district", "settings", "oak", "--edit-file", file.to_str().unwrap()];
    let called = installation.call(&words).with(1);
    assert!(called.talk.contains("line 2, key `titles`"), "{}", called.talk);
    let kept = installation.call(&["district", "settings", "oak", "--json"]).with(0).json();
    assert_eq!(kept["version"], 0);
}
