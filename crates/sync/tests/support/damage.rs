//! Damages of deliveries.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest_derive::Arbitrary;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::bundle::Bundle;

/// The files of a delivery as bytes.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Whether they come in a zip.
    pub zipped: bool,
    /// What is done to the bytes of the zip.
    flips: Vec<(u16, u8)>,
}

impl Feed {
    /// The files of a bundle.
    pub fn of(bundle: &Bundle) -> Self {
        let text = |rows: &Vec<Vec<String>>| {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in rows {
                writer.write_record(row).unwrap();
            }
            writer.into_inner().unwrap()
        };
        let files = bundle.files.iter().map(|(name, rows)| (format!("{name}.csv"), text(rows)));
        Self { files: files.collect(), zipped: false, flips: Vec::new() }
    }

    /// Writes the delivery into a folder, in the place of an older one.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let (feed, zip) = (folder.join("feed"), folder.join("feed.zip"));
        drop(fs::remove_dir_all(&feed));
        drop(fs::remove_file(&zip));
        if !self.zipped {
            fs::create_dir(&feed).unwrap();
            self.files.iter().for_each(|(name, bytes)| fs::write(feed.join(name), bytes).unwrap());
            return feed;
        }
        let mut writer = ZipWriter::new(File::create(&zip).unwrap());
        for (name, bytes) in &self.files {
            writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap();
        let mut bytes = fs::read(&zip).unwrap();
        for (at, mask) in &self.flips {
            let at = usize::from(*at) % bytes.len().max(1);
            bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= mask);
        }
        fs::write(&zip, bytes).unwrap();
        zip
    }

    /// A file by number.
    fn pick(&mut self, number: u8) -> Option<&mut Vec<u8>> {
        let count = self.files.len().max(1);
        self.files.values_mut().nth(usize::from(number) % count)
    }

    /// Changes a file as rows of cells.
    fn rows(&mut self, number: u8, change: impl FnOnce(&mut Vec<Vec<String>>)) {
        let Some(bytes) = self.pick(number) else { return };
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut rows: Vec<_> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        change(&mut rows);
        let lines = rows.into_iter().map(|row: Vec<String>| row.join(",") + "\n");
        *bytes = lines.collect::<String>().into_bytes();
    }
}

/// One thing that goes wrong with a delivery; numbers are taken by what there is.
#[derive(Debug, Clone, Arbitrary)]
pub enum Damage {
    /// Bits of a byte turn over.
    FlipByte { file: u8, at: u16, mask: u8 },
    /// The file ends early.
    Truncate { file: u8, at: u16 },
    /// Rows are missing.
    CutRows { file: u8, from: u8, count: u8 },
    /// Rows come twice.
    RepeatRows { file: u8, from: u8, count: u8 },
    /// Two columns change places, their names too or alone.
    SwapColumns { file: u8, one: u8, other: u8, names_alone: bool },
    /// A column is missing.
    DropColumn { file: u8, column: u8 },
    /// A column is called otherwise.
    RenameColumn { file: u8, column: u8, name: String },
    /// A column says the same in each row.
    FillColumn { file: u8, column: u8, value: String },
    /// A file is missing.
    DropFile { file: u8 },
    /// A file has nothing, or a header alone.
    EmptyFile { file: u8, header: bool },
    /// Two files change places.
    SwapFiles { one: u8, other: u8 },
    /// A file is written in another encoding, with other marks, or with other ends of lines.
    Encode { file: u8, how: Encoding },
    /// Something stands in the midst of the file.
    Insert { file: u8, at: u16, bytes: Vec<u8> },
    /// The ids of some rows are new.
    ReissueIds { file: u8, from: u8, count: u8 },
    /// The manifest says otherwise.
    Declare { file: u8, mode: u8 },
    /// Bits of a byte of the zip turn over.
    FlipZip { at: u16, mask: u8 },
}

/// How a file may be written.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Encoding {
    Utf16,
    Utf16BigEndian,
    Marked,
    CarriageReturns,
    Semicolons,
    Tabs,
    UpperCase,
}

impl Damage {
    /// Does it to a delivery.
    #[expect(clippy::too_many_lines, reason = "a list of small things")]
    pub fn strike(&self, feed: &mut Feed) {
        match self {
            Self::FlipByte { file, at, mask } => {
                let Some(bytes) = feed.pick(*file) else { return };
                let at = usize::from(*at) % bytes.len().max(1);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= mask);
            }
            Self::Truncate { file, at } => {
                let Some(bytes) = feed.pick(*file) else { return };
                bytes.truncate(usize::from(*at) % bytes.len().max(1));
            }
            Self::CutRows { file, from, count } => feed.rows(*file, |rows| {
                let (from, to) = range(rows.len(), *from, *count);
                rows.drain(from..to);
            }),
            Self::RepeatRows { file, from, count } => feed.rows(*file, |rows| {
                let (from, to) = range(rows.len(), *from, *count);
                rows.extend_from_within(from..to);
            }),
            Self::SwapColumns { file, one, other, names_alone } => feed.rows(*file, |rows| {
                let count = if *names_alone { 1 } else { rows.len() };
                for row in rows.iter_mut().take(count).filter(|row| !row.is_empty()) {
                    let (one, other) =
                        (usize::from(*one) % row.len(), usize::from(*other) % row.len());
                    row.swap(one, other);
                }
            }),
            Self::DropColumn { file, column } => feed.rows(*file, |rows| {
                for row in rows.iter_mut().filter(|row| !row.is_empty()) {
                    row.remove(usize::from(*column) % row.len());
                }
            }),
            Self::RenameColumn { file, column, name } => feed.rows(*file, |rows| {
                let Some(row) = rows.first_mut().filter(|row| !row.is_empty()) else { return };
                let at = usize::from(*column) % row.len();
                row[at].clone_from(name);
            }),
            Self::FillColumn { file, column, value } => feed.rows(*file, |rows| {
                for row in rows.iter_mut().skip(1).filter(|row| !row.is_empty()) {
                    let at = usize::from(*column) % row.len();
                    row[at].clone_from(value);
                }
            }),
            Self::DropFile { file } => {
                let name = feed.files.keys().nth(usize::from(*file) % feed.files.len().max(1));
                if let Some(name) = name.cloned() {
                    feed.files.remove(&name);
                }
            }
            Self::EmptyFile { file, header } => {
                feed.rows(*file, |rows| rows.truncate(usize::from(*header)));
            }
            Self::SwapFiles { one, other } => {
                let count = feed.files.len().max(1);
                let name = |number: u8| feed.files.keys().nth(usize::from(number) % count).cloned();
                let Some((one, other)) = name(*one).zip(name(*other)) else { return };
                let first = feed.files[&one].clone();
                let second = feed.files.insert(other, first);
                if let Some(second) = second {
                    feed.files.insert(one, second);
                }
            }
            Self::Encode { file, how } => {
                let Some(bytes) = feed.pick(*file) else { return };
                *bytes = how.apply(&String::from_utf8_lossy(bytes));
            }
            Self::Insert { file, at, bytes } => {
                let Some(file) = feed.pick(*file) else { return };
                let at = usize::from(*at) % (file.len() + 1);
                file.splice(at..at, bytes.iter().copied());
            }
            Self::ReissueIds { file, from, count } => feed.rows(*file, |rows| {
                let (from, to) = range(rows.len(), *from, *count);
                for id in rows[from..to].iter_mut().filter_map(|row| row.first_mut()) {
                    id.push('x');
                }
            }),
            Self::Declare { file, mode } => {
                let Some(manifest) = feed.files.get_mut("manifest.csv") else { return };
                let text = String::from_utf8_lossy(manifest).into_owned();
                let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
                let at = usize::from(*file) % lines.len().max(1);
                let mode = ["bulk", "delta", "absent", "", "all"][usize::from(*mode) % 5];
                if let Some(line) = lines.get_mut(at) {
                    let property = line.split(',').next().unwrap_or_default();
                    *line = format!("{property},{mode}");
                }
                *manifest = (lines.join("\n") + "\n").into_bytes();
            }
            Self::FlipZip { at, mask } => feed.flips.push((*at, *mask)),
        }
    }
}

impl Encoding {
    fn apply(self, text: &str) -> Vec<u8> {
        let units = || text.encode_utf16();
        match self {
            Self::Utf16 => {
                [vec![0xff, 0xfe], units().flat_map(u16::to_le_bytes).collect()].concat()
            }
            Self::Utf16BigEndian => {
                [vec![0xfe, 0xff], units().flat_map(u16::to_be_bytes).collect()].concat()
            }
            Self::Marked => format!("\u{feff}{text}").into_bytes(),
            Self::CarriageReturns => text.replace('\n', "\r").into_bytes(),
            Self::Semicolons => text.replace(',', ";").into_bytes(),
            Self::Tabs => text.replace(',', "\t").into_bytes(),
            Self::UpperCase => text.to_uppercase().into_bytes(),
        }
    }
}

/// Some rows after the header.
fn range(rows: usize, from: u8, count: u8) -> (usize, usize) {
    let from = 1.min(rows) + usize::from(from) % rows.saturating_sub(1).max(1);
    let to = (from + usize::from(count)).min(rows);
    (from.min(to), to)
}
