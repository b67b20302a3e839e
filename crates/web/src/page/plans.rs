//! The plans that wait: on hold for a person, or made and not applied.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use firstbell_sync::report::Status;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

struct PlanRow {
    number: i64,
    path: String,
    state: &'static str,
    at: String,
    delivery: String,
    changes: String,
    reasons: u64,
}

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansPage {
    frame: Frame,
    rows: Vec<PlanRow>,
}

/// The list, the newest first.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let plans = console.hub.waiting_plans(slug).await?;
    let rows = plans.into_iter().map(|plan| PlanRow {
        number: plan.plan,
        path: format!("/districts/{slug}/plans/{}", plan.plan),
        state: if plan.status == Status::Held {
            "on hold for a person"
        } else {
            "made, not applied"
        },
        at: words::minute(&plan.at),
        delivery: plan.delivery.map(|number| number.to_string()).unwrap_or_default(),
        changes: words::count(plan.changes, "change", "changes"),
        reasons: plan.reasons.len() as u64,
    });
    let frame = Frame::of_district("Plans", &visitor, &place, "/plans");
    page(&PlansPage { frame, rows: rows.collect() })
}
