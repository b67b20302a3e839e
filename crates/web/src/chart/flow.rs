//! Where every record went, as ribbons from each kind to each end.
//!
//! Kinds differ a thousandfold in number, so each has a bar of one height and its ribbons show its
//! shares; the numbers stand beside them and in the table beneath.

use crate::stage::Stage;
use crate::words;

/// How wide and where things are.
const LEFT: f64 = 260.0;
const RIGHT: f64 = 680.0;
const BAR: f64 = 10.0;
const HEIGHT: f64 = 40.0;
const GAP: f64 = 14.0;
/// What is there at all is seen, however little it is.
const LEAST: f64 = 1.5;
/// The least height of an end, so that its words have room.
const ROOM: f64 = 24.0;

/// The picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Its height.
    pub height: String,
    /// The bars and words at the left.
    pub kinds: Vec<End>,
    /// The bars and words at the right.
    pub ends: Vec<End>,
    /// What runs between them.
    pub ribbons: Vec<Ribbon>,
}

/// A bar with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// What the style knows it by.
    pub class: &'static str,
    /// The upper edge of the bar.
    pub y: String,
    /// The height of the bar.
    pub height: String,
    /// Where its words stand.
    pub text_y: String,
    /// The words.
    pub words: String,
}

/// A ribbon.
#[derive(Debug, Clone, PartialEq)]
pub struct Ribbon {
    /// What the style knows it by.
    pub class: &'static str,
    /// Its outline, as SVG writes it.
    pub path: String,
    /// What it says: `1,204 users ignored`.
    pub words: String,
    /// Where the records are.
    pub href: String,
}

/// How many records of a kind ended where, and where these are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindFlow {
    /// The kind.
    pub kind: &'static str,
    /// The ends in the order of [`Stage::ALL`]: how many, and the address of their list.
    pub ends: [(u64, String); 5],
}

impl KindFlow {
    /// How many were received.
    pub fn received(&self) -> u64 {
        self.ends.iter().map(|(count, _)| count).sum()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^52")]
    fn thickness(&self, count: u64) -> f64 {
        if count == 0 {
            return 0.0;
        }
        (HEIGHT * count as f64 / self.received().max(1) as f64).max(LEAST)
    }
}

/// The picture of what was received of each kind; `None` where nothing was.
pub fn of(kinds: &[KindFlow], applied: bool) -> Option<Flow> {
    let kinds: Vec<_> = kinds.iter().filter(|kind| kind.received() > 0).collect();
    if kinds.is_empty() {
        return None;
    }
    let ends = Stage::ALL.map(|stage| {
        let place = Stage::ALL.iter().position(|one| *one == stage).unwrap_or_default();
        let of = |kind: &&&KindFlow| kind.ends.get(place).map_or(0, |(count, _)| *count);
        let all = kinds.iter();
        let sum = all.clone().map(|kind| of(&kind)).sum::<u64>();
        (stage, sum, all.map(|kind| kind.thickness(of(&kind))).sum::<f64>())
    });
    let mut tops = [0.0; 5];
    let (mut shown, mut y) = (Vec::new(), GAP);
    for ((stage, count, height), top) in ends.iter().zip(&mut tops) {
        *top = y;
        if *count > 0 {
            let words = format!("{} {}", words::thousands(*count), stage.word(applied));
            shown.push(end(stage.name(), y, *height, words));
            y += height.max(ROOM) + GAP;
        }
    }
    let (mut left, mut ribbons, mut from) = (Vec::new(), Vec::new(), GAP);
    for kind in kinds {
        let words = format!("{} {}", words::thousands(kind.received()), kind.kind);
        let top = from;
        for (((count, href), stage), to) in kind.ends.iter().zip(Stage::ALL).zip(&mut tops) {
            let thickness = kind.thickness(*count);
            if *count > 0 {
                ribbons.push(Ribbon {
                    class: stage.name(),
                    path: ribbon(from, *to, thickness),
                    words: format!(
                        "{} {} {}",
                        words::thousands(*count),
                        kind.kind,
                        stage.word(applied)
                    ),
                    href: href.clone(),
                });
            }
            from += thickness;
            *to += thickness;
        }
        left.push(end("received", top, from - top, words));
        from = top + HEIGHT.max(from - top) + GAP;
    }
    Some(Flow { height: place(from.max(y)), kinds: left, ends: shown, ribbons })
}

fn end(class: &'static str, y: f64, height: f64, words: String) -> End {
    let text_y = place(y + height.max(ROOM) / 2.0);
    End { class, y: place(y), height: place(height), text_y, words }
}

/// A band that bends from one height at the left to another at the right.
fn ribbon(from: f64, to: f64, thickness: f64) -> String {
    let (left, right, middle) = (LEFT + BAR, RIGHT, (LEFT + BAR + RIGHT) / 2.0);
    let [left, right, middle, from, to, from_end, to_end] =
        [left, right, middle, from, to, from + thickness, to + thickness].map(place);
    format!(
        "M{left} {from}C{middle} {from} {middle} {to} {right} {to}L{right} {to_end}\
         C{middle} {to_end} {middle} {from_end} {left} {from_end}Z"
    )
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: &'static str, counts: [u64; 5]) -> KindFlow {
        KindFlow { kind, ends: counts.map(|count| (count, format!("/{kind}"))) }
    }

    #[test]
    fn every_end_that_has_records_has_a_ribbon_that_is_seen() {
        let flow =
            of(&[kind("orgs", [0, 0, 0, 5, 0]), kind("users", [1, 0, 0, 9_999, 90_000])], true);
        let flow = flow.unwrap();
        let told: Vec<_> = flow.ribbons.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(
            told,
            [
                "5 orgs unchanged",
                "1 users ignored",
                "9,999 users unchanged",
                "90,000 users applied"
            ]
        );
        let ends: Vec<_> = flow.ends.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(ends, ["1 ignored", "10,004 unchanged", "90,000 applied"]);
        assert!(flow.ends.iter().all(|end| end.height.parse::<f64>().unwrap() >= LEAST));
        assert_eq!(flow.kinds.len(), 2);
        assert_eq!(of(&[kind("orgs", [0; 5])], true), None);
    }
}
