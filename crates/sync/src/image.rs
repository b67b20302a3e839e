//! Loads the image of a source's roster, or makes it again from the store.

mod proof;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::image::{self, Contents, Part, Stamp};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, tag};
use firstbell_roster::model::{Kind, OperationNumber};
use firstbell_roster::plan::{Action, Draft};
use firstbell_store::{Applied, DEFAULT_SOURCE, District, PARTIAL, Store, crash_point};

use crate::hub::HubError;
pub use proof::{Proof, prove};

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
    let stamp = stamp(store, district, base).await?;
    let read = File::open(&path).and_then(|file| image::read(file, stamp));
    let mut kinds = match read {
        Ok(Some(kinds)) => kinds,
        Ok(None) | Err(_) => rebuild(store, district, hasher).await?,
    };
    image::tell_by_roles(&mut kinds);
    Ok(kinds)
}

/// What an image that was written after an operation belongs to.
async fn stamp(
    store: &Store,
    district: &District,
    operation: OperationNumber,
) -> Result<Stamp, HubError> {
    let entry = store.operation(district.id, operation).await?;
    let hash = entry.and_then(|entry| blake3::Hash::from_hex(entry.hash).ok());
    Ok(Stamp {
        district: district.id.0,
        source: DEFAULT_SOURCE.0,
        operation: operation.0,
        entry: hash.map_or([0; 32], Into::into),
    })
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
                    list.push(image::subject(&kinds, hasher, &version.row));
                }
            })
            .await?;
        kinds.push(list);
    }
    Ok(kinds)
}

/// Writes the image that the next run begins with, after an operation was made.
pub async fn save(
    store: &Store,
    district: &District,
    snapshot: &Snapshot,
    draft: &Draft,
    applied: &Applied,
    parts: &BTreeMap<Kind, Part>,
) -> Result<(), HubError> {
    let path = store.files(&district.slug).image();
    let partial = path.with_extension(PARTIAL);
    let failed = || HubError::io(&partial);
    let id = |kind: Kind, one: Ordinal| id_after(snapshot, applied, kind, one);
    let person = |one: Ordinal| real(applied, Kind::User, snapshot.of(Kind::User).person(one));
    let stamp = stamp(store, district, applied.operation).await?;
    if forgets(snapshot, draft, parts) {
        return remove(&path);
    }
    let (roleless, unresolved) = (roleless(snapshot, parts), names_nobody(snapshot, draft));
    let trusted = |kind: Kind, one: Ordinal| {
        let not_taken = snapshot.of(kind).has_any(one, flag::STOPPED | flag::LEFT_OUT);
        let roleless = kind == Kind::User && roleless.get(one as usize) == Some(&true);
        let names_nobody = !unresolved.is_empty() && unresolved.contains(&(kind, one));
        !not_taken && !roleless && !names_nobody
    };
    let tag = |kind: Kind, one: Ordinal| {
        let roleless = kind == Kind::User && roleless.get(one as usize) == Some(&true);
        if roleless { tag::OTHER } else { snapshot.of(kind).tag(one) }
    };
    let contents = Contents {
        kinds: &snapshot.kinds,
        parts,
        identifiers: &snapshot.identifiers,
        id: &id,
        person: &person,
        tag: &tag,
        trusted: &trusted,
    };
    let mut file = File::create(&partial).map_err(failed())?;
    image::write(&mut file, stamp, &contents).map_err(failed())?;
    crash_point("before_artifact_rename");
    std::fs::rename(&partial, &path).map_err(HubError::io(&path))?;
    crash_point("after_artifact_rename");
    Ok(())
}

/// The id of a subject once a plan is applied.
pub fn id_after(snapshot: &Snapshot, applied: &Applied, kind: Kind, one: Ordinal) -> i64 {
    real(applied, kind, snapshot.of(kind).id(one))
}

/// What became of an id of a draft.
fn real(applied: &Applied, kind: Kind, id: i64) -> i64 {
    let first = applied.first_ids.get(&kind).map_or(0, |first| first.0);
    if id < 0 { first - id - 1 } else { id }
}

/// The subjects that are active once a plan is applied, in the order of their ids.
pub fn parts_after(snapshot: &Snapshot, draft: &Draft, applied: &Applied) -> BTreeMap<Kind, Part> {
    let id = |kind: Kind, one: Ordinal| id_after(snapshot, applied, kind, one);
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

/// Whether a row that stays as it is may name an org, term or course that ends, or one that comes
/// back: a link leads to what is there alone, and to the first of those.
fn forgets(snapshot: &Snapshot, draft: &Draft, parts: &BTreeMap<Kind, Part>) -> bool {
    let moves = [Kind::Org, Kind::AcademicSession, Kind::Course].map(|kind| {
        let step = |one| draft.step(kind, one).map(|(action, _)| action);
        let all = snapshot.of(kind).ordinals();
        let comes_back = all.clone().any(|one| step(one) == Some(Action::Restore));
        let ends = all.filter(|one| step(*one) == Some(Action::End));
        let gone: HashSet<_> = ends.chain(comes_back.then_some(NOBODY)).collect();
        (kind, gone)
    });
    let gone = |kind: Kind, link: Link| {
        let target = image::target(kind, link);
        let found = moves.iter().find(|(kind, _)| target == Some(*kind));
        found.map(|(_, gone)| gone).filter(|gone| !gone.is_empty())
    };
    parts.iter().any(|(kind, part)| {
        let list = snapshot.of(*kind);
        let links = [Link::First, Link::School].into_iter();
        let mut links = links.filter_map(|link| Some((link, gone(*kind, link)?)));
        links.any(|(link, gone)| {
            let mut all = part.ordinals.iter();
            all.any(|one| {
                gone.contains(&list.link(*one, link)) && draft.step(*kind, *one).is_none()
            })
        })
    })
}

/// Removes an image that would not say what the roster says: the next run makes it again.
fn remove(path: &Path) -> Result<(), HubError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(HubError::io(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The records that name another which is not taken: their rows do not name it yet.
fn names_nobody(snapshot: &Snapshot, draft: &Draft) -> HashSet<(Kind, Ordinal)> {
    let all = snapshot.named.iter().filter(|named| draft.step(named.target, named.to).is_none());
    all.map(|named| (named.kind, named.from)).collect()
}

/// The users who have no role any more where roles have records of their own. What they were by
/// those is forgotten: their records are read again.
fn roleless(snapshot: &Snapshot, parts: &BTreeMap<Kind, Part>) -> Vec<bool> {
    let roles = snapshot.of(Kind::Role);
    if roles.is_empty() {
        return Vec::new();
    }
    let mut roleless = vec![true; snapshot.of(Kind::User).len()];
    for one in parts.get(&Kind::Role).iter().flat_map(|part| &part.ordinals) {
        if let Some(place) = roleless.get_mut(roles.link(*one, Link::User) as usize) {
            *place = false;
        }
    }
    roleless
}
