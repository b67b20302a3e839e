//! What is written otherwise and has one meaning is understood, and told; what has none ends nobody.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use std::collections::BTreeMap;

use firstbell_roster::model::{Kind, Settings};
use firstbell_sync::check::check;
use firstbell_sync::report::{CheckReport, Status};
use support::bundle::Bundle;
use tempfile::TempDir;

/// A sound delivery with a manifest.
fn sound() -> Bundle {
    let mut town = Bundle::town(3);
    town.set("users", "t-s0", "email", "t-s0@example.org");
    let files = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
    town.manifest("1.1", &files.map(|file| (file, "bulk")));
    town
}

/// What a check tells of a delivery of which one file is written otherwise.
fn told(bundle: &Bundle, file: &str, change: impl FnOnce(String) -> String) -> CheckReport {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    bundle.write(&feed);
    let path = feed.join(format!("{file}.csv"));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, change(text)).unwrap();
    check(&feed, &Settings::default(), support::day(), &|_, _| ()).unwrap()
}

fn codes(report: &CheckReport) -> BTreeMap<&str, u64> {
    let mut codes = BTreeMap::new();
    for finding in &report.findings {
        *codes.entry(finding.code.as_str()).or_default() += finding.count;
    }
    codes
}

/// Fails where a finding shows what stands in a row of users.
fn shows_nobody(report: &CheckReport) {
    for finding in &report.findings {
        let shown = format!("{finding:?}");
        for value in ["Given", "p0-s0", "p1-s0", "SIS"] {
            assert!(!shown.contains(value), "{shown}");
        }
    }
}

#[test]
fn lines_end_as_most_of_them_do_whatever_one_of_them_ends_in() {
    let read = |change: &dyn Fn(String) -> String| {
        let report = told(&sound(), "users", change);
        shows_nobody(&report);
        let codes: Vec<_> = codes(&report).into_keys().map(str::to_owned).collect();
        (report.received[&Kind::User], codes)
    };
    let none: Vec<String> = Vec::new();
    let returns = |text: &str| text.replace('\n', "\r");
    assert_eq!(read(&|text| returns(&text)), (8, none.clone()));
    // The header alone ends otherwise, as where it was written by another program.
    assert_eq!(read(&|text| text.replacen('\n', "\r", 1)), (8, none.clone()));
    assert_eq!(read(&|text| returns(&text).replacen('\r', "\n", 1)), (8, none));
    let (received, codes) = read(&|text| returns(&text).replacen(",Given,", ",Gi\nven,", 1));
    assert_eq!((received, codes), (8, vec!["control_characters".to_owned()]));
    // Of two rows that run together, nobody can tell whose values are whose.
    let second = |text: String, from: char, to: &str| {
        let (header, rows) = text.split_once(from).unwrap();
        format!("{header}{from}{}", rows.replacen(from, to, 1))
    };
    for (received, codes) in
        [read(&|text| second(text, '\n', "\r")), read(&|text| second(returns(&text), '\r', "\n"))]
    {
        assert_eq!(received, 7);
        assert!(codes.contains(&"rows_run_together".to_owned()), "{codes:?}");
    }
}

#[test]
fn what_rows_show_under_a_header_that_is_not_theirs_is_not_told() {
    let semicolons = |text: String| {
        let (header, rows) = text.split_once('\n').unwrap();
        format!("{}\n{rows}", header.replace(',', ";"))
    };
    let headless = |text: String| text.split_once('\n').unwrap().1.to_owned();
    let cut = |text: String| text.get(..text.len() - 40).unwrap().to_owned();
    for (change, code) in [
        (&semicolons as &dyn Fn(String) -> String, "header_apart"),
        (&headless, "header_missing"),
        (&cut, "file_incomplete"),
    ] {
        let report = told(&sound(), "users", change);
        let of_users = report.findings.iter().filter(|one| {
            one.examples.iter().any(|place| place.file == "users.csv" && place.line > 1)
        });
        let of_users: Vec<_> = of_users.map(|one| one.code.as_str()).collect();
        assert!(of_users.is_empty() || of_users == ["file_incomplete"], "{code}: {of_users:?}");
        assert_eq!(codes(&report).get(code), Some(&1), "{:?}", codes(&report));
    }
}

#[test]
fn a_name_with_lines_in_it_is_shown_to_nobody() {
    let open =
        |text: String| text.replacen(",password", ",\"password", 1).replacen("Given", "\"Given", 1);
    let report = told(&sound(), "users", open);
    shows_nobody(&report);
    assert_eq!(codes(&report).get("header_apart"), Some(&1), "{:?}", codes(&report));
    let long = "Given".repeat(20);
    let report = told(&sound(), "users", |text| text.replacen("middleName", &long, 1));
    shows_nobody(&report);
    assert_eq!(codes(&report), BTreeMap::from([("unknown_column", 1)]));
    let report = told(&sound(), "users", |text| text.replacen("middleName", "\"middle\nName\"", 1));
    assert_eq!(codes(&report), BTreeMap::from([("column_spelling", 1)]));
}

#[test]
fn a_first_row_on_the_line_of_the_header_is_shown_to_nobody() {
    let apart = BTreeMap::from([("header_apart", 1)]);
    let fused = |text: &str, with: &str| text.replacen('\n', with, 1);
    let quoted = |text: String| {
        let quote = |line: &str| format!("\"{}\"", line.replace(',', "\",\""));
        text.lines().map(quote).collect::<Vec<_>>().join("\n") + "\n"
    };
    for with in ["", ","] {
        let report = told(&sound(), "users", |text| fused(&text, with));
        shows_nobody(&report);
        assert_eq!(codes(&report).get("header_apart"), Some(&1), "{:?}", codes(&report));
        let report = told(&sound(), "users", |text| fused(&quoted(text), with));
        shows_nobody(&report);
        assert_eq!(codes(&report).get("header_apart"), Some(&1), "{:?}", codes(&report));
        // Where that row is the only one, nothing else tells how many cells a row has.
        let one =
            |text: String| fused(&text, with).lines().next().unwrap_or_default().to_owned() + "\n";
        let report = told(&sound(), "users", one);
        shows_nobody(&report);
        assert_eq!(codes(&report).get("header_apart"), apart.get("header_apart"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_lacking_from_a_file_of_unclear_mode_stays() {
    let files = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
    for (mode, ended, code) in [
        ("bulk", 1, ""),
        ("Full", 1, "word_meant"),
        ("BULK", 1, "word_spelling"),
        ("Incremental", 0, "word_meant"),
        ("weekly", 0, "unknown_mode"),
    ] {
        let (folder, hub, mut town) = support::town().await;
        town.leave("p3-s0").user("new", "student", "s0").enroll("a-s0", "new", "student");
        town.manifest("1.1", &files.map(|file| (file, mode)));
        let report = support::night(&hub, &folder, &town, 1).await;
        assert_eq!(report.departures[&Kind::User].ended, ended, "{mode}");
        assert_eq!(report.outcomes[&Kind::User].create, 1, "{mode}");
        for told in ["word_meant", "word_spelling", "unknown_mode"] {
            let times = if told == code { 6 } else { 0 };
            assert_eq!(support::found(&report, told), times, "{mode}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_cannot_be_read_ends_nobody() {
    let line = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    for (manifest, ended, unreadable) in [
        (vec![line(&["oneroster.version", "1.1"])], 1, 0),
        (vec![line(&["Not found, sorry"])], 0, 1),
        (vec![line(&["oneroster.version", "1.1"]), line(&["the users", "delta"])], 0, 0),
    ] {
        let (folder, hub, mut town) = support::town().await;
        town.leave("p3-s0").files.insert("manifest".to_owned(), manifest);
        let report = support::night(&hub, &folder, &town, 1).await;
        assert_eq!(report.departures[&Kind::User].ended, ended);
        assert_eq!(support::found(&report, "manifest_unreadable"), unreadable);
        let undeclared = if ended == 1 { 6 } else { 0 };
        assert_eq!(support::found(&report, "undeclared_file"), undeclared);
        let unclear = if ended + unreadable == 0 { 6 } else { 0 };
        assert_eq!(support::found(&report, "unknown_mode"), unclear);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_first_in_dates_is_told_by_those_that_can_be_read_in_one_way() {
    let named = |year: (&str, &str), seats: [&str; 2]| {
        let mut town = Bundle::town(3);
        town.set("academicSessions", "y", "startDate", year.0);
        town.set("academicSessions", "y", "endDate", year.1);
        for (number, seat) in seats.into_iter().enumerate() {
            town.set("enrollments", &format!("a-s0_p{number}-s0"), "beginDate", seat);
        }
        town
    };
    for (year, seats, days, left_out, begins) in [
        // A row of the file itself shows it.
        (("2026-08-01", "2027-06-30"), ["3/9/2026", "14/9/2026"], 1, 0, "2026-09-03"),
        (("1/8/2026", "30/6/2027"), ["9/3/2026", "9/14/2026"], 1, 0, "2026-09-03"),
        // Another file does.
        (("1/8/2026", "30/6/2027"), ["3/9/2026", "4/9/2026"], 2, 0, "2026-09-03"),
        // Nothing does, or the file contradicts itself.
        (("2026-08-01", "2027-06-30"), ["9/3/2026", "9/4/2026"], 0, 0, "2026-09-03"),
        (("2026-08-01", "2027-06-30"), ["9/14/2026", "14/9/2026"], 0, 1, "2026-09-14"),
    ] {
        let folder = TempDir::new().unwrap();
        let hub = support::hub(folder.path()).await;
        hub.save_settings("oak", "first_plan = \"hold\"", &support::context(0)).await.unwrap();
        let report = support::sync(&hub, folder.path(), &named(year, seats), 0).await;
        assert_eq!(support::found(&report, "days_come_first"), days, "{seats:?}");
        assert_eq!(support::found(&report, "invalid_optional_date"), left_out, "{seats:?}");
        // What was kept of it is read alike.
        let approved = hub.approve("oak", None, &support::context(0)).await.unwrap();
        assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
        let out = folder.path().join("out");
        hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
        let text = std::fs::read_to_string(out.join("enrollments.csv")).unwrap();
        let row = text.lines().find(|row| row.contains("a-s0_p0-s0")).unwrap();
        assert!(row.contains(begins), "{row}");
    }
}

#[test]
fn blanks_before_quotation_marks_are_read_over_and_told() {
    let quoted = |text: String, between: &str| {
        let line = |line: &str| {
            let cells: Vec<_> = line.split(',').map(|cell| format!("\"{cell}\"")).collect();
            cells.join(between)
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
    };
    assert_eq!(codes(&told(&sound(), "users", |text| quoted(text, ","))), BTreeMap::new());
    let report = told(&sound(), "users", |text| quoted(text, ", "));
    assert_eq!(codes(&report), BTreeMap::from([("blank_before_quote", 8)]));
    // A blank before a value, and marks inside one, are nothing to speak of.
    let inside = |text: String| text.replace(",Given,", ", Given \"Gi\",");
    assert_eq!(codes(&told(&sound(), "users", inside)), BTreeMap::new());
}

#[test]
fn a_row_with_values_beyond_the_header_is_never_taken() {
    let shifted = |rows: usize, blank: &str| {
        let mut town = sound();
        let classes = town.files.get_mut("classes").unwrap();
        classes.iter_mut().skip(1).for_each(|row| *row.last_mut().unwrap() = "1".to_owned());
        let report = told(&town, "classes", |text| {
            text.replacen(",a-s0,", &format!(",Algebra,{blank}Grade 5,"), rows)
        });
        codes(&report).get("too_many_cells").copied()
    };
    assert_eq!([shifted(1, ""), shifted(1, " ")], [Some(1); 2]);
    assert_eq!(shifted(0, ""), None);
}
