//! Keeps a delivery as sealed blocks, and reads it again.

mod lines;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use firstbell_ingest::package::Member;
use firstbell_ingest::{Keep, OpenError, Package};
use firstbell_roster::check::table as checks;
use firstbell_roster::model::Kind;
use firstbell_roster::model::settings::{Mapping, SlashedDates};
use firstbell_roster::model::snapshot::{Mode, Snapshot};
use firstbell_store::{
    DeliveryNumber, DistrictFiles, DistrictKey, SealedError, SealedReader, SealedWriter, Sealer,
};
use serde::{Deserialize, Serialize};

use crate::hub::HubError;

/// Writes a delivery's blocks as it is read.
pub struct Keeper<'a> {
    files: DistrictFiles,
    key: &'a DistrictKey,
    number: DeliveryNumber,
    /// The file that is being written.
    writers: Mutex<BTreeMap<Kind, Writer>>,
    /// Those before it, on their way to the disk.
    finishing: Mutex<Vec<JoinHandle<Result<(), HubError>>>>,
    /// What seals the blocks of each file, beside the writer that appends them.
    sealers: RwLock<BTreeMap<Kind, Sealer>>,
}

struct Writer {
    file: SealedWriter,
    /// The line on which each block begins.
    lines: Vec<u32>,
}

/// A kept delivery on its way to the disk.
pub struct Finishing {
    folder: PathBuf,
    task: tokio::task::JoinHandle<Result<(), HubError>>,
}

impl Finishing {
    /// Waits until it is lasting.
    pub async fn wait(self) -> Result<(), HubError> {
        let stopped = HubError::io(&self.folder);
        self.task.await.map_err(|error| stopped(io::Error::other(error)))?
    }
}

/// What is kept about the files of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeptFiles {
    /// The files, by kind.
    pub files: BTreeMap<Kind, KeptFile>,
    /// The kinds that the manifest declared absent though they had come before.
    pub absent: Vec<Kind>,
    /// The newest `dateLastModified`, in microseconds.
    pub newest: Option<i64>,
    /// How its dates with slashes were read where its files did not show it.
    #[serde(default)]
    pub slashed_dates: SlashedDates,
    /// Which of its schools were other ones here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapping: Vec<Mapping>,
    /// What the settings named as such schools, and its records had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapped: Vec<String>,
}

/// What is kept about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its name as delivered.
    pub name: String,
    /// Whether it was the whole of its kind.
    pub mode: Mode,
    /// Records after the header.
    pub received: u64,
    /// Its columns that are named otherwise than OneRoster names them, with OneRoster's names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_names: BTreeMap<String, String>,
    /// How its dates with slashes were read; as those of all files where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slashed_dates: Option<SlashedDates>,
}

impl KeptFiles {
    /// How the dates with slashes of a kind's file were read.
    pub fn slashed_dates(&self, kind: Kind) -> SlashedDates {
        let own = self.files.get(&kind).and_then(|file| file.slashed_dates);
        own.unwrap_or(self.slashed_dates)
    }

    /// What to keep about the files of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let file = |file: &firstbell_roster::model::snapshot::File| KeptFile {
            name: file.name.clone(),
            mode: file.mode,
            received: file.received,
            other_names: file.other_names.clone(),
            slashed_dates: Some(file.slashed_dates)
                .filter(|own| *own != snapshot.about.slashed_dates),
        };
        let code = checks::DECLARED_ABSENT.code;
        Self {
            files: snapshot.files.iter().map(|(kind, one)| (*kind, file(one))).collect(),
            absent: snapshot
                .findings
                .iter()
                .filter(|tally| tally.check.code == code)
                .filter_map(|tally| tally.kind)
                .collect(),
            newest: snapshot.about.newest,
            slashed_dates: snapshot.about.slashed_dates,
            mapping: snapshot.about.mapping.clone(),
            mapped: snapshot.about.mapped.clone(),
        }
    }
}

impl<'a> Keeper<'a> {
    /// Begins to keep a delivery.
    pub fn new(files: DistrictFiles, key: &'a DistrictKey, number: DeliveryNumber) -> Self {
        let (writers, finishing) = (Mutex::default(), Mutex::default());
        Self { files, key, number, writers, finishing, sealers: RwLock::default() }
    }

    /// Begins to make what was kept lasting, which waits for the disk beside other work.
    pub fn finish(self) -> Finishing {
        let writers = self.writers.into_inner().unwrap_or_else(PoisonError::into_inner);
        let earlier = self.finishing.into_inner().unwrap_or_else(PoisonError::into_inner);
        let folder = self.files.delivery(self.number);
        let within = folder.clone();
        let task = tokio::task::spawn_blocking(move || {
            writers.into_values().try_for_each(Writer::finish)?;
            earlier.into_iter().try_for_each(|task| wait(task, &within))
        });
        Finishing { folder, task }
    }

    /// Removes what was kept of a delivery that is refused.
    pub fn discard(self) {
        let folder = self.files.delivery(self.number);
        drop(self.writers);
        let earlier = self.finishing.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Whatever became of them, they go.
        for task in earlier {
            drop(wait(task, &folder));
        }
        // What cannot be removed now is swept when the installation is opened again.
        let _ = std::fs::remove_dir_all(folder);
    }

    fn sealer(&self, kind: Kind) -> Option<Sealer> {
        let sealers = self.sealers.read().unwrap_or_else(PoisonError::into_inner);
        sealers.get(&kind).cloned()
    }

    fn begin(&self, kind: Kind) -> io::Result<Sealer> {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        // Files come one after another, so that those before this one are whole.
        let earlier: Vec<_> = writers.extract_if(.., |other, _| *other != kind).collect();
        let earlier = earlier.into_iter().map(|(_, file)| thread::spawn(move || file.finish()));
        self.finishing.lock().unwrap_or_else(PoisonError::into_inner).extend(earlier);
        let sealer = match writers.entry(kind) {
            Entry::Occupied(writer) => writer.get().file.sealer(),
            Entry::Vacant(place) => place.insert(self.create(kind)?).file.sealer(),
        };
        let mut sealers = self.sealers.write().unwrap_or_else(PoisonError::into_inner);
        sealers.insert(kind, sealer.clone());
        Ok(sealer)
    }

    fn create(&self, kind: Kind) -> io::Result<Writer> {
        let path = self.files.delivery_file(self.number, kind);
        self.files.make_folder_of(&path)?;
        let header = format!("delivery {} {kind}", self.number);
        let file = SealedWriter::create(&path, self.key, header.as_bytes()).map_err(into_io)?;
        Ok(Writer { file, lines: Vec::new() })
    }
}

impl Writer {
    /// Makes the file lasting and gives it its name.
    fn finish(self) -> Result<(), HubError> {
        Ok(self.file.finish(&serde_json::to_vec(&self.lines)?)?)
    }
}

/// Waits until a file in a folder is lasting.
fn wait(task: JoinHandle<Result<(), HubError>>, folder: &Path) -> Result<(), HubError> {
    let stopped = |_| Err(HubError::io(folder)(io::Error::other("keeping it stopped")));
    task.join().unwrap_or_else(stopped)
}

impl Keep for Keeper<'_> {
    fn seal(&self, kind: Kind, number: u64, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let sealer = self.sealer(kind).map_or_else(|| self.begin(kind), Ok)?;
        let number = u32::try_from(number).map_err(io::Error::other)?;
        sealer.seal(number, bytes).map_err(into_io)
    }

    fn append(&self, kind: Kind, number: u64, sealed: Vec<u8>, first_line: u32) -> io::Result<()> {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = writers.get_mut(&kind) else { return Ok(()) };
        writer.lines.push(first_line);
        let number = u32::try_from(number).map_err(io::Error::other)?;
        writer.file.append(number, &sealed).map_err(into_io)
    }
}

/// What the file system says stays in front, so that a full disk is told as one.
fn into_io(error: SealedError) -> io::Error {
    if let SealedError::File { path, source } = &error {
        return io::Error::new(source.kind(), format!("`{path}`: {source}"));
    }
    io::Error::other(error)
}

/// A delivery that was kept, as a package.
///
/// Reading it says what reading the delivery said: files that no feature uses are counted again.
pub struct KeptDelivery {
    members: Vec<Member>,
    sources: Vec<Source>,
    manifest: String,
    other_names: BTreeMap<Kind, BTreeMap<String, String>>,
    slashed_dates: BTreeMap<Kind, SlashedDates>,
    mapping: Vec<Mapping>,
}

/// What a file of a kept delivery is read from.
enum Source {
    /// Its blocks.
    Sealed(Kind, SealedReader),
    /// How many records it had; no more is kept of it.
    Counted(u64),
}

impl KeptDelivery {
    /// Opens what was kept of a delivery.
    pub fn open(
        files: &DistrictFiles,
        key: &DistrictKey,
        number: DeliveryNumber,
        version: &str,
        kept: &KeptFiles,
    ) -> Result<Self, HubError> {
        let mut members = vec![member("manifest.csv", usize::MAX)];
        let mut sources = Vec::new();
        let mut manifest = format!("propertyName,value\noneroster.version,{version}\n");
        for (kind, file) in &kept.files {
            let mode = if file.mode == Mode::Bulk { "bulk" } else { "delta" };
            // Writing to a string does not fail.
            let _ = writeln!(manifest, "file.{kind},{mode}");
            let path = files.delivery_file(number, *kind);
            members.push(member(&file.name, sources.len()));
            sources.push(if is_always_kept(*kind) || path.exists() {
                Source::Sealed(*kind, SealedReader::open(&path, key)?)
            } else {
                Source::Counted(file.received)
            });
        }
        for kind in &kept.absent {
            let _ = writeln!(manifest, "file.{kind},absent");
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        let other_names = kept.files.iter().map(|(kind, file)| (*kind, file.other_names.clone()));
        let slashed_dates = kept.files.keys().map(|kind| (*kind, kept.slashed_dates(*kind)));
        let (other_names, slashed_dates) = (other_names.collect(), slashed_dates.collect());
        let mapping = kept.mapping.clone();
        Ok(Self { members, sources, manifest, other_names, slashed_dates, mapping })
    }
}

/// Whether the records of a kind are kept whatever the settings; of the others, those that no
/// feature uses are only counted.
pub fn is_always_kept(kind: Kind) -> bool {
    kind.is_fact() && kind != Kind::Demographics
}

fn member(name: &str, place: usize) -> Member {
    Member { name: name.to_owned(), folder: String::new(), size: 0, place }
}

impl Package for KeptDelivery {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn other_names(&self, kind: Kind) -> Option<&BTreeMap<String, String>> {
        self.other_names.get(&kind)
    }

    fn slashed_dates(&self, kind: Kind) -> SlashedDates {
        self.slashed_dates.get(&kind).copied().unwrap_or_default()
    }

    fn mapping(&self) -> &[Mapping] {
        &self.mapping
    }

    fn open<'a>(&'a self, member: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError> {
        match self.sources.get(member.place) {
            Some(Source::Sealed(_, reader)) => {
                Ok(Box::new(Blocks { reader, next: 0, block: Cursor::default() }))
            }
            Some(Source::Counted(records)) => Ok(Box::new(Counted { left: 2 * (records + 1) })),
            None => Ok(Box::new(self.manifest.as_bytes())),
        }
    }
}

struct Blocks<'a> {
    reader: &'a SealedReader,
    next: u32,
    block: Cursor<Vec<u8>>,
}

impl Read for Blocks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(buffer)?;
            if read > 0 || self.next >= self.reader.blocks() {
                return Ok(read);
            }
            self.block = Cursor::new(self.reader.read(self.next).map_err(io::Error::other)?);
            self.next += 1;
        }
    }
}

/// A header and records of which nothing but their number is known.
struct Counted {
    /// Bytes that are still to come, two a line.
    left: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        for byte in buffer {
            if self.left == 0 {
                break;
            }
            *byte = if self.left.is_multiple_of(2) { b'x' } else { b'\n' };
            self.left -= 1;
            read += 1;
        }
        Ok(read)
    }
}
