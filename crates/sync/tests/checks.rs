//! Each check fires, and stays silent on a sound delivery.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    clippy::too_many_lines,
    clippy::assigning_clones,
    clippy::semicolon_if_nothing_returned,
    reason = "a test fails where something is wrong, and says what it skips"
)]

#[path = "checks/changes.rs"]
mod changes;
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use changes::{FILES, changes};
use firstbell_roster::check::table;
use firstbell_roster::model::{Kind, Settings};
use firstbell_sync::check::check;
use firstbell_sync::report::Status;
use support::bundle::Bundle;
use support::{context, found, hub, options, sync, trips};
use tempfile::TempDir;

/// A sound delivery with a manifest.
fn sound() -> Bundle {
    let mut town = Bundle::town(3);
    town.set("users", "t-s0", "email", "t-s0@example.org");
    town.manifest("1.1", &FILES.map(|file| (file, "bulk")));
    town
}

fn codes(feed: &Path) -> BTreeMap<String, u64> {
    let report = check(feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    let mut codes = BTreeMap::new();
    for finding in report.findings {
        *codes.entry(finding.code).or_default() += finding.count;
    }
    codes
}

#[test]
fn each_check_fires_and_a_sound_delivery_is_silent() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound().write(&feed);
    assert_eq!(codes(&feed), BTreeMap::new());
    for (code, count, change) in changes() {
        let mut bundle = sound();
        change(&mut bundle);
        bundle.write(&feed);
        assert_eq!(codes(&feed).get(code), Some(&count), "{code}: {:?}", codes(&feed));
    }
}

/// Checks that need bytes, a second night or 1.2 have tests of their own below.
#[test]
fn every_check_has_a_test() {
    let elsewhere = [
        "refers_to_departed",
        "file_incomplete",
        "cell_too_long",
        "rows_run_together",
        "not_utf8",
        "stray_quote",
        "blank_before_quote",
        "user_without_role",
        "file_in_folder",
        "declared_absent",
        "time_zone_not_set",
        "absent_but_named",
        "mapped_to_no_school",
        "scope_names_nothing",
        "scope_takes_nothing",
        "setting_names_nobody",
        "header_apart",
        "not_csv",
        "file_name",
        "setting_names_no_column",
        "other_separator",
        "utf16",
        "nested_zip",
        "follows_1_0",
        "leading_zeros_lost",
        "shared_email",
        "shared_username",
        "people_look_alike",
    ];
    let tested: Vec<_> = changes().iter().map(|(code, _, _)| *code).chain(elsewhere).collect();
    for check in table::ALL {
        assert!(tested.contains(&check.code), "{} has no test", check.code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_is_needed_that_came_before_or_where_changes_alone_come() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    sync(&hub, folder.path(), &sound(), 0).await;
    let mut people = sound();
    people.files.retain(|file, _| file == "users");
    people.manifest("1.1", &[("users", "bulk")]);
    let report = sync(&hub, folder.path(), &people, 1).await;
    assert_eq!(found(&report, "needed_file_missing"), 0);
    people.manifest("1.1", &[("users", "delta")]);
    people.write(&folder.path().join("feed"));
    assert!(!codes(&folder.path().join("feed")).contains_key("needed_file_missing"));
}

#[test]
fn an_unquoted_comma_is_seen_though_nothing_stands_beyond_the_columns() {
    let add = |row: &str, end: &str| {
        with_bytes(|bytes| {
            let mut text = String::from_utf8(bytes).unwrap().replace('\n', &format!("{end}\n"));
            text.push_str(row);
            text.into_bytes()
        })
    };
    let shifted = "x,,,Algebra, Grade 5,,k-s0,,scheduled,,s0,y,,,\n";
    assert_eq!(add(shifted, "").get("too_many_cells"), Some(&1));
    assert_eq!(add(&shifted.replace(", ", ","), "").get("blank_cells"), Some(&1));
    let sound = "x,,,Algebra,,k-s0,,scheduled,,s0,y,,,,,\n";
    let alike = add(sound, ",,");
    assert_eq!((alike.get("blank_cells"), alike.get("too_many_cells")), (None, None));
    assert_eq!(add(&shifted.replace('\n', ",,\n"), ",,").get("too_many_cells"), Some(&1));
}

fn with_bytes(change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> BTreeMap<String, u64> {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound().write(&feed);
    let path = feed.join("classes.csv");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, change(bytes)).unwrap();
    codes(&feed)
}

#[test]
fn bytes_that_are_not_what_they_should_be() {
    let replace = |bytes: Vec<u8>, from: &[u8], to: &[u8]| {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        [&bytes[..at], to, &bytes[at + from.len()..]].concat()
    };
    assert_eq!(with_bytes(|bytes| replace(bytes, b",a-s0,", b",Caf\xe9,"))["not_utf8"], 1);
    assert_eq!(with_bytes(|bytes| replace(bytes, b",a-s0,", b",\"a\"b,"))["stray_quote"], 1);
    assert_eq!(with_bytes(|bytes| replace(bytes, b",a-s0,", b",\"a-s0,"))["file_incomplete"], 1);
    let cut = with_bytes(|bytes| bytes[..bytes.len() - 20].to_vec());
    assert_eq!(cut["file_incomplete"], 1);
    assert!(!with_bytes(|bytes| bytes[..bytes.len() - 1].to_vec()).contains_key("file_incomplete"));
    let marked = with_bytes(|bytes| [b"\xef\xbb\xbf".to_vec(), bytes].concat());
    assert_eq!(marked, BTreeMap::new(), "a byte order mark is nothing to speak of");
    let old_mac = with_bytes(|bytes| {
        bytes.into_iter().map(|byte| if byte == b'\n' { b'\r' } else { byte }).collect()
    });
    assert_eq!(old_mac, BTreeMap::new());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let semicolons = with_bytes(|bytes| text(bytes).replace(',', ";").into_bytes());
    assert_eq!(semicolons, BTreeMap::from([("other_separator".to_owned(), 1)]));
    let bars = with_bytes(|bytes| text(bytes).replace(',', "|").into_bytes());
    assert_eq!(bars, BTreeMap::from([("other_separator".to_owned(), 1)]));
    let told =
        with_bytes(|bytes| format!("sep=\t\n{}", text(bytes).replace(',', "\t")).into_bytes());
    assert_eq!(told, BTreeMap::from([("other_separator".to_owned(), 1)]));
    let wide = with_bytes(|bytes| {
        let units = text(bytes);
        let units = units.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xff\xfe".iter().copied().chain(units).collect()
    });
    assert_eq!(wide, BTreeMap::from([("utf16".to_owned(), 1)]));
    let hidden =
        with_bytes(|bytes| text(bytes).replace("title", "\u{200b}title\u{a0}").into_bytes());
    assert_eq!(hidden, BTreeMap::from([("column_spelling".to_owned(), 1)]));
}

#[test]
fn a_header_that_does_not_fit_its_rows_is_told_and_nothing_is_read_by_it() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let written = |header: &dyn Fn(&str) -> String, rows: &dyn Fn(&str) -> String| {
        sound().write(&feed);
        let path = feed.join("users.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        let (names, rest) = text.split_once('\n').unwrap();
        std::fs::write(&path, format!("{}\n{}", header(names), rows(rest))).unwrap();
        codes(&feed)
    };
    let same = |text: &str| text.to_owned();
    let semicolons = |text: &str| text.replace(',', ";");
    let in_part = |text: &str| text.replacen(',', ";", 9);
    let quoted = |text: &str| format!("\"{text}\"");
    let colons = |text: &str| text.replace(',', ":");
    let rows_quoted = |text: &str| {
        let quoted = |row: &str| format!("\"{}\"\n", row.replace('"', "\"\""));
        text.lines().map(quoted).collect::<Vec<_>>().concat()
    };
    // A list with a comma makes some of the rows wider than the others.
    let tabs = |text: &str| text.replace(',', "\t").replacen("\tstudent", "\tstudent,x", 1);
    let comma_inside = |text: &str| text.replace("middleName", "Name, middle");
    let other = |text: &str| text.replace("middleName", "\"Name, middle\"");
    for (header, rows) in [
        (&semicolons as &dyn Fn(&str) -> String, &same as &dyn Fn(&str) -> String),
        (&same, &semicolons),
        (&same, &tabs),
        (&same, &rows_quoted),
        (&in_part, &same),
        (&quoted, &same),
        (&colons, &colons),
        (&comma_inside, &same),
    ] {
        let found = written(header, rows);
        assert_eq!(found.get("header_apart"), Some(&1), "{found:?}");
        assert_eq!(found.get("missing_column"), None, "{found:?}");
    }
    let unknown = [("unknown_column".to_owned(), 1)];
    assert_eq!(written(&other, &same), BTreeMap::from(unknown));
    let commas = |text: &str| semicolons(text).replace("middleName", "a,b,c,d,e,f,g,h,i,j,k,l,m,n");
    let [one] = [("unknown_column".to_owned(), 1)];
    let read = BTreeMap::from([one, ("other_separator".to_owned(), 1)]);
    assert_eq!(written(&commas, &semicolons), read, "what parts the names is what counts");
}

#[test]
fn a_zip_inside_is_not_opened() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound().write(&feed);
    std::fs::write(feed.join("more.ZIP"), "whatever").unwrap();
    assert_eq!(codes(&feed), BTreeMap::from([("nested_zip".to_owned(), 1)]));
}

#[test]
fn the_names_of_1_0_are_read_without_a_word() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound();
    town.files.remove("manifest");
    let renamed = [
        ("users", "userIds", "userId"),
        ("users", "agentSourcedIds", "agents"),
        ("classes", "grades", "grade"),
        ("classes", "termSourcedIds", "termSourcedId"),
        ("courses", "schoolYearSourcedId", "schoolYearId"),
    ];
    for (file, from, to) in renamed {
        let header = &mut town.files.get_mut(file).unwrap()[0];
        header.iter_mut().filter(|name| *name == from).for_each(|name| to.clone_into(name));
    }
    for (file, name) in [("users", "enabledUser"), ("academicSessions", "schoolYear")] {
        let rows = town.files.get_mut(file).unwrap();
        let at = rows[0].iter().position(|column| column == name).unwrap();
        for row in rows {
            row.remove(at);
        }
    }
    town.user("gone", "guardian", "s0").set("users", "gone", "status", "inactive");
    town.write(&feed);
    let report = check(&feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    assert_eq!(report.about.format, "OneRoster CSV 1.0");
    let found = codes(&feed);
    let expected = ["follows_1_0", "no_manifest"].map(|code| (code.to_owned(), 1));
    assert_eq!(found, BTreeMap::from(expected));
}

/// A quotation mark before the first person's given name that is never closed, and more behind
/// it than is read of one value.
fn never_closed(users: &str) -> String {
    let open = users.replacen(",Given", ",\"Given", 1);
    assert_ne!(open, users);
    format!("{open}{}", "one more line of the file\n".repeat(400_000))
}

#[test]
fn a_value_without_end_is_named_with_its_line() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    sound().write(&feed);
    let path = feed.join("users.csv");
    let users = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, never_closed(&users)).unwrap();
    let report = check(&feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    let found = |code| report.findings.iter().find(|finding| finding.code == code);
    assert!(found("file_incomplete").is_none());
    let place = &found("cell_too_long").unwrap().examples[0];
    assert_eq!((place.file.as_str(), place.line), ("users.csv", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_without_end_ends_nobody() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let town = Bundle::town(30);
    sync(&hub, folder.path(), &town, 0).await;
    let feed = folder.path().join("feed");
    town.write(&feed);
    let path = feed.join("users.csv");
    let users = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, never_closed(&users)).unwrap();
    let held = hub.sync("oak", &feed, &options(), &context(1)).await.unwrap();
    assert_eq!((held.status, trips(&held)), (Status::Held, vec!["file_incomplete"]));
    assert_eq!(held.outcomes[&Kind::User].received, 1, "the rest of the file is not read");
    assert_eq!(held.departures[&Kind::User].held, 0);
    // What is kept of the delivery reads the same.
    let approved = hub.approve("oak", None, &context(1)).await.unwrap();
    assert_ne!(approved.status, Status::Refused, "{:?}", approved.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_night_shows() {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    let mut town = Bundle::town(30);
    sync(&hub, folder.path(), &town, 0).await;
    town.remove("users", "p0-s0");
    let report = sync(&hub, folder.path(), &town, 1).await;
    assert_eq!(found(&report, "refers_to_departed"), 2);
    assert_eq!(report.outcomes[&firstbell_roster::model::Kind::Enrollment].held, 2);
    assert_eq!(found(&report, "time_zone_not_set"), 1);
    hub.save_settings("oak", "time_zone = \"America/Chicago\"", &context(1)).await.unwrap();
    let report = sync(&hub, folder.path(), &town, 2).await;
    assert_eq!(found(&report, "time_zone_not_set"), 0);
}

#[test]
fn a_header_alone_is_nothing_where_no_feature_uses_the_file() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound();
    let header = ["sourcedId", "status", "dateLastModified", "title"].map(str::to_owned).to_vec();
    town.files.insert("categories".to_owned(), vec![header]);
    town.manifest(
        "1.1",
        &[&FILES.map(|file| (file, "bulk"))[..], &[("categories", "bulk")]].concat(),
    );
    town.write(&feed);
    let report = check(&feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.received[&Kind::Category], 0);
}

#[test]
fn roles_in_a_file_of_their_own() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = sound();
    town.manifest("1.2", &[&FILES.map(|file| (file, "bulk"))[..], &[("roles", "bulk")]].concat());
    for row in town.files.get_mut("users").unwrap() {
        row.drain(4..6);
    }
    for (user, school) in ["s0", "s1"]
        .iter()
        .flat_map(|school| (0..3).map(move |n| (format!("p{n}-{school}"), *school)))
    {
        town.row(
            "roles",
            &format!("r-{user}"),
            &[
                ("userSourcedId", &user),
                ("roleType", "primary"),
                ("role", "student"),
                ("orgSourcedId", school),
            ],
        );
    }
    town.write(&feed);
    let codes = codes(&feed);
    assert_eq!(codes, BTreeMap::from([("user_without_role".to_owned(), 2)]));
}

#[test]
fn a_folder_inside_is_read() {
    let folder = TempDir::new().unwrap();
    sound().write(&folder.path().join("outer/inner"));
    let outer = folder.path().join("outer");
    assert_eq!(codes(&outer)["file_in_folder"], 1);
    // What stands beside the folder does not hide it.
    std::fs::write(outer.join("again.zip"), "whatever").unwrap();
    std::fs::write(outer.join("notes.xlsx"), "whatever").unwrap();
    assert_eq!(codes(&outer)["file_in_folder"], 1);
}

#[test]
fn what_stands_before_a_header_or_behind_it_refuses_no_file() {
    let before = |blank: &str| with_bytes(|bytes| [blank.as_bytes(), &bytes].concat());
    assert_eq!(["\n", "\r\n\r\n"].map(before), [BTreeMap::new(), BTreeMap::new()]);
    let nameless = with_bytes(|bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines();
        let header = format!("{},", lines.next().unwrap());
        let rows = lines.map(|line| format!("{line},more"));
        let all: Vec<_> = std::iter::once(header).chain(rows).collect();
        (all.join("\n") + "\n").into_bytes()
    });
    assert_eq!(nameless, BTreeMap::from([("blank_column".to_owned(), 1)]));
}

#[test]
fn the_files_tell_who_has_which_role_whatever_the_manifest_says() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    for (version, apart) in [("1.2", false), ("1.1", true)] {
        let mut bundle = sound();
        let mut files = FILES.map(|file| (file, "bulk")).to_vec();
        if apart {
            bundle.roles_apart();
            files.push(("roles", "bulk"));
        }
        bundle.manifest(version, &files).write(&feed);
        assert_eq!(codes(&feed), BTreeMap::from([("version_disagrees".to_owned(), 1)]));
    }
}

#[test]
fn a_file_without_a_header_tells_nobodys_values() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut bundle = sound();
    let users = bundle.files.get_mut("users").unwrap();
    users.remove(0);
    let values: Vec<_> = users.iter().flatten().filter(|value| value.len() > 3).cloned().collect();
    bundle.write(&feed);
    let report = check(&feed, &Settings::default(), support::day(), &|_, _| ()).unwrap();
    let told = serde_json::to_string(&report).unwrap();
    let words = ["true", "student", "teacher", "Given"];
    for value in values.iter().filter(|value| !words.contains(&value.as_str())) {
        assert!(!told.contains(value.as_str()), "{value}");
    }
}

#[test]
fn the_settings_say_how_many_classes_a_school_has() {
    let folder = TempDir::new().unwrap();
    let feed = folder.path().join("feed");
    let mut town = Bundle::town(100);
    for number in 0..7 {
        town.class(&format!("x{number}-s0"), "s0");
    }
    town.write(&feed);
    let told = |settings: &str| {
        let settings = Settings::parse(settings).unwrap();
        let report = check(&feed, &settings, support::day(), &|_, _| ()).unwrap();
        let found = |code| report.findings.iter().find(|finding| finding.code == code);
        let count = |code| found(code).map_or(0, |finding| finding.count);
        (count("school_with_many_classes"), count("school_with_few_classes"))
    };
    let most = i64::MAX;
    assert_eq!(told(""), (1, 0));
    assert_eq!(told("expect.classes_per_teacher = 9"), (0, 0));
    assert_eq!(told("expect = { classes_per_teacher = 9, classes_per_100_students = 8 }"), (1, 0));
    assert_eq!(
        told("expect = { classes_per_teacher = 9, least_classes_per_100_students = 3 }"),
        (0, 1)
    );
    let absurd =
        format!("expect = {{ classes_per_teacher = {most}, classes_per_100_students = {most} }}");
    assert_eq!(told(&absurd), (0, 0));
    assert_eq!(told(&format!("expect.least_classes_per_100_students = {most}")), (1, 2));
}
