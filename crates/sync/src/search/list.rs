//! The people and classes that a page looks for.

use std::collections::BTreeSet;

use firstbell_roster::model::Kind;
use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_store::Version;

use super::entry::State;
use super::found::{Found, FoundRow, Query};
use super::hits::Hits;
use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};
use crate::report::Candidate;
use crate::why::asked::Asked;
use crate::why::{candidate, class, delivered, person, seen};

impl Hub {
    /// The people whom a query means, as far as the reader sees them; [`HubError::Reading`] while
    /// names are being read.
    pub async fn find_people(
        &self,
        slug: &str,
        query: &Query,
        scope: &Scope,
        context: &Context,
    ) -> Result<Found, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let text = query.text.trim();
        let exact = person::by_any_id(&asked, text).await?;
        if exact.is_empty()
            && let Some(sent) = person::by_sent_id(&asked, text).await?
        {
            return Ok(Found::of_sent(sent));
        }
        list(&asked, Kind::User, query, exact).await
    }

    /// The classes that a query means, the same.
    pub async fn find_classes(
        &self,
        slug: &str,
        query: &Query,
        scope: &Scope,
        context: &Context,
    ) -> Result<Found, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let text = query.text.trim();
        let exact = class::by_id(&asked, text).await?;
        if exact.is_empty()
            && let Some(sent) = class::by_sent_id(&asked, text).await?
        {
            return Ok(Found::of_sent(sent));
        }
        list(&asked, Kind::Class, query, exact).await
    }
}

impl Found {
    /// The one whom only a delivery has, under the very id that was looked for.
    fn of_sent(candidate: Candidate) -> Self {
        let row = FoundRow { id: None, candidate, state: State::Sent };
        Self { rows: vec![row], total: 1, near: false }
    }
}

async fn list(
    asked: &Asked<'_>,
    kind: Kind,
    query: &Query,
    exact: Vec<Version>,
) -> Result<Found, HubError> {
    if !exact.is_empty() {
        let rows = of_rows(asked, &exact).await?;
        return Ok(Found { total: rows.len(), rows, near: false });
    }
    let text = query.text.trim().to_owned();
    let query = Query { text, ..query.clone() };
    let names = asked.names().await?.ok_or(HubError::Reading)?;
    if kind == Kind::User {
        let rows = person::by_bare_id(asked, &names, &query.text).await?;
        if !rows.is_empty() {
            let rows = of_rows(asked, &rows).await?;
            return Ok(Found { total: rows.len(), rows, near: false });
        }
    }
    if let Some(school) = query.school {
        asked.meet_guests(&names, &Scope::Schools([school].into())).await?;
    }
    let listed = names.ask(|names| names.list(kind, &asked.scope, &query))?;
    let hits = listed.hits();
    let rows = asked.store.last_versions(asked.district.id, kind, &hits.rows).await?;
    let rows = seen::of_rows(asked, kind, rows).await?;
    let mut rows = of_rows(asked, &rows).await?;
    rows.extend(of_lines(asked, kind, &hits).await?);
    let place = |row: &FoundRow| {
        let id = row.id.map(|id| id.0);
        listed.entries.iter().position(|entry| Some(entry.id) == id)
    };
    rows.sort_by_cached_key(|row| place(row).unwrap_or(usize::MAX));
    Ok(Found { rows, total: listed.total, near: listed.near })
}

/// Rows as they were found, each person once.
async fn of_rows(asked: &Asked<'_>, rows: &[Version]) -> Result<Vec<FoundRow>, HubError> {
    let (mut found, mut persons) = (Vec::new(), BTreeSet::new());
    for version in rows {
        if version.row.person.is_some_and(|person| !persons.insert(person)) {
            continue;
        }
        let state = if version.is_present() { State::Present } else { State::Left };
        let candidate = candidate::of_row(asked, &version.row).await?;
        found.push(FoundRow { id: Some(version.row.id), candidate, state });
    }
    Ok(found)
}

async fn of_lines(asked: &Asked<'_>, kind: Kind, hits: &Hits) -> Result<Vec<FoundRow>, HubError> {
    let sent = asked.sent(kind, &hits.lines).await?;
    let row = |sent: delivered::Sent| FoundRow {
        id: None,
        candidate: candidate::of_sent(asked, kind, sent.cell(SOURCED_ID), &sent),
        state: State::Sent,
    };
    Ok(sent.into_iter().map(row).collect())
}
