//! A delivery as a zip, inflated within limits and never to disk.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use firstbell_roster::model::Date;
use zip::ZipArchive;

use super::{
    Arranged, Limits, Member, OpenError, Package, arrange, content, is_aside, is_csv, not_csv,
};

/// What spreadsheets have inside that are zips themselves (ECMA-376; ODF 1.3, part 2).
const SHEETS: [&str; 2] = ["xl/workbook.xml", "content.xml"];

/// A zip of CSV files.
pub struct Zipped {
    path: PathBuf,
    limits: Limits,
    files: Arranged,
    compressed: u64,
    written_on: Option<Date>,
}

impl Zipped {
    /// Lists the files of a zip and refuses it where what it declares is above a limit.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, OpenError> {
        let file =
            File::open(path).map_err(|error| OpenError::Io { path: path.to_owned(), error })?;
        let compressed = file.metadata().map_or(0, |about| about.len());
        let mut begins = vec![0; content::TELLING];
        let read = file.read_at(&mut begins, 0).unwrap_or(0);
        begins.truncate(read);
        let failed = |_| match content::of(&begins) {
            _ if begins.starts_with(b"PK\x03\x04") => OpenError::BreaksOff(path.to_owned()),
            Some(what) => not_csv(path.to_owned(), what),
            None => OpenError::NotADelivery(path.to_owned()),
        };
        let mut archive = ZipArchive::new(file).map_err(failed)?;
        if archive.len() > limits.entries {
            return Err(limit("the number of files", limits.entries as u64));
        }
        if archive.has_duplicate_names()
            && let Some(name) = name_of_two(path, archive.central_directory_start())
        {
            return Err(OpenError::Twice(name.clone(), name));
        }
        if SHEETS.iter().any(|part| archive.index_for_name(part).is_some()) {
            return Err(OpenError::Spreadsheet(path.to_owned()));
        }
        let (mut members, mut written_on) = (Vec::new(), None);
        let mut total = 0u64;
        for place in 0..archive.len() {
            let entry = archive.by_index_raw(place).map_err(damaged)?;
            let name = entry.enclosed_name().ok_or(OpenError::PathOutside)?;
            if entry.is_dir() {
                continue;
            }
            total = total.saturating_add(entry.size());
            check(limits, entry.size(), total, compressed)?;
            // Some programs write the marks of Windows between folders.
            let name = name.to_string_lossy().replace('\\', "/");
            let (folder, name) = name.rsplit_once('/').unwrap_or(("", &name));
            let member = Member {
                name: name.to_owned(),
                folder: folder.to_owned(),
                size: entry.size(),
                place,
            };
            if entry.encrypted() && is_csv(&member.name) {
                return Err(OpenError::Encrypted(member.name));
            }
            if is_csv(&member.name) {
                written_on = written_on.max(entry.last_modified().and_then(day));
            }
            members.push(member);
        }
        members.retain(|member| !is_aside(&member.folder));
        let files = arrange(path, members)?;
        Ok(Self { path: path.to_owned(), limits, files, compressed, written_on })
    }
}

impl Package for Zipped {
    fn members(&self) -> &[Member] {
        &self.files.members
    }

    fn nested(&self) -> &[String] {
        &self.files.nested
    }

    fn others(&self) -> &[String] {
        &self.files.others
    }

    fn written_on(&self) -> Option<Date> {
        self.written_on
    }

    fn open<'a>(&'a self, member: &Member) -> Result<Box<dyn Read + Send + 'a>, OpenError> {
        let io = |error| OpenError::Io { path: self.path.clone(), error };
        let mut archive = ZipArchive::new(File::open(&self.path).map_err(io)?).map_err(damaged)?;
        let (give, receive) = crossbeam_channel::bounded(4);
        let limit = self.limits.bytes_each.min(allowed(self.limits, self.compressed));
        let place = member.place;
        std::thread::spawn(move || {
            let sent = archive
                .by_index(place)
                .map_err(io::Error::other)
                .and_then(|entry| inflate(entry.take(limit + 1), limit, &give));
            if let Err(error) = sent {
                // The reader may have stopped listening; then nobody needs the error.
                let _ = give.send(Err(error));
            }
        });
        Ok(Box::new(Inflated { receive, chunk: Vec::new(), at: 0 }))
    }
}

/// The day of an entry, in the zone of whoever wrote it; the first that a zip can tell stands for
/// none.
fn day(written: zip::DateTime) -> Option<Date> {
    let text = format!("{:04}-{:02}-{:02}", written.year(), written.month(), written.day());
    Date::parse(&text).filter(|_| text != "1980-01-01")
}

/// Inflates on a thread of its own, so that reading goes on meanwhile.
fn inflate(
    mut entry: impl Read,
    limit: u64,
    give: &crossbeam_channel::Sender<io::Result<Vec<u8>>>,
) -> io::Result<()> {
    let mut total = 0u64;
    loop {
        let mut chunk = vec![0; 1 << 18];
        let read = entry.read(&mut chunk)?;
        if read == 0 {
            return Ok(());
        }
        total += read as u64;
        if total > limit {
            return Err(io::Error::other("a file inflates beyond its limit"));
        }
        chunk.truncate(read);
        if give.send(Ok(chunk)).is_err() {
            return Ok(());
        }
    }
}

struct Inflated {
    receive: crossbeam_channel::Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    at: usize,
}

impl Read for Inflated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.chunk.len() {
            match self.receive.recv() {
                Ok(chunk) => (self.chunk, self.at) = (chunk?, 0),
                Err(_) => return Ok(0),
            }
        }
        let rest = self.chunk.get(self.at..).unwrap_or_default();
        let read = (&mut &*rest).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// The name of the first CSV file that the zip's own list has twice; an archive that was opened
/// knows only the last of them (APPNOTE 6.3.10, section 4.3.12).
fn name_of_two(path: &Path, list: u64) -> Option<String> {
    let mut file = BufReader::new(File::open(path).ok()?);
    file.seek(SeekFrom::Start(list)).ok()?;
    let mut names = BTreeSet::new();
    loop {
        let mut head = [0; 46];
        file.read_exact(&mut head).ok()?;
        let [b'P', b'K', 1, 2, ..] = head else { return None };
        let [name_low, name_high, extra_low, extra_high, note_low, note_high] =
            *head.get(28..34)?.first_chunk()?;
        let mut name = vec![0; usize::from(u16::from_le_bytes([name_low, name_high]))];
        file.read_exact(&mut name).ok()?;
        let rest = i64::from(u16::from_le_bytes([extra_low, extra_high]))
            + i64::from(u16::from_le_bytes([note_low, note_high]));
        file.seek_relative(rest).ok()?;
        let name = String::from_utf8_lossy(&name).into_owned();
        if is_csv(&name) && !names.insert(name.clone()) {
            return Some(name);
        }
    }
}

fn check(limits: Limits, each: u64, total: u64, compressed: u64) -> Result<(), OpenError> {
    if each > limits.bytes_each {
        return Err(limit("the size of a file", limits.bytes_each));
    }
    if total > limits.bytes_in_all {
        return Err(limit("the size of all files", limits.bytes_in_all));
    }
    if total > allowed(limits, compressed) {
        return Err(limit("the ratio of inflated to compressed size", limits.ratio));
    }
    Ok(())
}

fn allowed(limits: Limits, compressed: u64) -> u64 {
    compressed.saturating_mul(limits.ratio).saturating_add(1 << 20)
}

fn limit(what: &str, limit: u64) -> OpenError {
    OpenError::Limit { what: what.to_owned(), limit }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn damaged(error: zip::result::ZipError) -> OpenError {
    OpenError::Zip(error.to_string())
}
