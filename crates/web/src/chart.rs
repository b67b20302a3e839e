//! Pictures, made here as SVG.

pub mod trend;
