//! Where the files of an export go: a folder, or a zip that is written as it is read.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::columns::Cell;
use crate::hub::HubError;

/// What is written to; one file after the other.
pub enum Target<W: Write> {
    /// A folder.
    Folder(PathBuf),
    /// A zip, whose end is never read again.
    Zip(Box<ZipWriter<StreamWriter<W>>>),
}

impl<W: Write + Send> Target<W> {
    /// A zip that goes to a writer.
    pub fn zip(out: W) -> Self {
        Self::Zip(Box::new(ZipWriter::new_stream(out)))
    }

    /// Begins a file.
    pub fn begin<'t>(&'t mut self, name: &str) -> Result<Box<dyn Write + Send + 't>, HubError> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                let file = File::create(&path).map_err(HubError::io(&path))?;
                Ok(Box::new(BufWriter::with_capacity(1 << 18, file)))
            }
            Self::Zip(zip) => {
                let options = SimpleFileOptions::default();
                zip.start_file(name, options).map_err(|error| io(name, error.into()))?;
                Ok(Box::new(zip))
            }
        }
    }

    /// Takes a file away that an earlier export left, and this one does not have.
    fn forget(&self, name: &str) -> Result<(), HubError> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let path = folder.join(name);
        if path.exists() {
            std::fs::remove_file(&path).map_err(HubError::io(&path))?;
        }
        Ok(())
    }

    /// Writes what stands at the end of a zip.
    pub fn end(self) -> Result<(), HubError> {
        let Self::Zip(zip) = self else { return Ok(()) };
        let mut out = zip.finish().map_err(|error| io("export.zip", error.into()))?;
        out.flush().map_err(|error| io("export.zip", error))
    }
}

fn io(name: &str, error: std::io::Error) -> HubError {
    HubError::io(Path::new(name))(error)
}

/// Writes a file once there is a row for it: OneRoster has no files without records.
pub struct Writer<'t, W: Write> {
    target: Option<&'t mut Target<W>>,
    name: String,
    header: Vec<&'static str>,
    open: Option<csv::Writer<Box<dyn Write + Send + 't>>>,
    rows: u64,
}

impl<'t, W: Write + Send> Writer<'t, W> {
    /// A file that has no row yet.
    pub fn new(
        target: &'t mut Target<W>,
        name: String,
        columns: Vec<(&'static str, Cell)>,
    ) -> Self {
        let header = columns.into_iter().map(|(name, _)| name).collect();
        Self { target: Some(target), name, header, open: None, rows: 0 }
    }

    /// Begins the file with its header.
    pub fn open(&mut self) -> Result<(), HubError> {
        let Some(target) = self.target.take() else { return Ok(()) };
        let mut writer = csv::Writer::from_writer(target.begin(&self.name)?);
        writer.write_record(&self.header)?;
        self.open = Some(writer);
        Ok(())
    }

    /// Writes a row.
    pub fn write(&mut self, row: &[String]) -> Result<(), HubError> {
        self.open()?;
        if let Some(writer) = &mut self.open {
            writer.write_record(row)?;
            self.rows += 1;
        }
        Ok(())
    }

    /// Ends the file, and says how many rows it has.
    pub fn finish(self) -> Result<u64, HubError> {
        if let Some(writer) = self.open {
            let mut file =
                writer.into_inner().map_err(|error| HubError::Csv(error.into_error().into()))?;
            file.flush().map_err(|error| io(&self.name, error))?;
        } else if let Some(target) = self.target {
            target.forget(&self.name)?;
        }
        Ok(self.rows)
    }
}
