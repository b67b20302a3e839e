//! The binary, called as people and scripts call it.

mod bundle;
mod call;
mod check;
mod demo;
mod flow;
mod postgres;
mod reference;
mod settings;
mod shared_data;
mod usage;
