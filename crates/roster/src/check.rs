//! What is wrong with a delivery: a table of small named checks.
//!
//! Checks of one cell run while it is read ([`cell`]); checks of the whole run over the
//! snapshot ([`whole`], [`plausible`], [`families`]). To add one, add its entry to [`table`] and its function to either.

pub mod absent;
pub mod alike;
pub mod cell;
pub mod families;
mod findings;
pub mod plausible;
pub mod table;
pub mod whole;
pub mod zeros;

pub use findings::{Findings, Noticed, Tally};

use crate::model::{Kind, Severity};

/// One check: its stable code, how much it matters, what it says and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// The stable code, such as `dangling_reference`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What becomes of the record that it stands at.
    pub effect: Effect,
    /// What is wrong, as a sentence without full stop; `{n}` is the number of places.
    pub sentence: &'static str,
    /// What to do about it, and who.
    pub hint: &'static str,
    /// What it stands at, for instance.
    pub example: &'static str,
}

/// The kind without whose whole file a check cannot look: what only the whole tells, changes alone
/// neither show nor mend. Of many contacts they show those that a student's own record names.
pub fn needs_whole(code: &str) -> Option<Kind> {
    let of_users = [
        &table::GUARDIAN_WITHOUT_STUDENT,
        &table::GUARDIAN_WITHOUT_SCHOOL,
        &table::CONTACTS_NOT_TOLD_APART,
        &table::MANY_CONTACTS,
        &table::STUDENT_WITHOUT_CONTACT,
        &table::FIELD_EMPTY,
    ];
    let of_seats = [
        &table::CLASS_OF_OTHER_GRADE,
        &table::CLASS_OF_OTHER_SCHOOL,
        &table::STUDENT_OF_OTHER_SCHOOL,
    ];
    let is = |some: &[&Check]| some.iter().any(|check| check.code == code);
    if is(&of_users) { Some(Kind::User) } else { is(&of_seats).then_some(Kind::Enrollment) }
}

/// What a finding does to the record that it stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the record goes on.
    None,
    /// The record is rejected.
    Rejects,
    /// The record waits for another that was rejected or held, or for a person.
    Holds,
}
