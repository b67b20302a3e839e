//! The places that a district's roster data comes from, and whether they are paused.

use firstbell_roster::model::{DateTime, DistrictId, SourceId};

use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::store::Store;

/// One source of a district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id within the district.
    pub id: SourceId,
    /// The name that people see.
    pub name: String,
    /// Since when its schedule stands still, and why.
    pub paused: Option<(DateTime, String)>,
}

impl Store {
    /// The sources of a district.
    pub async fn sources(&self, district: DistrictId) -> Result<Vec<Source>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT id, name, paused_at, paused_note FROM source WHERE district = $1 \
                 ORDER BY id",
                params![district],
                |row| {
                    let at = row.maybe_int("paused_at")?.map(DateTime);
                    let note = row.maybe_text("paused_note")?.unwrap_or_default();
                    Ok(Source {
                        id: SourceId(row.int("id")?),
                        name: row.text("name")?,
                        paused: at.map(|at| (at, note)),
                    })
                },
            )
            .await
    }
}

/// Pauses a source with a note, or lets it go on.
pub(crate) async fn set_paused(
    session: &mut Session,
    district: DistrictId,
    source: SourceId,
    paused: Option<(DateTime, &str)>,
) -> Result<(), DatabaseError> {
    let changed = session
        .execute(
            "UPDATE source SET paused_at = $3, paused_note = $4 WHERE district = $1 AND id = $2",
            params![district, source.0, paused.map(|(at, _)| at.0), paused.map(|(_, note)| note)],
        )
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(DatabaseError::Missing { table: "source", row: source.0 }),
    }
}
