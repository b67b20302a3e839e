//! Deliveries as their readers see them: files are read back with the `csv` crate alone.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test may panic")]

mod bench;
mod demo;
mod folder;
mod imperfections;
mod recount;
mod same_bytes;
