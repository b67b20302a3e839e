//! The only clock: everything else gets the time as an argument.

use firstbell_roster::model::DateTime;
use jiff::Timestamp;

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> DateTime {
    DateTime(Timestamp::now().as_microsecond())
}
