//! How many members there are before and after a plan, who of them stays, and who comes back.

use super::lost::Given;

/// Members before and after the plan, and those lost since the last approval before it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Members {
    /// Before.
    pub before: u32,
    /// After.
    pub after: u32,
    /// Those of before who are the same after.
    pub stayed: u32,
    /// Those of after who were there once before.
    pub returned: u32,
    /// Lost by plans before this one.
    pub lost: u32,
}

impl Members {
    /// Somebody who is there before, after or both.
    pub fn count(&mut self, before: bool, after: bool) {
        self.before += u32::from(before);
        self.after += u32::from(after);
    }

    /// So many who are there before and after.
    pub fn remain(&mut self, count: u32) {
        self.before += count;
        self.after += count;
        self.stayed += count;
    }

    /// Those of before who are not there after.
    pub fn left(self) -> u64 {
        u64::from(self.before.saturating_sub(self.stayed))
    }

    /// Somebody of before is there after, or somebody of long before.
    pub fn stay(&mut self, stayed: bool) {
        self.stayed += u32::from(stayed);
        self.returned += u32::from(!stayed);
    }

    /// A place went to somebody else.
    pub fn replace(&mut self) {
        self.after = self.after.saturating_sub(1);
    }

    /// The members of another group too.
    pub fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
        self.stayed += other.stayed;
        self.returned += other.returned;
        self.lost += other.lost;
    }

    /// The same with what plans lost before, less what they brought.
    pub fn since(self, lost: i64) -> Self {
        Self { lost: u32::try_from(lost).unwrap_or(0), ..self }
    }

    /// Whether the plan leaves less than half, and whether only with what was lost before.
    pub fn halved(self) -> Option<bool> {
        let less_than_half = |of: u64| u64::from(self.after) * 2 < of;
        let (before, lost) = (u64::from(self.before), u64::from(self.lost));
        let halved = self.after < self.before && less_than_half(before + lost);
        halved.then(|| !less_than_half(before))
    }

    /// Whether nobody is left of some.
    pub fn has_lost_all(self) -> bool {
        self.before > 0 && self.after == 0
    }

    /// Who left, less those who came back.
    pub fn turnover(self) -> i64 {
        i64::try_from(self.left()).unwrap_or(i64::MAX) - i64::from(self.returned)
    }

    /// How many less there are.
    pub fn net_loss(self) -> i64 {
        i64::from(self.before) - i64::from(self.after)
    }

    /// Takes account of what became of a seat that somebody lost.
    pub fn settle(&mut self, given: Given) {
        match given {
            Given::Up => {}
            Given::Over => self.replace(),
            Given::Back => self.stay(true),
        }
    }
}
