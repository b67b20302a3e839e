//! Setting a password by a link.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::{Fault, internal};
use crate::frame::{Frame, page};
use crate::page::sign_in;
use crate::token::Token;
use crate::{password, words};

/// A password, given twice.
#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
    again: String,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    frame: Frame,
    login: String,
    shortest: usize,
    problem: String,
}

/// The form; whoever opens the link changes nothing yet.
pub async fn show(
    State(console): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let login = invited(&console, &token).await?;
    page(&form(login, String::new()))
}

fn form(login: String, problem: String) -> InvitationPage {
    let frame = Frame::outside("Choose a password");
    InvitationPage { frame, login, shortest: password::SHORTEST, problem }
}

/// The login that a link is for; a link that was used is not found.
async fn invited(console: &Shared, token: &str) -> Result<String, Fault> {
    let hash = Token::sent(token).hash();
    let account = console.access.invited(&hash, console.now()).await?.ok_or(Fault::NotFound)?;
    let account = console.access.account(account).await?.ok_or(Fault::NotFound)?;
    Ok(account.login)
}

/// Sets the password and signs in.
pub async fn send(
    State(console): State<Shared>,
    Path(token): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(sent): Form<NewPassword>,
) -> Result<Response, Fault> {
    let login = invited(&console, &token).await?;
    if let Err(problem) = password::judge(&sent.password, &sent.again) {
        let form = form(login, words::sentence(&problem.to_string()));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    }
    let kept = password::hash(sent.password).await.map_err(|_| internal("password"))?;
    let hash = Token::sent(&token).hash();
    let accepted = console.access.accept_invitation(&hash, &kept, console.now()).await?;
    let account = accepted.ok_or(Fault::NotFound)?;
    let jar = sign_in::let_in(&console, account, &headers, jar).await?;
    Ok((jar, Redirect::to("/")).into_response())
}
