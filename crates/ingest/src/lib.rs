//! Turns what a district sends into a snapshot and findings with positions.
//!
//! `package` opens a folder, a zip or a kept delivery and lists its files; `oneroster_csv` reads
//! them: `manifest` says what they are, `blocks` cuts a file where records end, `tokenize` cuts
//! records into cells, `header` maps columns, `reading` turns cells into values and keys, and
//! `merge` ties them to the subjects of the roster. Nothing here decides about people, and
//! nothing is written: what is kept of a delivery goes through [`Keep`], minimised.
//!
//! To read another format, add a folder beside `oneroster_csv` that fills the same snapshot.

pub mod file_name;
pub mod oneroster_csv;
mod other_formats;
pub mod package;

pub use oneroster_csv::{Keep, ReadError, Reading, Row, Rows, fetch, header, read};
pub use other_formats::OtherFormat;
pub use package::{Limits, OpenError, Package};
