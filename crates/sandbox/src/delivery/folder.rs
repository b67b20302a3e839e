//! The folder of a delivery.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::delivery::{Before, Rows, manifest, shuffle, write_line};
use crate::error::{Error, at};
use crate::kind::Kind;
use crate::profile::Format;
use crate::random::Random;
use crate::truth::Counts;

/// A delivery that is being written.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    format: Format,
    line_end: &'static str,
    files: BTreeMap<Kind, BufWriter<File>>,
    counts: BTreeMap<Kind, Counts>,
    before: Before,
    line: Vec<u8>,
}

impl Folder {
    /// Makes the folder; the files of an earlier delivery in it are removed.
    pub(crate) fn create(
        path: &Path,
        format: Format,
        line_end: &'static str,
    ) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(at(path))?;
        for name in Kind::ALL.map(Kind::file).into_iter().chain([manifest::FILE.to_owned()]) {
            let old = path.join(name);
            if old.exists() {
                fs::remove_file(&old).map_err(at(&old))?;
            }
        }
        Ok(Self {
            path: path.to_owned(),
            format,
            line_end,
            files: BTreeMap::new(),
            counts: BTreeMap::new(),
            before: Before::default(),
            line: Vec::new(),
        })
    }

    /// Opens a file with a header of its own, after a byte order mark if asked.
    pub(crate) fn open(&mut self, kind: Kind, columns: &[&str], mark: bool) -> Result<(), Error> {
        let path = self.path.join(kind.file());
        self.begin(kind, columns, mark).map_err(at(&path))
    }

    /// Compares the rows that follow with these rows of the day before.
    pub(crate) fn compare_with(&mut self, before: Before) {
        self.count_ended();
        self.before = before;
    }

    /// Counts rows that name something that the delivery lacks.
    pub(crate) fn count_dangling(&mut self, kind: Kind, named: Kind, rows: usize) {
        if rows > 0 {
            let counts = self.counts.entry(kind).or_default();
            *counts.dangling.entry(named).or_default() += rows;
        }
    }

    /// Completes the files, shuffles them if asked, and returns the counts and the size.
    pub(crate) fn finish(
        mut self,
        shuffled: Option<Random>,
    ) -> Result<(BTreeMap<Kind, Counts>, u64), Error> {
        self.count_ended();
        let kinds: Vec<Kind> = self.files.keys().copied().collect();
        for (kind, mut file) in std::mem::take(&mut self.files) {
            file.flush().map_err(at(&self.path.join(kind.file())))?;
        }
        manifest::write(&self.path, self.format, &kinds, self.line_end)?;
        let mut bytes = size(&self.path.join(manifest::FILE))?;
        let mut random = shuffled;
        for kind in kinds {
            let path = self.path.join(kind.file());
            if let (Some(random), Kind::Users | Kind::Classes | Kind::Enrollments) =
                (&mut random, kind)
            {
                shuffle::rows(&path, random).map_err(at(&path))?;
            }
            bytes += size(&path)?;
        }
        Ok((self.counts, bytes))
    }

    fn begin(&mut self, kind: Kind, columns: &[&str], mark: bool) -> io::Result<()> {
        let file = File::create(self.path.join(kind.file()))?;
        let mut file = BufWriter::with_capacity(1 << 18, file);
        if mark {
            file.write_all("\u{feff}".as_bytes())?;
        }
        write!(file, "{}{}", columns.join(","), self.line_end)?;
        self.files.insert(kind, file);
        Ok(())
    }

    fn count_ended(&mut self) {
        for (kind, ended) in self.before.ended() {
            self.counts.entry(kind).or_default().ended += ended;
        }
    }
}

impl Rows for Folder {
    fn row(&mut self, kind: Kind, cells: &[&str]) -> io::Result<()> {
        if !self.files.contains_key(&kind) {
            self.begin(kind, &kind.columns(self.format), false)?;
        }
        self.line.clear();
        write_line(&mut self.line, cells);
        let id = cells.first().copied().unwrap_or_default();
        self.before.count(kind, id, &self.line, self.counts.entry(kind).or_default());
        self.line.extend_from_slice(self.line_end.as_bytes());
        match self.files.get_mut(&kind) {
            Some(file) => file.write_all(&self.line),
            None => Ok(()),
        }
    }
}

fn size(path: &Path) -> Result<u64, Error> {
    Ok(fs::metadata(path).map_err(at(path))?.len())
}
