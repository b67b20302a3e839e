//! Invents school districts and writes them as `OneRoster` CSV deliveries, day by day, with the
//! truth about each delivery beside it.
//!
//! Everything follows from a seed: the same profile, day and options give the same bytes, and a
//! person or class keeps its `sourcedId` from day to day. The bench profile is clean and grows
//! to millions of students in bounded memory, since a school is derived, written and forgotten
//! before the next one. The demo profile has twelve schools with the imperfections of real
//! deliveries, each under a stable name.
//!
//! ```no_run
//! use firstbell_sandbox::{District, Options, Profile};
//!
//! let district = District::new(Profile::demo(7))?;
//! let truth = district.write_day(1, "day1".as_ref(), Options::default())?;
//! assert_eq!(truth.imperfections.get("unknown_roles"), Some(&1));
//! # Ok::<(), firstbell_sandbox::Error>(())
//! ```
//!
//! To add an imperfection, write a planting and a counting function in `demo/imperfections` and
//! give them a line in its table.

mod bench;
mod calendar;
mod delivery;
mod demo;
mod district;
mod error;
mod identifiers;
mod kind;
mod model;
mod names;
mod night;
mod profile;
mod random;
mod school;
mod truth;

pub use delivery::write_zip;
pub use district::{District, truth_path};
pub use error::Error;
pub use kind::Kind;
pub use profile::{Character, Format, Options, Profile};
pub use truth::{Counts, Story, Truth};
