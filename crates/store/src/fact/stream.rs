//! Reading all of a kind, one version at a time, however many there are.

use firstbell_roster::model::{
    DistrictId, Kind, OperationNumber, PersonId, SourceId, SubjectId, Value,
};

use super::table::{Fact, Table};
use super::version::{self, Version};
use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::store::Store;

/// What an image of the roster in memory needs of a present row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The subject.
    pub id: SubjectId,
    /// The keyed hash of its sourcedId.
    pub key: i64,
    /// The human, for a user.
    pub person: Option<PersonId>,
    /// The values of the columns that refer to other subjects, in the order of the columns.
    pub references: Vec<Value>,
}

impl Store {
    /// Hands over all present versions of a kind by id, or those that held after an operation.
    pub async fn stream_present(
        &self,
        district: DistrictId,
        kind: Kind,
        as_of: Option<OperationNumber>,
        mut take: impl FnMut(Version),
    ) -> Result<(), DatabaseError> {
        let table = Table::of(kind)?;
        let (sql, params) = match as_of {
            None => (&table.sql.stream_present, params![district]),
            Some(number) => (&table.sql.stream_as_of, params![district, number.0]),
        };
        let mut session = self.db(district).await?.read().await?;
        session
            .each(sql, params, |row| {
                take(version::read(table, row)?);
                Ok(())
            })
            .await
    }

    /// Hands over the versions of a kind that have ended, in the order in which they began.
    pub async fn stream_past(
        &self,
        district: DistrictId,
        kind: Kind,
        mut take: impl FnMut(Version),
    ) -> Result<(), DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        session
            .each(&table.sql.stream_past, params![district], |row| {
                take(version::read(table, row)?);
                Ok(())
            })
            .await
    }

    /// Hands over keys and references of a source's present rows, in the order they are kept.
    /// The same [`KeyRow`] is filled again for each.
    pub async fn stream_keys(
        &self,
        district: DistrictId,
        kind: Kind,
        source: SourceId,
        mut take: impl FnMut(&KeyRow),
    ) -> Result<(), DatabaseError> {
        let table = Table::of(kind)?;
        let references: Vec<_> = table
            .facts
            .iter()
            .filter(|fact| fact.column.refers_to().is_some())
            .map(Fact::is_int)
            .collect();
        let mut keys = KeyRow {
            id: SubjectId(0),
            key: 0,
            person: None,
            references: Vec::with_capacity(references.len()),
        };
        let first = 2 + usize::from(table.has_person());
        let mut session = self.db(district).await?.read().await?;
        session
            .each(&table.sql.keys, params![district, source.0], |row| {
                keys.id = SubjectId(row.int(0)?);
                keys.key = row.int(1)?;
                if table.has_person() {
                    keys.person = Some(PersonId(row.int(2)?));
                }
                keys.references.clear();
                for (place, is_one) in references.iter().enumerate() {
                    keys.references.push(reference(*is_one, row, first + place)?);
                }
                take(&keys);
                Ok(())
            })
            .await
    }
}

fn reference(is_one: bool, row: &Record, at: usize) -> Result<Value, DatabaseError> {
    Ok(if is_one {
        version::subject(row.maybe_int(at)?)
    } else {
        version::subjects(row.maybe_text(at)?.as_deref())
    })
}
