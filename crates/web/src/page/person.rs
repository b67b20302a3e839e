//! One person: where they are what, their classes and family, every value, and what happened.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_sync::people::{Relative, Seat, SeatState};
use firstbell_sync::report::HistoryEntry;
use firstbell_sync::timeline::Moment;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::paging::address;
use crate::words;

/// A place in a class, in words.
pub struct SeatRow {
    title: String,
    path: Option<String>,
    school: String,
    role: String,
    state: String,
}

struct ValueRow {
    field: String,
    value: String,
    since: String,
    from: i64,
    until: String,
    source: String,
}

struct MomentRow {
    at: String,
    operation: i64,
    what: String,
    fields: Vec<String>,
    why: String,
    by: String,
}

struct RelativeRow {
    name: String,
    path: Option<String>,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    frame: Frame,
    root: String,
    sentence: String,
    why: String,
    sourced_id: String,
    grades: String,
    identifiers: Vec<(String, String)>,
    places: Vec<(String, String)>,
    classes: Vec<SeatRow>,
    past: Vec<SeatRow>,
    family: Vec<RelativeRow>,
    values: Vec<ValueRow>,
    moments: Vec<MomentRow>,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let (id, context) = (SubjectId(id), console.context(&visitor, ""));
    let person = console.hub.person(slug, id, &place.scope, &context).await?;
    let person = person.ok_or(Fault::NotFound)?;
    let subject = Some((Kind::User, id));
    console.looked(&visitor, place.district.id, "person.look", subject).await?;
    let root = format!("/districts/{slug}");
    let name = if person.name.is_empty() { &person.sourced_id } else { &person.name };
    let frame = Frame::beneath(name, &visitor, &place);
    let asked = [("person", person.sourced_id.as_str())];
    page(&PersonPage {
        frame,
        sentence: person.why.sentence,
        why: address(&format!("{root}/why"), &asked),
        grades: person.grades,
        identifiers: person.identifiers,
        places: person.places,
        classes: person.classes.into_iter().map(|seat| of_seat(seat, &root)).collect(),
        past: person.past.into_iter().map(|seat| of_seat(seat, &root)).collect(),
        family: person.family.into_iter().map(|one| of_relative(one, &root)).collect(),
        values: person.history.into_iter().map(of_value).collect(),
        moments: person.timeline.into_iter().map(of_moment).collect(),
        sourced_id: person.sourced_id,
        root,
    })
}

fn of_seat(seat: Seat, root: &str) -> SeatRow {
    SeatRow {
        path: seat.class.map(|class| format!("{root}/classes/{class}")),
        title: seat.title,
        school: seat.school,
        role: seat.role,
        state: state(&seat.state),
    }
}

/// How a place in a class stands, in words.
pub fn state(state: &SeatState) -> String {
    match state {
        SeatState::Holds => "in the class".to_owned(),
        SeatState::Begins(day) => format!("begins on {day}"),
        SeatState::Over(day) if day.is_empty() => "never opens".to_owned(),
        SeatState::Over(day) => format!("until {day}"),
        SeatState::Ended(operation) => format!("ended by operation {operation}"),
    }
}

fn of_relative(one: Relative, root: &str) -> RelativeRow {
    RelativeRow { path: one.id.map(|id| format!("{root}/people/{id}")), name: one.name }
}

fn of_value(entry: HistoryEntry) -> ValueRow {
    // That the file does not say by whom, the page says once for all of them.
    let source = entry.source.split_once(';').map_or(entry.source.as_str(), |(source, _)| source);
    ValueRow {
        source: source.to_owned(),
        field: entry.field,
        value: entry.value,
        since: words::minute(&entry.from_at),
        from: entry.from,
        until: entry.until.map_or_else(|| "now".to_owned(), |until| format!("operation {until}")),
    }
}

fn of_moment(moment: Moment) -> MomentRow {
    let change = moment.change;
    let verb = match change.action.as_str() {
        "create" => "Added",
        "restore" => "Back",
        "end" => "Ended",
        _ => "Changed",
    };
    // Of what is new, the table of values tells.
    let fields = change.fields.iter().filter(|_| change.action == "update");
    let field = |one: &firstbell_sync::report::FieldChange| {
        let or_none = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
        format!("{}: {}, before {}", one.field, or_none(&one.after), or_none(&one.before))
    };
    MomentRow {
        at: words::minute(&moment.at),
        operation: moment.operation,
        what: format!("{verb}: {}", change.name),
        fields: fields.map(field).collect(),
        why: words::sentence(&format!("because {}", change.sentence)),
        by: moment.by,
    }
}
