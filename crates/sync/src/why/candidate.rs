//! People and classes that a question may mean.

use firstbell_roster::model::columns::{class, role, user};
use firstbell_roster::model::{Kind, Row, SubjectId};
use firstbell_store::Version;

use super::asked::Asked;
use super::delivered::Sent;
use super::said;
use crate::hub::HubError;
use crate::report::{Candidate, Reader};

/// How many candidates are listed at most.
pub const LISTED: usize = 50;

/// Rows as candidates, in order of their names.
pub async fn of_rows(asked: &Asked<'_>, rows: &[Version]) -> Result<Vec<Candidate>, HubError> {
    let mut candidates = Vec::new();
    for version in rows.iter().take(LISTED) {
        candidates.push(of_row(asked, &version.row).await?);
    }
    candidates.sort_by(|a, b| (&a.name, &a.sourced_id).cmp(&(&b.name, &b.sourced_id)));
    Ok(candidates)
}

/// A row as a candidate, with the first of its schools that the reader may see.
pub async fn of_row(asked: &Asked<'_>, row: &Row) -> Result<Candidate, HubError> {
    if row.kind == Kind::Class {
        return Ok(Candidate {
            sourced_id: row.sourced_id.clone(),
            name: row.text(class::TITLE).to_owned(),
            school: asked.org(row.subject(class::SCHOOL)),
            grades: row.text(class::GRADES).to_owned(),
            role: String::new(),
        });
    }
    let may = |org: &SubjectId| asked.scope.has(Some(*org));
    let own = row.subject(user::PRIMARY_ORG).into_iter();
    let own = own.chain(row.subjects(user::ORGS).iter().copied()).find(may);
    let (mut school, mut word) = (own, row.text(user::ROLE).to_owned());
    if word.is_empty() || school.is_none() {
        let roles = asked.store.roles_of_user(asked.district.id, row.id).await?;
        let orgs = roles.iter().filter_map(|one| one.row.subject(role::ORG));
        school = school.or_else(|| orgs.into_iter().find(may));
        if let Some(first) = roles.first() {
            first.row.text(role::ROLE).clone_into(&mut word);
        }
    }
    Ok(Candidate {
        sourced_id: row.sourced_id.clone(),
        name: full_name(|place| row.text(place)),
        school: asked.org(school),
        grades: row.text(user::GRADES).to_owned(),
        role: word,
    })
}

/// A record of a delivery as a candidate.
pub fn of_sent(asked: &Asked<'_>, kind: Kind, sourced_id: &str, sent: &Sent) -> Candidate {
    let (name, grades, role) = if kind == Kind::Class {
        (sent.cell(class::TITLE).to_owned(), sent.cell(class::GRADES), "")
    } else {
        let name = full_name(|place| sent.cell(place));
        (name, sent.cell(user::GRADES), sent.cell(user::ROLE))
    };
    let school = if kind == Kind::Class {
        asked.org(asked.org_ids.get(sent.cell(class::SCHOOL)).copied())
    } else {
        said::school(asked, sent)
    };
    Candidate {
        sourced_id: sourced_id.to_owned(),
        name,
        school,
        grades: grades.to_owned(),
        role: role.to_owned(),
    }
}

/// A person's name as they prefer it.
pub fn full_name<'a>(cell: impl Fn(usize) -> &'a str) -> String {
    let either = |preferred: usize, official: usize| {
        let preferred = cell(preferred);
        if preferred.is_empty() { cell(official) } else { preferred }
    };
    let given = either(user::PREFERRED_GIVEN_NAME, user::GIVEN_NAME);
    let family = either(user::PREFERRED_FAMILY_NAME, user::FAMILY_NAME);
    format!("{given} {family}").trim().to_owned()
}

/// Candidates as a reader may see them: a teacher meets no ids.
pub fn for_reader(mut candidates: Vec<Candidate>, reader: Reader) -> Vec<Candidate> {
    if reader == Reader::Teacher {
        for one in &mut candidates {
            one.sourced_id.clear();
        }
    }
    candidates
}

/// A candidate in a few words.
pub fn in_short(one: &Candidate, reader: Reader) -> String {
    let name = if one.name.is_empty() { "no name" } else { &one.name };
    match reader {
        Reader::Administrator => format!("{} ({name})", one.sourced_id),
        Reader::Teacher => name.to_owned(),
    }
}
