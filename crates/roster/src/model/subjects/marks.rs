//! What people of a delivery may share and should not, as keyed hashes.

use crate::model::Kind;

/// Something of a record by which it is compared with others of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The e-mail address of a user.
    Email,
    /// The user name.
    Username,
    /// The given and family name of a user.
    Name,
    /// The birth date in demographics.
    BirthDate,
}

impl Mark {
    /// The marks of a kind, in the order in which they are kept.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have none")]
    pub const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::User => &[Self::Email, Self::Username, Self::Name],
            Kind::Demographics => &[Self::BirthDate],
            _ => &[],
        }
    }

    /// The kind that has it, and its place among that kind's marks.
    const fn place(self) -> (Kind, usize) {
        match self {
            Self::Email => (Kind::User, 0),
            Self::Username => (Kind::User, 1),
            Self::Name => (Kind::User, 2),
            Self::BirthDate => (Kind::Demographics, 0),
        }
    }
}

/// Of how many subjects it is remembered that their marks were told anew.
const FEW: usize = 1 << 16;

/// The marks of the subjects of one kind, one after another: a keyed hash each, 0 for nothing.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    list: Vec<u64>,
    /// The subjects whose records told theirs in this run, while these are few.
    told: Vec<u32>,
}

impl Marks {
    /// The marks that an image has.
    pub const fn from_list(list: Vec<u64>) -> Self {
        Self { list, told: Vec::new() }
    }

    /// The subjects whose records told theirs in this run; `None` where these are many.
    pub fn told(&self) -> Option<&[u32]> {
        Some(self.told.as_slice()).filter(|told| told.len() < FEW)
    }

    /// Makes room for the marks of so many subjects in all.
    pub fn reserve(&mut self, kind: Kind, subjects: usize) {
        let all = subjects * Mark::of(kind).len();
        self.list.reserve_exact(all.saturating_sub(self.list.len()));
    }

    /// A mark of a subject.
    pub fn get(&self, mark: Mark, one: u32) -> u64 {
        let (kind, place) = mark.place();
        self.of(kind, one).get(place).copied().unwrap_or(0)
    }

    /// The marks of a subject; none where no record told any.
    pub fn of(&self, kind: Kind, one: u32) -> &[u64] {
        let width = Mark::of(kind).len();
        let from = one as usize * width;
        self.list.get(from..from + width).unwrap_or_default()
    }

    /// Sets the marks that a record tells of a subject.
    pub fn set(&mut self, kind: Kind, one: u32, marks: &[u64]) {
        let width = Mark::of(kind).len();
        let from = one as usize * width;
        if self.list.len() < from + width {
            self.list.resize(from + width, 0);
        }
        if self.told.len() < FEW {
            self.told.push(one);
        }
        if let Some(place) = self.list.get_mut(from..from + width).filter(|_| marks.len() == width)
        {
            place.copy_from_slice(marks);
        }
    }

    /// Whether nothing is known of any subject.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_has_its_place() {
        for kind in Kind::FACTS {
            for (at, mark) in Mark::of(kind).iter().enumerate() {
                assert_eq!(mark.place(), (kind, at));
            }
        }
        let mut marks = Marks::default();
        marks.set(Kind::User, 1, &[7, 8, 9]);
        assert_eq!((marks.get(Mark::Username, 1), marks.get(Mark::Name, 0)), (8, 0));
        assert_eq!(marks.get(Mark::Email, 2), 0);
    }
}
