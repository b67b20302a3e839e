//! Writes invented school districts as `OneRoster` deliveries.

mod commands;

use clap::{Parser, Subcommand};

/// Invents school districts and writes them as `OneRoster` CSV deliveries, day by day.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(commands::Generate),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Generate(command) => command.run(),
    }
}
