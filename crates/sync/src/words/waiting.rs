//! Why records are left out or wait, in words: rules of the district and holds.

use firstbell_roster::check::table;
use firstbell_roster::plan::{MatchHold, Rule};

/// A rule, check or hold in words, by its stable name; the name itself where it is not known.
pub fn clause(name: &str) -> String {
    if let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == name) {
        return of_rule(rule).to_owned();
    }
    if let Some(hold) = MatchHold::ALL.into_iter().find(|hold| hold.name() == name) {
        return of_match(hold).to_owned();
    }
    if let Some(check) = table::ALL.iter().find(|check| check.code == name) {
        return check.sentence.to_owned();
    }
    if name == "guard" { "a limit keeps the change back".to_owned() } else { name.to_owned() }
}

/// A rule of the district in words.
pub const fn of_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::NotUsed => "no feature uses this file",
        Rule::OlderThanKnown => "the change is older than what is known",
        Rule::Schools => "the school is left out by scope.schools",
        Rule::Grades => "the grade is left out by scope.grades",
        Rule::Roles => "the role is left out by scope.roles",
        Rule::ClassTypes => "the class type is left out by scope.class_types",
        Rule::Titles => "the title is left out by scope.titles",
        Rule::Terms => "the term is left out by scope.terms",
        Rule::ClassesNeedATeacher => {
            "the class has no teacher and scope.classes_need_a_teacher is on"
        }
        Rule::NextPhase => "the school comes later, by scope.next_phase",
        Rule::Subjects => "the subject is left out by scope.subjects",
        Rule::Courses => "the course is left out by scope.courses",
        Rule::Periods => "the period is left out by scope.periods",
        Rule::OpenTerms => "it does not run now, and scope.open_terms is on",
        Rule::Mapping => "the school is another one here, by scope.mapping",
        Rule::Classes => "the class is left out by scope.classes",
        Rule::ClassLeftOut => "the class is left out",
        Rule::PersonLeftOut => "the person is left out",
        Rule::NothingToEnd => "it asks to end what is not in the roster",
    }
}

/// Something that a rule leaves out.
pub const fn example_of_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::NotUsed => "a row of results.csv",
        Rule::OlderThanKnown => {
            "a changed user with a dateLastModified before that of the roster's"
        }
        Rule::Schools => {
            "schools = { only = [\"0101\"] }: the school 0102, its classes, its students"
        }
        Rule::NextPhase => "next_phase = [\"0102\"]: the same, until the school is no longer named",
        Rule::Grades => "grades = { except = [\"PK\"] }: a student of grade PK",
        Rule::Roles => "roles = { only = [\"student\", \"teacher\"] }: a guardian",
        Rule::ClassTypes => {
            "class_types = { only = [\"homeroom\"] }: a scheduled class that class_type_exceptions does not name"
        }
        Rule::Titles => "titles = { except = [\"*Study Hall*\"] }: the class Study Hall 4",
        Rule::Subjects => "subjects = { only = [\"Math*\"] }: a class of Art",
        Rule::Courses => {
            "courses = { except = [\"ISS\"] }: a class of the course with the code ISS"
        }
        Rule::Periods => "periods = { only = [\"1\", \"2\"] }: a class of period 7",
        Rule::Terms => "terms = { except = [\"Summer\"] }: a class of the term Summer",
        Rule::OpenTerms => {
            "open_terms = true: a class of next semester, more than 30 days before it"
        }
        Rule::Mapping => {
            "mapping = [{ to = \"0101\", from = [\"0102\"] }]: the school 0102; its classes and people are those of 0101"
        }
        Rule::Classes => "classes = { only = [\"4711\", \"MATH-5\"] }: the class 4712",
        Rule::ClassesNeedATeacher => {
            "classes_need_a_teacher = true: a class that no enrollment gives a teacher"
        }
        Rule::ClassLeftOut => "an enrollment in a class that titles leaves out",
        Rule::PersonLeftOut => "an enrollment of a student whom grades leaves out",
        Rule::NothingToEnd => "a user marked as to be deleted who never came",
    }
}

/// Something that waits for a person.
pub const fn example_of_match(hold: MatchHold) -> &'static str {
    match hold {
        MatchHold::SeveralCandidates => "a new user with the student number of two known students",
        MatchHold::Contradiction => "the user 4711 with the student number of the user 4712",
        MatchHold::SeveralRecords => "two new users with the student number of one known student",
        MatchHold::AddsStaffRights => "a known student whose role is teacher tonight",
        MatchHold::RoleUnknown => {
            "a new user of 1.2 with a known student number, before roles.csv has come"
        }
        MatchHold::IdReused => {
            "the user 4711, last a student of grade 12, is tonight one of grade 06 with another name"
        }
    }
}

/// Why a match waits for a person, in words.
pub const fn of_match(hold: MatchHold) -> &'static str {
    match hold {
        MatchHold::SeveralCandidates => "its identifiers belong to several known people",
        MatchHold::Contradiction => "its sourcedId is one person's and its identifier another's",
        MatchHold::SeveralRecords => "several records of the delivery claim one person",
        MatchHold::AddsStaffRights => {
            "it would give staff rights to the account of a student or guardian"
        }
        MatchHold::RoleUnknown => {
            "its identifier is a known person's or another record's, and its role is not known yet"
        }
        MatchHold::IdReused => {
            "its sourcedId is a known person's, and its name and more are somebody else's"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(clause("class_left_out"), "the class is left out");
        assert_eq!(clause("several_candidates"), "its identifiers belong to several known people");
        assert_eq!(clause("missing_value"), "a required value is missing");
        assert_eq!(clause("something_newer"), "something_newer");
    }
}
