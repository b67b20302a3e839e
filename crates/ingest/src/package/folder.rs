//! A delivery as a folder of files.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Arranged, Member, OpenError, Package, arrange, is_aside, is_csv};

/// A folder of CSV files; folders inside it are not read.
pub struct Folder {
    path: PathBuf,
    files: Arranged,
}

impl Folder {
    /// Lists the files of a folder; where it holds one folder and no CSV file, that one's.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        match list(path).and_then(|members| arrange(path, members)) {
            Ok(files) => Ok(Self { path: path.to_owned(), files }),
            Err(
                none @ (OpenError::Empty(_)
                | OpenError::Nested(..)
                | OpenError::Spreadsheet(_)
                | OpenError::NotCsv(..)),
            ) => {
                let Some(inner) = only_folder(path) else {
                    return Err(none);
                };
                stay_inside(path, &inner)?;
                let name = inner.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let mut files = arrange(&inner, list(&inner)?)?;
                for member in &mut files.members {
                    member.folder.clone_from(&name);
                }
                Ok(Self { path: inner, files })
            }
            Err(error) => Err(error),
        }
    }
}

impl Package for Folder {
    fn members(&self) -> &[Member] {
        &self.files.members
    }

    fn nested(&self) -> &[String] {
        &self.files.nested
    }

    fn others(&self) -> &[String] {
        &self.files.others
    }

    fn open<'a>(&'a self, member: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError> {
        let path = self.path.join(&member.name);
        match File::open(&path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(OpenError::Io { path, error }),
        }
    }
}

fn list(path: &Path) -> Result<Vec<Member>, OpenError> {
    let io = |error| OpenError::Io { path: path.to_owned(), error };
    let mut members = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        let about = fs::metadata(entry.path()).map_err(io)?;
        if about.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_csv(&name) {
                stay_inside(path, &entry.path())?;
            }
            members.push(Member { name, folder: String::new(), size: about.len(), place: 0 });
        }
    }
    Ok(members)
}

/// Refuses a link that leads out of the folder, as it may come from whoever made the delivery and
/// name what only this user may read.
fn stay_inside(folder: &Path, path: &Path) -> Result<(), OpenError> {
    let io = |error| OpenError::Io { path: path.to_owned(), error };
    if !fs::symlink_metadata(path).map_err(io)?.is_symlink() {
        return Ok(());
    }
    let (folder, target) = (folder.canonicalize().map_err(io)?, path.canonicalize().map_err(io)?);
    if target.starts_with(folder) {
        return Ok(());
    }
    Err(OpenError::LinkOutside(path.to_owned()))
}

fn only_folder(path: &Path) -> Option<PathBuf> {
    let mut folders =
        fs::read_dir(path).ok()?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_dir() && !is_aside(&name)
        });
    let first = folders.next()?;
    folders.next().is_none().then_some(first)
}
