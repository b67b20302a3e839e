//! Who may do what in a district, and when it lets a vendor's support in.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::model::{DateTime, SubjectId};
use firstbell_sync::access::{Account, AccountError, AccountId, Assignment, Profile, Role};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::{Fault, internal};
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::{invitation, words};

/// The longest time for which support is let in, in days.
const LONGEST: i64 = 30;
const DAY: i64 = 24 * 3600 * 1_000_000;

/// Whom to invite, and as what.
#[derive(Deserialize)]
pub struct Invited {
    login: String,
    name: String,
    role: String,
    #[serde(default)]
    school: String,
}

/// Whose role to take.
#[derive(Deserialize)]
pub struct Taken {
    account: i64,
    #[serde(default)]
    school: i64,
}

/// For how long support is let in, and what for.
#[derive(Deserialize)]
pub struct Granted {
    days: i64,
    reason: String,
}

struct PersonRow {
    account: i64,
    name: String,
    login: String,
    role: &'static str,
    school: String,
    school_id: i64,
    state: &'static str,
}

struct GrantRow {
    from: String,
    until: String,
    by: String,
    reason: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "access.html")]
struct AccessPage {
    frame: Frame,
    root: String,
    people: Vec<PersonRow>,
    schools: Vec<(i64, String)>,
    vendor: bool,
    grants: Vec<GrantRow>,
    open: bool,
    longest: i64,
    link: Option<String>,
    said: &'static str,
    problem: &'static str,
}

/// What is told above the page.
#[derive(Default)]
struct Told {
    link: Option<String>,
    said: &'static str,
    problem: &'static str,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, Fault> {
    told(&console, &visitor, &place, Told::default()).await
}

async fn told(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    told: Told,
) -> Result<Response, Fault> {
    let district = &place.district;
    let schools = console.hub.schools(district).await?;
    let mut people = Vec::new();
    for (id, assignment) in console.access.assigned(Some(district.id)).await? {
        let Some(account) = console.access.account(id).await? else { continue };
        let school = assignment.school.map_or(0, |school| school.0);
        let named = schools.iter().find(|(id, _)| id.0 == school);
        people.push(PersonRow {
            account: id.0,
            role: words::role(assignment.role),
            school: match (named, school) {
                (Some((_, name)), _) => name.clone(),
                (None, 0) => "all schools".to_owned(),
                (None, _) => "a school that is gone".to_owned(),
            },
            school_id: school,
            state: match (account.closed_at, &account.password) {
                (Some(_), _) => "closed",
                (None, None) => "invited",
                (None, Some(_)) => "active",
            },
            name: account.name,
            login: account.login,
        });
    }
    let now = console.now();
    let grants = console.access.support_grants(district.id).await?;
    let grants: Vec<_> = grants
        .into_iter()
        .map(|grant| GrantRow {
            from: words::instant(grant.from),
            until: words::instant(grant.until),
            by: grant.made_by,
            reason: grant.reason,
            open: grant.from <= now && now < grant.until,
        })
        .collect();
    page(&AccessPage {
        frame: Frame::of_district("Access", visitor, place, "/access"),
        root: format!("/districts/{}", district.slug),
        people,
        schools: schools.into_iter().map(|(id, name)| (id.0, name)).collect(),
        vendor: console.profile == Profile::Vendor,
        open: grants.iter().any(|grant| grant.open),
        grants,
        longest: LONGEST,
        link: told.link,
        said: told.said,
        problem: told.problem,
    })
}

/// Gives somebody a role here; a new account gets a link.
pub async fn invite(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Form(sent): Form<Invited>,
) -> Result<Response, Fault> {
    let problem = |problem| Told { problem, ..Told::default() };
    let schools = console.hub.schools(&place.district).await?;
    let school = sent.school.parse().ok().map(SubjectId).filter(|school| school.0 != 0);
    let (role, known) =
        (Role::from_word(&sent.role), schools.iter().any(|(id, _)| Some(*id) == school));
    let (login, name) = (invitation::login(&sent.login), sent.name.trim());
    let role = match (role, school) {
        (Some(role @ (Role::DistrictAdministrator | Role::Viewer)), None) => role,
        (Some(role @ (Role::SchoolAdministrator | Role::Viewer)), Some(_)) if known => role,
        (Some(Role::SchoolAdministrator), None) => {
            let problem = problem("Choose the school that this person answers for.");
            return told(&console, &visitor, &place, problem).await;
        }
        _ => {
            let problem =
                problem("Choose one of the roles; one for all schools goes without a school.");
            return told(&console, &visitor, &place, problem).await;
        }
    };
    if login.is_empty() || name.is_empty() {
        return told(&console, &visitor, &place, problem("Give a login and a name.")).await;
    }
    let given = Assignment { district: Some(place.district.id), school, role };
    let made = match console.access.create_account(&login, name, console.now()).await {
        Ok(made) => made,
        Err(AccountError::Exists(_)) => {
            let found = console.access.find_account(&login).await?;
            found.ok_or_else(|| internal("account"))?
        }
        Err(error @ AccountError::Database(_)) => return Err(error.into()),
    };
    let own = is_own(&console, &made, &place).await?;
    console.access.assign(made.id, given).await?;
    console
        .note(
            &visitor,
            Some(place.district.id),
            "access.give",
            &format!("account {}, {}", made.id, role),
        )
        .await?;
    if !own {
        let said = "There was an account with this login already; it has the role from now on, and \
                    signs in as before.";
        return told(&console, &visitor, &place, Told { said, ..Told::default() }).await;
    }
    let (access, address) = (&console.access, &console.address);
    let by = &visitor.account.login;
    let link = invitation::link(access, address, made.id, by, console.now()).await?;
    told(&console, &visitor, &place, Told { link: Some(link), ..Told::default() }).await
}

/// Whether an account is this district's alone, so that a link for it lets nobody in elsewhere.
async fn is_own(console: &Shared, account: &Account, place: &Place) -> Result<bool, Fault> {
    let assignments = console.access.assignments(account.id).await?;
    let here = assignments.iter().all(|one| one.district == Some(place.district.id));
    // Whoever had an account and lost all roles may be anybody's.
    Ok(here && (account.password.is_none() || !assignments.is_empty()))
}

/// Takes a role in this district from somebody else.
pub async fn take(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Form(sent): Form<Taken>,
) -> Result<Response, Fault> {
    let account = AccountId(sent.account);
    if account == visitor.account.id {
        let problem = "Nobody takes their own role; another administrator can.";
        return told(&console, &visitor, &place, Told { problem, ..Told::default() }).await;
    }
    let school = (sent.school != 0).then_some(SubjectId(sent.school));
    let district = Some(place.district.id);
    let taken = Assignment { district, school, role: Role::Viewer };
    if !console.access.unassign(account, taken).await? {
        return Err(Fault::NotFound);
    }
    console
        .note(&visitor, Some(place.district.id), "access.take", &format!("account {account}"))
        .await?;
    Ok(Redirect::to(&format!("/districts/{}/access", place.district.slug)).into_response())
}

/// Lets a vendor's support in for some days.
pub async fn grant_support(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Form(sent): Form<Granted>,
) -> Result<Response, Fault> {
    let reason = sent.reason.trim();
    if reason.is_empty() || !(1..=LONGEST).contains(&sent.days) {
        let problem = "Say what for, and for how many days: 1 to 30.";
        return told(&console, &visitor, &place, Told { problem, ..Told::default() }).await;
    }
    let now = console.now();
    let time = (now, DateTime(now.0 + sent.days * DAY));
    let by = &visitor.account.login;
    console.access.grant_support(place.district.id, time, by, reason).await?;
    console
        .note(&visitor, Some(place.district.id), "support.grant", &format!("{} days", sent.days))
        .await?;
    Ok(Redirect::to(&format!("/districts/{}/access", place.district.slug)).into_response())
}

/// Lets it in no more.
pub async fn end_support(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, Fault> {
    console.access.end_support(place.district.id, console.now()).await?;
    console.note(&visitor, Some(place.district.id), "support.end", "").await?;
    Ok(Redirect::to(&format!("/districts/{}/access", place.district.slug)).into_response())
}
