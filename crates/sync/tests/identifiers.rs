//! Random people who share, take and give up identifiers, night after night: planning again
//! changes nothing, who waits goes on waiting, and no identifier belongs to two people.

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
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::settings::Settings;
use firstbell_roster::model::{Kind, PersonId};
use firstbell_store::{OpenOptions, Store, Version};
use firstbell_sync::report::{Outcomes, RunReport, Status};
use firstbell_sync::{Hub, RunOptions};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
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
}

fn person() -> impl Strategy<Value = Person> {
    let role = prop::sample::select(vec!["student", "student", "teacher", "guardian", "aide"]);
    let name = prop::sample::select(vec!["Ada", "Ada", "Ben"]);
    let school = prop::sample::select(vec!["s0", "s0", "s1"]);
    (role, name, school, 0u8..4, 0u8..4, 0u8..5).prop_map(
        |(role, name, school, state, sis, number)| Person {
            role,
            name,
            school,
            state,
            sis,
            number,
        },
    )
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
        1 => (who(), prop::sample::select(vec!["student", "teacher", "guardian"])).prop_map(|(who, role)| Edit::Role(who, role)),
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
        | Edit::School(who, _) => {
            let Some(person) = people.get_mut(who) else { return };
            match *edit {
                Edit::State(_, id) => person.state = id,
                Edit::Sis(_, id) => person.sis = id,
                Edit::Number(_, id) => person.number = id,
                Edit::Name(_, name) => person.name = name,
                Edit::Role(_, role) => person.role = role,
                Edit::School(_, school) => person.school = school,
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
    }
    if before.is_some() {
        bundle.files.retain(|name, _| name == "users");
        bundle.manifest("1.1", &[("users", "delta")]);
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

/// No trusted identifier belongs to two present people.
async fn are_told_apart(folder: &TempDir, settings: &Settings) {
    let home = folder.path().join("home");
    let store = Store::open(OpenOptions { home, ..OpenOptions::default() }).await.unwrap();
    let district = store.districts().await.unwrap().remove(0);
    let hasher = Hasher::new(district.hash_seed.cast_unsigned());
    let mut owners: BTreeMap<u64, BTreeSet<PersonId>> = BTreeMap::new();
    let keep = |version: Version| {
        for identifier in matching::of_row(&hasher, settings, &version.row) {
            owners.entry(identifier.hash).or_default().extend(version.row.person);
        }
    };
    store.stream_present(district.id, Kind::User, None, keep).await.unwrap();
    store.close().await;
    assert!(owners.values().all(|people| people.len() < 2), "{owners:?}");
}

async fn nights(edits: &[(bool, Vec<Edit>)], roles_apart: bool, of_school: bool, keep_back: bool) {
    let folder = TempDir::new().unwrap();
    let hub = support::hub(folder.path()).await;
    let mut text = format!("on_hold = \"{}\"\n", if keep_back { "keep_back" } else { "stop" });
    text.push_str("[guard]\nwindow_days = 0\n");
    if of_school {
        text.push_str("[[trusted_identifiers]]\nfield = \"userIds\"\n[[trusted_identifiers]]\nfield = \"identifier\"\nreach = \"school\"\n");
    }
    hub.save_settings("oak", &text, &context(0)).await.unwrap();
    let (mut people, feed) = (People::new(), folder.path().join("feed"));
    for (night, (delta, edits)) in (1i64..).zip(edits) {
        let before = people.clone();
        for edit in edits {
            change(&mut people, edit);
        }
        let delta = *delta && night > 1 && !roles_apart;
        let bundle = delivery(&people, delta.then_some(&before), roles_apart);
        bundle.write(&feed);
        let report = apply(&hub, &feed, night).await;
        let again = hub.plan("oak", &feed, &options(), &context(night)).await.unwrap();
        assert_eq!(again.changes, 0, "night {night}: {:?}", again.summary);
        let held = |report: &RunReport| report.outcomes[&Kind::User].held_by.clone();
        assert_eq!(held(&again), held(&report), "night {night}");
        if !of_school {
            are_told_apart(&folder, &Settings::default()).await;
        }
    }
    hub.close().await;
}

/// Random districts that the tests try.
const CASES: u32 = 32;

#[expect(clippy::disallowed_methods, reason = "how long the test takes is said by the environment")]
fn cases() -> u32 {
    std::env::var("FIRSTBELL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

fn seed() -> RngSeed {
    if cases() == CASES { RngSeed::Fixed(3) } else { RngSeed::Random }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), rng_seed: seed(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_waits_goes_on_waiting(
        edits in prop::collection::vec((prop::bool::weighted(0.3), prop::collection::vec(edit(), 1..9)), 1..5),
        roles_apart in any::<bool>(),
        of_school in any::<bool>(),
        keep_back in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(nights(&edits, roles_apart, of_school, keep_back));
    }
}
