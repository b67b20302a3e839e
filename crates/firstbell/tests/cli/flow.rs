//! From the first delivery to an undo, as scripts do it.

use serde_json::Value;

use crate::bundle::Bundle;
use crate::call::Installation;

/// Feeds a delivery and returns the report.
pub fn feed(
    installation: &Installation,
    verb: &str,
    name: &str,
    bundle: &Bundle,
    code: i32,
) -> Value {
    let path = bundle.write(&installation.home().join(name));
    installation.call(&[verb, "oak", "--feed", &path, "--json"]).with(code).json()
}

#[test]
fn a_delivery_is_planned_applied_and_undone() {
    plans_applies_and_undoes(&Installation::new());
}

/// The whole way on either database.
pub fn plans_applies_and_undoes(installation: &Installation) {
    let planned = feed(installation, "plan", "day1", &Bundle::of(1..=4), 0);
    assert_eq!(planned["status"], "planned");
    assert_eq!(planned["outcomes"]["users"]["create"], 5);
    let seats = ["show", "oak", "plan", "1", "--changes", "--kind", "enrollments"];
    let seats = installation.call(&seats).with(0).out;
    assert!(seats.contains("Given1 Family1 in Algebra 1 as student"), "{seats}");
    let applied = installation.call(&["apply", "oak", "--json"]).with(0).json();
    assert_eq!((&applied["status"], &applied["operation"]), (&"applied".into(), &1.into()));
    let again = feed(installation, "sync", "day1", &Bundle::of(1..=4), 0);
    assert_eq!((&again["status"], &again["changes"]), (&"unchanged".into(), &0.into()));
    let second = feed(installation, "sync", "day2", &Bundle::of(1..=5), 0);
    assert_eq!(second["operation"], 2);
    let undone = installation.call(&["undo", "oak", "--json"]).with(0).json();
    assert_eq!((&undone["status"], &undone["changes"]), (&"applied".into(), &2.into()));
    let log = installation.call(&["log", "oak", "--json"]).with(0).json();
    assert_eq!(log["operations"][0]["undoes"], 2);
    assert_eq!(installation.call(&["diff", "oak", "1", "3", "--json"]).with(0).out, "");
    installation.call(&["log", "oak", "--verify"]).with(0);
    installation.call(&["doctor"]).with(0);
}

#[test]
fn damaged_files_are_found_by_name() {
    let installation = Installation::new();
    feed(&installation, "sync", "first", &Bundle::of(1..=9), 0);
    let district = installation.home().join("home/districts/oak");
    installation.call(&["doctor"]).with(0);
    for file in ["deliveries/1/users.sealed", "plans/1.plan", "image"] {
        let path = district.join(file);
        let sound = std::fs::read(&path).unwrap();
        let mut bytes = sound.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let called = installation.call(&["doctor"]).with(1);
        assert!(called.out.replace("\n      ", "").contains(file), "{}", called.out);
        std::fs::write(&path, sound).unwrap();
    }
    std::fs::remove_file(district.join("deliveries/1/classes.sealed")).unwrap();
    let report = installation.call(&["doctor", "--json"]).with(1).json();
    assert!(report.to_string().contains("classes.sealed` is missing"), "{report}");
}

#[test]
fn where_nothing_was_applied_there_is_nothing_to_undo_or_compare() {
    let installation = Installation::new();
    let called = installation.call(&["undo", "oak", "--json"]).with(2);
    assert!(called.talk.contains("nothing to undo"), "{}", called.talk);
    let called = installation.call(&["diff", "oak", "0", "0", "--json"]).with(0);
    assert_eq!(called.out, "");
}

#[test]
fn what_was_applied_is_told_as_applied_though_its_cache_cannot_be_written() {
    let installation = Installation::new();
    let image = installation.home().join("home/districts/oak/image");
    std::fs::create_dir_all(image.join("in the way")).unwrap();
    let report = feed(&installation, "sync", "first", &Bundle::of(1..=9), 0);
    assert_eq!((&report["status"], &report["operation"]), (&"applied".into(), &1.into()));
    assert!(report["notes"].to_string().contains("takes longer"), "{report}");
    let again = feed(&installation, "sync", "first", &Bundle::of(1..=9), 0);
    assert_eq!(again["status"], "unchanged");
}

#[test]
fn applying_what_is_on_hold_names_the_hold_and_how_to_approve_it() {
    let installation = Installation::new();
    feed(&installation, "sync", "first", &Bundle::of(1..=40), 0);
    let held = feed(&installation, "sync", "second", &Bundle::of(1..=9), 3);
    let plan = held["plan"].to_string();
    for words in [vec!["apply", "oak"], vec!["apply", "oak", "--plan", &plan]] {
        let called = installation.call(&words).with(3);
        let approve = format!("approve oak --plan {plan}");
        assert!(called.talk.contains(&approve), "{}", called.talk);
    }
}

#[test]
fn a_hold_ends_with_three_and_is_approved_with_name_and_reason() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    let held = feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    assert_eq!((&held["status"], &held["guard"]["verdict"]), (&"held".into(), &"hold".into()));
    let reason = held["guard"]["reasons"][0]["message"].as_str().unwrap();
    let told = "20 of 41 people of Adams Elementary School would be deactivated, or lose their role \
                there or their sign-in (48.8%; the limit is 5% or 10, whichever is more)";
    assert_eq!(reason, told);
    let asked = installation.call(&["approve", "oak", "--reason", "checked"]).with(2);
    assert!(asked.talk.contains("Hint: Add --yes."), "{}", asked.talk);
    let words = ["approve", "oak", "--yes", "--by", "Ana Reyes", "--reason", "20 left", "--json"];
    let approved = installation.call(&words).with(0).json();
    assert_eq!(approved["status"], "applied");
    let log = installation.call(&["log", "oak", "--json"]).with(0).json();
    assert_eq!(log["operations"][0]["by"], "Ana Reyes");
    assert_eq!(log["operations"][0]["note"], "20 left");
}

#[test]
fn a_hold_can_be_dropped() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    let drop = ["approve", "oak", "--drop", "--yes", "--by", "Ana Reyes", "--json", "--reason"];
    installation.call(&[&drop[..], &[" "]].concat()).with(2);
    let dropped = installation.call(&[&drop[..], &["half is missing"]].concat()).with(0).json();
    let plan = dropped["dropped"].to_string();
    let shown = installation.call(&["show", "oak", "plan", &plan]).with(0);
    assert!(shown.out.contains("was dropped by Ana Reyes ("), "{}", shown.out);
    assert!(shown.out.contains("half is missing"), "{}", shown.out);
    assert!(!shown.out.contains("approve"), "{}", shown.out);
    installation.call(&["approve", "oak", "--yes", "--reason", "x"]).with(2);
}

#[test]
fn an_undo_above_a_limit_asks_and_is_not_held() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    for more in [&["--operation", "2"][..], &["--json"], &["--yes"]] {
        feed(&installation, "sync", "day2", &Bundle::of(1..=60), 0);
        let asked = installation.call(&["undo", "oak"]).with(2);
        assert!(asked.talk.contains("20 of 61 people of Adams Elementary"), "{}", asked.talk);
        assert!(asked.talk.contains("Hint: Add --yes, or name it with"), "{}", asked.talk);
        let log = installation.call(&["log", "oak", "--json"]).with(0).json();
        let newest = log["operations"][0]["operation"].to_string();
        let more: Vec<_> =
            more.iter().map(|word| if *word == "2" { &newest } else { *word }).collect();
        let undone = installation.call(&[&["undo", "oak"], &more[..]].concat()).with(0);
        assert!(undone.out.contains("20 of 61 people"), "{}", undone.out);
    }
}

#[test]
fn an_undo_of_what_is_undone_says_so() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    feed(&installation, "sync", "day2", &Bundle::of(1..=5), 0);
    installation.call(&["undo", "oak"]).with(0);
    let again = installation.call(&["undo", "oak", "--operation", "2"]).with(0);
    assert!(again.out.contains("Nothing of operation 2 can be taken back"), "{}", again.out);
    assert!(again.out.contains("Left as they are:"), "{}", again.out);
    let words = ["undo", "oak", "--operation", "2", "--json"];
    let report = installation.call(&words).with(0).json();
    assert_eq!((&report["status"], &report["undoes"]), (&"unchanged".into(), &2.into()));
    let conflict = &report["conflicts"][0];
    assert_eq!(
        (&conflict["kind"], &conflict["reason"]),
        (&"users".into(), &"changed_since".into())
    );
    assert_eq!(conflict["sourced_id"], "5");
    assert!(conflict["row"].is_i64() && conflict["message"].is_string(), "{conflict}");
}

#[test]
fn the_changes_of_a_plan_are_shown_one_by_one() {
    let installation = Installation::new();
    feed(&installation, "plan", "day1", &Bundle::of(1..=3), 0);
    let words = ["show", "oak", "plan", "1", "--changes", "--kind", "users", "--json"];
    let lines = installation.call(&words).with(0).out;
    let changes: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(changes.len(), 4);
    assert!(changes.iter().all(|change| change["kind"] == "users"));
}

#[test]
fn a_story_is_told_for_people_and_scripts() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4).enrolls(2, "c9"), 0);
    let cause = |words: &[&str]| {
        let story =
            installation.call(&[&["why", "oak"], words, &["--json"]].concat()).with(0).json();
        assert!(!story["sentence"].as_str().unwrap().is_empty() && story["steps"].is_array());
        story["cause"].as_str().unwrap().to_owned()
    };
    assert_eq!(cause(&["2"]), "member");
    assert_eq!(cause(&["2", "--in", "c1"]), "member");
    assert_eq!(cause(&["2", "--in", "c9"]), "unknown_class");
    assert_eq!(cause(&["99"]), "never_received");
    let teacher = installation.call(&["why", "oak", "2", "--in", "c1", "--for", "teacher"]).with(0);
    assert!(!teacher.out.contains("sourcedId") && !teacher.out.contains(".csv"), "{}", teacher.out);
}

#[test]
fn what_stands_in_the_way_is_told_in_sentences_and_named_in_json() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4).enrolls(2, "c9"), 0);
    let words = ["why", "oak", "99", "--in", "c9"];
    let text = installation.call(&words).with(0).out;
    assert!(text.contains("- No class by this id, code or title is known."), "{text}");
    assert!(!text.contains("unknown_class") && !text.contains("never_received"), "{text}");
    let story = installation.call(&[&words[..], &["--json"]].concat()).with(0).json();
    assert_eq!(story["obstacles"][0], "unknown_class");
}

#[test]
fn the_history_of_nobody_names_those_who_are_near() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    let called = installation.call(&["history", "oak", "Given2 Famly2"]).with(2);
    assert!(called.talk.contains("no delivery ever had such a person"), "{}", called.talk);
    assert!(called.talk.contains("2 · Given2 Family2"), "{}", called.talk);
    assert!(called.talk.contains("Hint: Ask again with one of these"), "{}", called.talk);
    let words = ["history", "oak", "Given2 Famly2", "--json"];
    let report = installation.call(&words).with(2).json();
    assert!(report["candidates"].as_array().is_some_and(|found| !found.is_empty()), "{report}");
    let nobody = installation.call(&["history", "oak", "zzzzzzzzzzzzzzzz"]).with(2);
    assert!(nobody.talk.contains("Hint: Check the number or the spelling"), "{}", nobody.talk);
}

#[test]
fn the_history_of_a_value_names_where_it_came_from() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    let report = installation.call(&["history", "oak", "2", "email", "--json"]).with(0).json();
    let entry = &report["entries"][0];
    assert_eq!((&entry["value"], &entry["from"]), (&"u2@oak.example".into(), &1.into()));
}

#[test]
fn what_comes_again_after_an_undo_is_not_there_for_the_first_time() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    installation.call(&["undo", "oak", "--yes"]).with(0);
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    let told = installation.call(&["history", "oak", "2", "email"]).with(0).out.replace('\n', " ");
    assert_eq!(told.matches("for the first time").count(), 1, "{told}");
    assert!(told.contains("has it again, after an undo took back what created it"), "{told}");
}

#[test]
fn an_export_is_a_delivery_that_changes_nothing() {
    for format in ["oneroster-1.1", "oneroster-1.2"] {
        let installation = Installation::new();
        feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
        let out = installation.home().join("out");
        let out = out.to_str().unwrap();
        installation.call(&["export", "oak", "--format", format, "--out", out]).with(0);
        crate::call::firstbell(&format!("check {out}")).with(0);
        let words = ["export", "oak", "--format", format, "--out", out];
        let called = installation.call(&words).with(2);
        assert!(called.talk.contains("is not empty\nHint: Name a new"), "{}", called.talk);
        installation.call(&[&words[..], &["--force"]].concat()).with(0);
        crate::call::firstbell(&format!("check {out}")).with(0);
    }
}

#[test]
fn an_export_of_an_empty_roster_can_be_checked() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=4), 0);
    let out = installation.home().join("out");
    std::fs::create_dir(&out).unwrap();
    let out = out.to_str().unwrap();
    let words = ["export", "oak", "--format", "oneroster-1.2", "--out", out, "--as-of", "0"];
    installation.call(&words).with(0);
    // It can be read; there is no roster in it.
    let told = crate::call::firstbell(&format!("check {out}")).with(1).out;
    assert!(told.contains("cannot be relied on in this delivery"), "{told}");
}
