//! `plans`, and those who count what waits.

use crate::bundle::Bundle;
use crate::call::Installation;
use crate::flow::feed;

#[test]
fn what_waits_is_listed_with_its_reasons_and_what_to_do() {
    let installation = Installation::new();
    let plans = |words: &[&str]| installation.call(&[&["plans", "oak"], words].concat()).with(0);
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    assert_eq!(plans(&[]).out, "No plan waits.\n");
    feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    let held = plans(&[]).out;
    assert!(held.starts_with("Plan 2, on hold: 40 changes of delivery 2 (day2), made "), "{held}");
    assert!(held.contains("  - 20 of 41 people of Adams Elementary School would"), "{held}");
    assert!(held.contains("approve oak --plan 2 --drop --reason TEXT  to drop it"), "{held}");
    let report = plans(&["--json"]).json();
    assert_eq!(
        (&report["plans"][0]["plan"], &report["plans"][0]["status"]),
        (&2.into(), &"held".into())
    );
    let list = installation.call(&["district", "list"]).with(0).out;
    assert!(list.contains("operation 1  1 plan waits"), "{list}");
    feed(&installation, "plan", "day3", &Bundle::of(1..=41), 0);
    let planned = plans(&[]).out;
    assert!(planned.starts_with("Plan 3, not applied yet: 2 changes"), "{planned}");
    assert!(planned.contains("apply oak --plan 3") && planned.contains("Plan 2"), "{planned}");
    let doctor = installation.call(&["doctor"]).with(0).out;
    assert!(doctor.contains("2 plans wait; `firstbell plans oak` lists them"), "{doctor}");
    feed(&installation, "sync", "day3", &Bundle::of(1..=41), 0);
    assert_eq!(plans(&[]).out, "No plan waits.\n");
}

#[test]
fn a_list_of_what_waits_is_written_edited_and_fed_back() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    let list = installation.home().join("list.csv");
    let path = list.to_str().unwrap();
    let approve = |words: &[&str], code: i32| {
        installation.call(&[&["approve", "oak"], words].concat()).with(code)
    };
    let written = approve(&["--write-list", path], 0).out;
    assert!(written.starts_with("Written: 40 changes of plan 2 to "), "{written}");
    let text = std::fs::read_to_string(&list).unwrap();
    assert_eq!(text.lines().nth(1).unwrap(), FIRST_CHANGE);
    approve(&["--write-list", path], 2);
    let unmarked = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
    assert!(unmarked.contains("nothing is marked"), "{unmarked}");
    let edited = text.replace("\n,2,", "\nno,2,").replacen("no,2,1,", "yes,2,1,", 1);
    for (from, to, told) in [
        ("no,2,2,", "perhaps,2,2,", "line 3: `perhaps` is neither yes nor no"),
        ("yes,2,1,", "perhaps,2,1,", "line 2: `perhaps` is neither yes nor no"),
        ("no,2,2,", "no,3,2,", "has changes of several plans"),
        ("no,2,2,", "yes,2,two,", "line 3: `two` is no number"),
        ("approve,", "accept,", "has no column `approve`"),
        ("approve,", "approve,approve,", "has the column `approve` twice"),
        ("no,2,2,", "no,2,1,", "says both yes and no to change 1"),
        ("no,2,40,", "no,2,40,\"", "ends in the middle of a row"),
        ("no,2,2,users,end,", "yes,2,1,users,end,", "line 3 has change 1 once more"),
    ] {
        std::fs::write(&list, edited.replace(from, to)).unwrap();
        let refused = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
        assert!(refused.contains(told), "{refused}");
    }
    let cut = edited.rsplit_once(',').unwrap().0;
    std::fs::write(&list, cut).unwrap();
    let refused = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
    assert!(refused.contains("ends in the middle of a row, line 41"), "{refused}");
    std::fs::write(&list, [&b"\xff\xfe"[..], edited.as_bytes()].concat()).unwrap();
    let refused = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
    assert!(refused.contains("is not UTF-8"), "{refused}");
    std::fs::write(&list, edited.replace("yes,2,1,", "yes,2,99,")).unwrap();
    let refused = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
    assert!(refused.contains("`99` is none of the 40 changes"), "{refused}");
    std::fs::write(&list, &edited).unwrap();
    let refused = approve(&["--list", path, "--reason", "checked", "--yes"], 2).talk;
    assert!(refused.contains("says no to what is needed by"), "{refused}");
    // As spreadsheets of many countries write it.
    let edited = edited.replace("\nno,", "\n,").replace(',', ";");
    std::fs::write(&list, edited).unwrap();
    approve(&["--list", path, "--plan", "1", "--reason", "checked", "--yes"], 2);
    let report = approve(&["--list", path, "--reason", "checked", "--yes", "--json"], 3).json();
    assert_eq!((&report["operation"], &report["changes"]), (&2.into(), &2.into()), "{report}");
    let stale = approve(&["--list", path, "--reason", "checked", "--yes"], 1).talk;
    assert!(
        stale
            .contains("plan `2` is applied, by operation 2; what was left of it waits as plan `3`"),
        "{stale}"
    );
    let like = ["--only", "kind=users,action=create", "--reason", "checked", "--yes"];
    let refused = approve(&like, 2).talk;
    assert!(refused.contains("none of the 38 changes of this plan is like"), "{refused}");
    let like = ["--only", "school=Adams Elementary School", "--reason", "checked", "--yes"];
    approve(&like, 0);
}

const FIRST_CHANGE: &str = ",2,1,users,end,21,Given21 Family21,Adams Elementary School,the complete file no longer has the record,,";

#[test]
fn an_approval_that_nobody_confirms_says_so_and_nothing_else() {
    let installation = Installation::new();
    feed(&installation, "sync", "day1", &Bundle::of(1..=40), 0);
    feed(&installation, "sync", "day2", &Bundle::of(1..=20), 3);
    let refused = installation.call(&["approve", "oak", "--reason", "meant"]).with(2);
    let told = "Error: approving needs a yes, and nobody can be asked here\nHint: Add --yes.\n";
    assert_eq!((refused.out.as_str(), refused.talk.as_str()), ("", told));
    let refused = installation.call(&["approve", "oak", "--reason", "no", "--drop"]).with(2);
    assert!(refused.talk.starts_with("Error: dropping needs a yes"), "{}", refused.talk);
}

#[test]
fn an_override_without_a_reason_is_refused() {
    let installation = Installation::new();
    let path = Bundle::of(1..=4).write(&installation.home().join("day1"));
    for reason in ["", "  "] {
        for command in ["plan", "sync"] {
            let words = [command, "oak", "--feed", &path, "--override-identity", reason];
            let refused = installation.call(&words).with(2);
            assert!(refused.talk.starts_with("Error: the reason is empty\n"), "{}", refused.talk);
        }
    }
}
