//! `config check` and `district settings`.

use std::fs;

use crate::bundle::Bundle;
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
fn a_value_of_another_form_is_told_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let installation = Installation::new();
    let file = folder.path().join("oak.toml");
    for (text, told) in [
        (
            "guard.classes_ended = 5",
            "expected a limit by share and count, such as { percent = 5.0,",
        ),
        ("trusted_identifiers = [5]", "expected an identifier, such as { field = \"userIds\""),
        ("seasons = [5]", "expected a season, such as { name = \"break\""),
        ("scope.schools = 5", "expected a choice, such as { only = [\"0101\"] }"),
        ("scope.grades = [\"05\"]", "is a list, expected a table, such as grades = { only ="),
        ("scope.terms = []", "is a list, expected a table, such as terms = { only ="),
        ("same_person = \"a\"", "expected a list, such as same_person = [\"10110047\"]"),
        (
            "accept = [{ code = \"utf16\", reason = \"x\", until = \"2026-13-01\" }]",
            "`2026-13-01` is no date, such as \"2026-09-01\"",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let called = firstbell(&format!("config check {}", file.display())).with(1);
        let talk = called.talk.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(talk.contains(told), "{talk}");
        let tried = installation.call(&["plan", "oak", "--settings", file.to_str().unwrap()]);
        let talk = tried.with(2).talk.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(talk.contains(told), "{talk}");
    }
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

#[test]
fn a_plan_with_tried_settings_is_applied_only_once_they_are_the_district_s() {
    let installation = Installation::new();
    let feed = Bundle::of(1..=4).write(&installation.home().join("day1"));
    let file = installation.home().join("tried.toml");
    fs::write(&file, "[scope]\nroles = { only = [\"teacher\"] }\n").unwrap();
    let file = file.to_str().unwrap();
    let words = ["plan", "oak", "--feed", &feed, "--settings", file, "--json"];
    let planned = installation.call(&words).with(0).json();
    assert_eq!(planned["outcomes"]["users"]["create"], 1, "{planned}");
    let show = ["show", "oak", "plan", "1", "--changes", "--kind", "users", "--json"];
    let shown = installation.call(&show).with(0).out;
    assert_eq!(shown.lines().count(), 1, "{shown}");
    let refused = installation.call(&["apply", "oak", "--json"]).with(1).json();
    assert_eq!(refused["status"], "refused");
    let note = refused["notes"][0].as_str().unwrap();
    assert!(note.contains("settings that are not the district's; apply them with"), "{note}");
    let log = installation.call(&["log", "oak", "--json"]).with(0).json();
    assert_eq!(log["operations"].as_array().unwrap().len(), 0);
    installation.call(&["district", "settings", "oak", "--edit-file", file]).with(0);
    let applied = installation.call(&["apply", "oak", "--json"]).with(0).json();
    assert_eq!((&applied["status"], &applied["digest"]), (&"applied".into(), &planned["digest"]));
}

#[test]
fn a_plan_on_hold_with_tried_settings_asks_to_take_these_first() {
    let installation = Installation::new();
    let feed = Bundle::of(1..=4).write(&installation.home().join("day1"));
    let file = installation.home().join("tried.toml");
    fs::write(&file, "first_plan = \"hold\"\n").unwrap();
    let file = file.to_str().unwrap();
    let out = installation.call(&["plan", "oak", "--feed", &feed, "--settings", file]).with(3).out;
    let listed = installation.call(&["plans", "oak"]).with(0).out;
    let take = "district settings oak --edit-file FILE";
    for text in [&out, &listed] {
        let (take, approve) = (text.find(take), text.find("approve oak --plan 1 --reason"));
        assert!(take.is_some() && take < approve, "{text}");
    }
    installation.call(&["district", "settings", "oak", "--edit-file", file]).with(0);
    let approve = ["approve", "oak", "--plan", "1", "--reason", "seen", "--yes", "--json"];
    assert_eq!(installation.call(&approve).with(0).json()["status"], "applied");
}

#[test]
fn the_changes_of_a_plan_are_shown_with_the_settings_that_it_was_made_with() {
    let installation = Installation::new();
    let feed = Bundle::of(1..=4).write(&installation.home().join("day1"));
    installation.call(&["plan", "oak", "--feed", &feed]).with(0);
    let file = installation.home().join("later.toml");
    fs::write(&file, "[scope]\nroles = { only = [\"teacher\"] }\n").unwrap();
    let words = ["district", "settings", "oak", "--edit-file", file.to_str().unwrap()];
    installation.call(&words).with(0);
    let show = ["show", "oak", "plan", "1", "--changes", "--kind", "users", "--json"];
    assert_eq!(installation.call(&show).with(0).out.lines().count(), 5);
    let refused = installation.call(&["apply", "oak", "--json"]).with(1).json();
    assert_eq!(refused["status"], "refused");
}

#[test]
fn settings_are_tried_on_the_last_delivery() {
    let installation = Installation::new();
    let file = installation.home().join("tried.toml");
    fs::write(
        &file,
        "[scope]\nroles = { except = [\"teacher\"] }\ntitles = { except = [\"*\"] }\nperiods = { except = [\"9\"] }\n",
    )
    .unwrap();
    let tried = ["plan", "oak", "--settings", file.to_str().unwrap()];
    let early = installation.call(&tried).with(2).talk;
    assert!(early.contains("no delivery is kept yet; name one with --feed"), "{early}");
    let feed = Bundle::of(1..=4).write(&installation.home().join("day1"));
    installation.call(&["sync", "oak", "--feed", &feed]).with(0);
    let report = installation.call(&[&tried[..], &["--json"]].concat()).with(0).json();
    assert_eq!(report["newly_left_out"]["users"]["roles"], 1, "{report}");
    assert_eq!(report["newly_left_out"]["classes"]["titles"], 1, "{report}");
    let text = installation.call(&tried).with(0).out;
    assert!(text.starts_with("Of delivery 1, these settings would newly leave out "), "{text}");
    assert!(text.contains("  1 user left out · the role is left out by scope.roles"), "{text}");
    assert!(text.contains("Schools and classes that would go:\n  class "), "{text}");
    let log = installation.call(&["log", "oak", "--json"]).with(0).json();
    assert_eq!(log["operations"].as_array().unwrap().len(), 1, "nothing was applied");
    installation
        .call(&["district", "settings", "oak", "--edit-file", file.to_str().unwrap()])
        .with(0);
    installation.call(&["plan", "oak", "--feed", &feed]).with(3);
    let told = installation.call(&["district", "settings", "oak"]).with(0).out;
    assert!(told.contains("# Of delivery 2 it leaves out 1 user.\nroles = "), "{told}");
    assert!(told.contains("# Of delivery 2 it leaves out nothing.\nperiods = "), "{told}");
    assert_eq!(told.matches("leaves out nothing").count(), 1, "{told}");
    fs::write(&file, "[scope]\nmapping = [{ to = \"s9\", name = \"New\", from = [\"s1\"] }]")
        .unwrap();
    let text = installation.call(&tried).with(0).out;
    assert!(text.contains("In another school by scope.mapping:\n  1 course\n  4 users"), "{text}");
    fs::write(&file, "").unwrap();
    let report = installation.call(&[&tried[..], &["--json"]].concat()).with(0).json();
    assert_eq!(report["newly_taken"]["users"]["roles"], 1, "{report}");
}
