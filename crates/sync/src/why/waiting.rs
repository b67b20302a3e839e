//! What a plan that waits for a person would change.

use firstbell_roster::explain::HeldLine;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_store::DeliveryNumber;

use super::asked::Asked;
use crate::hub::HubError;
use crate::plan_file::{About, Lines};
use crate::report::GuardReport;

/// The newest plan that waits for a person; empty where none does.
#[derive(Default)]
pub struct Waiting {
    plan: i64,
    delivery: Option<DeliveryNumber>,
    lines: Option<Lines>,
    /// Why it waits, as sentences.
    pub reasons: Vec<String>,
}

impl Waiting {
    /// Opens the newest plan that waits.
    pub async fn load(asked: &Asked<'_>) -> Result<Self, HubError> {
        let Some(stored) = asked.store.newest_hold(asked.district.id).await? else {
            return Ok(Self::default());
        };
        let verdict: GuardReport = serde_json::from_value(stored.verdict)?;
        let lines = Lines::open(&asked.files.plan(stored.number), &asked.key)?;
        Ok(Self {
            plan: stored.number.0,
            delivery: stored.delivery,
            lines: Some(lines),
            reasons: verdict
                .reasons
                .into_iter()
                .filter(|reason| asked.tells_of(&reason.school))
                .map(|reason| reason.message)
                .collect(),
        })
    }

    /// The line about a row, or about the record on a line of the plan's delivery.
    pub fn on(
        &self,
        kind: Kind,
        id: Option<SubjectId>,
        at: Option<(DeliveryNumber, u32)>,
    ) -> Result<Option<HeldLine>, HubError> {
        let Some(lines) = &self.lines else { return Ok(None) };
        let at = at.filter(|(delivery, _)| Some(*delivery) == self.delivery);
        let about: Vec<_> = id
            .map(About::Row)
            .into_iter()
            .chain(at.map(|(_, line)| About::Record(u64::from(line))))
            .collect();
        if about.is_empty() {
            return Ok(None);
        }
        let line = lines.about(kind, &about)?;
        Ok(line.map(|line| HeldLine { plan: self.plan, action: line.action }))
    }
}
