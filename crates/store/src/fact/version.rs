//! A version of a row: what held, from which operation to which, and why.

use firstbell_roster::model::column::Type;
use firstbell_roster::model::{
    DateTime, OperationNumber, PersonId, Row, SourceId, SubjectId, Value,
};
use firstbell_roster::plan::Reason;

use super::table::{SYSTEM, Table};
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

/// How many columns a version begins with, whatever its kind: all of [`SYSTEM`] but the district.
const FIXED: usize = SYSTEM.len() - 1;

/// A version from the columns in the order of the statements.
pub(crate) fn read(table: &Table, record: &Record) -> Result<Version, DatabaseError> {
    let person = if table.has_person() { Some(PersonId(record.int(FIXED)?)) } else { None };
    let first = FIXED + usize::from(table.has_person());
    let values = table
        .facts
        .iter()
        .enumerate()
        .map(|(place, fact)| value(fact.column.ty, record, first + place))
        .collect::<Result<_, _>>()?;
    Ok(Version {
        row: Row {
            kind: table.kind,
            id: SubjectId(record.int(1)?),
            person,
            sourced_id: record.text(4)?,
            key: record.int(3)?,
            last_modified: record.maybe_int(11)?.map(DateTime),
            implied: record.int(12)? != 0,
            values,
        },
        source: SourceId(record.int(2)?),
        from_op: OperationNumber(record.int(5)?),
        from_for: OperationNumber(record.int(6)?),
        began: reason(table, record.int(9)?)?,
        until: until(table, record)?,
    })
}

fn until(table: &Table, record: &Record) -> Result<Option<Until>, DatabaseError> {
    let Some(op) = record.maybe_int(7)? else {
        return Ok(None);
    };
    Ok(Some(Until {
        op: OperationNumber(op),
        stands_for: OperationNumber(record.int(8)?),
        reason: reason(table, record.int(10)?)?,
    }))
}

fn reason(table: &Table, number: i64) -> Result<Reason, DatabaseError> {
    u8::try_from(number)
        .ok()
        .and_then(Reason::from_number)
        .ok_or(DatabaseError::unreadable(table.name, "began or ended"))
}

/// The value of a fact column.
pub(crate) fn value(ty: Type, record: &Record, at: usize) -> Result<Value, DatabaseError> {
    Ok(match ty {
        Type::Reference(_) => {
            record.maybe_int(at)?.map_or(Value::None, |id| Value::Subject(SubjectId(id)))
        }
        Type::References(_) => {
            record.maybe_text(at)?.map_or(Value::None, |ids| Value::Subjects(subjects(&ids)))
        }
        Type::SourcedId
        | Type::Text
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Year
        | Type::Word(_)
        | Type::List
        | Type::UserIds => record.maybe_text(at)?.map_or(Value::None, Value::Text),
    })
}

/// The ids in a comma-separated list.
pub(crate) fn subjects(ids: &str) -> Vec<SubjectId> {
    ids.split(',').filter_map(|id| id.parse().ok().map(SubjectId)).collect()
}
