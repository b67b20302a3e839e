//! The first page of a district: is everything right, and what is to be done?

use askama::Template;
use axum::extract::State as Given;
use axum::response::Response;
use firstbell_roster::model::DateTime;
use firstbell_sync::standing::{Hold, SchoolStanding, Standing};

use crate::access::Scope;
use crate::chart::trend::{self, Trend};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

/// After how long without a good sync a roster is stale, in microseconds.
const STALE: i64 = 36 * 3600 * 1_000_000;

/// How a school or a district is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something waits for a person.
    Waits,
    /// Nothing good came for long.
    Stale,
    /// Nothing ever came.
    Empty,
    /// All is well.
    Ready,
}

impl State {
    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waits => "waits for you",
            Self::Stale => "stale",
            Self::Empty => "empty",
            Self::Ready => "ready",
        }
    }

    /// What the style knows it by.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Stale => "stale",
            Self::Empty => "empty",
            Self::Ready => "ready",
        }
    }
}

struct SchoolRow {
    name: String,
    state: State,
    age: String,
    students: String,
    classes: String,
    without_class: String,
    without_teacher: String,
    /// Students without a class and classes without a teacher.
    doubts: u64,
    /// Whether a reason of the hold names this very school.
    named: bool,
    next: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    sentence: String,
    hold: Option<HoldView>,
    facts: Vec<(&'static str, String)>,
    /// What came in last and what it changed: words and address.
    ways: Vec<(String, String)>,
    rows: Vec<SchoolRow>,
    elsewhere: String,
    trend: Option<Trend>,
}

struct HoldView {
    plan: i64,
    made: String,
    changes: String,
    reasons: Vec<String>,
    path: String,
}

/// How a district is in which something waits or not, by its last good sync.
pub fn state_of(waits: bool, last_good: Option<DateTime>, now: DateTime) -> State {
    match last_good {
        _ if waits => State::Waits,
        None => State::Empty,
        Some(good) if now.0 - good.0 > STALE => State::Stale,
        Some(_) => State::Ready,
    }
}

/// The page.
pub async fn show(
    Given(console): Given<Shared>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, Fault> {
    let now = console.now();
    let standing = console.hub.standing(&place.district).await?;
    let whole = place.scope == Scope::All;
    let seen: Vec<_> =
        standing.schools.iter().filter(|school| place.scope.has(Some(school.id))).collect();
    let mut rows: Vec<_> = seen.iter().map(|school| row(school, &standing, now)).collect();
    rows.sort_by(|one, other| {
        let worst_first = (one.state, other.named, other.doubts, &one.name);
        worst_first.cmp(&(other.state, one.named, one.doubts, &other.name))
    });
    let frame = Frame::of_district(&place.district.name, &visitor, &place, "");
    page(&HomePage {
        frame,
        sentence: sentence(&standing, &rows, now),
        hold: standing
            .hold
            .as_ref()
            .map(|hold| hold_view(hold, &seen, whole, &place.district.slug, now)),
        facts: if whole { facts(&standing, now) } else { Vec::new() },
        ways: ways(&standing, &place.district.slug),
        elsewhere: if whole { elsewhere(&standing) } else { String::new() },
        trend: whole.then(|| trend::of(&standing.trend)).flatten(),
        rows,
    })
}

/// Where what came in last, and what it changed, is told.
fn ways(standing: &Standing, slug: &str) -> Vec<(String, String)> {
    let root = format!("/districts/{slug}");
    let delivery = standing.newest.as_ref().and_then(|newest| newest.delivery);
    let operation = standing.last_good.as_ref().and_then(|good| good.operation);
    let flow = delivery.map(|delivery| {
        let path = format!("{root}/deliveries/{delivery}");
        let flow = format!("Where every record of delivery {delivery} went");
        [(flow, path.clone()), ("What was found in it".to_owned(), format!("{path}/findings"))]
    });
    let changed = operation.map(|operation| {
        (format!("What operation {operation} changed"), format!("{root}/operations/{operation}"))
    });
    flow.into_iter().flatten().chain(changed).collect()
}

/// Whether a hold is about a school: where its reasons name it, or the delivery as a whole.
fn concerns(hold: &Hold, school: &str) -> bool {
    names(hold, "") || names(hold, school)
}

/// Whether a reason of a hold names a school; the empty name is that of the district.
fn names(hold: &Hold, school: &str) -> bool {
    hold.reasons.iter().any(|reason| reason.school == school)
}

fn row(school: &SchoolStanding, standing: &Standing, now: DateTime) -> SchoolRow {
    let good = standing.last_good.as_ref();
    let hold = standing.hold.as_ref().filter(|hold| concerns(hold, &school.name));
    let is_old = good.is_none_or(|good| now.0 - good.at.0 > STALE);
    let counts = school.counts;
    let paused = standing.paused.is_some();
    let state = match hold {
        Some(_) => State::Waits,
        None if paused => State::Waits,
        None if is_old => State::Stale,
        None => State::Ready,
    };
    SchoolRow {
        name: school.name.clone(),
        state,
        age: good.map_or_else(|| "never".to_owned(), |good| words::ago(good.at, now)),
        students: words::thousands(counts.students),
        classes: words::thousands(counts.classes),
        without_class: words::thousands(counts.students_without_class),
        without_teacher: words::thousands(counts.classes_without_teacher),
        named: hold.is_some_and(|hold| names(hold, &school.name)),
        doubts: counts.students_without_class + counts.classes_without_teacher,
        next: match (hold, is_old) {
            (Some(hold), _) => format!("Decide on plan {}", hold.plan),
            (None, _) if paused => "Feed a mended delivery".to_owned(),
            (None, true) => "Find out why nothing comes in".to_owned(),
            (None, false) if counts.students_without_class > 0 => {
                "Ask the office for schedules".to_owned()
            }
            (None, false) if counts.classes_without_teacher > 0 => {
                "Ask the office for teachers".to_owned()
            }
            (None, false) => "None".to_owned(),
        },
    }
}

/// The first sentence: whether everything is right.
fn sentence(standing: &Standing, rows: &[SchoolRow], now: DateTime) -> String {
    let schools = rows.len() as u64;
    let waiting = rows.iter().filter(|row| row.state == State::Waits).count() as u64;
    match (&standing.hold, &standing.last_good) {
        (Some(hold), _) if waiting > 0 => format!(
            "Plan {} waits for you, and with it {} of {}.",
            hold.plan,
            waiting,
            words::count(schools, "school", "schools")
        ),
        (Some(hold), _) => format!("Plan {} waits for you.", hold.plan),
        (None, _) if standing.paused.is_some() => {
            "The last change was taken back; the roster stays as it is until a mended delivery is fed."
                .to_owned()
        }
        (None, None) => "Nothing has come in yet.".to_owned(),
        (None, Some(good)) if now.0 - good.at.0 > STALE => {
            format!("The roster is old: the last good sync was {}.", words::ago(good.at, now))
        }
        (None, Some(good)) => format!(
            "{} ready; the last good sync was {}.",
            match schools {
                1 => "Your school is".to_owned(),
                schools => format!("All {} schools are", words::thousands(schools)),
            },
            words::ago(good.at, now)
        ),
    }
}

fn hold_view(
    hold: &Hold,
    seen: &[&SchoolStanding],
    whole: bool,
    slug: &str,
    now: DateTime,
) -> HoldView {
    let own = |school: &str| school.is_empty() || seen.iter().any(|one| one.name == school);
    let reasons = hold.reasons.iter().filter(|reason| whole || own(&reason.school));
    HoldView {
        plan: hold.plan,
        made: words::ago(hold.at, now),
        changes: words::count(hold.changes, "change", "changes"),
        reasons: reasons.map(|reason| words::sentence(&reason.message)).collect(),
        path: format!("/districts/{slug}/plans/{}", hold.plan),
    }
}

fn facts(standing: &Standing, now: DateTime) -> Vec<(&'static str, String)> {
    let total = |of: fn(&SchoolStanding) -> u64| {
        words::thousands(standing.schools.iter().map(of).sum::<u64>())
    };
    let told = |past: &firstbell_sync::standing::PastSync| {
        let delivery = past.delivery.map(|number| format!(", delivery {number}"));
        format!("{}{}", words::ago(past.at, now), delivery.unwrap_or_default())
    };
    let mut facts = vec![
        ("Students", total(|one| one.counts.students)),
        ("Teachers and staff", total(|one| one.counts.staff)),
        ("Classes", total(|one| one.counts.classes)),
        ("Last good sync", standing.last_good.as_ref().map_or("never".to_owned(), told)),
    ];
    if let Some(newest) =
        standing.newest.as_ref().filter(|one| Some(*one) != standing.last_good.as_ref())
    {
        facts.push(("Last delivery", format!("{}: {}", told(newest), newest.status)));
    }
    if let Some(why) = &standing.paused {
        facts.push(("Source", format!("paused: {why}")));
    }
    facts
}

/// What belongs to no school.
fn elsewhere(standing: &Standing) -> String {
    let counts = standing.elsewhere;
    let all = [
        (counts.students, "student", "students"),
        (counts.staff, "member of staff", "members of staff"),
        (counts.classes, "class", "classes"),
    ];
    let some = all.into_iter().filter(|(number, ..)| *number > 0);
    let some: Vec<_> = some.map(|(number, one, many)| words::count(number, one, many)).collect();
    if some.is_empty() {
        return String::new();
    }
    format!("At no school: {}.", some.join(", "))
}

#[cfg(test)]
mod tests {
    use firstbell_roster::model::SubjectId;
    use firstbell_roster::model::school_counts::SchoolCounts;
    use firstbell_sync::report::GuardReason;

    use super::*;

    fn standing() -> Standing {
        let school = |id, name: &str| SchoolStanding {
            id: SubjectId(id),
            name: name.to_owned(),
            counts: SchoolCounts::default(),
        };
        Standing {
            last_good: None,
            newest: None,
            hold: None,
            paused: None,
            schools: vec![school(1, "North"), school(2, "South")],
            elsewhere: SchoolCounts::default(),
            trend: Vec::new(),
        }
    }

    fn hold(school: &str) -> Hold {
        let reason = GuardReason {
            code: "school_emptied".to_owned(),
            kind: None,
            school: school.to_owned(),
            message: "x".to_owned(),
        };
        Hold { plan: 7, at: DateTime(0), changes: 3, reasons: vec![reason] }
    }

    #[test]
    fn a_hold_concerns_the_schools_that_it_names_or_all() {
        let mut standing = standing();
        standing.hold = Some(hold("North"));
        let state = |standing: &Standing| {
            [0, 1].map(|one| row(&standing.schools[one], standing, DateTime(0)).state)
        };
        assert_eq!(state(&standing), [State::Waits, State::Stale]);
        standing.paused = Some("operation 2 was undone".to_owned());
        assert_eq!(state(&standing), [State::Waits, State::Waits]);
        standing.paused = None;
        standing.hold = Some(hold(""));
        assert_eq!(state(&standing), [State::Waits, State::Waits]);
    }

    #[test]
    fn what_waits_comes_before_what_is_old() {
        let (long_ago, now) = (Some(DateTime(0)), DateTime(STALE + 1));
        assert_eq!(state_of(true, long_ago, now), State::Waits);
        assert_eq!(state_of(false, long_ago, now), State::Stale);
        assert_eq!(state_of(false, Some(DateTime(1)), now), State::Ready);
        assert!(State::Waits < State::Stale && State::Stale < State::Ready);
    }

    #[test]
    fn nothing_yet_is_told_as_that() {
        let standing = standing();
        assert_eq!(sentence(&standing, &[], DateTime(0)), "Nothing has come in yet.");
        assert_eq!(state_of(false, None, DateTime(0)), State::Empty);
    }
}
