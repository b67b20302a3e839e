//! What a column of a file holds, and whether a record can do without it.

use super::kind::Kind;
use super::vocabulary::Vocabulary;

/// One column of a data file.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The header, as the specification spells it.
    pub name: &'static str,
    /// What its cells hold.
    pub ty: Type,
    /// Whether a record can do without a value.
    pub needed: Needed,
    /// The versions of the binding that have it.
    pub versions: Versions,
    /// The feature that uses it; a column without a use is dropped where it is read.
    pub used_for: Option<&'static str>,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// The record's own id.
    SourcedId,
    /// Free text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// ISO 8601 in UTC.
    DateTime,
    /// The year in which the school year ends, `YYYY`.
    Year,
    /// A word of a closed list.
    Word(&'static Vocabulary),
    /// The sourcedId of another record.
    Reference(Kind),
    /// Comma-separated sourcedIds.
    References(Kind),
    /// Comma-separated words.
    List,
    /// Comma-separated `{Type:Id}`.
    UserIds,
}

/// Whether a record can do without a value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// A record without it is rejected.
    Always,
    /// The specification wants it; a record without it is kept, with a finding.
    Expected,
    /// It may be empty.
    Optional,
}

/// The versions of the binding that have a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// 1.0, 1.1 and 1.2.
    All,
    /// 1.1 and 1.2.
    Since11,
    /// 1.0 and 1.1, in which a user has one role.
    Until11,
    /// 1.2.
    Since12,
}

impl Column {
    /// Whether the column is a fact of the roster: used, and not one of the three that every
    /// file begins with (`sourcedId`, `status`, `dateLastModified`).
    pub fn is_fact(&self) -> bool {
        self.used_for.is_some()
            && !matches!(self.ty, Type::SourcedId | Type::DateTime)
            && self.name != "status"
    }

    /// Whether a district may do without the column: no record needs it, nothing refers by it, and no
    /// rule goes by it.
    pub fn is_spare(&self) -> bool {
        let uses = ["class lists", "sign-in", "publishing", "matching", "demographics"];
        self.needed == Needed::Optional
            && self.refers_to().is_none()
            && self.used_for.is_some_and(|used| uses.contains(&used))
    }

    /// The kind that it refers to.
    pub fn refers_to(&self) -> Option<Kind> {
        match self.ty {
            Type::Reference(kind) | Type::References(kind) => Some(kind),
            Type::SourcedId
            | Type::Text
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Year
            | Type::Word(_)
            | Type::List
            | Type::UserIds => None,
        }
    }
}
