//! One suite for both databases. SQLite always runs; PostgreSQL runs where the environment
//! variable `FIRSTBELL_TEST_POSTGRES` has the URL of a server (`scripts/with-postgres`).

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
