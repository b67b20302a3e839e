//! The pages, one file each.

pub mod access;
pub mod account;
pub mod audit;
pub mod deliveries;
pub mod delivery;
pub mod districts;
pub mod finding;
pub mod findings;
pub mod findings_file;
pub mod health;
pub mod home;
pub mod installation;
pub mod invitation;
pub mod job;
pub mod lines;
pub mod operation;
pub mod operations;
pub mod plan;
pub mod plans;
pub mod record;
pub mod records;
pub mod sign_in;
pub mod undo;
pub mod upload;
