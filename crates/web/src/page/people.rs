//! Searching people by name, id, user name or address.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_roster::model::SubjectId;
use firstbell_sync::HubError;
use firstbell_sync::search::{self, Found, FoundRow, PAGE, RoleFilter};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::{paging, words};

/// Whom somebody looks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// A name, or a part of one, or an id.
    pub q: String,
    /// The number of a school.
    pub school: String,
    /// `student`, `staff` or `guardian`.
    pub role: String,
    /// `present`, `left` or `sent`.
    pub state: String,
    /// Which page, from 1.
    pub page: String,
}

/// One choice of a list.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Somebody or something that was found.
pub struct Row {
    /// The name or title.
    pub name: String,
    /// The address of the page.
    pub path: String,
    /// The role.
    pub role: String,
    /// The grades.
    pub grades: String,
    /// The school.
    pub school: String,
    /// Where it stands.
    pub state: &'static str,
    /// What the style knows that by.
    pub class: &'static str,
}

/// A list that was looked for.
#[derive(Default)]
pub struct Listed {
    /// Whether names are still being read.
    pub reading: bool,
    /// Whether these are only near.
    pub near: bool,
    /// How many there are, in words.
    pub total: String,
    /// The page.
    pub rows: Vec<Row>,
    /// The addresses of the pages before and after.
    pub before: Option<String>,
    /// The same.
    pub after: Option<String>,
    /// Where to look again.
    pub again: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    action: String,
    q: String,
    filtered: bool,
    schools: Vec<Choice>,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    list: Listed,
}

/// What a role is looked for by.
const ROLES: [(&str, &str, RoleFilter); 3] = [
    ("student", "Students", RoleFilter::Students),
    ("staff", "Teachers and staff", RoleFilter::Staff),
    ("guardian", "Parents and guardians", RoleFilter::Guardians),
];

/// What a state is looked for by.
const STATES: [(&str, &str, search::State); 3] = [
    ("present", "In the roster", search::State::Present),
    ("left", "Left", search::State::Left),
    ("sent", "Not in the roster", search::State::Sent),
];

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let context = console.context(&visitor, "");
    let found = console.hub.find_people(slug, &wanted.query(), &place.scope, &context).await;
    console.looked(&visitor, place.district.id, "people.search", None).await?;
    let root = format!("/districts/{slug}");
    page(&PeoplePage {
        frame: Frame::of_district("People", &visitor, &place, "/people"),
        action: format!("{root}/people"),
        q: wanted.q.clone(),
        filtered: !(wanted.school.is_empty() && wanted.role.is_empty() && wanted.state.is_empty()),
        schools: schools(&console, &place, &wanted).await?,
        roles: choices(ROLES.map(|(value, name, _)| (value, name)), &wanted.role),
        states: choices(STATES.map(|(value, name, _)| (value, name)), &wanted.state),
        list: Listed::of(found, &wanted, &root, "people", ("person", "people"))?,
    })
}

impl Wanted {
    /// The query of the hub.
    pub fn query(&self) -> search::Query {
        let page = self.page.parse::<usize>().unwrap_or(1);
        search::Query {
            text: self.q.trim().to_owned(),
            school: self.school.parse().ok().map(SubjectId),
            role: ROLES.iter().find(|one| one.0 == self.role).map(|one| one.2),
            state: STATES.iter().find(|one| one.0 == self.state).map(|one| one.2),
            page: page.saturating_sub(1),
        }
    }

    /// The address of a page of the same list.
    fn address(&self, path: &str, page: usize) -> String {
        let page = page.to_string();
        let all = [
            ("q", self.q.as_str()),
            ("school", &self.school),
            ("role", &self.role),
            ("state", &self.state),
            ("page", &page),
        ];
        paging::address(path, &all)
    }
}

/// The schools to choose from: those that the visitor sees.
pub async fn schools(
    console: &Shared,
    place: &Place,
    wanted: &Wanted,
) -> Result<Vec<Choice>, Fault> {
    let schools = console.hub.schools(&place.district).await?;
    let seen = schools.into_iter().filter(|(id, _)| place.scope.has(Some(*id)));
    let choice = |(id, name): (SubjectId, String)| {
        let value = id.0.to_string();
        Choice { chosen: value == wanted.school, value, name }
    };
    Ok(seen.map(choice).collect())
}

fn choices<const N: usize>(all: [(&str, &str); N], chosen: &str) -> Vec<Choice> {
    let choice = |(value, name): (&str, &str)| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        chosen: value == chosen,
    };
    all.into_iter().map(choice).collect()
}

impl Listed {
    /// What was found, as a page of people or classes shows it.
    pub fn of(
        found: Result<Found, HubError>,
        wanted: &Wanted,
        root: &str,
        kind: &str,
        (one, many): (&str, &str),
    ) -> Result<Self, Fault> {
        let path = format!("{root}/{kind}");
        let number = wanted.query().page + 1;
        let found = match found {
            Ok(found) => found,
            Err(HubError::Reading) => {
                let again = wanted.address(&path, number);
                return Ok(Self { reading: true, again, ..Self::default() });
            }
            Err(error) => return Err(error.into()),
        };
        let more = found.total > number.saturating_mul(PAGE);
        Ok(Self {
            reading: false,
            near: found.near,
            total: words::count(found.total as u64, one, many),
            rows: found.rows.into_iter().map(|row| of_row(row, root, kind)).collect(),
            before: (number > 1).then(|| wanted.address(&path, number - 1)),
            after: more.then(|| wanted.address(&path, number + 1)),
            again: String::new(),
        })
    }
}

fn of_row(found: FoundRow, root: &str, kind: &str) -> Row {
    let FoundRow { id, candidate, state } = found;
    let asked = if kind == "people" { "person" } else { "class" };
    let (state, class) = match state {
        search::State::Present => ("in the roster", "ready"),
        search::State::Left | search::State::Former => ("left", "empty"),
        search::State::Sent => ("not in the roster", "waits"),
    };
    // Whoever only a delivery has, has the story of the delivery.
    let story = [(asked, candidate.sourced_id.as_str())];
    let story = paging::address(&format!("{root}/why"), &story);
    Row {
        path: id.map_or(story, |id| format!("{root}/{kind}/{id}")),
        name: if candidate.name.is_empty() { candidate.sourced_id } else { candidate.name },
        role: candidate.role,
        grades: candidate.grades,
        school: candidate.school,
        state,
        class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_names_are_read_the_page_says_so_and_offers_to_look_again() {
        let wanted =
            Wanted { q: "Ana Ruíz".to_owned(), page: "2".to_owned(), ..Wanted::default() };
        let reading = Err(HubError::Reading);
        let list = Listed::of(reading, &wanted, "/districts/oak", "people", ("one", "many"));
        let list = list.unwrap();
        let page = PeoplePage {
            frame: Frame::outside("People"),
            action: String::new(),
            q: wanted.q,
            filtered: false,
            schools: Vec::new(),
            roles: Vec::new(),
            states: Vec::new(),
            list,
        };
        let page = page.render().unwrap();
        assert!(page.contains("are being read"), "{page}");
        let again = "/districts/oak/people?q=Ana+Ru%C3%ADz&#38;page=2\">Look again";
        assert!(page.contains(again), "{page}");
    }
}
