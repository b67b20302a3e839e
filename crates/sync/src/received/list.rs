//! The deliveries of a district, the newest first.

use firstbell_roster::model::DateTime;
use firstbell_store::{DeliveryNumber, District, RunStatus};

use crate::hub::{Hub, HubError};
use crate::kept::KeptFiles;

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedEntry {
    /// Its number.
    pub number: i64,
    /// When it came.
    pub at: DateTime,
    /// Where it came from.
    pub label: String,
    /// Records after the headers of its files.
    pub records: u64,
    /// Whether every file was whole.
    pub complete: bool,
    /// Whether its files are kept still.
    pub is_kept: bool,
    /// How its newest run ended; `None` where none is known.
    pub status: Option<RunStatus>,
    /// The operation that it made.
    pub operation: Option<i64>,
}

impl Hub {
    /// The newest deliveries of a district, newest first, before a number where one is given.
    pub async fn deliveries(
        &self,
        district: &District,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ReceivedEntry>, HubError> {
        let before = before.map(DeliveryNumber);
        let deliveries = self.store.deliveries(district.id, None, before, limit).await?;
        let (Some(newest), Some(oldest)) = (deliveries.first(), deliveries.last()) else {
            return Ok(Vec::new());
        };
        let ends = self.store.ends_of_deliveries(district.id, oldest.number, newest.number).await?;
        let mut entries = Vec::new();
        for delivery in deliveries {
            let end = ends.get(&delivery.number);
            let kept: KeptFiles = serde_json::from_value(delivery.files)?;
            entries.push(ReceivedEntry {
                number: delivery.number.0,
                at: delivery.received_at,
                label: delivery.label,
                records: kept.files.values().map(|file| file.received).sum(),
                complete: delivery.complete,
                is_kept: delivery.expired_at.is_none(),
                status: end.map(|(status, _)| *status),
                operation: end.and_then(|(_, made)| made.map(|made| made.0)),
            });
        }
        Ok(entries)
    }
}
