//! The page of fields: which are read, and the feature that each serves.

use firstbell_roster::model::column::{Needed, Versions};
use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::{Column, Kind};

use super::{MADE, row};

/// The page.
pub fn page() -> String {
    let mut page = format!("# Fields\n\n{MADE}\n\n{INTRODUCTION}\n");
    for kind in Kind::FACTS {
        page += &["\n## ", &kind.file(), "\n\n"].concat();
        page += &(row(&["field", "used for", "needed", "versions"]) + &row(&["---"; 4]));
        for (at, column) in kind.columns().iter().enumerate() {
            page += &line(at, column);
        }
    }
    page
}

fn line(at: usize, column: &Column) -> String {
    let used = match column.used_for {
        _ if at == SOURCED_ID => "knowing the record again",
        Some(used) => used,
        None => "nothing: it is dropped where it is read",
    };
    let needed = match column.needed {
        _ if column.used_for.is_none() => "no",
        Needed::Always => "a record without it is rejected",
        Needed::Expected => "expected; a record without it is taken",
        Needed::Optional => "no",
    };
    let versions = match column.versions {
        Versions::All => "all",
        Versions::Until11 => "up to 1.1",
        Versions::Since11 => "from 1.1",
        Versions::Since12 => "from 1.2",
    };
    row(&[&format!("`{}`", column.name), used, needed, versions])
}

const INTRODUCTION: &str = "\
Every field that is read has a feature that uses it. What is not in these tables, and what is used for
nothing, is dropped where the delivery is read, and reaches neither disk nor log; so is the whole of a
file that no feature uses. `demographics.csv` is read only where the setting `demographics` is on,
and a district names in `dropped_fields` what it does without.";
