//! Field by field: what a record changes of the row that the roster has.

use crate::model::column::Type;
use crate::model::row::fact_columns;
use crate::model::{Row, Value, text};

/// The fact columns in which two rows differ, one bit each; text is compared in NFC, lists of
/// references as sets.
pub fn fields(before: &Row, after: &Row) -> u64 {
    let mut changed = 0u64;
    for (at, column) in fact_columns(before.kind).enumerate() {
        let none = Value::None;
        let one = before.values.get(at).unwrap_or(&none);
        let other = after.values.get(at).unwrap_or(&none);
        let same = match (one, other, column.ty) {
            (Value::Text(one), Value::Text(other), _) => {
                one == other || text::composed(one) == text::composed(other)
            }
            (_, _, Type::References(_)) => set(one) == set(other),
            _ => one == other,
        };
        if !same {
            changed |= 1 << at;
        }
    }
    changed
}

fn set(value: &Value) -> std::collections::BTreeSet<i64> {
    match value {
        Value::Subjects(ids) => ids.iter().map(|id| id.0).collect(),
        Value::Subject(id) => [id.0].into(),
        Value::None | Value::Text(_) => std::collections::BTreeSet::new(),
    }
}
