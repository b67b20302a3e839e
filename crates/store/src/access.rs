//! Who may sign in, what they may do where, and who did what.
//!
//! What a role allows is decided where it is asked; here it is only kept. Of tokens, which let
//! whoever has them in, hashes alone are kept, and of passwords what argon2 makes of them.

mod account;
mod audit;
mod installation;
mod invitation;
mod session;
mod support;

pub use account::{Account, AccountError, AccountId, Assignment, Role};
pub use audit::{AuditEntry, NewAuditEntry};
pub use installation::Profile;
pub use session::{SessionNumber, SignedIn};
pub use support::SupportGrant;

use crate::db::Db;
use crate::store::Store;

/// What is kept about who may sign in; it reaches no roster.
#[derive(Debug, Clone)]
pub struct Access(Db);

impl Store {
    /// What is kept about who may sign in.
    pub fn access(&self) -> Access {
        Access(self.shared.hub.clone())
    }
}
