//! What happened to a person, from the versions of their rows.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::Presence;
use firstbell_roster::model::{Kind, OperationNumber, SubjectId};
use firstbell_store::{Change, Version};

use crate::hub::HubError;
use crate::log::{Labels, change_report};
use crate::report::ChangeReport;
use crate::why::asked::Asked;
use crate::why::seen;

/// How many moments are told at most.
const MOMENTS: usize = 100;

/// One change of a person, or of what ties them to schools and classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The operation.
    pub operation: i64,
    /// When, in ISO 8601.
    pub at: String,
    /// What changed, with values.
    pub change: ChangeReport,
    /// Who ran or approved it.
    pub by: String,
}

/// What happened to a person, the newest first: to their user rows, roles and enrollments.
pub async fn of_person(asked: &Asked<'_>, rows: &[Version]) -> Result<Vec<Moment>, HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let ids: Vec<_> = rows.iter().map(|version| version.row.id).collect();
    let mut versions = Vec::new();
    for id in &ids {
        versions.push(store.history(district, Kind::User, *id).await?);
    }
    let mut roles = store.present_roles_of_users(district, &ids).await?;
    roles.extend(store.ended_roles_of_users(district, &ids).await?);
    let mut seats = store.present_enrollments_of_users(district, &ids).await?;
    seats.extend(store.ended_enrollments_of_users(district, &ids).await?);
    versions.extend(by_subject(roles));
    versions.extend(by_subject(seats));
    let mut changes: Vec<_> = versions.iter().flat_map(|versions| changes(versions)).collect();
    changes.sort_by_key(|(operation, _)| std::cmp::Reverse(*operation));
    changes.truncate(MOMENTS);
    let both = changes.iter().flat_map(|(_, change)| change.before.iter().chain(&change.after));
    let labels = labels(asked, both.collect()).await?;
    let (mut made, mut moments) = (BTreeMap::new(), Vec::new());
    for (operation, change) in changes {
        if let std::collections::btree_map::Entry::Vacant(new) = made.entry(operation) {
            new.insert(store.operation(district, operation).await?);
        }
        let made = made.get(&operation).and_then(Option::as_ref);
        if let Some(mut change) = change_report(&change, &labels) {
            if change.kind != Kind::User {
                // Ids of enrollments and roles often name a class or a school.
                change.sourced_id.clear();
            }
            moments.push(Moment {
                operation: operation.0,
                at: made.map(|made| made.at.to_string()).unwrap_or_default(),
                change,
                by: made.map(crate::person::who).unwrap_or_default(),
            });
        }
    }
    Ok(moments)
}

/// The versions of each row, oldest first.
fn by_subject(versions: Vec<Version>) -> impl Iterator<Item = Vec<Version>> {
    let mut all: BTreeMap<SubjectId, Vec<Version>> = BTreeMap::new();
    for version in versions {
        all.entry(version.row.id).or_default().push(version);
    }
    all.into_values().map(|mut versions| {
        versions.sort_by_key(|version| version.from_op);
        versions
    })
}

/// What the versions of a row, oldest first, changed, by operation.
fn changes(versions: &[Version]) -> Vec<(OperationNumber, Change)> {
    let mut changes = Vec::new();
    let mut last: Option<&Version> = None;
    for version in versions {
        let goes_on = |before: &&Version| {
            before.until.as_ref().is_some_and(|until| until.op == version.from_op)
        };
        if let Some(ended) = last.filter(|before| !goes_on(before)) {
            changes.extend(end(ended));
        }
        let before = last.filter(goes_on).cloned();
        changes.push((version.from_op, Change { before, after: Some(version.clone()) }));
        last = Some(version);
    }
    changes.extend(last.and_then(end));
    changes
}

fn end(version: &Version) -> Option<(OperationNumber, Change)> {
    let until = version.until.as_ref()?;
    Some((until.op, Change { before: Some(version.clone()), after: None }))
}

/// The names of what rows refer to, as far as the reader sees it.
pub async fn labels(asked: &Asked<'_>, versions: Vec<&Version>) -> Result<Labels, HubError> {
    let mut labels = Labels::default();
    asked.learn(versions, &mut labels).await?;
    for (kind, elsewhere) in
        [(Kind::User, "somebody elsewhere"), (Kind::Class, "a class elsewhere")]
    {
        let ids = labelled(&labels, kind);
        let rows = asked.store.last_versions(asked.district.id, kind, &ids).await?;
        let rows = seen::of_rows(asked, kind, rows).await?;
        let seen: BTreeSet<_> = rows.into_iter().map(|version| version.row.id).collect();
        for id in ids.into_iter().filter(|id| !seen.contains(id)) {
            labels.0.insert((kind, id), elsewhere.to_owned());
        }
    }
    for id in labelled(&labels, Kind::Org) {
        if !asked.scope.has(Some(id)) {
            labels.0.insert((Kind::Org, id), "elsewhere".to_owned());
        }
    }
    Ok(labels)
}

/// The rows of a kind that have a label.
fn labelled(labels: &Labels, wanted: Kind) -> Vec<SubjectId> {
    labels.0.keys().filter(|(kind, _)| *kind == wanted).map(|(_, id)| *id).collect()
}

/// Whether something is in the roster, as a sentence.
pub fn presence(presence: &Presence, what: &str) -> String {
    match presence {
        Presence::Never => format!("{what} never was in the roster."),
        Presence::Active { since } => format!(
            "{what} has been in the roster since operation {} of {}, because {}.",
            since.operation,
            since.on,
            since.reason.clause()
        ),
        Presence::Ended { by } => format!(
            "{what} was in the roster until operation {} of {}, because {}.",
            by.operation,
            by.on,
            by.reason.clause()
        ),
    }
}
