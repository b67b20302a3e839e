//! On which days an enrollment or a role holds.

use serde::{Deserialize, Serialize};

use super::Date;

/// The dates of an enrollment or a role, as sent; a missing one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Span {
    /// The first day.
    pub begin: Option<Date>,
    /// The first day after it, or the last day where a district's settings say so.
    pub end: Option<Date>,
}

/// Where a day stands to a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Before it begins.
    Before,
    /// Within it.
    Within,
    /// After its end, or the span is empty and never opens.
    After,
}

impl Span {
    /// The span between two texts as OneRoster writes dates; what cannot be read is open.
    pub fn parse(begin: &str, end: &str) -> Self {
        Self { begin: Date::parse(begin), end: Date::parse(end) }
    }

    /// Where a day stands to it. Begin dates are inclusive; end dates are exclusive, as the
    /// specification has it, unless `ends_inclusive`.
    pub fn stands(self, day: Date, ends_inclusive: bool) -> Day {
        if self.is_empty(ends_inclusive) {
            Day::After
        } else if self.begin.is_some_and(|begin| day < begin) {
            Day::Before
        } else if self.end.is_some_and(|end| day > end || (day == end && !ends_inclusive)) {
            Day::After
        } else {
            Day::Within
        }
    }

    /// Whether it never opens: it ends before it begins, or on the day on which it begins while
    /// end dates are exclusive.
    pub fn is_empty(self, ends_inclusive: bool) -> bool {
        let reversed =
            |(begin, end): (Date, Date)| end < begin || (end == begin && !ends_inclusive);
        self.begin.zip(self.end).is_some_and(reversed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(begin: &str, end: &str, day: &str, inclusive: bool) -> Day {
        Span::parse(begin, end).stands(Date::parse(day).unwrap(), inclusive)
    }

    #[test]
    fn a_membership_opens_on_its_first_day_and_closes_before_its_end_date() {
        let (begin, end) = ("2026-09-01", "2026-12-18");
        assert_eq!(stands(begin, end, "2026-08-31", false), Day::Before);
        assert_eq!(stands(begin, end, "2026-09-01", false), Day::Within);
        assert_eq!(stands(begin, end, "2026-12-17", false), Day::Within);
        assert_eq!(stands(begin, end, "2026-12-18", false), Day::After);
    }

    #[test]
    fn a_setting_makes_the_end_date_the_last_day() {
        assert_eq!(stands("2026-09-01", "2026-12-18", "2026-12-18", true), Day::Within);
        assert_eq!(stands("2026-09-01", "2026-12-18", "2026-12-19", true), Day::After);
    }

    #[test]
    fn a_membership_of_zero_length_never_opens() {
        for day in ["2026-08-31", "2026-09-01", "2026-09-02"] {
            assert_eq!(stands("2026-09-01", "2026-09-01", day, false), Day::After);
            assert_eq!(stands("2026-09-02", "2026-09-01", day, true), Day::After);
        }
        assert_eq!(stands("2026-09-01", "2026-09-01", "2026-09-01", true), Day::Within);
    }

    #[test]
    fn a_missing_date_is_open() {
        assert_eq!(stands("", "", "2026-09-01", false), Day::Within);
        assert_eq!(stands("", "2026-09-01", "1999-01-01", false), Day::Within);
        assert_eq!(stands("2026-09-01", "soon", "2099-01-01", false), Day::Within);
    }
}
