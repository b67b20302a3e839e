//! The page of rules that leave records out, and of matches that wait for a person.

use firstbell_roster::plan::{MatchHold, Rule};

use super::{MADE, row};
use firstbell_sync::words::number::sentence;
use firstbell_sync::words::waiting;

/// The page.
pub fn page() -> String {
    let mut page = format!("# Records left out or held\n\n{MADE}\n\n{RULES}\n\n");
    page += &(row(&["rule", "why the record is ignored", "such as"]) + &row(&["---"; 3]));
    for rule in Rule::ALL {
        let why = sentence(waiting::of_rule(rule));
        page += &row(&[&format!("`{}`", rule.name()), &why, waiting::example_of_rule(rule)]);
    }
    page += &["\n", MATCHES, "\n\n"].concat();
    page += &(row(&["hold", "why the record waits", "such as"]) + &row(&["---"; 3]));
    for hold in MatchHold::ALL {
        let why = sentence(waiting::of_match(hold));
        page += &row(&[&format!("`{}`", hold.name()), &why, waiting::example_of_match(hold)]);
    }
    page
}

const RULES: &str = "\
## Ignored by a rule

A record that a rule leaves out is counted as `ignored`, under the name of the rule.";

const MATCHES: &str = "\
## Waiting for a person

A record of which it is in doubt whose it is waits for a person; its row in the roster stays as it
is. Such records never hold a plan.";
