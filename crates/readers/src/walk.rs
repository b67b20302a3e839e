//! The readers, and in which order each of them looks at the pages.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::connection::Connection;
use crate::tally::{Found, Tally};

/// Who reads what, and for how long.
#[derive(Debug, Deserialize)]
pub struct Walk {
    /// Where the console listens.
    pub address: SocketAddr,
    /// The cookie of whoever is signed in, as a browser sends it.
    pub cookie: String,
    /// How many read at once.
    pub readers: u64,
    /// For how many seconds.
    pub seconds: f64,
    /// The pages.
    pub pages: Vec<Page>,
}

/// One page.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// What the table calls it.
    pub name: String,
    /// The path, with its query.
    pub path: String,
    /// The status that it is to answer.
    pub status: u16,
    /// Whether the rest of the answer is left alone: a download, or news that go on.
    #[serde(default)]
    pub streams: bool,
}

impl Walk {
    /// Reads until the time is over.
    pub fn run(&self) -> Found {
        let began = Instant::now();
        let end = began + Duration::from_secs_f64(self.seconds);
        let tallies: Vec<Tally> = thread::scope(|scope| {
            let readers: Vec<_> = (0..self.readers)
                .map(|reader| scope.spawn(move || self.read(reader, end)))
                .collect();
            readers.into_iter().filter_map(|reader| reader.join().ok()).collect()
        });
        let lost = self.readers.saturating_sub(tallies.len() as u64);
        Found::of(&self.pages, tallies, began.elapsed(), lost)
    }

    /// What one reader sees.
    fn read(&self, reader: u64, end: Instant) -> Tally {
        let mut connection = Connection::new(self.address, &self.cookie);
        let mut random = Random(reader);
        let mut order: Vec<usize> = (0..self.pages.len()).collect();
        let mut tally = Tally::default();
        loop {
            random.shuffle(&mut order);
            for page in &order {
                if Instant::now() >= end {
                    return tally;
                }
                let Some(asked) = self.pages.get(*page) else { continue };
                tally.note(*page, asked.status, connection.first_byte(asked));
            }
        }
    }
}

/// Random numbers, the same ones each time: `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Puts them in another order (Fisher and Yates).
    fn shuffle(&mut self, all: &mut [usize]) {
        for last in (1..all.len()).rev() {
            let bound = last as u64 + 1;
            let other = usize::try_from(self.next() % bound).unwrap_or_default();
            all.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_goes_another_way_and_meets_every_page() {
        let way = |reader| {
            let mut order: Vec<usize> = (0..40).collect();
            Random(reader).shuffle(&mut order);
            order
        };
        assert_ne!(way(0), way(1));
        let mut all = way(1);
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
    }
}
