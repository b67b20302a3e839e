//! A delivery as it was received: what became of its records, and what was found in it.
//!
//! Everything is read from what the newest run of the delivery kept, a page at a time: `records` has
//! the records by school and outcome, `found` the findings with all their places, `named` tells
//! what a record refers to. Nothing is judged again.

mod found;
mod list;
mod named;
mod records;

use std::collections::BTreeMap;

use firstbell_roster::model::{DateTime, Kind, SubjectId};
use firstbell_roster::plan::{Hold, Outcome};
use firstbell_store::{
    Delivery, DeliveryNumber, District, DistrictFiles, DistrictKey, Run, RunNumber, Store,
};

use crate::counted::Group;
use crate::hub::{Hub, HubError};
use crate::kept::{KeptDelivery, KeptFiles};
use crate::outcomes::{self, Outcomes};
use crate::report::{FindingReport, RunReport};

pub use firstbell_store::RunStatus;
pub use found::{Finding, FoundPlace, FoundPlaces, PlaceFilter};
pub use list::ReceivedEntry;
pub use named::Names;
pub use records::{ReceivedRecord, RecordFilter, RecordRow, Records};

/// A delivery, and what its newest run made of it.
pub struct Received<'a> {
    pub(crate) store: &'a Store,
    pub(crate) district: District,
    pub(crate) key: DistrictKey,
    pub(crate) files: DistrictFiles,
    /// Its number.
    pub number: i64,
    /// When it came.
    pub at: DateTime,
    /// Where it came from.
    pub label: String,
    /// Whether its files are kept still.
    pub is_kept: bool,
    pub(crate) delivery: Delivery,
    pub(crate) kept: KeptFiles,
    pub(crate) run: Run,
    /// The run that kept what was found, and the findings that it reported.
    pub(crate) found: (RunNumber, Vec<FindingReport>),
    /// What the run reported.
    pub report: RunReport,
    /// The schools of its records; the one with number 1 first.
    pub schools: Vec<ReceivedSchool>,
}

/// A school of a delivery's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedSchool {
    /// The hub's number of it; `None` while the roster does not have it.
    pub id: Option<SubjectId>,
    /// Its name.
    pub name: String,
    key: u64,
    /// The number that the run had for it: below zero where it would create it, 0 where it does not
    /// take it.
    in_run: SubjectId,
}

/// How many records of a kind and school came to one end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// The kind.
    pub kind: Kind,
    /// The school, by its place among [`Received::schools`] from 1; 0 for none.
    pub school: u32,
    /// What became of them.
    pub outcome: Outcome,
    /// How many.
    pub records: u64,
}

/// Which schools somebody sees; `None` stands for what is of no school.
pub type Sees<'a> = &'a (dyn Fn(Option<SubjectId>) -> bool + Sync);

impl Hub {
    /// A delivery with what became of it; `None` where there is none, or no run of it ended.
    pub async fn received(
        &self,
        district: &District,
        number: i64,
    ) -> Result<Option<Received<'_>>, HubError> {
        let runs = self.store.runs_of_delivery(district.id, DeliveryNumber(number)).await?;
        self.received_in(district, DeliveryNumber(number), &runs).await
    }

    /// The same as one run of it decided.
    pub(crate) async fn received_by(
        &self,
        district: &District,
        number: DeliveryNumber,
        run: RunNumber,
    ) -> Result<Option<Received<'_>>, HubError> {
        let run = self.store.run(district.id, run).await?;
        self.received_in(district, number, run.as_slice()).await
    }

    async fn received_in(
        &self,
        district: &District,
        number: DeliveryNumber,
        runs: &[Run],
    ) -> Result<Option<Received<'_>>, HubError> {
        let Some(delivery) = self.store.delivery(district.id, number).await? else {
            return Ok(None);
        };
        let (key, files) =
            (self.store.district_key(district.id).await?, self.store.files(&district.slug));
        let found = runs.iter().filter(|run| files.run_findings(run.number).exists());
        let found = newest(found)?.map(|(run, report)| (run.number, report.findings));
        let Some((run, report)) = newest(runs.iter())? else { return Ok(None) };
        let run = run.clone();
        let schools = self.schools_of(district, outcomes::schools(&files, &key, run.number)?);
        Ok(Some(Received {
            store: &self.store,
            district: district.clone(),
            number: number.0,
            at: delivery.received_at,
            label: delivery.label.clone(),
            is_kept: delivery.expired_at.is_none(),
            kept: serde_json::from_value(delivery.files.clone())?,
            schools: schools.await?,
            delivery,
            key,
            files,
            found: found.unwrap_or((run.number, Vec::new())),
            run,
            report,
        }))
    }

    /// The schools of a run with the numbers and names that the roster has for them now.
    async fn schools_of(
        &self,
        district: &District,
        schools: Vec<outcomes::RunSchool>,
    ) -> Result<Vec<ReceivedSchool>, HubError> {
        let open = |school: &&outcomes::RunSchool| school.id.0 <= 0 || school.name.is_empty();
        let keys: Vec<i64> =
            schools.iter().filter(open).map(|school| school.key.cast_signed()).collect();
        let linked = self.store.by_keys(district.id, Kind::Org, &keys).await?;
        let linked: BTreeMap<_, _> =
            linked.into_iter().map(|one| (one.key.cast_unsigned(), one.last)).collect();
        let school = |school: outcomes::RunSchool| {
            let row = linked.get(&school.key).map(|last| &last.row);
            let id = if school.id.0 > 0 { Some(school.id) } else { row.map(|row| row.id) };
            let name = match school.name.as_str() {
                "" => row.map(crate::log::name).unwrap_or_default(),
                _ => school.name,
            };
            ReceivedSchool { id, name, key: school.key, in_run: school.id }
        };
        Ok(schools.into_iter().map(school).collect())
    }
}

/// The newest run that decided, with its report; one with the district's own settings where there is
/// any.
fn newest<'a>(
    runs: impl Iterator<Item = &'a Run>,
) -> Result<Option<(&'a Run, RunReport)>, HubError> {
    let mut tried = None;
    for run in runs {
        let ended = [RunStatus::Applied, RunStatus::Planned, RunStatus::Held, RunStatus::Unchanged];
        if !ended.contains(&run.status) {
            continue;
        }
        let report: RunReport = serde::Deserialize::deserialize(&run.summary)?;
        if !report.tried {
            return Ok(Some((run, report)));
        }
        tried = tried.or(Some((run, report)));
    }
    Ok(tried)
}

impl Received<'_> {
    /// How its run ended.
    pub const fn status(&self) -> RunStatus {
        self.run.status
    }

    /// Whether the roster has what its run decided.
    pub const fn is_applied(&self) -> bool {
        matches!(self.run.status, RunStatus::Applied | RunStatus::Unchanged)
    }

    /// What became of its records, by kind, school and outcome, in the schools that somebody sees.
    pub fn flow(&self, sees: Sees<'_>) -> Result<Vec<Flow>, HubError> {
        let mut flow = Vec::new();
        for kind in Kind::FACTS {
            let Some(outcomes) = self.outcomes(kind)? else { continue };
            for (group, records) in outcomes.groups().sums() {
                let school = u32::try_from(group.school).unwrap_or(0);
                let outcome = self.outcome(group).filter(|_| sees(self.id_of(school)));
                flow.extend(outcome.map(|outcome| Flow { kind, school, outcome, records }));
            }
        }
        Ok(flow)
    }

    /// The name of the file of a kind.
    pub fn file(&self, kind: Kind) -> String {
        self.kept.files.get(&kind).map_or_else(|| kind.file(), |file| file.name.clone())
    }

    /// The name of a school by its number; empty for none.
    pub fn school(&self, number: u32) -> &str {
        self.school_at(number).map_or("", |school| &school.name)
    }

    /// The hub's number of a school; `None` for none, and for one that the roster does not have.
    pub fn id_of(&self, school: u32) -> Option<SubjectId> {
        self.school_at(school).and_then(|school| school.id)
    }

    fn school_at(&self, number: u32) -> Option<&ReceivedSchool> {
        self.schools.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The school that the run had this number for.
    pub(crate) fn school_with(&self, in_run: SubjectId) -> Option<&ReceivedSchool> {
        self.schools.iter().find(|school| school.in_run == in_run && in_run.0 != 0)
    }

    /// The name of the org with this sourcedId, and whether its run takes it; `None` where it knew none.
    pub(crate) fn school_named(&self, sourced_id: &str) -> Option<(&str, bool)> {
        let key = self.hasher().key(sourced_id.as_bytes());
        let school = self.schools.iter().find(|school| school.key == key)?;
        Some((&school.name, school.in_run.0 != 0))
    }

    /// Whether its settings make several schools of one.
    pub(crate) fn splits_schools(&self) -> bool {
        self.kept.mapping.iter().any(|mapping| !mapping.is_whole())
    }

    /// The outcome of a group: where the plan is on hold as a whole, what it would change waits.
    fn outcome(&self, group: Group) -> Option<Outcome> {
        let outcome = outcomes::outcome_of(group)?;
        let changes =
            matches!(outcome, Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::End);
        let waits = changes && self.run.status == RunStatus::Held;
        Some(if waits { Outcome::Held(Hold::Guard) } else { outcome })
    }

    pub(crate) fn outcomes(&self, kind: Kind) -> Result<Option<Outcomes>, HubError> {
        Outcomes::open(&self.files, &self.key, self.run.number, kind)
    }

    /// Its files, while they are kept.
    pub(crate) fn text(&self) -> Result<Option<KeptDelivery>, HubError> {
        if !self.is_kept {
            return Ok(None);
        }
        let (files, version) = (&self.files, &self.delivery.version);
        KeptDelivery::open(files, &self.key, self.delivery.number, version, &self.kept).map(Some)
    }
}
