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
use firstbell_roster::model::{Kind, Settings};

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
    let reading = Reading { settings: &Settings::default(), keep, progress: &|_, _| () };
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
