//! How many districts are, quickly: for a list of them.

use std::collections::BTreeSet;

use firstbell_roster::model::DateTime;
use firstbell_store::{District, GoodRun, LogPage, Operation, Order, Run, RunStatus};

use crate::hub::{Hub, HubError};

/// How many runs are looked back through for the last good one, and how many operations for what was
/// taken back.
const LOOKED_BACK: i64 = 60;

/// How a district is, in a few numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The district.
    pub district: District,
    /// When the newest sync ended that went through and stands.
    pub last_good: Option<DateTime>,
    /// How many plans wait for a person.
    pub holds: u64,
    /// The newest of them.
    pub newest_hold: Option<i64>,
    /// Since when the oldest of them waits.
    pub waits_since: Option<DateTime>,
    /// Since when its source stands still, where it does.
    pub paused_at: Option<DateTime>,
    /// How many schools the roster has.
    pub schools: u64,
}

impl Hub {
    /// The districts of the installation, by short name.
    pub async fn all_districts(&self) -> Result<Vec<District>, HubError> {
        Ok(self.store.districts().await?)
    }

    /// How these districts are, in their order.
    pub async fn overviews(&self, districts: Vec<District>) -> Result<Vec<Overview>, HubError> {
        let ids: Vec<_> = districts.iter().map(|district| district.id).collect();
        let mut found = self.store.overviews(&ids).await?;
        let mut overviews = Vec::new();
        for district in districts {
            let Some(one) = found.remove(&district.id) else { continue };
            let last_good = match one.last_good {
                Some(GoodRun { at, undone: false, .. }) => Some(at),
                Some(GoodRun { undone: true, .. }) => self.last_good(&district).await?,
                None => None,
            };
            overviews.push(Overview {
                last_good,
                holds: one.holds.cast_unsigned(),
                newest_hold: one.newest_hold.map(|plan| plan.0),
                waits_since: one.waits_since,
                paused_at: one.paused_at,
                schools: one.schools.cast_unsigned(),
                district,
            });
        }
        Ok(overviews)
    }

    /// When the newest sync ended that was not taken back.
    async fn last_good(&self, district: &District) -> Result<Option<DateTime>, HubError> {
        let runs = self.store.runs(district.id, None, LOOKED_BACK).await?;
        let log = LogPage { order: Order::NewestFirst, after: None, limit: LOOKED_BACK };
        let log = self.store.log(district.id, log).await?;
        Ok(newest_good(&runs, &log).and_then(|run| run.finished_at))
    }
}

/// The newest of these runs that went through and stands.
pub(crate) fn newest_good<'a>(runs: &'a [Run], log: &[Operation]) -> Option<&'a Run> {
    let undone: BTreeSet<_> =
        log.iter().filter(|made| made.undone_by.is_some()).map(|made| made.number).collect();
    let stands = |run: &&Run| run.operation.is_none_or(|made| !undone.contains(&made));
    let good = |run: &&Run| matches!(run.status, RunStatus::Applied | RunStatus::Unchanged);
    runs.iter().filter(good).find(stands)
}
