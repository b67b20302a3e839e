//! Which number of a file's dates with slashes is the day, as far as the dates show.

use firstbell_roster::check::table as checks;
use firstbell_roster::model::Kind;
use firstbell_roster::model::column::Type;
use firstbell_roster::model::settings::SlashedDates;
use firstbell_roster::model::snapshot::{File, Snapshot};
use memchr::memchr;

use super::file::Task;
use super::header::Header;
use super::tokenize::{Dialect, Tokenizer};

/// How many records are looked at: so many that most blocks have, so that what was kept of a file, of
/// which a block has more, shows the same.
const MOST: usize = 1000;

/// What the first records of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Whether there are dates with slashes.
    pub slashed: bool,
    /// What comes first in them, where some of them can be read in one way alone, and all of those in
    /// the same.
    pub first: Option<SlashedDates>,
}

/// Looks at the dates of the first records.
pub fn shown(kind: Kind, header: &Header, body: &[u8], dialect: Dialect) -> Shown {
    if memchr(b'/', body).is_none() {
        return Shown::default();
    }
    let columns = kind.columns().iter().zip(&header.places);
    let dated = columns.filter(|(column, _)| {
        column.used_for.is_some() && matches!(column.ty, Type::Date | Type::DateTime)
    });
    let places: Vec<_> = dated.filter_map(|(_, place)| *place).collect();
    let mut tokenizer = Tokenizer::new(body, dialect);
    let (mut cells, mut seen) = (Vec::new(), 0);
    let (mut slashed, mut days, mut months) = (false, false, false);
    while seen < MOST && tokenizer.next_record(&mut cells).is_some() {
        seen += 1;
        for cell in places.iter().filter_map(|place| cells.get(*place)) {
            let Some((first, second)) = numbers(&cell.bytes(body)) else { continue };
            slashed = true;
            days |= first > 12 && second <= 12;
            months |= second > 12 && first <= 12;
        }
    }
    let first = match (days, months) {
        (true, false) => Some(SlashedDates::DayFirst),
        (false, true) => Some(SlashedDates::MonthFirst),
        (true, true) | (false, false) => None,
    };
    Shown { slashed, first }
}

/// How the dates with slashes of a file are read: as the district says, or as the file shows; where it
/// shows nothing, as another of the delivery did.
pub fn slashed(task: &Task<'_>, snapshot: &mut Snapshot, shown: Shown) -> SlashedDates {
    let said = task.reading.settings.slashed_dates;
    if said != SlashedDates::default() || !shown.slashed {
        return said;
    }
    let days = |file: &File| file.slashed_dates == SlashedDates::DayFirst;
    let others = || snapshot.files.values().any(days).then_some(SlashedDates::DayFirst);
    let found = shown.first.or_else(others).unwrap_or(said);
    if found == SlashedDates::DayFirst {
        let name = &task.member.name;
        snapshot.findings.file(&checks::DAYS_COME_FIRST, name, Some(task.kind));
    }
    if let Some(file) = snapshot.files.get_mut(&task.kind) {
        file.slashed_dates = found;
    }
    found
}

/// The two numbers that a date with slashes begins with.
fn numbers(cell: &[u8]) -> Option<(u32, u32)> {
    let mut parts = std::str::from_utf8(cell).ok()?.trim().splitn(3, '/');
    let mut number = || parts.next().filter(|part| part.len() <= 2)?.parse().ok();
    let (first, second): (u32, u32) = (number()?, number()?);
    parts.next().map(|_| (first, second))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use firstbell_roster::check::Findings;

    use super::super::header::Version;
    use super::*;

    #[test]
    fn dates_that_can_be_read_in_one_way_alone_show_what_comes_first() {
        let names = ["sourcedId", "title", "type", "startDate", "endDate"].map(str::to_owned);
        let kind = Kind::AcademicSession;
        let own = BTreeMap::new();
        let header = Header::map(kind, Version::V11, &names, "", &own, &mut Findings::default());
        let dialect = Dialect { separator: b',', terminator: b'\n' };
        for (dates, slashed, first) in [
            ("2026-08-01,2027-06-30", false, None),
            ("3/8/2026,4/5/2027", true, None),
            ("3/8/2026,30/6/2027", true, Some(SlashedDates::DayFirst)),
            ("8/3/2026 0:00,6/30/27", true, Some(SlashedDates::MonthFirst)),
            ("30/6/2026,6/30/2027", true, None),
            ("13/13/2026,a/b", true, None),
            ("2026/30/06,2026/8/1", false, None),
        ] {
            let body = format!("y1,13/1/2026,term,,\ny2,T,term,{dates}\n");
            let found = shown(kind, &header, body.as_bytes(), dialect);
            assert_eq!(found, Shown { slashed, first }, "{dates}");
        }
    }
}
