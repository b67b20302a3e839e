//! The commands that come next.

use firstbell_sync::report::{RunReport, Status};

use super::table;

/// A command without the program's name, and what it is for.
type Step = (String, &'static str);

/// The commands, one a line; none where nothing is to be done. `call` is how the program was
/// called, such as `firstbell --home H`.
pub fn lines(report: &RunReport, call: &str) -> Vec<String> {
    if report.closed.is_some() {
        return Vec::new();
    }
    let RunReport { district, plan, .. } = report;
    let steps = match report.status {
        Status::Planned => planned(district, *plan),
        Status::Held => held(district, *plan),
        Status::Applied => applied(report),
        Status::Refused => vec![refused(report)],
        Status::Unchanged => Vec::new(),
    };
    typed(steps, call)
}

/// The commands for a plan that waits.
pub fn of_plan(district: &str, plan: i64, status: Status, call: &str) -> Vec<String> {
    let steps = if status == Status::Held { held } else { planned };
    typed(steps(district, Some(plan)), call)
}

fn typed(steps: Vec<Step>, call: &str) -> Vec<String> {
    let rows =
        steps.into_iter().map(|(step, what)| vec![format!("{call} {step}"), what.to_owned()]);
    table::lines(&[], rows.collect(), usize::MAX)
}

fn planned(district: &str, plan: Option<i64>) -> Vec<Step> {
    let apply = format!("apply {district}{}", flag("--plan", plan));
    shown(district, plan).into_iter().chain([(apply, "to make them")]).collect()
}

fn held(district: &str, plan: Option<i64>) -> Vec<Step> {
    let approve = format!("approve {district}{}", flag("--plan", plan));
    let steps = [
        (format!("{approve} --reason TEXT"), "to apply it after all"),
        (format!("{approve} --drop --reason TEXT"), "to drop it"),
    ];
    shown(district, plan).into_iter().chain(steps).collect()
}

fn applied(report: &RunReport) -> Vec<Step> {
    let operation = flag("--operation", report.operation);
    vec![(format!("undo {}{operation}", report.district), "to take it back")]
}

/// Another plan where one no longer fits, else another district's delivery taken on purpose.
fn refused(report: &RunReport) -> Step {
    let RunReport { district, .. } = report;
    if report.plan.is_some() {
        return (format!("plan {district} --feed PATH"), "to make a new plan");
    }
    let sync = format!("sync {district} --feed PATH --override-identity REASON");
    (sync, "if it is this district's all the same")
}

fn shown(district: &str, plan: Option<i64>) -> Option<Step> {
    Some((format!("show {district} plan {} --changes", plan?), "to see each change"))
}

fn flag(name: &str, number: Option<i64>) -> String {
    number.map_or(String::new(), |number| format!(" {name} {number}"))
}
