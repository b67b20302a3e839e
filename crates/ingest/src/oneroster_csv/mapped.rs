//! Reads the school that a record names as the school here, where the district joins or splits schools.

use firstbell_roster::check::cell::{self, items};
use firstbell_roster::model::column::{Column, Type};
use firstbell_roster::model::columns::{SOURCED_ID, class, enrollment, role, user};
use firstbell_roster::model::subjects::{Link, NOBODY};
use firstbell_roster::model::{Kind, text};
use firstbell_roster::scope::Mappings;

use super::reading::State;
use super::tokenize::Cell;
use super::values::decode;

/// What a record says beside the schools that it names.
pub trait Beside {
    /// The value of another column.
    fn cell(&self, at: usize) -> String;
    /// The sourcedId of the school of the class with this sourcedId, among some.
    fn school_of_class<'a>(&self, class: &str, among: &[&'a str]) -> Option<&'a str>;
    /// The code of the grades of the user with this sourcedId.
    fn grades_of_user(&self, user: &str) -> u32;
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other types name no school")]
/// The school here of each school that a record of a kind names, as it would name them; `None` where
/// they are the same.
pub fn map(
    mappings: &Mappings,
    kind: Kind,
    column: &Column,
    value: &str,
    beside: &impl Beside,
) -> Option<String> {
    // What orgs belong to is told before it is known which of them are schools.
    if mappings.are_none() || value.is_empty() || kind == Kind::Org {
        return None;
    }
    match column.ty {
        Type::Reference(Kind::Org) => one(mappings, kind, value, beside),
        Type::References(Kind::Org) => {
            let mut all: Vec<String> = Vec::new();
            for named in items(value) {
                for school in several(mappings, kind, named, beside) {
                    if !all.contains(&school) {
                        all.push(school);
                    }
                }
            }
            Some(all.join(",")).filter(|mapped| mapped != value)
        }
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others have no part of a school")]
fn one(mappings: &Mappings, kind: Kind, from: &str, beside: &impl Beside) -> Option<String> {
    let to = match kind {
        Kind::Class => {
            let words = [SOURCED_ID, class::CLASS_CODE, class::TITLE].map(|at| beside.cell(at));
            let words = words.each_ref().map(String::as_str);
            mappings.of_class(from, &words, &beside.cell(class::GRADES))
        }
        Kind::User => {
            let (id, grades) = (beside.cell(SOURCED_ID), beside.cell(user::GRADES));
            mappings.of_student(from, &id, &grades)
        }
        Kind::Role => {
            let user = beside.cell(role::USER);
            if beside.cell(role::ROLE) == "student" {
                mappings.of_student_role(from, &user, beside.grades_of_user(&user))
            } else {
                mappings.of_role(from, &user)
            }
        }
        Kind::Enrollment => {
            let class = beside.cell(enrollment::CLASS);
            let parts: Vec<_> = mappings.parts(from).collect();
            let school = beside.school_of_class(&class, &parts);
            school.or_else(|| mappings.rest(from)).filter(|to| *to != from)
        }
        _ => mappings.rest(from),
    };
    to.map(str::to_owned)
}

/// The schools here of one school that a user names.
fn several(mappings: &Mappings, kind: Kind, from: &str, beside: &impl Beside) -> Vec<String> {
    let role = if kind == Kind::User { beside.cell(user::ROLE) } else { String::new() };
    if role.is_empty() || role == "student" {
        return vec![one(mappings, kind, from, beside).unwrap_or_else(|| from.to_owned())];
    }
    let all = mappings.of_others(from, &beside.cell(SOURCED_ID));
    all.into_iter().map(str::to_owned).collect()
}

impl State<'_> {
    /// What a column that names schools says here, where that is something else.
    pub(super) fn mapped(
        &self,
        column: &Column,
        at: usize,
        value: &str,
        cells: &[Cell],
    ) -> Option<String> {
        let (kind, mappings) = (self.reader.kind, self.reader.rules.mapping());
        if mappings.are_none() || at == SOURCED_ID {
            return None;
        }
        map(mappings, kind, column, value, &Read { state: self, cells })
    }
}

/// A record that is being read.
struct Read<'a> {
    state: &'a State<'a>,
    cells: &'a [Cell],
}

impl Beside for Read<'_> {
    fn cell(&self, at: usize) -> String {
        let reader = self.state.reader;
        let place = reader.header.places.get(at).copied().flatten();
        let column = reader.kind.columns().get(at);
        let Some((column, cell)) = column.zip(place.and_then(|at| self.cells.get(at))) else {
            return String::new();
        };
        let raw = cell.bytes(self.state.body);
        let (decoded, _) = decode(&raw);
        let (cleaned, _) = text::clean(&decoded);
        cell::read(column, reader.needed(column), reader.slashed, &cleaned).value.into_owned()
    }

    fn school_of_class<'a>(&self, class: &str, among: &[&'a str]) -> Option<&'a str> {
        let list = |kind: Kind| self.state.reader.earlier.get(kind as usize);
        let key = |id: &str| self.state.reader.hasher.key(id.as_bytes());
        let (orgs, classes) = (list(Kind::Org)?, list(Kind::Class)?);
        let school = classes.link(classes.find(key(class))?, Link::School);
        let is_it = |id: &&&str| school != NOBODY && orgs.find(key(id)) == Some(school);
        among.iter().find(is_it).copied()
    }

    fn grades_of_user(&self, user: &str) -> u32 {
        let users = self.state.reader.earlier.get(Kind::User as usize);
        let key = self.state.reader.hasher.key(user.as_bytes());
        users.and_then(|users| Some(users.link(users.find(key)?, Link::First))).unwrap_or(NOBODY)
    }
}
