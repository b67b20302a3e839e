//! What is known of a person or class beside the words of its name.

/// Where somebody or something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is in the roster.
    Present,
    /// It was in the roster.
    Left,
    /// Only a delivery has it.
    Sent,
    /// It has another name now.
    Former,
}

/// A row, or a record that has none, without its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The row's number; below zero the line of a record.
    pub id: i64,
    /// The places of the words by which it is ordered: odd where the dictionary has the word.
    pub order: [u32; 2],
    /// Its first school; 0 for none.
    pub school: u16,
    /// Its roles.
    pub roles: u8,
    /// How many words its name has.
    pub length: u8,
    /// Where it stands.
    pub state: State,
    /// Whether it has a second name, so that not all words need to be said.
    pub second: bool,
    /// Whether it counts no more.
    pub gone: bool,
}

/// The roles of people, as one bit each.
pub mod roles {
    /// Students.
    pub const STUDENT: u8 = 1;
    /// Teachers and everybody else who works there.
    pub const STAFF: u8 = 2;
    /// Parents, guardians and relatives.
    pub const GUARDIAN: u8 = 4;

    /// The bit of a role by its word.
    pub fn of(word: &str) -> u8 {
        match word {
            "student" => STUDENT,
            "guardian" | "parent" | "relative" => GUARDIAN,
            "" => 0,
            _ => STAFF,
        }
    }
}

/// An entry with its words, on its way into an index.
#[derive(Debug)]
pub struct Named<'a> {
    /// What is known of it; its order is not yet.
    pub entry: Entry,
    /// The folded words of its name, each once.
    pub words: &'a [String],
    /// The words by which it is ordered.
    pub order: [&'a str; 2],
    /// Its further schools.
    pub more: Vec<u16>,
    /// Its person, where that has another number.
    pub person: Option<i64>,
}
