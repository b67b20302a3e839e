//! Whom a question means.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::check::cell;
use firstbell_roster::explain::nearest::{Nearest, looks_like_id};
use firstbell_roster::model::columns::{SOURCED_ID, user};
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_store::Version;

use super::asked::Asked;
use super::candidate::{self, LISTED, full_name};
use super::delivered::Sent;
use super::said::{self, Heard, hear};
use super::search::{Search, has_identifier};
use super::seen;
use crate::access::Scope;
use crate::hub::HubError;
use crate::report::Candidate;
use crate::search::shelf::Slot;
use crate::search::{Hits, Names};

/// A person whom a question means; the default is nobody.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Their user rows as they are or last were, the one that is meant first; none where only a
    /// delivery has them.
    pub rows: Vec<Version>,
    /// The sourcedId of the row or record that is meant.
    pub sourced_id: String,
    /// The name.
    pub name: String,
}

/// Whom a question means.
#[derive(Debug)]
pub enum Whom {
    /// One person.
    One(Box<Person>),
    /// Several; never a pick.
    Several(Vec<Candidate>),
    /// Nobody, and who is near.
    Nobody(Vec<Candidate>),
}

/// Finds whom a question means: by sourcedId, then by another identifier, then by name. Whoever the
/// reader does not see is nobody.
pub async fn find(asked: &Asked<'_>, question: &str) -> Result<Whom, HubError> {
    if question.is_empty() {
        return Ok(Whom::Nobody(Vec::new()));
    }
    if let Some(person) = by_sourced_id(asked, question).await? {
        return Ok(Whom::One(Box::new(person)));
    }
    let rows = by_identifier(asked, question).await?;
    if !rows.is_empty() {
        return whom(asked, rows, BTreeMap::new()).await;
    }
    match asked.names().await? {
        Some(names) => by_names(asked, &names, question).await,
        None => by_all(asked, question).await,
    }
}

/// The rows of whoever has this very sourcedId, identifier, user name or address.
pub async fn by_any_id(asked: &Asked<'_>, question: &str) -> Result<Vec<Version>, HubError> {
    if question.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(person) = by_sourced_id(asked, question).await?.filter(|one| !one.rows.is_empty()) {
        return Ok(person.rows);
    }
    by_identifier(asked, question).await
}

/// Whoever only a delivery has, under this very sourcedId.
pub async fn by_sent_id(asked: &Asked<'_>, question: &str) -> Result<Option<Candidate>, HubError> {
    let person = if question.is_empty() { None } else { by_sourced_id(asked, question).await? };
    Ok(person.filter(|one| one.rows.is_empty()).map(|one| Candidate {
        sourced_id: one.sourced_id,
        name: one.name,
        school: String::new(),
        grades: String::new(),
        role: String::new(),
    }))
}

/// Finds whom a question means by the names in memory.
async fn by_names(asked: &Asked<'_>, names: &Slot, question: &str) -> Result<Whom, HubError> {
    if looks_like_id(question) || question.contains('@') {
        let rows = by_bare_id(asked, names, question).await?;
        return whom(asked, rows, BTreeMap::new()).await;
    }
    let search = Search::new(asked, question);
    let hits = names.ask(|names| names.named(Kind::User, &asked.scope, question))?;
    let (mut rows, mut sent) = of_hits(asked, &hits).await?;
    rows.retain(|row| search.means(|place| row.row.text(place)));
    sent.retain(|_, sent| search.means(|place| sent.cell(place)));
    if !rows.is_empty() || !sent.is_empty() {
        return whom(asked, rows, sent).await;
    }
    let hits = names.ask(|names| names.once_named(Kind::User, &asked.scope, question))?;
    let (former, _) = of_hits(asked, &hits).await?;
    if !former.is_empty() {
        return whom(asked, former, BTreeMap::new()).await;
    }
    let partly = |names: &Names| names.partly_named(Kind::User, &asked.scope, question, LISTED);
    let hits = names.ask(partly)?;
    if !hits.is_empty() {
        let (rows, sent) = of_hits(asked, &hits).await?;
        let several = several(asked, &rows, &sent).await?;
        if !several.is_empty() {
            return Ok(Whom::Several(several));
        }
    }
    let hits = names.ask(|names| names.nearly_named(Kind::User, &asked.scope, question))?;
    let (rows, sent) = of_hits(asked, &hits).await?;
    Ok(Whom::Nobody(nearest(asked, question, &rows, &sent).await?))
}

/// The rows and records that were found by name, as far as the reader sees them.
async fn of_hits(
    asked: &Asked<'_>,
    hits: &Hits,
) -> Result<(Vec<Version>, BTreeMap<String, Sent>), HubError> {
    let rows = asked.store.last_versions(asked.district.id, Kind::User, &hits.rows).await?;
    let rows = seen::of_rows(asked, Kind::User, rows).await?;
    let sent = asked.sent(Kind::User, &hits.lines).await?;
    let sent = sent.into_iter().map(|sent| (sent.cell(SOURCED_ID).to_owned(), sent)).collect();
    Ok((rows, sent))
}

/// The nearest of those whose names are near.
async fn nearest(
    asked: &Asked<'_>,
    question: &str,
    rows: &[Version],
    sent: &BTreeMap<String, Sent>,
) -> Result<Vec<Candidate>, HubError> {
    let mut nearest = Nearest::new(question);
    for row in rows {
        let name = full_name(|place| row.row.text(place));
        nearest.look(&[], &name, || row.row.sourced_id.clone());
    }
    for (sourced_id, sent) in sent {
        let name = full_name(|place| sent.cell(place));
        nearest.look(&[], &name, || sourced_id.clone());
    }
    let mut near = Vec::new();
    for id in nearest.finish() {
        let row = rows.iter().filter(|row| row.row.sourced_id == id).take(1).cloned();
        let row: Vec<_> = row.collect();
        near.extend(candidate::of_rows(asked, &row).await?);
        if let Some(sent) = sent.get(&id).filter(|_| row.is_empty()) {
            near.push(candidate::of_sent(asked, Kind::User, &id, sent));
        }
    }
    Ok(near)
}

/// Finds whom a question means by looking at every row and at the newest delivery.
async fn by_all(asked: &Asked<'_>, question: &str) -> Result<Whom, HubError> {
    let mut search = Search::new(asked, question);
    asked
        .store
        .stream_present(asked.district.id, Kind::User, None, |version| search.look_at_row(&version))
        .await?;
    let former = asked.former(Kind::User, |row| search.means(|place| row.text(place))).await?;
    let former = seen::of_rows(asked, Kind::User, former).await?;
    let ended = former
        .iter()
        .filter(|last| !last.is_present() && search.means(|place| last.row.text(place)));
    let ended: Vec<_> = ended.map(|last| last.row.id).collect();
    search.rows.extend(ended);
    let sent = search.look_at_delivery()?;
    let named: Vec<_> = sent.keys().cloned().collect();
    let rows: Vec<_> = search.rows.iter().copied().collect();
    let rows = asked.store.last_versions(asked.district.id, Kind::User, &rows).await?;
    let rows = seen::of_rows(asked, Kind::User, rows).await?;
    let sent = unknown(asked, &rows, sent).await?;
    if !rows.is_empty() || !sent.is_empty() {
        return whom(asked, rows, sent).await;
    }
    // A record that waits may say otherwise than the row of its sourcedId.
    if let [sourced_id] = named.as_slice()
        && let Some(person) = by_sourced_id(asked, sourced_id).await?
    {
        return Ok(Whom::One(Box::new(person)));
    }
    // Nobody has this name or number now; those who had it once are meant.
    if !former.is_empty() {
        return whom(asked, former, BTreeMap::new()).await;
    }
    let several = by_part(asked, &mut search).await?;
    if !several.is_empty() {
        return Ok(Whom::Several(several));
    }
    // Without names in memory, who is near is found among all of the district.
    if asked.scope != Scope::All {
        return Ok(Whom::Nobody(Vec::new()));
    }
    Ok(Whom::Nobody(near(asked, search.nearest.finish()).await?))
}

/// Those of whose name the question is a part. Even one alone is not taken to be meant.
async fn by_part(
    asked: &Asked<'_>,
    search: &mut Search<'_, '_>,
) -> Result<Vec<Candidate>, HubError> {
    let former = asked.former(Kind::User, |row| search.is_part(|place| row.text(place))).await?;
    let former = former.iter().map(|last| last.row.id);
    let rows: BTreeSet<_> = search.parts.iter().copied().chain(former).collect();
    let rows: Vec<_> = rows.into_iter().collect();
    let rows = asked.store.last_versions(asked.district.id, Kind::User, &rows).await?;
    let rows = seen::of_rows(asked, Kind::User, rows).await?;
    let sent = unknown(asked, &rows, std::mem::take(&mut search.parts_sent)).await?;
    several(asked, &rows, &sent).await
}

async fn several(
    asked: &Asked<'_>,
    rows: &[Version],
    sent: &BTreeMap<String, Sent>,
) -> Result<Vec<Candidate>, HubError> {
    let mut several = candidate::of_rows(asked, rows).await?;
    several.extend(sent.iter().map(|(id, sent)| candidate::of_sent(asked, Kind::User, id, sent)));
    several.truncate(LISTED);
    Ok(several)
}

/// One person, or several, among rows and records.
async fn whom(
    asked: &Asked<'_>,
    rows: Vec<Version>,
    sent: BTreeMap<String, Sent>,
) -> Result<Whom, HubError> {
    let persons: BTreeSet<_> = rows.iter().map(|row| row.row.person).collect();
    if persons.len() + sent.len() > 1 {
        return Ok(Whom::Several(several(asked, &rows, &sent).await?));
    }
    if let Some((sourced_id, sent)) = sent.into_iter().next() {
        let name = full_name(|place| sent.cell(place));
        return Ok(Whom::One(Box::new(Person { rows: Vec::new(), sourced_id, name })));
    }
    let active = rows.iter().position(Version::is_present).unwrap_or(0);
    match rows.into_iter().nth(active) {
        Some(row) => Ok(Whom::One(Box::new(of_row(asked, row).await?))),
        None => Ok(Whom::Nobody(Vec::new())),
    }
}

/// The person of a user row, with their other rows.
pub async fn of_row(asked: &Asked<'_>, row: Version) -> Result<Person, HubError> {
    let others = match row.row.person {
        Some(person) => asked.store.users_of_person(asked.district.id, person).await?,
        None => Vec::new(),
    };
    let name = full_name(|place| row.row.text(place));
    let (id, sourced_id) = (row.row.id, row.row.sourced_id.clone());
    let mut rows = vec![row];
    rows.extend(others.into_iter().filter(|other| other.row.id != id));
    Ok(Person { rows, sourced_id, name })
}

/// The person whose row has, or once had, this very sourcedId, or whose record a delivery has.
async fn by_sourced_id(asked: &Asked<'_>, question: &str) -> Result<Option<Person>, HubError> {
    let key = asked.hasher.key(question.as_bytes());
    let linked = asked.store.by_keys(asked.district.id, Kind::User, &[key.cast_signed()]).await?;
    let linked = linked.into_iter().filter(|one| one.sourced_id == question).map(|one| one.last);
    let mut linked = seen::of_rows(asked, Kind::User, linked.collect()).await?;
    let own = |row: &Version| row.row.sourced_id == question;
    linked.sort_by_key(|row| (!own(row), !row.is_present(), -row.row.id.0));
    let linked = linked.into_iter().next();
    // A row that went on under another sourcedId is meant, unless the id is somebody's again; so is
    // one that an undo gave back its former id.
    let gave_back =
        linked.as_ref().is_some_and(|row| row.is_present() && row.from_for != row.from_op);
    if !gave_back
        && !linked.as_ref().is_some_and(own)
        && let Some(person) = by_record(asked, key, question, linked.is_some())?
    {
        return Ok(Some(person));
    }
    match linked {
        Some(row) => of_row(asked, row).await.map(Some),
        None => Ok(None),
    }
}

/// The person whose record a delivery has, or with `now` the last one.
fn by_record(
    asked: &Asked<'_>,
    key: u64,
    question: &str,
    now: bool,
) -> Result<Option<Person>, HubError> {
    let heard = hear(asked, Kind::User, &BTreeSet::from([key]), true)?;
    let counts = |heard: &&Heard| heard.record.is_some() && !(now && heard.absent.is_some());
    let Some(heard) = heard.get(&key).filter(counts) else { return Ok(None) };
    let (_, sent) = said::said(asked, Kind::User, key, heard)?;
    if !seen::of_sent(asked, Kind::User, &sent.clone().unwrap_or_default()) {
        return Ok(None);
    }
    let name = sent.map(|sent| full_name(|place| sent.cell(place))).unwrap_or_default();
    Ok(Some(Person { rows: Vec::new(), sourced_id: question.to_owned(), name }))
}

/// The rows that an identifier, a user name or an e-mail address belongs to.
async fn by_identifier(asked: &Asked<'_>, question: &str) -> Result<Vec<Version>, HubError> {
    let columns = ["identifier", "userMasterIdentifier", "email", "username"];
    let mut hashes: Vec<i64> =
        columns.iter().map(|name| asked.hasher.identifier(name, question)).collect();
    let named = asked
        .settings
        .trusted_identifiers
        .iter()
        .filter_map(|rule| rule.id_type.as_deref().map(|kind| (kind, question)));
    let typed = cell::identifiers(question).chain(named);
    hashes.extend(typed.map(|(kind, id)| asked.hasher.identifier(&format!("userIds:{kind}"), id)));
    // Of addresses and user names it does not matter how they are written.
    let lower = question.to_lowercase();
    hashes.extend(["email", "username"].map(|name| asked.hasher.identifier(name, &lower)));
    with_hashes(asked, &hashes, question).await
}

/// The rows that an identifier belongs to whose type the question does not say.
pub async fn by_bare_id(
    asked: &Asked<'_>,
    names: &Slot,
    question: &str,
) -> Result<Vec<Version>, HubError> {
    if !looks_like_id(question) {
        return Ok(Vec::new());
    }
    let types = names.ask(|names| names.id_types.clone())?;
    let hash = |kind: &String| asked.hasher.identifier(&format!("userIds:{kind}"), question);
    let hashes: Vec<_> = types.iter().map(hash).collect();
    with_hashes(asked, &hashes, question).await
}

/// The rows with one of these hashes that have the identifier, address or user name itself.
async fn with_hashes(
    asked: &Asked<'_>,
    hashes: &[i64],
    question: &str,
) -> Result<Vec<Version>, HubError> {
    let lower = question.to_lowercase();
    let hits = asked.store.by_identifier_hashes(asked.district.id, hashes).await?;
    let ids: BTreeSet<SubjectId> = hits.into_iter().map(|(_, id)| id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut rows = asked.store.last_versions(asked.district.id, Kind::User, &ids).await?;
    rows.retain(|row| {
        let text = |place| row.row.text(place);
        let same = |place| text(place) == lower;
        has_identifier(text, question) || same(user::EMAIL) || same(user::USERNAME)
    });
    seen::of_rows(asked, Kind::User, rows).await
}

/// Those of the records that stand for none of these rows, nor for any other row.
async fn unknown(
    asked: &Asked<'_>,
    rows: &[Version],
    sent: BTreeMap<String, Sent>,
) -> Result<BTreeMap<String, Sent>, HubError> {
    let keys: Vec<_> =
        sent.keys().map(|id| asked.hasher.key(id.as_bytes()).cast_signed()).collect();
    let linked = asked.store.by_keys(asked.district.id, Kind::User, &keys).await?;
    let known: BTreeSet<_> = linked.into_iter().map(|one| one.sourced_id).collect();
    let is_row =
        |id: &String| known.contains(id) || rows.iter().any(|row| row.row.sourced_id == *id);
    let sent = sent.into_iter().filter(|(id, _)| !is_row(id));
    Ok(sent.filter(|(_, sent)| seen::of_sent(asked, Kind::User, sent)).collect())
}

async fn near(asked: &Asked<'_>, ids: Vec<String>) -> Result<Vec<Candidate>, HubError> {
    let mut near = Vec::new();
    for id in ids {
        let key = asked.hasher.key(id.as_bytes()).cast_signed();
        let linked = asked.store.by_keys(asked.district.id, Kind::User, &[key]).await?;
        let rows: Vec<_> = linked.into_iter().map(|one| one.last).take(1).collect();
        let of_rows = candidate::of_rows(asked, &rows).await?;
        let unknown = || candidate::of_sent(asked, Kind::User, &id, &Sent::default());
        near.push(of_rows.into_iter().next().unwrap_or_else(unknown));
    }
    Ok(near)
}
