//! The image of a source's part of the roster: what the next run compares with, in one file.
//!
//! It holds keys, fingerprints, ids and links, and no value of any person. It can always be
//! made again from the roster; fingerprints are then 0, so that every record is compared in
//! full once. The parallel lists of [`Subjects`] stand in it one after another, the slots of
//! the table of keys among them, so that loading it is little more than reading it; each kind in
//! two halves, and all halves are read side by side.

mod read;
mod section;
mod subject;
mod write;

use std::collections::BTreeMap;

pub use read::{read, whole};
pub use section::Source;
pub use subject::{subject, tell_by_roles};
pub use write::write;

use super::kind::Kind;
use super::subjects::{Link, Ordinal, Subjects};

/// What an image belongs to; one that names anything else is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The district.
    pub district: i64,
    /// The source.
    pub source: i64,
    /// The newest operation that it knows of.
    pub operation: i64,
    /// The hash of that operation's entry in the log, for numbers come again in a database that is
    /// restored.
    pub entry: [u8; 32],
}

const MAGIC: &[u8; 8] = b"fbimage9";

/// One kind of an image, ready to be written: which subjects stay, in the order of their ids.
#[derive(Debug, Default)]
pub struct Part {
    /// The ordinals, in the order of their final ids.
    pub ordinals: Vec<Ordinal>,
}

/// What an image is made of.
pub struct Contents<'a> {
    /// The subjects of each kind of fact.
    pub kinds: &'a [Subjects],
    /// Those that are active from now on.
    pub parts: &'a BTreeMap<Kind, Part>,
    /// The trusted identifiers of the users whose records were read, with their owners.
    pub identifiers: &'a [(u64, Ordinal)],
    /// The final id of a subject.
    pub id: &'a dyn Fn(Kind, Ordinal) -> i64,
    /// The final id of the human that a user row belongs to.
    pub person: &'a dyn Fn(Ordinal) -> i64,
    /// The role or type of a subject.
    pub tag: &'a dyn Fn(Kind, Ordinal) -> u8,
    /// Whether the next run may trust the fingerprint of a subject.
    pub trusted: &'a dyn Fn(Kind, Ordinal) -> bool,
}

/// The kind that a link leads to; `None` where it is no subject.
pub fn target(kind: Kind, link: Link) -> Option<Kind> {
    match (kind, link) {
        (Kind::Class, Link::User) | (Kind::User, Link::First) => None,
        (_, Link::User) => Some(Kind::User),
        (_, Link::School) => Some(Kind::Org),
        (Kind::Enrollment, Link::First) => Some(Kind::Class),
        (Kind::Class, Link::First) => Some(Kind::Course),
        (Kind::Course, Link::First) => Some(Kind::AcademicSession),
        (_, Link::First) => None,
    }
}

#[cfg(test)]
mod tests;
