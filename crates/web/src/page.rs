//! The pages, one file each.

pub mod access;
pub mod account;
pub mod audit;
pub mod districts;
pub mod health;
pub mod home;
pub mod installation;
pub mod invitation;
pub mod job;
pub mod operation;
pub mod operations;
pub mod plan;
pub mod plans;
pub mod sign_in;
pub mod undo;
