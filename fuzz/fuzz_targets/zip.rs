#![no_main]
//! A zip from anywhere.

use firstbell_fuzz::read;
use firstbell_ingest::{Limits, package};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), bytes).expect("it can be written");
    let limits = Limits { bytes_each: 1 << 22, bytes_in_all: 1 << 23, ..Limits::default() };
    if let Ok(package) = package::open(file.path(), limits) {
        read(package.as_ref());
    }
});
