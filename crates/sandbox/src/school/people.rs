//! Students and staff.

use crate::identifiers;
use crate::model::{Grade, Person, Role, Roster};
use crate::names;
use crate::profile::{Character, Profile};
use crate::random::Random;
use crate::school::School;

/// The students of one grade of a school, by section.
#[derive(Debug)]
pub(crate) struct Cohort {
    pub(crate) grade: Grade,
    pub(crate) sections: Vec<Vec<usize>>,
}

/// The students of a section, about.
const SECTION: usize = 25;

/// Admits the school's students of day 1, in sections.
pub(super) fn enrol(roster: &mut Roster, school: &School, random: &mut Random) -> Vec<Cohort> {
    let grades = school.grades();
    let count = grades.len();
    let mut cohorts = Vec::with_capacity(count);
    for (place, grade) in grades.into_iter().enumerate() {
        let size = school.students * (place + 1) / count - school.students * place / count;
        let parts = if size == 0 { 0 } else { ((size + SECTION / 2) / SECTION).max(1) };
        let mut sections = vec![Vec::with_capacity(SECTION + 8); parts];
        for position in 0..size {
            let person = student(roster, school.index, grade, random);
            if let Some(section) = sections.get_mut(position % parts) {
                section.push(person);
            }
        }
        cohorts.push(Cohort { grade, sections });
    }
    cohorts
}

/// Admits one student to the school.
pub(crate) fn student(
    roster: &mut Roster,
    school: usize,
    grade: Grade,
    random: &mut Random,
) -> usize {
    let number = roster.next_student(school);
    let mut person = person(Role::Student, number, number.to_string(), school, random);
    person.grade = Some(grade);
    person.first_grade = grade;
    person.middle = random.chance(300_000).then(|| names::given(random));
    roster.add(person)
}

/// Hires one member of the school's staff.
pub(crate) fn hire(roster: &mut Roster, school: usize, role: Role, random: &mut Random) -> usize {
    let number = roster.next_staff(school);
    let person = person(role, number, identifiers::staff(number), school, random);
    roster.add(person)
}

/// Gives a person another family name; user name and e-mail address follow.
pub(crate) fn rename(person: &mut Person, family: &'static names::Name) {
    person.family = family;
    person.email = email(person);
}

/// Hires those who do not teach: one administrator, and aides up to 62 staff for 1,000 students.
pub(super) fn fill_staff(
    roster: &mut Roster,
    profile: &Profile,
    school: &School,
    teachers: usize,
    random: &mut Random,
) {
    hire(roster, school.index, Role::Administrator, random);
    let aides = match profile.character {
        Character::Bench => (school.students * 62 / 1_000).saturating_sub(teachers + 1),
        Character::Demo => 3,
    };
    for _ in 0..aides {
        hire(roster, school.index, Role::Aide, random);
    }
}

fn person(role: Role, number: u64, id: String, school: usize, random: &mut Random) -> Person {
    let (given, family) = names::full(random);
    let mut person = Person {
        id,
        number,
        role,
        schools: vec![school],
        given,
        family,
        middle: None,
        other_ids: String::new(),
        sis: number,
        email: String::new(),
        phone: String::new(),
        password: String::new(),
        grade: None,
        first_grade: 0,
        agents: Vec::new(),
        gone: false,
    };
    person.email = email(&person);
    person
}

fn email(person: &Person) -> String {
    let domain = match person.role {
        Role::Student => "students.larkmere.example",
        Role::Teacher | Role::Aide | Role::Administrator => "larkmere.example",
        Role::Guardian => "example.org",
    };
    format!("{}@{domain}", person.username())
}

impl Person {
    /// Makes the user name that the person's names and number give.
    pub(crate) fn username(&self) -> String {
        let number = match self.role {
            Role::Student => self.number.saturating_sub(10_000_000),
            Role::Teacher | Role::Aide | Role::Administrator => {
                self.number.saturating_sub(1_000_000)
            }
            Role::Guardian => self.number,
        };
        format!("{}.{}{number}", self.given.plain, self.family.plain)
    }
}
