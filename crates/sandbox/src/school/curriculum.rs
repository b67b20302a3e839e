//! What is taught: seven slots for every grade, and clubs.

use crate::model::Grade;

/// A course of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) title: String,
    /// The area to which the course belongs.
    pub(crate) area: &'static str,
    /// The `sourcedId` of the course.
    pub(crate) course: String,
    /// Beginning of a class code.
    pub(crate) code: String,
}

/// Lists all courses of the district.
pub(crate) fn courses() -> Vec<(Option<Grade>, Subject)> {
    let taught = (0..=12)
        .flat_map(|grade| (0..SLOTS).map(move |slot| (Some(grade), slot_subject(grade, slot))));
    taught.chain((0..CLUBS.len()).map(|index| (None, club_subject(index)))).collect()
}

/// The number of periods that every student has.
pub(crate) const SLOTS: u8 = 7;

/// The courses outside the seven periods.
const CLUBS: [(&str, &str); 6] = [
    ("Band", "Music"),
    ("Choir", "Music"),
    ("Robotics", "Technology"),
    ("Yearbook", "English"),
    ("Art, Stage and Sound", "Art"),
    ("Chess \"Knights\"", "Mathematics"),
];

const ELEMENTARY: [(&str, &str); 7] = [
    ("Homeroom and Reading", "English"),
    ("Mathematics", "Mathematics"),
    ("Science", "Science"),
    ("Social Studies", "Social Studies"),
    ("Art", "Art"),
    ("Music", "Music"),
    ("Physical Education", "Physical Education"),
];
const MIDDLE: [(&str, &str); 7] = [
    ("English Language Arts", "English"),
    ("Mathematics", "Mathematics"),
    ("Science", "Science"),
    ("World Cultures", "Social Studies"),
    ("Spanish", "World Languages"),
    ("Technology and Design", "Technology"),
    ("Physical Education", "Physical Education"),
];
const HIGH: [[(&str, &str); 7]; 4] = [
    [
        ("English I", "English"),
        ("Algebra I", "Mathematics"),
        ("Biology", "Science"),
        ("World History", "Social Studies"),
        ("Spanish I", "World Languages"),
        ("Computing I", "Technology"),
        ("Health and Fitness", "Physical Education"),
    ],
    [
        ("English II", "English"),
        ("Geometry", "Mathematics"),
        ("Chemistry", "Science"),
        ("Human Geography", "Social Studies"),
        ("Spanish II", "World Languages"),
        ("Computing II", "Technology"),
        ("Team Sports", "Physical Education"),
    ],
    [
        ("English III", "English"),
        ("Algebra II", "Mathematics"),
        ("Physics", "Science"),
        ("US History", "Social Studies"),
        ("Spanish III", "World Languages"),
        ("Digital Media", "Technology"),
        ("Lifetime Sports", "Physical Education"),
    ],
    [
        ("English IV", "English"),
        ("Pre-Calculus", "Mathematics"),
        ("Environmental Science", "Science"),
        ("Government and Economics", "Social Studies"),
        ("Spanish IV", "World Languages"),
        ("Engineering Design", "Technology"),
        ("Weight Training", "Physical Education"),
    ],
];

/// Names the course that a grade has in a slot.
pub(super) fn slot_subject(grade: Grade, slot: u8) -> Subject {
    let place = usize::from(slot);
    let (title, area) = match grade {
        0..=5 => ELEMENTARY.get(place),
        6..=8 => MIDDLE.get(place),
        _ => HIGH.get(usize::from(grade - 9)).and_then(|slots| slots.get(place)),
    }
    .copied()
    .unwrap_or(("Study Hall", "Other"));
    let title = match grade {
        0 => format!("{title} K"),
        1..=8 => format!("{title} {grade}"),
        _ => title.to_owned(),
    };
    let short: String = area.chars().filter(char::is_ascii_alphabetic).take(3).collect();
    let code = format!("{}{grade:02}", short.to_uppercase());
    Subject { title, area, course: format!("C-{grade:02}{slot}"), code }
}

/// Names the course of a club.
pub(super) fn club_subject(index: usize) -> Subject {
    let index = index % CLUBS.len();
    let (title, area) = CLUBS.get(index).copied().unwrap_or_default();
    Subject {
        title: title.to_owned(),
        area,
        course: format!("C-CLUB{index}"),
        code: format!("CLB{index:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_grade_and_slot_has_a_course_of_its_own() {
        let all = courses();
        let titles: BTreeSet<_> = all.iter().map(|(_, subject)| &subject.title).collect();
        let courses: BTreeSet<_> = all.iter().map(|(_, subject)| &subject.course).collect();
        assert_eq!((titles.len(), courses.len()), (97, 97));
    }
}
