//! Builders of rows and changes, in which a test names only what matters to it.

use firstbell_roster::model::columns::{class, enrollment, org, user};
use firstbell_roster::model::row::{fact_columns, fact_place};
use firstbell_roster::model::{Kind, OperationNumber, PersonId, Row, SubjectId, Value};
use firstbell_roster::plan::Reason;
use firstbell_store::{DEFAULT_SOURCE, Version, Write};

/// A row without values.
pub fn row(kind: Kind, id: i64, sourced_id: &str) -> Row {
    Row {
        kind,
        id: SubjectId(id),
        person: (kind == Kind::User).then_some(PersonId(id)),
        sourced_id: sourced_id.to_owned(),
        key: key(sourced_id),
        last_modified: None,
        implied: false,
        values: fact_columns(kind).map(|_| Value::None).collect(),
    }
}

/// The row with a value in the column at this place of the file.
pub fn with(mut row: Row, place: usize, value: Value) -> Row {
    let at = fact_place(row.kind, place).unwrap();
    row.values[at] = value;
    row
}

pub fn text(text: &str) -> Value {
    Value::text(text)
}

pub fn subject(id: i64) -> Value {
    Value::Subject(SubjectId(id))
}

pub fn school(id: i64, sourced_id: &str, name: &str, identifier: &str) -> Row {
    let row = with(row(Kind::Org, id, sourced_id), org::NAME, text(name));
    let row = with(row, org::IDENTIFIER, text(identifier));
    with(row, org::TYPE, text("school"))
}

pub fn person(id: i64, sourced_id: &str, given: &str) -> Row {
    with(row(Kind::User, id, sourced_id), user::GIVEN_NAME, text(given))
}

pub fn classroom(id: i64, sourced_id: &str, school: i64) -> Row {
    with(row(Kind::Class, id, sourced_id), class::SCHOOL, subject(school))
}

pub fn member(id: i64, sourced_id: &str, class: i64, user: i64) -> Row {
    let row = row(Kind::Enrollment, id, sourced_id);
    let row = with(row, enrollment::CLASS, subject(class));
    with(row, enrollment::USER, subject(user))
}

/// A key as good as any for tests.
pub fn key(sourced_id: &str) -> i64 {
    sourced_id.bytes().fold(7, |sum: i64, byte| sum.wrapping_mul(31).wrapping_add(i64::from(byte)))
}

pub fn begin(row: Row) -> Write {
    Write::Begin {
        row,
        source: DEFAULT_SOURCE,
        reason: Reason::CreatedBecauseNewInDelivery,
        stands_for: None,
        search: Vec::new(),
    }
}

pub fn replace(row: Row) -> Write {
    Write::Replace {
        row,
        source: DEFAULT_SOURCE,
        reason: Reason::UpdatedBecauseChangedInDelivery,
        stands_for: None,
        search: Vec::new(),
    }
}

pub fn end(kind: Kind, id: i64) -> Write {
    Write::End {
        kind,
        id: SubjectId(id),
        reason: Reason::EndedBecauseAbsentFromDelivery,
        stands_for: None,
    }
}

/// The change that takes back what an operation did to one subject, whose last end before it
/// stood for `ended`.
pub fn inverse(
    before: Option<Version>,
    after: Option<Version>,
    ended: Option<OperationNumber>,
) -> Write {
    match (before, after) {
        (Some(before), None) => Write::Begin {
            source: before.source,
            stands_for: Some(before.from_for),
            row: before.row,
            reason: Reason::RestoredBecauseEndUndone,
            search: Vec::new(),
        },
        (Some(before), Some(_)) => Write::Replace {
            source: before.source,
            stands_for: Some(before.from_for),
            row: before.row,
            reason: Reason::UpdatedBecauseChangeUndone,
            search: Vec::new(),
        },
        (None, after) => {
            let after = after.expect("a change has a side");
            Write::End {
                kind: after.row.kind,
                id: after.row.id,
                reason: Reason::EndedBecauseCreationUndone,
                stands_for: ended,
            }
        }
    }
}
