//! Words and numbers as pages show them.

use firstbell_roster::model::DateTime;
pub use firstbell_sync::words::number::{count, sentence, thousands};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago an instant was: `just now`, `12 minutes ago`, `3 days ago`.
pub fn ago(then: DateTime, now: DateTime) -> String {
    let past = now.0.saturating_sub(then.0).max(0);
    let told =
        |unit: i64, one, many| format!("{} ago", count((past / unit).cast_unsigned(), one, many));
    match past {
        ..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => told(MINUTE, "minute", "minutes"),
        HOUR..DAY => told(HOUR, "hour", "hours"),
        _ => told(DAY, "day", "days"),
    }
}

/// An instant to the minute, in UTC.
pub fn instant(at: DateTime) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// An instant that is told as ISO 8601 in UTC, to the minute.
pub fn minute(iso: &str) -> String {
    let minute = iso.get(..16).unwrap_or(iso).replace('T', " ");
    format!("{minute} UTC")
}

/// What a role is called.
pub fn role(role: firstbell_sync::access::Role) -> &'static str {
    use firstbell_sync::access::Role;
    match role {
        Role::Operator => "Operator",
        Role::DistrictAdministrator => "District administrator",
        Role::SchoolAdministrator => "School administrator",
        Role::Viewer => "Viewer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_told_in_the_largest_unit() {
        let now = DateTime(10 * DAY);
        let told = |past: i64| ago(DateTime(now.0 - past), now);
        assert_eq!(told(59 * SECOND), "just now");
        assert_eq!(told(MINUTE), "1 minute ago");
        assert_eq!(told(59 * MINUTE), "59 minutes ago");
        assert_eq!(told(3 * HOUR), "3 hours ago");
        assert_eq!(told(2 * DAY + HOUR), "2 days ago");
        assert_eq!(told(-MINUTE), "just now", "clocks differ");
    }

    #[test]
    fn instants_are_told_to_the_minute() {
        assert_eq!(instant(DateTime(0)), "1970-01-01 00:00 UTC");
        assert_eq!(minute("2026-08-17T02:13:44.5Z"), "2026-08-17 02:13 UTC");
    }
}
