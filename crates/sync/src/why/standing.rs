//! What is known of one record: what was said, what the roster has, what waits.

use std::collections::BTreeSet;

use firstbell_roster::explain::{Presence, Standing};
use firstbell_roster::model::Kind;
use firstbell_store::Version;

use super::asked::Asked;
use super::delivered::Sent;
use super::person::Person;
use super::presence;
use super::said::{self, Heard};
use super::waiting::Waiting;
use crate::hub::HubError;

/// What is known of the record with a sourcedId, and of its row where there is one.
pub async fn of(
    asked: &Asked<'_>,
    waiting: &Waiting,
    kind: Kind,
    row: Option<&Version>,
    sourced_id: &str,
) -> Result<Standing, HubError> {
    let key = asked.hasher.key(sourced_id.as_bytes());
    let heard = said::hear(asked, kind, &BTreeSet::from([key]), row.is_none())?;
    let heard = heard.get(&key).copied().unwrap_or_default();
    let versions = match row {
        None => Vec::new(),
        Some(row) => asked.store.history(asked.district.id, kind, row.row.id).await?,
    };
    let presence = presence::of(asked, &versions, |_| true).await?;
    let (standing, _) = put_together(asked, waiting, kind, row, key, &heard, presence)?;
    let under = |version: &&Version| version.row.sourced_id == sourced_id;
    let tied = versions.iter().rev().take_while(under).last().map(|version| version.began);
    Ok(Standing { tied, ..standing })
}

/// A standing from what was heard of its key and what the roster has, with the record's cells.
pub fn put_together(
    asked: &Asked<'_>,
    waiting: &Waiting,
    kind: Kind,
    row: Option<&Version>,
    key: u64,
    heard: &Heard,
    presence: Presence,
) -> Result<(Standing, Option<Sent>), HubError> {
    let (said, sent) = said::said(asked, kind, key, heard)?;
    let place = heard.record.and_then(|(place, entry, _)| {
        let run = asked.runs.get(place).filter(|_| heard.absent.is_none())?;
        Some((run, entry.line))
    });
    let without = heard.absent.and_then(|place| asked.runs.get(place));
    let moved_since = match (&presence, place) {
        (Presence::Ended { by }, Some((run, _))) => by.operation > run.until,
        (Presence::Ended { .. } | Presence::Active { .. } | Presence::Never, _) => false,
    };
    let at = place.map(|(run, line)| (run.delivery, line));
    let last = without.or(place.map(|(run, _)| run));
    let fate = last.map(|run| run.fate.clone()).unwrap_or_default();
    let held = waiting.on(kind, row.map(|row| row.row.id), at)?;
    Ok((Standing { said, moved_since, fate, presence, held, tied: None }, sent))
}

/// The presence of a person through another of their user rows, where the one that was asked for
/// is not active.
pub async fn through_other_rows(
    asked: &Asked<'_>,
    person: &Person,
    own: Presence,
) -> Result<Presence, HubError> {
    let Some(other) = person.rows.iter().find(|row| row.is_present()) else { return Ok(own) };
    let versions = asked.store.history(asked.district.id, Kind::User, other.row.id).await?;
    presence::of(asked, &versions, |_| true).await
}
