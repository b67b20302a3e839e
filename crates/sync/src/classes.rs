//! One class as the roster has it: its school, terms and teachers, and who is in it.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::columns::{class, enrollment, user};
use firstbell_roster::model::{Kind, SubjectId};

use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};
use crate::people::{SeatState, state};
use crate::why::asked::Asked;
use crate::why::{candidate, presence, seen};

/// How many members a page has.
pub const MEMBERS: usize = 100;

/// One class as the roster has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassReport {
    /// Its row.
    pub id: SubjectId,
    /// Its sourcedId.
    pub sourced_id: String,
    /// Its title.
    pub title: String,
    /// Whether it is in the roster, as a sentence.
    pub sentence: String,
    /// What is known of it, by what that is.
    pub facts: Vec<(String, String)>,
    /// Who teaches it.
    pub teachers: Vec<Member>,
    /// A page of the others, those who are in it first.
    pub members: Vec<Member>,
    /// How many others there are on all pages.
    pub total: usize,
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their user row; `None` where the reader does not see them.
    pub id: Option<SubjectId>,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: String,
    /// Their grades.
    pub grades: String,
    /// How their place stands.
    pub state: SeatState,
}

impl Hub {
    /// A class by the number of its row, with a page of its members from 0; `None` where there is
    /// none that the reader sees.
    pub async fn class(
        &self,
        slug: &str,
        id: SubjectId,
        page: usize,
        scope: &Scope,
        context: &Context,
    ) -> Result<Option<ClassReport>, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let row = self.store.last_versions(asked.district.id, Kind::Class, &[id]).await?;
        let row = seen::of_rows(&asked, Kind::Class, row).await?.into_iter().next();
        let Some(version) = row else { return Ok(None) };
        let (teachers, mut members) = members(&asked, id).await?;
        let total = members.len();
        let from = page.saturating_mul(MEMBERS).min(total);
        members = members.split_off(from);
        members.truncate(MEMBERS);
        let versions = self.store.history(asked.district.id, Kind::Class, id).await?;
        let presence = presence::of(&asked, &versions, |_| true).await?;
        let row = &version.row;
        Ok(Some(ClassReport {
            id,
            sourced_id: row.sourced_id.clone(),
            title: row.text(class::TITLE).to_owned(),
            sentence: crate::timeline::presence(&presence, "The class"),
            facts: facts(&asked, row).await?,
            teachers,
            members,
            total,
        }))
    }
}

async fn facts(
    asked: &Asked<'_>,
    row: &firstbell_roster::model::Row,
) -> Result<Vec<(String, String)>, HubError> {
    let course: Vec<_> = row.subject(class::COURSE).into_iter().collect();
    let school = row.subject(class::SCHOOL).map(|school| asked.place(school));
    let mut facts = vec![
        ("School", school.unwrap_or_default()),
        ("Course", names(asked, Kind::Course, &course).await?),
        ("Terms", names(asked, Kind::AcademicSession, row.subjects(class::TERMS)).await?),
        ("Code", row.text(class::CLASS_CODE).to_owned()),
        ("Periods", row.text(class::PERIODS).to_owned()),
        ("Grades", row.text(class::GRADES).to_owned()),
        ("sourcedId", row.sourced_id.clone()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    Ok(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The names of rows that a class refers to.
async fn names(asked: &Asked<'_>, kind: Kind, ids: &[SubjectId]) -> Result<String, HubError> {
    let rows = asked.store.last_versions(asked.district.id, kind, ids).await?;
    let names: Vec<_> = rows.iter().map(|one| crate::log::name(&one.row)).collect();
    Ok(names.join(", "))
}

/// Who teaches a class, and the others, each once: those who are in it, and then those who were.
async fn members(
    asked: &Asked<'_>,
    class: SubjectId,
) -> Result<(Vec<Member>, Vec<Member>), HubError> {
    let (store, district) = (asked.store, asked.district.id);
    let mut seats = store.enrollments_of_class(district, class, None).await?;
    let mut ended = store.ended_enrollments_of_classes(district, &[class]).await?;
    ended.sort_by_key(|version| std::cmp::Reverse(version.until.map(|until| until.op)));
    seats.extend(ended);
    let mut known = BTreeSet::new();
    let place = |version: &firstbell_store::Version| {
        (version.row.subject(enrollment::USER), version.row.text(enrollment::ROLE).to_owned())
    };
    seats.retain(|version| known.insert(place(version)));
    let ids: BTreeSet<_> =
        seats.iter().filter_map(|version| version.row.subject(enrollment::USER)).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = store.last_versions(district, Kind::User, &ids).await?;
    let rows = seen::of_rows(asked, Kind::User, rows).await?;
    let rows: BTreeMap<_, _> = rows.into_iter().map(|one| (one.row.id, one.row)).collect();
    let member = |version: &firstbell_store::Version| {
        let row = version.row.subject(enrollment::USER).and_then(|id| rows.get(&id));
        let name = row.map(|row| candidate::full_name(|place| row.text(place)));
        Member {
            id: row.map(|row| row.id),
            name: name.unwrap_or_else(|| "somebody elsewhere".to_owned()),
            role: version.row.text(enrollment::ROLE).to_owned(),
            grades: row.map_or("", |row| row.text(user::GRADES)).to_owned(),
            state: state(asked, version),
        }
    };
    let mut all: Vec<_> = seats.iter().map(member).collect();
    let is_over = |one: &Member| matches!(one.state, SeatState::Ended(_));
    all.sort_by(|a, b| (is_over(a), &a.name, a.id).cmp(&(is_over(b), &b.name, b.id)));
    Ok(all.into_iter().partition(|one| one.role != "student" && !is_over(one)))
}
