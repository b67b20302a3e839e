//! Which schools a district has, and how many students each of them.

use crate::identifiers;
use crate::model::Grade;
use crate::profile::{Character, Profile};
use crate::random::Random;

/// The kind of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Elementary,
    Middle,
    High,
}

/// A school as the district plans it.
#[derive(Debug)]
pub(crate) struct School {
    pub(crate) index: usize,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    /// The number of students on day 1.
    pub(crate) students: usize,
}

impl School {
    /// Labels the school's own stream of random numbers.
    pub(crate) fn label(&self) -> u64 {
        u64::try_from(self.index).unwrap_or_default()
    }

    /// Lists the grades that the school teaches.
    pub(crate) fn grades(&self) -> Vec<Grade> {
        match self.stage {
            Stage::Elementary => (0..=5).collect(),
            Stage::Middle => (6..=8).collect(),
            Stage::High => (9..=12).collect(),
        }
    }
}

const STUDENTS_PER_SCHOOL: usize = 588;
const DEMO_SCHOOLS: usize = 12;
const PATTERN: [Stage; 10] = {
    use Stage::{Elementary, High, Middle};
    [
        Elementary, Middle, High, Elementary, Elementary, Elementary, Middle, Elementary, High,
        Elementary,
    ]
};

/// Plans the schools of a district; their sizes add up to the profile's students.
pub(crate) fn schools(profile: &Profile) -> Vec<School> {
    let count = match profile.character {
        Character::Demo => DEMO_SCHOOLS,
        Character::Bench => {
            ((profile.students + STUDENTS_PER_SCHOOL / 2) / STUDENTS_PER_SCHOOL).max(1)
        }
    };
    let stages: Vec<Stage> = PATTERN.into_iter().cycle().take(count).collect();
    let mut random = Random::new(profile.seed, &[0]);
    let weights: Vec<usize> =
        stages.iter().map(|stage| weight(*stage, profile, &mut random)).collect();
    let total: usize = weights.iter().sum();
    let mut before = 0;
    let plan = stages.into_iter().zip(weights).enumerate().map(|(index, (stage, weight))| {
        let first = profile.students * before / total.max(1);
        before += weight;
        let students = profile.students * before / total.max(1) - first;
        School { index, id: identifiers::school(index), name: name(index, stage), stage, students }
    });
    plan.collect()
}

/// An equal number of students in every grade of the district; a seventh more or less a school.
fn weight(stage: Stage, profile: &Profile, random: &mut Random) -> usize {
    let typical = match stage {
        Stage::Elementary => 452,
        Stage::Middle => 679,
        Stage::High => 905,
    };
    match profile.character {
        Character::Bench => typical * (86 + random.below(29)) / 100,
        Character::Demo => typical,
    }
}

const FIRST_PARTS: [&str; 44] = [
    "Brindle", "Quill", "Fenn", "Larch", "Osprey", "Tansy", "Wex", "Harrow", "Sable", "Mossy",
    "Pell", "Cinder", "Thistle", "Umber", "Gannet", "Juniper", "Kestrel", "Linnet", "Marl",
    "Nettle", "Otter", "Pipit", "Rook", "Sorrel", "Teasel", "Vesper", "Willet", "Yarrow", "Zephyr",
    "Alder", "Bracken", "Curlew", "Dunlin", "Elder", "Flint", "Gorse", "Heron", "Ibis", "Jasmine",
    "Knot", "Lapwing", "Merlin", "Nuthatch", "Plover",
];
const SECOND_PARTS: [&str; 41] = [
    "wick",
    " Hollow",
    "mere",
    " Bend",
    "ford",
    " Landing",
    "stead",
    " Fork",
    "dale",
    " Crossing",
    "gate",
    " Point",
    "brook",
    " Ridge",
    "field",
    " Gap",
    "haven",
    " Mill",
    "combe",
    " Prairie",
    "holt",
    " Slough",
    "ley",
    " Bluff",
    "moor",
    " Terrace",
    "side",
    " Orchard",
    "thorpe",
    " Spring",
    "well",
    " Mesa",
    "worth",
    " Glen",
    "bury",
    " Bay",
    "cliff",
    " Heights",
    "march",
    " Run",
    "vale",
];

/// Composes a name; one that recurs past 1,804 schools is numbered.
fn name(index: usize, stage: Stage) -> String {
    let first = FIRST_PARTS.get(index % FIRST_PARTS.len()).copied().unwrap_or_default();
    let second = SECOND_PARTS.get(index % SECOND_PARTS.len()).copied().unwrap_or_default();
    let round = index / (FIRST_PARTS.len() * SECOND_PARTS.len());
    let number = if round == 0 { String::new() } else { format!(" No. {}", round + 1) };
    let kind = match stage {
        Stage::Elementary => "Elementary School",
        Stage::Middle => "Middle School",
        Stage::High => "High School",
    };
    format!("{first}{second} {kind}{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_large_district_has_every_student_in_one_of_its_differently_named_schools() {
        let schools = schools(&Profile::bench(1, 1_000_000));
        assert_eq!(schools.iter().map(|school| school.students).sum::<usize>(), 1_000_000);
        assert_eq!(schools.len(), 1_701);
        let names: BTreeSet<_> = schools.iter().map(|school| &school.name).collect();
        assert_eq!(names.len(), schools.len());
    }
}
