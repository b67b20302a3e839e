//! What settings would newly leave out and take.

use firstbell_roster::model::Kind;
use firstbell_sync::report::{LeftOut, ScopeReport};

use super::{section, totals, wrap};
use firstbell_sync::words::number::{count, list as list_of, thousands};

/// The comparison: the outcome first, then what each rule would do.
pub fn render(report: &ScopeReport) -> String {
    let sum = |all: &LeftOut| all.values().flat_map(|rules| rules.values()).sum::<u64>();
    let (out, taken) = (sum(&report.newly_left_out), sum(&report.newly_taken));
    let elsewhere = report.moved.values().sum::<u64>();
    let records = |many: u64| count(many, "record", "records");
    let parts = [
        (out, format!("newly leave out {}", records(out))),
        (taken, format!("newly take {}", records(taken))),
        (elsewhere, format!("move {} to another school", records(elsewhere))),
    ];
    let parts: Vec<_> =
        parts.into_iter().filter(|(many, _)| *many > 0).map(|(_, part)| part).collect();
    let outcome = if parts.is_empty() {
        format!("Of delivery {}, these settings take what the district's take.", report.delivery)
    } else {
        format!("Of delivery {}, these settings would {}.", report.delivery, list_of(&parts))
    };
    let moved = report.moved.iter().map(|(kind, many)| count(*many, kind.noun(), kind.name()));
    let moved: Vec<_> = moved.map(|count| format!("  {count}")).collect();
    let mut lines = wrap(&outcome, "", "");
    lines.push(
        "Only the rules under scope are compared. Nothing was planned and nothing has changed."
            .to_owned(),
    );
    let text = lines.join("\n") + "\n";
    let mut named: Vec<_> = report.named.iter().map(|name| format!("  {name}")).collect();
    let go = [Kind::Org, Kind::Class].iter().filter_map(|kind| report.newly_left_out.get(kind));
    let go: u64 = go.flat_map(|rules| rules.values()).sum();
    let more = go.saturating_sub(named.len() as u64);
    named.extend((more > 0).then(|| format!("  and {} more", thousands(more))));
    text + &section("Newly left out:", &totals::by_rule(&report.newly_left_out, "left out"))
        + &section("Newly taken:", &totals::by_rule(&report.newly_taken, "taken, left out before"))
        + &section("In another school by scope.mapping:", &moved)
        + &section("Schools and classes that would go:", &named)
        + &section("Left out in all:", &totals::by_rule(&report.left_out, "left out"))
}
