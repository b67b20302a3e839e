#![no_main]
//! The settings of a district.

use firstbell_sync::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = parse(text);
});
