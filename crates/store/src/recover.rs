//! Putting a district in order after a process that was cut off.

use std::path::PathBuf;

use firstbell_roster::model::{DateTime, DistrictId};

use crate::db::{Session, params};
use crate::error::DatabaseError;
use crate::files::Known;
use crate::lease::LeaseError;
use crate::store::Store;

/// Who holds the lease meanwhile, in the words of the message for whoever waits for it.
const HOLDER: &str = "a call of Firstbell that puts things in order before it begins";
const MINUTE: i64 = 60_000_000;

/// What was put in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Files that belonged to nothing, and are gone.
    pub swept: Vec<PathBuf>,
    /// Whether the district's schools were written down again.
    pub schools: bool,
}

/// A district that could not be put in order.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The files.
    #[error("the files of the district could not be swept: {0}")]
    Files(#[from] std::io::Error),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Store {
    /// Closes runs that were cut off as interrupted, removes files that belong to nothing and
    /// brings the list of schools up to date. `None` while another process is at work there.
    pub async fn recover(
        &self,
        district: DistrictId,
        now: DateTime,
    ) -> Result<Option<Recovered>, RecoverError> {
        let lease = match self.take_lease(district, HOLDER, now, MINUTE).await {
            Ok(lease) => lease,
            Err(LeaseError::Busy { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let swept = self.sweep(district).await?;
        let schools = self.catch_up_schools(district).await?;
        self.release_lease(lease).await?;
        Ok(Some(Recovered { swept, schools }))
    }

    async fn sweep(&self, district: DistrictId) -> Result<Vec<PathBuf>, RecoverError> {
        let slug = self.slug(district).await?;
        let slug = slug.ok_or(DatabaseError::NoDistrict(district))?;
        let mut session = self.db(district).await?.read().await?;
        let known = Known {
            deliveries: numbers(&mut session, district, DELIVERIES).await?,
            plans: numbers(&mut session, district, PLANS).await?,
            runs: numbers(&mut session, district, RUNS).await?,
        };
        Ok(self.files(&slug).sweep(&known)?)
    }

    async fn catch_up_schools(&self, district: DistrictId) -> Result<bool, DatabaseError> {
        let latest = self.latest_operation(district).await?;
        let behind = self.schools_as_of(district).await? < latest;
        if behind {
            self.refresh_schools(district, latest).await?;
        }
        Ok(behind)
    }
}

const DELIVERIES: &str = "SELECT number FROM delivery WHERE district = $1 AND expired_at IS NULL";
const PLANS: &str = "SELECT number FROM plan WHERE district = $1";
const RUNS: &str = "SELECT number FROM run WHERE district = $1";

async fn numbers(
    session: &mut Session,
    district: DistrictId,
    sql: &'static str,
) -> Result<std::collections::BTreeSet<i64>, DatabaseError> {
    let numbers = session.all(sql, params![district], |row| row.int(0)).await?;
    Ok(numbers.into_iter().collect())
}
