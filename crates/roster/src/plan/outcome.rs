//! What becomes of each record: exactly one outcome, with one reason.

use serde::{Deserialize, Serialize};

use crate::check::{Check, table};

/// What becomes of a record of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It begins a subject that was never there.
    Create,
    /// It changes a subject.
    Update,
    /// It brings a subject back.
    Restore,
    /// It asks to end, and ends, a subject.
    End,
    /// It says what the roster has.
    Unchanged,
    /// A rule left it out.
    Ignored(Rule),
    /// A check rejected it.
    Rejected(&'static Check),
    /// It waits.
    Held(Hold),
}

/// The rules that leave records out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Rule {
    /// No feature uses the file.
    NotUsed = 1,
    /// A delta record is older than what is known.
    OlderThanKnown = 2,
    /// The school is left out (`scope.schools`).
    Schools = 3,
    /// The grade is left out (`scope.grades`).
    Grades = 4,
    /// The role is left out (`scope.roles`).
    Roles = 5,
    /// The class type is left out (`scope.class_types`).
    ClassTypes = 6,
    /// The title is left out (`scope.titles`).
    Titles = 7,
    /// The term is left out (`scope.terms`).
    Terms = 8,
    /// The class has no teacher (`scope.classes_need_a_teacher`).
    ClassesNeedATeacher = 9,
    /// Its class is left out.
    ClassLeftOut = 10,
    /// Its person is left out.
    PersonLeftOut = 11,
    /// A delta record asks to end what is not there.
    NothingToEnd = 12,
    /// The school comes later (`scope.next_phase`).
    NextPhase = 13,
    /// The subjects are left out (`scope.subjects`).
    Subjects = 14,
    /// The course is left out (`scope.courses`).
    Courses = 15,
    /// The periods are left out (`scope.periods`).
    Periods = 16,
    /// No term of it runs (`scope.open_terms`).
    OpenTerms = 17,
    /// The school is another one here (`scope.mapping`).
    Mapping = 18,
    /// The class is left out (`scope.classes`).
    Classes = 19,
}

/// What a held record waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Another record, that was rejected or held.
    Record(&'static Check),
    /// A person's decision on who it is.
    Match(MatchHold),
    /// A person's approval: a guard keeps the change back.
    Guard,
}

/// Why a match waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum MatchHold {
    /// Its identifiers belong to several known people.
    SeveralCandidates = 1,
    /// Its sourcedId is one person's and an identifier another's.
    Contradiction = 2,
    /// Several records of the delivery tie themselves to one person.
    SeveralRecords = 3,
    /// It would give staff rights to a student's or guardian's account.
    AddsStaffRights = 4,
    /// It may be another account of a known person, and its role is not known yet.
    RoleUnknown = 5,
    /// Its sourcedId is a known person's, and the rest says somebody else.
    IdReused = 6,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 19] = [
        Self::NotUsed,
        Self::OlderThanKnown,
        Self::Schools,
        Self::Grades,
        Self::Roles,
        Self::ClassTypes,
        Self::Titles,
        Self::Terms,
        Self::ClassesNeedATeacher,
        Self::ClassLeftOut,
        Self::PersonLeftOut,
        Self::NothingToEnd,
        Self::NextPhase,
        Self::Subjects,
        Self::Courses,
        Self::Periods,
        Self::OpenTerms,
        Self::Mapping,
        Self::Classes,
    ];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotUsed => "not_used",
            Self::OlderThanKnown => "older_than_known",
            Self::Schools => "schools",
            Self::Grades => "grades",
            Self::Roles => "roles",
            Self::ClassTypes => "class_types",
            Self::Titles => "titles",
            Self::Terms => "terms",
            Self::ClassesNeedATeacher => "classes_need_a_teacher",
            Self::ClassLeftOut => "class_left_out",
            Self::PersonLeftOut => "person_left_out",
            Self::NothingToEnd => "nothing_to_end",
            Self::NextPhase => "next_phase",
            Self::Subjects => "subjects",
            Self::Courses => "courses",
            Self::Periods => "periods",
            Self::OpenTerms => "open_terms",
            Self::Mapping => "mapping",
            Self::Classes => "classes",
        }
    }
}

impl Hold {
    /// Its stable name: that of the check or match, or `guard`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record(check) => check.code,
            Self::Match(hold) => hold.name(),
            Self::Guard => "guard",
        }
    }
}

impl MatchHold {
    /// All holds of matches.
    pub const ALL: [Self; 6] = [
        Self::SeveralCandidates,
        Self::Contradiction,
        Self::SeveralRecords,
        Self::AddsStaffRights,
        Self::RoleUnknown,
        Self::IdReused,
    ];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeveralCandidates => "several_candidates",
            Self::Contradiction => "contradiction",
            Self::SeveralRecords => "several_records",
            Self::AddsStaffRights => "adds_staff_rights",
            Self::RoleUnknown => "role_unknown",
            Self::IdReused => "id_reused",
        }
    }
}

impl Outcome {
    /// The outcome in two bytes: which, and the rule, check or hold behind it.
    pub fn encode(self) -> (u8, u8) {
        match self {
            Self::Create => (1, 0),
            Self::Update => (2, 0),
            Self::Restore => (3, 0),
            Self::End => (4, 0),
            Self::Unchanged => (5, 0),
            Self::Ignored(rule) => (6, rule as u8),
            Self::Rejected(check) => (7, table::number(check)),
            Self::Held(Hold::Record(check)) => (8, table::number(check)),
            Self::Held(Hold::Match(hold)) => (9, hold as u8),
            Self::Held(Hold::Guard) => (10, 0),
        }
    }

    /// The inverse of [`Outcome::encode`]; `None` for bytes that it never makes.
    pub fn decode((which, detail): (u8, u8)) -> Option<Self> {
        Some(match which {
            1 => Self::Create,
            2 => Self::Update,
            3 => Self::Restore,
            4 => Self::End,
            5 => Self::Unchanged,
            6 => Self::Ignored(Rule::ALL.into_iter().find(|rule| *rule as u8 == detail)?),
            7 => Self::Rejected(table::from_number(detail)?),
            8 => Self::Held(Hold::Record(table::from_number(detail)?)),
            9 => Self::Held(Hold::Match(
                MatchHold::ALL.into_iter().find(|hold| *hold as u8 == detail)?,
            )),
            10 => Self::Held(Hold::Guard),
            _ => return None,
        })
    }

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::End => "end",
            Self::Unchanged => "unchanged",
            Self::Ignored(_) => "ignored",
            Self::Rejected(_) => "rejected",
            Self::Held(_) => "held",
        }
    }

    /// The stable name of the rule, check or hold behind it; empty where there is none.
    pub const fn because(self) -> &'static str {
        match self {
            Self::Create | Self::Update | Self::Restore | Self::End | Self::Unchanged => "",
            Self::Ignored(rule) => rule.name(),
            Self::Rejected(check) => check.code,
            Self::Held(hold) => hold.name(),
        }
    }

    /// Whether the record is kept from the roster by a check or a hold.
    pub fn stops(self) -> bool {
        matches!(self, Self::Rejected(_) | Self::Held(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_back_from_their_bytes() {
        let mut all = vec![
            Outcome::Create,
            Outcome::Update,
            Outcome::Restore,
            Outcome::End,
            Outcome::Unchanged,
        ];
        all.extend(Rule::ALL.map(Outcome::Ignored));
        all.extend(table::ALL.iter().map(|check| Outcome::Rejected(check)));
        all.extend(MatchHold::ALL.map(|hold| Outcome::Held(Hold::Match(hold))));
        all.push(Outcome::Held(Hold::Guard));
        all.push(Outcome::Held(Hold::Record(&table::DEPENDS_ON_REJECTED)));
        for outcome in all {
            assert_eq!(Outcome::decode(outcome.encode()), Some(outcome));
        }
        assert_eq!(Outcome::decode((0, 0)), None);
    }
}
