//! The plans of a district that wait: on hold for a person, or made and not applied yet.

use firstbell_store::{PlanStatus, StoredPlan};

use crate::hub::{Hub, HubError};
use crate::report::{PlanReport, RunReport, Status};

/// How many plans of each kind are listed at most.
const LISTED: i64 = 100;

impl Hub {
    /// The plans that wait, the newest first.
    pub async fn waiting_plans(&self, slug: &str) -> Result<Vec<PlanReport>, HubError> {
        let district = self.district(slug).await?;
        let mut plans = Vec::new();
        for status in [PlanStatus::Held, PlanStatus::Open] {
            plans.extend(self.store.plans(district.id, Some(status), None, LISTED).await?);
        }
        plans.sort_by_key(|plan| std::cmp::Reverse(plan.number));
        plans.into_iter().map(report).collect()
    }
}

fn report(plan: StoredPlan) -> Result<PlanReport, HubError> {
    let held = plan.status == PlanStatus::Held;
    let shown: RunReport = serde_json::from_value(plan.summary)?;
    Ok(PlanReport {
        plan: plan.number.0,
        status: if held { Status::Held } else { Status::Planned },
        at: plan.created_at.to_string(),
        delivery: plan.delivery.map(|delivery| delivery.0),
        name: shown.about.map(|about| about.name).unwrap_or_default(),
        changes: shown.changes,
        reasons: shown.guard.reasons,
    })
}
