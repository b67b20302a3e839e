//! Who may write a district. Each holder has an epoch above the last one's; what an earlier
//! holder still tries is refused inside the transaction.

use firstbell_roster::model::{DateTime, DistrictId};

use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::store::Store;

/// The right to write a district until it ends or another takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The district.
    pub district: DistrictId,
    /// Grows with each holder.
    pub epoch: i64,
    /// Who holds it, for people.
    pub holder: String,
    /// When it ends by itself.
    pub expires_at: DateTime,
}

/// A lease that could not be taken or kept.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another process is at work on the district.
    #[error(
        "`{holder}` is at work on this district; should it have been cut off, the district is free again at {expires_at}"
    )]
    Busy {
        /// Who holds the lease.
        holder: String,
        /// When it ends by itself.
        expires_at: DateTime,
    },
    /// Another process has taken over.
    #[error("another process has taken over the district (epoch `{epoch}` is past)")]
    Lost {
        /// The epoch of the lease that was lost.
        epoch: i64,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Store {
    /// Takes the lease of a district for `ttl` microseconds, and closes the runs of earlier
    /// holders as interrupted.
    pub async fn take_lease(
        &self,
        district: DistrictId,
        holder: &str,
        now: DateTime,
        ttl: i64,
    ) -> Result<Lease, LeaseError> {
        let expires_at = DateTime(now.0.saturating_add(ttl));
        let mut session = self.db(district).await?.write().await?;
        let epoch = session
            .one(
                "INSERT INTO lease (district, epoch, holder, expires_at) VALUES ($1, 1, $2, $3) \
                 ON CONFLICT (district) DO UPDATE \
                 SET epoch = lease.epoch + 1, holder = excluded.holder, \
                 expires_at = excluded.expires_at \
                 WHERE lease.expires_at <= $4 RETURNING epoch",
                params![district, holder, expires_at, now],
                |row| row.int("epoch"),
            )
            .await?;
        let Some(epoch) = epoch else {
            return Err(busy(&mut session, district).await?);
        };
        crate::run::interrupt(&mut session, district, epoch, now).await?;
        session.commit().await?;
        Ok(Lease { district, epoch, holder: holder.to_owned(), expires_at })
    }

    /// Keeps a lease for another `ttl` microseconds from now.
    pub async fn renew_lease(
        &self,
        lease: &mut Lease,
        now: DateTime,
        ttl: i64,
    ) -> Result<(), LeaseError> {
        let expires_at = DateTime(now.0.saturating_add(ttl));
        self.set_expiry(lease, expires_at).await?;
        lease.expires_at = expires_at;
        Ok(())
    }

    /// Gives a lease back.
    pub async fn release_lease(&self, lease: Lease) -> Result<(), LeaseError> {
        self.set_expiry(&lease, DateTime(0)).await
    }

    async fn set_expiry(&self, lease: &Lease, expires_at: DateTime) -> Result<(), LeaseError> {
        let mut session = self.db(lease.district).await?.write().await?;
        let kept = session
            .execute(
                "UPDATE lease SET expires_at = $3 WHERE district = $1 AND epoch = $2",
                params![lease.district, lease.epoch, expires_at],
            )
            .await?;
        if kept != 1 {
            return Err(LeaseError::Lost { epoch: lease.epoch });
        }
        Ok(session.commit().await?)
    }
}

/// Whether the lease is still the newest; keeps others from taking it until the transaction ends.
pub(crate) async fn holds(session: &mut Session, lease: &Lease) -> Result<bool, DatabaseError> {
    let held = session
        .execute(
            "UPDATE lease SET holder = holder WHERE district = $1 AND epoch = $2",
            params![lease.district, lease.epoch],
        )
        .await?;
    Ok(held == 1)
}

async fn busy(session: &mut Session, district: DistrictId) -> Result<LeaseError, DatabaseError> {
    let held = session
        .one("SELECT holder, expires_at FROM lease WHERE district = $1", params![district], |row| {
            Ok((row.text("holder")?, row.int("expires_at")?))
        })
        .await?;
    let (holder, expires_at) = held.ok_or(DatabaseError::NoDistrict(district))?;
    Ok(LeaseError::Busy { holder, expires_at: DateTime(expires_at) })
}
