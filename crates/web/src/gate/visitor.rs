//! Whoever is signed in.

use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use firstbell_roster::model::DateTime;
use firstbell_sync::access::{Account, SignedIn};

use crate::access::Roles;
use crate::console::Shared;
use crate::fault::Fault;
use crate::token::Token;

/// The name of the cookie.
const COOKIE: &str = "firstbell";

const MINUTE: i64 = 60 * 1_000_000;
/// After how long without a page a session ends, in microseconds.
const IDLE: i64 = 60 * MINUTE;
/// After how long a session ends, in microseconds.
const ABSOLUTE: i64 = 12 * 60 * MINUTE;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub account: Account,
    /// On which browser.
    pub session: SignedIn,
    /// What they are where.
    pub roles: Roles,
    /// What their forms carry.
    pub form_token: String,
}

/// Who is signed in by the cookie of a request; nobody where the session is over.
pub async fn of(console: &Shared, headers: &HeaderMap) -> Result<Option<Visitor>, Fault> {
    let jar = CookieJar::from_headers(headers);
    let Some(token) = jar.get(COOKIE).map(|cookie| Token::sent(cookie.value())) else {
        return Ok(None);
    };
    let access = &console.access;
    let Some(session) = access.session(&token.hash()).await? else { return Ok(None) };
    let now = console.now();
    if !lives(&session, now) {
        access.end_session(session.account, session.number, now).await?;
        return Ok(None);
    }
    let Some(account) = access.account(session.account).await? else { return Ok(None) };
    if account.closed_at.is_some() {
        return Ok(None);
    }
    if now.0 - session.seen_at.0 > MINUTE {
        access.see_session(session.number, now).await?;
    }
    let assignments = access.assignments(account.id).await?;
    let roles = Roles { profile: console.profile, assignments };
    Ok(Some(Visitor { account, session, roles, form_token: token.for_forms() }))
}

/// Whether a session goes on.
fn lives(session: &SignedIn, now: DateTime) -> bool {
    now.0 - session.seen_at.0 < IDLE && now.0 - session.began_at.0 < ABSOLUTE
}

/// The cookie that keeps somebody signed in until the browser closes.
pub fn cookie(token: &Token, secure: bool) -> Cookie<'static> {
    Cookie::build((COOKIE, token.text().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// What takes that cookie away again.
pub fn no_cookie() -> Cookie<'static> {
    Cookie::build((COOKIE, "")).path("/").build()
}

#[cfg(test)]
mod tests {
    use firstbell_sync::access::{AccountId, SessionNumber};

    use super::*;

    #[test]
    fn a_session_ends_when_nobody_comes_and_at_the_end_of_the_day() {
        let session = |began, seen| SignedIn {
            number: SessionNumber(1),
            account: AccountId(1),
            agent: String::new(),
            began_at: DateTime(began),
            seen_at: DateTime(seen),
        };
        assert!(lives(&session(0, 0), DateTime(IDLE - 1)));
        assert!(!lives(&session(0, 0), DateTime(IDLE)));
        assert!(lives(&session(0, ABSOLUTE - 2), DateTime(ABSOLUTE - 1)));
        assert!(!lives(&session(0, ABSOLUTE - 1), DateTime(ABSOLUTE)));
    }
}
