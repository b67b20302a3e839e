//! Words for people: numbers, reasons, rules, and what a finding means for a district.

pub mod cause;
pub mod consequence;
pub mod number;
pub mod reason;
pub mod waiting;

#[cfg(test)]
mod tests;
