//! Field by field: what a record changes of the row that the roster has.

use std::collections::BTreeSet;

use crate::model::column::Type;
use crate::model::columns::user;
use crate::model::row::fact_columns;
use crate::model::{Kind, Row, SubjectId, Value, text};

/// The fact columns in which two rows differ, one bit each. Text is compared in NFC, lists of
/// references as sets. A reference to a subject that is not active counts as none: it stays with
/// the row until the record changes, and comes to life again with the subject. In the columns of
/// `unresolved` the record names subjects that are not known under that sourcedId, now or any
/// more: what the row has of them stays.
pub fn fields(
    before: &Row,
    after: &Row,
    unresolved: u64,
    active: impl Fn(Kind, SubjectId) -> bool,
) -> u64 {
    let mut changed = 0u64;
    for (at, column) in fact_columns(before.kind).enumerate() {
        let none = Value::None;
        let one = before.values.get(at).unwrap_or(&none);
        let other = after.values.get(at).unwrap_or(&none);
        let same = match (one, other, column.ty) {
            (Value::Text(one), Value::Text(other), _) => {
                one == other || text::composed(one) == text::composed(other)
            }
            (_, _, Type::Reference(kind) | Type::References(kind)) => {
                let live = |value: &Value| set(value, |id| active(kind, id));
                let (old, new) = (live(one), live(other));
                old == new || (unresolved & (1 << at) != 0 && new.is_subset(&old))
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

fn set(value: &Value, active: impl Fn(SubjectId) -> bool) -> BTreeSet<SubjectId> {
    let ids = match value {
        Value::Subjects(ids) => ids.as_slice(),
        Value::Subject(id) => std::slice::from_ref(id),
        Value::None | Value::Text(_) => &[],
    };
    ids.iter().copied().filter(|id| active(*id)).collect()
}
