//! The binary, called as people and scripts call it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of tests fails as a test does, and says what was skipped"
)]

mod bundle;
mod call;
mod check;
mod demo;
mod flow;
mod keys;
mod plans;
mod postgres;
mod reference;
mod serve;
mod settings;
mod shared_data;
mod usage;
