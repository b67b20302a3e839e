//! What stands in a person's way, in words.

use firstbell_roster::explain::Cause;

/// What the cause with this stable name means, as a sentence; the name where it is not known.
pub fn meaning(name: &str) -> &str {
    let cause = Cause::ALL.into_iter().find(|cause| cause.name() == name);
    match cause {
        Some(cause) => cause.meaning(),
        None => name,
    }
}
