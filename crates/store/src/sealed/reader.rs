//! Reading a sealed file, any block without the others.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::SealedError;
use super::block::{Part, Sealer};
use super::layout::{self, END, FILE_ID_BYTES, MAGIC, TRAILER_BYTES, WRAPPED_KEY_BYTES};
use crate::vault::DistrictKey;

/// A sealed file that is whole, and whose index was proved. Blocks are proved as they are read.
#[derive(Debug)]
pub struct SealedReader {
    path: PathBuf,
    file: File,
    sealer: Sealer,
    header: Vec<u8>,
    blocks: Places,
    footer: Vec<u8>,
}

impl SealedReader {
    /// Opens a file and reads its index.
    pub fn open(path: &Path, key: &DistrictKey) -> Result<Self, SealedError> {
        let file = File::open(path).map_err(SealedError::file(path))?;
        let raw = Raw { path, file: &file };
        let header = raw.header()?;
        let start = (MAGIC.len() + 4 + header.len()) as u64;
        let file_id = raw.array::<FILE_ID_BYTES>(start)?;
        let wrapped = raw.bytes(start + FILE_ID_BYTES as u64, WRAPPED_KEY_BYTES)?;
        let file_key = key
            .unwrap(&wrapped, &layout::bound(&header, &file_id))
            .map_err(|source| SealedError::Foreign { path: path.display().to_string(), source })?;
        let sealer = Sealer::new(&file_key, file_id)?;
        let first = start + (FILE_ID_BYTES + WRAPPED_KEY_BYTES) as u64;
        let (blocks, footer) = raw.index(&sealer, first)?;
        Ok(Self { path: path.to_owned(), file, sealer, header, blocks, footer })
    }

    /// The header of a file, read without a key, hence not proved.
    pub fn unproved_header(path: &Path) -> Result<Vec<u8>, SealedError> {
        let file = File::open(path).map_err(SealedError::file(path))?;
        Raw { path, file: &file }.header()
    }

    /// The header.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The caller's own index.
    pub fn footer(&self) -> &[u8] {
        &self.footer
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> u32 {
        u32::try_from(self.blocks.len()).unwrap_or(u32::MAX)
    }

    /// The bytes of a block.
    pub fn read(&self, block: u32) -> Result<Vec<u8>, SealedError> {
        let place = usize::try_from(block).unwrap_or(usize::MAX);
        let Some((offset, length)) = self.blocks.get(place).copied() else {
            return Err(SealedError::NoBlock { path: self.path.display().to_string(), block });
        };
        let raw = Raw { path: &self.path, file: &self.file };
        let sealed = raw.bytes(offset, length as usize)?;
        self.sealer
            .open_part(Part::Block(block), &sealed)
            .ok_or_else(|| SealedError::tampered(&self.path, format!("block `{block}`")))
    }
}

/// Where each block begins, and how long it is.
type Places = Vec<(u64, u32)>;

/// Reads at a place, with errors that name the file.
struct Raw<'a> {
    path: &'a Path,
    file: &'a File,
}

impl Raw<'_> {
    fn header(&self) -> Result<Vec<u8>, SealedError> {
        let not_sealed = || SealedError::NotSealed(self.path.display().to_string());
        let magic = self.array::<8>(0).map_err(|_| not_sealed())?;
        if &magic != MAGIC {
            return Err(not_sealed());
        }
        let length = u32::from_le_bytes(self.array(MAGIC.len() as u64)?);
        self.bytes((MAGIC.len() + 4) as u64, length as usize)
    }

    /// Where the blocks are, and the caller's own index.
    fn index(&self, sealer: &Sealer, first: u64) -> Result<(Places, Vec<u8>), SealedError> {
        let trailer_at = self.length()?.checked_sub(TRAILER_BYTES as u64);
        let trailer_at = trailer_at.ok_or_else(|| self.truncated())?;
        let trailer = self.bytes(trailer_at, TRAILER_BYTES)?;
        let (length, rest) = layout::split_u32(&trailer).ok_or_else(|| self.truncated())?;
        let (blocks, end) = layout::split_u32(rest).ok_or_else(|| self.truncated())?;
        let footer_at = trailer_at.checked_sub(u64::from(length));
        let footer_at = footer_at.filter(|at| end == END && *at >= first);
        let footer_at = footer_at.ok_or_else(|| self.truncated())?;
        let footer = self.bytes(footer_at, length as usize)?;
        let plain = sealer
            .open_part(Part::Footer(blocks), &footer)
            .ok_or_else(|| SealedError::tampered(self.path, "the footer"))?;
        let (places, footer, next) = places(&plain, blocks, first)
            .ok_or_else(|| SealedError::tampered(self.path, "the footer"))?;
        if next != footer_at {
            return Err(SealedError::tampered(self.path, "the length"));
        }
        Ok((places, footer))
    }

    fn length(&self) -> Result<u64, SealedError> {
        let metadata = self.file.metadata().map_err(SealedError::file(self.path))?;
        Ok(metadata.len())
    }

    fn array<const N: usize>(&self, at: u64) -> Result<[u8; N], SealedError> {
        let mut array = [0; N];
        self.fill(&mut array, at)?;
        Ok(array)
    }

    fn bytes(&self, at: u64, length: usize) -> Result<Vec<u8>, SealedError> {
        // A length that was changed must not make the process ask for all its memory.
        if self.length()? < at.saturating_add(length as u64) {
            return Err(self.truncated());
        }
        let mut bytes = vec![0; length];
        self.fill(&mut bytes, at)?;
        Ok(bytes)
    }

    fn fill(&self, bytes: &mut [u8], at: u64) -> Result<(), SealedError> {
        self.file.read_exact_at(bytes, at).map_err(|error| {
            if error.kind() == std::io::ErrorKind::UnexpectedEof {
                return self.truncated();
            }
            SealedError::file(self.path)(error)
        })
    }

    fn truncated(&self) -> SealedError {
        SealedError::Truncated(self.path.display().to_string())
    }
}

/// Where each block is, the caller's own index, and where the blocks end.
fn places(plain: &[u8], blocks: u32, first: u64) -> Option<(Places, Vec<u8>, u64)> {
    let mut next = first;
    let mut rest = plain;
    let mut places = Vec::new();
    for _ in 0..blocks {
        let (length, after) = layout::split_u32(rest)?;
        places.push((next, length));
        next += u64::from(length);
        rest = after;
    }
    Some((places, rest.to_vec(), next))
}
