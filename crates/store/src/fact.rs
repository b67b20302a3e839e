//! The tables of versioned facts: what they hold, how they are read and searched.

pub(crate) mod diff;
pub(crate) mod membership;
pub(crate) mod page;
pub(crate) mod read;
pub(crate) mod search;
pub(crate) mod statement;
pub(crate) mod stream;
pub(crate) mod table;
pub(crate) mod version;
