//! One's own account: the browsers on which one is signed in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_sync::access::SessionNumber;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::Visitor;
use crate::words;

struct SessionRow {
    number: i64,
    agent: String,
    began: String,
    seen: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    login: String,
    roles: Vec<String>,
    sessions: Vec<SessionRow>,
}

/// The page.
pub async fn show(State(console): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    let now = console.now();
    let mut roles = Vec::new();
    for one in &visitor.roles.assignments {
        roles.push(words::role(one.role).to_owned());
    }
    let sessions = console.access.sessions(visitor.account.id).await?;
    let sessions = sessions.into_iter().map(|session| SessionRow {
        number: session.number.0,
        current: session.number == visitor.session.number,
        agent: if session.agent.is_empty() { "unknown browser".to_owned() } else { session.agent },
        began: words::ago(session.began_at, now),
        seen: words::ago(session.seen_at, now),
    });
    page(&AccountPage {
        frame: Frame::of("Your account", &visitor),
        login: visitor.account.login.clone(),
        roles,
        sessions: sessions.collect(),
    })
}

/// Signs out on one browser.
pub async fn end_session(
    State(console): State<Shared>,
    visitor: Visitor,
    Path(number): Path<i64>,
) -> Result<Response, Fault> {
    let (account, now) = (visitor.account.id, console.now());
    if !console.access.end_session(account, SessionNumber(number), now).await? {
        return Err(Fault::NotFound);
    }
    console.note(&visitor, None, "session.end", "").await?;
    Ok(Redirect::to("/account").into_response())
}
