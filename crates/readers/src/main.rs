//! Readers of a console's pages, many at once: how long each waits for the first byte of an answer.
//!
//! A walk comes as JSON on stdin: the address, the cookie of whoever is signed in, how many readers
//! for how many seconds, and the pages with the status that each is to answer. What the readers
//! found goes as JSON to stdout. `bench/console` makes the walk and prints the table.
//!
//! A reader has one connection, which it keeps, and asks for the next page once it has all of the
//! last one. So as many requests are at work as there are readers, at any time.

mod connection;
mod tally;
mod walk;

use std::io::{Write, stdin, stdout};

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let walk: walk::Walk = serde_json::from_reader(stdin()).context("stdin has no walk")?;
    let found = walk.run();
    serde_json::to_writer(stdout(), &found).context("cannot print what was found")?;
    writeln!(stdout()).context("cannot print what was found")
}
