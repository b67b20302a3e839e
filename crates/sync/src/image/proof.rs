//! Proves that an image says what the roster says.

use std::fs::File;

use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::image;
use firstbell_roster::model::subjects::{Link, Ordinal, Subject, Subjects, flag};
use firstbell_roster::model::{Kind, Row};
use firstbell_store::{DEFAULT_SOURCE, District, Store};

use super::stamp;
use crate::hub::HubError;

/// What became of proving an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// There is none, or it is that of another operation, so that it is not used.
    Unused,
    /// It cannot be read.
    Damaged,
    /// It says what the roster says.
    Agrees,
    /// It says something else of so many rows of the first kind that differs.
    Differs(Kind, u64),
}

/// Compares a district's image with every row of its roster.
pub async fn prove(store: &Store, district: &District) -> Result<Proof, HubError> {
    let Ok(file) = File::open(store.files(&district.slug).image()) else {
        return Ok(Proof::Unused);
    };
    let Ok(Some(found)) = image::whole(file) else { return Ok(Proof::Damaged) };
    let newest = store.latest_operation(district.id).await?;
    let stamp = stamp(store, district, newest).await?;
    if found != stamp {
        return Ok(Proof::Unused);
    }
    let file = File::open(store.files(&district.slug).image());
    let file = file.map_err(HubError::io(&store.files(&district.slug).image()))?;
    let Ok(Some(kinds)) = image::read(file, stamp) else { return Ok(Proof::Damaged) };
    let hasher = Hasher::new(district.hash_seed.cast_unsigned());
    let apart = kinds.get(Kind::Role as usize).is_some_and(|roles| !roles.is_empty());
    for (kind, list) in Kind::FACTS.into_iter().zip(&kinds) {
        let (mut rows, mut differ) = (0u64, 0u64);
        store
            .stream_present(district.id, kind, None, |version| {
                if version.source == DEFAULT_SOURCE {
                    rows += 1;
                    let same = agrees(&kinds, list, &hasher, &version.row, apart);
                    differ += u64::from(!same);
                }
            })
            .await?;
        differ += (list.len() as u64).saturating_sub(rows);
        if differ > 0 {
            return Ok(Proof::Differs(kind, differ));
        }
    }
    Ok(Proof::Agrees)
}

/// Whether a list has the subject of a row, with the same links. Where roles stand `apart`, they
/// tell the role and the school of a user.
fn agrees(kinds: &[Subjects], list: &Subjects, hasher: &Hasher, row: &Row, apart: bool) -> bool {
    let Some(one) = list.by_id(row.id.0) else { return false };
    let Subject { key, links, flags, tag, person, .. } = image::subject(kinds, hasher, row);
    let by_roles = apart && row.kind == Kind::User;
    let same = |(link, to): (Link, Ordinal)| {
        (by_roles && link == Link::School) || list.link(one, link) == to
    };
    [Link::First, Link::User, Link::School].into_iter().zip(links).all(same)
        && list.key(one) == key
        && (by_roles || list.tag(one) == tag)
        && list.has_any(one, flag::IMPLIED) == (flags & flag::IMPLIED != 0)
        && list.person(one) == person
}
