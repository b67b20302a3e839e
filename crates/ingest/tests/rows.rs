//! Rows are read again as they stand in the file, however it is written, and without what no
//! feature uses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where something is wrong"
)]

use std::path::Path;

use firstbell_ingest::{Limits, ReadError, Reading, Rows, fetch, package, read};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Date, Kind, Settings};

type Found = Vec<(u32, Vec<Option<String>>)>;

/// The header and all rows of users.csv, and the lines on which `fetch` finds records.
fn rows_of(folder: &Path, settings: &Settings) -> (Vec<String>, Found, Vec<u32>) {
    let package = package::open(folder, Limits::default()).unwrap();
    let mut snapshot = Snapshot::new(Hasher::new(0), Vec::new());
    let reading = Reading {
        settings,
        as_of: Date::of_days(0).unwrap(),
        known: &[],
        keep: None,
        progress: &|_, _| (),
    };
    read(package.as_ref(), &reading, &mut snapshot).unwrap();
    let rows = Rows::open(package.as_ref(), &snapshot, Kind::User).unwrap().unwrap();
    let names = rows.names().to_vec();
    let (mut found, mut lines) = (Vec::new(), Vec::new());
    let take = |row: firstbell_ingest::Row<'_>| {
        found.push((row.line, row.cells));
        Ok::<_, ReadError>(())
    };
    rows.each(|_| true, take).unwrap();
    let take = |line, _: firstbell_roster::model::cells::Record<'_>| {
        lines.push(line);
        Ok(())
    };
    fetch(package.as_ref(), Kind::User, |_| true, take).unwrap();
    (names, found, lines)
}

fn rows(users: &[u8]) -> (Vec<String>, Found) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.csv"), users).unwrap();
    let (names, found, lines) = rows_of(folder.path(), &Settings::default());
    assert_eq!(found.iter().map(|row| row.0).collect::<Vec<_>>(), lines);
    (names, found)
}

const HEADER: &str = "sourcedId,role,givenName,familyName,password,grades";

fn some(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|cell| Some((*cell).to_owned()).filter(|cell| cell != "-")).collect()
}

#[test]
fn lines_and_cells_are_the_same_however_the_file_is_written() {
    let text = format!(
        "{HEADER}\nu1,student,\"Zoë\nMarie\",\"Lee, \"\"Jr\"\"\",secret,05\nu2,teacher,=Bo,Łuć,,\n"
    );
    let expected = vec![
        (2, some(&["u1", "student", "Zoë\nMarie", "Lee, \"Jr\"", "-", "05"])),
        (4, some(&["u2", "teacher", "=Bo", "Łuć", "-", ""])),
    ];
    let utf16 = |mark: char| format!("{mark}{text}").encode_utf16().collect::<Vec<_>>();
    let little: Vec<u8> = utf16('\u{feff}').into_iter().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = utf16('\u{feff}').into_iter().flat_map(u16::to_be_bytes).collect();
    let semicolons = text.replace("Lee, ", "Lee/ ").replace(',', ";").replace("Lee/ ", "Lee, ");
    for bytes in [text.as_bytes(), &little, &big, semicolons.as_bytes()] {
        let (names, found) = rows(bytes);
        assert_eq!((names.join(","), found), (HEADER.to_owned(), expected.clone()));
    }
}

#[test]
fn ends_of_lines_and_windows_1252_are_read_as_ever() {
    let text = format!("{HEADER}\nu1,student,Ana,Lee,secret,05\n\nu2,student,Zoe,Day,,06\n");
    let expected =
        [(2, some(&["u1", "student", "Ana", "Lee", "-", "05"])), (3, some(&[""]))].to_vec();
    for ends in ["\n", "\r\n", "\r"] {
        let (names, found) = rows(text.replace('\n', ends).as_bytes());
        assert_eq!(names.join(","), HEADER);
        assert_eq!(found[..2], expected);
        assert_eq!(found[2], (4, some(&["u2", "student", "Zoe", "Day", "-", "06"])));
    }
    let (_, found) = rows(&[HEADER.as_bytes(), b"\nu1,student,Zo\xeb,Lee,,\n"].concat());
    assert_eq!(found[0].1[2].as_deref(), Some("Zoë"));
    let (_, found) = rows(format!("sep=,\n{text}").as_bytes());
    assert_eq!(found[0].0, 3);
}

#[test]
fn a_password_is_blank_wherever_damage_has_put_it() {
    for row in [
        // Two commas too many, one too many before the password, one within it.
        "u1,student,Ana,Maria,Lee,,secret,05",
        "u1,student,Ana,Maria,Lee,secret,05",
        "u1,student,Ana,Lee,se,secret,05",
        // A quotation mark that closes too late, or after other rows, or never.
        "u1,student,\"Ana,Lee\",secret,05",
        "u1,student,\"Ana,Lee,secret\",05",
        "u1,student,\"Ana,Lee,secret,05\nu2,student,\"Bo\"x,Lee,secret,05",
        "u1,student,\"Ana,Lee,x,05\nu2,student,Bo,Lee,secret,06\nu3,student,\",Lee,secret,06",
        "u1,student,Ana,\"Lee,secret,05\nu2,student,Bo,Lee,secret,06",
        "u1,student,Ana,\"Lee\nu2,student,Bo,Lee,secret,06",
    ] {
        let (_, found) = rows(format!("{HEADER}\n{row}\n").as_bytes());
        let shown: Vec<_> = found[0].1.iter().flatten().collect();
        assert!(shown.iter().all(|cell| !cell.contains("secret")), "{row}: {shown:?}");
        assert_eq!(found[0].1[0].as_deref(), Some("u1"));
    }
    // A row that ends early, and one that spans lines, lose nothing else.
    let (_, found) = rows(format!("{HEADER}\nu1,student,Ana\n").as_bytes());
    assert_eq!(found[0].1, some(&["u1", "student", "Ana"]));
}

#[test]
fn columns_of_other_names_and_versions_are_what_they_were_when_the_file_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let users = "Benutzer,sourcedId,givenName,familyName,role\n1,u1,Ana,Lee,student\n";
    std::fs::write(folder.path().join("users.csv"), users).unwrap();
    let mut settings = Settings::default();
    let (_, found, _) = rows_of(folder.path(), &settings);
    assert_eq!(found[0].1, some(&["-", "u1", "Ana", "Lee", "student"]));
    let own = [("Benutzer".to_owned(), "username".to_owned())];
    settings.columns.insert("users".to_owned(), own.into());
    let (_, found, _) = rows_of(folder.path(), &settings);
    assert_eq!(found[0].1, some(&["1", "u1", "Ana", "Lee", "student"]));
    // In 1.2 no feature uses a role in users.csv.
    std::fs::write(folder.path().join("roles.csv"), "sourcedId\n").unwrap();
    let (_, found, _) = rows_of(folder.path(), &settings);
    assert_eq!(found[0].1, some(&["1", "u1", "Ana", "Lee", "-"]));
}
