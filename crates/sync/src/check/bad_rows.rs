//! The rows with findings, one file for each of the delivery's, for those who can mend them.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use firstbell_ingest::{Package, ReadError, Row, Rows};
use firstbell_roster::check::Tally;
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;

use super::places::{Places, is_row};
use super::told;

/// The columns before those of the file.
const OWN: [&str; 4] = ["line", "severity", "findings", "what_to_do"];

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BadRows {
    /// How many rows, by file.
    pub rows: BTreeMap<String, u64>,
    /// How many findings stand at no row: those about a header, a whole file or the delivery.
    pub elsewhere: u64,
}

/// Why bad rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum BadRowsError {
    /// The delivery cannot be read again.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file or the folder cannot be written.
    #[error("cannot write `{path}`: {error}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes the rows with findings into a folder.
pub fn write(
    package: &dyn Package,
    snapshot: &Snapshot,
    folder: &Path,
) -> Result<BadRows, BadRowsError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(failed(folder))?;
    let mut bad = BadRows { rows: BTreeMap::new(), elsewhere: elsewhere(snapshot) };
    for kind in Kind::FACTS {
        let places = Places::of(snapshot, kind, |tally| tally.places.iter().map(|(line, _)| *line));
        let Some(file) = snapshot.files.get(&kind).filter(|_| !places.is_empty()) else { continue };
        if let Some(rows) = Rows::open(package, snapshot, kind)? {
            let written = one_file(&places, rows, &folder.join(&file.name))?;
            bad.rows.insert(file.name.clone(), written);
        }
    }
    Ok(bad)
}

fn elsewhere(snapshot: &Snapshot) -> u64 {
    let of = |tally: &Tally| tally.places.iter().filter(|(line, _)| !is_row(tally, *line)).count();
    snapshot.findings.iter().map(|tally| of(tally) as u64).sum()
}

fn one_file(places: &Places<'_>, rows: Rows<'_>, path: &Path) -> Result<u64, BadRowsError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file = BufWriter::new(file.map_err(failed(path))?);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
    let names = OWN.into_iter().chain(rows.names().iter().map(String::as_str));
    writer.write_record(names).map_err(unwritten(path))?;
    let mut written = 0;
    places.rows(rows, |row, found| {
        written += 1;
        one_row(&mut writer, &row, found).map_err(unwritten(path))
    })?;
    let ended = writer.into_inner().map_err(csv::IntoInnerError::into_error);
    ended.and_then(|mut file| file.flush()).map_err(failed(path))?;
    Ok(written)
}

/// A cell of the file stays as it is, also where a spreadsheet would take it for a formula: it has
/// to be seen as it was sent, and rows that were mended here go back. Columns of Firstbell's own
/// never begin with what begins a formula: they are numbers, and words of the table of checks.
fn one_row(
    writer: &mut csv::Writer<BufWriter<File>>,
    row: &Row<'_>,
    found: &[(u32, &Tally)],
) -> csv::Result<()> {
    let severity = found.iter().map(|(_, tally)| tally.check.severity).max();
    let mut codes: Vec<_> = found.iter().map(|(_, tally)| tally.check.code).collect();
    codes.dedup();
    let told = found
        .iter()
        .map(|(_, tally)| format!("{} {}", told(tally.check, &tally.field), tally.check.hint));
    writer.write_field(row.line.to_string())?;
    writer.write_field(severity.map_or("", |severity| severity.name()))?;
    writer.write_field(codes.join("; "))?;
    writer.write_field(told.collect::<Vec<_>>().join(" "))?;
    let cells = row.cells.iter().map(|cell| cell.as_deref().unwrap_or_default());
    writer.write_record(cells)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BadRowsError {
    let path = path.to_owned();
    |error| BadRowsError::Write { path, error }
}

fn unwritten(path: &Path) -> impl FnOnce(csv::Error) -> BadRowsError {
    let failed = failed(path);
    |error| failed(error.into())
}
