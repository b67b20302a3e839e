//! What a row is in an image.

use crate::model::fingerprint::Hasher;
use crate::model::subjects::{Link, NOBODY, Subject, Subjects, flag, tag};
use crate::model::{Kind, Row, Type};

/// The subject of a present row, to be compared in full; what it refers to is found among the
/// kinds before its own.
pub fn subject(earlier: &[Subjects], hasher: &Hasher, row: &Row) -> Subject {
    let mut links = [NOBODY; 3];
    for (at, column) in row.kind.columns().iter().enumerate() {
        let (Some(link), Some(target)) = (Link::of(row.kind, at), column.refers_to()) else {
            continue;
        };
        let mut ids = row.subjects(at).iter();
        let found = ids.find_map(|id| earlier.get(target as usize)?.by_id(id.0));
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
    if let Some((at, link)) = Link::of_grades(row.kind).filter(|(at, _)| !row.text(*at).is_empty())
        && let Some(grades) = links.get_mut(link as usize)
    {
        *grades = hasher.grade_code(row.text(at));
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

/// Lets the first role of each user tell their role and school, where roles have records of their
/// own: the rows of such users say neither.
pub fn tell_by_roles(kinds: &mut [Subjects]) {
    let Some(roles) = kinds.get(Kind::Role as usize).filter(|roles| !roles.is_empty()) else {
        return;
    };
    let told: Vec<_> = roles
        .ordinals()
        .map(|one| (roles.link(one, Link::User), roles.tag(one), roles.link(one, Link::School)))
        .collect();
    let Some(users) = kinds.get_mut(Kind::User as usize) else { return };
    for (user, tag, school) in told.into_iter().rev() {
        if let Some(place) = users.tags.get_mut(user as usize) {
            *place = tag;
            users.set_link(user, Link::School, school);
        }
    }
}
