//! Builds the rows that applying a plan writes, from the records of the delivery.

use std::collections::BTreeMap;

use crate::check::cell;
use crate::model::cells::Record;
use crate::model::column::{Column, Type};
use crate::model::columns::{DATE_LAST_MODIFIED, SOURCED_ID};
use crate::model::row::fact_columns;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, flag};
use crate::model::{DateTime, Kind, PersonId, Row, SubjectId, Value};

/// The row of a record, references resolved to the hub's ids (drafts below zero).
pub fn build(
    snapshot: &Snapshot,
    kind: Kind,
    id: SubjectId,
    person: Option<PersonId>,
    record: Record<'_>,
) -> Row {
    let sourced_id = record.cell(SOURCED_ID).to_owned();
    let own = snapshot.hasher.key(sourced_id.as_bytes());
    let columns = kind.columns().iter().enumerate().filter(|(_, column)| column.is_fact());
    let value = |(at, column): (usize, &Column)| {
        let part = part_of_school(snapshot, kind, at, own).filter(|_| !record.cell(at).is_empty());
        part.unwrap_or_else(|| value(snapshot, column.ty, record.cell(at)))
    };
    let values = columns.map(value).collect();
    Row {
        kind,
        id,
        person,
        key: own.cast_signed(),
        sourced_id,
        last_modified: DateTime::parse(record.cell(DATE_LAST_MODIFIED)),
        implied: false,
        values,
    }
}

/// The row that an update writes: what the plan does not change stays as the roster has it.
pub fn updated(row: Row, before: &Row, fields: u64) -> Row {
    let values = row.values.into_iter().zip(&before.values).enumerate();
    let value = |(at, (new, old)): (usize, (Value, &Value))| {
        if fields & (1 << at) == 0 { old.clone() } else { new }
    };
    Row { values: values.map(value).collect(), ..row }
}

/// How many subjects a record names in a fact column that its row could not be tied to, by the
/// column's place in the row.
pub fn unresolved(row: &Row, record: Record<'_>) -> BTreeMap<usize, usize> {
    let columns = row.kind.columns().iter().enumerate().filter(|(_, column)| column.is_fact());
    let mut unresolved = BTreeMap::new();
    for (at, ((place, column), value)) in columns.zip(&row.values).enumerate() {
        let named = match column.ty {
            Type::References(_) => cell::items(record.cell(place)).count(),
            Type::Reference(_) => usize::from(!record.cell(place).is_empty()),
            Type::SourcedId
            | Type::Text
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Year
            | Type::Word(_)
            | Type::List
            | Type::UserIds => 0,
        };
        let tied = match value {
            Value::Subjects(ids) => ids.len(),
            Value::Subject(_) => 1,
            Value::None | Value::Text(_) => 0,
        };
        if named > tied {
            unresolved.insert(at, named - tied);
        }
    }
    unresolved
}

/// The row that stands in for a record of a kind that never came.
pub fn stand_in(snapshot: &Snapshot, kind: Kind, id: SubjectId, sourced_id: &str) -> Row {
    Row {
        kind,
        id,
        person: (kind == Kind::User).then_some(PersonId(id.0)),
        key: snapshot.hasher.key(sourced_id.as_bytes()).cast_signed(),
        sourced_id: sourced_id.to_owned(),
        last_modified: None,
        implied: true,
        values: vec![Value::None; fact_columns(kind).count()],
    }
}

/// Where schools are split, the school of what belongs to one of the parts by its class or user.
fn part_of_school(snapshot: &Snapshot, kind: Kind, column: usize, key: u64) -> Option<Value> {
    let split = || snapshot.about.mapping.iter().any(|mapping| !mapping.is_whole());
    if !matches!(kind, Kind::Enrollment | Kind::Role) || !split() {
        return None;
    }
    let (list, orgs) = (snapshot.of(kind), snapshot.of(Kind::Org));
    Link::of(kind, column).filter(|link| *link == Link::School)?;
    let school = list.link(list.find(key)?, Link::School);
    let id = SubjectId(orgs.id(school));
    (id.0 != 0 && !orgs.has(school, flag::LEFT_OUT)).then_some(Value::Subject(id))
}

fn value(snapshot: &Snapshot, ty: Type, text: &str) -> Value {
    let find = |kind: Kind, sourced_id: &str| {
        let list = snapshot.of(kind);
        let one = list.find(snapshot.hasher.key(sourced_id.as_bytes()))?;
        // A school that a rule leaves out is nobody's, also where it is still in the roster.
        let left_out = kind == Kind::Org && list.has(one, flag::LEFT_OUT);
        Some(SubjectId(list.id(one))).filter(|id| id.0 != 0 && !left_out)
    };
    match ty {
        Type::Reference(kind) => find(kind, text).map_or(Value::None, Value::Subject),
        Type::References(kind) => {
            let ids: Vec<_> = cell::items(text).filter_map(|item| find(kind, item)).collect();
            if ids.is_empty() { Value::None } else { Value::Subjects(ids) }
        }
        Type::SourcedId
        | Type::Text
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Year
        | Type::Word(_)
        | Type::List
        | Type::UserIds => Value::text(text),
    }
}
