//! The names, dates and rules that sentences are made with.

use crate::explain::facts::{Change, Dropped, Presence, Standing, Told};
use crate::explain::path::{Path, Stand};
use crate::model::Date;
use crate::plan::{Hold, MatchHold, Outcome, Rule};

/// The person's name, or what stands for it.
pub fn person(path: &Path<'_>) -> String {
    named(&path.facts.name, "this person")
}

/// The class's title, or what stands for it.
pub fn class(path: &Path<'_>) -> String {
    named(path.facts.class.as_ref().map_or("", |class| &class.title), "this class")
}

fn named(name: &str, otherwise: &str) -> String {
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
}

/// Where the question asks for the person: the class, or the roster.
pub fn place(path: &Path<'_>) -> String {
    if path.class.is_some() { class(path) } else { "the roster".to_owned() }
}

/// A date for a reader who is no administrator, such as `September 3, 2026`.
pub fn long(date: Date) -> String {
    date.0.strftime("%B %-d, %Y").to_string()
}

/// Where a record stands, such as `delivery 3 of 2026-09-15 (users.csv, line 812)`.
pub fn record(told: &Told) -> String {
    let Told { delivery, received, file, line, .. } = told;
    format!("delivery {delivery} of {received} ({file}, line {line})")
}

/// An operation, such as `operation 3 of 2026-09-15 (Kim)`.
pub fn operation(change: &Change) -> String {
    let Change { operation, on, by, .. } = change;
    if by.is_empty() {
        format!("operation {operation} of {on}")
    } else {
        format!("operation {operation} of {on} ({by})")
    }
}

/// What a person did with a plan, such as `was dropped on 2026-09-16 by Kim (half is
/// missing)`.
pub fn was_dropped(Dropped { on, by, reason, .. }: &Dropped) -> String {
    let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
    let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
    format!("was dropped on {on}{by}{why}")
}

/// The text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut marks = text.chars();
    marks.next().map_or(String::new(), |first| first.to_uppercase().chain(marks).collect())
}

/// The last change of the row that a record stands for.
pub fn change(standing: Option<&Standing>) -> Option<&Change> {
    match &standing?.presence {
        Presence::Never => None,
        Presence::Active { since: change } | Presence::Ended { by: change } => Some(change),
    }
}

/// The record that decides how the first record that stands so came there.
pub fn told<'a>(path: &Path<'a>, stand: Stand) -> Option<&'a Told> {
    path.first(stand)?.told()
}

/// What a check, a rule or a match says of a record, as a clause for administrators.
pub fn why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Rejected(check) => format!("it was rejected, because {}", check.sentence),
        Outcome::Held(Hold::Record(check)) => format!("it waits, because {}", check.sentence),
        Outcome::Held(Hold::Match(hold)) => format!("it waits, because {}", matched(hold)),
        Outcome::Held(Hold::Guard) => "a guard keeps it back".to_owned(),
        Outcome::Ignored(rule) => format!("it was left out, because {}", rule_clause(rule)),
        Outcome::Create => "it was taken as new".to_owned(),
        Outcome::Update => "it was taken as a change".to_owned(),
        Outcome::Restore => "it was taken as a return".to_owned(),
        Outcome::End => "it asks for its own end".to_owned(),
        Outcome::Unchanged => "it says what the roster has".to_owned(),
    }
}

/// What to do about a check, a rule or a match.
pub fn remedy(outcome: Option<Outcome>) -> String {
    match outcome {
        Some(Outcome::Rejected(check) | Outcome::Held(Hold::Record(check))) => {
            check.hint.to_owned()
        }
        Some(Outcome::Held(Hold::Match(MatchHold::IdReused))) => "If it is another person, ask the school office to give them a sourcedId of their own; if it is the same, name the sourcedId in `same_person` in the district's settings.".to_owned(),
        Some(Outcome::Held(Hold::Match(MatchHold::AddsStaffRights))) => "If the person works for the district now, name the sourcedId in `may_be_staff` in the district's settings; otherwise mend the role in the school system.".to_owned(),
        Some(Outcome::Held(Hold::Match(MatchHold::SeveralRecords))) => "If it is one person with another record or a known user, name their sourcedIds together in `one_person` in the district's settings; otherwise mend the identifier that is wrong in the school system.".to_owned(),
        Some(Outcome::Held(Hold::Match(_))) => {
            "Compare the identifiers in the school system, and mend the one that is wrong."
                .to_owned()
        }
        Some(Outcome::Ignored(rule)) => match setting(rule) {
            "" => "Nothing is to be done, unless the next delivery should say something else."
                .to_owned(),
            setting if has_phases(rule) => format!(
                "To take it, change `{setting}` in the district's settings, or the rule of the phase that its school is in."
            ),
            setting => format!("To take it, change `{setting}` in the district's settings."),
        },
        Some(
            Outcome::Create
            | Outcome::Update
            | Outcome::Restore
            | Outcome::End
            | Outcome::Unchanged
            | Outcome::Held(Hold::Guard),
        )
        | None => String::new(),
    }
}

/// Why a match waits, as a clause that follows "because".
pub fn matched(hold: MatchHold) -> &'static str {
    match hold {
        MatchHold::SeveralCandidates => "its identifiers belong to several known people",
        MatchHold::Contradiction => "its sourcedId is one person's and an identifier another's",
        MatchHold::SeveralRecords => "several records of the delivery share an identifier",
        MatchHold::AddsStaffRights => {
            "it would give staff rights to a student's or guardian's account"
        }
        MatchHold::RoleUnknown => {
            "it shares an identifier with another record, and its role is not known yet"
        }
        MatchHold::IdReused => {
            "its sourcedId is a known person's, and its name and more are somebody else's"
        }
    }
}

/// Why a rule leaves a record out, as a clause that follows "because".
pub fn rule_clause(rule: Rule) -> &'static str {
    match rule {
        Rule::NotUsed => "no feature uses its file",
        Rule::OlderThanKnown => "it is older than what the roster has",
        Rule::Schools => "the rule `scope.schools` leaves its school out",
        Rule::Grades => "the rule `scope.grades` leaves its grade out",
        Rule::Roles => "the rule `scope.roles` leaves its role out",
        Rule::ClassTypes => "the rule `scope.class_types` leaves its class type out",
        Rule::Titles => "the rule `scope.titles` leaves its title out",
        Rule::Terms => "the rule `scope.terms` leaves its term out",
        Rule::ClassesNeedATeacher => {
            "the rule `scope.classes_need_a_teacher` leaves classes without a teacher out"
        }
        Rule::ClassLeftOut => "its class is left out",
        Rule::PersonLeftOut => "its person is left out",
        Rule::NothingToEnd => "it asks for the end of what is not there",
        Rule::NextPhase => "the rule `scope.next_phase` says that its school comes later",
        Rule::Subjects => "the rule `scope.subjects` leaves its subject out",
        Rule::Courses => "the rule `scope.courses` leaves its course out",
        Rule::Periods => "the rule `scope.periods` leaves its period out",
        Rule::OpenTerms => "the rule `scope.open_terms` leaves out what does not run now",
        Rule::Mapping => "`scope.mapping` says that this school is another one here",
        Rule::Classes => "the rule `scope.classes` leaves it out",
    }
}

/// The setting behind a rule; empty where there is none.
fn setting(rule: Rule) -> &'static str {
    match rule {
        Rule::Schools => "scope.schools",
        Rule::Grades => "scope.grades",
        Rule::Roles => "scope.roles",
        Rule::ClassTypes => "scope.class_types",
        Rule::Titles => "scope.titles",
        Rule::Terms => "scope.terms",
        Rule::ClassesNeedATeacher => "scope.classes_need_a_teacher",
        Rule::NextPhase => "scope.next_phase",
        Rule::Subjects => "scope.subjects",
        Rule::Courses => "scope.courses",
        Rule::Periods => "scope.periods",
        Rule::OpenTerms => "scope.open_terms",
        Rule::Mapping => "scope.mapping",
        Rule::Classes => "scope.classes",
        Rule::NotUsed
        | Rule::OlderThanKnown
        | Rule::ClassLeftOut
        | Rule::PersonLeftOut
        | Rule::NothingToEnd => "",
    }
}

/// Whether a phase may have a rule of its own in place of this one.
fn has_phases(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Grades
            | Rule::ClassTypes
            | Rule::Titles
            | Rule::ClassesNeedATeacher
            | Rule::Subjects
            | Rule::Courses
            | Rule::Periods
            | Rule::Classes
    )
}

/// What the district chose by a rule, in a teacher's words.
pub fn choice(rule: Rule) -> &'static str {
    match rule {
        Rule::Schools | Rule::Mapping => "school",
        Rule::Grades => "grade",
        Rule::Roles => "role",
        Rule::ClassTypes => "kind of class",
        Rule::Titles | Rule::Classes => "class",
        Rule::Terms => "term",
        Rule::ClassesNeedATeacher => "class, as long as it has no teacher",
        Rule::NextPhase => "school yet",
        Rule::Subjects => "subject",
        Rule::Courses => "course",
        Rule::Periods => "period",
        Rule::OpenTerms => "class outside its term",
        Rule::NotUsed
        | Rule::OlderThanKnown
        | Rule::ClassLeftOut
        | Rule::PersonLeftOut
        | Rule::NothingToEnd => "entry",
    }
}
