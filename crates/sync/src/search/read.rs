//! Reads the names of a district: all of them once, and then what each operation changed.

mod name;
mod sent;

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use firstbell_roster::check::cell;
use firstbell_roster::model::{Kind, OperationNumber, SubjectId};
use firstbell_store::{ClassName, UserName};

use self::name::{Name, Places};
use super::builder::Builder;
use super::entry::State;
use super::index::Index;
use super::names::{Names, Schools};
use crate::hub::HubError;
use crate::why::asked::Asked;

/// The kinds that are searched by name.
const KINDS: [Kind; 2] = [Kind::User, Kind::Class];

/// How many types of identifiers are known at most.
const TYPES: usize = 32;

/// How many rows are looked up at once.
const CHUNK: usize = 5_000;

/// Reads the names of a district, or what changed since they were read.
pub async fn bring_up_to_date(
    asked: &Asked<'_>,
    names: &RwLock<Option<Names>>,
) -> Result<(), HubError> {
    let known = {
        let names = names.read().unwrap_or_else(PoisonError::into_inner);
        names.as_ref().map(|names| (names.operation, names.run))
    };
    let operation = asked.store.latest_operation(asked.district.id).await?;
    let run = asked.runs.first().map(|run| run.number);
    let Some((before, last_run)) = known else {
        let mut all = read_rows(asked).await?;
        add_sent(asked, &mut all).await?;
        (all.operation, all.run) = (operation, run);
        *names.write().unwrap_or_else(PoisonError::into_inner) = Some(all);
        return Ok(());
    };
    let mut changes = Vec::new();
    for kind in KINDS.into_iter().filter(|_| before != operation) {
        changes.push((kind, changed(asked, kind, before, operation).await?));
    }
    let mut sent = Vec::new();
    // What an operation brought or ended may have been in a delivery alone before.
    for kind in KINDS.into_iter().filter(|_| before != operation || last_run != run) {
        sent.push((kind, sent::read(asked, kind).await?));
    }
    let mut names = names.write().unwrap_or_else(PoisonError::into_inner);
    let Some(names) = names.as_mut() else { return Ok(()) };
    for (kind, (ids, rows)) in changes {
        names.of_mut(kind).forget(&ids);
        add(names, kind, &rows);
    }
    for (kind, (run, records)) in sent {
        names.of_mut(kind).forget_sent();
        add(names, kind, &records);
        keep_run(names, kind, run);
    }
    if before != operation {
        names.forget_guests();
    }
    (names.operation, names.run) = (operation, run);
    Ok(())
}

fn keep_run(names: &mut Names, kind: Kind, run: Option<firstbell_store::RunNumber>) {
    match run {
        Some(run) => names.sent.insert(kind, run),
        None => names.sent.remove(&kind),
    };
}

fn add(names: &mut Names, kind: Kind, rows: &[Name]) {
    let Names { people, classes, schools, id_types, .. } = names;
    let index = if kind == Kind::Class { classes } else { people };
    for row in rows {
        learn_types(&row.user_ids, id_types);
        row.with(schools, |named| index.add(named));
    }
}

/// Reads what only a delivery has into names that hold the rows.
async fn add_sent(asked: &Asked<'_>, names: &mut Names) -> Result<(), HubError> {
    for kind in KINDS {
        let (run, records) = sent::read(asked, kind).await?;
        add(names, kind, &records);
        keep_run(names, kind, run);
    }
    Ok(())
}

/// Reads all rows, present and past.
async fn read_rows(asked: &Asked<'_>) -> Result<Names, HubError> {
    let mut schools = Schools::default();
    let (people, id_types) = read_people(asked, &mut schools).await?;
    let classes = read_classes(asked, &mut schools).await?;
    let mut names = Names::new(people, classes, schools);
    names.id_types = id_types;
    Ok(names)
}

async fn read_people(
    asked: &Asked<'_>,
    schools: &mut Schools,
) -> Result<(Index, BTreeSet<String>), HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let mut id_types = BTreeSet::new();
    let roles = Places::of_roles(asked).await?;
    let (mut builder, mut present) = (Builder::default(), Vec::new());
    store
        .stream_users(district, |user| {
            let name = Name::of_user(&user, State::Present, &roles);
            learn_types(&user.user_ids, &mut id_types);
            let at = name.with(schools, |named| builder.entry(named));
            present.push((user.id, name.print(&asked.hasher), at));
        })
        .await?;
    let (mut last, mut last_at, mut seen) = (SubjectId(0), 0, BTreeSet::new());
    store
        .stream_past_users(district, |user: UserName| {
            if user.id != last {
                last = user.id;
                seen.clear();
            }
            let own = present.binary_search_by_key(&user.id, |(id, ..)| *id).ok();
            let own = own.and_then(|at| present.get(at)).map(|(_, print, at)| (*print, *at));
            let is_last = own.is_none() && seen.is_empty();
            let state = if is_last { State::Left } else { State::Former };
            let name = Name::of_user(&user, state, &roles);
            let print = name.print(&asked.hasher);
            if own.is_some_and(|(present, _)| present == print) || !seen.insert(print) {
                return;
            }
            let at = own.map_or(last_at, |(_, at)| at);
            let added = name.with(schools, |named| match state {
                State::Former => builder.former(at, named),
                State::Present | State::Left | State::Sent => builder.entry(named),
            });
            if is_last {
                last_at = added;
            }
        })
        .await?;
    Ok((builder.finish(), id_types))
}

/// Learns the types of a person's identifiers, as far as a district has few.
fn learn_types(user_ids: &str, types: &mut BTreeSet<String>) {
    for (kind, _) in cell::identifiers(user_ids) {
        if !types.contains(kind) && types.len() < TYPES {
            types.insert(kind.to_owned());
        }
    }
}

async fn read_classes(asked: &Asked<'_>, schools: &mut Schools) -> Result<Index, HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let (mut builder, mut present) = (Builder::default(), BTreeSet::new());
    store
        .stream_class_titles(district, |class: ClassName| {
            present.insert(class.id);
            let name = Name::of_class(&class, State::Present);
            name.with(schools, |named| builder.entry(named));
        })
        .await?;
    store
        .stream_past_class_titles(district, |class: ClassName| {
            // The first is the last version.
            if present.insert(class.id) {
                let name = Name::of_class(&class, State::Left);
                name.with(schools, |named| builder.entry(named));
            }
        })
        .await?;
    Ok(builder.finish())
}

/// The rows of a kind that operations touched, and their names as they are now.
async fn changed(
    asked: &Asked<'_>,
    kind: Kind,
    from: OperationNumber,
    to: OperationNumber,
) -> Result<(BTreeSet<i64>, Vec<Name>), HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let (mut ids, mut names) = (BTreeSet::new(), Vec::new());
    store
        .diff(district, kind, from, to, |change| {
            ids.extend(change.before.iter().chain(&change.after).map(|version| version.row.id));
        })
        .await?;
    if kind == Kind::User {
        store
            .diff(district, Kind::Role, from, to, |change| {
                let rows = change.before.iter().chain(&change.after);
                let user = firstbell_roster::model::columns::role::USER;
                ids.extend(rows.filter_map(|version| version.row.subject(user)));
            })
            .await?;
    }
    let all: Vec<_> = ids.iter().copied().collect();
    for some in all.chunks(CHUNK) {
        names.extend(name::of_rows(asked, kind, some).await?);
    }
    Ok((ids.into_iter().map(|id| id.0).collect(), names))
}
