//! What is written about a run: delivery, plan, outcomes, operation.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::guard::Ended;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Kind, Row};
use firstbell_store::{
    Applied, ApplyError, DEFAULT_SOURCE, Delivery, DeliveryNumber, FinishedRun, NewOperation,
    OperationKind, PlanNumber, PlanStatus, RunNumber, RunStatus, Store, StoredPlan, crash_point,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::kept::{KeptDelivery, KeptFiles};
use crate::report::{AboutDelivery, RunReport, Status};
use crate::run::{Intent, Judged};
use crate::{outcomes, plan_file, writes};

/// The version of the rules by which plans are made.
pub const ENGINE: &str = concat!("firstbell ", env!("CARGO_PKG_VERSION"));

/// Where a plan keeps the settings that it was tried with, beside its report.
const TRIED: &str = "tried_settings";

/// What an operation keeps in its counts, beside the changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// The changes by kind and action, such as `users.create`.
    pub changes: BTreeMap<String, u64>,
    /// What ended, by school.
    pub ended: Ended,
    /// Whether a person approved it.
    pub approved: bool,
    /// Whether that was a part of a plan; limits count anew from a whole one alone.
    pub in_part: bool,
    /// The plans whose approvals let it through, though a guard would have held it.
    pub approved_with: Vec<i64>,
    /// The delivery.
    pub delivery: Option<i64>,
    /// How many rows an undo left as they were, because they had changed since.
    pub left: u64,
}

/// Keeps what is known of the delivery.
pub async fn delivery(
    store: &Store,
    ground: &Ground,
    snapshot: &Snapshot,
    number: DeliveryNumber,
    about: &AboutDelivery,
    context: &Context,
) -> Result<(), HubError> {
    let complete = snapshot.files.values().all(|file| !file.incomplete);
    let delivery = Delivery {
        number,
        source: DEFAULT_SOURCE,
        hash: snapshot.about.hash.clone(),
        received_at: context.now,
        label: about.name.clone(),
        version: snapshot.about.version.clone(),
        files: serde_json::to_value(KeptFiles::of(snapshot))?,
        complete,
        expired_at: None,
    };
    Ok(store.save_delivery(ground.district.id, &delivery).await?)
}

/// Writes the plan's file and keeps the plan, where there is one.
#[expect(clippy::too_many_arguments, reason = "a plan is bound to all of these")]
pub async fn plan(
    store: &Store,
    ground: &Ground,
    judged: &Judged,
    run: RunNumber,
    delivery: Option<DeliveryNumber>,
    report: &mut RunReport,
    context: &Context,
    intent: Intent,
) -> Result<PlanNumber, HubError> {
    let number = store.draw_plan(ground.district.id).await?;
    let files = store.files(&ground.district.slug);
    let stands = intent == Intent::Sync && report.status != Status::Held;
    let digest = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let outcomes =
                scope.spawn(|| outcomes::write(&files, &ground.key, run, &judged.snapshot, stands));
            let lines = judged.draft.lines(&judged.snapshot);
            let (digest, _) = plan_file::write(&files, &ground.key, number, lines)?;
            crash_point("after_plan_file");
            outcomes.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))?;
            Ok::<_, HubError>(digest)
        })
    })?;
    report.plan = Some(number.0);
    report.digest.clone_from(&digest);
    let status = if report.status == Status::Held { PlanStatus::Held } else { PlanStatus::Open };
    let mut summary = serde_json::to_value(&*report)?;
    if let (Some(tried), Some(summary)) = (&ground.tried, summary.as_object_mut()) {
        summary.insert(TRIED.to_owned(), json!(tried));
    }
    let stored = StoredPlan {
        number,
        run: Some(run),
        source: DEFAULT_SOURCE,
        status,
        base: ground.base,
        delivery,
        settings_version: ground.settings_version,
        as_of: ground.as_of,
        engine_version: ENGINE.to_owned(),
        digest,
        summary,
        verdict: serde_json::to_value(&report.guard)?,
        created_at: context.now,
        operation: None,
    };
    let supersedes = supersedes(ground, intent, report.status);
    store.save_plan(ground.district.id, &stored, supersedes).await?;
    Ok(number)
}

/// Whether those that wait give way to a plan. One with settings that are only tried takes nobody's
/// place.
pub fn supersedes(ground: &Ground, intent: Intent, status: Status) -> bool {
    ground.tried.is_none() && (intent == Intent::Sync || status == Status::Held)
}

/// The text of the settings that a plan was made with, where they were not the district's.
pub fn tried(plan: &StoredPlan) -> Option<&str> {
    plan.summary.get(TRIED)?.as_str()
}

/// Whether a plan was made with ids that look issued anew taken for the same people.
pub fn rekeyed(plan: &StoredPlan) -> bool {
    plan.summary.get("rekeyed").and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// The operation that applies a judged plan.
pub fn operation(
    ground: &Ground,
    judged: &Judged,
    (run, plan, delivery): (RunNumber, PlanNumber, DeliveryNumber),
    context: &Context,
    report: &RunReport,
) -> NewOperation {
    let approved = report.status == Status::Held;
    // What a person chose out of a plan counts for no limit, and lets nothing else be forgotten.
    let in_part = approved && judged.split;
    let counts = Counts {
        changes: changes(report),
        ended: if in_part { Ended::default() } else { judged.verdict.ended.clone() },
        approved,
        in_part,
        approved_with: judged.approved_with.clone(),
        delivery: Some(delivery.0),
        left: 0,
    };
    let finished = FinishedRun {
        status: RunStatus::Applied,
        finished_at: context.now,
        delivery: Some(delivery),
        summary: json!({ "changes": report.changes }),
        resumes: Some(DEFAULT_SOURCE),
    };
    NewOperation {
        kind: OperationKind::Sync,
        base: ground.base,
        source: Some(DEFAULT_SOURCE),
        actor_identity: context.identity.clone(),
        by: context.by.clone(),
        at: context.now,
        run: Some((run, finished)),
        plan: Some((plan, PlanStatus::Applied)),
        undoes: None,
        note: Some(context.reason.clone()).filter(|reason| !reason.is_empty()),
        counts: serde_json::to_value(counts).unwrap_or_default(),
        plan_digest: Some(report.digest.clone()),
        pause: None,
    }
}

/// The changes of a report by kind and action.
pub fn changes(report: &RunReport) -> BTreeMap<String, u64> {
    let mut changes = BTreeMap::new();
    for line in &report.summary {
        *changes.entry(format!("{}.{}", line.kind, line.action)).or_default() += line.count;
    }
    changes
}

/// Makes the operation; records whose text is not in memory are read on a thread of their own.
pub fn apply(
    store: &Store,
    ground: &Ground,
    new: NewOperation,
    judged: &Judged,
    kept: &KeptDelivery,
) -> Result<Applied, ApplyError> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let (send, receive) = crossbeam_channel::bounded::<writes::Writes>(8);
            scope.spawn(move || writes::send(judged, kept, &send));
            let batches = receive.into_iter().flat_map(|batch| match batch {
                Ok(writes) => writes.into_iter().map(Ok).collect::<Vec<_>>(),
                Err(error) => vec![Err(error)],
            });
            runtime.block_on(store.apply(&ground.lease, new, batches))
        })
    })
}

/// Remembers whose sourcedIds look reused, for deliveries that lack their own records; of those in
/// doubt before, whom a plan settles that went through is forgotten.
pub async fn doubted(
    store: &Store,
    ground: &Ground,
    judged: &Judged,
    through: bool,
) -> Result<(), HubError> {
    let before = &judged.known.doubted;
    let mut users: BTreeSet<_> = before.union(&judged.doubted).copied().collect();
    if through {
        users.retain(|user| !judged.settled.contains(user));
    }
    if users != *before {
        store.save_doubted_users(ground.district.id, DEFAULT_SOURCE, &users).await?;
    }
    Ok(())
}

/// Keeps the report of a run. A delivery that is fed by hand and goes through lets its source go
/// on, where an undo had paused that, also if it changes nothing.
pub async fn finish(
    store: &Store,
    ground: &Ground,
    (run, intent): (RunNumber, Intent),
    delivery: DeliveryNumber,
    report: &RunReport,
    context: &Context,
) -> Result<(), HubError> {
    let status = match report.status {
        Status::Applied => RunStatus::Applied,
        Status::Planned => RunStatus::Planned,
        Status::Held => RunStatus::Held,
        // A plan alone is not synced, though it has nothing to change.
        Status::Unchanged if intent == Intent::Plan => RunStatus::Planned,
        Status::Unchanged => RunStatus::Unchanged,
        Status::Refused => RunStatus::Refused,
    };
    let summary = serde_json::to_value(report)?;
    let goes_through = intent == Intent::Sync && status == RunStatus::Unchanged;
    let finished = FinishedRun {
        status,
        finished_at: context.now,
        delivery: Some(delivery),
        summary,
        resumes: goes_through.then_some(DEFAULT_SOURCE),
    };
    Ok(store.finish_run(ground.district.id, run, finished).await?)
}

impl Hub {
    /// The rows of the district's orgs, for their names.
    pub(crate) async fn org_rows(&self, ground: &Ground) -> Result<Vec<Row>, HubError> {
        let mut rows = Vec::new();
        let id = ground.district.id;
        self.store.stream_present(id, Kind::Org, None, |version| rows.push(version.row)).await?;
        Ok(rows)
    }
}
