//! Who may sign in and who may see whom: what the store keeps of it, for whoever lets people in.

use std::collections::BTreeSet;
use std::path::PathBuf;

use firstbell_roster::model::SubjectId;
pub use firstbell_store::{
    Access, Account, AccountError, AccountId, Assignment, AuditEntry, DatabaseError, District,
    NewAuditEntry, Profile, Role, SessionNumber, SignedIn, SupportGrant,
};

use crate::hub::{Hub, HubError};

/// The part of a district that somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    All,
    /// These schools.
    Schools(BTreeSet<SubjectId>),
}

impl Scope {
    /// Whether a school is in it; what belongs to no school is in the whole district alone.
    pub fn has(&self, school: Option<SubjectId>) -> bool {
        match self {
            Self::All => true,
            Self::Schools(schools) => school.is_some_and(|school| schools.contains(&school)),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Schools(mut some), Self::Schools(more)) => {
                some.extend(more);
                Self::Schools(some)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

impl Hub {
    /// What is kept about who may sign in.
    pub fn access(&self) -> Access {
        self.store.access()
    }

    /// The folder for what is sent to a district and not read yet.
    pub fn uploads(&self, district: &District) -> PathBuf {
        self.store.files(&district.slug).uploads()
    }

    /// The district with this short name.
    pub async fn find_district(&self, slug: &str) -> Result<Option<District>, HubError> {
        Ok(self.store.find_district(slug).await?)
    }
}
