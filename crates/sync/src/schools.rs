//! What the schools of a district have, counted after each operation.

use std::collections::BTreeMap;

use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::image::Part;
use firstbell_roster::model::school_counts::{SchoolCounts, count};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{NOBODY, Ordinal, Subjects};
use firstbell_roster::model::{Kind, OperationNumber, SubjectId};
use firstbell_store::{Applied, District};

use crate::hub::{Hub, HubError};
use crate::image;

impl Hub {
    /// Keeps what the schools have after a plan was applied. The plan is applied all the same where
    /// that cannot be kept: it is counted again when somebody asks.
    pub(crate) async fn count_schools(
        &self,
        district: &District,
        snapshot: &Snapshot,
        applied: &Applied,
        parts: &BTreeMap<Kind, Part>,
    ) {
        let present = |kind| parts.get(&kind).map_or(&[][..], |part| &part.ordinals);
        let counted = count(|kind| snapshot.of(kind), present);
        let id = |one: Ordinal| image::id_after(snapshot, applied, Kind::Org, one);
        let schools = counted.into_iter().map(|(one, counts)| (of(one, id), counts)).collect();
        let kept = self.store.save_school_counts(district.id, applied.operation, &schools).await;
        told(kept.map_err(HubError::from));
    }

    /// The same from the rows, after an operation that leaves no snapshot.
    pub(crate) async fn count_schools_anew(&self, district: &District, operation: OperationNumber) {
        told(self.count_rows(district, operation).await.map(drop));
    }

    /// What the schools have after the newest operation: as it was counted then, else counted now.
    pub(crate) async fn school_counts(
        &self,
        district: &District,
    ) -> Result<BTreeMap<SubjectId, SchoolCounts>, HubError> {
        let newest = self.store.latest_operation(district.id).await?;
        if newest.0 == 0 {
            return Ok(BTreeMap::new());
        }
        let mut kept = self.store.school_counts(district.id, &[newest]).await?;
        if let Some(schools) = kept.remove(&newest) {
            return Ok(schools);
        }
        self.count_rows(district, newest).await
    }

    /// Counts what the rows of the roster say, and keeps it.
    async fn count_rows(
        &self,
        district: &District,
        operation: OperationNumber,
    ) -> Result<BTreeMap<SubjectId, SchoolCounts>, HubError> {
        let hasher = Hasher::new(district.hash_seed.cast_unsigned());
        let kinds = image::load(&self.store, district, &hasher, operation).await?;
        let none = Subjects::default();
        let list = |kind: Kind| kinds.get(kind as usize).unwrap_or(&none);
        let all: Vec<Vec<Ordinal>> =
            Kind::FACTS.iter().map(|kind| list(*kind).ordinals().collect()).collect();
        let present = |kind: Kind| all.get(kind as usize).map_or(&[][..], Vec::as_slice);
        let id = |one: Ordinal| list(Kind::Org).id(one);
        let counted = count(list, present);
        let schools = counted.into_iter().map(|(one, counts)| (of(one, id), counts)).collect();
        if self.store.latest_operation(district.id).await? == operation {
            self.store.save_school_counts(district.id, operation, &schools).await?;
        }
        Ok(schools)
    }
}

/// Notes that what was counted could not be kept.
fn told(kept: Result<(), HubError>) {
    if let Err(error) = kept {
        tracing::warn!(kind = error.kind(), "what schools have could not be kept");
    }
}

/// The id of a school; 0 for none.
fn of(school: Ordinal, id: impl Fn(Ordinal) -> i64) -> SubjectId {
    SubjectId(if school == NOBODY { 0 } else { id(school) })
}
