//! Which records the district takes: rules that leave records out and give their name.
//!
//! Rules that need only the record run while it is read ([`Rules::judge`]); what depends on
//! other records is settled over the snapshot ([`settle`]). To add a rule, add its name to
//! [`Rule`] and its function to the table of [`Rules::judge`], or to that of `classes.rs`.

mod classes;
mod mapping;
mod names;
mod schools;
mod settle;

pub use mapping::Mappings;
pub use schools::settle_schools;
pub use settle::settle;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::cell::items;
use crate::model::columns::{
    SOURCED_ID, academic_session, class, course, enrollment, org, role, user,
};
use crate::model::settings::{Choice, Scope};
use crate::model::{Date, Kind};
use crate::plan::Rule;
use classes::ClassRules;
use names::{Named, grade};

/// The rules of a district, ready to judge records.
#[derive(Debug, Default)]
pub struct Rules {
    schools: Named,
    next_phase: Named,
    terms: Named,
    roles: Named,
    /// The days between which a term has to run, where only such are taken.
    running: Option<(Date, Date)>,
    /// The terms that do not run on these days.
    closed: BTreeSet<String>,
    /// What is taken of schools in no phase.
    usual: ClassRules,
    phases: Vec<ClassRules>,
    /// The phase of each school that a phase names, by sourcedId or identifier.
    phase_of: BTreeMap<String, usize>,
    /// The schools that a phase names and no record had so far.
    phases_unmet: BTreeSet<String>,
    /// The kinds of which the delivery does not have all.
    in_part: BTreeSet<Kind>,
    mapping: Mappings,
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

impl Rules {
    /// Prepares the rules of a district's settings for a day.
    pub fn new(scope: &Scope, as_of: Date) -> Result<Self, PatternError> {
        let next_phase = Choice { only: Vec::new(), except: scope.next_phase.clone() };
        let phases = scope.phases.iter().map(|phase| ClassRules::new(&scope.of(phase)));
        let phase_of =
            scope.phases.iter().enumerate().flat_map(|(at, phase)| {
                phase.schools.iter().map(move |school| (school.clone(), at))
            });
        let phase_of: BTreeMap<_, _> = phase_of.collect();
        let day = |days: i64| as_of.plus_days(days);
        // A term runs where it begins before the one and ends after the other.
        let running =
            (day(scope.days_before_terms.into()), day(-i64::from(scope.days_after_terms)));
        Ok(Self {
            schools: Named::new(&scope.schools),
            next_phase: Named::new(&next_phase),
            terms: Named::new(&scope.terms),
            roles: Named::new(&scope.roles),
            running: scope.open_terms.then_some(running),
            closed: BTreeSet::new(),
            usual: ClassRules::new(scope)?,
            phases: phases.collect::<Result<_, _>>()?,
            phases_unmet: phase_of.keys().cloned().collect(),
            phase_of,
            in_part: BTreeSet::new(),
            mapping: Mappings::new(&scope.mapping)?,
        })
    }

    /// Notes whether the delivery has all of a kind.
    pub fn note(&mut self, kind: Kind, complete: bool) {
        if !complete {
            self.in_part.insert(kind);
        }
    }

    /// Which schools of the source are other ones here.
    pub fn mapping(&self) -> &Mappings {
        &self.mapping
    }

    /// Whether no rule of records can leave anything out.
    pub fn are_open(&self) -> bool {
        self.schools.is_open()
            && self.next_phase.is_open()
            && self.terms.is_open()
            && self.roles.is_open()
            && self.running.is_none()
            && self.usual.are_open()
            && self.phases.iter().all(ClassRules::are_open)
    }

    /// The settings that name schools or terms which no record had that the rules learned from, and
    /// what they name.
    pub fn unmet(&self) -> impl Iterator<Item = (Kind, &'static str, Vec<String>)> {
        let settings = [
            (Kind::Org, "scope.schools", self.schools.unmet()),
            (Kind::Org, "scope.next_phase", self.next_phase.unmet()),
            (Kind::Org, "scope.phases", self.phases_unmet.iter().cloned().collect()),
            (Kind::Org, "scope.mapping", self.mapping.unmet()),
            (Kind::AcademicSession, "scope.terms", self.terms.unmet()),
        ];
        settings.into_iter().filter(|(.., unmet)| !unmet.is_empty())
    }

    /// Learns from a record of the delivery what later records are judged by.
    pub fn learn(&mut self, kind: Kind, sourced_id: &str, cell: impl Fn(usize) -> String) {
        if kind == Kind::Org {
            let identifier = cell(org::IDENTIFIER);
            self.schools.meet(sourced_id, &identifier);
            self.next_phase.meet(sourced_id, &identifier);
            self.phases_unmet.remove(sourced_id);
            self.phases_unmet.remove(&identifier);
        } else if kind == Kind::AcademicSession {
            self.terms.meet(sourced_id, &cell(academic_session::TITLE));
        }
        self.recall(kind, sourced_id, cell);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing is learnt from the others")]
    /// Learns from what the roster has, of which the delivery may say nothing: an org's identifier, a
    /// term's title and days, a course's code.
    pub fn recall(&mut self, kind: Kind, sourced_id: &str, cell: impl Fn(usize) -> String) {
        match kind {
            Kind::Org => {
                let identifier = cell(org::IDENTIFIER);
                self.mapping.learn(sourced_id, &identifier);
                self.schools.alias(sourced_id, &identifier);
                self.next_phase.alias(sourced_id, &identifier);
                if let Some(phase) = self.phase_of.get(&identifier).copied() {
                    self.phase_of.entry(sourced_id.to_owned()).or_insert(phase);
                }
                if cell(org::TYPE) != "school" {
                    self.schools.always(sourced_id);
                }
            }
            Kind::AcademicSession => {
                self.terms.alias(sourced_id, &cell(academic_session::TITLE));
                let day = |at: usize| Date::parse(&cell(at));
                let runs = |(before, after): (Date, Date)| {
                    day(academic_session::START_DATE).is_none_or(|first| first <= before)
                        && day(academic_session::END_DATE).is_none_or(|last| last >= after)
                };
                if self.running.is_some_and(|days| !runs(days)) {
                    self.closed.insert(sourced_id.to_owned());
                } else {
                    self.closed.remove(sourced_id);
                }
            }
            Kind::Course => {
                let (code, title) = (cell(course::COURSE_CODE), cell(course::TITLE));
                for rules in std::iter::once(&mut self.usual).chain(&mut self.phases) {
                    rules.learn_course(sourced_id, &code, &title);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no rules")]
    /// The rule that leaves a record out, by its own cells alone.
    pub fn judge<'a>(&self, kind: Kind, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        match kind {
            Kind::Org if cell(org::TYPE) == "school" => {
                let (id, identifier) = (cell(SOURCED_ID), cell(org::IDENTIFIER));
                let later = self.next_phase.leaves_both_out(id, identifier);
                let out = self.schools.leaves_both_out(id, identifier).then_some(Rule::Schools);
                out.or(later.then_some(Rule::NextPhase))
            }
            Kind::AcademicSession => {
                let (id, title) = (cell(SOURCED_ID), cell(academic_session::TITLE));
                let out = !id.is_empty() && self.terms.leaves_both_out(id, title);
                out.then_some(Rule::Terms)
            }
            Kind::Class => self.judge_class(cell),
            Kind::User => self.judge_user(cell),
            Kind::Role => {
                if self.roles.leaves_out(cell(role::ROLE)) {
                    return Some(Rule::Roles);
                }
                self.school(cell(role::ORG))
            }
            Kind::Enrollment => Some(cell(enrollment::SCHOOL))
                .filter(|school| !school.is_empty())
                .and_then(|school| self.school(school)),
            _ => None,
        }
    }

    /// The rule that leaves out a record all of whose schools or terms nobody knows, at these columns,
    /// where the delivery says nothing of all of them: those that a rule leaves out are not in the
    /// roster. In doubt it is left out.
    pub fn judge_unknown<'a>(
        &self,
        kind: Kind,
        unknown: &[usize],
        cell: impl Fn(usize) -> &'a str,
    ) -> Option<Rule> {
        let lost = |of: Kind, at: usize| {
            self.in_part.contains(&of) && unknown.contains(&at) && cell(at).is_empty()
        };
        let schools = [
            (Kind::User, user::ORGS),
            (Kind::Class, class::SCHOOL),
            (Kind::Role, role::ORG),
            (Kind::Enrollment, enrollment::SCHOOL),
        ];
        let school = schools.into_iter().any(|(of, at)| of == kind && lost(Kind::Org, at));
        let term = kind == Kind::Class && lost(Kind::AcademicSession, class::TERMS);
        let table = [
            (Rule::NextPhase, school && !self.next_phase.is_open()),
            (Rule::Schools, school && !self.schools.is_open()),
            (Rule::Terms, term && !self.terms.is_open()),
        ];
        table.into_iter().find(|(_, out)| *out).map(|(rule, _)| rule)
    }

    /// Whether a class of a school, by its sourcedId, is left out until it has a teacher.
    pub fn needs_a_teacher(&self, school: &str) -> bool {
        self.of(school).needs_a_teacher
    }

    /// Whether classes of some school are left out until they have a teacher.
    pub fn some_need_a_teacher(&self) -> bool {
        self.usual.needs_a_teacher || self.phases.iter().any(|phase| phase.needs_a_teacher)
    }

    /// The schools of phases, by sourcedId or identifier.
    pub fn schools_of_phases(&self) -> impl Iterator<Item = &str> {
        self.phase_of.keys().map(String::as_str)
    }

    /// The rule that leaves a school out.
    fn school(&self, id: &str) -> Option<Rule> {
        let later = self.next_phase.leaves_out(id).then_some(Rule::NextPhase);
        self.schools.leaves_out(id).then_some(Rule::Schools).or(later)
    }

    /// What is taken of a school.
    fn of(&self, school: &str) -> &ClassRules {
        let phase = self.phase_of.get(school).and_then(|at| self.phases.get(*at));
        phase.unwrap_or(&self.usual)
    }

    fn judge_class<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        let school = cell(class::SCHOOL);
        let terms: Vec<_> = items(cell(class::TERMS)).collect();
        let closed = !terms.is_empty() && terms.iter().all(|term| self.closed.contains(*term));
        self.school(school)
            .or_else(|| self.terms.leaves_out_all(&terms).then_some(Rule::Terms))
            .or_else(|| closed.then_some(Rule::OpenTerms))
            .or_else(|| self.of(school).judge(cell))
    }

    fn judge_user<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Option<Rule> {
        let role = cell(user::ROLE);
        if !role.is_empty() && self.roles.leaves_out(role) {
            return Some(Rule::Roles);
        }
        let orgs: Vec<_> = items(cell(user::ORGS)).collect();
        let out: Option<Vec<_>> = orgs.iter().map(|org| self.school(org)).collect();
        if let Some(rule) = out.unwrap_or_default().first() {
            return Some(*rule);
        }
        let grades: Vec<_> = items(cell(user::GRADES)).map(grade).collect();
        let student = (role.is_empty() || role == "student") && !grades.is_empty();
        let taken = |org: &&&str| self.school(org).is_none();
        let mut left = orgs.iter().filter(taken).map(|org| self.of(org).leaves_grades_out(&grades));
        let left = if orgs.is_empty() {
            self.usual.leaves_grades_out(&grades)
        } else {
            left.all(|left| left)
        };
        (student && left).then_some(Rule::Grades)
    }
}
