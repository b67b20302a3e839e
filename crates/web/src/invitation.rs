//! Links by which somebody gets in for the first time, or again.

use firstbell_roster::model::DateTime;
use firstbell_sync::Hub;
use firstbell_sync::access::{Access, AccountError, AccountId, Assignment, Role};

use crate::console::Address;
use crate::fault::{Fault, internal};
use crate::token::Token;

/// How long a link can be used, in microseconds.
const LASTS: i64 = 3 * 24 * 3600 * 1_000_000;

/// The login of the first operator.
const OPERATOR: &str = "operator";

/// A login in the form in which logins are compared: folded, without white space around it.
pub fn login(text: &str) -> String {
    firstbell_roster::model::text::folded(text.trim())
}

/// Makes a link by which an account gets a password; earlier ones of it end.
pub async fn link(
    access: &Access,
    address: &Address,
    account: AccountId,
    made_by: &str,
    now: DateTime,
) -> Result<String, Fault> {
    let token = Token::random()?;
    access.invite(account, &token.hash(), made_by, now, DateTime(now.0 + LASTS)).await?;
    Ok(format!("{}/invitation/{}", address.url, token.text()))
}

/// A link for the first operator, as long as no operator has a password; `None` afterwards.
pub async fn first_link(
    hub: &Hub,
    address: &Address,
    now: DateTime,
) -> Result<Option<String>, Fault> {
    let access = hub.access();
    let mut waiting = None;
    for (operator, _) in access.assigned(None).await? {
        let Some(account) = access.account(operator).await? else { continue };
        if account.password.is_some() && account.closed_at.is_none() {
            return Ok(None);
        }
        waiting = Some(account.id).filter(|_| account.password.is_none()).or(waiting);
    }
    let operator = match waiting {
        Some(operator) => operator,
        None => new_operator(&access, now).await?,
    };
    access.close_account(operator, None).await?;
    link(&access, address, operator, "first start", now).await.map(Some)
}

/// A link for a further operator, for when the others have lost their passwords.
pub async fn further_link(hub: &Hub, address: &Address, now: DateTime) -> Result<String, Fault> {
    let access = hub.access();
    let operator = new_operator(&access, now).await?;
    link(&access, address, operator, "command line", now).await
}

/// A new account that runs the installation.
async fn new_operator(access: &Access, now: DateTime) -> Result<AccountId, Fault> {
    let role = Assignment { district: None, school: None, role: Role::Operator };
    for number in 1.. {
        let login = if number == 1 { OPERATOR.to_owned() } else { format!("{OPERATOR}-{number}") };
        // An account that is somebody's already does not get a new role and a new password.
        match access.create_account(&login, "Operator", now).await {
            Ok(account) => {
                access.assign(account.id, role).await?;
                return Ok(account.id);
            }
            Err(AccountError::Exists(_)) => {}
            Err(error @ AccountError::Database(_)) => return Err(error.into()),
        }
    }
    Err(internal("account"))
}
