use crate::report::{Example, FindingReport};
use firstbell_roster::check::{Effect, table};
use firstbell_roster::explain::{Cause, Reader};
use firstbell_roster::model::{Kind, Severity};
use firstbell_roster::plan::{MatchHold, Reason, Rule};

use super::consequence::{self, Weight, table as consequences};
use super::{reason, waiting};

fn finding(code: &str, file: &str, field: &str, students_affected: u64) -> FindingReport {
    FindingReport {
        accepted: None,
        lapsed: None,
        new: None,
        since: None,
        code: code.to_owned(),
        severity: Severity::Error,
        count: 14,
        students_affected,
        message: "a sentence".to_owned(),
        hint: "A hint.".to_owned(),
        meant: String::new(),
        named: Vec::new(),
        examples: vec![Example {
            file: file.to_owned(),
            line: 812,
            column: 4,
            field: field.to_owned(),
        }],
    }
}

#[test]
fn every_check_has_a_consequence_for_every_place() {
    for check in table::ALL {
        let general = consequences::ALL
            .iter()
            .find(|one| one.code == check.code && one.file.is_empty() && one.field.is_empty());
        assert!(general.is_some(), "`{}` has no words for people", check.code);
    }
}

#[test]
fn every_consequence_belongs_to_a_check_and_a_column() {
    for one in consequences::ALL {
        assert!(table::ALL.iter().any(|check| check.code == one.code), "{}", one.code);
        let kind = Kind::ALL.into_iter().find(|kind| kind.file() == one.file);
        assert!(one.file.is_empty() || kind.is_some(), "{} {}", one.code, one.file);
        let columns = kind.map_or(&[] as &[_], Kind::columns);
        let known = columns.iter().any(|column| column.name == one.field);
        assert!(one.field.is_empty() || known, "{} {}", one.code, one.field);
    }
}

#[test]
fn the_general_consequence_stands_after_the_special_ones() {
    for (place, one) in consequences::ALL.iter().enumerate() {
        let covered = consequences::ALL[..place].iter().any(|before| {
            before.code == one.code
                && (before.file.is_empty() || before.file == one.file)
                && (before.field.is_empty() || before.field == one.field)
        });
        assert!(!covered, "`{} {} {}` is never reached", one.code, one.file, one.field);
    }
}

#[test]
fn what_loses_something_says_what_to_ask() {
    for one in consequences::ALL {
        assert!(one.weight == Weight::Harmless || one.ask.ends_with('.'), "{}", one.code);
        assert!(!one.cause.ends_with('.') && !one.otherwise.ends_with('.'), "{}", one.code);
        assert!(!one.otherwise.is_empty(), "{}", one.code);
    }
}

/// Terms of the code, and words that promise more than is true.
const NOT_FOR_PEOPLE: &[&str] = &[
    "ordinal",
    "fingerprint",
    "snapshot",
    "tally",
    "enum",
    "struct",
    "none)",
    "some(",
    "null",
    "vec",
    "usize",
    "i64",
    "hash",
    "pupil",
    "simple",
    "simply",
    "just ",
    "seamless",
    "payload",
    "parse",
    "serial",
    "invariant",
    "boolean",
    // American spelling, as the words are those of US schools.
    "recognis",
    "spelt",
    "judgement",
    "organis",
    "colour",
    "behaviour",
    "neighbour",
    "enrolment",
];

#[test]
fn sentences_keep_internal_terms_out() {
    let mut sentences: Vec<String> = Vec::new();
    for one in consequences::ALL {
        sentences.extend([one.cause, one.students, one.otherwise, one.ask].map(str::to_owned));
    }
    sentences.extend(
        table::ALL.iter().flat_map(|check| [check.sentence, check.hint]).map(str::to_owned),
    );
    sentences.extend(Reason::ALL.map(|one| reason::words(one).to_owned()));
    sentences.extend(Rule::ALL.map(|one| waiting::of_rule(one).to_owned()));
    sentences.extend(MatchHold::ALL.map(|one| waiting::of_match(one).to_owned()));
    for reader in [Reader::Administrator, Reader::Teacher] {
        sentences.extend(Cause::ALL.map(|one| one.meaning(reader).to_owned()));
    }
    for sentence in sentences {
        let lower = sentence.to_lowercase();
        for term in NOT_FOR_PEOPLE {
            assert!(!lower.contains(term), "`{term}` in `{sentence}`");
        }
    }
}

#[test]
fn a_finding_says_whom_it_touches_and_what_to_ask() {
    let dangling = finding("dangling_reference", "enrollments.csv", "classSourcedId", 312);
    assert_eq!(
        consequence::sentence(&dangling),
        "312 students cannot be placed in a class that they are listed for: enrollments.csv names \
         classes that classes.csv does not have (14 rows, from line 812)."
    );
    assert!(consequence::ask(&dangling).starts_with("Ask whoever sets up the export to select"));
}

#[test]
fn a_finding_without_students_says_what_happens_otherwise() {
    let missing = finding("missing_value", "orgs.csv", "name", 0);
    assert_eq!(
        consequence::sentence(&missing),
        "orgs.csv has records without name (14 rows, from line 812): these records are left out."
    );
}

#[test]
fn one_student_is_one() {
    for (code, field, told) in [
        ("student_without_enrollment", "", "1 student is in no class: "),
        ("student_without_contact", "", "1 student has no guardian who can be reached: "),
        ("missing_expected_value", "orgSourcedIds", "1 student belongs to no school: "),
        ("shared_email", "", "1 student shares an e-mail address with somebody: "),
    ] {
        let alone = consequence::sentence(&finding(code, "users.csv", field, 1));
        assert!(alone.starts_with(told), "{alone}");
    }
}

#[test]
fn only_what_keeps_a_record_out_says_that_somebody_may_be_missing() {
    let missing = ["may be missing from the roster", "may miss a class"];
    for check in table::ALL {
        for file in ["users.csv", "roles.csv", "classes.csv", "enrollments.csv"] {
            let told = consequence::sentence(&finding(check.code, file, "", 2));
            let says_so = missing.iter().any(|words| told.contains(words));
            assert!(!says_so || check.effect != Effect::None, "{told}");
        }
    }
    let quotes = consequence::sentence(&finding("stray_quote", "users.csv", "givenName", 1));
    assert!(quotes.ends_with(": two values may have run into one."), "{quotes}");
    let wizard = consequence::sentence(&finding("unknown_word", "users.csv", "role", 2));
    assert!(wizard.starts_with("2 students may be missing from the roster: "), "{wizard}");
}

#[test]
fn a_line_number_has_no_commas() {
    let mut far = finding("missing_value", "orgs.csv", "name", 0);
    far.examples[0].line = 4051;
    assert!(consequence::sentence(&far).contains("from line 4051)"));
}

#[test]
fn what_is_asked_for_a_promised_file_is_the_file_where_there_is_no_roster_without_it() {
    for file in ["users.csv", "classes.csv", "enrollments.csv"] {
        let ask = consequence::ask(&finding("declared_file_missing", file, "", 0));
        assert!(ask.contains(&format!("for {file}")) && !ask.contains("absent"), "{ask}");
    }
    let ask = consequence::ask(&finding("declared_file_missing", "courses.csv", "", 0));
    assert!(ask.contains("declares courses.csv absent"), "{ask}");
    let ask = consequence::ask(&finding("not_csv", "users.xlsx", "a spreadsheet", 0));
    assert!(ask.contains("as CSV") && !ask.contains("users.xlsx"), "{ask}");
}

#[test]
fn what_no_line_tells_is_named() {
    let mut kept = finding("absent_but_named", "orgs.csv", "", 0);
    kept.examples[0].line = 0;
    kept.named = ["West (w)", "South", "North", "East"].map(str::to_owned).to_vec();
    let told = consequence::sentence(&kept);
    assert!(told.contains(" name (\"West (w)\", \"South\", \"North\" and 1 more): "), "{told}");
}

#[test]
fn what_follows_from_a_file_that_cannot_be_relied_on_is_known() {
    let mut gone = finding("header_missing", "users.csv", "", 0);
    let dangling = finding("dangling_reference", "enrollments.csv", "userSourcedId", 0);
    let other = finding("dangling_reference", "enrollments.csv", "classSourcedId", 0);
    let lone = finding("class_without_teacher", "classes.csv", "", 0);
    let stopped = consequence::stopped(std::slice::from_ref(&gone));
    let follows = [&dangling, &other, &lone].map(|one| consequence::follows(one, &stopped));
    assert_eq!(follows, [true, false, true]);
    assert!(!consequence::follows(&dangling, &[].into()));
    gone.accepted = Some("it is meant".to_owned());
    assert_eq!(consequence::stopped(&[gone]), [].into());
}

#[test]
fn a_code_without_words_keeps_those_of_the_check() {
    let newer = finding("something_newer", "orgs.csv", "name", 0);
    assert_eq!(consequence::sentence(&newer), "A sentence.");
    assert_eq!(consequence::ask(&newer), "A hint.");
    assert_eq!(consequence::weight(&newer), Weight::Weakens);
}
