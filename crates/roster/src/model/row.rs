//! Rows of fact: what the roster holds of one record.

use serde::{Deserialize, Serialize};

use super::column::{Column, Type};
use super::date::DateTime;
use super::id::{PersonId, SubjectId};
use super::kind::Kind;

/// What the roster holds of one record: the values of its fact columns, references resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The kind of record.
    pub kind: Kind,
    /// The hub's own id, which never changes.
    pub id: SubjectId,
    /// The human that a user row belongs to; `None` for every other kind.
    pub person: Option<PersonId>,
    /// The source's id.
    pub sourced_id: String,
    /// The keyed hash of the source's id that finds it.
    pub key: i64,
    /// When the source last changed the record, where it says so.
    pub last_modified: Option<DateTime>,
    /// Whether the row stands in for a record of a kind that never came.
    pub implied: bool,
    /// One value for each of [`fact_columns`], in that order.
    pub values: Vec<Value>,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing was sent.
    #[default]
    None,
    /// A reference to one subject.
    Subject(SubjectId),
    /// References to several subjects, in the order sent.
    Subjects(Vec<SubjectId>),
    /// Text as sent, outer white space trimmed.
    Text(String),
}

/// The columns of a kind whose values are facts of the roster, in the order of [`Row::values`].
pub fn fact_columns(kind: Kind) -> impl Iterator<Item = &'static Column> {
    kind.columns().iter().filter(|column| column.is_fact())
}

/// The place in [`Row::values`] of the column at this place of the file.
pub fn fact_place(kind: Kind, place: usize) -> Option<usize> {
    let columns = kind.columns();
    columns.get(place).filter(|column| column.is_fact())?;
    Some(columns.iter().take(place).filter(|column| column.is_fact()).count())
}

impl Row {
    /// The value of the column at this place of the file (a constant of [`super::columns`]).
    pub fn value(&self, place: usize) -> &Value {
        fact_place(self.kind, place).and_then(|at| self.values.get(at)).unwrap_or(&Value::None)
    }

    /// The text of the column at this place of the file; empty for a reference or nothing.
    pub fn text(&self, place: usize) -> &str {
        match self.value(place) {
            Value::Text(text) => text,
            Value::None | Value::Subject(_) | Value::Subjects(_) => "",
        }
    }

    /// The subject that the column at this place of the file refers to.
    pub fn subject(&self, place: usize) -> Option<SubjectId> {
        match self.value(place) {
            Value::Subject(id) => Some(*id),
            Value::None | Value::Text(_) | Value::Subjects(_) => None,
        }
    }

    /// The subjects that the column at this place of the file refers to.
    pub fn subjects(&self, place: usize) -> &[SubjectId] {
        match self.value(place) {
            Value::Subjects(ids) => ids,
            Value::Subject(id) => std::slice::from_ref(id),
            Value::None | Value::Text(_) => &[],
        }
    }
}

impl Value {
    /// Text, or nothing where it is empty.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text.to_owned()) }
    }

    /// The value of a column read back from one text, as [`Value::encode`] wrote it.
    pub fn decode(column: &Column, text: Option<&str>) -> Self {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Self::None;
        };
        match column.ty {
            Type::Reference(_) => {
                text.parse().map_or(Self::None, |id| Self::Subject(SubjectId(id)))
            }
            Type::References(_) => Self::Subjects(
                text.split(',').filter_map(|id| id.parse().ok().map(SubjectId)).collect(),
            ),
            Type::SourcedId
            | Type::Text
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Year
            | Type::Word(_)
            | Type::List
            | Type::UserIds => Self::Text(text.to_owned()),
        }
    }

    /// The value as one text: ids in decimal, several joined with commas; `None` for nothing.
    pub fn encode(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text.clone()),
            Self::Subject(id) => Some(id.to_string()),
            Self::Subjects(ids) if ids.is_empty() => None,
            Self::Subjects(ids) => {
                Some(ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::user;
    use super::*;

    #[test]
    fn a_dropped_column_has_no_place() {
        assert_eq!(fact_place(Kind::User, user::PASSWORD), None);
        let grades = fact_place(Kind::User, user::GRADES).unwrap();
        assert_eq!(fact_place(Kind::User, user::USER_MASTER_IDENTIFIER), Some(grades + 1));
    }
}
