//! What rules name: by equal words, or by patterns.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use super::PatternError;
use crate::model::settings::Choice;

/// A choice by equal words.
#[derive(Debug, Default)]
pub(super) struct Named {
    only: BTreeSet<String>,
    except: BTreeSet<String>,
    /// What the rule names and no record had so far.
    unmet: BTreeSet<String>,
}

/// A choice by patterns.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    only: Vec<GlobMatcher>,
    except: Vec<GlobMatcher>,
}

/// A grade as CEDS codes it: some systems leave out the zero before a digit, or write K for KG.
pub(super) fn grade(text: &str) -> &str {
    let codes = ["01", "02", "03", "04", "05", "06", "07", "08", "09"];
    match text {
        "K" | "k" => "KG",
        text if text.len() == 1 => {
            codes.into_iter().find(|code| code.ends_with(text)).unwrap_or(text)
        }
        text => text,
    }
}

impl Named {
    pub(super) fn of_grades(choice: &Choice) -> Self {
        let coded = |words: &[String]| words.iter().map(|word| grade(word).to_owned()).collect();
        Self::new(&Choice { only: coded(&choice.only), except: coded(&choice.except) })
    }

    pub(super) fn new(choice: &Choice) -> Self {
        Self {
            only: choice.only.iter().cloned().collect(),
            except: choice.except.iter().cloned().collect(),
            unmet: choice.only.iter().chain(&choice.except).cloned().collect(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    /// What the rule names and no record had.
    pub(super) fn unmet(&self) -> Vec<String> {
        self.unmet.iter().cloned().collect()
    }

    /// Lets a rule that names something by another of its names name its sourcedId too.
    pub(super) fn alias(&mut self, sourced_id: &str, other: &str) {
        if self.only.contains(other) {
            self.only.insert(sourced_id.to_owned());
        }
        if self.except.contains(other) {
            self.except.insert(sourced_id.to_owned());
        }
    }

    /// Knows that a record has these names.
    pub(super) fn meet(&mut self, sourced_id: &str, other: &str) {
        self.unmet.remove(sourced_id);
        self.unmet.remove(other);
    }

    /// Takes it where the rule says what to take: a rule about schools leaves districts in.
    pub(super) fn always(&mut self, name: &str) {
        if !self.only.is_empty() {
            self.only.insert(name.to_owned());
        }
    }

    pub(super) fn leaves_out(&self, name: &str) -> bool {
        (!self.only.is_empty() && !self.only.contains(name)) || self.except.contains(name)
    }

    /// Whether something of two names is left out.
    pub(super) fn leaves_both_out(&self, name: &str, other: &str) -> bool {
        let only = !self.only.is_empty() && !self.only.contains(name) && !self.only.contains(other);
        only || self.except.contains(name) || (!other.is_empty() && self.except.contains(other))
    }

    pub(super) fn leaves_out_all(&self, names: &[&str]) -> bool {
        if names.is_empty() {
            !self.only.is_empty()
        } else {
            names.iter().all(|name| self.leaves_out(name))
        }
    }
}

impl Patterns {
    pub(super) fn new(rule: &'static str, choice: &Choice) -> Result<Self, PatternError> {
        let compile = |patterns: &[String]| -> Result<Vec<_>, PatternError> {
            patterns.iter().map(|pattern| glob(rule, pattern)).collect()
        };
        Ok(Self { only: compile(&choice.only)?, except: compile(&choice.except)? })
    }

    pub(super) fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    pub(super) fn names(&self, title: &str) -> bool {
        self.only.iter().any(|pattern| pattern.is_match(title))
    }

    /// Whether it takes nothing but what it names.
    pub(super) fn takes_some(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether something of several words is left out: none of them is to be taken, or one is not.
    pub(super) fn leaves_out_all(&self, words: &[&str]) -> bool {
        (!self.only.is_empty() && !words.iter().any(|word| self.names(word)))
            || self.except.iter().any(|pattern| words.iter().any(|word| pattern.is_match(word)))
    }

    pub(super) fn leaves_out(&self, title: &str) -> bool {
        (!self.only.is_empty() && !self.names(title))
            || self.except.iter().any(|pattern| pattern.is_match(title))
    }
}

fn glob(rule: &'static str, pattern: &str) -> Result<GlobMatcher, PatternError> {
    GlobBuilder::new(pattern)
        .case_insensitive(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| PatternError {
            rule,
            pattern: pattern.to_owned(),
            reason: error.kind().to_string(),
        })
}
