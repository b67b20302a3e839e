//! The roster as it was after any operation, a kind and a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_roster::model::Kind;
use firstbell_sync::pages::RosterPage as Found;
use serde::Deserialize;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::changes::Choice;
use crate::words;

/// How many rows a page has.
const PAGE: usize = 50;

/// As of which operation, what, and which page.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    as_of: Option<i64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after: i64,
}

struct Line {
    name: String,
    school: String,
    sourced_id: String,
    fields: Vec<String>,
}

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    frame: Frame,
    root: String,
    as_of: i64,
    newest: i64,
    kinds: Vec<Choice>,
    kind: &'static str,
    rows: Vec<Line>,
    sentence: String,
    next: Option<String>,
    first: Option<String>,
    columns: Vec<&'static str>,
    /// Whether they may take the whole roster with them.
    exports: bool,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let newest = console.hub.newest_operation(&place.district).await?;
    let as_of = wanted.as_of.unwrap_or(newest);
    let kind = match wanted.kind.as_str() {
        "" => Kind::User,
        name => Kind::from_name(name)
            .filter(|kind| Kind::FACTS.contains(kind))
            .ok_or(Fault::NotFound)?,
    };
    let note = format!("as of operation {as_of}, {kind}");
    console.note(&visitor, Some(place.district.id), "roster.look", &note).await?;
    let sees = |school| place.scope.has(school);
    let (hub, district) = (&console.hub, &place.district);
    let found = hub.roster_page(district, kind, as_of, wanted.after, PAGE, &sees).await?;
    let root = format!("/districts/{}", place.district.slug);
    let path = format!("{root}/roster?as_of={as_of}&kind={kind}");
    let kinds = Kind::FACTS.into_iter().map(|one| Choice {
        value: one.name(),
        name: one.name().to_owned(),
        chosen: one == kind,
    });
    let columns = columns(kind);
    page(&RosterPage {
        frame: Frame::of_district("Roster", &visitor, &place, "/roster"),
        exports: place.may(&visitor, Right::Decide) == Some(Scope::All),
        root,
        as_of,
        newest,
        kinds: kinds.collect(),
        kind: kind.name(),
        sentence: sentence(&found, wanted.after),
        next: found.next.map(|after| format!("{path}&after={after}")),
        first: (wanted.after > 0).then_some(path),
        rows: found.rows.into_iter().map(|row| line(row, &columns)).collect(),
        columns,
    })
}

/// The fields of a kind that have a column of their own, beside name, school and id.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds are no facts")]
fn columns(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Org => vec!["type", "identifier", "parentSourcedId"],
        Kind::AcademicSession => vec!["type", "startDate", "endDate", "schoolYear"],
        Kind::Course => vec!["courseCode", "grades"],
        Kind::Class => vec!["classCode", "classType", "courseSourcedId", "termSourcedIds"],
        Kind::User => vec!["role", "grades", "username", "email", "identifier"],
        Kind::Role => vec!["role", "roleType", "beginDate", "endDate"],
        Kind::UserProfile => vec!["userSourcedId", "profileType", "username"],
        Kind::Demographics => vec!["birthDate", "sex"],
        Kind::Enrollment => vec!["role", "primary", "beginDate", "endDate"],
        _ => Vec::new(),
    }
}

fn line(row: firstbell_sync::pages::RosterRow, columns: &[&'static str]) -> Line {
    let value = |column: &&str| {
        let field = row.fields.iter().find(|(name, _)| name == column);
        field.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    Line {
        fields: columns.iter().map(value).collect(),
        name: row.name,
        school: row.school,
        sourced_id: row.sourced_id,
    }
}

/// That a page is not full because looking further takes its time, or that there is nothing.
fn sentence(found: &Found, after: i64) -> String {
    if found.next.is_some() && found.rows.len() < PAGE {
        return format!(
            "{} were looked through for this page; there may be more further on.",
            words::count(found.looked, "row", "rows")
        );
    }
    match (found.rows.is_empty(), after) {
        (true, 0) => "The roster had nothing of this kind then.".to_owned(),
        (true, _) => "That was all.".to_owned(),
        (false, _) => String::new(),
    }
}
