//! Why somebody is, or is not, in the roster or in a class.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_sync::report::{Candidate, Reader, WhyStep};
use firstbell_sync::{Answer, HubError};
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::paging::address;

/// What somebody asks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    person: String,
    class: String,
    reader: String,
}

/// Somebody or something that a question may mean.
struct CandidateRow {
    name: String,
    more: String,
    path: String,
}

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    frame: Frame,
    action: String,
    person: String,
    class: String,
    teacher: bool,
    sentence: String,
    steps: Vec<WhyStep>,
    /// What the candidates are: `people` or `classes`, or near ones.
    which: &'static str,
    candidates: Vec<CandidateRow>,
    /// Where to ask again while names are being read.
    again: String,
    /// The page of the person whom the answer is about.
    about: Option<String>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let path = format!("/districts/{}/why", place.district.slug);
    let mut answer = WhyPage {
        frame: Frame::of_district("Why", &visitor, &place, "/why"),
        action: path.clone(),
        person: wanted.person.trim().to_owned(),
        class: wanted.class.trim().to_owned(),
        teacher: wanted.reader == "teacher",
        sentence: String::new(),
        steps: Vec::new(),
        which: "",
        candidates: Vec::new(),
        again: String::new(),
        about: None,
    };
    if !answer.person.is_empty() {
        let asked = ask(&console, &visitor, &place, &mut answer).await;
        let about = asked.as_ref().ok().copied().flatten();
        let subject = about.map(|id| (Kind::User, id));
        console.looked(&visitor, place.district.id, "why.ask", subject).await?;
        answer.about = about.map(|id| format!("/districts/{}/people/{id}", place.district.slug));
        match asked {
            Err(HubError::Reading) => answer.again = wanted.with(&path, None, None),
            other => drop(other?),
        }
    }
    page(&answer)
}

/// Asks, and puts the answer into the page; returns whom it is about, where it is one.
async fn ask(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    page: &mut WhyPage,
) -> Result<Option<SubjectId>, HubError> {
    let (slug, context) = (&place.district.slug, console.context(visitor, ""));
    let (person, class) = (page.person.clone(), page.class.clone());
    let class = Some(class.as_str()).filter(|class| !class.is_empty());
    let (hub, scope, reader) = (&console.hub, &place.scope, Reader::Administrator);
    let mut answer = hub.why(slug, &person, class, reader, scope, &context).await?;
    // Whoever is to choose among several needs the ways to them.
    if let (Answer::One(_), true) = (&answer, page.teacher) {
        answer = hub.why(slug, &person, class, Reader::Teacher, scope, &context).await?;
    }
    let reader = if page.teacher { "teacher" } else { "" };
    let wanted = Wanted {
        person: page.person.clone(),
        class: page.class.clone(),
        reader: reader.to_owned(),
    };
    let path = page.action.clone();
    let of_people = |all: Vec<Candidate>| -> Vec<CandidateRow> {
        all.into_iter().map(|one| row(&one, wanted.with(&path, Some(&one), None))).collect()
    };
    let mut about = None;
    match answer {
        Answer::One(report) => {
            about = report.subject;
            page.sentence = report.sentence;
            page.steps = report.steps;
            if !page.teacher && !report.nearest.is_empty() {
                page.which = "Nearest";
                page.candidates = of_people(report.nearest);
            }
        }
        Answer::Several(several) => {
            page.which = "Which person?";
            page.candidates = of_people(several);
        }
        Answer::Classes(classes) => {
            page.which = "Which class?";
            let of = |one: Candidate| row(&one, wanted.with(&path, None, Some(&one)));
            page.candidates = classes.into_iter().map(of).collect();
        }
    }
    Ok(about)
}

impl Wanted {
    /// The address of the same question about a person or a class that was chosen.
    fn with(&self, path: &str, person: Option<&Candidate>, class: Option<&Candidate>) -> String {
        let or = |one: Option<&Candidate>, own: &str| {
            one.map_or_else(|| own.trim().to_owned(), |one| one.sourced_id.clone())
        };
        let (person, class) = (or(person, &self.person), or(class, &self.class));
        let all = [("person", person.as_str()), ("class", &class), ("reader", &self.reader)];
        address(path, &all)
    }
}

fn row(one: &Candidate, path: String) -> CandidateRow {
    let grades =
        if one.grades.is_empty() { String::new() } else { format!("grade {}", one.grades) };
    let more: Vec<_> = [&one.role, &one.school, &grades, &one.sourced_id]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(String::as_str)
        .collect();
    let name = if one.name.is_empty() { &one.sourced_id } else { &one.name };
    CandidateRow { name: name.clone(), more: more.join(", "), path }
}
