//! Looks at every user row and record for those whom a question means.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::check::cell;
use firstbell_roster::explain::nearest::{Nearest, in_order, looks_like_id, may_be_cut};
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::{SOURCED_ID, user};
use firstbell_roster::model::{Kind, SubjectId, text};
use firstbell_store::Version;

use super::asked::Asked;
use super::candidate::full_name;
use super::delivered::{self, Sent};
use crate::hub::HubError;

/// A look at every row and record for those whom a question means.
pub struct Search<'a, 'b> {
    asked: &'a Asked<'b>,
    question: &'a str,
    folded: String,
    in_order: String,
    /// The rows that are meant.
    pub rows: BTreeSet<SubjectId>,
    /// The rows of those whose name has the question as a part.
    pub parts: BTreeSet<SubjectId>,
    /// The records of those whose name has the question as a part, by sourcedId.
    pub parts_sent: BTreeMap<String, Sent>,
    /// The sourcedIds of those who are near.
    pub nearest: Nearest<String>,
}

impl<'a, 'b> Search<'a, 'b> {
    /// Looks for whom a question means.
    pub fn new(asked: &'a Asked<'b>, question: &'a str) -> Self {
        Self {
            asked,
            question,
            folded: text::folded(question),
            in_order: in_order(question),
            rows: BTreeSet::new(),
            parts: BTreeSet::new(),
            parts_sent: BTreeMap::new(),
            nearest: Nearest::new(question),
        }
    }

    /// Looks at a row of the roster.
    pub fn look_at_row(&mut self, version: &Version) {
        let row = &version.row;
        if self.means(|place| row.text(place)) {
            self.rows.insert(row.id);
        } else if self.is_part(|place| row.text(place)) {
            self.parts.insert(row.id);
        }
        let name = full_name(|place| row.text(place));
        let ids = [row.sourced_id.as_str(), row.text(user::IDENTIFIER)];
        self.nearest.look(&ids, &name, || row.sourced_id.clone());
    }

    /// The records of the newest users file that are meant, by sourcedId.
    pub fn look_at_delivery(&mut self) -> Result<BTreeMap<String, Sent>, HubError> {
        let mut found = BTreeMap::new();
        let newest = self.asked.runs.iter().find(|run| run.kept.files.contains_key(&Kind::User));
        let Some(run) = newest else { return Ok(found) };
        let mut nearest = std::mem::replace(&mut self.nearest, Nearest::new(self.question));
        let mut parts = std::mem::take(&mut self.parts_sent);
        let is_empty = nearest.is_empty();
        let take = |_: u32, record: Record<'_>| {
            let sourced_id = record.cell(SOURCED_ID);
            if self.means(|place| record.cell(place)) && !sourced_id.is_empty() {
                found.insert(sourced_id.to_owned(), Sent::of(Kind::User, record));
            } else if self.is_part(|place| record.cell(place)) && !sourced_id.is_empty() {
                parts.insert(sourced_id.to_owned(), Sent::of(Kind::User, record));
            }
            if is_empty {
                let name = full_name(|place| record.cell(place));
                let ids = [sourced_id, record.cell(user::IDENTIFIER)];
                nearest.look(&ids, &name, || sourced_id.to_owned());
            }
        };
        delivered::scan(self.asked, run, Kind::User, take)?;
        (self.nearest, self.parts_sent) = (nearest, parts);
        Ok(found)
    }

    /// Whether a row or record has the identifier, address or name of the question.
    pub fn means<'c>(&self, cell: impl Fn(usize) -> &'c str) -> bool {
        if has_identifier(&cell, self.question) {
            return true;
        }
        let same =
            |place: usize| !cell(place).is_empty() && text::folded(cell(place)) == self.folded;
        if self.question.contains('@') || looks_like_id(self.question) {
            return same(user::EMAIL) || same(user::USERNAME);
        }
        let official = format!("{} {}", cell(user::GIVEN_NAME), cell(user::FAMILY_NAME));
        !self.in_order.is_empty()
            && (in_order(&official) == self.in_order
                || in_order(&full_name(&cell)) == self.in_order
                || same(user::USERNAME))
    }

    /// Whether a row or record has every word of the question in its name, such as a surname, or
    /// begins a word of it with one of three letters or more.
    pub fn is_part<'c>(&self, cell: impl Fn(usize) -> &'c str) -> bool {
        if self.in_order.is_empty() || looks_like_id(self.question) {
            return false;
        }
        let places = [
            user::GIVEN_NAME,
            user::FAMILY_NAME,
            user::PREFERRED_GIVEN_NAME,
            user::PREFERRED_FAMILY_NAME,
        ];
        let name = in_order(&places.map(cell).join(" "));
        let is_in = |word: &str, of_name: &str| {
            of_name == word || (may_be_cut(word) && of_name.starts_with(word))
        };
        self.in_order.split(' ').all(|word| name.split(' ').any(|of_name| is_in(word, of_name)))
    }
}

/// Whether a row or record has an identifier, a user name or an address in this very spelling.
pub fn has_identifier<'a>(cell: impl Fn(usize) -> &'a str, question: &str) -> bool {
    let plain = [user::IDENTIFIER, user::USER_MASTER_IDENTIFIER, user::EMAIL, user::USERNAME];
    let asked: Vec<_> = cell::identifiers(question).collect();
    plain.into_iter().any(|place| cell(place) == question)
        || cell::identifiers(cell(user::USER_IDS))
            .any(|(kind, id)| id == question || asked.contains(&(kind, id)))
}
