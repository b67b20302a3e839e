//! Single events, which a night lets happen by chance and the demonstration on purpose.

use std::collections::BTreeSet;

use crate::calendar::Date;
use crate::identifiers;
use crate::model::{Grade, NewSeat, Person, Role, Roster};
use crate::names;
use crate::night::Kept;
use crate::random::Random;
use crate::school::{School, rename, student};

/// Admits a student, who joins a section; none if the grade has no section.
pub(crate) fn arrive(
    roster: &mut Roster,
    school: &School,
    grade: Grade,
    today: Date,
    kept: &Kept,
    random: &mut Random,
) -> Option<usize> {
    let section = pick_section(roster, school, grade, kept, random)?;
    let person = student(roster, school.index, grade, random);
    for class in section {
        roster.seat(identifiers::shape(school), NewSeat::student(class, person, today));
    }
    Some(person)
}

/// Lists the seven classes of a section of the grade.
pub(crate) fn pick_section(
    roster: &Roster,
    school: &School,
    grade: Grade,
    kept: &Kept,
    random: &mut Random,
) -> Option<Vec<usize>> {
    let of_grade =
        roster.classes_where(|class| class.school == school.index && class.grade == Some(grade));
    let free: Vec<usize> =
        of_grade.into_iter().filter(|class| !kept.classes.contains(class)).collect();
    let section_of = |class: &usize| roster.classes.get(*class).map(|class| class.section);
    let section = random.pick(&free).and_then(section_of)?;
    Some(free.into_iter().filter(|class| section_of(class) == Some(section)).collect())
}

/// Fills a new club with a teacher and some twenty students of the school.
pub(crate) fn fill_club(
    roster: &mut Roster,
    school: &School,
    class: usize,
    today: Date,
    random: &mut Random,
) {
    let shape = identifiers::shape(school);
    let teachers = roster.people_where(|person| {
        person.role == Role::Teacher && person.school() == Some(school.index)
    });
    if let Some(teacher) = random.pick(&teachers) {
        roster.seat(shape, NewSeat::teacher(class, *teacher, today, true));
    }
    let students = roster.people_where(|person| person.studies_at(school.index));
    let wanted = 15 + random.below(6);
    let members: BTreeSet<usize> =
        (0..wanted).filter_map(|_| random.pick(&students).copied()).collect();
    for student in members {
        roster.seat(shape, NewSeat::student(class, student, today));
    }
}

/// Changes one fact about a person; the row is another one afterwards in any case.
pub(crate) fn change(person: &mut Person, random: &mut Random) {
    match (random.below(6), person.grade) {
        (0, _) => {
            let family = names::family(random);
            if family == person.family {
                change_address(person);
            } else {
                rename(person, family);
            }
        }
        (1, Some(grade)) => {
            let last_of_school = matches!(grade, 5 | 8 | 12);
            person.grade = Some(if last_of_school { grade - 1 } else { grade + 1 });
        }
        (2, _) => person.phone = format!("555-01{:02}-{}", random.below(100), person.phone.len()),
        _ => change_address(person),
    }
}

/// Gives a person another e-mail address.
pub(crate) fn change_address(person: &mut Person) {
    person.email = if person.email.is_empty() {
        format!("{}@example.org", person.username())
    } else {
        person.email.replacen('@', ".new@", 1)
    };
}
