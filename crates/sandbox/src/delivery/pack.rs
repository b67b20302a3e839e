//! Packs a delivery as a zip.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::{Error, at};

/// Packs the CSV files of a delivery's folder, all at the root of the zip.
///
/// Files stand in alphabetical order and carry no times, so that equal folders give equal zips.
pub fn write_zip(dir: &Path, path: &Path) -> Result<(), Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(at(dir))? {
        let name = entry.map_err(at(dir))?.file_name();
        names.extend(
            name.to_str()
                .filter(|name| Path::new(name).extension().is_some_and(|end| end == "csv"))
                .map(str::to_owned),
        );
    }
    names.sort_unstable();
    let file = File::create(path).map_err(at(path))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    for name in names {
        let source = dir.join(&name);
        let mut source = BufReader::new(File::open(&source).map_err(at(&source))?);
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        let pack = |source| Error::Pack { path: path.to_owned(), source };
        zip.start_file(name, options).map_err(pack)?;
        io::copy(&mut source, &mut zip).map_err(at(path))?;
    }
    let pack = |source| Error::Pack { path: path.to_owned(), source };
    zip.finish().map_err(pack)?.flush().map_err(at(path))
}
