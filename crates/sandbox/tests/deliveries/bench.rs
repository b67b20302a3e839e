//! The bench profile is sound, has the proportions of large districts and half a percent churn.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_sandbox::{Counts, Format, Kind, Options, Profile};

use crate::folder::{Folder, write};

const STUDENTS: usize = 8_000;

#[test]
fn the_proportions_are_those_of_a_large_district() {
    let folder = write(Profile::bench(2, STUDENTS), 1, Options::default());
    let per_thousand = |kind: Kind| folder.truth.kinds[&kind].received * 1_000 / STUDENTS;
    assert!((1_050..=1_075).contains(&per_thousand(Kind::Users)), "{}", per_thousand(Kind::Users));
    assert!((270..=300).contains(&per_thousand(Kind::Classes)), "{}", per_thousand(Kind::Classes));
    let enrollments = per_thousand(Kind::Enrollments);
    assert!((7_300..=7_480).contains(&enrollments), "{enrollments}");
    let students = folder.rows(Kind::Users).iter().filter(|row| row["role"] == "student").count();
    assert_eq!(students, STUDENTS);
}

#[test]
fn a_night_changes_about_half_a_percent_in_every_way() {
    let folder = write(Profile::bench(2, 3 * STUDENTS), 2, Options::default());
    for kind in [Kind::Users, Kind::Classes, Kind::Enrollments] {
        let Counts { received, created, updated, ended, .. } = folder.truth.kinds[&kind];
        assert!(created > 0 && updated > 0 && ended > 0, "{kind:?}");
        let per_million = (created + updated + ended) * 1_000_000 / received;
        assert!((3_000..=7_500).contains(&per_million), "{kind:?}: {per_million}");
    }
}

#[test]
fn every_reference_is_to_something_in_the_delivery() {
    for format in [Format::V1p1, Format::V1p2] {
        for day in [1, 5] {
            let folder =
                write(Profile::bench(2, 3_000), day, Options { format, ..Options::default() });
            for (kind, column, named) in references(format) {
                let known = folder.by_id(*named);
                for row in folder.rows(*kind) {
                    for id in row[*column].split(',').filter(|id| !id.is_empty()) {
                        assert!(known.contains_key(id), "{kind:?} {column} `{id}` on day {day}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_night_leaves_every_class_its_teacher_and_most_of_its_members() {
    let profile = Profile::bench(2, STUDENTS);
    let days = [1, 2].map(|day| members(&write(profile, day, Options::default())));
    for (class, before) in &days[0] {
        let Some(after) = days[1].get(class) else {
            continue;
        };
        let stayed = before.intersection(after).count();
        assert!(stayed * 2 > before.len(), "{class}: {stayed} of {}", before.len());
        assert!(after.iter().any(|user| user.starts_with("T-")), "{class}");
    }
}

#[test]
fn no_seat_is_given_up_and_taken_again_under_another_id() {
    let profile = Profile::bench(2, STUDENTS);
    let days = [1, 2].map(|day| write(profile, day, Options::default()).by_id(Kind::Enrollments));
    let only_in = |one: usize, other: usize| -> BTreeSet<(String, String)> {
        let rows = days[one].iter().filter(|(id, _)| !days[other].contains_key(*id));
        rows.map(|(_, row)| (row["classSourcedId"].clone(), row["userSourcedId"].clone())).collect()
    };
    assert!(only_in(0, 1).is_disjoint(&only_in(1, 0)));
}

fn members(folder: &Folder) -> BTreeMap<String, BTreeSet<String>> {
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in folder.rows(Kind::Enrollments) {
        let class = members.entry(row["classSourcedId"].clone()).or_default();
        class.insert(row["userSourcedId"].clone());
    }
    members
}

fn references(format: Format) -> &'static [(Kind, &'static str, Kind)] {
    const BOTH: [(Kind, &str, Kind); 11] = [
        (Kind::Orgs, "parentSourcedId", Kind::Orgs),
        (Kind::AcademicSessions, "parentSourcedId", Kind::AcademicSessions),
        (Kind::Courses, "orgSourcedId", Kind::Orgs),
        (Kind::Classes, "courseSourcedId", Kind::Courses),
        (Kind::Classes, "schoolSourcedId", Kind::Orgs),
        (Kind::Classes, "termSourcedIds", Kind::AcademicSessions),
        (Kind::Enrollments, "classSourcedId", Kind::Classes),
        (Kind::Enrollments, "userSourcedId", Kind::Users),
        (Kind::Enrollments, "schoolSourcedId", Kind::Orgs),
        (Kind::Users, "agentSourcedIds", Kind::Users),
        (Kind::Users, "orgSourcedIds", Kind::Orgs),
    ];
    const LATER: [(Kind, &str, Kind); 5] = [
        (Kind::Users, "primaryOrgSourcedId", Kind::Orgs),
        (Kind::Roles, "userSourcedId", Kind::Users),
        (Kind::Roles, "orgSourcedId", Kind::Orgs),
        (Kind::Roles, "userProfileSourcedId", Kind::UserProfiles),
        (Kind::UserProfiles, "userSourcedId", Kind::Users),
    ];
    match format {
        Format::V1p1 => &BOTH,
        Format::V1p2 => &LATER,
    }
}
