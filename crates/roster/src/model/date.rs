//! Dates and instants, as OneRoster writes them.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Date(pub civil::Date);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Written)
    }
}

/// A date as text.
struct Written;

impl Visitor<'_> for Written {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date in quotation marks, such as \"2026-09-01\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
        let date = civil::Date::from_str(text).map(Date);
        date.map_err(|_| E::custom(format!("`{text}` is no date, such as \"2026-09-01\"")))
    }
}

impl Date {
    /// The date in the one form that OneRoster allows, `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (year, rest) = bytes.split_at_checked(4)?;
        let [b'-', m1, m2, b'-', d1, d2] = rest else {
            return None;
        };
        let year = year.iter().try_fold(0i16, |sum, digit| Some(sum * 10 + value(*digit)?))?;
        let month = value(*m1)? * 10 + value(*m2)?;
        let day = value(*d1)? * 10 + value(*d2)?;
        civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Self)
    }

    /// The date so many days after 1970-01-01.
    pub fn of_days(days: i64) -> Option<Self> {
        let span = Span::new().try_days(days).ok()?;
        civil::date(1970, 1, 1).checked_add(span).ok().map(Self)
    }

    /// The day so many days later, or before that where it is below zero; itself where the calendar
    /// ends.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let later = Span::new().try_days(days).and_then(|span| self.0.checked_add(span));
        Self(later.unwrap_or(self.0))
    }

    /// The instant at which the next day is over everywhere on Earth.
    pub fn end_of_tomorrow(self) -> DateTime {
        let noon = self.plus_days(2).0.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        DateTime(noon.map_or(i64::MAX, |noon| noon.timestamp().as_microsecond()))
    }
}

fn value(digit: u8) -> Option<i16> {
    digit.is_ascii_digit().then(|| i16::from(digit - b'0'))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(pub i64);

impl DateTime {
    /// An instant as OneRoster writes it: ISO 8601 with an offset or `Z`.
    pub fn parse(text: &str) -> Option<Self> {
        Timestamp::from_str(text).ok().map(|instant| Self(instant.as_microsecond()))
    }

    /// An instant of which nobody says in which zone: ISO 8601 without offset, with a blank or `T`
    /// between date and time.
    pub fn parse_in_utc(text: &str) -> Option<Self> {
        let instant = civil::DateTime::from_str(text).ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(Self(instant.timestamp().as_microsecond()))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => f.write_str("an instant outside the calendar"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_iso_dates_are_dates() {
        assert_eq!(Date::parse("2026-02-28").unwrap().to_string(), "2026-02-28");
        for wrong in [
            "2026-02-30",
            "26-02-28",
            "8/27/2018",
            "2026-2-28",
            "２０２６-02-28",
            "",
            "2026-02-28 ",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_are_microseconds() {
        assert_eq!(DateTime::parse("1970-01-01T00:00:01.5Z"), Some(DateTime(1_500_000)));
        assert_eq!(
            DateTime::parse("2012-04-23T18:25:43.511Z").unwrap().to_string(),
            "2012-04-23T18:25:43.511Z"
        );
        assert_eq!(DateTime::parse("yesterday"), None);
    }
}
