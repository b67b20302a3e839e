//! The page of guards, from their table.

use firstbell_roster::guard::table;

use super::{MADE, row};
use firstbell_sync::words::number::sentence;

/// The page.
pub fn page() -> String {
    let mut page = format!("# Guards\n\n{MADE}\n\n{INTRODUCTION}\n\n");
    page += &(row(&["guard", "what it sees", "such as", "setting"]) + &row(&["---"; 4]));
    for guard in table::ALL {
        let setting = match guard.setting {
            "" => "always on".to_owned(),
            "--again" => "on, but for `--again`".to_owned(),
            setting => format!("`{setting}`"),
        };
        let sees = sentence(&example(guard.sentence));
        page += &row(&[&format!("`{}`", guard.code), &sees, guard.example, &setting]);
    }
    page
}

/// The sentence without any delivery's numbers.
fn example(sentence: &str) -> String {
    let names = [
        ("{changed}", "N"),
        ("{active}", "M"),
        ("{school}", "a school"),
        ("{what}", "X"),
        ("{file}", "a file"),
    ];
    names.iter().fold(sentence.to_owned(), |text, (name, words)| text.replace(name, words))
}

const INTRODUCTION: &str = "\
What is judged on a plan before anything is written. A plan that trips a guard is on hold: nothing
changes until a person approves or drops it, with name and reason. Limits count for one delivery,
and for all deliveries of `guard.window_days` days since the last roster that a person approved.";
