//! What settings would newly leave out and take.

use firstbell_sync::report::{LeftOut, ScopeReport};

use super::{section, totals, wrap};
use crate::words::number::{count, thousands};

/// The comparison: the outcome first, then what each rule would do.
pub fn render(report: &ScopeReport) -> String {
    let sum = |all: &LeftOut| all.values().flat_map(|rules| rules.values()).sum::<u64>();
    let (out, taken) = (sum(&report.newly_left_out), sum(&report.newly_taken));
    let outcome = if out == 0 && taken == 0 {
        format!("Of delivery {}, these settings take what the district's take.", report.delivery)
    } else {
        format!(
            "Of delivery {}, these settings would newly leave out {} and take {}.",
            report.delivery,
            count(out, "record", "records"),
            thousands(taken)
        )
    };
    let mut lines = wrap(&outcome, "", "");
    lines.push("Nothing was planned and nothing has changed.".to_owned());
    let text = lines.join("\n") + "\n";
    let named: Vec<_> = report.named.iter().map(|name| format!("  {name}")).collect();
    text + &section("Newly left out:", &lines_of(&report.newly_left_out, "left out"))
        + &section("Newly taken:", &lines_of(&report.newly_taken, "taken; so far"))
        + &section("Schools and classes that would go:", &named)
        + &section("Left out in all:", &lines_of(&report.left_out, "left out"))
}

fn lines_of(all: &LeftOut, what: &str) -> Vec<String> {
    let rules = all
        .iter()
        .flat_map(|(kind, rules)| rules.iter().map(move |(rule, records)| (*kind, rule, *records)));
    rules.flat_map(|(kind, rule, records)| totals::cause(kind, records, what, rule)).collect()
}
