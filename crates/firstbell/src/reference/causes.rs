//! The page of causes, from the table that `why` walks.

use firstbell_roster::explain::{Cause, Reader};

use super::{MADE, row};

/// The page.
pub fn page() -> String {
    let mut page = format!("# Why somebody is there, or not\n\n{MADE}\n\n{INTRODUCTION}\n\n");
    page += &row(&["cause", "what it means", "to a teacher"]);
    page += &row(&["---", "---", "---"]);
    for cause in Cause::ALL {
        let meanings = [Reader::Administrator, Reader::Teacher].map(|reader| cause.meaning(reader));
        page += &row(&[&format!("`{}`", cause.name()), meanings[0], meanings[1]]);
    }
    page
}

const INTRODUCTION: &str = "\
What `firstbell why` names as `cause` and among `obstacles`. It lists all that stands in the way; the
cause is the first that holds, in this order.";
