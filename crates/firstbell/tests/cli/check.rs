//! `check`.

use std::fs;

use insta::{assert_json_snapshot, assert_snapshot};

use crate::bundle::Bundle;
use crate::call::{Installation, call, firstbell};

#[test]
fn a_clean_delivery_ends_with_zero() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
    let called = firstbell(&format!("check {path}")).with(0);
    assert_snapshot!(called.out);
    assert_eq!(called.talk, "");
}

#[test]
fn errors_end_with_one_and_say_what_matters() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = Bundle::of(1..=4).enrolls(2, "c9").enrolls(3, "c9").role_of_first("wizard");
    let path = bundle.write(&folder.path().join("oak"));
    assert_snapshot!(firstbell(&format!("check {path}")).with(1).out);
}

#[test]
fn json_names_findings_and_what_was_received() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=2).enrolls(2, "c9").write(&folder.path().join("oak"));
    let report = firstbell(&format!("check {path} --json")).with(1).json();
    assert_eq!(firstbell(&format!("--json check {path}")).with(1).json(), report);
    assert_json_snapshot!(report);
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("gone").to_str().unwrap().to_owned();
    let called = firstbell(&format!("check {missing}")).with(2);
    assert_eq!(called.out, "");
    assert!(called.talk.contains("Hint: Check the path."), "{}", called.talk);
    let report = firstbell(&format!("check {missing} --json")).with(2).json();
    assert!(report["error"].as_str().unwrap().contains("there is no file or folder"), "{report}");
    assert_eq!(report["hint"], "Check the path.");
}

#[test]
fn without_a_file_that_a_roster_needs_the_verdict_names_it() {
    let folder = tempfile::tempdir().unwrap();
    for (missing, told) in [
        (&["enrollments.csv"][..], "enrollments.csv is missing"),
        (&["classes.csv", "users.csv"], "classes.csv and users.csv are missing"),
    ] {
        let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
        for file in missing.iter().chain(&["manifest.csv"]) {
            fs::remove_file(format!("{path}/{file}")).unwrap();
        }
        let called = firstbell(&format!("check {path}")).with(1);
        let verdict = format!("Not ready: {told}, so that no roster can be made");
        assert!(called.out.contains(&verdict), "{}", called.out);
        let ask = format!("There is no {}:", missing[0]);
        assert!(called.out.contains(&ask) && called.out.contains("Ask whoever"), "{}", called.out);
    }
}

#[test]
fn a_file_that_is_cut_short_is_told_as_such_and_not_as_one_student() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=40).write(&folder.path().join("oak"));
    let users = fs::read(format!("{path}/users.csv")).unwrap();
    fs::write(format!("{path}/users.csv"), &users[..users.len() / 2]).unwrap();
    let out = firstbell(&format!("check {path}")).with(1).out;
    let verdict = "Not ready: users.csv ends in the middle of a row, and everything after that is";
    assert!(out.contains(verdict), "{out}");
    assert!(out.contains(" 1. users.csv ends in the middle of a row (line 2"), "{out}");
}

#[test]
fn what_is_not_ready_ends_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
    let agreed = folder.path().join("agreed.json").to_str().unwrap().to_owned();
    firstbell(&format!("check {path} --write-baseline {agreed}")).with(0);
    let settings = folder.path().join("settings.toml").to_str().unwrap().to_owned();
    fs::write(&settings, "[scope]\nterms = { only = [\"Sumer\"] }\n").unwrap();
    let out = firstbell(&format!("check {path} --settings {settings}")).with(1).out;
    let verdict = "Not ready: the rules under scope in the settings leave out all of classes.csv.";
    assert!(out.contains(verdict), "{out}");
    assert!(out.contains("academicSessions.csv scope.terms (\"Sumer\")"), "{out}");
    let enrollments = format!("{path}/enrollments.csv");
    let text = fs::read_to_string(&enrollments).unwrap();
    fs::write(&enrollments, text.lines().next().unwrap()).unwrap();
    for words in ["", " --fail-on error"] {
        let out = firstbell(&format!("check {path}{words}")).with(1).out;
        assert!(out.contains("Not ready: enrollments.csv cannot be relied on"), "{out}");
        let matters = out.split("Also found:").next().unwrap();
        assert!(!matters.contains("without a teacher"), "{out}");
    }
    firstbell(&format!("check {path} --baseline {agreed}")).with(1);
    firstbell(&format!("check {path} --write-baseline {agreed}")).with(1);
    firstbell(&format!("check {path} --baseline {agreed}")).with(0);
    let accepted = "accept = [{ code = \"header_only\", reason = \"no classes yet\", until = \"2126-09-01\" }]\n";
    fs::write(&settings, accepted).unwrap();
    let out = firstbell(&format!("check {path} --settings {settings}")).with(0).out;
    assert!(!out.contains("Not ready"), "{out}");
}

#[test]
fn fail_on_decides_what_is_bad_enough() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of([]).write(&folder.path().join("oak"));
    // A class without students is a warning.
    firstbell(&format!("check {path}")).with(0);
    let talk = firstbell(&format!("check {path} --fail-on warning")).with(1).talk;
    assert!(talk.contains("Ends with 1: warnings count too, by --fail-on."), "{talk}");
}

#[test]
fn a_baseline_makes_one_mean_worse_than_agreed() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).enrolls(2, "c9").write(&folder.path().join("oak"));
    let baseline = folder.path().join("agreed.json").to_str().unwrap().to_owned();
    firstbell(&format!("check {path} --write-baseline {baseline}")).with(1);
    assert_snapshot!(fs::read_to_string(&baseline).unwrap());
    let words = format!("check {path} --baseline {baseline}");
    assert!(
        firstbell(&words).with(0).out.contains("Nothing is worse than the baseline has agreed.")
    );
    let report = firstbell(&format!("{words} --json")).with(0).json();
    assert_eq!(report["worse_than_baseline"], serde_json::json!([]));
    let worse = Bundle::of(1..=4).enrolls(2, "c9").enrolls(3, "c9");
    let path = worse.write(&folder.path().join("oak"));
    let out = firstbell(&format!("check {path} --baseline {baseline} -q")).with(1).out;
    assert!(
        out.contains("error    2 places in enrollments.csv, 1 agreed: a record names another"),
        "{out}"
    );
    let report = firstbell(&format!("check {path} --baseline {baseline} --json")).with(1).json();
    let worse = &report["worse_than_baseline"][0];
    assert_eq!((&worse["code"], &worse["found"]), (&"dangling_reference".into(), &2.into()));
}

#[test]
fn settings_decide_what_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=2).write(&folder.path().join("oak"));
    let settings = folder.path().join("oak.toml");
    fs::write(&settings, "trusted_identifiers = []\n").unwrap();
    let called = call(&["check", &path, "--settings", settings.to_str().unwrap(), "--json"]);
    let report = called.with(0).json();
    let codes: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert!(codes.iter().any(|code| *code == "user_without_trusted_identifier"), "{report}");
}

#[test]
fn what_the_scope_of_the_settings_leaves_out_is_counted_by_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
    let settings = folder.path().join("oak.toml");
    fs::write(&settings, "[scope]\nroles = { only = [\"teacher\"] }\n").unwrap();
    let words = ["check", &path, "--settings", settings.to_str().unwrap()];
    let out = call(&words).with(0).out;
    assert!(out.contains("every record that the settings want can be taken"), "{out}");
    assert!(out.contains("  4 users left out · the role is left out by scope.roles"), "{out}");
    let report = call(&[&words[..], &["--json"]].concat()).with(0).json();
    assert_eq!(report["left_out"]["users"]["roles"], 4, "{report}");
    assert_eq!(report["left_out"]["enrollments"]["person_left_out"], 4, "{report}");
    assert!(!firstbell(&format!("check {path}")).with(0).out.contains("left out"));
}

#[test]
fn two_files_of_one_kind_are_refused_by_name() {
    let installation = Installation::new();
    let path = Bundle::of(1..=2).write(&installation.home().join("oak"));
    let (one, other) = ("users.csv", "Users.csv");
    fs::copy(format!("{path}/{one}"), format!("{path}/{other}")).unwrap();
    for (words, code) in [
        (&["check", &path][..], 2),
        (&["plan", "oak", "--feed", &path], 1),
        (&["sync", "oak", "--feed", &path], 1),
    ] {
        let called = installation.call(words).with(code);
        assert_eq!(called.out, "");
        let told = "Error: `Users.csv` and `users.csv` are the same file of a delivery";
        assert!(called.talk.starts_with(told), "{}", called.talk);
        assert!(
            called.talk.contains("Hint: Find out which of the two is meant"),
            "{}",
            called.talk
        );
    }
}

#[test]
fn places_and_rows_are_written_beside_a_report_that_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = Bundle::of(1..=4).enrolls(2, "c9").role_of_first("wizard");
    let path = bundle.write(&folder.path().join("oak"));
    fs::write(format!("{path}/notes.csv"), "text\n").unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sarif, rows) = (at("oak.sarif"), at("bad"));
    let report = firstbell(&format!("check {path} --json")).with(1).out;
    let words = format!("check {path} --json --sarif {sarif} --bad-rows {rows}");
    let called = firstbell(&words).with(1);
    assert_eq!(called.out, report);
    assert_snapshot!(called.talk.replace(folder.path().to_str().unwrap(), "."), @r"
    2 rows of enrollments.csv and 1 row of users.csv are in ./bad, with what to do; they hold personal data. 1 finding is about whole files, headers or the manifest, and stands in the report alone.
    Every place of every finding is in ./oak.sarif.
    ");
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 4);
    assert_snapshot!(fs::read_to_string(format!("{rows}/users.csv")).unwrap(), @r#"
    line,severity,findings,what_to_do,sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
    3,error,unknown_word,A required value is none of the words that the field allows (role). Map the value to one of OneRoster's words in the export.,1,,,true,s1,wizard,u1,{SIS:1},Given1,Family1,,N-1,u1@oak.example,,,,07,
    "#);
}

#[test]
fn a_clean_delivery_has_no_bad_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
    let rows = folder.path().join("bad").to_str().unwrap().to_owned();
    let called = firstbell(&format!("check {path} --bad-rows {rows}")).with(0);
    assert_eq!(called.talk, "No row has a finding.\n");
    assert_eq!(fs::read_dir(&rows).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("oak"));
    let called = firstbell(&format!("check {path} --bad-rows {path}")).with(2);
    assert_eq!(called.out, "");
    assert!(
        called.talk.ends_with("Hint: Name a new or empty folder for the rows with findings.\n")
    );
    let other = folder.path().display();
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    let bad_rows = format!("--bad-rows {other}/notes.txt");
    for (words, told, hint) in [
        (bad_rows, "notes.txt` is no folder", "Hint: Name a new or empty folder"),
        (
            format!("--sarif {other}/none/oak.sarif"),
            "cannot write `",
            "Hint: Check that the folder is there",
        ),
    ] {
        let called = firstbell(&format!("check {path} {words}")).with(2);
        assert_eq!(called.out, "");
        assert!(called.talk.contains(told) && called.talk.contains(hint), "{}", called.talk);
    }
}

#[test]
fn identifiers_that_people_share_are_shown_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(folder.path());
    let users = fs::read_to_string(format!("{path}/users.csv")).unwrap();
    let (header, _) = users.split_once('\n').unwrap();
    let at = header.split(',').position(|name| name == "identifier").unwrap();
    let shared = users.lines().skip(1).map(|row| {
        let mut cells: Vec<_> = row.split(',').collect();
        cells[at] = "4711";
        cells.join(",")
    });
    let shared: Vec<_> = [header.to_owned()].into_iter().chain(shared).collect();
    fs::write(format!("{path}/users.csv"), shared.join("\n") + "\n").unwrap();
    let called = firstbell(&format!("check {path} --show-values"));
    let out = called.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains("users.csv:2 \"identifier 4711\""), "{out}");
}

#[test]
fn values_are_shown_where_they_are_asked_for_and_never_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).enrolls(2, "c9").role_of_first("stduent").write(folder.path());
    let users = fs::read_to_string(format!("{path}/users.csv")).unwrap();
    let long = format!("\"it's\u{1b}[31m a \"\"word\"\"\u{200b}\n{}\"", "x".repeat(50));
    let users =
        users.replace(",student,u2,", &format!(",{long},u2,")).replace(",07,\n", ",07,hunter-22\n");
    fs::write(format!("{path}/users.csv"), users).unwrap();
    let out = firstbell(&format!("check {path} --show-values")).with(1).out;
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let escaped = r#"users.csv:4 "it's\u{1b}[31m a \"word\"\u{200b}\nxxxxxxxxxxxxxxxxxxxx…" role"#;
    assert!(out.contains(escaped) && out.contains("users.csv:3 \"stduent\" role"), "{out}");
    assert!(out.contains("enrollments.csv:7 \"c9\" classSourcedId"), "{out}");
    assert!(out.contains("users.csv password") && !out.contains("hunter-22"), "{out}");
    assert!(!firstbell(&format!("check {path}")).with(1).out.contains("stduent"));
    for words in
        [format!("check {path} --show-values --json"), format!("--json check {path} --show-values")]
    {
        let called = firstbell(&words).with(2);
        let error = called.json()["error"].clone();
        assert_eq!(error, "--show-values cannot be used with --json");
    }
}

#[test]
fn what_the_district_accepts_ends_no_check_until_it_expires() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).enrolls(1, "nowhere").write(&folder.path().join("oak"));
    let settings = folder.path().join("oak.toml");
    let check = |accept: &str, code: i32| {
        fs::write(&settings, format!("accept = [{{ code = \"dangling_reference\", {accept} }}]"))
            .unwrap();
        call(&["check", &path, "--settings", settings.to_str().unwrap()]).with(code).out
    };
    call(&["check", &path]).with(1);
    let out = check("reason = \"summer school\", until = \"2999-01-01\"", 0);
    assert!(out.contains("Accepted: summer school (until 2999-01-01)."), "{out}");
    assert!(!out.contains(" 1. 1 student"), "it does not matter most: {out}");
    let out = check("reason = \"summer school\", until = \"2001-01-01\"", 1);
    let past = "Accepted no more: summer school (until 2001-01-01, which is past).";
    assert!(out.contains(past), "{out}");
    let out = check("reason = \"x\", until = \"2999-01-01\", at_most = 0", 1);
    assert!(out.contains("Accepted no more: x (in 0 places at most, of 1)."), "{out}");
    check("reason = \"x\", until = \"2999-01-01\", file = \"users.csv\"", 1);
    check("reason = \"x\", until = \"2999-01-01\", field = \"classSourcedId\", at_most = 1", 0);
}

#[test]
fn a_check_writes_nothing_into_what_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = Bundle::of(1..=4).write(&folder.path().join("day1"));
    let users = format!("{path}/users.csv");
    let before = fs::read(&users).unwrap();
    let files = || fs::read_dir(&path).unwrap().count();
    let there = files();
    for words in [
        ["check", &path, "--sarif", &users],
        ["check", &path, "--sarif", &format!("{path}/new.sarif")],
        ["check", &path, "--write-baseline", &users],
        ["check", &path, "--bad-rows", &format!("{path}/bad")],
    ] {
        let refused = call(&words).with(2).talk;
        assert!(refused.contains("is in the delivery"), "{refused}");
    }
    assert_eq!(fs::read(&users).unwrap(), before);
    assert_eq!(files(), there);
}
