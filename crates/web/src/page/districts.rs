//! The districts of whoever is signed in, and how each is.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::Visitor;
use crate::page::home::{State as DistrictState, state_of};
use crate::words;

struct DistrictRow {
    name: String,
    path: String,
    state: DistrictState,
    age: String,
    schools: String,
    next: String,
}

#[derive(Template)]
#[template(path = "districts.html")]
struct DistrictsPage {
    frame: Frame,
    sentence: String,
    rows: Vec<DistrictRow>,
}

/// The list; whoever has one district alone, and does not run the installation, goes on to that.
pub async fn show(State(console): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    let mut known = Vec::new();
    for info in console.hub.districts().await? {
        let district = console.hub.find_district(&info.district).await?;
        known.extend(district.filter(|district| visitor.roles.know(district.id)));
    }
    if let [only] = known.as_slice()
        && !visitor.roles.is_operator()
    {
        return Ok(Redirect::to(&format!("/districts/{}", only.slug)).into_response());
    }
    let now = console.now();
    let mut rows = Vec::new();
    for district in known {
        let standing = console.hub.standing(&district).await?;
        let state = state_of(&standing, now);
        rows.push(DistrictRow {
            path: format!("/districts/{}", district.slug),
            name: district.name,
            state,
            age: standing
                .last_good
                .as_ref()
                .map_or_else(|| "nothing came in yet".to_owned(), |good| words::ago(good.at, now)),
            schools: words::count(standing.schools.len() as u64, "school", "schools"),
            next: crate::page::home::next(&standing, state),
        });
    }
    rows.sort_by(|one, other| (one.state, &one.name).cmp(&(other.state, &other.name)));
    let waiting = rows.iter().filter(|row| row.state == DistrictState::Waits).count() as u64;
    let sentence = match (rows.len(), waiting) {
        (0, _) => "No district is here yet.".to_owned(),
        (_, 0) => "No district waits for a person.".to_owned(),
        (_, waiting) => {
            format!("{} for a person.", words::count(waiting, "district waits", "districts wait"))
        }
    };
    page(&DistrictsPage { frame: Frame::of("Districts", &visitor), sentence, rows })
}
