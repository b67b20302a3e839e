//! The people and classes that the newest delivery of their kind has and the roster never had.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::Fate;
use firstbell_roster::model::columns::{SOURCED_ID, class, role, user};
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Outcome;
use firstbell_store::RunNumber;

use super::CHUNK;
use super::name::Name;
use crate::hub::HubError;
use crate::outcomes::{self, Outcomes};
use crate::why::asked::{Asked, PastRun};
use crate::why::delivered::{self, Sent};
use crate::why::said;

/// The records, and the run that decided on them.
pub async fn read(
    asked: &Asked<'_>,
    kind: Kind,
) -> Result<(Option<RunNumber>, Vec<Name>), HubError> {
    let newest = asked.runs.iter().find(|run| run.kept.files.contains_key(&kind));
    let Some(run) = newest.filter(|run| run.readable) else { return Ok((None, Vec::new())) };
    let mut sent = without_row(asked, run, kind)?;
    let ids: Vec<String> = sent.values().map(|record| record.cell(SOURCED_ID).to_owned()).collect();
    for ids in ids.chunks(CHUNK) {
        let keys: Vec<_> =
            ids.iter().map(|id| asked.hasher.key(id.as_bytes()).cast_signed()).collect();
        let linked = asked.store.by_keys(asked.district.id, kind, &keys).await?;
        let known: BTreeSet<_> = linked.into_iter().map(|one| one.sourced_id).collect();
        sent.retain(|_, record| !known.contains(record.cell(SOURCED_ID)));
    }
    let roles = roles(asked, run, kind, &sent)?;
    let names = sent.iter().map(|(line, record)| {
        let own = roles.get(record.cell(SOURCED_ID)).map(Vec::as_slice).unwrap_or_default();
        let word = record.cell(user::ROLE);
        let role = if kind == Kind::User && word.is_empty() {
            own.first().map_or("", |(_, role)| role.as_str())
        } else {
            word
        };
        let mut schools = schools(asked, kind, record);
        schools.extend(own.iter().map(|(org, _)| *org));
        Name::of_sent(kind, *line, record, schools, if kind == Kind::User { role } else { "" })
    });
    Ok((Some(run.number), names.collect()))
}

/// The records by line that were not taken, or not yet; some may have a row all the same.
fn without_row(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
) -> Result<BTreeMap<u32, Sent>, HubError> {
    let waits = !run.is_applied && run.fate != Fate::Superseded;
    let is_wanted = |outcome: Outcome| match outcome {
        Outcome::Rejected(_) | Outcome::Ignored(_) | Outcome::Held(_) => true,
        Outcome::Create => waits,
        Outcome::Update | Outcome::Restore | Outcome::End | Outcome::Unchanged => false,
    };
    let wanted = |group| outcomes::outcome_of(group).is_some_and(is_wanted);
    let entries = tokio::task::block_in_place(|| {
        let kept = Outcomes::open(&asked.files, &asked.key, run.number, kind)?;
        kept.map_or_else(|| Ok(Vec::new()), |kept| kept.page(wanted, 0, usize::MAX))
    })?;
    let lines: BTreeSet<u32> = entries.iter().map(|entry| entry.line).collect();
    let mut sent = BTreeMap::new();
    if !lines.is_empty() {
        delivered::scan(asked, run, kind, |line, record| {
            if lines.contains(&line) && !record.cell(SOURCED_ID).is_empty() {
                sent.insert(line, Sent::of(kind, record));
            }
        })?;
    }
    Ok(sent)
}

/// The orgs and roles of people whose records name none, from the file of roles.
fn roles(
    asked: &Asked<'_>,
    run: &PastRun,
    kind: Kind,
    sent: &BTreeMap<u32, Sent>,
) -> Result<BTreeMap<String, Vec<(SubjectId, String)>>, HubError> {
    let mut roles: BTreeMap<String, Vec<(SubjectId, String)>> = BTreeMap::new();
    let bare = |record: &&Sent| record.cell(user::ROLE).is_empty();
    if kind == Kind::User && run.kept.files.contains_key(&Kind::Role) {
        for record in sent.values().filter(bare) {
            roles.insert(record.cell(SOURCED_ID).to_owned(), Vec::new());
        }
    }
    if !roles.is_empty() {
        delivered::scan(asked, run, Kind::Role, |_, record| {
            let org = asked.org_ids.get(record.cell(role::ORG));
            if let (Some(own), Some(org)) = (roles.get_mut(record.cell(role::USER)), org) {
                own.push((*org, record.cell(role::ROLE).to_owned()));
            }
        })?;
    }
    Ok(roles)
}

/// The orgs that a record itself names.
fn schools(asked: &Asked<'_>, kind: Kind, record: &Sent) -> Vec<SubjectId> {
    if kind == Kind::Class {
        return asked.org_ids.get(record.cell(class::SCHOOL)).copied().into_iter().collect();
    }
    said::orgs(asked, record).collect()
}
