//! Searching classes by title, code or id.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::people::{Choice, Listed, Wanted, schools};

#[derive(Template)]
#[template(path = "classes.html")]
struct ClassesPage {
    frame: Frame,
    action: String,
    q: String,
    filtered: bool,
    schools: Vec<Choice>,
    list: Listed,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let context = console.context(&visitor, "");
    // A class has no role and is not looked for by state.
    let wanted = Wanted { role: String::new(), state: String::new(), ..wanted };
    let found = console.hub.find_classes(slug, &wanted.query(), &place.scope, &context).await;
    console.looked(&visitor, place.district.id, "classes.search", None).await?;
    let root = format!("/districts/{slug}");
    page(&ClassesPage {
        frame: Frame::of_district("Classes", &visitor, &place, "/classes"),
        action: format!("{root}/classes"),
        q: wanted.q.clone(),
        filtered: !wanted.school.is_empty(),
        schools: schools(&console, &place, &wanted).await?,
        list: Listed::of(found, &wanted, &root, "classes", ("class", "classes"))?,
    })
}
