//! What stands in a person's way, in words.

use firstbell_roster::explain::{Cause, Reader};

/// What the cause with this stable name means, in a reader's words; the name where it
/// is not known.
pub fn meaning(name: &str, reader: Reader) -> &str {
    let cause = Cause::ALL.into_iter().find(|cause| cause.name() == name);
    match cause {
        Some(cause) => cause.meaning(reader),
        None => name,
    }
}
