//! The page of findings, from the table of checks.

use firstbell_roster::check::{Check, Effect, table};
use firstbell_roster::model::Severity;

use super::{MADE, row};
use firstbell_sync::words::number::sentence;

/// The page.
pub fn page() -> String {
    let mut page = format!("# Findings\n\n{MADE}\n\n{INTRODUCTION}\n");
    for level in [Severity::Error, Severity::Warning, Severity::Notice] {
        page += &["\n## ", &heading(level), "\n\n"].concat();
        page +=
            &row(&["code", "what is wrong", "for instance", "what becomes of it", "what to do"]);
        page += &row(&["---"; 5]);
        for check in table::ALL.iter().filter(|check| check.severity == level) {
            page += &line(check);
        }
    }
    page
}

const INTRODUCTION: &str = "\
What `firstbell check`, `plan` and `sync` notice in a delivery. Codes are stable: scripts and
baselines may rely on them. An error keeps a record out, or tells that a file is not whole; a
warning is something that the sender should mend although the record is taken; a notice is worth
knowing.

Whatever is read as meant is in this list, but for what OneRoster allows or nobody can mistake: a
byte order mark, any end of line (CRLF, LF or CR), columns in another order, optional columns that
are not there, `metadata.*` columns, files named in another case, quotation marks around
everything, and a first line `sep=,` as spreadsheets write it.

Values are separated by commas, semicolons, tabs or bars: by the mark that parts the most of
OneRoster's names in the header, or by the one that a first line such as `sep=;` says. Anything but
commas is `other_separator`; where names and values are separated otherwise, or rows stand in quotation
marks as a whole, nothing of the file is taken (`header_apart`).";

fn heading(level: Severity) -> String {
    sentence(&format!("{}s", level.name())).trim_end_matches('.').to_owned()
}

fn line(check: &Check) -> String {
    let effect = match check.effect {
        Effect::None if check.severity == Severity::Error => {
            "the whole file or delivery is in doubt"
        }
        Effect::None if *check == table::SHARED_TRUSTED_IDENTIFIER => "it waits, where it is new",
        Effect::None => "it is taken",
        Effect::Rejects => "it is rejected",
        Effect::Holds => "it waits",
    };
    let code = format!("`{}`", check.code);
    row(&[&code, &sentence(check.sentence), check.example, effect, check.hint])
}
