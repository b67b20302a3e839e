//! Search: people and classes by name, from memory.
//!
//! `shelf` keeps the names of the districts in which somebody searches and brings them up to
//! date beside whoever waits, `read` reads them from the roster and the newest delivery, `index`
//! finds them by their words, and `list` is what pages ask. Ids, user names and addresses are no
//! names: the store looks them up.

mod builder;
mod dictionary;
mod entry;
mod found;
mod hits;
mod index;
mod list;
mod marked;
mod names;
mod read;
pub(crate) mod shelf;

pub use entry::State;
pub use found::{Found, FoundRow, PAGE, Query, RoleFilter};
pub(crate) use hits::Hits;
pub(crate) use names::{Names, guests};
