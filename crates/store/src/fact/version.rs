//! A version of a row: what held, from which operation to which, and why.

use firstbell_roster::model::column::Type;
use firstbell_roster::model::{
    DateTime, OperationNumber, PersonId, Row, SourceId, SubjectId, Value,
};
use firstbell_roster::plan::Reason;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::table::Table;
use crate::db::Record;
use crate::error::DatabaseError;

/// One version of a row of fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What held.
    pub row: Row,
    /// The source that said so.
    pub source: SourceId,
    /// The operation that began it.
    pub from_op: OperationNumber,
    /// The operation that its beginning stands for; another one only after an undo.
    pub from_for: OperationNumber,
    /// Why it began.
    pub began: Reason,
    /// How it ended; `None` while it is present.
    pub until: Option<Until>,
}

/// How a version ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// The operation that ended it.
    pub op: OperationNumber,
    /// The operation that its end stands for; another one only after an undo.
    pub stands_for: OperationNumber,
    /// Why it ended.
    pub reason: Reason,
}

impl Version {
    /// Whether it is the present version of its subject.
    pub const fn is_present(&self) -> bool {
        self.until.is_none()
    }
}

/// Where the text of a version stands in a record, after the ids of subject and row.
const VERSION: usize = 2;
/// Where a statement puts what it adds to a version.
pub(crate) const AFTER_VERSION: usize = 3;

/// A version from the list of its columns, in the order of the statements.
pub(crate) fn read(table: &'static Table, record: &Record) -> Result<Version, DatabaseError> {
    let unreadable = DatabaseError::unreadable(table.name, "version");
    let text = record.text(VERSION)?;
    let cells: Vec<Cell> = serde_json::from_str(&text).map_err(|_| unreadable)?;
    let mut cells = Cells { table, cells: cells.into_iter() };
    let _row_id = cells.int()?;
    let id = SubjectId(cells.int()?);
    let source = SourceId(cells.int()?);
    let key = cells.int()?;
    let sourced_id = cells.text()?;
    let from_op = OperationNumber(cells.int()?);
    let from_for = OperationNumber(cells.int()?);
    let (op, stands_for) = (cells.maybe_int()?, cells.maybe_int()?);
    let began = cells.reason()?;
    let until = until(op, stands_for, cells.maybe_reason()?);
    let last_modified = cells.maybe_int()?.map(DateTime);
    let implied = cells.int()? != 0;
    let person = if table.has_person() { Some(PersonId(cells.int()?)) } else { None };
    let facts = table.facts.iter().map(|fact| cells.value(fact.column.ty));
    let values = facts.collect::<Result<_, _>>()?;
    let kind = table.kind;
    let row = Row { kind, id, person, sourced_id, key, last_modified, implied, values };
    Ok(Version { row, source, from_op, from_for, began, until })
}

fn until(op: Option<i64>, stands_for: Option<i64>, reason: Option<Reason>) -> Option<Until> {
    Some(Until {
        op: OperationNumber(op?),
        stands_for: OperationNumber(stands_for?),
        reason: reason?,
    })
}

/// One column of a version.
enum Cell {
    None,
    Int(i64),
    Text(String),
}

// By hand, for a derived one tries the variants in turn and makes an error of each that is not it.
impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cells;

        impl Visitor<'_> for Cells {
            type Value = Cell;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("null, an integer or text")
            }

            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::None)
            }

            fn visit_i64<E>(self, int: i64) -> Result<Cell, E> {
                Ok(Cell::Int(int))
            }

            fn visit_u64<E: Error>(self, int: u64) -> Result<Cell, E> {
                i64::try_from(int).map(Cell::Int).map_err(E::custom)
            }

            fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Cells)
    }
}

/// The columns of a version, read from the first to the last.
struct Cells {
    table: &'static Table,
    cells: std::vec::IntoIter<Cell>,
}

impl Cells {
    fn unreadable(&self) -> DatabaseError {
        DatabaseError::unreadable(self.table.name, "version")
    }

    fn maybe_int(&mut self) -> Result<Option<i64>, DatabaseError> {
        match self.cells.next() {
            Some(Cell::Int(int)) => Ok(Some(int)),
            Some(Cell::None) => Ok(None),
            Some(Cell::Text(_)) | None => Err(self.unreadable()),
        }
    }

    fn int(&mut self) -> Result<i64, DatabaseError> {
        self.maybe_int()?.ok_or_else(|| self.unreadable())
    }

    fn maybe_text(&mut self) -> Result<Option<String>, DatabaseError> {
        match self.cells.next() {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::None) => Ok(None),
            Some(Cell::Int(_)) | None => Err(self.unreadable()),
        }
    }

    fn text(&mut self) -> Result<String, DatabaseError> {
        self.maybe_text()?.ok_or_else(|| self.unreadable())
    }

    fn maybe_reason(&mut self) -> Result<Option<Reason>, DatabaseError> {
        let Some(number) = self.maybe_int()? else {
            return Ok(None);
        };
        let reason = u8::try_from(number).ok().and_then(Reason::from_number);
        reason.map(Some).ok_or_else(|| self.unreadable())
    }

    fn reason(&mut self) -> Result<Reason, DatabaseError> {
        self.maybe_reason()?.ok_or_else(|| self.unreadable())
    }

    fn value(&mut self, ty: Type) -> Result<Value, DatabaseError> {
        Ok(match ty {
            Type::Reference(_) => subject(self.maybe_int()?),
            Type::References(_) => subjects(self.maybe_text()?.as_deref()),
            Type::SourcedId
            | Type::Text
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Year
            | Type::Word(_)
            | Type::List
            | Type::UserIds => self.maybe_text()?.map_or(Value::None, Value::Text),
        })
    }
}

/// A reference to one subject.
pub(crate) fn subject(id: Option<i64>) -> Value {
    id.map_or(Value::None, |id| Value::Subject(SubjectId(id)))
}

/// References to the subjects of a comma-separated list.
pub(crate) fn subjects(ids: Option<&str>) -> Value {
    let parse = |id: &str| id.parse().ok().map(SubjectId);
    ids.map_or(Value::None, |ids| Value::Subjects(ids.split(',').filter_map(parse).collect()))
}
