//! What a question is asked of: a district, its settings, and the runs that are kept.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::{Change, Dropped, Fate};
use firstbell_roster::model::columns::org;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::{Date, DateTime, Kind, OperationNumber, Row, Settings, SubjectId};
use firstbell_roster::plan::Reason;
use firstbell_store::{
    DEFAULT_SOURCE, DeliveryNumber, District, DistrictFiles, DistrictKey, LogPage, Operation,
    Order, PlanNumber, PlanStatus, Run, RunNumber, RunStatus, Store, Version,
};

use crate::ground::local_date;
use crate::hub::{Context, Hub, HubError};
use crate::kept::KeptFiles;

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
    /// The names of orgs by their sourcedIds.
    pub org_names: BTreeMap<String, String>,
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
}

impl<'a> Asked<'a> {
    /// Opens what a question needs.
    pub async fn load(hub: &'a Hub, slug: &str, context: &Context) -> Result<Self, HubError> {
        let store = &hub.store;
        let district = hub.district(slug).await?;
        let (_, settings) = hub.parsed_settings(&district).await?;
        let (mut orgs, mut org_names) = (BTreeMap::new(), BTreeMap::new());
        store
            .stream_present(district.id, Kind::Org, None, |version| {
                let name = version.row.text(org::NAME).to_owned();
                orgs.insert(version.row.id, name.clone());
                org_names.insert(version.row.sourced_id, name);
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
            org_names,
        };
        asked.runs = asked.past_runs().await?;
        Ok(asked)
    }

    async fn past_runs(&self) -> Result<Vec<PastRun>, HubError> {
        let (mut found, mut seen, mut before) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let runs = self.store.runs(self.district.id, before, PAGE).await?;
            let Some(oldest) = runs.last() else { return Ok(found) };
            before = Some(oldest.number);
            for run in runs {
                let Some(delivery) = run.delivery.filter(|_| decided(&run)) else { continue };
                if seen.insert(delivery)
                    && let Some(past) = self.past_run(&run, delivery).await?
                {
                    found.push(past);
                }
                if found.len() >= DELIVERIES {
                    return Ok(found);
                }
            }
        }
    }

    async fn past_run(
        &self,
        run: &Run,
        number: DeliveryNumber,
    ) -> Result<Option<PastRun>, HubError> {
        let Some(delivery) = self.store.delivery(self.district.id, number).await? else {
            return Ok(None);
        };
        let base = || run.summary.get("base_operation").and_then(serde_json::Value::as_i64);
        Ok(Some(PastRun {
            number: run.number,
            delivery: number,
            received: self.day(delivery.received_at),
            until: run.operation.map(|made| made.0).or_else(base).unwrap_or(i64::MAX),
            version: delivery.version,
            kept: serde_json::from_value(delivery.files)?,
            complete: delivery.complete,
            readable: delivery.expired_at.is_none(),
            fate: self.fate(run).await?,
        }))
    }

    /// What became of the plan of a run that did not apply it.
    async fn fate(&self, run: &Run) -> Result<Fate, HubError> {
        let number = run.summary.get("plan").and_then(serde_json::Value::as_i64).map(PlanNumber);
        let Some(number) = number.filter(|_| run.operation.is_none()) else {
            return Ok(Fate::Stands);
        };
        let plan = self.store.plan(self.district.id, number).await?;
        Ok(match plan.map(|plan| plan.status) {
            Some(PlanStatus::Dropped) => {
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
            Some(PlanStatus::Superseded) => Fate::Superseded,
            Some(PlanStatus::Open | PlanStatus::Held | PlanStatus::Applied | PlanStatus::Stale)
            | None => Fate::Stands,
        })
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

fn decided(run: &Run) -> bool {
    let ended = [RunStatus::Applied, RunStatus::Planned, RunStatus::Held, RunStatus::Unchanged];
    run.source == DEFAULT_SOURCE && ended.contains(&run.status)
}
