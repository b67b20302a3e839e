//! Columns of text and numbers.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Lines of a table without borders, two spaces before each; the columns from `numbers` on are
/// aligned to the right.
pub fn lines(header: &[&str], rows: Vec<Vec<String>>, numbers: usize) -> Vec<String> {
    spaced(header, rows, numbers, 2)
}

/// The same with as many spaces between columns as given.
pub fn spaced(header: &[&str], rows: Vec<Vec<String>>, numbers: usize, gap: u16) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if !header.is_empty() {
        table.set_header(header.iter().copied());
    }
    table.add_rows(rows);
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if place == 0 { 2 } else { 0 }, gap));
        if place >= numbers {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_below_each_other() {
        let rows = vec![
            vec!["orgs".to_owned(), "13".to_owned()],
            vec!["users".to_owned(), "4,003".to_owned()],
        ];
        assert_eq!(
            super::lines(&["", "received"], rows, 1),
            ["         received", "  orgs         13", "  users     4,003"]
        );
    }
}
