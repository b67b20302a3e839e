//! Field by field: what a record changes of the row that the roster has.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::column::Type;
use crate::model::columns::user;
use crate::model::row::fact_columns;
use crate::model::{Kind, Row, SubjectId, Value, text};

/// The fact columns in which two rows differ, one bit each. Text is compared in NFC, lists of
/// references as sets, but for a person's first org, which is the primary one. A reference to a
/// subject that is not active stays with the row, and comes to life again with the subject, unless
/// the record names it no more. `unresolved` tells how many subjects the record names in a column
/// that are not known under that sourcedId, now or any more: that many stay with the row.
pub fn fields(before: &Row, after: &Row, unresolved: &BTreeMap<usize, usize>) -> u64 {
    let mut changed = 0u64;
    for (at, column) in fact_columns(before.kind).enumerate() {
        let none = Value::None;
        let one = before.values.get(at).unwrap_or(&none);
        let other = after.values.get(at).unwrap_or(&none);
        let same = match (one, other, column.ty) {
            (Value::Text(one), Value::Text(other), _) => {
                one == other || text::composed(one) == text::composed(other)
            }
            (_, _, Type::Reference(_) | Type::References(_)) => {
                let (old, new) = (ids(one), ids(other));
                let unresolved = unresolved.get(&at).copied().unwrap_or(0);
                let stay = set(old).difference(&set(new)).count();
                let first =
                    column.name != "orgSourcedIds" || unresolved > 0 || old.first() == new.first();
                first && set(new).is_subset(&set(old)) && stay <= unresolved
            }
            _ => one == other,
        };
        if !same {
            changed |= 1 << at;
        }
    }
    changed
}

/// Whether a change of a user gives sign-in back (`true`) or takes it (`false`); `None` where it
/// does neither. Who is not said to be kept out may sign in.
pub fn sign_in(before: &Row, after: &Row) -> Option<bool> {
    if before.kind != Kind::User || before.implied {
        return None;
    }
    let may = |row: &Row| row.text(user::ENABLED_USER) != "false";
    (may(before) != may(after)).then(|| may(after))
}

fn ids(value: &Value) -> &[SubjectId] {
    match value {
        Value::Subjects(ids) => ids,
        Value::Subject(id) => std::slice::from_ref(id),
        Value::None | Value::Text(_) => &[],
    }
}

fn set(ids: &[SubjectId]) -> BTreeSet<SubjectId> {
    ids.iter().copied().collect()
}
