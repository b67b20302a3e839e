//! Which districts' names are in memory, and who waits for them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use firstbell_roster::model::{DateTime, DistrictId};
use firstbell_store::{DEFAULT_SOURCE, District};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::names::Names;
use super::read;
use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};

/// How long a question waits for names.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many districts' names are kept in memory.
const DISTRICTS: usize = 16;

/// After how long without a question names are let go, in microseconds.
const IDLE: i64 = 2 * 3600 * 1_000_000;

/// The names that a hub keeps in memory; by default none.
#[derive(Clone, Default)]
pub struct Shelf(Option<Arc<Mutex<BTreeMap<DistrictId, Place>>>>);

/// A district's place on the shelf.
#[derive(Clone)]
struct Place {
    slot: Arc<Slot>,
    used: DateTime,
}

/// The names of a district, and what is at work on them.
#[derive(Default)]
pub struct Slot {
    /// The names, once they were read.
    pub names: RwLock<Option<Names>>,
    at_work: AtomicBool,
    ended: Notify,
    failed: Mutex<Option<HubError>>,
}

impl Shelf {
    /// A shelf that keeps names.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// The place of a district; what nobody asked for in long is let go.
    fn slot(&self, district: DistrictId, now: DateTime) -> Option<Arc<Slot>> {
        let mut places = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|other, place| *other == district || now.0 - place.used.0 < IDLE);
        if !places.contains_key(&district) && places.len() >= DISTRICTS {
            let oldest = places.iter().min_by_key(|(_, place)| place.used).map(|(id, _)| *id);
            oldest.and_then(|oldest| places.remove(&oldest));
        }
        let empty = || Place { slot: Arc::default(), used: now };
        let place = places.entry(district).or_insert_with(empty);
        place.used = now;
        Some(Arc::clone(&place.slot))
    }
}

impl Slot {
    /// Asks something of the names.
    pub fn ask<T>(&self, question: impl FnOnce(&Names) -> T) -> Result<T, HubError> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.as_ref().map(question).ok_or(HubError::Reading)
    }
}

impl Hub {
    /// The same hub, which keeps the names of districts in memory once somebody searches there.
    #[must_use]
    pub fn keeping_names(self) -> Self {
        Self { shelf: Shelf::new(), ..self }
    }

    /// The names of a district as they are now, where this hub keeps any. They are read at the
    /// first question, and what changed since at each later one; who asks waits for some seconds.
    pub(crate) async fn names_of(
        &self,
        district: &District,
        now: DateTime,
    ) -> Result<Option<Arc<Slot>>, HubError> {
        let Some(slot) = self.shelf.slot(district.id, now) else { return Ok(None) };
        let deadline = Instant::now() + PATIENCE;
        loop {
            // It hears of an end from here on, also of one between the look and the wait.
            let ended = slot.ended.notified();
            if let Some(error) = slot.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Err(error);
            }
            if self.is_current(district, &slot).await? {
                return Ok(Some(Arc::clone(&slot)));
            }
            if !slot.at_work.swap(true, Ordering::AcqRel) {
                self.bring_up(district, &slot, now);
            }
            if timeout_at(deadline, ended).await.is_err() {
                return Err(HubError::Reading);
            }
        }
    }

    /// Whether nothing happened to a district since its names were read.
    async fn is_current(&self, district: &District, slot: &Slot) -> Result<bool, HubError> {
        let known = slot.ask(|names| (names.operation, names.run));
        let Ok((operation, run)) = known else { return Ok(false) };
        let newest = self.store.decided_runs(district.id, DEFAULT_SOURCE, None, 1).await?;
        let newest = newest.first().map(|run| run.number);
        Ok(newest == run && self.store.latest_operation(district.id).await? == operation)
    }

    /// Reads the names, or what changed of them, beside whoever waits.
    fn bring_up(&self, district: &District, slot: &Arc<Slot>, now: DateTime) {
        let (hub, slug, slot) = (self.clone(), district.slug.clone(), Arc::clone(slot));
        tokio::spawn(async move {
            let context = Context { now, identity: String::new(), by: None, reason: String::new() };
            hub.read_names(&slug, &slot, &context).await;
        });
    }

    async fn read_names(&self, slug: &str, slot: &Slot, context: &Context) {
        let working = Working(slot);
        let read = async {
            let asked = crate::why::asked::Asked::load(self, slug, &Scope::All, context).await?;
            read::bring_up_to_date(&asked, &slot.names).await
        };
        if let Err(error) = read.await {
            tracing::warn!(kind = error.kind(), "names could not be read");
            *slot.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        drop(working);
    }
}

/// Says that work on names is over, also where it stopped in the middle.
struct Working<'a>(&'a Slot);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.at_work.store(false, Ordering::Release);
        self.0.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(shelf: &Shelf) -> Vec<i64> {
        let places = shelf.0.as_ref().unwrap().lock().unwrap();
        places.keys().map(|district| district.0).collect()
    }

    #[test]
    fn what_nobody_asks_for_is_let_go_and_so_is_the_oldest_of_many() {
        let shelf = Shelf::new();
        for district in 0..20 {
            shelf.slot(DistrictId(district), DateTime(district)).unwrap();
        }
        assert_eq!(kept(&shelf), (4..20).collect::<Vec<_>>());
        shelf.slot(DistrictId(4), DateTime(IDLE)).unwrap();
        shelf.slot(DistrictId(5), DateTime(IDLE + 30)).unwrap();
        assert_eq!(kept(&shelf), [4, 5]);
        assert!(Shelf::default().slot(DistrictId(1), DateTime(0)).is_none());
    }
}
