//! The cells of records that were kept as text, in one buffer.

/// Records as cells in the order of their kind's columns.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    text: String,
    ends: Vec<u32>,
    width: usize,
}

/// The cells of one record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    cells: &'a Cells,
    first: usize,
}

impl Cells {
    /// Room for records of so many columns.
    pub fn new(width: usize) -> Self {
        Self { text: String::new(), ends: Vec::new(), width }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ends.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many bytes the text takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>()
    }

    /// Adds a record, cell by cell; missing cells are empty, further ones left out.
    pub fn push<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let mut cells = cells;
        for _ in 0..self.width {
            self.push_cell(cells.next().unwrap_or_default());
        }
    }

    /// Adds one cell of a record; as many must follow one another as a record has.
    pub fn push_cell(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Forgets all records.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// The record at this place.
    pub fn get(&self, place: usize) -> Option<Record<'_>> {
        (place < self.len()).then(|| Record { cells: self, first: place * self.width })
    }
}

impl<'a> Record<'a> {
    /// The cell of the column at this place of the file; empty where nothing was sent.
    pub fn cell(&self, column: usize) -> &'a str {
        let at = self.first + column;
        let start = match at.checked_sub(1) {
            Some(before) => self.cells.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.cells.ends.get(at).copied().unwrap_or(start);
        if column >= self.cells.width {
            return "";
        }
        self.cells.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_went_in() {
        let mut cells = Cells::new(3);
        cells.push(["a", "", "é"].into_iter());
        cells.push(["b"].into_iter());
        let record = cells.get(0).unwrap();
        assert_eq!((record.cell(0), record.cell(1), record.cell(2)), ("a", "", "é"));
        let record = cells.get(1).unwrap();
        assert_eq!((record.cell(0), record.cell(2), record.cell(9)), ("b", "", ""));
        assert!(cells.get(2).is_none());
    }
}
