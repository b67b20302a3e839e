//! The plain parts of a sealed file.

pub(super) const MAGIC: &[u8; 8] = b"FBSEAL1\n";
pub(super) const END: &[u8; 8] = b"FBSEND1\n";
pub(super) const FILE_ID_BYTES: usize = 16;
pub(super) const WRAPPED_KEY_BYTES: usize = 72;
/// Footer length, number of blocks, magic.
pub(super) const TRAILER_BYTES: usize = 16;

/// What the key of a file is bound to: everything that stands before the key.
pub(super) fn bound(header: &[u8], file_id: &[u8; FILE_ID_BYTES]) -> Vec<u8> {
    [MAGIC, header, file_id.as_slice()].concat()
}

/// What goes into the footer before the caller's own: the length of every block.
pub(super) fn lengths_bytes(lengths: &[u32]) -> Vec<u8> {
    lengths.iter().flat_map(|length| length.to_le_bytes()).collect()
}

/// The first four bytes as a number, and the rest.
pub(super) fn split_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*number), rest))
}
