//! The command line: what stands before and behind every command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};

use crate::command::Command;
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::session::Session;

/// Checks a district's rosters, shows what they would change, applies it reversibly, and explains.
///
/// Exit codes: 0 done, 1 error, 2 called wrongly or a path that leads nowhere or to something else
/// than is meant, 3 on hold for a person. `check` ends with 0 if it found no errors, 1 if it did or
/// says "Not ready", 2 if the files cannot be read.
#[derive(Debug, Parser)]
#[command(name = "firstbell", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
struct Global {
    /// The folder that holds everything Firstbell keeps; else the variable `FIRSTBELL_HOME`, else
    /// ~/.local/share/firstbell
    #[arg(long, global = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// A PostgreSQL database, postgres://..., instead of the embedded one; else `FIRSTBELL_DATABASE`
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Your name, kept in the log beside the user of the computer
    #[arg(long, global = true, value_name = "NAME")]
    by: Option<String>,
    /// Leave out progress and remarks beside the result
    #[arg(long, short, global = true)]
    quiet: bool,
}

/// Reads the command line; help, version and mistakes are printed here.
pub fn parse() -> Result<(Session, Command), ExitCode> {
    let given: Vec<OsString> = std::env::args_os().collect();
    match Arguments::try_parse_from(&given) {
        Ok(Arguments { global, command }) => Ok((session(global), command)),
        Err(error) => Err(mistake(&error, given.iter().any(|word| word == "--json"))),
    }
}

fn session(global: Global) -> Session {
    let printer = Printer { json: global.json, quiet: global.quiet };
    printer.fit();
    Session {
        printer,
        configuration: Configuration::new(global.home, global.database),
        by: global.by,
    }
}

fn mistake(error: &clap::Error, json: bool) -> ExitCode {
    let told = error.print().is_ok();
    if !error.use_stderr() {
        return if told { Exit::Done.into() } else { Exit::Error.into() };
    }
    if json {
        let text = error.render().to_string();
        // What is missing stands on lines of its own.
        let lines: Vec<_> =
            text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let told = lines.join(" ");
        let what = told.strip_prefix("error: ").unwrap_or(&told);
        let failure = Failure::usage(what, "See `firstbell help` for how commands are written.");
        let printer = Printer { json, quiet: true };
        let _ = printer.show(&failure.report(), |_| String::new());
    }
    Exit::Usage.into()
}
