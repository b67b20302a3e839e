//! What is kept of a delivery has no dropped column, every line in its place, and reads the same.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

use firstbell_ingest::{Keep, Limits, Reading, package, read};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Date, Kind, Settings};

#[derive(Default)]
struct Kept(Mutex<BTreeMap<Kind, Vec<u8>>>);

impl Keep for Kept {
    fn seal(&self, _: Kind, _: u64, bytes: &[u8]) -> io::Result<Vec<u8>> {
        Ok(bytes.to_vec())
    }

    fn append(&self, kind: Kind, _: u64, sealed: Vec<u8>, _: u32) -> io::Result<()> {
        self.0.lock().unwrap().entry(kind).or_default().extend(sealed);
        Ok(())
    }
}

fn read_from(folder: &std::path::Path, keep: Option<&dyn Keep>) -> Snapshot {
    let package = package::open(folder, Limits::default()).unwrap();
    let mut snapshot = Snapshot::new(Hasher::new(1), Vec::new());
    let reading = Reading {
        settings: &Settings::default(),
        as_of: Date::of_days(0).unwrap(),
        known: &[],
        keep,
        progress: &|_, _| (),
    };
    read(package.as_ref(), &reading, &mut snapshot).unwrap();
    snapshot
}

#[test]
fn dropped_columns_are_blank_and_lines_stay() {
    let folder = tempfile::tempdir().unwrap();
    let users = "sourcedId,metadata.note,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,password\n\
        u1,\"canary, \"\"one\"\"\nsecond line\",,,true,,teacher,u1,Ana,Lee,canary\n\n\
        u2,canary,,,true,,student,u2,\"Bo\nb\",Lee,\"canary\"\nu3,canary\n";
    let write = |folder: &std::path::Path, users: &[u8]| {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("users.csv"), users).unwrap();
    };
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    write(&first, users.as_bytes());
    let kept = Kept::default();
    let one = read_from(&first, Some(&kept));
    let minimised = kept.0.into_inner().unwrap().remove(&Kind::User).unwrap();
    let text = String::from_utf8(minimised).unwrap();
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(text.lines().count(), users.lines().count());
    write(&second, text.as_bytes());
    let two = read_from(&second, None);
    let of = |snapshot: &Snapshot| {
        let list = snapshot.of(Kind::User);
        list.ordinals()
            .map(|one| {
                (list.line(one), snapshot.record(Kind::User, one).map(|r| r.cell(6).to_owned()))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&one), of(&two));
}

/// Everything that reading said of the users.
fn said(snapshot: &Snapshot) -> (String, String, u64) {
    let tallies: Vec<_> = snapshot.findings.iter().collect();
    let list = snapshot.of(Kind::User);
    let records = list
        .ordinals()
        .map(|one| (list.line(one), list.key(one), list.decision(one), list.prints.get(one)));
    let records: Vec<_> = records.collect();
    let file = &snapshot.files[&Kind::User];
    (format!("{tallies:?}"), format!("{records:?} {:?} {file:?}", snapshot.strays), file.received)
}

#[test]
fn what_is_left_of_damaged_rows_reads_as_they_did() {
    let header = "metadata.note,sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,password\n";
    let rows = [
        "canary,u1,true,,student,u1,Ana,Lee,canary\n",
        "canary\n",
        "\"canary\"\n",
        "\"canary\"s,u2,true,,student,u2,Ana,Lee,\n",
        "\"canary\ncanary\"s\"canary,u3,true,,student,u3,Ana,Lee,\"canary\"canary\n",
        "\"canary \"\"x\"\"\"  ,u4,true,,student,u4,Ana,Lee\n",
        ",u5,true,,student,u5,Ana,Lee,,canary\n",
        ",u6,true,,student,u6,Ana,Lee,,\"canary\n\",canary,,\n",
        ",u7,true,,student,u7,Ana,Lee,canary\u{1}\u{e9}\n",
        ",u8,true,,student,u\r8,A\rna,Lee,canary\n",
        "\n",
        ",,,,,,,,\n",
        ",,,,,,,,canary\n",
        "canary,u9,true,,student,u9,Ana,Lee,canary\r\n",
        ",u12,true,,student,u12,Ana,Lee,canary,\n",
        ",u13,true,,student,u13,Ana,Lee, canary,,\n",
        ",u10,true,,student,u10,Ana,Lee,\"canary",
        "\"canary",
        "canary",
        ",u11,true,canary",
    ];
    let folder = tempfile::tempdir().unwrap();
    let compare = |users: &[u8], name: &str| {
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        for path in [&first, &second] {
            std::fs::create_dir_all(path).unwrap();
        }
        std::fs::write(first.join("users.csv"), users).unwrap();
        let kept = Kept::default();
        let one = read_from(&first, Some(&kept));
        let bytes = kept.0.into_inner().unwrap().remove(&Kind::User).unwrap();
        // Where a row is cut short in a column that is kept, so is what stands there.
        if !users.windows(12).any(|window| window == b",true,canary") {
            assert!(!bytes.windows(6).any(|window| window == b"canary"), "{name:?}");
        }
        std::fs::write(second.join("users.csv"), &bytes).unwrap();
        assert_eq!(said(&one), said(&read_from(&second, None)), "{name:?}");
    };
    for one in rows {
        for other in rows {
            let text = format!("{header}{one}{other}");
            compare(text.as_bytes(), &text[header.len()..]);
        }
        let mac = format!("{header}{one}").replace("\r\n", "\n").replace('\n', "\r");
        if !one.trim_end().contains('\r') {
            compare(mac.as_bytes(), one);
        }
        let unusable = format!("colour;\n{one}{}", rows[0]);
        compare(unusable.as_bytes(), one);
    }
    let long = format!("{header}{}\"{}", rows[0], "canary\n".repeat(1 << 20));
    compare(long.as_bytes(), "a quotation mark that never closes");
}
