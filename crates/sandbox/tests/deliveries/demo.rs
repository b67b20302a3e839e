//! The demo profile: its size, its families, its story, and a second day without a hold.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_sandbox::{Error, Kind, Options, Profile, Story};

use crate::folder::{Folder, write};

fn day(day: u32) -> Folder {
    write(Profile::demo(1), day, Options::default())
}

#[test]
fn twelve_schools_have_about_four_thousand_people() {
    let folder = day(1);
    assert_eq!(folder.truth.kinds[&Kind::Orgs].received, 13);
    assert!((3_800..4_300).contains(&folder.truth.kinds[&Kind::Users].received));
    for role in ["student", "teacher", "administrator", "aide", "guardian"] {
        assert!(folder.rows(Kind::Users).iter().any(|row| row["role"] == role), "{role}");
    }
}

#[test]
fn guardians_and_students_name_each_other() {
    for folder in [day(1), day(4)] {
        let users = folder.by_id(Kind::Users);
        for (id, row) in &users {
            for agent in row["agentSourcedIds"].split(',').filter(|agent| !agent.is_empty()) {
                let back = users[agent]["agentSourcedIds"].split(',').any(|agent| agent == id);
                assert!(back, "{id} {agent}");
            }
            assert!(row["role"] != "guardian" || !row["agentSourcedIds"].is_empty(), "{id}");
        }
    }
}

#[test]
fn the_story_happens_on_the_second_day() {
    let days = [day(1), day(2)];
    let story = days[0].truth.story.clone().unwrap();
    assert_eq!(days[1].truth.story.as_ref(), Some(&story));
    let [users, later] = [0, 1].map(|day| days[day].by_id(Kind::Users));
    let [classes, later_classes] = [0, 1].map(|day| days[day].by_id(Kind::Classes));
    assert!(!users.contains_key(&story.late_student) && later.contains_key(&story.late_student));
    assert!(users.contains_key(&story.left_student) && !later.contains_key(&story.left_student));
    assert!(
        !classes.contains_key(&story.added_class) && later_classes.contains_key(&story.added_class)
    );
    assert!(
        classes.contains_key(&story.ended_class) && !later_classes.contains_key(&story.ended_class)
    );
    for (id, column) in
        [(&story.transferred_student, "orgSourcedIds"), (&story.renamed_teacher, "email")]
    {
        assert_ne!(users[id][column], later[id][column], "{id}");
    }
    let [before, after] = [0, 1].map(|day| classes_of(&days[day], &story.moved_student));
    let list = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(
        before.difference(&after).cloned().collect::<BTreeSet<_>>(),
        list(&story.moved_from)
    );
    assert_eq!(after.difference(&before).cloned().collect::<BTreeSet<_>>(), list(&story.moved_to));
    assert_eq!((story.moved_from.len(), story.moved_to.len()), (2, 2));
    standing(&days[0], &story);
    standing(&days[1], &story);
}

/// What is peculiar on every day.
fn standing(folder: &Folder, story: &Story) {
    let users = folder.by_id(Kind::Users);
    let classes = folder.by_id(Kind::Classes);
    let blocked = classes_of(folder, &story.blocked_student);
    assert!(!blocked.is_empty() && blocked.iter().all(|class| !classes.contains_key(class)));
    assert!(story.missing_classes.iter().all(|class| !classes.contains_key(class)));
    assert!(users[&story.two_school_student]["orgSourcedIds"].contains(','));
    let name = |id: &String| (users[id]["givenName"].clone(), users[id]["familyName"].clone());
    for pair in [&story.namesakes, &story.teacher_and_guardian] {
        assert_eq!(name(&pair[0]), name(&pair[1]));
    }
    let [teacher, guardian] = [0, 1].map(|row| &users[&story.teacher_and_guardian[row]]);
    assert_eq!(teacher["userIds"], guardian["userIds"]);
    assert_ne!(teacher["role"], guardian["role"]);
}

#[test]
fn a_normal_night_stays_far_below_the_limits() {
    for (one, other) in [(1, 2), (2, 3)] {
        let days = [day(one), day(other)];
        let [users, later] = [0, 1].map(|day| days[day].by_id(Kind::Users));
        let mut schools: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (id, row) in &users {
            for school in row["orgSourcedIds"].split(',') {
                let (all, gone) = schools.entry(school).or_default();
                *all += 1;
                *gone += usize::from(!later.contains_key(id));
            }
        }
        for (school, (all, gone)) in schools {
            assert!(gone <= 10 && gone * 20 <= all, "{school}: {gone} of {all}");
        }
        let [seats, later] = [0, 1].map(|day| members(&days[day]));
        for (class, before) in &seats {
            let Some(after) = later.get(class) else {
                continue;
            };
            assert!(before.intersection(after).count() * 2 > before.len(), "{class}");
            let is_taught =
                |members: &BTreeSet<String>| members.iter().any(|id| id.starts_with("T-"));
            assert!(is_taught(after) || !is_taught(before), "{class}");
        }
    }
}

#[test]
fn a_demo_with_too_few_students_is_refused() {
    let profile = Profile { students: 500, ..Profile::demo(1) };
    let refused = firstbell_sandbox::District::new(profile);
    assert!(matches!(refused, Err(Error::TooFewStudents { students: 500, .. })));
}

fn classes_of(folder: &Folder, user: &str) -> BTreeSet<String> {
    let rows = folder.rows(Kind::Enrollments).into_iter();
    rows.filter(|row| row["userSourcedId"] == user)
        .map(|row| row["classSourcedId"].clone())
        .collect()
}

fn members(folder: &Folder) -> BTreeMap<String, BTreeSet<String>> {
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in folder.rows(Kind::Enrollments) {
        members
            .entry(row["classSourcedId"].clone())
            .or_default()
            .insert(row["userSourcedId"].clone());
    }
    members
}
