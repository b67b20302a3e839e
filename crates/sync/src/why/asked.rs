//! What a question is asked of: a district, its settings, and the runs that are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use firstbell_roster::explain::{Change, Dropped, Fate};
use firstbell_roster::model::columns::org;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::{Date, DateTime, Kind, OperationNumber, Row, Settings, SubjectId};
use firstbell_roster::plan::Reason;
use firstbell_store::{
    DEFAULT_SOURCE, DecidedRun, DeliveryNumber, District, DistrictFiles, DistrictKey, LogPage,
    Operation, Order, PlanStatus, RunNumber, Store, Version,
};

use super::delivered::{self, Sent};
use crate::access::Scope;
use crate::ground::local_date;
use crate::hub::{Context, Hub, HubError};
use crate::kept::KeptFiles;
use crate::log::Labels;
use crate::search::guests;
use crate::search::shelf::Slot;

/// How many deliveries a question looks back through.
const DELIVERIES: usize = 60;

/// How many runs are read at once.
const PAGE: i64 = 30;

/// How many operations a question looks back through.
const OPERATIONS: i64 = 400;

/// What a question is asked of.
pub struct Asked<'a> {
    pub store: &'a Store,
    pub district: District,
    pub key: DistrictKey,
    pub files: DistrictFiles,
    pub hasher: Hasher,
    pub settings: Settings,
    pub as_of: Date,
    /// The runs whose decisions count: the newest of each delivery, newest first.
    pub runs: Vec<PastRun>,
    /// The names of orgs.
    pub orgs: BTreeMap<SubjectId, String>,
    /// The orgs by their sourcedIds.
    pub org_ids: BTreeMap<String, SubjectId>,
    /// The part of the district that the reader sees.
    pub scope: Scope,
    hub: &'a Hub,
    now: DateTime,
}

/// A run that decided on a delivery.
#[derive(Debug)]
pub struct PastRun {
    pub number: RunNumber,
    pub delivery: DeliveryNumber,
    /// The day on which the delivery came.
    pub received: Date,
    /// The newest operation that the run knew of, or made.
    pub until: i64,
    /// The version of the binding.
    pub version: String,
    pub kept: KeptFiles,
    /// Whether every file was whole.
    pub complete: bool,
    /// Whether the files themselves are kept still.
    pub readable: bool,
    /// What became of its plan.
    pub fate: Fate,
    /// Whether it made an operation.
    pub is_applied: bool,
}

impl<'a> Asked<'a> {
    /// Opens what a question needs.
    pub async fn load(
        hub: &'a Hub,
        slug: &str,
        scope: &Scope,
        context: &Context,
    ) -> Result<Self, HubError> {
        let store = &hub.store;
        let district = hub.district(slug).await?;
        let (_, settings) = hub.parsed_settings(&district).await?;
        let (mut orgs, mut org_ids) = (BTreeMap::new(), BTreeMap::new());
        store
            .stream_present(district.id, Kind::Org, None, |version| {
                let name = version.row.text(org::NAME).to_owned();
                orgs.insert(version.row.id, name);
                org_ids.insert(version.row.sourced_id, version.row.id);
            })
            .await?;
        let mut asked = Self {
            store,
            key: store.district_key(district.id).await?,
            files: store.files(slug),
            hasher: Hasher::new(district.hash_seed.cast_unsigned()),
            as_of: local_date(&settings, context),
            settings,
            district,
            runs: Vec::new(),
            orgs,
            org_ids,
            scope: scope.clone(),
            hub,
            now: context.now,
        };
        asked.runs = asked.past_runs().await?;
        Ok(asked)
    }

    async fn past_runs(&self) -> Result<Vec<PastRun>, HubError> {
        let (mut found, mut seen, mut before) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let runs = self.store.decided_runs(self.district.id, DEFAULT_SOURCE, before, PAGE);
            let runs = runs.await?;
            let Some(oldest) = runs.last() else { return Ok(found) };
            before = Some(oldest.number);
            for run in runs {
                if seen.insert(run.delivery) {
                    found.push(self.past_run(run).await?);
                }
                if found.len() >= DELIVERIES {
                    return Ok(found);
                }
            }
        }
    }

    async fn past_run(&self, run: DecidedRun) -> Result<PastRun, HubError> {
        let base = run.plan.map(|(_, _, base)| base);
        Ok(PastRun {
            number: run.number,
            delivery: run.delivery,
            received: self.day(run.received_at),
            until: run.operation.or(base).map_or(i64::MAX, |made| made.0),
            fate: self.fate(&run).await?,
            is_applied: run.operation.is_some(),
            version: run.version,
            kept: serde_json::from_value(run.files)?,
            complete: run.complete,
            readable: run.expired_at.is_none(),
        })
    }

    /// What became of the plan of a run that did not apply it.
    async fn fate(&self, run: &DecidedRun) -> Result<Fate, HubError> {
        let plan = run.plan.filter(|_| run.operation.is_none());
        let Some((number, status, _)) = plan else { return Ok(Fate::Stands) };
        Ok(match status {
            PlanStatus::Dropped => {
                let decided = self.store.approvals(self.district.id, number).await?.pop();
                let plan = number.0;
                Fate::Dropped(match decided {
                    Some(decided) => Dropped {
                        plan,
                        on: self.day(decided.at),
                        by: decided.by.unwrap_or(decided.identity),
                        reason: decided.reason.unwrap_or_default(),
                    },
                    None => {
                        Dropped { plan, on: self.as_of, by: String::new(), reason: String::new() }
                    }
                })
            }
            PlanStatus::Superseded => Fate::Superseded,
            PlanStatus::Open | PlanStatus::Held | PlanStatus::Applied | PlanStatus::Stale => {
                Fate::Stands
            }
        })
    }

    /// The names of the district in memory, where the hub keeps any.
    pub async fn names(&self) -> Result<Option<Arc<Slot>>, HubError> {
        let slot = self.hub.names_of(&self.district, self.now).await?;
        if let Some(slot) = &slot {
            self.meet_guests(slot, &self.scope).await?;
        }
        Ok(slot)
    }

    /// Looks up who is enrolled at the schools of a scope, where nobody did so far.
    pub async fn meet_guests(&self, slot: &Slot, scope: &Scope) -> Result<(), HubError> {
        for (school, classes) in slot.ask(|names| names.without_guests(scope))? {
            let guests = guests(self, &classes).await?;
            slot.ask(|names| names.keep_guests(school, guests))?;
        }
        Ok(())
    }

    /// The records without a row on lines that names were found on.
    pub async fn sent(&self, kind: Kind, lines: &[u32]) -> Result<Vec<Sent>, HubError> {
        let Some(slot) = self.names().await?.filter(|_| !lines.is_empty()) else {
            return Ok(Vec::new());
        };
        let number = slot.ask(|names| names.sent.get(&kind).copied())?;
        let run = self.runs.iter().find(|run| Some(run.number) == number);
        let Some(run) = run else { return Ok(Vec::new()) };
        let mut sent = Vec::new();
        for line in lines {
            sent.extend(delivered::on_line(self, run, kind, *line)?);
        }
        Ok(sent)
    }

    /// The name of an org that the reader may see; empty for any other.
    pub fn org(&self, id: Option<SubjectId>) -> String {
        let seen = id.filter(|id| self.scope.has(Some(*id)));
        seen.and_then(|id| self.orgs.get(&id)).cloned().unwrap_or_default()
    }

    /// What an org is called for the reader, who hears of others that they are elsewhere.
    pub fn place(&self, id: SubjectId) -> String {
        let name = self.org(Some(id));
        if name.is_empty() { "elsewhere".to_owned() } else { name }
    }

    /// Learns the names of what rows refer to.
    pub async fn learn(
        &self,
        versions: Vec<&Version>,
        labels: &mut Labels,
    ) -> Result<(), HubError> {
        let rows: Vec<_> = versions.into_iter().map(|version| &version.row).collect();
        self.hub.learn_from(&self.district, rows.into_iter(), labels).await
    }

    /// Whether the reader may hear of a school by its name; what is said of the whole district names
    /// no school, and all may hear it.
    pub fn tells_of(&self, school: &str) -> bool {
        let own = |(id, name): (&SubjectId, &String)| name == school && self.scope.has(Some(*id));
        self.scope == Scope::All || school.is_empty() || self.orgs.iter().any(own)
    }

    /// The district's date at an instant.
    pub fn day(&self, at: DateTime) -> Date {
        let context = Context { now: at, identity: String::new(), by: None, reason: String::new() };
        local_date(&self.settings, &context)
    }

    /// What is told of a change of the roster.
    pub async fn change(
        &self,
        operation: OperationNumber,
        reason: Reason,
    ) -> Result<Change, HubError> {
        let made = self.store.operation(self.district.id, operation).await?;
        Ok(Change {
            operation: operation.0,
            on: made.as_ref().map_or(self.as_of, |made| self.day(made.at)),
            by: made.map(|made| made.by.unwrap_or(made.actor_identity)).unwrap_or_default(),
            reason,
        })
    }

    /// The newest operations that ended rows of a kind, newest first.
    pub async fn endings(&self, kind: Kind) -> Result<Vec<Operation>, HubError> {
        let page = LogPage { order: Order::NewestFirst, after: None, limit: OPERATIONS };
        let mut log = self.store.log(self.district.id, page).await?;
        log.retain(|made| made.rows.get(&kind).is_some_and(|rows| rows.ended > 0));
        Ok(log)
    }

    /// The last versions of those of a kind of whom a test held once and holds no more, or who
    /// have ended.
    pub async fn former(
        &self,
        kind: Kind,
        is_meant: impl Fn(&Row) -> bool,
    ) -> Result<Vec<Version>, HubError> {
        let mut found = BTreeSet::new();
        let take = |version: Version| {
            if is_meant(&version.row) {
                found.insert(version.row.id);
            }
        };
        self.store.stream_past(self.district.id, kind, take).await?;
        let ids: Vec<_> = found.into_iter().collect();
        Ok(self.store.last_versions(self.district.id, kind, &ids).await?)
    }

    /// The rows of a kind that have ended and for which a test holds.
    pub async fn departed(
        &self,
        kind: Kind,
        is_meant: impl Fn(&Row) -> bool,
    ) -> Result<Vec<SubjectId>, HubError> {
        let former = self.former(kind, &is_meant).await?;
        let departed = former.iter().filter(|last| !last.is_present() && is_meant(&last.row));
        Ok(departed.map(|last| last.row.id).collect())
    }
}
