//! Mistakes, help, completions and manual pages.

use crate::bundle::Bundle;
use crate::call::{Installation, call, firstbell};

#[test]
fn a_mistake_ends_with_two() {
    let called = firstbell("chekc").with(2);
    assert!(called.talk.contains("check"), "{}", called.talk);
    let report = firstbell("plan oak --json").with(2).json();
    let error = report["error"].as_str().unwrap();
    assert!(error.contains("required") && error.contains("--feed <PATH>"), "{report}");
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
fn an_installation_on_the_other_kind_of_database_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home").to_str().unwrap().to_owned();
    std::fs::create_dir(&home).unwrap();
    std::fs::write(format!("{home}/database"), "postgres\n").unwrap();
    for words in [&["init"][..], &["district", "list"], &["log", "oak"]] {
        let called = call(&[&["--home", &home], words].concat()).with(1);
        assert!(called.talk.contains("keeps its roster in PostgreSQL, and no"), "{}", called.talk);
        assert!(called.talk.contains("Hint: Name the database with --database"), "{}", called.talk);
    }
    let installation = Installation::new();
    let called =
        installation.call(&["district", "list", "--database", "postgres://127.0.0.1/x"]).with(1);
    assert!(called.talk.contains("keeps its roster in the embedded database"), "{}", called.talk);
    assert!(called.talk.contains("Hint: Leave out --database"), "{}", called.talk);
}

#[test]
fn a_database_that_does_not_answer_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home").to_str().unwrap().to_owned();
    let nowhere = ["--database", "postgres://user:secret@127.0.0.1:1/x"];
    let called = call(&[&["--home", &home, "init"][..], &nowhere].concat()).with(1);
    assert!(called.talk.contains("the PostgreSQL database cannot be opened"), "{}", called.talk);
    assert!(!called.talk.contains("secret") && !std::path::Path::new(&home).exists());
    call(&["--home", &home, "init"]).with(0);
}

#[test]
fn a_path_that_leads_nowhere_is_a_mistake_wherever_it_is_given() {
    let installation = Installation::new();
    let nowhere = installation.home().join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    for words in [
        &["check", nowhere][..],
        &["sync", "oak", "--feed", nowhere],
        &["plan", "oak", "--feed", nowhere],
        &["config", "check", nowhere],
        &["check", nowhere, "--settings", nowhere],
        &["plan", "oak", "--feed", nowhere, "--settings", nowhere],
        &["district", "settings", "oak", "--edit-file", nowhere],
        &["approve", "oak", "--list", nowhere, "--reason", "x"],
    ] {
        installation.call(words).with(2);
    }
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
    let report = firstbell("completions bash --json").with(0).json();
    assert!(report["script"].as_str().unwrap().contains("firstbell"));
}

#[test]
fn a_name_that_no_district_can_have_is_a_mistake_and_one_that_is_taken_an_error() {
    let installation = Installation::new();
    installation.call(&["district", "add", "../x", "--name", "X"]).with(2);
    installation.call(&["district", "add", "oak", "--name", "X"]).with(1);
}

#[test]
fn the_database_is_its_owner_s_though_the_home_folder_is_open() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    call(&["--home", folder.path().to_str().unwrap(), "init"]).with(0);
    let about = std::fs::metadata(folder.path().join("hub.db")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
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

#[test]
fn a_file_that_is_named_and_missing_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=2).write(&folder.path().join("oak"));
    for option in ["--baseline", "--settings"] {
        let called = firstbell(&format!("check {path} {option} {path}/gone")).with(2);
        assert!(called.talk.contains("gone`") && called.talk.contains("Hint: "), "{}", called.talk);
    }
}

#[test]
fn a_kind_or_school_that_is_not_there_is_a_mistake() {
    let installation = Installation::new();
    let path = Bundle::of(1..=2).write(&installation.home().join("day1"));
    installation.call(&["plan", "oak", "--feed", &path]).with(0);
    let show = |more: &[&str]| {
        installation.call(&[&["show", "oak", "plan", "1", "--changes"], more].concat())
    };
    let kind = show(&["--kind", "pupils"]).with(2);
    assert!(kind.talk.contains("`pupils`") && kind.talk.contains("users"), "{}", kind.talk);
    let school = show(&["--school", "Nowhere High"]).with(2);
    assert!(school.talk.contains("Hint: The schools are Adams Elementary"), "{}", school.talk);
    assert_eq!(
        show(&["--school", "adams elementary school", "--kind", "Classes"]).with(0).talk,
        ""
    );
    installation.call(&["apply", "oak"]).with(0);
    let operation = ["show", "oak", "operation", "1", "--changes", "--school", "Nowhere"];
    installation.call(&operation).with(2);
    let none = show(&["--school", "Adams Elementary School", "--kind", "demographics"]).with(0);
    assert_eq!(none.talk, "No changes.\n");
}

#[test]
fn a_cause_is_told_once() {
    let installation = Installation::new();
    let database = installation.home().join("home/hub.db");
    std::fs::remove_file(&database).unwrap();
    std::fs::create_dir(&database).unwrap();
    let called = installation.call(&["log", "oak"]).with(1);
    assert_eq!(called.talk.matches("unable to open").count(), 1, "{}", called.talk);
    assert!(called.talk.contains("Hint: Let this user read and write"), "{}", called.talk);
}

#[test]
fn a_home_without_an_installation_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for home in [folder.path().join("none"), folder.path().to_owned(), file.clone()] {
        let called = call(&["--home", home.to_str().unwrap(), "log", "oak"]).with(2);
        assert!(called.talk.contains("is not initialized"), "{}", called.talk);
    }
    let called = call(&["--home", file.to_str().unwrap(), "init"]).with(2);
    assert!(called.talk.contains("could not be made"), "{}", called.talk);
}

#[test]
fn a_home_that_cannot_be_read_is_told_as_such() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let installation = Installation::new();
    let home = installation.home().join("home");
    let set = |mode| {
        std::fs::set_permissions(&home, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o000);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstbell"));
    command.args(["--home", home.to_str().unwrap(), "log", "oak"]);
    let is_barred = std::fs::read_dir(&home).is_err();
    if !is_barred {
        // For root every folder is open, so that somebody else asks.
        for above in home.ancestors().skip(1).take(1) {
            std::fs::set_permissions(above, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    set(0o700);
    // The binary itself may stand where nobody else comes.
    let Ok(output) = output else { return };
    let talk = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{talk}");
    assert!(talk.contains("/home` cannot be read: Permission denied"), "{talk}");
    assert!(talk.contains("Hint: Let this user read and write the home folder"), "{talk}");
}

#[test]
fn a_file_where_a_folder_is_meant_is_a_mistake() {
    let installation = Installation::new();
    let path = Bundle::of(1..=4).write(&installation.home().join("day1"));
    let file = format!("{path}/users.csv");
    let below = format!("{file}/below");
    for folder in [&file, &below] {
        for words in [
            &["man", folder][..],
            &["export", "oak", "--format", "oneroster-1.1", "--out", folder],
            &["export", "oak", "--format", "oneroster-1.1", "--force", "--out", folder],
            &["check", &path, "--bad-rows", folder],
        ] {
            let called = installation.call(words).with(2);
            assert!(called.talk.contains("` is no folder\nHint: Name a "), "{}", called.talk);
        }
    }
}

#[test]
fn a_field_that_nobody_has_is_told_with_those_that_there_are() {
    let installation = Installation::new();
    let path = Bundle::of(1..=4).write(&installation.home().join("day1"));
    installation.call(&["sync", "oak", "--feed", &path]).with(0);
    let called = installation.call(&["history", "oak", "2", "emial"]).with(2);
    assert!(called.talk.contains("a person has no field `emial`; there are "), "{}", called.talk);
    let hint = called.talk.split("Hint: ").nth(1).unwrap();
    assert!(hint.starts_with("Name one of these, or none: `firstbell --home "), "{hint}");
    assert!(hint.contains(" history DISTRICT PERSON` lists"), "{hint}");
}
