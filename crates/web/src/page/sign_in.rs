//! Signing in and out.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use firstbell_sync::access::{AccountId, NewAuditEntry};
use serde::Deserialize;

use crate::console::{Console, Shared};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Client, Visitor, cookie, no_cookie};
use crate::token::Token;
use crate::{invitation, password};

/// How much is kept of what a browser calls itself.
const AGENT: usize = 200;

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    then: String,
}

/// What is sent to sign in.
#[derive(Deserialize)]
pub struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    then: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    login: String,
    then: String,
    problem: &'static str,
}

/// The form.
pub async fn show(Query(wanted): Query<Wanted>) -> Result<Response, Fault> {
    page(&form("", own_path(&wanted.then), ""))
}

fn form(login: &str, then: &str, problem: &'static str) -> SignInPage {
    let frame = Frame::outside("Sign in");
    SignInPage { frame, login: login.to_owned(), then: then.to_owned(), problem }
}

/// A path of this console; another address is left out.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if own && !path.chars().any(char::is_control) { path } else { "" }
}

/// Signs somebody in, if they are who they say.
pub async fn send(
    State(console): State<Shared>,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Form(sent): Form<Credentials>,
) -> Result<Response, Fault> {
    let (login, then) = (invitation::login(&sent.login), own_path(&sent.then));
    let again = |status: StatusCode, problem| {
        Ok((status, page(&form(&sent.login, then, problem))?).into_response())
    };
    if !console.limit.allows(&login, client.0) {
        note(&console, None, "sign_in.limit").await?;
        let problem = "Too many tries. Wait some minutes, and try again.";
        return again(StatusCode::TOO_MANY_REQUESTS, problem);
    }
    let found = console.access.find_account(&login).await?;
    let open = found.filter(|account| account.closed_at.is_none());
    let kept = open.as_ref().and_then(|account| account.password.clone());
    let fits = password::is(sent.password.clone(), kept).await;
    let Some(account) = open.filter(|_| fits) else {
        note(&console, None, "sign_in.fail").await?;
        return again(StatusCode::FORBIDDEN, "This name and password do not go together.");
    };
    let jar = let_in(&console, account.id, &headers, jar).await?;
    let then = if then.is_empty() { "/" } else { then };
    Ok((jar, Redirect::to(then)).into_response())
}

/// Begins a session on a browser.
pub async fn let_in(
    console: &Console,
    account: AccountId,
    headers: &HeaderMap,
    jar: CookieJar,
) -> Result<CookieJar, Fault> {
    let token = Token::random()?;
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT).collect();
    console.access.begin_session(account, &token.hash(), &agent, console.now()).await?;
    note(console, Some(account), "sign_in").await?;
    Ok(jar.add(cookie(&token, console.address.is_secure())))
}

/// Ends the session.
pub async fn out(
    State(console): State<Shared>,
    visitor: Visitor,
    jar: CookieJar,
) -> Result<Response, Fault> {
    let (account, number) = (visitor.account.id, visitor.session.number);
    console.access.end_session(account, number, console.now()).await?;
    note(&console, Some(account), "sign_out").await?;
    Ok((jar.remove(no_cookie()), Redirect::to("/sign-in")).into_response())
}

async fn note(console: &Console, account: Option<AccountId>, action: &str) -> Result<(), Fault> {
    let at = console.now();
    let entry = NewAuditEntry { at, account, action, subject: None, note: "" };
    Ok(console.access.audit(None, &[entry]).await?)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_site_after_signing_in() {
        assert_eq!(own_path("/districts/oak?page=2"), "/districts/oak?page=2");
        for other in
            ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nb"]
        {
            assert_eq!(own_path(other), "", "{other}");
        }
    }
}
