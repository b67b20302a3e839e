//! Reads a delivery's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use firstbell_sandbox::{District, Kind, Options, Profile, Truth};
use tempfile::TempDir;

/// A row by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// A delivery on disk with its truth.
pub struct Folder {
    pub path: PathBuf,
    pub truth: Truth,
    _home: TempDir,
}

/// Writes the delivery of a day into a folder of its own.
pub fn write(profile: Profile, day: u32, options: Options) -> Folder {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("delivery");
    let truth = District::new(profile).unwrap().write_day(day, &path, options).unwrap();
    Folder { path, truth, _home: home }
}

impl Folder {
    /// Reads the header and all records of a file.
    pub fn records(&self, kind: Kind) -> (StringRecord, Vec<StringRecord>) {
        let text = fs::read_to_string(self.path.join(kind.file())).unwrap_or_default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        (header, reader.into_records().collect::<Result<_, _>>().unwrap())
    }

    /// Reads all rows of a file.
    pub fn rows(&self, kind: Kind) -> Vec<Row> {
        let (header, records) = self.records(kind);
        let row = |record: StringRecord| {
            let cells = header.iter().zip(&record);
            cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
        };
        records.into_iter().map(row).collect()
    }

    /// Reads the rows of a file by `sourcedId`; of repeated ones the first.
    pub fn by_id(&self, kind: Kind) -> BTreeMap<String, Row> {
        let rows = self.rows(kind).into_iter().rev();
        rows.map(|row| (row["sourcedId"].clone(), row)).collect()
    }

    /// Reads the bytes of all files.
    pub fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path)
    }
}

/// Reads the bytes of all files of a folder.
pub fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}
