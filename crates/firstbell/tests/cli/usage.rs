//! Mistakes, help, completions and manual pages.

use crate::call::{call, firstbell};

#[test]
fn a_mistake_ends_with_two() {
    let called = firstbell("chekc").with(2);
    assert!(called.talk.contains("check"), "{}", called.talk);
    let report = firstbell("plan oak --json").with(2).json();
    assert!(report["error"].as_str().unwrap().contains("required"), "{report}");
    assert!(report["hint"].as_str().unwrap().ends_with('.'), "{report}");
}

#[test]
fn without_an_installation_the_next_step_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("none").to_str().unwrap().to_owned();
    let called = call(&["--home", &home, "log", "oak", "--json"]);
    assert_ne!(called.code, 0);
    let report = called.json();
    assert!(report["hint"].as_str().unwrap().ends_with('.'), "{report}");
}

#[test]
fn help_and_version_are_data() {
    assert!(firstbell("--help").with(0).out.contains("Exit codes"));
    assert!(firstbell("--version").with(0).out.starts_with("firstbell "));
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(firstbell(&format!("completions {shell}")).with(0).out.contains("firstbell"));
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("man").to_str().unwrap().to_owned();
    firstbell(&format!("man {dir}")).with(0);
    for page in ["firstbell.1", "firstbell-check.1", "firstbell-district-settings.1"] {
        assert!(folder.path().join("man").join(page).exists(), "{page}");
    }
}
