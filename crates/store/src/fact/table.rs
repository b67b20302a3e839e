//! The table of each kind of fact: its name and its columns.

use std::sync::LazyLock;

use firstbell_roster::model::column::Type;
use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{Column, Kind};

use super::statement::Statements;
use crate::error::DatabaseError;

/// The columns that every table of facts begins with.
pub(crate) const SYSTEM: [&str; 14] = [
    "row_id",
    "district",
    "id",
    "source",
    "key",
    "sourced_id",
    "from_op",
    "from_for",
    "until_op",
    "until_for",
    "began",
    "ended",
    "last_modified",
    "implied",
];

/// The table of one kind of fact.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The columns after [`SYSTEM`], and `person` for users, in the order of `Row::values`.
    pub(crate) facts: Vec<Fact>,
    pub(crate) sql: Statements,
}

/// A column that holds a fact.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) column: &'static Column,
}

impl Fact {
    /// Whether the column holds integers: a reference to one subject.
    pub(crate) fn is_int(&self) -> bool {
        matches!(self.column.ty, Type::Reference(_))
    }
}

static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| Kind::FACTS.into_iter().map(Table::new).collect());

impl Table {
    /// The table of a kind.
    pub(crate) fn of(kind: Kind) -> Result<&'static Self, DatabaseError> {
        TABLES.get(usize::from(kind as u8)).ok_or(DatabaseError::NotAFact(kind))
    }

    /// Whether rows of the table belong to a person.
    pub(crate) fn has_person(&self) -> bool {
        self.kind == Kind::User
    }

    fn new(kind: Kind) -> Self {
        let facts: Vec<Fact> = fact_columns(kind)
            .map(|column| Fact { name: column_name(column.name), column })
            .collect();
        let name = table_name(kind);
        let sql = Statements::new(name, kind, &facts);
        Self { name, kind, facts, sql }
    }
}

fn table_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Org => "org",
        Kind::AcademicSession => "academic_session",
        Kind::Course => "course",
        Kind::Class => "class",
        // `user` is a word of SQL.
        Kind::User => "user_row",
        Kind::Role => "role",
        Kind::UserProfile => "user_profile",
        Kind::Demographics => "demographics",
        Kind::Enrollment => "enrollment",
        Kind::Category
        | Kind::ClassResource
        | Kind::CourseResource
        | Kind::LineItem
        | Kind::LineItemLearningObjectiveId
        | Kind::LineItemScoreScale
        | Kind::Resource
        | Kind::Result
        | Kind::ResultLearningObjectiveId
        | Kind::ResultScoreScale
        | Kind::ScoreScale
        | Kind::UserResource => "",
    }
}

/// A header in snake case. A reference is kept as the hub's id, so `SourcedId` becomes `id`.
pub(crate) fn column_name(header: &str) -> String {
    let header = header.replace("SourcedIds", "Ids").replace("SourcedId", "Id");
    let mut name = String::with_capacity(header.len() + 4);
    for mark in header.chars() {
        if mark.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(mark.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_columns() {
        assert_eq!(column_name("classSourcedId"), "class_id");
        assert_eq!(column_name("agentSourcedIds"), "agent_ids");
        assert_eq!(column_name("birthDate"), "birth_date");
    }

    #[test]
    fn every_kind_of_fact_has_a_table() {
        for kind in Kind::FACTS {
            let table = Table::of(kind).unwrap();
            assert_eq!(table.kind, kind);
            assert!(!table.name.is_empty(), "{kind}");
        }
        assert!(Table::of(Kind::LineItem).is_err());
    }
}
