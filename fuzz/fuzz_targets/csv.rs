#![no_main]
//! One file of a delivery; the first byte says which.

use firstbell_fuzz::{Memory, read};
use firstbell_roster::model::Kind;
use libfuzzer_sys::fuzz_target;

const USERS: &[u8] = b"sourcedId,orgSourcedIds,role,givenName,familyName\nu1,,student,A,B\n";
const CLASSES: &[u8] = b"sourcedId,title,schoolSourcedId\nc1,Art,s1\n";

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let kind = Kind::FACTS[usize::from(*first) % Kind::FACTS.len()];
    let file = kind.file();
    let mut files = vec![("classes.csv", CLASSES), ("users.csv", USERS)];
    files.retain(|(name, _)| *name != file);
    files.push((file.as_str(), bytes));
    files.sort();
    read(&Memory::new(&files));
});
