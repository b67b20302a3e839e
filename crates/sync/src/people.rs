//! One person as the roster has them: where they belong, their classes, their family, and what
//! happened to them.

use std::collections::BTreeSet;

use firstbell_roster::check::cell;
use firstbell_roster::model::columns::{class, enrollment, role, user};
use firstbell_roster::model::span::{Day, Span};
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_store::Version;

use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};
use crate::person::told;
use crate::report::{HistoryEntry, WhyReport};
use crate::timeline::{self, Moment};
use crate::why::asked::Asked;
use crate::why::{candidate, person, seen};

/// How many places in classes are listed at most.
const SEATS: usize = 200;

/// One person as the roster has them.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonReport {
    /// The user row that was asked for.
    pub id: SubjectId,
    /// Its sourcedId.
    pub sourced_id: String,
    /// The name.
    pub name: String,
    /// Whether they are in the roster, and why.
    pub why: WhyReport,
    /// Identifiers, user name and address, by what they are.
    pub identifiers: Vec<(String, String)>,
    /// Their grades, as sent.
    pub grades: String,
    /// Where they are what, as far as the reader sees it.
    pub places: Vec<(String, String)>,
    /// The classes that they are in.
    pub classes: Vec<Seat>,
    /// Those that they were in, the newest first.
    pub past: Vec<Seat>,
    /// Their parents and guardians.
    pub family: Vec<Relative>,
    /// Each value that they had.
    pub history: Vec<HistoryEntry>,
    /// What happened to them, the newest first.
    pub timeline: Vec<Moment>,
}

/// A place in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The class; `None` where the reader does not see it.
    pub class: Option<SubjectId>,
    /// Its title.
    pub title: String,
    /// The school's name.
    pub school: String,
    /// As what.
    pub role: String,
    /// How the place stands.
    pub state: SeatState,
}

/// How a place in a class stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatState {
    /// It holds.
    Holds,
    /// It begins on a later day.
    Begins(String),
    /// Its last day has passed.
    Over(String),
    /// An operation ended it.
    Ended(i64),
}

/// Somebody of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// Their user row; `None` where the reader does not see them.
    pub id: Option<SubjectId>,
    /// Their name.
    pub name: String,
}

impl Hub {
    /// A person by the number of one of their user rows; `None` where there is nobody whom the
    /// reader sees.
    pub async fn person(
        &self,
        slug: &str,
        id: SubjectId,
        scope: &Scope,
        context: &Context,
    ) -> Result<Option<PersonReport>, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let row = self.store.last_versions(asked.district.id, Kind::User, &[id]).await?;
        let row = seen::of_rows(&asked, Kind::User, row).await?.into_iter().next();
        let Some(row) = row else { return Ok(None) };
        let whom = person::of_row(&asked, row).await?;
        let mut report = PersonReport {
            id,
            sourced_id: whom.sourced_id.clone(),
            name: whom.name.clone(),
            why: self.why_person(&asked, &whom).await?,
            identifiers: Vec::new(),
            grades: String::new(),
            places: Vec::new(),
            classes: Vec::new(),
            past: Vec::new(),
            family: Vec::new(),
            history: told(&asked, &whom.rows, None).await?,
            timeline: timeline::of_person(&asked, &whom.rows).await?,
        };
        for row in &whom.rows {
            report.identifiers.extend(identifiers(row));
        }
        report.identifiers.dedup();
        report.grades = whom.rows.first().map_or("", |one| one.row.text(user::GRADES)).to_owned();
        report.places = places(&asked, &whom.rows).await?;
        (report.classes, report.past) = seats(&asked, &whom.rows).await?;
        report.family = family(&asked, &whom.rows).await?;
        Ok(Some(report))
    }
}

fn identifiers(version: &Version) -> Vec<(String, String)> {
    let row = &version.row;
    let mut all = vec![("sourcedId".to_owned(), row.sourced_id.clone())];
    let plain = [
        ("identifier", user::IDENTIFIER),
        ("userMasterIdentifier", user::USER_MASTER_IDENTIFIER),
        ("username", user::USERNAME),
        ("email", user::EMAIL),
    ];
    all.extend(plain.map(|(name, place)| (name.to_owned(), row.text(place).to_owned())));
    let typed = cell::identifiers(row.text(user::USER_IDS));
    all.extend(typed.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
    all.retain(|(_, value)| !value.is_empty());
    all
}

/// Where somebody is what: by their rows, and by roles that have rows of their own.
async fn places(asked: &Asked<'_>, rows: &[Version]) -> Result<Vec<(String, String)>, HubError> {
    let mut places = Vec::new();
    for version in rows {
        let row = &version.row;
        let word = row.text(user::ROLE).to_owned();
        let own = row.subject(user::PRIMARY_ORG).into_iter();
        let orgs: BTreeSet<_> = own.chain(row.subjects(user::ORGS).iter().copied()).collect();
        if !word.is_empty() {
            places.extend(orgs.into_iter().map(|org| (word.clone(), asked.place(org))));
        }
    }
    let ids: Vec<_> = rows.iter().map(|version| version.row.id).collect();
    for version in asked.store.present_roles_of_users(asked.district.id, &ids).await? {
        let org = version.row.subject(role::ORG).map(|org| asked.place(org));
        places.push((version.row.text(role::ROLE).to_owned(), org.unwrap_or_default()));
    }
    places.sort();
    places.dedup();
    Ok(places)
}

/// The places in classes that somebody has, and those that they had.
async fn seats(asked: &Asked<'_>, rows: &[Version]) -> Result<(Vec<Seat>, Vec<Seat>), HubError> {
    let ids: Vec<_> = rows.iter().map(|version| version.row.id).collect();
    let (store, district) = (asked.store, asked.district.id);
    let present = store.present_enrollments_of_users(district, &ids).await?;
    let mut ended = store.ended_enrollments_of_users(district, &ids).await?;
    // Of what ended and goes on, the present place tells.
    let goes_on: BTreeSet<_> = present.iter().map(|version| version.row.id).collect();
    ended.retain(|version| !goes_on.contains(&version.row.id));
    ended.sort_by_key(|version| std::cmp::Reverse(version.until.map(|until| until.op)));
    let mut known = BTreeSet::new();
    ended.retain(|version| known.insert(version.row.id));
    ended.truncate(SEATS);
    let classes: BTreeSet<_> = present.iter().chain(&ended).filter_map(class_of).collect();
    let classes: Vec<_> = classes.into_iter().collect();
    let classes = store.last_versions(district, Kind::Class, &classes).await?;
    let seat = |version: &Version| {
        let row = class_of(version)
            .and_then(|id| classes.iter().find(|class| class.row.id == id))
            .map(|class| &class.row);
        let school = row.and_then(|row| row.subject(class::SCHOOL));
        let own = row.filter(|_| asked.scope.has(school));
        Seat {
            class: own.map(|row| row.id),
            title: own.map_or("a class elsewhere", |row| row.text(class::TITLE)).to_owned(),
            school: school.map(|school| asked.place(school)).unwrap_or_default(),
            role: version.row.text(enrollment::ROLE).to_owned(),
            state: state(asked, version),
        }
    };
    let mut classes: Vec<_> = present.iter().map(seat).collect();
    classes.sort_by(|one, other| (&one.title, &one.role).cmp(&(&other.title, &other.role)));
    classes.truncate(SEATS);
    Ok((classes, ended.iter().map(seat).collect()))
}

fn class_of(version: &Version) -> Option<SubjectId> {
    version.row.subject(enrollment::CLASS)
}

/// How a place in a class stands today.
pub fn state(asked: &Asked<'_>, version: &Version) -> SeatState {
    if let Some(until) = &version.until {
        return SeatState::Ended(until.op.0);
    }
    let text = |place| version.row.text(place).to_owned();
    let (begin, end) = (text(enrollment::BEGIN_DATE), text(enrollment::END_DATE));
    match Span::parse(&begin, &end).stands(asked.as_of, asked.settings.end_dates_inclusive) {
        Day::Before => SeatState::Begins(begin),
        Day::Within => SeatState::Holds,
        Day::After => SeatState::Over(end),
    }
}

async fn family(asked: &Asked<'_>, rows: &[Version]) -> Result<Vec<Relative>, HubError> {
    let agents: BTreeSet<_> =
        rows.iter().flat_map(|version| version.row.subjects(user::AGENTS)).copied().collect();
    let agents: Vec<_> = agents.into_iter().collect();
    let all = asked.store.last_versions(asked.district.id, Kind::User, &agents).await?;
    let hidden = all.len();
    let seen = seen::of_rows(asked, Kind::User, all).await?;
    let hidden = hidden - seen.len();
    let mut family: Vec<_> = seen
        .iter()
        .map(|one| Relative {
            id: Some(one.row.id),
            name: candidate::full_name(|place| one.row.text(place)),
        })
        .collect();
    let unseen = Relative { id: None, name: "somebody elsewhere".to_owned() };
    family.extend(std::iter::repeat_n(unseen, hidden));
    Ok(family)
}
