//! Random people who share, take and give up identifiers, night after night: planning again
//! changes nothing, who waits goes on waiting, no identifier belongs to two people, and nobody who
//! was known as a student or guardian becomes staff.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dropping_references,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use firstbell_roster::matching;
use firstbell_roster::model::columns::{role, user};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::settings::{PersonKind, Settings};
use firstbell_roster::model::subjects::tag;
use firstbell_roster::model::{Kind, PersonId, SubjectId};
use firstbell_store::{OpenOptions, Store, Version};
use firstbell_sync::report::{Outcomes, RunReport, Status};
use firstbell_sync::{Hub, RunOptions};
use proptest::prelude::*;
use support::bundle::Bundle;
use support::context;
use tempfile::TempDir;

/// What a school system says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    role: &'static str,
    name: &'static str,
    school: &'static str,
    state: u8,
    sis: u8,
    number: u8,
    /// The day of the record.
    day: u8,
    /// A second role, where roles have records of their own.
    also: Option<&'static str>,
}

fn person() -> impl Strategy<Value = Person> {
    let role = prop::sample::select(vec!["student", "student", "teacher", "guardian", "aide"]);
    let name = prop::sample::select(vec!["Ada", "Ada", "Ben"]);
    let school = prop::sample::select(vec!["s0", "s0", "s1"]);
    let also = prop::option::weighted(0.2, role_word());
    (role, name, school, 0u8..4, 0u8..4, 0u8..5, 0u8..3, also).prop_map(
        |(role, name, school, state, sis, number, day, also)| Person {
            role,
            name,
            school,
            state,
            sis,
            number,
            day,
            also,
        },
    )
}

fn role_word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["student", "teacher", "guardian"])
}

/// What happens to a record between two nights.
#[derive(Debug, Clone)]
enum Edit {
    Put(u8, Person),
    Leave(u8),
    Rename(u8, u8),
    State(u8, u8),
    Sis(u8, u8),
    Number(u8, u8),
    Name(u8, &'static str),
    Role(u8, &'static str),
    School(u8, &'static str),
    Day(u8, u8),
    Also(u8, Option<&'static str>),
    /// Two records exchange their numbers.
    Exchange(u8, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let who = || 0u8..8;
    prop_oneof![
        3 => (who(), person()).prop_map(|(who, person)| Edit::Put(who, person)),
        2 => who().prop_map(Edit::Leave),
        2 => (who(), who()).prop_map(|(one, other)| Edit::Rename(one, other)),
        2 => (who(), 0u8..4).prop_map(|(who, id)| Edit::State(who, id)),
        2 => (who(), 0u8..4).prop_map(|(who, id)| Edit::Sis(who, id)),
        2 => (who(), 0u8..5).prop_map(|(who, id)| Edit::Number(who, id)),
        1 => (who(), prop::sample::select(vec!["Ada", "Ben"])).prop_map(|(who, name)| Edit::Name(who, name)),
        1 => (who(), role_word()).prop_map(|(who, role)| Edit::Role(who, role)),
        1 => (who(), 0u8..3).prop_map(|(who, day)| Edit::Day(who, day)),
        1 => (who(), prop::option::of(role_word())).prop_map(|(who, role)| Edit::Also(who, role)),
        1 => (who(), prop::sample::select(vec!["s0", "s1"])).prop_map(|(who, school)| Edit::School(who, school)),
        1 => (who(), who()).prop_map(|(one, other)| Edit::Exchange(one, other)),
    ]
}

type People = BTreeMap<u8, Person>;

fn change(people: &mut People, edit: &Edit) {
    match edit {
        Edit::Put(who, person) => drop(people.insert(*who, person.clone())),
        Edit::Leave(who) => drop(people.remove(who)),
        Edit::Rename(who, to) => {
            if let Some(person) = people.remove(who) {
                people.insert(*to, person);
            }
        }
        Edit::Exchange(one, other) => {
            let (Some(first), Some(second)) = (people.get(one), people.get(other)) else { return };
            let (first, second) = (first.number, second.number);
            people.entry(*one).and_modify(|person| person.number = second);
            people.entry(*other).and_modify(|person| person.number = first);
        }
        Edit::State(who, _)
        | Edit::Sis(who, _)
        | Edit::Number(who, _)
        | Edit::Name(who, _)
        | Edit::Role(who, _)
        | Edit::Day(who, _)
        | Edit::Also(who, _)
        | Edit::School(who, _) => {
            let Some(person) = people.get_mut(who) else { return };
            match *edit {
                Edit::State(_, id) => person.state = id,
                Edit::Sis(_, id) => person.sis = id,
                Edit::Number(_, id) => person.number = id,
                Edit::Name(_, name) => person.name = name,
                Edit::Role(_, role) => person.role = role,
                Edit::School(_, school) => person.school = school,
                Edit::Day(_, day) => person.day = day,
                Edit::Also(_, role) => person.also = role,
                Edit::Put(..) | Edit::Leave(_) | Edit::Rename(..) | Edit::Exchange(..) => {}
            }
        }
    }
}

/// The delivery of these people; with those of the night before, only what changed.
fn delivery(people: &People, before: Option<&People>, roles_apart: bool) -> Bundle {
    let mut bundle = Bundle::town(0);
    let add = |bundle: &mut Bundle, who: u8, person: &Person, status: &str| {
        let id = format!("u{who}");
        let ids = [("State", person.state), ("SIS", person.sis)];
        let ids = ids.into_iter().filter(|(_, id)| *id > 0);
        let ids: Vec<_> = ids.map(|(kind, id)| format!("{{{kind}:{id}}}")).collect();
        let number = if person.number > 0 { person.number.to_string() } else { String::new() };
        bundle.user(&id, person.role, person.school);
        bundle.set("users", &id, "userIds", &ids.join(",")).set(
            "users",
            &id,
            "identifier",
            &number,
        );
        bundle.set("users", &id, "familyName", person.name).set("users", &id, "status", status);
        let day = format!("2026-09-1{}T00:00:00Z", person.day);
        bundle.set("users", &id, "dateLastModified", &day);
    };
    let changed = |who: &u8, person: &Person| before.is_none_or(|all| all.get(who) != Some(person));
    for (who, person) in people.iter().filter(|(who, person)| changed(who, person)) {
        add(&mut bundle, *who, person, if before.is_some() { "active" } else { "" });
    }
    for (who, person) in before.into_iter().flatten().filter(|(who, _)| !people.contains_key(who)) {
        add(&mut bundle, *who, person, "tobedeleted");
    }
    if roles_apart {
        bundle.roles_apart();
        for (who, also) in people.iter().filter_map(|(who, person)| Some((who, person.also?))) {
            bundle.role(&format!("r2-u{who}"), &format!("u{who}"), also, people[who].school);
        }
    }
    if before.is_some() {
        bundle.users_delta();
    }
    bundle
}

fn options() -> RunOptions<'static> {
    RunOptions { again: true, override_identity: Some("test".to_owned()), ..support::options() }
}

/// Applies a delivery, approving what a guard holds.
async fn apply(hub: &Hub, feed: &Path, night: i64) -> RunReport {
    let report = hub.sync("oak", feed, &options(), &context(night)).await.unwrap();
    assert!(report.outcomes.values().all(Outcomes::add_up));
    if report.status == Status::Held {
        let approved = hub.approve("oak", report.plan, &context(night)).await.unwrap();
        assert_eq!(approved.status, Status::Applied, "{:?}", approved.notes);
        return approved;
    }
    report
}

/// What the nights before left: the kinds of person that each user row was last.
type Kinds = BTreeMap<SubjectId, BTreeSet<PersonKind>>;

/// No trusted identifier belongs to two present people, and no student or guardian became staff.
async fn is_sound(folder: &TempDir, settings: &Settings, before: &mut Kinds) {
    let home = folder.path().join("home");
    let store = Store::open(OpenOptions { home, ..OpenOptions::default() }).await.unwrap();
    let district = store.districts().await.unwrap().remove(0);
    let hasher = Hasher::new(district.hash_seed.cast_unsigned());
    let mut now = Kinds::new();
    let mut kind = |id: SubjectId, word: &str| {
        now.entry(id).or_default().extend(matching::person_kind(tag::of_word(word)));
    };
    let mut rows = Vec::new();
    let keep = |version: Version| {
        kind(version.row.id, version.row.text(user::ROLE));
        rows.push(version.row);
    };
    store.stream_present(district.id, Kind::User, None, keep).await.unwrap();
    let keep = |version: Version| {
        kind(version.row.subject(role::USER).unwrap(), version.row.text(role::ROLE));
    };
    store.stream_present(district.id, Kind::Role, None, keep).await.unwrap();
    store.close().await;
    let mut owners: BTreeMap<_, BTreeSet<PersonId>> = BTreeMap::new();
    for row in &rows {
        for identifier in matching::of_row(&hasher, settings, row) {
            let of_school = identifier.is_of_school(settings);
            let school = of_school.then(|| row.subjects(user::ORGS).to_vec());
            // What role records tell is not asked here.
            let told = !row.text(user::ROLE).is_empty() && !row.subjects(user::ORGS).is_empty();
            let everybody = settings.trusted_identifiers[identifier.rule].among.len() == 3;
            if told || !of_school && everybody {
                owners.entry((identifier.hash, school)).or_default().extend(row.person);
            }
        }
    }
    assert!(owners.values().all(|people| people.len() < 2), "{owners:?}");
    now.retain(|_, kinds| !kinds.is_empty());
    for (id, kinds) in &now {
        let was = before.get(id).filter(|was| !was.contains(&PersonKind::Staff));
        assert!(was.is_none() || !kinds.contains(&PersonKind::Staff), "{id:?} became staff");
    }
    before.extend(now);
}

/// How people are told apart: as out of the box, by a number of one school, of students alone.
const SETTINGS: [&str; 3] = [
    "",
    "[[trusted_identifiers]]\nfield = \"userIds\"\n[[trusted_identifiers]]\nfield = \"identifier\"\nreach = \"school\"\n",
    "[[trusted_identifiers]]\nfield = \"userIds\"\n[[trusted_identifiers]]\nfield = \"identifier\"\namong = [\"student\"]\n",
];

/// Who is one person, as the district says: nothing of it, or what may be so or not.
const SAID: [&str; 2] =
    ["", "one_person = [[\"u0\", \"u1\"], [\"u2\"], [\"u3\", \"u4\", \"u5\"], [\"u6\", \"u7\"]]"];

/// One night.
#[derive(Debug, Clone)]
struct Night {
    delta: bool,
    /// Whether the version of OneRoster changes.
    other_version: bool,
    edits: Vec<Edit>,
}

fn night() -> impl Strategy<Value = Night> {
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.1));
    (flags, prop::collection::vec(edit(), 1..9)).prop_map(|((delta, other_version), edits)| Night {
        delta,
        other_version,
        edits,
    })
}

async fn nights(nights: &[Night], mut roles_apart: bool, settings: usize, keep_back: bool) {
    let folder = TempDir::new().unwrap();
    let hub = support::hub(folder.path()).await;
    let on_hold = if keep_back { "keep_back" } else { "stop" };
    let (rest, said) = (SETTINGS[settings % SETTINGS.len()], SAID[settings / SETTINGS.len()]);
    let text = format!("on_hold = \"{on_hold}\"\n{said}\n[guard]\nwindow_days = 0\n{rest}");
    hub.save_settings("oak", &text, &context(0)).await.unwrap();
    let parsed = Settings::parse(&text).unwrap();
    let (mut people, mut kinds, feed) = (People::new(), Kinds::new(), folder.path().join("feed"));
    for (number, night) in (1i64..).zip(nights) {
        let before = people.clone();
        for edit in &night.edits {
            change(&mut people, edit);
        }
        roles_apart ^= night.other_version;
        let delta = night.delta && number > 1 && !roles_apart && !night.other_version;
        let bundle = delivery(&people, delta.then_some(&before), roles_apart);
        bundle.write(&feed);
        let report = Box::pin(apply(&hub, &feed, number)).await;
        let again = hub.plan("oak", &feed, &options(), &context(number)).await.unwrap();
        assert_eq!(again.changes, 0, "night {number}: {:?}", again.summary);
        let held = |report: &RunReport| report.outcomes[&Kind::User].held_by.clone();
        if said.is_empty() {
            assert_eq!(held(&again), held(&report), "night {number}");
        }
        // Beside one who is known by now, others wait for another reason.
        let all = |report| held(report).values().sum::<u64>();
        assert_eq!(all(&again), all(&report), "night {number}");
        is_sound(&folder, &parsed, &mut kinds).await;
    }
    hub.close().await;
}

proptest! {
    #![proptest_config(support::random(32, 3, 200))]

    #[test]
    fn who_waits_goes_on_waiting(
        some in prop::collection::vec(night(), 1..5),
        roles_apart in any::<bool>(),
        settings in 0..SETTINGS.len() * SAID.len(),
        keep_back in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(nights(&some, roles_apart, settings, keep_back));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_staff_by_another_version() {
    let student = Person {
        role: "student",
        name: "Ada",
        school: "s0",
        state: 0,
        sis: 0,
        number: 0,
        day: 0,
        also: None,
    };
    let teacher = Person { role: "teacher", ..student.clone() };
    let night = |person: &Person, other_version| Night {
        delta: false,
        other_version,
        edits: vec![Edit::Put(0, person.clone())],
    };
    let held_first = [night(&student, false), night(&teacher, false), night(&teacher, true)];
    nights(&held_first, true, 0, false).await;
    nights(&[night(&student, false), night(&teacher, true)], true, 0, false).await;
    nights(&[night(&student, false), night(&teacher, true)], false, 0, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_a_number_waits_with_their_roles_where_the_one_who_had_it_waits() {
    let person = |school, sis, number| Person {
        role: "student",
        name: "Ada",
        school,
        state: 0,
        sis,
        number,
        day: 0,
        also: None,
    };
    let night = |edits| Night { delta: false, other_version: false, edits };
    let first = night(vec![Edit::Put(4, person("s1", 0, 2))]);
    let second = night(vec![Edit::Put(4, person("s0", 2, 3)), Edit::Put(0, person("s0", 0, 2))]);
    nights(&[first, second], true, 0, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_the_id_of_another_takes_their_roles_at_once() {
    let ada = Person {
        role: "student",
        name: "Ada",
        school: "s0",
        state: 0,
        sis: 0,
        number: 0,
        day: 0,
        also: None,
    };
    let night = |edit| Night { delta: false, other_version: false, edits: vec![edit] };
    let other = Person { number: 1, also: Some("teacher"), ..ada.clone() };
    let some = [night(Edit::Put(0, ada)), night(Edit::Put(2, other)), night(Edit::Rename(2, 0))];
    nights(&some, true, 2, false).await;
}
