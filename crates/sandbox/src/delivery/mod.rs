//! From a roster to the files of a delivery, with the truth counted on the way.

mod comparison;
mod folder;
mod manifest;
mod pack;
mod rows;
mod shuffle;

pub(crate) use comparison::Before;
pub(crate) use folder::Folder;
pub use pack::write_zip;
pub(crate) use rows::{Setting, write_frame, write_roster};

use std::io;

use crate::kind::Kind;

/// Something that takes rows, one by one.
pub(crate) trait Rows {
    /// Takes a row with a cell for each column of the kind.
    fn row(&mut self, kind: Kind, cells: &[&str]) -> io::Result<()>;
}

/// Writes cells as a line, quoted where RFC 4180 asks for it.
fn write_line(line: &mut Vec<u8>, cells: &[&str]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(b',');
        }
        if cell.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) {
            line.push(b'"');
            line.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            line.push(b'"');
        } else {
            line.extend_from_slice(cell.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_holds_a_comma_or_a_quote() {
        let mut line = Vec::new();
        write_line(&mut line, &["a", "b,c", "say \"d\"", ""]);
        assert_eq!(String::from_utf8(line).unwrap(), r#"a,"b,c","say ""d""","#);
    }
}
