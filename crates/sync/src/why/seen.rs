//! Whether a reader sees a person or a class. Whoever is not seen is answered for as one who never
//! was.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::columns::{class, enrollment, role, user};
use firstbell_roster::model::{Kind, PersonId, SubjectId};
use firstbell_store::Version;

use super::asked::Asked;
use super::delivered::Sent;
use super::said;
use crate::access::Scope;
use crate::hub::HubError;

/// Those of some user rows or classes that the reader sees.
pub async fn of_rows(
    asked: &Asked<'_>,
    kind: Kind,
    mut rows: Vec<Version>,
) -> Result<Vec<Version>, HubError> {
    if asked.scope == Scope::All {
        return Ok(rows);
    }
    if kind == Kind::Class {
        rows.retain(|version| asked.scope.has(version.row.subject(class::SCHOOL)));
        return Ok(rows);
    }
    let persons: BTreeSet<PersonId> =
        rows.iter().filter_map(|version| version.row.person).collect();
    let persons: Vec<_> = persons.into_iter().collect();
    let ids = asked.store.user_ids_of_persons(asked.district.id, &persons).await?;
    let all = asked.store.last_versions(asked.district.id, Kind::User, &ids).await?;
    let seen = persons_at(asked, &all).await?;
    rows.retain(|version| version.row.person.is_some_and(|person| seen.contains(&person)));
    Ok(rows)
}

/// Whether the reader sees a record that has no row.
pub fn of_sent(asked: &Asked<'_>, kind: Kind, sent: &Sent) -> bool {
    if asked.scope == Scope::All {
        return true;
    }
    if kind == Kind::Class {
        return asked.scope.has(asked.org_ids.get(sent.cell(class::SCHOOL)).copied());
    }
    said::orgs(asked, sent).any(|org| asked.scope.has(Some(org)))
}

/// The persons among user rows of whom one belongs to a school of the scope: by the orgs that it
/// names, a role, or a class, as they hold now or did until the row ended.
async fn persons_at(asked: &Asked<'_>, rows: &[Version]) -> Result<BTreeSet<PersonId>, HubError> {
    let mut seen = BTreeSet::new();
    let here = |org: Option<SubjectId>| asked.scope.has(org);
    for version in rows {
        let row = &version.row;
        let own = row.subject(user::PRIMARY_ORG);
        if here(own) || row.subjects(user::ORGS).iter().any(|org| here(Some(*org))) {
            seen.extend(row.person);
        }
    }
    let open: BTreeMap<SubjectId, &Version> = rows
        .iter()
        .filter(|version| version.row.person.is_none_or(|person| !seen.contains(&person)))
        .map(|version| (version.row.id, version))
        .collect();
    let ids: Vec<_> = open.keys().copied().collect();
    let (store, district) = (asked.store, asked.district.id);
    // What ended before the row did, or together with a present one, holds no more.
    let holds = |version: &&Version, user: usize| {
        let owner = version.row.subject(user).and_then(|id| open.get(&id));
        owner.is_some_and(|owner| match (owner.until, version.until) {
            (_, None) => owner.is_present(),
            (Some(owner), Some(own)) => own.op == owner.op,
            (None, Some(_)) => false,
        })
    };
    let mut roles = store.present_roles_of_users(district, &ids).await?;
    roles.extend(store.ended_roles_of_users(district, &ids).await?);
    let mut found: BTreeSet<SubjectId> = roles
        .iter()
        .filter(|version| holds(version, role::USER) && here(version.row.subject(role::ORG)))
        .filter_map(|version| version.row.subject(role::USER))
        .collect();
    let mut seats = store.present_enrollments_of_users(district, &ids).await?;
    seats.extend(store.ended_enrollments_of_users(district, &ids).await?);
    seats.retain(|version| holds(&version, enrollment::USER));
    let classes = classes_of(asked, &seats).await?;
    found.extend(seats.iter().filter_map(|version| {
        let class = version.row.subject(enrollment::CLASS)?;
        version.row.subject(enrollment::USER).filter(|_| classes.contains(&class))
    }));
    seen.extend(found.iter().filter_map(|id| open.get(id)?.row.person));
    Ok(seen)
}

/// The classes of some enrollments that are at a school of the scope.
async fn classes_of(asked: &Asked<'_>, seats: &[Version]) -> Result<BTreeSet<SubjectId>, HubError> {
    let ids: BTreeSet<_> =
        seats.iter().filter_map(|version| version.row.subject(enrollment::CLASS)).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = asked.store.last_versions(asked.district.id, Kind::Class, &ids).await?;
    let here = rows.iter().filter(|version| asked.scope.has(version.row.subject(class::SCHOOL)));
    Ok(here.map(|version| version.row.id).collect())
}
