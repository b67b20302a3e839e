//! The sequences of a district: ids of subjects, rows of facts, numbers of plans and deliveries.

use std::collections::BTreeMap;

use firstbell_roster::model::{DistrictId, Kind};

use crate::db::{Session, params};
use crate::error::DatabaseError;

/// The next number of every sequence that apply draws from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    next: BTreeMap<String, i64>,
}

impl Counters {
    /// Reads the sequences of a district.
    pub(crate) async fn read(
        session: &mut Session,
        district: DistrictId,
    ) -> Result<Self, DatabaseError> {
        let next = session
            .all("SELECT name, next FROM counter WHERE district = $1", params![district], |row| {
                Ok((row.text("name")?, row.int("next")?))
            })
            .await?;
        Ok(Self { next: next.into_iter().collect() })
    }

    /// The id that the first new subject of a kind gets.
    pub(crate) fn next_id(&self, kind: Kind) -> i64 {
        self.next.get(kind.name()).copied().unwrap_or(1)
    }

    /// The number that the first new row of a kind's table gets.
    pub(crate) fn next_row(&self, kind: Kind) -> i64 {
        self.next.get(&row_name(kind)).copied().unwrap_or(1)
    }

    /// Moves both sequences of a kind on.
    pub(crate) fn advance(&mut self, kind: Kind, next_id: i64, next_row: i64) {
        self.next.insert(kind.name().to_owned(), next_id);
        self.next.insert(row_name(kind), next_row);
    }

    /// Keeps the sequences.
    pub(crate) async fn save(
        &self,
        session: &mut Session,
        district: DistrictId,
    ) -> Result<(), DatabaseError> {
        let list: Vec<_> = self.next.iter().collect();
        let list = serde_json::json!(list).to_string();
        session
            .execute(
                "INSERT INTO counter (district, name, next) \
                 SELECT $1, w.value ->> 0, CAST(w.value ->> 1 AS BIGINT) \
                 FROM json_each($2) AS w WHERE true \
                 ON CONFLICT (district, name) DO UPDATE SET next = excluded.next",
                params![district, list],
            )
            .await?;
        Ok(())
    }
}

/// Draws the next number of a sequence.
pub(crate) async fn draw(
    session: &mut Session,
    district: DistrictId,
    name: &'static str,
) -> Result<i64, DatabaseError> {
    session
        .one(
            "INSERT INTO counter (district, name, next) VALUES ($1, $2, 2) \
             ON CONFLICT (district, name) DO UPDATE SET next = counter.next + 1 \
             RETURNING next - 1 AS drawn",
            params![district, name],
            |row| row.int("drawn"),
        )
        .await?
        .ok_or(DatabaseError::NoDistrict(district))
}

fn row_name(kind: Kind) -> String {
    format!("{}.row", kind.name())
}
