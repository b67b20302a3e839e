//! Loads the image of a source's roster, or makes it again from the store.

use std::collections::BTreeMap;
use std::fs::File;

use firstbell_roster::model::columns::user;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::image::{self, Contents, Part, Stamp};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subject, Subjects, flag, tag};
use firstbell_roster::model::{Kind, OperationNumber, Row, Type};
use firstbell_roster::plan::{Action, Draft};
use firstbell_store::{Applied, DEFAULT_SOURCE, District, PARTIAL, Store, crash_point};

use crate::hub::HubError;

/// The subjects of a source's present rows, by kind.
pub async fn load(
    store: &Store,
    district: &District,
    hasher: &Hasher,
    base: OperationNumber,
) -> Result<Vec<Subjects>, HubError> {
    if base.0 == 0 {
        return Ok(Vec::new());
    }
    let path = store.files(&district.slug).image();
    let stamp = Stamp { district: district.id.0, source: DEFAULT_SOURCE.0, operation: base.0 };
    if let Ok(file) = File::open(&path)
        && let Ok(Some(kinds)) = image::read(file, stamp)
    {
        return Ok(kinds);
    }
    rebuild(store, district, hasher).await
}

/// Makes the image from the rows; every record is compared in full with them.
async fn rebuild(
    store: &Store,
    district: &District,
    hasher: &Hasher,
) -> Result<Vec<Subjects>, HubError> {
    let mut kinds: Vec<Subjects> = Vec::new();
    for kind in Kind::FACTS {
        let mut list = Subjects::default();
        store
            .stream_present(district.id, kind, None, |version| {
                if version.source == DEFAULT_SOURCE {
                    list.push(subject(&kinds, hasher, &version.row));
                }
            })
            .await?;
        kinds.push(list);
    }
    Ok(kinds)
}

/// The subject of a present row; what it refers to is found among the kinds before its own.
pub fn subject(earlier: &[Subjects], hasher: &Hasher, row: &Row) -> Subject {
    let mut links = [NOBODY; 3];
    for (at, column) in row.kind.columns().iter().enumerate() {
        let (Some(link), Some(target)) = (Link::of(row.kind, at), column.refers_to()) else {
            continue;
        };
        let id = row.subject(at).or_else(|| row.subjects(at).first().copied());
        let found = id.and_then(|id| earlier.get(target as usize)?.by_id(id.0));
        if let (Some(place), Some(found)) = (links.get_mut(link as usize), found)
            && *place == NOBODY
        {
            *place = found;
        }
    }
    if row.kind == Kind::Demographics
        && let [_, user, _] = &mut links
    {
        *user = earlier
            .get(Kind::User as usize)
            .and_then(|users| users.find(row.key.cast_unsigned()))
            .unwrap_or(NOBODY);
    }
    if row.kind == Kind::User
        && !row.text(user::GRADES).is_empty()
        && let [grades, ..] = &mut links
    {
        *grades = hasher.grade_code(row.text(user::GRADES));
    }
    Subject {
        key: row.key.cast_unsigned(),
        print: 0,
        raw: 0,
        id: row.id.0,
        links,
        flags: flag::IN_ROSTER | if row.implied { flag::IMPLIED } else { 0 },
        tag: tag_of(row),
        at: 0,
        person: row.person.map_or(0, |person| person.0),
    }
}

fn tag_of(row: &Row) -> u8 {
    let words = row
        .kind
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| matches!(column.ty, Type::Word(_)));
    let mut tags = words.map(|(at, _)| tag::of_word(row.text(at)));
    tags.find(|found| *found != tag::OTHER).unwrap_or(tag::OTHER)
}

/// Writes the image that the next run begins with, after an operation was made.
pub fn save(
    store: &Store,
    district: &District,
    snapshot: &Snapshot,
    draft: &Draft,
    applied: &Applied,
) -> Result<(), HubError> {
    let path = store.files(&district.slug).image();
    let partial = path.with_extension(PARTIAL);
    let failed = || HubError::io(&partial);
    let real = |kind: Kind, id: i64| {
        let first = applied.first_ids.get(&kind).map_or(0, |first| first.0);
        if id < 0 { first - id - 1 } else { id }
    };
    let id = |kind: Kind, one: Ordinal| real(kind, snapshot.of(kind).id(one));
    let person = |one: Ordinal| real(Kind::User, snapshot.of(Kind::User).person(one));
    let trusted =
        |kind: Kind, one: Ordinal| !snapshot.of(kind).has_any(one, flag::STOPPED | flag::LEFT_OUT);
    let stamp =
        Stamp { district: district.id.0, source: DEFAULT_SOURCE.0, operation: applied.operation.0 };
    let parts = parts(snapshot, draft, &id);
    let contents = Contents {
        kinds: &snapshot.kinds,
        parts: &parts,
        identifiers: &snapshot.identifiers,
        id: &id,
        person: &person,
        trusted: &trusted,
    };
    let mut file = File::create(&partial).map_err(failed())?;
    image::write(&mut file, stamp, &contents).map_err(failed())?;
    crash_point("before_artifact_rename");
    std::fs::rename(&partial, &path).map_err(HubError::io(&path))?;
    crash_point("after_artifact_rename");
    Ok(())
}

/// The subjects that are active after the plan, in the order of their ids.
fn parts(
    snapshot: &Snapshot,
    draft: &Draft,
    id: &impl Fn(Kind, Ordinal) -> i64,
) -> BTreeMap<Kind, Part> {
    let mut parts = BTreeMap::new();
    for kind in Kind::FACTS {
        let list = snapshot.of(kind);
        let Some(steps) = draft.steps.get(&kind) else { continue };
        let stays = |one: &Ordinal| match steps.get(*one) {
            Some((Action::End, _)) => false,
            Some((Action::Create | Action::Update | Action::Restore, _)) => true,
            None => list.in_roster(*one) && !steps.taken_over.contains_key(one),
        };
        let mut ordinals: Vec<_> = list.ordinals().filter(stays).collect();
        if !ordinals.is_sorted_by_key(|one| id(kind, *one)) {
            ordinals.sort_by_key(|one| id(kind, *one));
        }
        parts.insert(kind, Part { ordinals });
    }
    parts
}
