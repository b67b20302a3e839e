//! The plans that wait, each with its reasons and what can be done with it.

use firstbell_sync::report::{PlanReport, Status};

use super::{next, run, wrap};
use firstbell_sync::words::number::{count, instant};

/// The plans, the newest first; `call` is how the program was called.
pub fn list(district: &str, plans: &[PlanReport], call: &str) -> String {
    if plans.is_empty() {
        return "No plan waits.".to_owned();
    }
    let plans = plans.iter().map(|plan| one(district, plan, call).join("\n"));
    plans.collect::<Vec<_>>().join("\n\n")
}

fn one(district: &str, plan: &PlanReport, call: &str) -> Vec<String> {
    let status = if plan.status == Status::Held { "on hold" } else { "not applied yet" };
    let delivery = plan.delivery.map_or(String::new(), |number| format!(" of delivery {number}"));
    let name = if plan.name.is_empty() { String::new() } else { format!(" ({})", plan.name) };
    let changes = count(plan.changes, "change", "changes");
    let at = instant(&plan.at);
    let heading = format!("Plan {}, {status}: {changes}{delivery}{name}, made {at}.", plan.plan);
    let mut lines = wrap(&heading, "", "");
    let place = format!(": {call} show {district} plan {}", plan.plan);
    lines.extend(run::reasons(&plan.reasons, &place));
    if plan.moved {
        let note = "The roster has changed since it was made: it goes through only if it would still make the same changes; else sync the delivery again.";
        lines.extend(wrap(note, "", ""));
    }
    if plan.tried_settings {
        let note =
            "It was made with settings that are tried; apply them first, with `district settings`.";
        lines.extend(wrap(note, "", ""));
    }
    lines.extend(next::of_plan(district, plan, call));
    lines
}
