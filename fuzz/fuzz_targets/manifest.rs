#![no_main]
//! A manifest beside two files.

use firstbell_fuzz::{Memory, read};
use libfuzzer_sys::fuzz_target;

const USERS: &[u8] = b"sourcedId,status,role,givenName,familyName\nu1,active,student,A,B\n";
const CLASSES: &[u8] = b"sourcedId,title,schoolSourcedId\nc1,Art,s1\n";

fuzz_target!(|bytes: &[u8]| {
    read(&Memory::new(&[("classes.csv", CLASSES), ("manifest.csv", bytes), ("users.csv", USERS)]));
});
