//! The files of a delivery: a folder, a zip, or what was kept of an earlier one.

pub mod content;
mod folder;
mod zipped;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use firstbell_roster::model::settings::{Mapping, SlashedDates};
use firstbell_roster::model::{Date, Kind};

use crate::file_name;

/// The files of one delivery, to be read in any order and more than once.
pub trait Package: Send + Sync {
    /// The files, ordered by name.
    fn members(&self) -> &[Member];

    /// The zips that stand among the files; they are not opened.
    fn nested(&self) -> &[String] {
        &[]
    }

    /// The files among them that are no CSV by their names: spreadsheets, web pages and such.
    fn others(&self) -> &[String] {
        &[]
    }

    /// The day on which its newest file was written, where the package keeps that. A folder does
    /// not: copying gives its files another day.
    fn written_on(&self) -> Option<Date> {
        None
    }

    /// The columns of a kind's file that are named otherwise than OneRoster names them, with
    /// OneRoster's names, where that is known already.
    fn other_names(&self, _: Kind) -> Option<&BTreeMap<String, String>> {
        None
    }

    /// How the dates with slashes of a kind's file are read, where that is known already.
    fn slashed_dates(&self, _: Kind) -> SlashedDates {
        SlashedDates::default()
    }

    /// Which of its schools are other ones here, where that is known already.
    fn mapping(&self) -> &[Mapping] {
        &[]
    }

    /// Opens a file for reading from its beginning.
    fn open<'a>(&'a self, member: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError>;
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name without folders, as it stands in the delivery.
    pub name: String,
    /// Its folder inside the delivery; empty at the top.
    pub folder: String,
    /// Its size in bytes once inflated, as declared.
    pub size: u64,
    /// Where the package finds it.
    pub place: usize,
}

impl Member {
    /// Its name without the ending.
    pub fn stem(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |(stem, _)| stem)
    }

    /// The error of a delivery that has another file of the same meaning.
    pub fn beside(&self, other: &Self) -> OpenError {
        OpenError::Twice(self.path(), other.path())
    }

    /// Its folder and name, as it stands in the delivery.
    fn path(&self) -> String {
        match self.folder.as_str() {
            "" => self.name.clone(),
            folder => format!("{folder}/{}", self.name),
        }
    }
}

/// How much of a zip is inflated before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in the zip.
    pub entries: usize,
    /// Bytes of one inflated file.
    pub bytes_each: u64,
    /// Bytes of all inflated files.
    pub bytes_in_all: u64,
    /// Inflated bytes for each byte in the zip, beyond the first mebibyte.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 200, bytes_each: 8 << 30, bytes_in_all: 16 << 30, ratio: 200 }
    }
}

/// Why a delivery cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing is there.
    #[error("there is no file or folder at `{0}`")]
    NotFound(PathBuf),
    /// It begins as a zip and has no end.
    #[error("`{0}` begins as a zip and breaks off; it was not sent whole, or is damaged")]
    BreaksOff(PathBuf),
    /// It is neither a folder nor a zip.
    #[error("`{0}` is neither a folder nor a zip of CSV files")]
    NotADelivery(PathBuf),
    /// It is a spreadsheet.
    #[error("`{0}` is a spreadsheet, not CSV")]
    Spreadsheet(PathBuf),
    /// It is something else that is no CSV.
    #[error("`{0}` is {1}, not CSV")]
    NotCsv(PathBuf, &'static str),
    /// It holds zips and no CSV files.
    #[error("`{0}` holds another zip, `{1}`, and no CSV files")]
    Nested(PathBuf, String),
    /// No file in it ends in `.csv`.
    #[error("`{0}` holds no CSV files")]
    Empty(PathBuf),
    /// The zip is damaged or uses what OneRoster does not allow.
    #[error("the zip cannot be read: {0}")]
    Zip(String),
    /// A file in the zip is encrypted.
    #[error("`{0}` in the zip is locked with a password")]
    Encrypted(String),
    /// The zip would inflate beyond a limit.
    #[error("the zip is refused: {what} is above the limit of {limit}")]
    Limit {
        /// What is above the limit.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A name in the zip leads outside it.
    #[error("the zip is refused: an entry's name leads outside the delivery")]
    PathOutside,
    /// A link in the folder leads out of it.
    #[error("`{0}` is a link that leads out of the delivery")]
    LinkOutside(PathBuf),
    /// Two files would be the same one, such as `users.csv` and `Users.csv`.
    #[error("{}", twice(.0, .1))]
    Twice(String, String),
    /// The system could not read it.
    #[error("cannot read `{path}`: {error}")]
    Io {
        /// What was read.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Opens a folder or a zip.
pub fn open(path: &Path, limits: Limits) -> Result<Box<dyn Package>, OpenError> {
    let about = std::fs::metadata(path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            return OpenError::NotFound(path.to_owned());
        }
        OpenError::Io { path: path.to_owned(), error }
    })?;
    if about.is_dir() {
        return Ok(Box::new(folder::Folder::open(path)?));
    }
    if !about.is_file() {
        // Waiting for what a pipe or a device may say would never end.
        return Err(OpenError::NotADelivery(path.to_owned()));
    }
    Ok(Box::new(zipped::Zipped::open(path, limits)?))
}

/// The files of a delivery by what they are.
#[derive(Debug, Default)]
struct Arranged {
    /// The CSV files by name, none twice whatever their folders and case.
    members: Vec<Member>,
    /// The zips beside them.
    nested: Vec<String>,
    /// What else is no CSV by its name.
    others: Vec<String>,
}

fn arrange(path: &Path, mut members: Vec<Member>) -> Result<Arranged, OpenError> {
    let ends = |member: &Member, end: &str| member.name.to_ascii_lowercase().ends_with(end);
    let nested = members.iter().filter(|member| ends(member, ".zip"));
    let nested: Vec<_> = nested.map(|member| member.name.clone()).collect();
    let others =
        members.iter().filter_map(|member| Some((member, content::by_name(&member.name)?)));
    let first = others.clone().next().map(|(member, what)| (path.join(&member.name), what));
    let others = others.map(|(member, _)| member.name.clone()).collect();
    members.retain(|member| is_csv(&member.name));
    if members.is_empty() {
        return Err(match (nested.into_iter().next(), first) {
            (Some(zip), _) => OpenError::Nested(path.to_owned(), zip),
            (None, Some((other, what))) => not_csv(other, what),
            (None, None) => OpenError::Empty(path.to_owned()),
        });
    }
    members.sort_by_cached_key(|member| (member.name.to_ascii_lowercase(), member.path()));
    for (one, next) in members.iter().zip(members.iter().skip(1)) {
        if one.name.eq_ignore_ascii_case(&next.name) {
            return Err(one.beside(next));
        }
    }
    Ok(Arranged { members, nested, others })
}

fn not_csv(path: PathBuf, what: &'static str) -> OpenError {
    if what == content::SPREADSHEET {
        return OpenError::Spreadsheet(path);
    }
    OpenError::NotCsv(path, what)
}

fn twice(one: &str, other: &str) -> String {
    if one == other {
        return format!("`{one}` is in the delivery twice, and only one of them can be read");
    }
    format!("`{one}` and `{other}` are the same file of a delivery, and only one can be read")
}

fn is_csv(name: &str) -> bool {
    let ends = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("csv"));
    !name.starts_with('.') && (ends || file_name::meaning(name).is_some())
}

/// Whether macOS puts a folder beside the files, or it is hidden.
fn is_aside(folder: &str) -> bool {
    folder.split('/').any(|part| part == "__MACOSX" || part.starts_with('.'))
}
