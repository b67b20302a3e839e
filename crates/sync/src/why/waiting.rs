//! What a plan that waits for a person would change.

use firstbell_roster::explain::HeldLine;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Line;
use firstbell_store::DeliveryNumber;

use super::asked::Asked;
use crate::hub::HubError;
use crate::plan_file;
use crate::report::GuardReport;

/// The newest plan that waits for a person; empty where none does.
#[derive(Debug, Default)]
pub struct Waiting {
    plan: i64,
    delivery: Option<DeliveryNumber>,
    lines: Vec<Line>,
    /// Why it waits, as sentences.
    pub reasons: Vec<String>,
}

impl Waiting {
    /// Reads the lines of the newest plan that waits.
    pub async fn load(asked: &Asked<'_>) -> Result<Self, HubError> {
        let Some(stored) = asked.store.newest_hold(asked.district.id).await? else {
            return Ok(Self::default());
        };
        let verdict: GuardReport = serde_json::from_value(stored.verdict)?;
        let lines = tokio::task::block_in_place(|| {
            plan_file::read(&asked.files.plan(stored.number), &asked.key)
        })?;
        Ok(Self {
            plan: stored.number.0,
            delivery: stored.delivery,
            lines,
            reasons: verdict.reasons.into_iter().map(|reason| reason.message).collect(),
        })
    }

    /// The line about a row, or about the record on a line of the plan's delivery.
    pub fn on(
        &self,
        kind: Kind,
        id: Option<SubjectId>,
        at: Option<(DeliveryNumber, u32)>,
    ) -> Option<HeldLine> {
        let at = at.filter(|(delivery, _)| Some(*delivery) == self.delivery);
        let is_meant = |line: &&Line| {
            line.kind == kind
                && (Some(line.subject) == id
                    || at.is_some_and(|(_, at)| line.at != 0 && line.at == u64::from(at)))
        };
        let line = self.lines.iter().find(is_meant)?;
        Some(HeldLine { plan: self.plan, action: line.action })
    }
}
