//! Which records the district takes: rules that leave records out and give their name.
//!
//! Rules that need only the record run while it is read ([`Rules::judge`]); what depends on
//! other records is settled over the snapshot ([`settle`]). To add a rule, add its name to
//! [`Rule`] and its function to the table of [`Rules::judge`].

mod settle;

pub use settle::settle;

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use crate::check::cell::items;
use crate::model::Kind;
use crate::model::columns::{
    SOURCED_ID, academic_session, class, course, enrollment, org, role, user,
};
use crate::model::settings::{Choice, Scope};
use crate::plan::Rule;

/// The rules of a district, ready to judge records.
#[derive(Debug, Default)]
pub struct Rules {
    schools: Named,
    terms: Named,
    grades: Named,
    roles: Named,
    class_types: Named,
    titles: Titles,
    exceptions: Titles,
    courses_excepted: BTreeSet<String>,
    /// Whether classes without teacher are left out.
    pub classes_need_a_teacher: bool,
}

/// Why a rule cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` in `scope.{rule}` is not a pattern: {reason}")]
pub struct PatternError {
    /// The key in the settings.
    pub rule: &'static str,
    /// What it says.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Debug, Default)]
struct Named {
    only: BTreeSet<String>,
    except: BTreeSet<String>,
    /// What the rule names and no record had so far.
    unmet: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Titles {
    only: Vec<GlobMatcher>,
    except: Vec<GlobMatcher>,
}

impl Rules {
    /// Prepares the rules of a district's settings.
    pub fn new(scope: &Scope) -> Result<Self, PatternError> {
        let exceptions = Choice { only: scope.class_type_exceptions.clone(), except: Vec::new() };
        Ok(Self {
            schools: Named::new(&scope.schools),
            terms: Named::new(&scope.terms),
            grades: Named::of_grades(&scope.grades),
            roles: Named::new(&scope.roles),
            class_types: Named::new(&scope.class_types),
            titles: Titles::new("titles", &scope.titles)?,
            exceptions: Titles::new("class_type_exceptions", &exceptions)?,
            courses_excepted: BTreeSet::new(),
            classes_need_a_teacher: scope.classes_need_a_teacher,
        })
    }

    /// Whether no rule can leave anything out.
    pub fn are_open(&self) -> bool {
        self.schools.is_open()
            && self.terms.is_open()
            && self.grades.is_open()
            && self.roles.is_open()
            && self.class_types.is_open()
            && self.titles.is_open()
            && !self.classes_need_a_teacher
    }

    /// The settings that name schools or terms which no record had that the rules learned from.
    pub fn unmet(&self) -> impl Iterator<Item = (Kind, &'static str)> {
        let settings = [
            (Kind::Org, "scope.schools", &self.schools),
            (Kind::AcademicSession, "scope.terms", &self.terms),
        ];
        let unmet = settings.into_iter().filter(|(.., named)| !named.unmet.is_empty());
        unmet.map(|(kind, setting, _)| (kind, setting))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing is learnt from the others")]
    /// Learns from a record what later records are judged by: an org's identifier, a term's
    /// title, a course's code.
    pub fn learn(&mut self, kind: Kind, sourced_id: &str, cell: impl Fn(usize) -> String) {
        match kind {
            Kind::Org => {
                self.schools.alias(sourced_id, &cell(org::IDENTIFIER));
                if cell(org::TYPE) != "school" {
                    self.schools.always(sourced_id);
                }
            }
            Kind::AcademicSession => {
                self.terms.alias(sourced_id, &cell(academic_session::TITLE));
            }
            Kind::Course if self.exceptions.names(&cell(course::COURSE_CODE)) => {
                self.courses_excepted.insert(sourced_id.to_owned());
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no rules")]
    /// The rule that leaves a record out, by its own cells alone.
    pub fn judge<'a>(&self, kind: Kind, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        match kind {
            Kind::Org => {
                let school = cell(org::TYPE) == "school";
                (school && self.schools.leaves_out(cell(SOURCED_ID))).then_some(Rule::Schools)
            }
            Kind::AcademicSession => self.terms.excludes(cell(SOURCED_ID)).then_some(Rule::Terms),
            Kind::Class => self.judge_class(cell),
            Kind::User => self.judge_user(cell),
            Kind::Role => {
                if self.roles.leaves_out(cell(role::ROLE)) {
                    return Some(Rule::Roles);
                }
                self.schools.leaves_out(cell(role::ORG)).then_some(Rule::Schools)
            }
            Kind::Enrollment => {
                self.schools.excludes(cell(enrollment::SCHOOL)).then_some(Rule::Schools)
            }
            _ => None,
        }
    }

    fn judge_class<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        let excepted = || {
            self.exceptions.names(cell(class::TITLE))
                || self.exceptions.names(cell(class::CLASS_CODE))
                || self.courses_excepted.contains(cell(class::COURSE))
        };
        let grades: Vec<_> = items(cell(class::GRADES)).map(grade).collect();
        let table = [
            (Rule::Schools, self.schools.leaves_out(cell(class::SCHOOL))),
            (
                Rule::Terms,
                self.terms.leaves_out_all(&items(cell(class::TERMS)).collect::<Vec<_>>()),
            ),
            (Rule::Grades, !grades.is_empty() && self.grades.leaves_out_all(&grades)),
            (Rule::ClassTypes, self.class_types.leaves_out(cell(class::CLASS_TYPE)) && !excepted()),
            (Rule::Titles, self.titles.leaves_out(cell(class::TITLE))),
        ];
        table.into_iter().find(|(_, out)| *out).map(|(rule, _)| rule)
    }

    fn judge_user<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        let (role, orgs) = (cell(user::ROLE), cell(user::ORGS));
        let grades: Vec<_> = items(cell(user::GRADES)).map(grade).collect();
        let student = role.is_empty() || role == "student";
        let table = [
            (Rule::Roles, !role.is_empty() && self.roles.leaves_out(role)),
            (
                Rule::Schools,
                !orgs.is_empty() && self.schools.leaves_out_all(&items(orgs).collect::<Vec<_>>()),
            ),
            (Rule::Grades, student && !grades.is_empty() && self.grades.leaves_out_all(&grades)),
        ];
        table.into_iter().find(|(_, out)| *out).map(|(rule, _)| rule)
    }
}

/// A grade as CEDS codes it: some systems leave out the zero before a digit, or write K for KG.
fn grade(text: &str) -> &str {
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
    fn of_grades(choice: &Choice) -> Self {
        let coded = |words: &[String]| words.iter().map(|word| grade(word).to_owned()).collect();
        Self::new(&Choice { only: coded(&choice.only), except: coded(&choice.except) })
    }

    fn new(choice: &Choice) -> Self {
        Self {
            only: choice.only.iter().cloned().collect(),
            except: choice.except.iter().cloned().collect(),
            unmet: choice.only.iter().chain(&choice.except).cloned().collect(),
        }
    }

    fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    /// Lets a rule that names something by another of its names name its sourcedId too.
    fn alias(&mut self, sourced_id: &str, other: &str) {
        self.unmet.remove(sourced_id);
        self.unmet.remove(other);
        if self.only.contains(other) {
            self.only.insert(sourced_id.to_owned());
        }
        if self.except.contains(other) {
            self.except.insert(sourced_id.to_owned());
        }
    }

    /// Takes it where the rule says what to take: a rule about schools leaves districts in.
    fn always(&mut self, name: &str) {
        if !self.only.is_empty() {
            self.only.insert(name.to_owned());
        }
    }

    fn leaves_out(&self, name: &str) -> bool {
        (!self.only.is_empty() && !self.only.contains(name)) || self.except.contains(name)
    }

    /// Whether it is left out, nothing being left out by having no name.
    fn excludes(&self, name: &str) -> bool {
        !name.is_empty() && self.leaves_out(name)
    }

    fn leaves_out_all(&self, names: &[&str]) -> bool {
        if names.is_empty() {
            !self.only.is_empty()
        } else {
            names.iter().all(|name| self.leaves_out(name))
        }
    }
}

impl Titles {
    fn new(rule: &'static str, choice: &Choice) -> Result<Self, PatternError> {
        let compile = |patterns: &[String]| -> Result<Vec<_>, PatternError> {
            patterns.iter().map(|pattern| glob(rule, pattern)).collect()
        };
        Ok(Self { only: compile(&choice.only)?, except: compile(&choice.except)? })
    }

    fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    fn names(&self, title: &str) -> bool {
        self.only.iter().any(|pattern| pattern.is_match(title))
    }

    fn leaves_out(&self, title: &str) -> bool {
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
