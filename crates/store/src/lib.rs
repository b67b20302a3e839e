//! What is kept of each district, and the one way in which its roster changes.
//!
//! A [`Store`] holds the districts of an installation. Each has its roster as versioned facts
//! ([`Version`]), its log of operations, its runs, plans, deliveries and settings, and sealed files
//! beside them. [`Store::apply`] turns a plan into one operation in one transaction; nothing else
//! changes a roster. No rule of the domain lives here, and SQL lives nowhere else.
//!
//! A district is the first argument of every query and the first column of every key. Time comes
//! in as an argument. `db.rs` is the only file that tells SQLite from PostgreSQL.
//!
//! To keep one more thing, add a table to both folders of migrations and a file named for it.

mod access;
mod apply;
mod approval;
mod chain;
mod counter;
mod crash;
mod db;
mod decided;
mod delivery;
mod district;
mod doubt;
mod error;
mod fact;
mod files;
mod lease;
mod obstacle;
mod operation;
mod overview;
mod plan;
mod recover;
mod run;
mod school;
mod school_count;
mod sealed;
mod settings;
mod source;
mod store;
mod vault;
mod word;

pub use access::{
    Access, Account, AccountError, AccountId, Assignment, AuditEntry, NewAuditEntry, Profile, Role,
    SessionNumber, SignedIn, SupportGrant,
};
pub use apply::{Applied, ApplyError, NewOperation, Write};
pub use approval::Approval;
pub use chain::{Verified, VerifyError};
pub use crash::crash_point;
pub use decided::DecidedRun;
pub use delivery::{Delivery, DeliveryNumber, QuietDelivery};
pub use district::{District, DistrictError};
pub use error::DatabaseError;
pub use fact::diff::Change;
pub use fact::page::{ChangePlace, Looked};
pub use fact::read::Linked;
pub use fact::search::{ClassName, UserName};
pub use fact::stream::KeyRow;
pub use fact::version::{Until, Version};
pub use files::{DistrictFiles, PARTIAL};
pub use lease::{Lease, LeaseError};
pub use obstacle::Obstacle;
pub use operation::{LogPage, Operation, OperationKind, Order, RowRange, taken_back};
pub use overview::{GoodRun, Overview};
pub use plan::{PlanNumber, PlanStatus, StoredPlan};
pub use recover::{RecoverError, Recovered};
pub use run::{FinishedRun, NewRun, Run, RunNumber, RunStatus};
pub use school::SchoolIdentity;
pub use sealed::{Finished, SealedError, SealedReader, SealedWriter, Sealer};
pub use settings::SettingsVersion;
pub use source::Source;
pub use store::{DEFAULT_SOURCE, KeySource, OpenError, OpenOptions, Store};
pub use vault::{DistrictKey, MasterKey, VaultError};
