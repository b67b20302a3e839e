//! What a check writes to files beside its report, each where it is asked for.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use firstbell_sync::check::{BadRows, BadRowsError, CheckedDelivery};

use crate::command::folder::{self, Filled};
use crate::failure::{Attempt, Failure};
use firstbell_sync::words::number::{count, list};

const HINT: &str = "Check that the folder is there and that you may write to it.";

/// The files that were asked for.
#[derive(Debug, Args)]
pub struct Files {
    /// Write every place of every finding to this file, as SARIF 2.1.0; no value of a person is in
    /// it, and a finding keeps its fingerprint in later deliveries, wherever its row moves
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the rows with findings to this folder, a new or an empty one, with what to do about
    /// each; for those who mend them
    ///
    /// Each file has the name and the columns of the delivery's, in UTF-8 with commas, after four of
    /// its own: `line`, `severity`, `findings` and `what_to_do`. It holds personal data and is meant for the
    /// eyes of the sender alone. Cells stay as they were sent, also those that begin with =, +, - or
    /// @, which a spreadsheet may take for a formula. What no feature uses, passwords first of all,
    /// is always blank.
    #[arg(long, value_name = "DIR")]
    bad_rows: Option<PathBuf>,
}

impl Files {
    /// Refuses what cannot be written, before anything is read.
    pub fn judge(&self, delivery: &Path) -> Result<(), Failure> {
        if let Some(file) = &self.sarif {
            outside(file, delivery)?;
        }
        let Some(folder) = &self.bad_rows else { return Ok(()) };
        let hint = "Name a new or empty folder for the rows with findings.";
        folder::judge(folder, Filled::Refused, hint)?;
        outside(folder, delivery)
    }

    /// Writes the files; returns what to say of them.
    pub fn write(&self, delivery: &CheckedDelivery) -> Result<Vec<String>, Failure> {
        let mut told = Vec::new();
        if let Some(folder) = &self.bad_rows {
            told.push(about(&delivery.bad_rows(folder).map_err(unwritten)?, folder));
        }
        if let Some(file) = &self.sarif {
            let what = || format!("cannot write `{}`", file.display());
            let open = File::create(file).attempt(what(), HINT)?;
            delivery.sarif(BufWriter::new(open)).attempt(what(), HINT)?;
            told.push(format!("Every place of every finding is in {}.", file.display()));
        }
        Ok(told)
    }
}

/// Refuses to write a file over a delivery, or into it.
pub fn outside(file: &Path, delivery: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let inside = whole(delivery).is_some_and(|delivery| {
        whole(file).is_some_and(|file| file == delivery)
            || folder.is_ok_and(|folder| folder.starts_with(&delivery))
    });
    if inside {
        return Err(Failure::usage(
            format!("`{}` is in the delivery", file.display()),
            "Name a file in another place; a check changes nothing of what it reads.",
        ));
    }
    Ok(())
}

fn unwritten(error: BadRowsError) -> Failure {
    match error {
        BadRowsError::Read(error) => Failure::unreadable(error),
        BadRowsError::Write { .. } => Failure::error(error, HINT),
    }
}

/// `12 rows of users.csv are in bad, ...; they hold personal data. 2 findings are about whole files,
/// ...`.
fn about(bad: &BadRows, folder: &Path) -> String {
    let rows = bad.rows.iter().map(|(file, rows)| (file, count(*rows, "row", "rows")));
    let rows: Vec<_> = rows.map(|(file, rows)| format!("{rows} of {file}")).collect();
    let verb = if bad.rows.values().sum::<u64>() == 1 { "is" } else { "are" };
    let told = if rows.is_empty() {
        "No row has a finding.".to_owned()
    } else {
        let (rows, folder) = (list(&rows), folder.display());
        format!("{rows} {verb} in {folder}, with what to do; they hold personal data.")
    };
    if bad.elsewhere == 0 {
        return told;
    }
    let about = "about whole files, headers or the manifest, and";
    let others = count(
        bad.elsewhere,
        &format!("finding is {about} stands"),
        &format!("findings are {about} stand"),
    );
    format!("{told} {others} in the report alone.")
}
