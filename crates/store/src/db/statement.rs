//! The text of a statement, one for both databases or one for each.

use super::session::Session;

/// A statement with a list of columns as one JSON text, which the databases spell differently.
/// Apart from that word it is the same text.
#[derive(Debug)]
pub(crate) struct Listing {
    sqlite: String,
    postgres: String,
}

/// What to run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sql {
    Same(&'static str),
    Listing(&'static Listing),
}

/// The function that makes a list of its arguments, in the text that [`Listing::new`] takes.
pub(crate) const LIST: &str = "json_array";

impl Listing {
    /// The statement for both databases from its text for SQLite.
    pub(crate) fn new(text: String) -> Self {
        Self { postgres: text.replace(LIST, "json_build_array"), sqlite: text }
    }
}

impl Sql {
    /// The text for the database that the session is of.
    pub(super) fn of(self, session: &Session) -> &'static str {
        match (self, session) {
            (Self::Same(text), _) => text,
            (Self::Listing(listing), Session::Sqlite(_)) => &listing.sqlite,
            (Self::Listing(listing), Session::Postgres(_)) => &listing.postgres,
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Same(text)
    }
}

impl From<&'static String> for Sql {
    fn from(text: &'static String) -> Self {
        Self::Same(text)
    }
}

impl From<&'static Listing> for Sql {
    fn from(listing: &'static Listing) -> Self {
        Self::Listing(listing)
    }
}

impl std::fmt::Display for Listing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sqlite)
    }
}
