//! Rows as JSON arrays, in the order that the insert statement of their table reads.

use firstbell_roster::model::{OperationNumber, Row, SourceId, SubjectId, Value};
use firstbell_roster::plan::Reason;

use super::ApplyError;
use super::draft::Drafts;
use crate::error::DatabaseError;
use crate::fact::table::{Fact, Table};

/// A JSON array of arrays that grows row by row.
#[derive(Debug, Default)]
pub(super) struct Rows {
    json: Vec<u8>,
    pub(super) count: u64,
}

/// The boundary at which a row begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boundary {
    pub(super) row_id: i64,
    pub(super) id: i64,
    pub(super) source: SourceId,
    pub(super) stands_for: OperationNumber,
    pub(super) reason: Reason,
}

impl Rows {
    pub(super) fn bytes(&self) -> usize {
        self.json.len()
    }

    /// The whole array; the next one begins empty.
    pub(super) fn take(&mut self) -> Result<String, DatabaseError> {
        self.json.push(b']');
        self.count = 0;
        let capacity = self.json.capacity();
        let json = std::mem::replace(&mut self.json, Vec::with_capacity(capacity));
        String::from_utf8(json).map_err(|_| DatabaseError::Nul)
    }

    /// Adds the end of a present row.
    pub(super) fn add_end(&mut self, id: i64, stands_for: OperationNumber, reason: Reason) {
        self.open();
        self.first_int(id);
        self.int(stands_for.0);
        self.int(i64::from(reason as u8));
        self.json.push(b']');
    }

    /// Adds a row that begins.
    pub(super) fn add_row(
        &mut self,
        table: &'static Table,
        row: &Row,
        boundary: Boundary,
        drafts: &mut Drafts,
    ) -> Result<(), ApplyError> {
        self.open();
        self.first_int(boundary.row_id);
        self.int(boundary.id);
        self.int(boundary.source.0);
        self.int(row.key);
        self.int(boundary.stands_for.0);
        self.int(i64::from(boundary.reason as u8));
        self.int(i64::from(row.implied));
        self.maybe_int(row.last_modified.map(|instant| instant.0));
        if table.has_person() {
            let person = row.person.map_or(row.id, |person| SubjectId(person.0));
            self.int(drafts.refer(table.kind, person));
        }
        self.text(&row.sourced_id).map_err(|()| unstorable(table, row, "sourced_id"))?;
        for (fact, value) in table.facts.iter().zip(&row.values) {
            self.value(fact, value, drafts).map_err(|()| unstorable(table, row, &fact.name))?;
        }
        self.json.push(b']');
        if row.values.len() == table.facts.len() {
            return Ok(());
        }
        Err(ApplyError::Shape { table: table.name, id: row.id, values: row.values.len() })
    }

    fn value(&mut self, fact: &Fact, value: &Value, drafts: &mut Drafts) -> Result<(), ()> {
        match (value, fact.column.refers_to()) {
            (Value::Subject(id), Some(kind)) => {
                let id = drafts.refer(kind, *id);
                self.maybe_int(Some(id));
            }
            (Value::Subjects(ids), Some(kind)) if !ids.is_empty() => {
                self.json.extend_from_slice(b",\"");
                for (place, id) in ids.iter().enumerate() {
                    if place > 0 {
                        self.json.push(b',');
                    }
                    self.push_int(drafts.refer(kind, *id));
                }
                self.json.push(b'"');
            }
            (Value::Text(text), _) if !text.is_empty() => self.text(text)?,
            _ => self.maybe_int(None),
        }
        Ok(())
    }

    fn open(&mut self) {
        self.json.extend_from_slice(if self.json.is_empty() { b"[[" } else { b",[" });
        self.count += 1;
    }

    fn first_int(&mut self, int: i64) {
        self.push_int(int);
    }

    fn int(&mut self, int: i64) {
        self.json.push(b',');
        self.push_int(int);
    }

    fn maybe_int(&mut self, int: Option<i64>) {
        match int {
            Some(int) => self.int(int),
            None => self.json.extend_from_slice(b",null"),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), ()> {
        if text.contains('\0') {
            return Err(());
        }
        self.json.push(b',');
        serde_json::to_writer(&mut self.json, text).map_err(|_| ())
    }

    fn push_int(&mut self, int: i64) {
        // Writing an integer into memory does not fail.
        let _ = serde_json::to_writer(&mut self.json, &int);
    }
}

fn unstorable(table: &'static Table, row: &Row, column: &str) -> ApplyError {
    ApplyError::Unstorable { table: table.name, id: row.id, column: column.to_owned() }
}
