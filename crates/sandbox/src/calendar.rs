//! The school year as text: every date from 1 August to 31 July, by its number.

/// A date, counted in days from 1 August.
pub(crate) type Date = u16;

/// First day of school: 10 August.
pub(crate) const YEAR_BEGINS: Date = 9;
/// 24 August; the delivery of day 1 is made on the evening of the 25th.
pub(crate) const DAY_ZERO: Date = 23;
/// End of the first quarter, exclusive: 10 October.
pub(crate) const FIRST_QUARTER_ENDS: Date = 70;
/// End of the autumn semester, exclusive: 19 December.
pub(crate) const FALL_ENDS: Date = 140;
/// Begin of the spring semester: 5 January.
pub(crate) const SPRING_BEGINS: Date = 157;
/// End of the third quarter, exclusive: 20 March, or 19 in a leap year.
pub(crate) const THIRD_QUARTER_ENDS: Date = 231;
/// End of the school year, exclusive: 12 June, or 11 in a leap year.
pub(crate) const YEAR_ENDS: Date = 315;

/// The dates of one school year.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// The calendar year in which the school year begins.
    pub(crate) begins: u16,
    dates: Vec<String>,
}

impl Calendar {
    /// Lists the dates of the school year that begins in the given calendar year.
    pub(crate) fn new(begins: u16) -> Self {
        let ends = begins.saturating_add(1);
        let leap =
            ends.is_multiple_of(4) && (!ends.is_multiple_of(100) || ends.is_multiple_of(400));
        let february = if leap { 29 } else { 28 };
        let first = [(8, 31), (9, 30), (10, 31), (11, 30), (12, 31)];
        let second = [(1, 31), (2, february), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31)];
        let months = first.map(|(month, days)| (begins, month, days));
        let later = second.map(|(month, days)| (ends, month, days));
        let dates = months.into_iter().chain(later).flat_map(|(year, month, days)| {
            (1..=days).map(move |day| format!("{year:04}-{month:02}-{day:02}"))
        });
        Self { begins, dates: dates.collect() }
    }

    /// Writes the date as `YYYY-MM-DD`; nothing past 31 July.
    pub(crate) fn text(&self, date: Date) -> &str {
        self.dates.get(usize::from(date)).map_or("", String::as_str)
    }

    /// Writes the year in which the school year ends, which is how OneRoster names it.
    pub(crate) fn school_year(&self) -> String {
        self.begins.saturating_add(1).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_dates_are_those_that_they_say() {
        let calendar = Calendar::new(2026);
        assert_eq!(calendar.text(YEAR_BEGINS), "2026-08-10");
        assert_eq!(calendar.text(DAY_ZERO), "2026-08-24");
        assert_eq!(calendar.text(FIRST_QUARTER_ENDS), "2026-10-10");
        assert_eq!(calendar.text(FALL_ENDS), "2026-12-19");
        assert_eq!(calendar.text(SPRING_BEGINS), "2027-01-05");
        assert_eq!(calendar.text(THIRD_QUARTER_ENDS), "2027-03-20");
        assert_eq!(calendar.text(YEAR_ENDS), "2027-06-12");
        assert_eq!(Calendar::new(2027).text(YEAR_ENDS), "2028-06-11");
    }
}
