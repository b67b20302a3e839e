//! Lines that a person approved until a day, and those of a plan that such an approval covers.
//!
//! A line is known again by what stays the same of it when it comes back: its record, what happens
//! to it and why, the fields that change, its school, and the fingerprint of the values that come.
//! Where it stands in its file, and what stands beside it, do not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use firstbell_roster::guard::{Trip, Verdict, closed};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{NOBODY, Ordinal, flag};
use firstbell_roster::model::text::thousands;
use firstbell_roster::model::{Date, Kind};
use firstbell_roster::plan::{self, Action, Draft, Line, Reason};
use firstbell_store::{
    Approval, DistrictFiles, DistrictKey, LogPage, Operation, Order, PlanNumber, SealedReader,
    SealedWriter, StoredPlan,
};

use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::report::{RunReport, Status};
use crate::run::Judged;
use crate::{log, plan_file};

/// How many operations are looked at for those that an approval let through.
const RECENT: i64 = 500;

/// The bytes by which a line is known again.
const NAME: usize = 16;

/// Names in one block.
const BLOCK: usize = (1 << 18) / NAME;

/// What a line is known by when it comes back.
type Name = [u8; NAME];

/// An approval that still counts.
pub(crate) struct Approved {
    /// The plan that it was given for.
    plan: PlanNumber,
    /// Who gave it.
    by: String,
    /// The digest of the plan that it was given for, or of the chosen part of that.
    digest: String,
    /// The names of its lines; empty where they are not kept.
    names: BTreeSet<Name>,
}

/// The lines of a plan that approvals cover, with all that they need, and with whole groups alone.
pub(crate) struct Covered {
    /// Each line with the place of its approval.
    lines: BTreeMap<(Kind, Ordinal), usize>,
    /// Whether those are all lines of the plan.
    pub whole: bool,
    /// The plans that were approved, and by whom.
    approvals: Vec<(PlanNumber, String)>,
}

impl Covered {
    /// The lines.
    pub fn lines(&self) -> BTreeSet<(Kind, Ordinal)> {
        self.lines.keys().copied().collect()
    }

    /// Leaves some lines out.
    pub fn retain(&mut self, stays: impl Fn(&(Kind, Ordinal)) -> bool) {
        self.lines.retain(|line, _| stays(line));
    }

    /// The plans with which they were approved.
    pub fn plans(&self) -> Vec<i64> {
        self.counts().map(|((plan, _), _)| plan.0).collect()
    }

    /// How many lines were approved with which plan by whom.
    pub fn note(&self) -> String {
        let clause =
            |(plan, by): &(PlanNumber, String)| format!("approved with plan {plan} by {by}");
        let counts: Vec<_> = self.counts().collect();
        if let ([(approval, _)], true) = (counts.as_slice(), self.whole) {
            return format!("the same changes were {}", clause(approval));
        }
        let clauses = counts.iter().map(|(approval, count)| {
            let changes = if *count == 1 { "change was" } else { "changes were" };
            format!("{} {changes} {}", thousands(*count), clause(approval))
        });
        clauses.collect::<Vec<_>>().join(", ")
    }

    fn counts(&self) -> impl Iterator<Item = (&(PlanNumber, String), u64)> {
        let of = |at: usize| self.lines.values().filter(|by| **by == at).count() as u64;
        let counts = self.approvals.iter().enumerate().map(move |(at, it)| (it, of(at)));
        counts.filter(|(_, count)| *count > 0)
    }
}

/// The lines of a plan that approvals cover; `None` where they cover none, or where the plan waits
/// for what no approval of lines is about, unless it is exactly the plan that was approved.
pub(crate) fn cover(
    approved: &[Approved],
    snapshot: &Snapshot,
    draft: &Draft,
    verdict: &Verdict,
) -> Option<Covered> {
    // Whether a delivery is meant, only who feeds it can say.
    let meant = verdict.trips.iter().all(|trip| trip.guard.setting != "--again");
    if approved.is_empty() || !meant || draft.changes() == 0 {
        return None;
    }
    if let Some(same) = same_plan(approved, snapshot, draft) {
        return Some(same);
    }
    if !verdict.trips.iter().all(Trip::is_of_lines) {
        return None;
    }
    let mut lines = BTreeMap::new();
    for (kind, one) in all(draft) {
        let name = name(snapshot, draft, kind, one);
        let by = name.and_then(|name| approved.iter().position(|it| it.names.contains(&name)));
        lines.extend(by.map(|by| ((kind, one), by)));
    }
    let closed = closed(lines.keys().copied().collect(), snapshot, draft);
    lines.retain(|line, _| closed.contains(line));
    let whole = lines.len() as u64 == draft.changes();
    let approvals = approvals(approved);
    (!lines.is_empty()).then_some(Covered { lines, whole, approvals })
}

/// A plan of the very lines of one that was approved, in their order and places.
fn same_plan(approved: &[Approved], snapshot: &Snapshot, draft: &Draft) -> Option<Covered> {
    let digest = plan_file::digest(draft.lines(snapshot));
    let by = approved.iter().position(|it| it.digest == digest)?;
    let lines = all(draft).map(|line| (line, by)).collect();
    Some(Covered { lines, whole: true, approvals: approvals(approved) })
}

fn approvals(approved: &[Approved]) -> Vec<(PlanNumber, String)> {
    approved.iter().map(|it| (it.plan, it.by.clone())).collect()
}

/// The lines of a plan.
fn all(draft: &Draft) -> impl Iterator<Item = (Kind, Ordinal)> + '_ {
    draft.steps.iter().flat_map(|(kind, steps)| steps.ordinals().map(move |one| (*kind, one)))
}

/// What a line is known by when it comes back; `None` where its values cannot be told.
fn name(snapshot: &Snapshot, draft: &Draft, kind: Kind, one: Ordinal) -> Option<Name> {
    let line = plan::steps::line(snapshot, draft, kind, one)?;
    let Line { subject, action, reason, fields, .. } = line;
    let list = snapshot.of(kind);
    let valueless = action == Action::End || reason == Reason::CreatedBecauseReferredTo;
    let print = if valueless { 0 } else { list.prints.get(one).filter(|print| *print != 0)? };
    if !valueless && !list.has(one, flag::IN_DELIVERY) {
        return None;
    }
    let school = plan::steps::school_ordinal(snapshot, kind, one);
    let school = if school == NOBODY { 0 } else { snapshot.of(Kind::Org).key(school) };
    // A draft's number is its place in the plan; what is new is known by its sourcedId.
    let subject = subject.0.max(0).cast_unsigned();
    let mut hash = blake3::Hasher::new();
    hash.update(&[kind as u8, action as u8, reason as u8]);
    for number in [subject, list.key(one), school, fields, print] {
        hash.update(&number.to_le_bytes());
    }
    hash.finalize().as_bytes().first_chunk().copied()
}

/// Keeps by what the lines of an approval are known when they come back. Lines whose values cannot
/// be told are not kept.
fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    approval: &Approval,
    snapshot: &Snapshot,
    draft: &Draft,
) -> Result<(), HubError> {
    let path = files.plan_approved(approval.plan);
    files.make_folder_of(&path).map_err(HubError::io(&path))?;
    let names = all(draft).filter_map(|(kind, one)| name(snapshot, draft, kind, one));
    let names: Vec<Name> = names.collect();
    let mut file = SealedWriter::create(&path, key, approval.digest.as_bytes())?;
    let sealer = file.sealer();
    for (block, names) in (0u32..).zip(names.chunks(BLOCK)) {
        file.append(block, &sealer.seal(block, names.as_flattened())?)?;
    }
    Ok(file.finish(&(names.len() as u64).to_le_bytes())?)
}

/// The names of an approval's lines; none where those of another decision on its plan are kept.
fn read(path: &Path, key: &DistrictKey, digest: &str) -> Result<BTreeSet<Name>, HubError> {
    if !path.exists() {
        return Ok(BTreeSet::new());
    }
    let file = SealedReader::open(path, key)?;
    let mut names = BTreeSet::new();
    if file.header() == digest.as_bytes() {
        for block in 0..file.blocks() {
            names.extend(file.read(block)?.as_chunks::<NAME>().0);
        }
    }
    Ok(names)
}

impl Hub {
    /// Keeps a person's decision on a judged plan, and until when its lines pass.
    pub(crate) async fn keep_approval(
        &self,
        ground: &Ground,
        stored: &StoredPlan,
        judged: &Judged,
        until: Option<Date>,
        context: &Context,
        report: &mut RunReport,
    ) -> Result<(), HubError> {
        let decision = Approval {
            digest: report.digest.clone(),
            expires_at: until.map(|day| ground.end_of(day, context)).transpose()?,
            ..decision(stored, context)
        };
        if decision.expires_at.is_some() {
            let files = self.store.files(&ground.district.slug);
            write(&files, &ground.key, &decision, &judged.snapshot, &judged.draft)?;
        }
        self.store.save_approval(ground.district.id, &decision).await?;
        report.notes.extend(until.map(|day| {
            format!("the very same changes pass until the end of {day}, if they come back")
        }));
        report.status = Status::Held;
        Ok(())
    }

    /// The approvals that have not expired and of which nothing was undone, the newest first.
    pub(crate) async fn approved(
        &self,
        ground: &Ground,
        context: &Context,
    ) -> Result<Vec<Approved>, HubError> {
        let mut live = self.store.live_approvals(ground.district.id, context.now).await?;
        if live.is_empty() {
            return Ok(Vec::new());
        }
        let page = LogPage { order: Order::NewestFirst, after: None, limit: RECENT };
        let operations = self.store.log(ground.district.id, page).await?;
        // Who undoes what was approved does not want it again.
        live.retain(|one| !operations.iter().any(|made| made.undone_by.is_some() && by(made, one)));
        let files = self.store.files(&ground.district.slug);
        let approved =
            live.into_iter().rev().map(|Approval { plan, identity, by, digest, .. }| {
                let names = read(&files.plan_approved(plan), &ground.key, &digest)?;
                Ok(Approved { plan, by: by.unwrap_or(identity), digest, names })
            });
        approved.collect()
    }
}

/// A person's decision on a plan on hold.
pub(crate) fn decision(stored: &StoredPlan, context: &Context) -> Approval {
    Approval {
        plan: stored.number,
        identity: context.identity.clone(),
        by: context.by.clone(),
        reason: Some(context.reason.clone()).filter(|reason| !reason.is_empty()),
        at: context.now,
        expires_at: None,
        digest: stored.digest.clone(),
    }
}

/// Whether an approval let through what an operation did.
fn by(made: &Operation, approval: &Approval) -> bool {
    made.undoes.is_none() && made.plan == Some(approval.plan)
        || log::counts(made).approved_with.contains(&approval.plan.0)
}
