//! Reads one file: a thread cuts it into blocks, others read them, and they are merged in order.

use std::collections::BTreeMap;
use std::io;

use crossbeam_channel::{Receiver, Sender, bounded};
use firstbell_roster::check::{Findings, absent, table as checks};
use firstbell_roster::model::Kind;
use firstbell_roster::model::columns::{SOURCED_ID, STATUS};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::settings::SlashedDates;
use firstbell_roster::model::snapshot::{Mode, Snapshot};
use firstbell_roster::model::subjects::{Lent, NOBODY, Subjects};
use firstbell_roster::scope::Rules;

use super::apart;
use super::blocks::{Block, Blocks, LONGEST_RECORD};
use super::dates;
use super::fetch::minimise;
use super::header::{self, Header, Version};
use super::header_row::header_row;
use super::merge::{Later, Merge};
use super::names;
use super::reading::{Batch, Reader};
use super::settle;
use super::tokenize::{Dialect, Tokenizer};
use super::unchanged::{self, Shortcut};
use super::{Keep, ReadError, Reading, trusted};
use crate::package::{Member, Package, content};

/// How many records room is made for, at most, before they are seen.
const MOST_FORESEEN: usize = 1 << 24;

/// How many blocks may be read before they are merged, which waits now and then for the disk.
const AHEAD: usize = 64;

/// How many buffers of blocks may wait to be filled again.
const SPARE: usize = 8;

/// One file to be read.
pub struct Task<'a> {
    /// Where it is.
    pub package: &'a dyn Package,
    /// Which it is.
    pub member: &'a Member,
    /// What it holds.
    pub kind: Kind,
    /// The version of the binding.
    pub version: Version,
    /// The kinds of which nothing ever came.
    pub unknown: &'a [bool],
    /// What reading needs beside the files.
    pub reading: &'a Reading<'a>,
    /// Whether a feature uses it; otherwise its records are only counted.
    pub used: bool,
}

/// A block that was read.
struct Done {
    number: u64,
    batch: Batch,
    sealed: Option<io::Result<Vec<u8>>>,
}

/// Reads a file into the snapshot; returns the hash of its bytes.
pub fn read(
    task: &Task<'_>,
    snapshot: &mut Snapshot,
    rules: &mut Rules,
) -> Result<blake3::Hash, ReadError> {
    let name = &task.member.name;
    let failed = |error| ReadError::Io { file: name.clone(), error };
    let mut blocks = Blocks::new(task.package.open(task.member)?).map_err(failed)?;
    let dialect = blocks.dialect();
    let first = blocks.next_block().map_err(failed)?;
    let first = first.unwrap_or(Block { number: 0, bytes: Vec::new(), last: true });
    if let Some(what) = content::of(&first.bytes) {
        if task.used {
            snapshot.findings.add(&checks::NOT_CSV, name, Some(task.kind), 0, what, 0, NOBODY);
        }
        if let Some(file) = snapshot.files.get_mut(&task.kind) {
            file.usable = false;
        }
        return pass_over(task, blocks).map_err(failed);
    }
    if !task.used {
        return count(task, blocks, first, snapshot).map_err(failed);
    }
    let (names, body, lines) = header_row(&first.bytes, dialect);
    if first.last && first.bytes.len() > LONGEST_RECORD && body >= first.bytes.len() {
        // Its header never ends, as far as it is read.
        snapshot.findings.add(&checks::CELL_TOO_LONG, name, Some(task.kind), 0, "", 1, NOBODY);
        if let Some(file) = snapshot.files.get_mut(&task.kind) {
            file.usable = false;
        }
        return pass_over(task, blocks).map_err(failed);
    }
    if first.bytes.trim_ascii().is_empty() {
        snapshot.findings.file(&checks::HEADER_ONLY, name, Some(task.kind));
        return pass_over(task, blocks).map_err(failed);
    }
    if dialect.separator != b',' {
        snapshot.findings.file(&checks::OTHER_SEPARATOR, name, Some(task.kind));
    }
    if blocks.is_utf16() {
        snapshot.findings.file(&checks::UTF16, name, Some(task.kind));
    }
    let own = own_names(task, &names);
    let rows = first.bytes.get(body..).unwrap_or_default();
    let map = |findings: &mut Findings| {
        Header::map(task.kind, task.version, &names, name, &own, findings)
    };
    let mut header = map(&mut Findings::default());
    if let Some((at, seen)) = apart::seen(task.kind, &names, &header, rows, dialect) {
        let (check, number) = (&checks::HEADER_APART, u32::try_from(at + 1).unwrap_or(u32::MAX));
        snapshot.findings.column(check, name, Some(task.kind), number, &seen);
        (header.usable, header.apart) = (false, true);
    } else {
        header = map(&mut snapshot.findings);
        if header.places.iter().any(Option::is_some) {
            for unmet in names::unmet(&own, &names) {
                let check = &checks::SETTING_NAMES_NO_COLUMN;
                snapshot.findings.add(check, name, Some(task.kind), 0, unmet, 0, NOBODY);
            }
        }
    }
    let statuses = header.places.get(STATUS).copied().flatten().is_some();
    if let Some(file) = snapshot.files.get_mut(&task.kind) {
        file.other_names.clone_from(&header.other_names);
        (file.lacks, file.dropped) = (header.lacks(), header.dropped);
        if file.mode == Mode::Delta && header.usable && !statuses {
            let check = &checks::DELTA_WITHOUT_STATUS;
            snapshot.findings.column(check, name, Some(task.kind), 0, "status");
        }
    }
    let told = header.width;
    header.learn(rows, dialect);
    for number in (told..header.width).filter_map(|at| u32::try_from(at + 1).ok()) {
        snapshot.findings.column(&checks::BLANK_COLUMN, name, Some(task.kind), number, "");
    }
    let columns =
        header.places.iter().map(|place| place.map_or(0, |at| u32::try_from(at + 1).unwrap_or(0)));
    let columns: Vec<_> = columns.collect();
    let slashed = dates::slashed(task, snapshot, dates::shown(task.kind, &header, rows, dialect));
    let parts = Parts { header: &header, columns, dialect, body, lines, slashed };
    make_room(task, snapshot, &first);
    let (hash, later) = parallel(task, snapshot, rules, &parts, blocks, first)?;
    settle::settle(snapshot, task.kind, later, &parts.columns);
    finish(task, snapshot, rules);
    Ok(hash)
}

/// What the district says of the columns of a file: what those mean that have other names, and which
/// it does without. Of a delivery that was kept, the values of the latter are gone.
fn own_names(task: &Task<'_>, names: &[String]) -> BTreeMap<String, String> {
    let (settings, file) = (task.reading.settings, task.kind.name());
    let mut own = settings.columns.get(file).cloned().unwrap_or_default();
    if let Some(columns) = settings.dropped_fields.get(file) {
        let none = &mut Findings::default();
        let header = Header::map(task.kind, task.version, names, &task.member.name, &own, none);
        own.extend(header.without(task.kind, names, columns));
    }
    let kept = task.package.other_names(task.kind).into_iter().flatten();
    let gone = kept.filter(|(_, column)| header::is_without(column));
    own.extend(gone.map(|(name, column)| (name.clone(), column.clone())));
    own
}

/// The names of the header row of a file.
pub fn names(package: &dyn Package, member: &Member) -> Result<Vec<String>, ReadError> {
    let failed = |error| ReadError::Io { file: member.name.clone(), error };
    let mut blocks = Blocks::new(package.open(member)?).map_err(failed)?;
    let first = blocks.next_block().map_err(failed)?;
    Ok(first.map_or(Vec::new(), |first| header_row(&first.bytes, blocks.dialect()).0))
}

/// What is known of a file once its header is read.
struct Parts<'a> {
    header: &'a Header,
    columns: Vec<u32>,
    dialect: Dialect,
    body: usize,
    lines: u32,
    slashed: SlashedDates,
}

/// Where the roster has nothing of a kind, makes room for as many records as seem to come.
fn make_room(task: &Task<'_>, snapshot: &mut Snapshot, first: &Block) {
    let list = snapshot.of_mut(task.kind);
    let lines = memchr::memchr_iter(b'\n', &first.bytes).count();
    if list.is_empty() && !first.last {
        let size = usize::try_from(task.member.size).unwrap_or(0);
        let blocks = size.div_ceil(first.bytes.len().max(1));
        let foreseen = lines.saturating_mul(blocks).min(MOST_FORESEEN);
        list.reserve(foreseen);
        list.marks.reserve(task.kind, foreseen);
    }
}

/// The shortcut past records that did not change; some records are always read: those that
/// scope rules look into, those that a rule may leave out, and those of a delta.
fn shortcut<'a>(
    task: &Task<'a>,
    rules: &Rules,
    parts: &Parts<'_>,
    header: &[u8],
    delta: bool,
    (hasher, earlier, known): (&'a Hasher, &'a [Subjects], &'a Lent),
) -> Option<Shortcut<'a>> {
    let kind = task.kind;
    let always = matches!(kind, Kind::Org | Kind::AcademicSession | Kind::Course);
    let mapping = rules.mapping();
    // Which part of a school these belong to hangs on other records, and what is met only on all.
    let others_tell = matches!(kind, Kind::Enrollment | Kind::Role) && mapping.split();
    if always || delta || !rules.are_open() || others_tell || mapping.are_unmet() {
        return None;
    }
    let (version, settings) = (task.version, task.reading.settings);
    let mut alike =
        unchanged::alike(header, parts.dialect, version, settings, task.unknown, kind, earlier);
    alike.extend_from_slice(&(parts.header.spare as u64).to_le_bytes());
    let mapped = mapping.told().flat_map(|one| &one.from);
    mapped.for_each(|from| alike.extend_from_slice(format!("{from:?}").as_bytes()));
    let column = parts.header.places.get(SOURCED_ID).copied().flatten()?;
    let bytes = hasher.of_bytes(&alike);
    Some(Shortcut { hasher, bytes, known, dialect: parts.dialect, column })
}

fn parallel<R: io::Read + Send>(
    task: &Task<'_>,
    snapshot: &mut Snapshot,
    rules: &Rules,
    parts: &Parts<'_>,
    blocks: Blocks<R>,
    first: Block,
) -> Result<(blake3::Hash, Later), ReadError> {
    let failed = |error| ReadError::Io { file: task.member.name.clone(), error };
    let delta = snapshot.files.get(&task.kind).is_some_and(|file| file.mode == Mode::Delta);
    let hasher = snapshot.hasher.clone();
    let every = absent::only_text_tells(snapshot, task.kind);
    // The lists of the kinds before this one, and the roster's part of its own, are read by
    // several threads; what is new of its own is merged.
    let known = snapshot.of_mut(task.kind).lend();
    let mut later = snapshot.kinds.split_off(task.kind as usize);
    let earlier = std::mem::take(&mut snapshot.kinds);
    let trusted = if task.kind == Kind::User { trusted(task.reading.settings) } else { Vec::new() };
    let header = first.bytes.get(..parts.body).unwrap_or_default();
    let shortcut = shortcut(task, rules, parts, header, delta, (&hasher, &earlier, &known));
    let reader = Reader {
        kind: task.kind,
        header: parts.header,
        dialect: parts.dialect,
        version: task.version,
        delta,
        hasher: &hasher,
        earlier: &earlier,
        known: &known,
        shortcut,
        every,
        unknown: task.unknown,
        rules,
        trusted: &trusted,
        contacts: task.reading.settings.expect.contacts,
        slashed: parts.slashed,
        latest: snapshot.latest,
    };
    snapshot.kinds.resize_with(task.kind as usize, Default::default);
    snapshot.kinds.append(&mut later);
    let result = threads(task, snapshot, parts, &reader, blocks, first);
    for (place, mut list) in earlier.into_iter().enumerate() {
        if let Some(slot) = snapshot.kinds.get_mut(place) {
            std::mem::swap(slot, &mut list);
        }
    }
    snapshot.of_mut(task.kind).take_back(known);
    result.map_err(failed)
}

/// Cuts, reads and merges side by side.
fn threads<R: io::Read + Send>(
    task: &Task<'_>,
    snapshot: &mut Snapshot,
    parts: &Parts<'_>,
    reader: &Reader<'_>,
    mut blocks: Blocks<R>,
    first: Block,
) -> io::Result<(blake3::Hash, Later)> {
    std::thread::scope(|scope| {
        let (send_block, blocks_to_read) = bounded::<Block>(8);
        let (send_done, done) = bounded::<Done>(AHEAD);
        let (give_back, spare) = bounded(SPARE);
        blocks.reuse(spare);
        let producer = scope.spawn(move || produce(blocks, first, &send_block));
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..workers {
            let (take, give) = (blocks_to_read.clone(), send_done.clone());
            let (body, keep, back) = (parts.body, task.reading.keep, give_back.clone());
            scope.spawn(move || work(reader, keep, body, &take, &give, &back));
        }
        drop((send_done, blocks_to_read, give_back));
        let merged = merge(task, snapshot, parts, reader, &done);
        drop(done);
        let hash = producer.join().map_err(|_| io::Error::other("reading stopped"));
        merged.and_then(|later| Ok((hash??, later)))
    })
}

fn produce<R: io::Read>(
    mut blocks: Blocks<R>,
    first: Block,
    send: &Sender<Block>,
) -> io::Result<blake3::Hash> {
    let mut next = Some(first);
    while let Some(block) = next {
        if send.send(block).is_err() {
            break;
        }
        next = blocks.next_block()?;
    }
    Ok(blocks.hash())
}

fn work(
    reader: &Reader<'_>,
    keep: Option<&dyn Keep>,
    body: usize,
    take: &Receiver<Block>,
    give: &Sender<Done>,
    back: &Sender<Vec<u8>>,
) {
    for block in take {
        let from = if block.number == 0 { body } else { 0 };
        let batch = reader.read(&block.bytes, from, block.last);
        let sealed = keep.map(|keep| {
            let bytes = minimise(&block.bytes, &batch.surplus, reader.header, reader.dialect);
            keep.seal(reader.kind, block.number, &bytes)
        });
        let number = block.number;
        // Where enough of them wait, it is freed.
        let _ = back.try_send(block.bytes);
        if give.send(Done { number, batch, sealed }).is_err() {
            return;
        }
    }
}

fn merge(
    task: &Task<'_>,
    snapshot: &mut Snapshot,
    parts: &Parts<'_>,
    reader: &Reader<'_>,
    done: &Receiver<Done>,
) -> io::Result<Later> {
    if !reader.delta {
        // A page that is read before it is written costs a second fault, which stops the other
        // processors.
        snapshot.of_mut(task.kind).at.fill(0);
    }
    let mut merge = Merge {
        snapshot,
        kind: task.kind,
        file: task.member.name.clone(),
        line: 1 + parts.lines,
        known: reader.known,
        delta: reader.delta,
        columns: parts.columns.clone(),
        later: Later::default(),
    };
    let (mut waiting, mut next) = (BTreeMap::new(), 0u64);
    let mut seen = Seen::default();
    for done in done {
        waiting.insert(done.number, done);
        while let Some(done) = waiting.remove(&next) {
            let line = if next == 0 { 1 } else { merge.line };
            seen.add(&done.batch);
            seen.records += merge.add(&done.batch);
            if let (Some(keep), Some(sealed)) = (task.reading.keep, done.sealed) {
                keep.append(task.kind, next, sealed?, line)?;
            }
            (task.reading.progress)(&task.member.name, seen.records);
            next += 1;
        }
    }
    seen.report(task, merge.snapshot, reader.delta, parts.header.usable);
    Ok(merge.later)
}

/// What the whole of a file was like.
#[derive(Default)]
struct Seen {
    records: u64,
    cut: bool,
    status_filled: bool,
    passwords: bool,
    newest: Option<i64>,
}

impl Seen {
    fn add(&mut self, batch: &Batch) {
        self.cut |= batch.cut;
        self.status_filled |= batch.status_filled;
        self.passwords |= batch.passwords;
        self.newest = self.newest.max(batch.newest.map(|instant| instant.0));
    }

    fn report(&self, task: &Task<'_>, snapshot: &mut Snapshot, delta: bool, usable: bool) {
        let (name, kind) = (&task.member.name, task.kind);
        if let Some(file) = snapshot.files.get_mut(&kind) {
            file.received = self.records;
            file.incomplete = self.cut;
            file.usable = usable;
        }
        let place = |name: &str| {
            u32::try_from(
                kind.columns().iter().position(|column| column.name == name).map_or(0, |at| at + 1),
            )
            .unwrap_or(0)
        };
        if self.records == 0 {
            snapshot.findings.file(&checks::HEADER_ONLY, name, Some(kind));
        }
        if self.status_filled && !delta && task.version != Version::V10 {
            snapshot.findings.column(
                &checks::STATUS_IN_BULK,
                name,
                Some(kind),
                place("status"),
                "status",
            );
        }
        if self.passwords {
            snapshot.findings.column(
                &checks::PASSWORD_DROPPED,
                name,
                Some(kind),
                place("password"),
                "password",
            );
        }
        let known = snapshot.of(kind).ordinals().any(|one| snapshot.of(kind).in_roster(one));
        if delta && !known {
            snapshot.findings.file(&checks::DELTA_BEFORE_BULK, name, Some(kind));
        }
        snapshot.about.newest = snapshot.about.newest.max(self.newest);
    }
}

/// Lets the rules learn from the kinds that later ones are judged by.
fn finish(task: &Task<'_>, snapshot: &Snapshot, rules: &mut Rules) {
    if rules.are_open() || !matches!(task.kind, Kind::Org | Kind::AcademicSession | Kind::Course) {
        return;
    }
    let list = snapshot.of(task.kind);
    for one in list.ordinals() {
        if let Some(record) = snapshot.record(task.kind, one) {
            rules.learn(task.kind, record.cell(SOURCED_ID), |at| record.cell(at).to_owned());
        }
    }
}

/// Hashes what is left of a file of which nothing is read, and keeps that there was one.
fn pass_over<R: io::Read>(task: &Task<'_>, mut blocks: Blocks<R>) -> io::Result<blake3::Hash> {
    if let Some(keep) = task.reading.keep.filter(|_| task.used) {
        keep.append(task.kind, 0, keep.seal(task.kind, 0, &[])?, 1)?;
    }
    while blocks.next_block()?.is_some() {}
    Ok(blocks.hash())
}

fn count<R: io::Read>(
    task: &Task<'_>,
    mut blocks: Blocks<R>,
    first: Block,
    snapshot: &mut Snapshot,
) -> io::Result<blake3::Hash> {
    let (dialect, mut cells, mut records) = (blocks.dialect(), Vec::new(), 0u64);
    let (_, mut from, _) = header_row(&first.bytes, dialect);
    let mut next = Some(first);
    while let Some(block) = next {
        let mut tokenizer = Tokenizer::at(&block.bytes, dialect, from);
        from = 0;
        while tokenizer.next_record(&mut cells).is_some() {
            let blank =
                cells.len() == 1 && cells.first().is_some_and(|cell| cell.range().is_empty());
            records += u64::from(!blank);
        }
        next = blocks.next_block()?;
    }
    if let Some(file) = snapshot.files.get_mut(&task.kind) {
        file.received = records;
    }
    Ok(blocks.hash())
}
