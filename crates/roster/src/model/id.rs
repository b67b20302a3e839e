//! Ids as newtypes, so that none is taken for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// One customer's schools, people, sources and settings.
    DistrictId
);
id!(
    /// One place that roster data comes from, within its district.
    SourceId
);
id!(
    /// One row of roster fact through all its versions, within its district and kind.
    SubjectId
);
id!(
    /// One human through all their user rows: the [`SubjectId`] of the user row that came first.
    PersonId
);
id!(
    /// The number of an operation in its district's log; 0 is the empty roster before the first.
    OperationNumber
);
