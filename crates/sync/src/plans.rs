//! The plans of a district that wait: on hold for a person, or made and not applied yet.

use firstbell_roster::model::OperationNumber;
use firstbell_store::{PlanStatus, StoredPlan};

use crate::hub::{Hub, HubError};
use crate::records;
use crate::report::{PlanReport, RunReport, Status};

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
