//! Strings the steps together and runs them.
//!
//! `run` reads as the product does: read, check, scope, match, plan, guard, apply. `check` runs
//! the first two alone; `stored` applies what was planned before; `undo` drafts the inverse of
//! an operation; `log`, `pages`, `why`, `person` and `export` answer questions from what is kept.

pub mod access;
mod account;
mod approved;
pub mod check;
pub mod classes;
mod counted;
mod covered;
mod doctor;
mod export;
mod findings;
mod ground;
mod history;
pub mod hub;
mod identity;
mod image;
mod kept;
mod known;
mod lease;
mod ledger;
mod log;
mod outcomes;
pub mod overview;
pub mod pages;
pub mod people;
mod person;
mod places;
mod plan_file;
pub mod plan_lines;
mod plans;
pub mod received;
mod records;
pub mod report;
mod run;
mod schools;
mod scope;
pub mod search;
mod selection;
pub mod settings;
pub mod standing;
mod stored;
pub mod timeline;
mod timing;
mod undo;
mod varint;
mod why;
pub mod words;
mod writes;

pub use findings::accept;
pub use firstbell_store::{MasterKey, VaultError};
pub use ground::date_at;
pub use hub::{Context, DistrictInfo, Hub, HubError, RunOptions};
pub use selection::{Approving, Criteria, Selection};
pub use settings::parse;
pub use why::{Answer, LISTED};
