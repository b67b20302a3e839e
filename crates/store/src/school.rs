//! The schools of all districts, by which a delivery meant for another district is recognised.
//!
//! They follow from the districts' facts and are written after these, in the database of the
//! installation; what a crash leaves out is made up for by `Store::recover`.

use std::collections::BTreeMap;

use firstbell_roster::model::columns::org;
use firstbell_roster::model::text::folded;
use firstbell_roster::model::{DistrictId, Kind, OperationNumber, Row};

use crate::db::params;
use crate::error::DatabaseError;
use crate::store::Store;

const CHUNK: usize = 5_000;

/// What a school is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolIdentity {
    /// The source's id.
    pub sourced_id: String,
    /// The school's code; empty where there is none.
    pub identifier: String,
    /// The name as sent.
    pub name: String,
}

impl SchoolIdentity {
    /// The identity of an org row, if it is a school.
    pub fn of(row: &Row) -> Option<Self> {
        (row.kind == Kind::Org && row.text(org::TYPE) == "school").then(|| Self {
            sourced_id: row.sourced_id.clone(),
            identifier: row.text(org::IDENTIFIER).to_owned(),
            name: row.text(org::NAME).to_owned(),
        })
    }

    fn entry(&self) -> [String; 3] {
        [self.sourced_id.clone(), self.identifier.clone(), folded(&self.name)]
    }
}

impl Store {
    /// How many of these schools each **other** district has: the same identifier, or the same
    /// sourcedId and name.
    pub async fn schools_elsewhere(
        &self,
        district: DistrictId,
        schools: &[SchoolIdentity],
    ) -> Result<BTreeMap<DistrictId, i64>, DatabaseError> {
        let mut session = self.shared.hub.read().await?;
        let mut counts = BTreeMap::new();
        for schools in schools.chunks(CHUNK) {
            let found = session
                .all(
                    "SELECT district, COUNT(*) AS schools FROM ( \
                     SELECT t.district, t.sourced_id FROM json_each($2) AS w \
                     CROSS JOIN district_org AS t \
                     WHERE t.identifier = w.value ->> 1 AND t.identifier <> '' \
                     AND t.district <> $1 \
                     UNION \
                     SELECT t.district, t.sourced_id FROM json_each($2) AS w \
                     CROSS JOIN district_org AS t \
                     WHERE t.sourced_id = w.value ->> 0 AND t.name_key = w.value ->> 2 \
                     AND t.district <> $1) AS same GROUP BY district",
                    params![district, entries(schools)],
                    |row| Ok((DistrictId(row.int(0)?), row.int(1)?)),
                )
                .await?;
            for (other, count) in found {
                *counts.entry(other).or_default() += count;
            }
        }
        Ok(counts)
    }

    /// Writes down a district's present schools, as they are after an operation.
    pub(crate) async fn refresh_schools(
        &self,
        district: DistrictId,
        operation: OperationNumber,
    ) -> Result<(), DatabaseError> {
        let mut schools = Vec::new();
        self.stream_present(district, Kind::Org, None, |version| {
            schools.extend(SchoolIdentity::of(&version.row));
        })
        .await?;
        schools.sort_by(|a, b| a.sourced_id.cmp(&b.sourced_id));
        schools.dedup_by(|a, b| a.sourced_id == b.sourced_id);
        let mut session = self.shared.hub.write().await?;
        session.execute("DELETE FROM district_org WHERE district = $1", params![district]).await?;
        for schools in schools.chunks(CHUNK) {
            session
                .execute(
                    "INSERT INTO district_org (district, sourced_id, identifier, name_key) \
                     SELECT $1, w.value ->> 0, w.value ->> 1, w.value ->> 2 \
                     FROM json_each($2) AS w",
                    params![district, entries(schools)],
                )
                .await?;
        }
        session
            .execute(
                "UPDATE district SET schools_as_of = $2 WHERE id = $1",
                params![district, operation.0],
            )
            .await?;
        session.commit().await
    }

    /// The operation after which a district's schools were last written down.
    pub(crate) async fn schools_as_of(
        &self,
        district: DistrictId,
    ) -> Result<OperationNumber, DatabaseError> {
        let mut session = self.shared.hub.read().await?;
        let number = session
            .one("SELECT schools_as_of FROM district WHERE id = $1", params![district], |row| {
                row.int(0)
            })
            .await?;
        Ok(OperationNumber(number.unwrap_or_default()))
    }
}

fn entries(schools: &[SchoolIdentity]) -> String {
    let entries: Vec<_> = schools.iter().map(SchoolIdentity::entry).collect();
    serde_json::json!(entries).to_string()
}
