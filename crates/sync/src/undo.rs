//! Undo: the inverse of an operation as a plan of its own, made by the one write path.
//!
//! A row is restored only where the version that the operation wrote, or one that stands for
//! it, is still the present one; every other row is a conflict, told and left alone. No part of
//! a group is undone without the rest.

mod inverse;
mod judged;

use std::collections::BTreeMap;

use firstbell_roster::model::text::thousands;
use firstbell_roster::model::{Kind, OperationNumber, SubjectId};
use firstbell_roster::plan::{Action, Line};
use firstbell_store::{
    DEFAULT_SOURCE, District, LogPage, NewOperation, Operation, OperationKind, Order, PlanStatus,
    StoredPlan, taken_back,
};

use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::records::{Counts, ENGINE};
use crate::report::{
    ConflictReport, Departures, GuardReport, Outcomes, RunReport, Status, SummaryLine,
};
use crate::{account, lease, plan_file};
use inverse::Inverse;

/// How many operations are looked at for what is still undone.
const RECENT: i64 = 100;

/// How many conflicts a report names.
const CONFLICTS: usize = 1000;

impl Hub {
    /// Takes an operation back: the newest, or the one named. The guards say what they think of
    /// it, and do not hold it.
    pub async fn undo(
        &self,
        slug: &str,
        operation: Option<i64>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let ground = self.ground(slug, context, None).await?;
        let result = self.undo_held(&ground, operation, context).await;
        lease::give_back(&self.store, ground.lease).await;
        self.named(&ground.district, result?).await
    }

    /// Takes an operation back as it was shown when another one was the newest, unless one came since.
    pub async fn undo_as_shown(
        &self,
        slug: &str,
        operation: i64,
        newest: i64,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let ground = self.ground(slug, context, None).await?;
        let result = if ground.base.0 == newest {
            self.undo_held(&ground, Some(operation), context).await
        } else {
            Err(HubError::Superseded(format!(
                "operation {} was the newest when this was shown, and operation {} is now",
                newest, ground.base
            )))
        };
        lease::give_back(&self.store, ground.lease).await;
        self.named(&ground.district, result?).await
    }

    /// What taking an operation back would come to; nothing is kept.
    pub async fn undo_preview(
        &self,
        slug: &str,
        operation: Option<i64>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let ground = self.ground(slug, context, None).await?;
        let drafted = self.draft_undo(&ground, operation).await;
        lease::give_back(&self.store, ground.lease).await;
        self.named(&ground.district, drafted?.2).await
    }

    /// The operation, its inverse, and the report before anything is done.
    async fn draft_undo(
        &self,
        ground: &Ground,
        operation: Option<i64>,
    ) -> Result<(Operation, Inverse, RunReport), HubError> {
        if operation.is_none() && ground.base.0 == 0 {
            let nothing = "nothing was applied yet, so there is nothing to undo";
            return Err(HubError::NotFound(nothing.to_owned()));
        }
        let wanted = operation.map_or(ground.base, OperationNumber);
        let found = self.store.operation(ground.district.id, wanted).await?;
        let undone =
            found.ok_or_else(|| HubError::NotFound(format!("there is no operation `{wanted}`")))?;
        let inverse = Inverse::of(&self.store, ground, &undone).await?;
        let mut report = report(ground, &undone, &inverse);
        if let Some(by) = undone.undone_by.filter(|_| inverse.lines.is_empty()) {
            report.notes = vec![format!(
                "operation {} was taken back already, by operation {by}",
                undone.number
            )];
        }
        if !inverse.lines.is_empty() {
            let (verdict, names) = self.judge_inverse(ground, &inverse).await?;
            report.guard = account::guard(&verdict, &names, &ground.settings.guard);
        }
        Ok((undone, inverse, report))
    }

    /// Names the rows that are left alone by their sourcedIds, which are kept with the rows alone.
    pub(crate) async fn named(
        &self,
        district: &District,
        mut report: RunReport,
    ) -> Result<RunReport, HubError> {
        for alike in report.conflicts.chunk_by_mut(|one, next| one.kind == next.kind) {
            let Some(kind) = alike.first().map(|one| one.kind) else { continue };
            let ids: Vec<_> = alike.iter().map(|one| SubjectId(one.row)).collect();
            for version in self.store.last_versions(district.id, kind, &ids).await? {
                let same = |one: &&mut ConflictReport| one.row == version.row.id.0;
                if let Some(one) = alike.iter_mut().find(same) {
                    one.sourced_id.clone_from(&version.row.sourced_id);
                }
            }
        }
        Ok(report)
    }

    async fn undo_held(
        &self,
        ground: &Ground,
        operation: Option<i64>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let (undone, inverse, mut report) = self.draft_undo(ground, operation).await?;
        if inverse.lines.is_empty() {
            return Ok(report);
        }
        report.status = Status::Applied;
        if inverse.conflicts.is_empty() {
            report.notes.push(format!("operation {} is taken back", undone.number));
        }
        let plan = self.keep_inverse(ground, &inverse, &mut report, context).await?;
        let pause = self.still_undone(ground, &undone).await?.map(pause);
        if pause.is_some() {
            let paused = "its source is marked as paused; whatever feeds the delivery that was taken back brings its changes again, so stop that until the delivery is mended";
            report.notes.push(paused.to_owned());
        }
        let new = operation_of(ground, &undone, &report, plan, pause, context);
        let applied = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.store.apply(
                &ground.lease,
                new,
                inverse.writes(),
            ))
        })?;
        report.operation = Some(applied.operation.0);
        self.count_schools_anew(&ground.district, applied.operation).await;
        Ok(report)
    }

    /// The sync that was taken back last once an operation is undone, with no sync since then.
    async fn still_undone(
        &self,
        ground: &Ground,
        undone: &Operation,
    ) -> Result<Option<OperationNumber>, HubError> {
        let page = LogPage { order: Order::NewestFirst, after: None, limit: RECENT };
        let operations = self.store.log(ground.district.id, page).await?;
        let next = OperationNumber(ground.base.0 + 1);
        let undos = operations.iter().filter_map(|made| Some((made.number, made.undoes?)));
        let taken_back = taken_back(undos.chain([(next, undone.number)]));
        let all = operations.iter().chain([undone]);
        let syncs: Vec<_> =
            all.filter(|made| made.kind == OperationKind::Sync).map(|made| made.number).collect();
        let by = |sync: &OperationNumber| taken_back.get(sync).copied();
        let newest = syncs.iter().max().copied();
        Ok(syncs.into_iter().filter(|sync| by(sync) > newest).max_by_key(by))
    }

    async fn keep_inverse(
        &self,
        ground: &Ground,
        inverse: &Inverse,
        report: &mut RunReport,
        context: &Context,
    ) -> Result<firstbell_store::PlanNumber, HubError> {
        let number = self.store.draw_plan(ground.district.id).await?;
        let files = self.store.files(&ground.district.slug);
        let (digest, _) =
            plan_file::write(&files, &ground.key, number, inverse.lines.iter().copied())?;
        report.plan = Some(number.0);
        report.digest.clone_from(&digest);
        let stored = StoredPlan {
            number,
            run: None,
            source: DEFAULT_SOURCE,
            status: PlanStatus::Open,
            base: ground.base,
            delivery: None,
            settings_version: ground.settings_version,
            as_of: ground.as_of,
            engine_version: ENGINE.to_owned(),
            digest,
            summary: serde_json::to_value(&*report)?,
            verdict: serde_json::to_value(&report.guard)?,
            created_at: context.now,
            operation: None,
        };
        self.store.save_plan(ground.district.id, &stored, false).await?;
        Ok(number)
    }
}

/// Why a source stands still.
fn pause(undone: OperationNumber) -> String {
    format!("operation {undone} was undone; feed a delivery by hand to go on")
}

fn operation_of(
    ground: &Ground,
    undone: &Operation,
    report: &RunReport,
    plan: firstbell_store::PlanNumber,
    pause: Option<String>,
    context: &Context,
) -> NewOperation {
    let left = report.conflicts.len() as u64;
    let counts = Counts { changes: crate::records::changes(report), left, ..Counts::default() };
    NewOperation {
        kind: OperationKind::Undo,
        base: ground.base,
        source: Some(DEFAULT_SOURCE),
        actor_identity: context.identity.clone(),
        by: context.by.clone(),
        at: context.now,
        run: None,
        plan: Some((plan, PlanStatus::Applied)),
        undoes: Some(undone.number),
        note: Some(context.reason.clone()).filter(|reason| !reason.is_empty()),
        counts: serde_json::to_value(counts).unwrap_or_default(),
        plan_digest: Some(report.digest.clone()),
        pause: Some((DEFAULT_SOURCE, pause)),
    }
}

fn report(ground: &Ground, undone: &Operation, inverse: &Inverse) -> RunReport {
    let mut counts: BTreeMap<(Kind, Action, String), u64> = BTreeMap::new();
    let mut departures: BTreeMap<Kind, Departures> = BTreeMap::new();
    for Line { kind, action, reason, .. } in &inverse.lines {
        *counts.entry((*kind, *action, reason.name())).or_default() += 1;
        if *action == Action::End {
            departures.entry(*kind).or_default().ended += 1;
        }
    }
    let summary = counts.into_iter().map(|((kind, action, reason), count)| SummaryLine {
        kind,
        action: action.name().to_owned(),
        reason,
        school: String::new(),
        count,
    });
    let conflict = |one: &inverse::Conflict| ConflictReport {
        kind: one.kind,
        row: one.id.0,
        sourced_id: String::new(),
        reason: one.why.code.to_owned(),
        message: one.why.clause.to_owned(),
    };
    let left = match inverse.conflicts.len() {
        1 => "1 row is left as it is".to_owned(),
        many => format!("{many} rows are left as they are"),
    };
    let in_part = !inverse.lines.is_empty() && !inverse.conflicts.is_empty();
    let in_part =
        in_part.then(|| format!("operation {} is taken back in part: {left}", undone.number));
    let more = inverse.conflicts.len().saturating_sub(CONFLICTS);
    let more = (more > 0).then(|| {
        format!(
            "{} rows more than the first that are named are left as they are",
            thousands(more as u64)
        )
    });
    RunReport {
        district: ground.district.slug.clone(),
        delivery: None,
        plan: None,
        digest: String::new(),
        base_operation: ground.base.0,
        status: if inverse.lines.is_empty() { Status::Unchanged } else { Status::Planned },
        operation: None,
        as_of: ground.as_of.to_string(),
        about: None,
        outcomes: Kind::ALWAYS.into_iter().map(|kind| (kind, Outcomes::default())).collect(),
        departures,
        changes: inverse.lines.len() as u64,
        summary: summary.collect(),
        pending_review: 0,
        waiting: Vec::new(),
        findings: Vec::new(),
        guard: GuardReport::default(),
        undoes: Some(undone.number.0),
        conflicts: inverse.conflicts.iter().take(CONFLICTS).map(conflict).collect(),
        closed: None,
        tried: false,
        fixed: Vec::new(),
        compared_with: None,
        moved: false,
        rekeyed: false,
        notes: in_part.into_iter().chain(more).collect(),
        timings: Vec::new(),
    }
}
