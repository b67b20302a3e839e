//! What stands in a person's way, in words.

use firstbell_roster::explain::Cause;

/// What a cause means, with its stable name; the name alone where it is not known.
pub fn clause(name: &str) -> String {
    match Cause::ALL.into_iter().find(|cause| cause.name() == name) {
        Some(cause) => format!("{} ({name})", cause.meaning().trim_end_matches('.')),
        None => name.to_owned(),
    }
}
