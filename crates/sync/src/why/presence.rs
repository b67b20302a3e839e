//! What the roster has of a row: since when it is there, or when and why it ended.

use firstbell_roster::explain::Presence;
use firstbell_roster::model::Row;
use firstbell_store::Version;

use super::asked::Asked;
use crate::hub::HubError;

/// What a row's versions, oldest first, come to, as far as they are what is asked for. Versions
/// that follow each other without a gap are one presence.
pub async fn of(
    asked: &Asked<'_>,
    versions: &[Version],
    is_meant: impl Fn(&Row) -> bool,
) -> Result<Presence, HubError> {
    let Some(at) = versions.iter().rposition(|version| is_meant(&version.row)) else {
        return Ok(Presence::Never);
    };
    let Some(last) = versions.get(at) else { return Ok(Presence::Never) };
    if let Some(until) = &last.until {
        return Ok(Presence::Ended { by: asked.change(until.op, until.reason).await? });
    }
    let mut first = last;
    for before in versions.iter().take(at).rev() {
        let goes_on = before.until.as_ref().is_some_and(|until| until.op == first.from_op);
        if !goes_on || !is_meant(&before.row) {
            break;
        }
        first = before;
    }
    Ok(Presence::Active { since: asked.change(first.from_op, first.began).await? })
}
