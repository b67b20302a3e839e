//! Deliveries that are damaged in every way: nothing crashes, the accounts add up, and never more
//! than the guards allow leaves the roster.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    reason = "a test fails where something is wrong, and says what it skips"
)]

mod support;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use firstbell_sync::Hub;
use firstbell_sync::report::{RunReport, Status};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::bundle::Bundle;
use support::damage::{Damage, Feed};
use support::{context, hub, options, random};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How many deliveries one hub is shown before another takes its place.
const SHOWN: usize = 200;

/// A hub that has the roster of a sound delivery.
struct Stage {
    folder: TempDir,
    hub: Hub,
    shown: usize,
    before: Roster,
}

/// What came of the deliveries.
#[derive(Debug, Default)]
struct Seen {
    unreadable: u32,
    held: u32,
    unchanged: u32,
    applied: u32,
}

impl Stage {
    async fn set(sound: &Feed) -> Self {
        let folder = TempDir::new().unwrap();
        let hub = hub(folder.path()).await;
        let feed = sound.write(folder.path());
        let report = hub.sync("oak", &feed, &options(), &context(0)).await.unwrap();
        assert_eq!(report.status, Status::Applied);
        let before = Roster::of(&hub, folder.path()).await;
        Self { folder, hub, shown: 0, before }
    }

    /// Shows a delivery to the hub; where it would be applied, applies it to a copy.
    async fn show(&mut self, feed: &Feed, seen: &mut Seen) -> Result<(), TestCaseError> {
        self.shown += 1;
        let path = feed.write(self.folder.path());
        // What cannot be read at all says so, and nothing more comes of it.
        let Ok(plan) = self.hub.plan("oak", &path, &options(), &context(1)).await else {
            seen.unreadable += 1;
            return Ok(());
        };
        adds_up(&plan)?;
        match plan.status {
            Status::Planned => seen.applied += 1,
            Status::Unchanged => seen.unchanged += 1,
            Status::Held | Status::Refused => seen.held += 1,
            Status::Applied => panic!("a plan applies nothing"),
        }
        if plan.status != Status::Planned {
            return Ok(());
        }
        let copy = TempDir::new().unwrap();
        copy_folder(&self.folder.path().join("home"), &copy.path().join("home"));
        let other = Hub::open(&copy.path().join("home"), None, None, context(1).now).await.unwrap();
        let report = other.sync("oak", &path, &options(), &context(1)).await.unwrap();
        adds_up(&report)?;
        prop_assert_eq!((report.status, &report.digest), (Status::Applied, &plan.digest));
        self.before.may_become(&Roster::of(&other, copy.path()).await)?;
        let again = other.plan("oak", &path, &options(), &context(2)).await.unwrap();
        prop_assert_eq!(again.changes, 0, "planning again: {:?}", again.summary);
        Ok(())
    }
}

fn adds_up(report: &RunReport) -> Result<(), TestCaseError> {
    for (kind, outcomes) in &report.outcomes {
        prop_assert!(outcomes.add_up(), "{}: {:?}", kind, outcomes);
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What the hub publishes, as far as the limits look at it.
#[derive(Debug, Default)]
struct Roster {
    /// The schools of people, by the number that stays theirs.
    people: BTreeMap<String, BTreeSet<String>>,
    teachers: BTreeSet<String>,
    /// What people sign in by.
    usernames: BTreeMap<String, String>,
    /// The school of each class.
    classes: BTreeMap<String, String>,
    /// The people in each class.
    members: BTreeMap<String, BTreeSet<String>>,
}

impl Roster {
    async fn of(hub: &Hub, folder: &Path) -> Self {
        let out = folder.join("out");
        drop(fs::remove_dir_all(&out));
        hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
        let rows = |file: &str| {
            // A file without records is not written.
            let Ok(mut reader) = csv::Reader::from_path(out.join(file)) else { return Vec::new() };
            let header = reader.headers().unwrap().clone();
            let named = |row: csv::StringRecord| {
                let cells = header.iter().zip(row.iter());
                cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
            };
            reader.records().map(|row| named(row.unwrap())).collect::<Vec<BTreeMap<_, _>>>()
        };
        let (mut roster, mut persons) = (Self::default(), BTreeMap::new());
        for row in rows("users.csv") {
            // A person goes on under another sourcedId, or with another number, but not both.
            let number =
                if row["userIds"].is_empty() { &row["sourcedId"] } else { &row["userIds"] };
            let schools = row["orgSourcedIds"].split(',').map(str::to_owned).collect();
            roster.people.insert(number.clone(), schools);
            if row["role"] == "teacher" {
                roster.teachers.insert(number.clone());
            }
            roster.usernames.insert(number.clone(), row["username"].clone());
            persons.insert(row["sourcedId"].clone(), number.clone());
        }
        for row in rows("classes.csv") {
            roster.classes.insert(row["sourcedId"].clone(), row["schoolSourcedId"].clone());
        }
        for row in rows("enrollments.csv") {
            let person = persons.get(&row["userSourcedId"]).cloned().unwrap_or_default();
            roster.members.entry(row["classSourcedId"].clone()).or_default().insert(person);
        }
        roster
    }

    /// Whether the default limits let this roster become the other (semantics, default limits).
    fn may_become(&self, after: &Self) -> Result<(), TestCaseError> {
        let within = |lost: usize, of: usize, percent: usize, count: usize| {
            lost <= count || lost * 100 <= percent * of
        };
        let gone: BTreeSet<_> =
            self.people.keys().filter(|person| !after.people.contains_key(*person)).collect();
        let (lost, all) = (gone.len(), self.people.len());
        prop_assert!(within(lost, all, 3, 50), "{} of {} people left", lost, all);
        for school in ["s0", "s1"] {
            let here = self.people.iter().filter(|(_, schools)| schools.contains(school));
            let here: BTreeSet<_> = here.map(|(person, _)| person).collect();
            let left = here.intersection(&gone).count();
            prop_assert!(within(left, here.len(), 5, 10), "{} people left {}", left, school);
            let other = |person: &&&String| {
                let now = after.usernames.get(**person);
                now.is_some_and(|now| {
                    !self.usernames[**person].is_empty() && *now != self.usernames[**person]
                })
            };
            let renamed = here.iter().filter(other).count();
            prop_assert!(within(renamed, here.len(), 20, 20), "{} sign in otherwise", renamed);
            let at = |classes: &BTreeMap<String, String>| {
                let here = classes.iter().filter(|(_, of)| *of == school);
                here.map(|(class, _)| class.clone()).collect::<BTreeSet<_>>()
            };
            let ended = at(&self.classes).difference(&at(&after.classes)).count();
            prop_assert!(within(ended, at(&self.classes).len(), 20, 5), "{} classes ended", ended);
        }
        for school in ["s0", "s1"] {
            let seats = |of: &Self| {
                let here = of.members.iter().filter(|(class, _)| of.classes[*class] == school);
                here.map(|(_, members)| members.difference(&of.teachers).count()).sum::<usize>()
            };
            let (before, left) = (seats(self), seats(after));
            prop_assert!(2 * left >= before, "{}: {} of {} seats", school, left, before);
            let known = |class: &&String| self.classes.get(*class).is_none_or(|at| at == school);
            let here = after.members.iter().filter(|(class, _)| after.classes[*class] == school);
            let stayed = here
                .filter(|(class, _)| known(class))
                .map(|(_, members)| members.difference(&after.teachers).count());
            let stayed = stayed.sum::<usize>();
            prop_assert!(2 * stayed >= before, "{}: {} of {} seats stay", school, stayed, before);
        }
        for (class, members) in &self.members {
            if !after.classes.contains_key(class) {
                continue;
            }
            let now = after.members.get(class).cloned().unwrap_or_default();
            prop_assert!(2 * now.len() >= members.len(), "{} lost half: {:?}", class, now.len());
            let teaches = |of: &Self, members: &BTreeSet<String>| {
                members.iter().any(|person| of.teachers.contains(person))
            };
            prop_assert!(
                !teaches(self, members) || teaches(after, &now),
                "{} lost its last teacher",
                class
            );
        }
        Ok(())
    }
}

fn damaged_deliveries_do_no_harm(sound: &Feed, cases: u32, seed: u64) {
    let runtime = Runtime::new().unwrap();
    let stage = RefCell::new(runtime.block_on(Stage::set(sound)));
    let came = RefCell::new(Seen::default());
    let damages = prop::collection::vec(any::<Damage>(), 1..4);
    let config = Config { failure_persistence: None, ..random(cases, seed, 400) };
    let cases = config.cases;
    TestRunner::new(config)
        .run(&(damages, any::<bool>()), |(damages, zipped)| {
            let mut feed = sound.clone();
            feed.zipped = zipped;
            for damage in &damages {
                damage.strike(&mut feed);
            }
            if stage.borrow().shown >= SHOWN {
                stage.replace(runtime.block_on(Stage::set(sound)));
            }
            runtime.block_on(stage.borrow_mut().show(&feed, &mut came.borrow_mut()))
        })
        .unwrap();
    let came = came.into_inner();
    println!("{came:?}");
    let each = [came.unreadable, came.held, came.unchanged, came.applied];
    assert!(each.iter().all(|count| count * 50 > cases), "{came:?}");
}

const FILES: [&str; 6] = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];

#[test]
fn of_oneroster_1_1() {
    let mut town = Bundle::town(40);
    town.manifest("1.1", &FILES.map(|file| (file, "bulk")));
    damaged_deliveries_do_no_harm(&Feed::of(&town), 700, 11);
}

#[test]
fn of_oneroster_1_2() {
    let mut town = Bundle::town(40);
    town.roles_apart();
    town.manifest("1.2", &[&FILES.map(|file| (file, "bulk"))[..], &[("roles", "bulk")]].concat());
    damaged_deliveries_do_no_harm(&Feed::of(&town), 700, 12);
}

#[test]
fn of_three_files() {
    let mut town = Bundle::town(40);
    town.files.retain(|file, _| ["users", "classes", "enrollments"].contains(&file.as_str()));
    damaged_deliveries_do_no_harm(&Feed::of(&town), 700, 3);
}
