//! Deliveries that were kept; their records are in sealed files.

use firstbell_roster::model::{DateTime, DistrictId, OperationNumber, SourceId};
use serde_json::Value;

use crate::counter;
use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::store::Store;
use crate::word::number;

number! {
    /// The number of a delivery in its district.
    DeliveryNumber
}

/// A delivery as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number, drawn before its files were written.
    pub number: DeliveryNumber,
    /// The source that sent it.
    pub source: SourceId,
    /// BLAKE3 over the original, in hexadecimal.
    pub hash: String,
    /// When it was received.
    pub received_at: DateTime,
    /// Where it came from, for people.
    pub label: String,
    /// The version of the binding, such as `1.2`.
    pub version: String,
    /// Its files and their records as counts.
    pub files: Value,
    /// Whether every file was whole.
    pub complete: bool,
    /// When its files were removed.
    pub expired_at: Option<DateTime>,
}

/// A delivery that was synced to the end with nothing to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietDelivery {
    /// Its number.
    pub number: DeliveryNumber,
    /// The operation after which the roster was as the delivery found it.
    pub base: OperationNumber,
}

impl Store {
    /// Draws the number of a delivery, so that its files can be written before its row.
    pub async fn draw_delivery(
        &self,
        district: DistrictId,
    ) -> Result<DeliveryNumber, DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let number = counter::draw(&mut session, district, "delivery").await?;
        session.commit().await?;
        Ok(DeliveryNumber(number))
    }

    /// Keeps a delivery.
    pub async fn save_delivery(
        &self,
        district: DistrictId,
        delivery: &Delivery,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        session
            .execute(
                "INSERT INTO delivery (district, number, source, hash, received_at, label, \
                 version, files, complete) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    district,
                    delivery.number,
                    delivery.source.0,
                    delivery.hash.as_str(),
                    delivery.received_at,
                    delivery.label.as_str(),
                    delivery.version.as_str(),
                    delivery.files.to_string(),
                    i64::from(delivery.complete),
                ],
            )
            .await?;
        session.commit().await
    }

    /// A delivery.
    pub async fn delivery(
        &self,
        district: DistrictId,
        number: DeliveryNumber,
    ) -> Result<Option<Delivery>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .one(
                "SELECT number, source, hash, received_at, label, version, files, complete, \
                 expired_at FROM delivery WHERE district = $1 AND number = $2",
                params![district, number],
                read,
            )
            .await
    }

    /// The newest deliveries, newest first, of a source and before a number where given.
    pub async fn deliveries(
        &self,
        district: DistrictId,
        source: Option<SourceId>,
        before: Option<DeliveryNumber>,
        limit: i64,
    ) -> Result<Vec<Delivery>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT number, source, hash, received_at, label, version, files, complete, \
                 expired_at FROM delivery \
                 WHERE district = $1 AND number < $2 AND ($3 IS NULL OR source = $3) \
                 ORDER BY number DESC LIMIT $4",
                params![
                    district,
                    before.map_or(i64::MAX, |number| number.0),
                    source.map(|source| source.0),
                    limit
                ],
                read,
            )
            .await
    }

    /// The newest delivery of a source.
    pub async fn latest_delivery(
        &self,
        district: DistrictId,
        source: SourceId,
    ) -> Result<Option<Delivery>, DatabaseError> {
        let latest = self.deliveries(district, Some(source), None, 1).await?;
        Ok(latest.into_iter().next())
    }

    /// The deliveries with this content, newest first.
    pub async fn deliveries_with_hash(
        &self,
        district: DistrictId,
        hash: &str,
    ) -> Result<Vec<Delivery>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT number, source, hash, received_at, label, version, files, complete, \
                 expired_at FROM delivery WHERE district = $1 AND hash = $2 \
                 ORDER BY number DESC",
                params![district, hash],
                read,
            )
            .await
    }

    /// The newest deliveries of a source that were synced with nothing to change, newest first.
    pub async fn quiet_deliveries(
        &self,
        district: DistrictId,
        source: SourceId,
        limit: i64,
    ) -> Result<Vec<QuietDelivery>, DatabaseError> {
        let mut session = self.db(district).await?.read().await?;
        session
            .all(
                "SELECT plan.delivery AS delivery, plan.base_operation AS base_operation \
                 FROM plan JOIN run ON run.district = plan.district AND run.number = plan.run \
                 WHERE plan.district = $1 AND plan.source = $2 AND plan.delivery IS NOT NULL \
                 AND run.status = 'unchanged' ORDER BY plan.number DESC LIMIT $3",
                params![district, source.0, limit],
                |row| {
                    Ok(QuietDelivery {
                        number: DeliveryNumber(row.int("delivery")?),
                        base: OperationNumber(row.int("base_operation")?),
                    })
                },
            )
            .await
    }

    /// Marks a delivery as expired; the caller removes its files afterwards.
    pub async fn expire_delivery(
        &self,
        district: DistrictId,
        number: DeliveryNumber,
        at: DateTime,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        let changed = session
            .execute(
                "UPDATE delivery SET expired_at = COALESCE(expired_at, $3) \
                 WHERE district = $1 AND number = $2",
                params![district, number, at],
            )
            .await?;
        if changed != 1 {
            return Err(DatabaseError::Missing { table: "delivery", row: number.0 });
        }
        session.commit().await
    }
}

fn read(row: &Record) -> Result<Delivery, DatabaseError> {
    Ok(Delivery {
        number: DeliveryNumber(row.int("number")?),
        source: SourceId(row.int("source")?),
        hash: row.text("hash")?,
        received_at: DateTime(row.int("received_at")?),
        label: row.text("label")?,
        version: row.text("version")?,
        files: serde_json::from_str(&row.text("files")?)
            .map_err(|_| DatabaseError::unreadable("delivery", "files"))?,
        complete: row.int("complete")? != 0,
        expired_at: row.maybe_int("expired_at")?.map(DateTime),
    })
}
