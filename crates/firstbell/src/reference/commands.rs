//! The page of commands, from the command line itself.

use clap::{Command, CommandFactory};

use super::MADE;
use crate::arguments::Arguments;

/// The page.
pub fn page() -> String {
    let mut top = Arguments::command().term_width(96).disable_help_subcommand(true);
    top.build();
    let mut page = format!("# Commands\n\n{MADE}\n");
    section(&mut page, &mut top, 2);
    page
}

/// A command's help, then those of the commands below it.
fn section(page: &mut String, command: &mut Command, level: usize) {
    let name = command.get_bin_name().unwrap_or("firstbell").to_owned();
    let mut command_alone = command.clone();
    if level > 2 {
        // What stands before and behind every command is told once, at the top.
        command_alone =
            command_alone.mut_args(|one| if one.is_global_set() { one.hide(true) } else { one });
    }
    let help = command_alone.render_long_help().to_string();
    let help: Vec<_> = help.lines().map(str::trim_end).collect();
    let (marks, help) = ("#".repeat(level), help.join("\n"));
    *page += &["\n", &marks, " ", &name, "\n\n```text\n", help.trim_end(), "\n```\n"].concat();
    for below in command.get_subcommands_mut().filter(|one| !one.is_hide_set()) {
        section(page, below, (level + 1).min(3));
    }
}
