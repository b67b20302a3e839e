//! One class: its school, terms and teachers, and who is in it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_sync::classes::{MEMBERS, Member};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::person::state;
use crate::words;

/// Which page of the members, from 1.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    page: String,
}

struct MemberRow {
    name: String,
    path: Option<String>,
    role: String,
    grades: String,
    state: String,
}

#[derive(Template)]
#[template(path = "class.html")]
struct ClassPage {
    frame: Frame,
    root: String,
    sentence: String,
    sourced_id: String,
    facts: Vec<(String, String)>,
    teachers: Vec<MemberRow>,
    members: Vec<MemberRow>,
    total: String,
    before: Option<String>,
    after: Option<String>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, id)): Path<(String, i64)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let (id, context) = (SubjectId(id), console.context(&visitor, ""));
    let number = wanted.page.parse::<usize>().unwrap_or(1).max(1);
    let class = console.hub.class(slug, id, number - 1, &place.scope, &context).await?;
    let class = class.ok_or(Fault::NotFound)?;
    let subject = Some((Kind::Class, id));
    console.looked(&visitor, place.district.id, "class.look", subject).await?;
    let root = format!("/districts/{slug}");
    let title = if class.title.is_empty() { &class.sourced_id } else { &class.title };
    let frame = Frame::beneath(title, &visitor, &place);
    let at = |page: usize| format!("{root}/classes/{id}?page={page}");
    let more = class.total > number.saturating_mul(MEMBERS);
    page(&ClassPage {
        frame,
        sentence: class.sentence,
        sourced_id: class.sourced_id,
        facts: class.facts,
        teachers: class.teachers.into_iter().map(|one| of_member(one, &root)).collect(),
        members: class.members.into_iter().map(|one| of_member(one, &root)).collect(),
        total: words::count(class.total as u64, "person is or was", "people are or were"),
        before: (number > 1).then(|| at(number - 1)),
        after: more.then(|| at(number + 1)),
        root,
    })
}

fn of_member(one: Member, root: &str) -> MemberRow {
    MemberRow {
        path: one.id.map(|id| format!("{root}/people/{id}")),
        name: one.name,
        role: one.role,
        grades: one.grades,
        state: state(&one.state),
    }
}
