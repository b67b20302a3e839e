//! Households: brothers and sisters of one name, and guardians linked on both sides.

use crate::identifiers;
use crate::model::{Person, Role, Roster};
use crate::names::{self, Name};
use crate::random::Random;
use crate::school::rename;

/// Households of two or three students, and households without guardians, in a million.
const TWO: usize = 330_000;
const THREE: usize = 120_000;
const NOBODY: usize = 100_000;
const BOTH_PARENTS: usize = 550_000;
/// Guardians' SIS numbers begin here.
const FIRST_GUARDIAN: u64 = 70_000_000;

/// Groups the students into households with guardians.
pub(super) fn form(roster: &mut Roster, random: &mut Random) {
    let mut students = roster.people_where(|person| person.role == Role::Student);
    for student in &students {
        if let Some(student) = roster.people.get_mut(*student) {
            student.other_ids = format!(",{{State:{}}}", 4_700_000_000 + student.number * 7);
        }
    }
    random.shuffle(&mut students);
    let mut rest = students.as_slice();
    while !rest.is_empty() {
        let draw = random.below(1_000_000);
        let size = if draw < THREE {
            3
        } else if draw < THREE + TWO {
            2
        } else {
            1
        };
        let (household, others) = rest.split_at(size.min(rest.len()));
        rest = others;
        share_name(roster, household);
        if !random.chance(NOBODY) {
            add_guardians(roster, household, random);
        }
    }
    settle(roster, random);
}

/// Brings the links up to date after people came and went: whose children have all left goes
/// too, and a student who arrived gets guardians.
pub(super) fn settle(roster: &mut Roster, random: &mut Random) {
    let has_state_id = |person: &Person| !person.other_ids.is_empty();
    for arrived in
        roster.people_where(|person| person.role == Role::Student && !has_state_id(person))
    {
        if let Some(student) = roster.people.get_mut(arrived) {
            student.other_ids = format!(",{{State:{}}}", 4_700_000_000 + student.number * 7);
        }
        add_guardians(roster, &[arrived], random);
    }
    for guardian in roster.people_where(|person| person.role == Role::Guardian) {
        let children = present(roster, guardian);
        if children.is_empty() {
            roster.end_person(guardian);
        }
        let mut schools: Vec<usize> = Vec::new();
        for school in children.iter().filter_map(|child| roster.people.get(*child)?.school()) {
            if !schools.contains(&school) {
                schools.push(school);
            }
        }
        if let Some(guardian) = roster.people.get_mut(guardian) {
            guardian.agents = children;
            guardian.schools = schools;
        }
    }
    for student in roster.people_where(|person| person.role == Role::Student) {
        let guardians = present(roster, student);
        if let Some(student) = roster.people.get_mut(student) {
            student.agents = guardians;
        }
    }
}

fn present(roster: &Roster, person: usize) -> Vec<usize> {
    let agents = roster.people.get(person).map(|person| person.agents.as_slice());
    let is_there = |agent: &usize| roster.people.get(*agent).is_some_and(|agent| !agent.gone);
    agents.unwrap_or_default().iter().copied().filter(is_there).collect()
}

fn family_of(roster: &Roster, household: &[usize]) -> Option<&'static Name> {
    household.first().and_then(|first| roster.people.get(*first)).map(|first| first.family)
}

fn share_name(roster: &mut Roster, household: &[usize]) {
    let Some(family) = family_of(roster, household) else {
        return;
    };
    for student in household.iter().skip(1) {
        if let Some(student) = roster.people.get_mut(*student) {
            rename(student, family);
        }
    }
}

/// Adds one or two guardians; four in five bear the children's name.
fn add_guardians(roster: &mut Roster, household: &[usize], random: &mut Random) {
    let Some(family) = family_of(roster, household) else {
        return;
    };
    let count = if random.chance(BOTH_PARENTS) { 2 } else { 1 };
    for _ in 0..count {
        let own = if random.chance(800_000) { family } else { names::family(random) };
        let guardian = guardian(roster, own, household, random);
        for child in household {
            if let Some(child) = roster.people.get_mut(*child) {
                child.agents.push(guardian);
            }
        }
    }
}

fn guardian(
    roster: &mut Roster,
    family: &'static Name,
    children: &[usize],
    random: &mut Random,
) -> usize {
    let number = roster.next_guardian();
    let mut person = Person {
        id: identifiers::guardian(number),
        number,
        role: Role::Guardian,
        schools: Vec::new(),
        given: names::given(random),
        family,
        middle: None,
        other_ids: String::new(),
        sis: FIRST_GUARDIAN + number,
        email: String::new(),
        phone: format!("700-555-01{:02}", random.below(100)),
        password: String::new(),
        grade: None,
        first_grade: 0,
        agents: children.to_vec(),
        gone: false,
    };
    rename(&mut person, family);
    roster.add(person)
}
