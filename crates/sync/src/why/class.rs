//! Which class a question means.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::{SOURCED_ID, class};
use firstbell_roster::model::{Kind, text};
use firstbell_store::Version;

use super::asked::Asked;
use super::candidate::{self, LISTED};
use super::delivered::{self, Sent};
use super::said::{self, hear};
use super::seen;
use crate::access::Scope;
use crate::hub::HubError;
use crate::report::Candidate;
use crate::search::{Hits, Names};

/// A class that a question means.
#[derive(Debug, Clone)]
pub struct Class {
    /// Whether a class by this name ever arrived.
    pub known: bool,
    /// Its row as it is or last was.
    pub row: Option<Version>,
    /// Its sourcedId; what was asked for where it is not known.
    pub sourced_id: String,
    /// Its title; empty where it is not known.
    pub title: String,
}

/// Which class a question means.
#[derive(Debug)]
pub enum Which {
    /// One class, or none that is known.
    One(Class),
    /// Several; never a pick.
    Several(Vec<Candidate>),
}

/// Finds which class a question means: by sourcedId, then by class code or title.
pub async fn find(asked: &Asked<'_>, question: &str) -> Result<Which, HubError> {
    if let Some(class) = by_sourced_id(asked, question).await? {
        return Ok(Which::One(class));
    }
    let folded = text::folded(question);
    let is_meant = |title: &str, code: &str| {
        !folded.is_empty() && (code == question || text::folded(title) == folded)
    };
    let (rows, sent) = match asked.names().await? {
        Some(names) => {
            let hits = |all: &Names| all.named(Kind::Class, &asked.scope, question);
            of_names(asked, &names.ask(hits)?, is_meant).await?
        }
        None => of_all(asked, is_meant).await?,
    };
    let rows = seen::of_rows(asked, Kind::Class, rows).await?;
    let sent = sent.into_iter().filter(|(_, sent)| seen::of_sent(asked, Kind::Class, sent));
    which(asked, question, rows, sent.collect()).await
}

/// The classes that are meant among all rows, present and past, and those that only a delivery has.
async fn of_all(
    asked: &Asked<'_>,
    is_meant: impl Fn(&str, &str) -> bool,
) -> Result<(Vec<Version>, BTreeMap<String, Sent>), HubError> {
    let mut ids = BTreeSet::new();
    asked
        .store
        .stream_class_titles(asked.district.id, |class| {
            if is_meant(&class.title, &class.code) {
                ids.insert(class.id);
            }
        })
        .await?;
    let ended = asked
        .departed(Kind::Class, |row| is_meant(row.text(class::TITLE), row.text(class::CLASS_CODE)));
    ids.extend(ended.await?);
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = asked.store.last_versions(asked.district.id, Kind::Class, &ids).await?;
    let sent = only_sent(asked, is_meant).await?;
    Ok((rows, sent))
}

/// The same among those that were found by name.
async fn of_names(
    asked: &Asked<'_>,
    hits: &Hits,
    is_meant: impl Fn(&str, &str) -> bool,
) -> Result<(Vec<Version>, BTreeMap<String, Sent>), HubError> {
    let mut rows = asked.store.last_versions(asked.district.id, Kind::Class, &hits.rows).await?;
    rows.retain(|one| is_meant(one.row.text(class::TITLE), one.row.text(class::CLASS_CODE)));
    let sent = asked.sent(Kind::Class, &hits.lines).await?.into_iter();
    let sent = sent.filter(|sent| is_meant(sent.cell(class::TITLE), sent.cell(class::CLASS_CODE)));
    Ok((rows, sent.map(|sent| (sent.cell(SOURCED_ID).to_owned(), sent)).collect()))
}

/// The class that has, or once had, this very sourcedId, as far as the roster has it.
pub async fn by_id(asked: &Asked<'_>, question: &str) -> Result<Vec<Version>, HubError> {
    let class = if question.is_empty() { None } else { by_sourced_id(asked, question).await? };
    Ok(class.and_then(|class| class.row).into_iter().collect())
}

/// The class that only a delivery has, under this very sourcedId.
pub async fn by_sent_id(asked: &Asked<'_>, question: &str) -> Result<Option<Candidate>, HubError> {
    let class = if question.is_empty() { None } else { by_sourced_id(asked, question).await? };
    Ok(class.filter(|one| one.row.is_none()).map(|one| Candidate {
        sourced_id: one.sourced_id,
        name: one.title,
        school: String::new(),
        grades: String::new(),
        role: String::new(),
    }))
}

async fn which(
    asked: &Asked<'_>,
    question: &str,
    rows: Vec<Version>,
    sent: BTreeMap<String, Sent>,
) -> Result<Which, HubError> {
    if rows.len() + sent.len() > 1 {
        let mut several = candidate::of_rows(asked, &rows).await?;
        let sent = sent.iter().take(LISTED);
        several.extend(sent.map(|(id, sent)| candidate::of_sent(asked, Kind::Class, id, sent)));
        return Ok(Which::Several(several));
    }
    if let Some(row) = rows.into_iter().next() {
        return Ok(Which::One(of_row(row)));
    }
    let (known, sourced_id, title) = match sent.into_iter().next() {
        Some((id, sent)) => (true, id, sent.cell(class::TITLE).to_owned()),
        None if is_hidden(asked, question).await? => (false, String::new(), String::new()),
        None => (false, question.to_owned(), String::new()),
    };
    Ok(Which::One(Class { known, row: None, sourced_id, title }))
}

fn of_row(row: Version) -> Class {
    let title = row.row.text(class::TITLE).to_owned();
    Class { known: true, sourced_id: row.row.sourced_id.clone(), title, row: Some(row) }
}

async fn by_sourced_id(asked: &Asked<'_>, question: &str) -> Result<Option<Class>, HubError> {
    let key = asked.hasher.key(question.as_bytes());
    let linked = asked.store.by_keys(asked.district.id, Kind::Class, &[key.cast_signed()]).await?;
    let linked = linked.into_iter().filter(|one| one.sourced_id == question).map(|one| one.last);
    let linked = seen::of_rows(asked, Kind::Class, linked.collect()).await?.into_iter();
    let row = linked.max_by_key(|row| (row.row.sourced_id == question, row.is_present()));
    if let Some(row) = row {
        return Ok(Some(of_row(row)));
    }
    let heard = hear(asked, Kind::Class, &BTreeSet::from([key]), true)?;
    let Some(heard) = heard.get(&key).filter(|heard| heard.record.is_some()) else {
        return Ok(None);
    };
    let (_, sent) = said::said(asked, Kind::Class, key, heard)?;
    if !seen::of_sent(asked, Kind::Class, &sent.clone().unwrap_or_default()) {
        return Ok(None);
    }
    let title = sent.map(|sent| sent.cell(class::TITLE).to_owned()).unwrap_or_default();
    Ok(Some(Class { known: true, row: None, sourced_id: question.to_owned(), title }))
}

/// Whether a delivery has a class by this sourcedId, or the roster did: then it is one that the
/// reader does not see.
async fn is_hidden(asked: &Asked<'_>, question: &str) -> Result<bool, HubError> {
    if asked.scope == Scope::All {
        return Ok(false);
    }
    let key = asked.hasher.key(question.as_bytes());
    let linked = asked.store.by_keys(asked.district.id, Kind::Class, &[key.cast_signed()]).await?;
    let heard = hear(asked, Kind::Class, &BTreeSet::from([key]), true)?;
    let is_heard = heard.get(&key).is_some_and(|heard| heard.record.is_some());
    Ok(is_heard || linked.iter().any(|one| one.sourced_id == question))
}

/// The classes of the newest classes file that are meant and have no row.
async fn only_sent(
    asked: &Asked<'_>,
    is_meant: impl Fn(&str, &str) -> bool,
) -> Result<BTreeMap<String, Sent>, HubError> {
    let mut found = BTreeMap::new();
    let newest = asked.runs.iter().find(|run| run.kept.files.contains_key(&Kind::Class));
    let Some(run) = newest else { return Ok(found) };
    delivered::scan(asked, run, Kind::Class, |_, record: Record<'_>| {
        let sourced_id = record.cell(SOURCED_ID);
        let meant = is_meant(record.cell(class::TITLE), record.cell(class::CLASS_CODE));
        if meant && !sourced_id.is_empty() {
            found.insert(sourced_id.to_owned(), Sent::of(Kind::Class, record));
        }
    })?;
    let keys: Vec<_> =
        found.keys().map(|id| asked.hasher.key(id.as_bytes()).cast_signed()).collect();
    for one in asked.store.by_keys(asked.district.id, Kind::Class, &keys).await? {
        found.remove(&one.sourced_id);
    }
    Ok(found)
}
