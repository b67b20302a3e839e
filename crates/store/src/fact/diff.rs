//! What changed between two operations, subject by subject.

use firstbell_roster::model::{DistrictId, Kind, OperationNumber};

use super::table::Table;
use super::version::{self, Version};
use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::operation::RowRange;
use crate::store::Store;

/// The versions of one subject on both sides; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What held before.
    pub before: Option<Version>,
    /// What held after.
    pub after: Option<Version>,
}

impl Store {
    /// Hands over what an operation changed of a kind, by id.
    pub async fn changes(
        &self,
        district: DistrictId,
        kind: Kind,
        operation: OperationNumber,
        take: impl FnMut(Change),
    ) -> Result<(), DatabaseError> {
        let before = OperationNumber(operation.0 - 1);
        self.diff(district, kind, before, operation, take).await
    }

    /// Hands over how the roster after `to` differs from the one after `from`, by id. A subject
    /// that changed and changed back is handed over with equal rows.
    pub async fn diff(
        &self,
        district: DistrictId,
        kind: Kind,
        from: OperationNumber,
        to: OperationNumber,
        mut take: impl FnMut(Change),
    ) -> Result<(), DatabaseError> {
        let table = Table::of(kind)?;
        let mut session = self.db(district).await?.read().await?;
        let first = first_row_after(&mut session, district, kind, from).await?;
        let last = first_row_after(&mut session, district, kind, to).await? - 1;
        let mut pair = Pair::default();
        session
            .each(&table.sql.diff, params![district, from.0, to.0, first, last], |row| {
                let version = version::read(table, row)?;
                pair.add(version, row.int(version::AFTER_VERSION)? == 0, &mut take);
                Ok(())
            })
            .await?;
        pair.finish(&mut take);
        Ok(())
    }
}

/// The number of the first row of a kind begun after an operation; past all rows if none was.
pub(crate) async fn first_row_after(
    session: &mut Session,
    district: DistrictId,
    kind: Kind,
    operation: OperationNumber,
) -> Result<i64, DatabaseError> {
    let mut first = i64::MAX;
    session
        .each(
            "SELECT row_ranges FROM operation WHERE district = $1 AND number > $2 ORDER BY number",
            params![district, operation.0],
            |row| {
                let rows: std::collections::BTreeMap<Kind, RowRange> =
                    serde_json::from_str(&row.text(0)?)
                        .map_err(|_| DatabaseError::unreadable("operation", "row_ranges"))?;
                if let Some(range) = rows.get(&kind).filter(|range| range.began > 0) {
                    first = first.min(range.first);
                }
                Ok(())
            },
        )
        .await?;
    Ok(first)
}

/// Brings the two sides of a subject together, which come one after the other.
#[derive(Default)]
struct Pair {
    before: Option<Version>,
}

impl Pair {
    fn add(&mut self, version: Version, is_before: bool, take: &mut impl FnMut(Change)) {
        if is_before {
            self.finish(take);
            self.before = Some(version);
            return;
        }
        let same = |before: &Version| before.row.id == version.row.id;
        if !self.before.as_ref().is_some_and(same) {
            self.finish(take);
        }
        take(Change { before: self.before.take(), after: Some(version) });
    }

    fn finish(&mut self, take: &mut impl FnMut(Change)) {
        if let Some(before) = self.before.take() {
            take(Change { before: Some(before), after: None });
        }
    }
}
