//! A row as the values that the insert statement of its table takes.

use std::borrow::Cow;

use firstbell_roster::model::{DistrictId, OperationNumber, Row, SourceId, SubjectId, Value};
use firstbell_roster::plan::Reason;

use super::ApplyError;
use super::draft::Drafts;
use crate::db::Param;
use crate::fact::table::{Fact, Table};

/// What a row does not know of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) row_id: i64,
    pub(super) district: DistrictId,
    pub(super) operation: OperationNumber,
    pub(super) id: i64,
    pub(super) source: SourceId,
    pub(super) stands_for: OperationNumber,
    pub(super) reason: Reason,
}

/// Adds the values of a row, in the order of the columns of its insert statement.
pub(super) fn encode(
    table: &'static Table,
    row: Row,
    begins: Beginning,
    drafts: &mut Drafts,
    values: &mut Vec<Param<'static>>,
) -> Result<(), ApplyError> {
    check(table, &row)?;
    let person = row.person.map_or(row.id, |person| SubjectId(person.0));
    values.extend([
        begins.row_id.into(),
        begins.district.into(),
        begins.id.into(),
        begins.source.0.into(),
        row.key.into(),
        row.sourced_id.into(),
        begins.operation.0.into(),
        begins.stands_for.0.into(),
        i64::from(begins.reason as u8).into(),
        row.last_modified.map(|instant| instant.0).into(),
        i64::from(row.implied).into(),
    ]);
    if table.has_person() {
        values.push(drafts.refer(table.kind, person).into());
    }
    for (fact, value) in table.facts.iter().zip(row.values) {
        values.push(param(fact, value, drafts));
    }
    Ok(())
}

/// Refuses a row that the databases would not keep as it is.
fn check(table: &'static Table, row: &Row) -> Result<(), ApplyError> {
    if row.values.len() != table.facts.len() {
        return Err(ApplyError::Shape { table: table.name, id: row.id, values: row.values.len() });
    }
    let has_nul = |value: &Value| matches!(value, Value::Text(text) if text.contains('\0'));
    let facts = table.facts.iter().zip(&row.values);
    let column = if row.sourced_id.contains('\0') {
        Some("sourced_id")
    } else {
        facts.filter(|(_, value)| has_nul(value)).map(|(fact, _)| fact.name.as_str()).next()
    };
    match column {
        None => Ok(()),
        Some(column) => {
            Err(ApplyError::Unstorable { table: table.name, id: row.id, column: column.to_owned() })
        }
    }
}

fn param(fact: &Fact, value: Value, drafts: &mut Drafts) -> Param<'static> {
    match (value, fact.column.refers_to()) {
        (Value::Subject(id), Some(kind)) if fact.is_int() => drafts.refer(kind, id).into(),
        (Value::Subject(id), Some(kind)) => drafts.refer(kind, id).to_string().into(),
        (Value::Subjects(ids), Some(kind)) if !fact.is_int() && !ids.is_empty() => {
            let ids = ids.iter().map(|id| drafts.refer(kind, *id).to_string());
            ids.collect::<Vec<_>>().join(",").into()
        }
        (Value::Text(text), None) if !text.is_empty() => Param::Text(Some(Cow::Owned(text))),
        _ if fact.is_int() => Param::Int(None),
        _ => Param::Text(None),
    }
}
