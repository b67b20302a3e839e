//! Puts the rows of a file in a random order, in memory.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::random::Random;

/// Shuffles all lines but the header; no cell may hold a line break.
pub(super) fn rows(path: &Path, random: &mut Random) -> io::Result<()> {
    let content = fs::read(path)?;
    let mut lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    if let Some((header, rows)) = lines.split_first_mut() {
        random.shuffle(rows);
        file.write_all(header)?;
        for row in rows {
            file.write_all(row)?;
        }
    }
    file.flush()
}
