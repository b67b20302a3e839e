//! Who may sign in: what the store keeps of it, for whoever lets people in.

use std::path::PathBuf;

pub use firstbell_store::{
    Access, Account, AccountError, AccountId, Assignment, AuditEntry, DatabaseError, District,
    NewAuditEntry, Profile, Role, SessionNumber, SignedIn, SupportGrant,
};

use crate::hub::{Hub, HubError};

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
