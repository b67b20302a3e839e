//! Firstbell, a self-hosted roster hub for school districts.
//!
//! This crate reads the configuration and the command line, calls the steps in `firstbell-sync`,
//! and prints what they report. `command` has one file for each command, `text` renders reports,
//! `printer` is the one door for output. To add a command, add a file to `command` and a line to its
//! list.

mod arguments;
mod clock;
mod command;
mod configuration;
mod exit;
mod failure;
mod printer;
mod progress;
mod reference;
mod session;
mod template;
mod text;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// It takes a sixth off the time of a first load. It asks for no large pages: they are a gain where
/// memory is the machine's own, and a greater loss where a host takes back what was freed
/// (`docs/reference/performance.md`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match arguments::parse() {
        Ok((session, command)) => session.finish(command.run(&session)),
        Err(code) => code,
    }
}
