//! The words of a roster: kinds of records, their columns, rows of facts, findings and settings.

pub mod cells;
pub mod column;
pub mod columns;
pub mod date;
pub mod finding;
pub mod fingerprint;
pub mod grade;
pub mod id;
pub mod image;
pub mod kind;
pub mod name;
pub mod row;
pub mod school_counts;
pub mod settings;
pub mod snapshot;
pub mod span;
pub mod subjects;
pub mod table;
pub mod text;
pub mod vocabulary;

pub use column::{Column, Needed, Type};
pub use date::{Date, DateTime};
pub use finding::{Position, Severity};
pub use id::{DistrictId, OperationNumber, PersonId, SourceId, SubjectId};
pub use kind::Kind;
pub use row::{Row, Value};
pub use settings::Settings;
