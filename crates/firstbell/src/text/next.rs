//! The commands that come next.

use firstbell_sync::report::{PlanReport, RunReport, Status};

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
        Status::Planned => planned(district, *plan, report.tried, report.moved),
        Status::Held => held(district, *plan, report.tried, report.moved),
        Status::Applied => applied(report),
        Status::Refused => vec![refused(report)],
        Status::Unchanged => Vec::new(),
    };
    typed(steps, call)
}

/// The commands for a plan that waits.
pub fn of_plan(district: &str, plan: &PlanReport, call: &str) -> Vec<String> {
    let number = Some(plan.plan);
    let held = || held(district, number, plan.tried_settings, plan.moved);
    let planned = || planned(district, number, plan.tried_settings, plan.moved);
    typed(if plan.status == Status::Held { held() } else { planned() }, call)
}

fn typed(steps: Vec<Step>, call: &str) -> Vec<String> {
    let rows =
        steps.into_iter().map(|(step, what)| vec![format!("{call} {step}"), what.to_owned()]);
    table::lines(&[], rows.collect(), usize::MAX)
}

fn planned(district: &str, plan: Option<i64>, tried: bool, moved: bool) -> Vec<Step> {
    let apply = format!("apply {district}{}", flag("--plan", plan));
    let settings = tried.then(|| settings(district));
    let shown = shown(district, plan, moved).into_iter();
    shown.chain(settings).chain([(apply, "to make them")]).collect()
}

fn settings(district: &str) -> Step {
    (format!("district settings {district} --edit-file FILE"), "to take the settings that it tries")
}

/// A plan that tries settings can be approved once they are the district's.
fn held(district: &str, plan: Option<i64>, tried: bool, moved: bool) -> Vec<Step> {
    let approve = format!("approve {district}{}", flag("--plan", plan));
    let write = (format!("{approve} --write-list FILE"), "to choose which changes to apply");
    let steps = [
        tried.then(|| settings(district)),
        Some((format!("{approve} --reason TEXT"), "to apply it after all")),
        Some(write).filter(|_| !moved),
        Some((format!("{approve} --drop --reason TEXT"), "to drop it")),
    ];
    let steps = steps.into_iter().flatten();
    shown(district, plan, moved).into_iter().chain(steps).collect()
}

fn applied(report: &RunReport) -> Vec<Step> {
    let operation = flag("--operation", report.operation);
    vec![(format!("undo {}{operation}", report.district), "to take it back")]
}

/// Another plan where one no longer fits, else another district's delivery taken on purpose.
fn refused(report: &RunReport) -> Step {
    let RunReport { district, .. } = report;
    if report.tried {
        return settings(district);
    }
    if report.plan.is_some() {
        return (format!("plan {district} --feed PATH"), "to make a new plan");
    }
    let sync = format!("sync {district} --feed PATH --override-identity REASON");
    (sync, "if it is this district's all the same")
}

/// Once the roster has moved, the changes of a plan cannot be listed any more.
fn shown(district: &str, plan: Option<i64>, moved: bool) -> Option<Step> {
    let plan = plan.filter(|_| !moved)?;
    Some((format!("show {district} plan {plan} --changes"), "to see each change"))
}

fn flag(name: &str, number: Option<i64>) -> String {
    number.map_or(String::new(), |number| format!(" {name} {number}"))
}
