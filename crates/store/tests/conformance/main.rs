//! One suite for both databases. SQLite always runs; PostgreSQL runs where the environment
//! variable `FIRSTBELL_TEST_POSTGRES` has the URL of a server (`scripts/with-postgres`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of tests fails as a test does, and says what was skipped"
)]

mod access;
mod apply;
mod columns;
mod districts;
mod installation;
mod keeping;
mod log;
mod model;
mod reads;
mod rosters;
mod tenancy;
mod text;
mod undo;
