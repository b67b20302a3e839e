//! What a finding is known by, in this delivery and in those that come after it.

use std::collections::HashMap;

use firstbell_roster::check::Tally;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::Ordinal;

use crate::findings::Keys;

/// Gives each place its fingerprint: the same for the same record wherever its row stands.
///
/// It holds a hash of the sourcedId that cannot be turned back; who knows or guesses an id can find
/// its findings all the same, since no secret is in it.
pub struct Fingerprints<'a> {
    /// A snapshot of a check hashes a sourcedId alike in every delivery.
    keys: Keys<'a>,
    /// The check in hand, and how often each of its fingerprints was given.
    code: &'static str,
    given: HashMap<u64, u32>,
}

impl<'a> Fingerprints<'a> {
    /// Those of a snapshot's findings, which must be asked for in their order.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self { keys: Keys::of(snapshot), code: "", given: HashMap::new() }
    }

    /// The fingerprint of the next place: check, kind, field and sourcedId, hashed, and which of
    /// them it is. Of records without a sourcedId, that number alone tells one from the other.
    pub fn next(&mut self, tally: &Tally, line: u32, subject: Ordinal) -> String {
        if self.code != tally.check.code {
            self.code = tally.check.code;
            self.given.clear();
        }
        // Where no kind says which file it is, its name does.
        let kind = tally.kind.map_or(tally.file.as_str(), |kind| kind.name());
        let mut hasher = blake3::Hasher::new();
        for part in ["firstbell/v1", self.code, kind, &tally.field] {
            hasher.update(part.as_bytes()).update(&[0]);
        }
        hasher.update(&self.keys.key(tally, (line, subject)).to_le_bytes());
        let hash = hasher.finalize();
        let short = hash.as_bytes().first_chunk().copied().map_or(0, u64::from_be_bytes);
        let given = self.given.entry(short).or_default();
        *given += 1;
        let hash = hash.to_hex();
        format!("{}:{given}", hash.get(..32).unwrap_or_default())
    }
}
