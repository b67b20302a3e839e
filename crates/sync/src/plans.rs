//! The plans of a district: those that wait, and what each says and would change.

use firstbell_roster::model::OperationNumber;
use firstbell_roster::model::text::thousands;
use firstbell_store::{Approval, PlanNumber, PlanStatus, StoredPlan};

use crate::hub::{Hub, HubError};
use crate::plan_lines::LineFilter;
use crate::report::{ChangeReport, PlanReport, RunReport, Status};
use crate::{log, records};

/// How many changes are read at once.
const LISTED: u32 = 20_000;

/// What is said of a plan that waits and may not fit any more.
const MOVED: &str = "the roster has changed since this plan was made: it goes through only if it would still make the same changes";

impl Hub {
    /// The plans that can be approved or applied, the newest first: the newest on hold, and the
    /// newest that was made and not applied, unless it changes nothing.
    pub async fn waiting_plans(&self, slug: &str) -> Result<Vec<PlanReport>, HubError> {
        let district = self.district(slug).await?;
        let mut plans = Vec::new();
        for status in [PlanStatus::Held, PlanStatus::Open] {
            plans.extend(self.store.plans(district.id, Some(status), None, 1).await?);
        }
        plans.sort_by_key(|plan| std::cmp::Reverse(plan.number));
        let latest = self.store.latest_operation(district.id).await?;
        let plans: Result<Vec<_>, _> = plans.into_iter().map(|plan| report(plan, latest)).collect();
        let does_something = |plan: &PlanReport| plan.status == Status::Held || plan.changes > 0;
        Ok(plans?.into_iter().filter(does_something).collect())
    }

    /// The report of a kept plan.
    pub async fn plan_report(&self, slug: &str, number: i64) -> Result<RunReport, HubError> {
        let district = self.district(slug).await?;
        let plan = self.store.plan(district.id, PlanNumber(number)).await?;
        let plan =
            plan.ok_or_else(|| HubError::NotFound(format!("there is no plan `{number}`")))?;
        let mut report: RunReport = serde_json::from_value(plan.summary)?;
        let newest = self.store.plans(district.id, Some(plan.status), None, 1).await?;
        let newest = newest.first().map_or(plan.number, |newest| newest.number);
        let moved = plan.base != self.store.latest_operation(district.id).await?;
        report.plan = Some(number);
        report.digest = plan.digest;
        report.operation = plan.operation.map(|operation| operation.0);
        if plan.status == PlanStatus::Applied {
            report.status = Status::Applied;
            let decisions = self.store.approvals(district.id, plan.number).await?;
            report.notes.extend(decisions.last().map(|it| decided(number, "approved", it)));
            if let Some(operation) = plan.operation {
                let made = self.store.operation(district.id, operation).await?;
                let made = made.map(|made| log::counts(&made).changes.values().sum::<u64>());
                let made = made.filter(|made| *made < report.changes);
                report.closed = made.map(|made| in_part(&report, made, operation));
            }
        } else if matches!(plan.status, PlanStatus::Open | PlanStatus::Held) {
            if newest != plan.number {
                report.closed = Some(format!("plan {number} gave way to plan {newest}"));
            } else if moved {
                report.moved = true;
                report.notes.push(MOVED.to_owned());
            }
        } else {
            let decisions = self.store.approvals(district.id, plan.number).await?;
            let decided = decisions.last().filter(|_| plan.status == PlanStatus::Dropped);
            report.closed = Some(closed(number, plan.status, decided));
        }
        self.named(&district, report).await
    }

    /// Hands over what a kept plan changes, or changed, with values.
    pub async fn plan_changes(
        &self,
        slug: &str,
        number: i64,
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        let district = self.district(slug).await?;
        let plan = self.store.plan(district.id, PlanNumber(number)).await?;
        let plan =
            plan.ok_or_else(|| HubError::NotFound(format!("there is no plan `{number}`")))?;
        if let Some(operation) = plan.operation {
            return self.operation_changes(slug, operation.0, take).await;
        }
        if plan.base != self.store.latest_operation(district.id).await? {
            return Err(HubError::Refused(format!(
                "the changes of plan `{number}` cannot be listed any more: the roster has changed since it was made"
            )));
        }
        let Some(shown) = self.shown_plan(&district, number).await? else { return Ok(()) };
        let every = |_| true;
        for page in 0.. {
            let from = (page * u64::from(LISTED), LISTED as usize);
            let lines = shown.page(LineFilter::default(), &every, from).await?;
            if lines.rows.is_empty() {
                break;
            }
            lines.rows.into_iter().for_each(|(_, change)| take(change));
        }
        Ok(())
    }
}

fn report(plan: StoredPlan, latest: OperationNumber) -> Result<PlanReport, HubError> {
    let held = plan.status == PlanStatus::Held;
    let tried_settings = records::tried(&plan).is_some();
    let shown: RunReport = serde_json::from_value(plan.summary)?;
    Ok(PlanReport {
        plan: plan.number.0,
        status: if held { Status::Held } else { Status::Planned },
        at: plan.created_at.to_string(),
        delivery: plan.delivery.map(|delivery| delivery.0),
        moved: plan.base != latest,
        name: shown.about.map(|about| about.name).unwrap_or_default(),
        changes: shown.changes,
        tried_settings,
        reasons: shown.guard.reasons,
    })
}

/// How a plan ended that was never applied; `decision` is that of the person who dropped it.
fn closed(number: i64, status: PlanStatus, decision: Option<&Approval>) -> String {
    let dropped = decision.map(|decision| decided(number, "dropped", decision));
    dropped.unwrap_or_else(|| format!("plan {number} is {status}"))
}

/// What became of a plan of which a person let a part through.
fn in_part(report: &RunReport, made: u64, operation: OperationNumber) -> String {
    let (made, all) = (thousands(made), thousands(report.changes));
    format!(
        "{made} of these {all} changes were applied, as operation {operation}; the others went on as a plan of their own",
        operation = operation.0
    )
}

/// Who approved or dropped a plan, when and why.
fn decided(number: i64, what: &str, decision: &Approval) -> String {
    let Approval { identity, by, reason, at, expires_at, .. } = decision;
    let who = by.as_ref().map_or(identity.clone(), |by| format!("{by} ({identity})"));
    let day = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default().strftime("%Y-%m-%d");
    let why = reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let passes = expires_at.filter(|_| what == "approved").map_or(String::new(), |until| {
        let until = jiff::Timestamp::from_microsecond(until.0).unwrap_or_default();
        format!("; the very same changes pass until {}", until.strftime("%Y-%m-%d %H:%M UTC"))
    });
    format!("plan {number} was {what} by {who} on {day}{why}{passes}")
}
