//! What the readers found, page by page.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::connection::Answered;
use crate::walk::Page;

/// What one reader found.
#[derive(Debug, Default)]
pub struct Tally {
    first_bytes: BTreeMap<usize, Vec<Duration>>,
    wrong: BTreeMap<usize, BTreeMap<String, u64>>,
}

/// What all readers found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// How long they read, in seconds.
    pub seconds: f64,
    /// How many readers stopped before the end.
    pub lost: u64,
    /// The pages, in the order of the walk.
    pub pages: Vec<PageFound>,
}

/// How a page answered; times are those to the first byte, in milliseconds.
#[derive(Debug, Serialize, PartialEq)]
pub struct PageFound {
    /// What the table calls it.
    pub name: String,
    /// How many answers were as they are to be.
    pub count: usize,
    /// The others, by status or by what stood in the way.
    pub wrong: BTreeMap<String, u64>,
    /// The time that half of the answers kept.
    pub median: f64,
    /// The time that 95 of 100 kept.
    pub p95: f64,
    /// The time that 99 of 100 kept.
    pub p99: f64,
    /// The longest time.
    pub longest: f64,
}

impl Tally {
    /// Notes what came of a request for a page that is to answer with a status.
    pub fn note(&mut self, page: usize, status: u16, answered: Answered) {
        let wrong = match answered {
            Ok(answer) if answer.status == status => {
                self.first_bytes.entry(page).or_default().push(answer.first_byte);
                return;
            }
            Ok(answer) => answer.status.to_string(),
            Err(error) => error.kind().to_string(),
        };
        *self.wrong.entry(page).or_default().entry(wrong).or_default() += 1;
    }
}

impl Found {
    /// Puts together what each reader found.
    pub fn of(pages: &[Page], mut tallies: Vec<Tally>, took: Duration, lost: u64) -> Self {
        let of = |(number, page): (usize, &Page)| {
            let mut first_bytes = Vec::new();
            let mut wrong = BTreeMap::new();
            for tally in &mut tallies {
                first_bytes.append(tally.first_bytes.entry(number).or_default());
                for (what, count) in tally.wrong.remove(&number).unwrap_or_default() {
                    *wrong.entry(what).or_default() += count;
                }
            }
            first_bytes.sort_unstable();
            let kept_by = |part| kept_by(&first_bytes, part).as_secs_f64() * 1_000.0;
            PageFound {
                name: page.name.clone(),
                count: first_bytes.len(),
                wrong,
                median: kept_by(50),
                p95: kept_by(95),
                p99: kept_by(99),
                longest: kept_by(100),
            }
        };
        let pages = pages.iter().enumerate().map(of).collect();
        Self { seconds: took.as_secs_f64(), lost, pages }
    }
}

/// The shortest time that so many of a hundred kept; 0 where there are none.
fn kept_by(sorted: &[Duration], hundredths: usize) -> Duration {
    let place = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::connection::Answer;

    fn answer(status: u16, milliseconds: u64) -> Answer {
        Answer { status, first_byte: Duration::from_millis(milliseconds) }
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        let milliseconds = |part| kept_by(&times, part).as_millis();
        assert_eq!([50, 95, 99, 100].map(milliseconds), [100, 190, 198, 200]);
        assert_eq!(kept_by(&times[..1], 95), times[0]);
        assert_eq!(kept_by(&[], 95), Duration::ZERO);
    }

    #[test]
    fn readers_are_put_together_and_wrong_answers_are_no_times() {
        let name = "home".to_owned();
        let pages =
            [Page { name: name.clone(), path: "/".to_owned(), status: 200, streams: false }];
        let (mut one, mut other) = (Tally::default(), Tally::default());
        one.note(0, 200, Ok(answer(200, 7)));
        one.note(0, 200, Ok(answer(500, 1)));
        other.note(0, 200, Ok(answer(200, 3)));
        other.note(0, 200, Err(io::ErrorKind::TimedOut.into()));
        let found = Found::of(&pages, vec![one, other], Duration::from_secs(1), 0);
        let wrong = [("500".to_owned(), 1), ("timed out".to_owned(), 1)].into();
        let (median, longest) = (3.0, 7.0);
        let expected = PageFound { name, count: 2, wrong, median, p95: 7.0, p99: 7.0, longest };
        assert_eq!(found.pages, [expected]);
    }
}
