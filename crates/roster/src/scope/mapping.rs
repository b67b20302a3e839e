//! Which school a record belongs to here, where the district joins schools of a source or splits one.
//!
//! Whatever a record names as its school is read as the school here; what comes after reading knows
//! no other. Of several mappings of a school the first that fits decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::PatternError;
use super::names::{Patterns, grade};
use crate::check::cell::items;
use crate::model::fingerprint::Hasher;
use crate::model::settings::{self, Choice};
use crate::model::subjects::Ordinal;

/// The mappings of a district, ready to be asked.
#[derive(Debug, Default)]
pub struct Mappings {
    all: Vec<Mapping>,
    /// What the settings name, and whether a school is called so or a record names it.
    met: BTreeMap<String, AtomicBool>,
}

#[derive(Debug)]
struct Mapping {
    told: settings::Mapping,
    grades: BTreeSet<String>,
    /// The codes of the grades, as links to grades have them.
    codes: BTreeSet<Ordinal>,
    classes: Patterns,
    people: BTreeSet<String>,
}

impl Mappings {
    /// Prepares the mappings of a district's settings.
    pub fn new(mappings: &[settings::Mapping]) -> Result<Self, PatternError> {
        let named = mappings.iter().flat_map(|one| &one.from).cloned();
        Ok(Self {
            all: mappings.iter().map(Mapping::new).collect::<Result<_, _>>()?,
            met: named.map(|name| (name, AtomicBool::new(false))).collect(),
        })
    }

    /// Whether every school is here what it is in the source.
    pub fn are_none(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether some school is split, so that a record's school may hang on other records.
    pub fn split(&self) -> bool {
        self.all.iter().any(|one| !one.told.is_whole())
    }

    /// What is mapped, as the settings say it and with what was learned since.
    pub fn told(&self) -> impl Iterator<Item = &settings::Mapping> {
        self.all.iter().map(|one| &one.told)
    }

    /// Goes on with those mappings alone that are of use, and knows the codes of their grades.
    pub(super) fn settle(
        &mut self,
        hasher: &Hasher,
        is_of_use: impl Fn(&settings::Mapping) -> bool,
    ) {
        self.all.retain(|one| is_of_use(&one.told));
        for one in &mut self.all {
            let spelled = one.grades.iter().flat_map(|code| spellings(code));
            one.codes = spelled.map(|text| hasher.grade_code(&text)).collect();
        }
    }

    /// Whether the settings name what no school is called and no record names so far.
    pub fn are_unmet(&self) -> bool {
        self.met.values().any(|met| !met.load(Ordering::Relaxed))
    }

    /// What the settings name and a school is called or a record names.
    pub(super) fn met(&self) -> Vec<String> {
        let met = self.met.iter().filter(|(_, met)| met.load(Ordering::Relaxed));
        met.map(|(name, _)| name.clone()).collect()
    }

    /// What they name and nothing has so far.
    pub(super) fn unmet(&self) -> Vec<String> {
        let unmet = self.met.iter().filter(|(_, met)| !met.load(Ordering::Relaxed));
        unmet.map(|(name, _)| name.clone()).collect()
    }

    fn meet(&self, name: &str) {
        if let Some(met) = self.met.get(name) {
            met.store(true, Ordering::Relaxed);
        }
    }

    /// Lets mappings that name a school by its identifier name its sourcedId too.
    pub(super) fn learn(&mut self, sourced_id: &str, identifier: &str) {
        self.meet(sourced_id);
        self.meet(identifier);
        let named = self.all.iter_mut().map(|one| &mut one.told.from);
        let by_identifier =
            named.filter(|from| !identifier.is_empty() && from.iter().any(|one| one == identifier));
        for from in by_identifier {
            if from.iter().all(|one| one != sourced_id) {
                from.push(sourced_id.to_owned());
            }
        }
    }

    /// The school here of what has no place of its own in a school, such as a course; `None` where it
    /// is the same.
    pub fn rest(&self, from: &str) -> Option<&str> {
        self.first(from, |_| false)
    }

    /// The school here of a class that has these words (sourcedId, code, title) and grades.
    pub fn of_class(&self, from: &str, words: &[&str], grades: &str) -> Option<&str> {
        self.first(from, |one| {
            one.has_grade(grades) || words.iter().any(|word| one.classes.names(word))
        })
    }

    /// The school here of a student.
    pub fn of_student(&self, from: &str, sourced_id: &str, grades: &str) -> Option<&str> {
        self.first(from, |one| one.people.contains(sourced_id) || one.has_grade(grades))
    }

    /// The school here of a student's role, whose user has the code of their grades.
    pub fn of_student_role(&self, from: &str, user: &str, grades: Ordinal) -> Option<&str> {
        self.first(from, |one| one.people.contains(user) || one.codes.contains(&grades))
    }

    /// The school here of the one role that somebody else has in a school.
    pub fn of_role(&self, from: &str, user: &str) -> Option<&str> {
        self.first(from, |one| one.people.contains(user))
    }

    /// The schools here of somebody else than a student: where nobody says which, all parts of it.
    pub fn of_others<'a>(&'a self, from: &'a str, sourced_id: &str) -> Vec<&'a str> {
        let named = |one: &&Mapping| one.people.contains(sourced_id);
        if let Some(one) = self.of(from).find(named) {
            return vec![&one.told.to];
        }
        let rest = self.rest(from).unwrap_or(from);
        let mut all: Vec<_> = std::iter::once(rest).chain(self.parts(from)).collect();
        let mut seen = BTreeSet::new();
        all.retain(|school| seen.insert(*school));
        all
    }

    /// The schools here that take something of a school.
    pub fn parts<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a str> {
        self.of(from).map(|one| one.told.to.as_str())
    }

    fn of<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a Mapping> {
        self.meet(from);
        self.all.iter().filter(move |one| one.told.from.iter().any(|named| named == from))
    }

    fn first(&self, from: &str, fits: impl Fn(&Mapping) -> bool) -> Option<&str> {
        self.meet(from);
        let mut all = self.all.iter().filter(|one| one.told.from.iter().any(|named| named == from));
        let fitting = all.find(|one| one.told.is_whole() || fits(one));
        fitting.map(|one| one.told.to.as_str()).filter(|to| *to != from)
    }
}

impl Mapping {
    fn new(told: &settings::Mapping) -> Result<Self, PatternError> {
        let classes = Choice { only: told.classes.clone(), except: Vec::new() };
        Ok(Self {
            grades: told.grades.iter().map(|one| grade(one).to_owned()).collect(),
            codes: BTreeSet::new(),
            classes: Patterns::new("mapping", &classes)?,
            people: told.people.iter().cloned().collect(),
            told: told.clone(),
        })
    }

    fn has_grade(&self, grades: &str) -> bool {
        items(grades).any(|one| self.grades.contains(grade(one)))
    }
}

/// The ways in which systems write a grade.
fn spellings(code: &str) -> Vec<String> {
    let short = if code == "KG" { "K" } else { code.strip_prefix('0').unwrap_or(code) };
    vec![code.to_owned(), short.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mappings(text: &str) -> Mappings {
        let scope: settings::Scope = toml::from_str(text).unwrap();
        Mappings::new(&scope.mapping).unwrap()
    }

    #[test]
    fn two_schools_are_one() {
        let mut all = mappings("mapping = [{ to = \"a\", from = [\"b\", \"0102\"] }]");
        all.learn("c", "0102");
        assert_eq!(
            ["a", "b", "c", "d"].map(|one| all.rest(one)),
            [None, Some("a"), Some("a"), None]
        );
        assert_eq!(all.of_others("b", "t"), ["a"]);
        assert!(!all.split());
    }

    #[test]
    fn a_school_is_split_by_the_first_that_fits() {
        let all = mappings(
            "[[mapping]]\nto = \"art\"\nfrom = [\"s\"]\npeople = [\"p1\"]\nclasses = [\"Art *\"]\n\
             [[mapping]]\nto = \"middle\"\nfrom = [\"s\"]\ngrades = [\"6\", \"07\"]\n",
        );
        assert_eq!(all.of_student("s", "p1", "06"), Some("art"));
        assert_eq!(all.of_student("s", "p2", "06"), Some("middle"));
        assert_eq!(all.of_student("s", "p2", "K,7"), Some("middle"));
        assert_eq!(all.of_student("s", "p2", "KG"), None);
        assert_eq!(all.of_class("s", &["c", "", "Art 7"], "07"), Some("art"));
        assert_eq!(all.of_class("s", &["c", "", "Maths"], ""), None);
        assert_eq!(all.of_others("s", "t"), ["s", "art", "middle"]);
        assert_eq!(all.of_others("s", "p1"), ["art"]);
        assert!(all.split());
    }
}
