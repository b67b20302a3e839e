//! The subjects of one kind that a run knows: those of the roster, then those that are new.
//!
//! One subject is one ordinal in a set of parallel lists, some 50 bytes in all, so that a
//! district of a million students fits in memory without its text. The keys of the roster's
//! part stand apart from those of new subjects: while a file is read, several threads look
//! into the former, and the latter grow.

mod ids;
mod marks;
mod prints;

use std::ops::Range;

use super::columns::{SOURCED_ID, class, course, enrollment, role, user, user_profile};
use super::kind::Kind;
use super::table::Index;
pub use ids::Ids;
pub use marks::{Mark, Marks};
pub use prints::{Prints, Stored};

/// The place of a subject in the lists of its kind.
pub type Ordinal = u32;

/// How many entries of a list of bytes are looked at together.
pub const MANY: usize = 64;

/// Stands where there is no subject.
pub const NOBODY: Ordinal = u32::MAX;

/// What two threads find among subjects, each in a half of them: there may be millions.
pub fn in_halves<T: Send>(
    all: Range<Ordinal>,
    find: impl Fn(Range<Ordinal>) -> T + Sync,
) -> [T; 2] {
    let middle = all.start + (all.end - all.start) / 2;
    std::thread::scope(|scope| {
        let second = scope.spawn(|| find(middle..all.end));
        let first = find(all.start..middle);
        [first, second.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))]
    })
}

/// The subjects of one kind, as parallel lists.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    /// The keyed hashes of the sourcedIds of the roster's part.
    roster: Index,
    /// Those of the subjects after it.
    fresh: Index,
    /// How many subjects the roster's part has.
    known: usize,
    /// The keyed hash of the bytes that each record was read from; 0 where it must be read
    /// again. The first belong to new subjects while the roster's part is lent.
    pub raws: Vec<u64>,
    /// For users, the trusted identifiers of those with such a hash, by identifier.
    pub identifiers: Vec<(u64, Ordinal)>,
    /// For users and demographics, what their records are compared with others by.
    pub marks: Marks,
    /// The fingerprint: as last applied for a subject of the roster, as delivered for a new one.
    pub prints: Prints,
    /// The hub's id; 0 for a subject that the roster does not have.
    pub ids: Ids,
    /// The subjects that it belongs to, by [`Link`]; a list ends after the last that has one.
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
    /// The user of an enrollment, role or profile; for a class, a code of its grades.
    User = 1,
    /// The school of an enrollment, class or user; the org of a role.
    School = 2,
}

impl Link {
    /// The column of the grades of a kind, and which list holds their code, equal for equal grades.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds are of no grade")]
    pub const fn of_grades(kind: Kind) -> Option<(usize, Self)> {
        match kind {
            Kind::User => Some((user::GRADES, Self::First)),
            Kind::Class => Some((class::GRADES, Self::User)),
            _ => None,
        }
    }

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
    /// Its record is rejected by a check, or held; without a record, its row is kept all the same.
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
    /// A guardian or parent.
    pub const GUARDIAN: u8 = 4;
    /// A school among orgs.
    pub const SCHOOL: u8 = 5;
    /// A district among orgs.
    pub const DISTRICT: u8 = 6;
    /// A homeroom among classes.
    pub const HOMEROOM: u8 = 7;
    /// A relative: a contact of a student who need not be a guardian.
    pub const RELATIVE: u8 = 8;

    /// Whether it is the role of a student's contact.
    pub const fn is_contact(tag: u8) -> bool {
        matches!(tag, GUARDIAN | RELATIVE)
    }

    /// The tag of a word: a role, an org type or a class type.
    pub fn of_word(word: &str) -> u8 {
        match word {
            "student" => STUDENT,
            "teacher" => TEACHER,
            "guardian" | "parent" => GUARDIAN,
            "relative" => RELATIVE,
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
    pub print: u64,
    /// The keyed hash of the bytes of its record, 0 where it must be read again.
    pub raw: u64,
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

/// The roster's part of a kind, lent while its file is read.
#[derive(Debug, Default)]
pub struct Lent {
    /// The keys.
    pub index: Index,
    /// The hashes of the bytes of their records.
    pub raws: Vec<u64>,
}

/// How many places to make for a roster's subjects, so that the new ones of a usual night need no
/// other, larger list.
pub fn with_room(subjects: usize) -> usize {
    subjects + subjects / 32
}

impl Subjects {
    /// Makes room for so many subjects in all.
    pub fn reserve(&mut self, subjects: usize) {
        let more = subjects.saturating_sub(self.len());
        self.fresh.reserve(subjects.saturating_sub(self.known));
        self.raws.reserve_exact(more);
        self.prints.reserve(more);
        self.ids.reserve(more);
        self.links.iter_mut().for_each(|list| list.reserve_exact(more));
        self.flags.reserve_exact(more);
        self.tags.reserve_exact(more);
        self.at.reserve_exact(more);
        self.outcomes.reserve_exact(more);
        self.details.reserve_exact(more);
    }

    /// Makes the subjects that there are the roster's part.
    pub fn settle(&mut self) {
        if self.known == 0 {
            self.known = self.len();
            self.roster = std::mem::take(&mut self.fresh);
        }
    }

    /// The list of a roster's subjects, with the index of their keys.
    pub fn of_roster(index: Index) -> Self {
        let known = index.keys().len();
        let mut list = Self {
            roster: index,
            known,
            at: vec![0; with_room(known)],
            outcomes: vec![0; with_room(known)],
            details: vec![0; with_room(known)],
            ..Self::default()
        };
        list.at.truncate(known);
        list.outcomes.truncate(known);
        list.details.truncate(known);
        list
    }

    /// The index of all subjects, where one has them all.
    pub fn whole(&self) -> Option<&Index> {
        match (self.known, self.fresh.keys().len()) {
            (0, _) => Some(&self.fresh),
            (_, 0) => Some(&self.roster),
            _ => None,
        }
    }

    /// Lends the roster's part; until it is back, only subjects after it are found.
    pub fn lend(&mut self) -> Lent {
        let fresh = self.raws.split_off(self.known.min(self.raws.len()));
        let raws = std::mem::replace(&mut self.raws, fresh);
        Lent { index: std::mem::take(&mut self.roster), raws }
    }

    /// Takes the roster's part back.
    pub fn take_back(&mut self, lent: Lent) {
        self.roster = lent.index;
        let fresh = std::mem::replace(&mut self.raws, lent.raws);
        if self.raws.is_empty() {
            self.raws = fresh;
        } else {
            self.raws.extend(fresh);
        }
    }

    /// How many subjects there are.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// How many of them are the roster's part.
    pub fn known(&self) -> usize {
        self.known
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// All ordinals.
    pub fn ordinals(&self) -> std::ops::Range<Ordinal> {
        0..u32::try_from(self.len()).unwrap_or(NOBODY)
    }

    /// The subjects that have all of some flags and none of others, in order.
    pub fn with(&self, all: u8, none: u8) -> impl Iterator<Item = Ordinal> + '_ {
        self.with_among(self.ordinals(), all, none)
    }

    /// Those among some subjects that have all of some flags and none of others, in order. Where
    /// few do, most are passed over many at once.
    pub fn with_among(
        &self,
        some: Range<Ordinal>,
        all: u8,
        none: u8,
    ) -> impl Iterator<Item = Ordinal> + '_ {
        let fits = move |set: u8| (set ^ all) & (all | none) == 0;
        let flags = self.flags.get(some.start as usize..some.end as usize).unwrap_or_default();
        let firsts = (some.start..).step_by(MANY);
        let chunks = firsts.zip(flags.chunks(MANY));
        let chunks =
            chunks.filter(move |(_, sets)| sets.iter().fold(false, |any, set| any | fits(*set)));
        chunks.flat_map(move |(first, sets)| {
            (first..).zip(sets).filter(move |(_, set)| fits(**set)).map(|(one, _)| one)
        })
    }

    /// The keyed hashes of all sourcedIds, by ordinal.
    pub fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.roster.keys().iter().chain(self.fresh.keys()).copied()
    }

    /// The keyed hash of the subject's sourcedId; 0 for nobody.
    pub fn key(&self, ordinal: Ordinal) -> u64 {
        let at = ordinal as usize;
        let key = match at.checked_sub(self.known) {
            None => self.roster.keys().get(at),
            Some(at) => self.fresh.keys().get(at),
        };
        key.copied().unwrap_or(0)
    }

    /// The subject with this key.
    pub fn find(&self, key: u64) -> Option<Ordinal> {
        self.roster.find(key).or_else(|| {
            let found = self.fresh.find(key)? as usize;
            u32::try_from(found + self.known).ok()
        })
    }

    /// Adds a subject; its key must be new.
    pub fn push(&mut self, subject: Subject) -> Ordinal {
        let ordinal = u32::try_from(self.len()).unwrap_or(NOBODY);
        self.fresh.push(subject.key);
        self.raws.push(subject.raw);
        self.prints.push(subject.print);
        self.ids.push(subject.id);
        for (list, link) in self.links.iter_mut().zip(subject.links) {
            if link != NOBODY || !list.is_empty() {
                list.resize(self.flags.len(), NOBODY);
                list.push(link);
            }
        }
        self.flags.push(subject.flags);
        self.tags.push(subject.tag);
        self.at.push(subject.at);
        if subject.person != 0 || !self.persons.is_empty() {
            self.persons.resize(self.flags.len(), 0);
            if let Some(last) = self.persons.last_mut() {
                *last = subject.person;
            }
        }
        self.outcomes.push(0);
        self.details.push(0);
        ordinal
    }

    /// Lets the subject's record be read again the next time, whatever its bytes.
    pub fn distrust(&mut self, ordinal: Ordinal) {
        if let Some(raw) = self.raws.get_mut(ordinal as usize) {
            *raw = 0;
        }
    }

    /// The active subject with this id of the hub; the subjects of the roster stand first and
    /// in the order of their ids.
    pub fn by_id(&self, id: i64) -> Option<Ordinal> {
        let roster = self.flags.partition_point(|flags| flags & flag::IN_ROSTER != 0);
        self.ids.find(id, roster)
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
        for (link, to) in [Link::First, Link::User, Link::School].into_iter().zip(links) {
            self.set_link(ordinal, link, to);
        }
    }

    /// Sets one of the subjects that the subject belongs to.
    pub fn set_link(&mut self, ordinal: Ordinal, link: Link, to: Ordinal) {
        let length = self.len();
        let [first, user, school] = &mut self.links;
        let list = match link {
            Link::First => first,
            Link::User => user,
            Link::School => school,
        };
        if to != NOBODY && list.len() < length {
            list.resize(length, NOBODY);
        }
        if let Some(place) = list.get_mut(ordinal as usize) {
            *place = to;
        }
    }

    /// The role or type of the subject.
    pub fn tag(&self, ordinal: Ordinal) -> u8 {
        self.tags.get(ordinal as usize).copied().unwrap_or(tag::OTHER)
    }

    /// The hub's id of the subject, 0 for none.
    pub fn id(&self, ordinal: Ordinal) -> i64 {
        self.ids.get(ordinal)
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
