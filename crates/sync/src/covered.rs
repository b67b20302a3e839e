//! What an approval that was given until a day lets pass, when its lines come back.
//!
//! A plan of nothing else passes. Of one that has others beside them, the approved lines are an
//! operation of their own, and the others are judged against the roster after it, as a delivery of
//! the next night would be: so what was approved is in no count of theirs, and no floor is passed
//! in two halves. Where the settings stop a whole plan, the approved lines go only if the others
//! pass by themselves.

use firstbell_roster::guard::{self, KeptBack};
use firstbell_roster::plan;
use firstbell_store::{DeliveryNumber, RunNumber};

use crate::approved::Covered;
use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::kept::KeptDelivery;
use crate::report::{AboutDelivery, GuardReport, RunReport, Status};
use crate::run::{Intent, Judged, report};
use crate::timing::Stages;
use crate::{account, approved, history, known, records};

/// What is known of the delivery of which something may pass.
pub(crate) struct Passing<'a> {
    pub history: &'a guard::History,
    pub about: &'a AboutDelivery,
    pub number: DeliveryNumber,
    pub intent: Intent,
}

/// What passed by approvals that were given before.
#[derive(Default)]
pub(crate) struct Passed {
    notes: Vec<String>,
    /// Whether all of the plan may be applied.
    whole: bool,
    /// The operation that applied it, where it was a part.
    operation: Option<i64>,
}

impl Passed {
    /// Says in the report of the others what passed before them.
    pub fn tell(self, report: &mut RunReport) {
        if self.whole && report.status == Status::Held {
            report.status = Status::Planned;
        }
        if self.operation.is_some() && report.status == Status::Unchanged {
            report.status = Status::Applied;
        }
        report.operation = self.operation;
        report.notes.extend(self.notes);
    }
}

impl Hub {
    /// Lets pass what approvals cover of a plan that guards hold; the others are judged after that.
    pub(crate) async fn let_pass(
        &self,
        ground: &mut Ground,
        judged: &mut Judged,
        passing: Passing<'_>,
        run: &mut RunNumber,
        context: &Context,
    ) -> Result<Passed, HubError> {
        let mut passed = Passed::default();
        let Some(covered) = judged.covered.take() else { return Ok(passed) };
        if covered.whole {
            judged.account = plan::account(&judged.snapshot, &judged.draft, false);
            judged.approved_with = covered.plans();
            passed.whole = true;
            passed.notes.push(covered.note());
            return Ok(passed);
        }
        let kept = self.kept(ground, passing.number, &judged.snapshot)?;
        let hash = judged.snapshot.about.hash.clone();
        let waits = if passing.intent == Intent::Plan {
            Some("a sync applies those, and judges the others alone")
        } else if self.others_wait(ground, judged, &covered, passing.history).await? {
            Some("they wait with the others, which a limit holds by themselves")
        } else {
            None
        };
        if let Some(waits) = waits {
            passed.notes.push(format!("{}; {waits}", covered.note()));
        } else {
            let part = self.judge_anew(ground, &kept, hash.clone(), context, true).await?;
            self.apply_covered(ground, part, &kept, &passing, run, &mut passed, context).await?;
        }
        ground.approved.clear();
        *judged = self.judge_anew(ground, &kept, hash, context, true).await?;
        Ok(passed)
    }

    /// Lets a kept plan pass that guards hold by now, where it is exactly one that was approved.
    pub(crate) async fn let_same_pass(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        report: &mut RunReport,
        context: &Context,
    ) -> Result<(), HubError> {
        let approved = self.approved(ground, context).await?;
        let Judged { snapshot, draft, verdict, split, .. } = &*judged;
        let covered = approved::cover(&approved, snapshot, draft, verdict);
        if let Some(covered) = covered.filter(|it| it.whole && !split) {
            judged.account = plan::account(snapshot, draft, false);
            judged.approved_with = covered.plans();
            report.outcomes = account::outcomes(&judged.account);
            report.departures = account::departures(&judged.account);
            report.status = Status::Planned;
            report.notes.push(covered.note());
        }
        Ok(())
    }

    /// Whether the whole plan waits because of what approvals do not cover of it.
    async fn others_wait(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        covered: &Covered,
        history: &guard::History,
    ) -> Result<bool, HubError> {
        if judged.verdict.may_split(&ground.settings) {
            return Ok(false);
        }
        let mut part = KeptBack::lines(covered.lines());
        let (snapshot, draft, known) = (&mut judged.snapshot, &mut judged.draft, &judged.known);
        known::grow(&self.store, ground.district.id, &mut part, snapshot, draft, known).await?;
        part.take_out(snapshot, draft, known);
        let rest = guard::review(snapshot, draft, known, &ground.settings, history, ground.as_of);
        Ok(!rest.trips.is_empty() && !rest.may_split(&ground.settings))
    }

    /// Applies what approvals cover, as an operation of its own; the run goes on as another.
    #[expect(clippy::too_many_arguments, reason = "an operation is made of all of these")]
    async fn apply_covered(
        &self,
        ground: &mut Ground,
        mut part: Judged,
        kept: &KeptDelivery,
        passing: &Passing<'_>,
        run: &mut RunNumber,
        passed: &mut Passed,
        context: &Context,
    ) -> Result<(), HubError> {
        let Some(mut covered) = part.covered.take() else { return Ok(()) };
        let go = self.keep_alone(ground, &mut part, &covered.lines()).await?;
        if go.is_empty() {
            return Ok(());
        }
        covered.retain(|line| go.contains(line));
        part.approved_with = covered.plans();
        let (district, number) = (ground.district.id, passing.number);
        if let Some(hold) = self.store.newest_hold(district).await? {
            passed
                .notes
                .push(format!("plan {} was on hold and gives way to this one", hold.number));
        }
        let mut report = report(ground, &part, Some(number), Some(passing.about.clone()));
        report.guard = GuardReport::default();
        report.notes.push(covered.note());
        let said = Some(context.reason.clone()).filter(|reason| !reason.is_empty());
        let reason = said.into_iter().chain([covered.note()]).collect::<Vec<_>>().join("; ");
        let own = &Context { reason, ..context.clone() };
        let intent = Intent::Plan;
        let plan =
            records::plan(&self.store, ground, &part, *run, Some(number), &mut report, own, intent)
                .await?;
        let which = (*run, plan, number);
        let stages = &mut Stages::start();
        self.apply_judged(ground, &mut part, kept, which, own, &mut report, stages).await?;
        records::finish(&self.store, ground, (*run, Intent::Sync), number, &report, own).await?;
        ground.base = self.store.latest_operation(district).await?;
        *run = self.begin_run(ground, context, number).await?;
        let operation = report.operation.unwrap_or_default();
        passed.notes.push(format!("{}; operation {operation} applied that", covered.note()));
        passed.operation = report.operation;
        Ok(())
    }

    /// Judges a kept delivery again.
    pub(crate) async fn judge_anew(
        &self,
        ground: &Ground,
        kept: &KeptDelivery,
        hash: String,
        context: &Context,
        again: bool,
    ) -> Result<Judged, HubError> {
        let mut snapshot = self.read_kept(ground, kept).await?;
        snapshot.about.hash = hash;
        let history = history::before(&self.store, ground, &snapshot, context, again).await?;
        self.judge(ground, snapshot, &history, false, &mut Stages::start()).await
    }
}
