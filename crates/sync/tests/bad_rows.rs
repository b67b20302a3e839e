//! The rows with findings as they were sent, and the values at the places of findings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_roster::check::table;
use firstbell_sync::check::BadRowsError;
use support::bundle::Bundle;
use support::marred::{PERSON, checked, marred, read};

/// The rows of a file with bad rows, by column.
fn bad(folder: &Path, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(folder.join(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let named = |row: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|row| named(row.unwrap())).collect()
}

#[test]
fn bad_rows_have_what_to_do_before_the_cells_as_they_were_sent() {
    let mut town = Bundle::town(3);
    town.set("users", "p1-s0", "role", "wizard").set("users", "p1-s0", "familyName", "");
    town.set("users", "p1-s0", "givenName", "=HYPERLINK(\"x\")\nb");
    town.set("users", "p1-s0", "password", "secret");
    let (folder, delivery) = checked(&town);
    let out = folder.path().join("new/bad");
    let written = delivery.bad_rows(&out).unwrap();
    let counts: Vec<_> = written.rows.iter().map(|(file, rows)| (file.as_str(), *rows)).collect();
    assert_eq!(counts, [("enrollments.csv", 2), ("users.csv", 1)]);
    let report = delivery.report();
    let elsewhere = report.findings.iter().filter(|one| one.examples[0].line < 2);
    assert_eq!(written.elsewhere, elsewhere.map(|one| one.count).sum::<u64>());
    let rows = bad(&out, "users.csv");
    let row = &rows[0];
    assert_eq!(row["line"], "4");
    assert_eq!(row["severity"], "error");
    assert_eq!(row["findings"], "missing_value; unknown_word; control_characters");
    assert!(
        row["what_to_do"].contains("A required value is missing (familyName). Fill the field"),
        "{row:?}"
    );
    assert_eq!(row["sourcedId"], "p1-s0");
    assert_eq!(row["givenName"], "=HYPERLINK(\"x\")\nb");
    assert_eq!((row["role"].as_str(), row["password"].as_str()), ("wizard", ""));
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 2);
    assert!(matches!(delivery.bad_rows(&out), Err(BadRowsError::Write { .. })));
}

#[test]
fn bad_rows_are_found_however_the_file_is_written() {
    let mut town = Bundle::town(3);
    town.set("users", "p1-s0", "role", "wizard");
    town.set("users", "p0-s0", "middleName", "two\nlines");
    town.set("users", "p1-s0", "givenName", "Zoë");
    let (folder, _) = checked(&town);
    let feed = folder.path().join("feed");
    let text = std::fs::read_to_string(feed.join("users.csv")).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [(&str, Vec<u8>); 5] = [
        ("plain", text.clone().into_bytes()),
        ("semicolons", text.replace(',', ";").into_bytes()),
        ("UTF-16", [b"\xff\xfe", utf16.as_slice()].concat()),
        ("Windows-1252", text.chars().map(|mark| u8::try_from(mark).unwrap()).collect()),
        ("CR", text.replace("\r\n", "\n").replace('\n', "\r").into_bytes()),
    ];
    for (form, bytes) in forms {
        std::fs::write(feed.join("users.csv"), bytes).unwrap();
        let out = folder.path().join(form);
        read(&feed).bad_rows(&out).unwrap();
        let rows = bad(&out, "users.csv");
        let row = rows.iter().find(|row| row["findings"].contains("unknown_word")).expect(form);
        let told = [&row["line"], &row["sourcedId"], &row["givenName"], &row["role"]];
        assert_eq!(told, ["5", "p1-s0", "Zoë", "wizard"], "{form}");
    }
}

#[test]
fn a_sound_delivery_has_no_bad_rows() {
    let (folder, delivery) = checked(&Bundle::town(3));
    let out = folder.path().join("bad");
    assert_eq!(delivery.bad_rows(&out).unwrap().rows, BTreeMap::new());
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
}

#[test]
fn what_firstbell_writes_in_bad_rows_is_no_formula() {
    for check in table::ALL {
        assert!(check.code.starts_with(char::is_alphabetic), "{}", check.code);
        assert!(check.sentence.starts_with(char::is_alphabetic), "{}", check.code);
    }
}

#[test]
fn values_are_those_of_the_first_places_and_of_no_dropped_column() {
    let mut town = marred();
    let row = town.files.get_mut("users").unwrap().last_mut().unwrap();
    row[3] = "perhaps".to_owned();
    let (_folder, delivery) = checked(&town);
    let values = delivery.values(5).unwrap();
    let findings = delivery.report().findings;
    let of = |code: &str, field: &str| -> Vec<_> {
        let finding =
            findings.iter().find(|one| one.code == code && one.examples[0].field == field);
        finding.unwrap().examples.iter().map(|place| values.at(place)).collect()
    };
    let words = of("unknown_word", "role");
    assert_eq!(words[..5], [Some(PERSON); 5]);
    assert_eq!(words[5..], [None; 15]);
    assert_eq!(of("duplicate_sourced_id", "sourcedId"), [Some("p29-s1"); 2]);
    for (code, field) in [
        ("unknown_column", "shoeSize"),
        ("password_dropped", "password"),
        ("too_many_cells", ""),
        ("unknown_file", ""),
    ] {
        assert!(of(code, field).iter().all(Option::is_none), "{code}");
    }
    let none = delivery.values(0).unwrap();
    assert!(findings.iter().flat_map(|one| &one.examples).all(|place| none.at(place).is_none()));
}
