//! Who runs the installation.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_sync::access::{AccountError, AccountId, Assignment, Profile, Role};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::Visitor;
use crate::invitation;

/// Whom to invite.
#[derive(Deserialize)]
pub struct Invited {
    login: String,
    name: String,
}

struct OperatorRow {
    id: i64,
    name: String,
    login: String,
    state: &'static str,
    own: bool,
}

#[derive(Template)]
#[template(path = "installation.html")]
struct InstallationPage {
    frame: Frame,
    vendor: bool,
    operators: Vec<OperatorRow>,
    link: Option<String>,
    problem: &'static str,
}

/// The page.
pub async fn show(State(console): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    told(&console, &visitor, None, "").await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    link: Option<String>,
    problem: &'static str,
) -> Result<Response, Fault> {
    let mut operators = Vec::new();
    for (id, _) in console.access.assigned(None).await? {
        let Some(account) = console.access.account(id).await? else { continue };
        operators.push(OperatorRow {
            id: id.0,
            own: id == visitor.account.id,
            state: match (account.closed_at, &account.password) {
                (Some(_), _) => "closed",
                (None, None) => "invited",
                (None, Some(_)) => "active",
            },
            name: account.name,
            login: account.login,
        });
    }
    page(&InstallationPage {
        frame: Frame::of("Installation", visitor),
        vendor: console.profile == Profile::Vendor,
        operators,
        link,
        problem,
    })
}

/// Makes an account that runs the installation, and a link for it.
pub async fn invite(
    State(console): State<Shared>,
    visitor: Visitor,
    Form(sent): Form<Invited>,
) -> Result<Response, Fault> {
    let (login, name, now) = (invitation::login(&sent.login), sent.name.trim(), console.now());
    if login.is_empty() || name.is_empty() {
        return told(&console, &visitor, None, "Give a login and a name.").await;
    }
    let made = match console.access.create_account(&login, name, now).await {
        Ok(made) => made.id,
        Err(AccountError::Exists(_)) => {
            let problem = "There is an account with this login already. Choose another.";
            return told(&console, &visitor, None, problem).await;
        }
        Err(error @ AccountError::Database(_)) => return Err(error.into()),
    };
    let role = Assignment { district: None, school: None, role: Role::Operator };
    console.access.assign(made, role).await?;
    let (access, address) = (&console.access, &console.address);
    let link = invitation::link(access, address, made, &visitor.account.login, now).await?;
    console.note(&visitor, None, "operator.invite", &format!("account {made}")).await?;
    told(&console, &visitor, Some(link), "").await
}

/// Closes the account of another operator.
pub async fn close(
    State(console): State<Shared>,
    visitor: Visitor,
    Path(account): Path<i64>,
) -> Result<Response, Fault> {
    let operators = console.access.assigned(None).await?;
    let account = AccountId(account);
    let other = account != visitor.account.id;
    if !other || !operators.iter().any(|(operator, _)| *operator == account) {
        return Err(Fault::NotFound);
    }
    console.access.close_account(account, Some(console.now())).await?;
    console.note(&visitor, None, "operator.close", &format!("account {account}")).await?;
    Ok(Redirect::to("/installation").into_response())
}
