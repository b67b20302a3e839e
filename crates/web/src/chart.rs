//! Pictures, made here as SVG.

pub mod flow;
pub mod trend;
