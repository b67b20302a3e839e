//! Numbers that have lost the zeros in front of them since the roster's row was written, as a
//! spreadsheet takes them away.

use super::table::LEADING_ZEROS_LOST;
use crate::model::columns::{org, user};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Ordinal, flag};
use crate::model::{Kind, SubjectId};
use crate::plan::Known;

/// The columns whose numbers people, schools and products know.
const NUMBERS: [(Kind, usize); 3] =
    [(Kind::Org, org::IDENTIFIER), (Kind::User, user::USER_IDS), (Kind::User, user::IDENTIFIER)];

/// Notes the records that say a number of their row without its zeros.
pub fn note(snapshot: &mut Snapshot, known: &Known) {
    for (kind, column) in NUMBERS {
        let list = snapshot.of(kind);
        let all = flag::IN_ROSTER | flag::IN_DELIVERY | flag::TOUCHED;
        let is_without = |one: &Ordinal| {
            let past = known.row(kind, SubjectId(list.id(*one)));
            let record = snapshot.record(kind, *one);
            past.zip(record)
                .is_some_and(|(past, record)| has_lost(past.row.text(column), record.cell(column)))
        };
        let found =
            list.with(all, flag::STOPPED | flag::LEFT_OUT | flag::SAYS_END).filter(is_without);
        let found: Vec<_> = found.collect();
        let field = kind.columns().get(column).map_or("", |column| column.name);
        super::whole::note_in(snapshot, kind, &found, &LEADING_ZEROS_LOST, field);
    }
}

/// Whether a text is another without the zeros that stood in front of numbers.
fn has_lost(before: &str, now: &str) -> bool {
    now.len() < before.len() && !now.is_empty() && without(before) == without(now)
}

/// A text without the zeros that begin its numbers.
fn without(text: &str) -> String {
    let mut kept = String::new();
    for mark in text.chars() {
        let begins = !kept.ends_with(|last: char| last.is_ascii_digit());
        if mark != '0' || !begins {
            kept.push(mark);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::has_lost;

    #[test]
    fn zeros_are_lost_in_front_of_numbers_alone() {
        assert!(has_lost("00100", "100") && has_lost("{SIS:007},{State:1}", "{SIS:7},{State:1}"));
        assert!(!has_lost("100", "00100") && !has_lost("1001", "11") && !has_lost("00100", "1"));
        assert!(!has_lost("000", ""));
    }
}
