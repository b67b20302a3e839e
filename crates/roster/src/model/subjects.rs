//! The subjects of one kind that a run knows: those of the roster, then those that are new.
//!
//! One subject is one ordinal in a set of parallel lists, some 50 bytes in all, so that a
//! district of a million students fits in memory without its text.

use super::columns::{SOURCED_ID, class, course, enrollment, role, user, user_profile};
use super::kind::Kind;
use super::table::KeyTable;

/// The place of a subject in the lists of its kind.
pub type Ordinal = u32;

/// Stands where there is no subject.
pub const NOBODY: Ordinal = u32::MAX;

/// The subjects of one kind, as parallel lists.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    table: KeyTable,
    /// The keyed hash of each sourcedId.
    pub keys: Vec<u64>,
    /// The fingerprint: as last applied for a subject of the roster, as delivered for a new one;
    /// 0 where it must be compared in full.
    pub prints: Vec<u128>,
    /// The hub's id; 0 for a subject that the roster does not have.
    pub ids: Vec<i64>,
    /// The subjects that it belongs to, by [`Link`].
    pub links: [Vec<Ordinal>; 3],
    /// What the run knows of it: a set of [`flag`]s.
    pub flags: Vec<u8>,
    /// A role or type in one byte, see [`tag`].
    pub tags: Vec<u8>,
    /// The line of its record in the delivery; 0 where it has none.
    pub at: Vec<u32>,
    /// For users, the human that the row belongs to; empty for every other kind.
    pub persons: Vec<i64>,
    /// What becomes of its record; see [`crate::plan::Outcome`].
    pub outcomes: Vec<u8>,
    /// The rule, check or hold behind the outcome.
    pub details: Vec<u8>,
}

/// Which list of [`Subjects::links`] holds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The class of an enrollment, the course of a class; for a user no subject at all, but a
    /// code of the grades, equal for equal grades.
    First = 0,
    /// The user of an enrollment, role or profile.
    User = 1,
    /// The school of an enrollment, class or user; the org of a role.
    School = 2,
}

impl Link {
    /// Which list the reference at this column of a kind goes to, if any.
    pub fn of(kind: Kind, column: usize) -> Option<Self> {
        let table = [
            (Kind::Course, course::SCHOOL_YEAR, Self::First),
            (Kind::Course, course::ORG, Self::School),
            (Kind::Class, class::COURSE, Self::First),
            (Kind::Class, class::SCHOOL, Self::School),
            (Kind::User, user::PRIMARY_ORG, Self::School),
            (Kind::User, user::ORGS, Self::School),
            (Kind::UserProfile, user_profile::USER, Self::User),
            (Kind::Role, role::USER, Self::User),
            (Kind::Role, role::ORG, Self::School),
            (Kind::Demographics, SOURCED_ID, Self::User),
            (Kind::Enrollment, enrollment::CLASS, Self::First),
            (Kind::Enrollment, enrollment::USER, Self::User),
            (Kind::Enrollment, enrollment::SCHOOL, Self::School),
        ];
        table.into_iter().find(|(of, at, _)| *of == kind && *at == column).map(|(_, _, link)| link)
    }
}

/// The flags of a subject.
pub mod flag {
    /// It is active in the roster.
    pub const IN_ROSTER: u8 = 1;
    /// Its row in the roster stands in for a record that never came.
    pub const IMPLIED: u8 = 1 << 1;
    /// The delivery has its record.
    pub const IN_DELIVERY: u8 = 1 << 2;
    /// Its record differs from the roster, or cannot be told from its fingerprint.
    pub const TOUCHED: u8 = 1 << 3;
    /// Its record asks to end.
    pub const SAYS_END: u8 = 1 << 4;
    /// Its record is left out by a rule.
    pub const LEFT_OUT: u8 = 1 << 5;
    /// Its record is rejected by a check, or held.
    pub const STOPPED: u8 = 1 << 6;
    /// It is not in the roster after the plan.
    pub const ENDS: u8 = 1 << 7;
}

/// Roles and types in one byte.
pub mod tag {
    /// Nothing that matters.
    pub const OTHER: u8 = 0;
    /// A student, or a student's enrollment.
    pub const STUDENT: u8 = 1;
    /// A teacher, or a teacher's enrollment.
    pub const TEACHER: u8 = 2;
    /// Other staff.
    pub const STAFF: u8 = 3;
    /// A guardian, parent or relative.
    pub const GUARDIAN: u8 = 4;
    /// A school among orgs.
    pub const SCHOOL: u8 = 5;
    /// A district among orgs.
    pub const DISTRICT: u8 = 6;
    /// A homeroom among classes.
    pub const HOMEROOM: u8 = 7;

    /// The tag of a word: a role, an org type or a class type.
    pub fn of_word(word: &str) -> u8 {
        match word {
            "student" => STUDENT,
            "teacher" => TEACHER,
            "guardian" | "parent" | "relative" => GUARDIAN,
            "administrator"
            | "aide"
            | "proctor"
            | "counselor"
            | "principal"
            | "districtAdministrator"
            | "siteAdministrator"
            | "systemAdministrator" => STAFF,
            "school" => SCHOOL,
            "district" => DISTRICT,
            "homeroom" => HOMEROOM,
            _ => OTHER,
        }
    }
}

/// One subject to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The keyed hash of its sourcedId.
    pub key: u64,
    /// Its fingerprint.
    pub print: u128,
    /// The hub's id, 0 for none.
    pub id: i64,
    /// What it belongs to, by [`Link`].
    pub links: [Ordinal; 3],
    /// Its flags.
    pub flags: u8,
    /// Its role or type.
    pub tag: u8,
    /// The line of its record.
    pub at: u32,
    /// The human that it belongs to, for a user.
    pub person: i64,
}

impl Subjects {
    /// Lists with room for so many subjects.
    pub fn with_capacity(subjects: usize) -> Self {
        let mut lists = Self { table: KeyTable::with_capacity(subjects), ..Self::default() };
        lists.reserve(subjects);
        lists
    }

    fn reserve(&mut self, more: usize) {
        self.keys.reserve_exact(more);
        self.prints.reserve_exact(more);
        self.ids.reserve_exact(more);
        self.links.iter_mut().for_each(|list| list.reserve_exact(more));
        self.flags.reserve_exact(more);
        self.tags.reserve_exact(more);
        self.at.reserve_exact(more);
        self.outcomes.reserve_exact(more);
        self.details.reserve_exact(more);
    }

    /// How many subjects there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All ordinals.
    pub fn ordinals(&self) -> std::ops::Range<Ordinal> {
        0..u32::try_from(self.keys.len()).unwrap_or(NOBODY)
    }

    /// The subject with this key.
    pub fn find(&self, key: u64) -> Option<Ordinal> {
        self.table.get(key, &self.keys)
    }

    /// Adds a subject; its key must be new.
    pub fn push(&mut self, subject: Subject) -> Ordinal {
        let ordinal = u32::try_from(self.keys.len()).unwrap_or(NOBODY);
        self.keys.push(subject.key);
        self.prints.push(subject.print);
        self.ids.push(subject.id);
        for (list, link) in self.links.iter_mut().zip(subject.links) {
            list.push(link);
        }
        self.flags.push(subject.flags);
        self.tags.push(subject.tag);
        self.at.push(subject.at);
        if subject.person != 0 || !self.persons.is_empty() {
            self.persons.resize(self.keys.len(), 0);
            if let Some(last) = self.persons.last_mut() {
                *last = subject.person;
            }
        }
        self.outcomes.push(0);
        self.details.push(0);
        self.table.insert(subject.key, ordinal, &self.keys);
        ordinal
    }

    /// The active subject with this id of the hub; the subjects of the roster stand first and
    /// in the order of their ids.
    pub fn by_id(&self, id: i64) -> Option<Ordinal> {
        let roster = self.flags.partition_point(|flags| flags & flag::IN_ROSTER != 0);
        let found = self.ids.get(..roster)?.binary_search(&id).ok()?;
        u32::try_from(found).ok()
    }

    /// Whether the subject has all of these flags.
    pub fn has(&self, ordinal: Ordinal, flags: u8) -> bool {
        self.flags.get(ordinal as usize).is_some_and(|set| set & flags == flags)
    }

    /// Whether the subject has any of these flags.
    pub fn has_any(&self, ordinal: Ordinal, flags: u8) -> bool {
        self.flags.get(ordinal as usize).is_some_and(|set| set & flags != 0)
    }

    /// Sets flags of a subject.
    pub fn set(&mut self, ordinal: Ordinal, flags: u8) {
        if let Some(set) = self.flags.get_mut(ordinal as usize) {
            *set |= flags;
        }
    }

    /// What the subject belongs to.
    pub fn link(&self, ordinal: Ordinal, link: Link) -> Ordinal {
        let [first, user, school] = &self.links;
        let list = match link {
            Link::First => first,
            Link::User => user,
            Link::School => school,
        };
        list.get(ordinal as usize).copied().unwrap_or(NOBODY)
    }

    /// Sets what the subject belongs to.
    pub fn set_links(&mut self, ordinal: Ordinal, links: [Ordinal; 3]) {
        for (list, link) in self.links.iter_mut().zip(links) {
            if let Some(place) = list.get_mut(ordinal as usize) {
                *place = link;
            }
        }
    }

    /// The role or type of the subject.
    pub fn tag(&self, ordinal: Ordinal) -> u8 {
        self.tags.get(ordinal as usize).copied().unwrap_or(tag::OTHER)
    }

    /// The hub's id of the subject, 0 for none.
    pub fn id(&self, ordinal: Ordinal) -> i64 {
        self.ids.get(ordinal as usize).copied().unwrap_or(0)
    }

    /// The line of its record in the delivery, 0 for none.
    pub fn line(&self, ordinal: Ordinal) -> u32 {
        self.at.get(ordinal as usize).copied().unwrap_or(0)
    }

    /// The human that a user row belongs to, 0 where that is not known yet.
    pub fn person(&self, ordinal: Ordinal) -> i64 {
        self.persons.get(ordinal as usize).copied().unwrap_or(0)
    }

    /// Whether it is active in the roster before the plan.
    pub fn in_roster(&self, ordinal: Ordinal) -> bool {
        self.has(ordinal, flag::IN_ROSTER)
    }

    /// Sets what becomes of the subject's record.
    pub fn decide(&mut self, ordinal: Ordinal, outcome: u8, detail: u8) {
        let at = ordinal as usize;
        if let (Some(o), Some(d)) = (self.outcomes.get_mut(at), self.details.get_mut(at)) {
            (*o, *d) = (outcome, detail);
        }
    }

    /// What becomes of the subject's record, and why: numbers, 0 where nothing is decided.
    pub fn decision(&self, ordinal: Ordinal) -> (u8, u8) {
        let at = ordinal as usize;
        (self.outcomes.get(at).copied().unwrap_or(0), self.details.get(at).copied().unwrap_or(0))
    }
}
