//! People in the form of each binding: one role in a 1.1 row, roles of their own in 1.2.
//!
//! In 1.1 a person with several roles is several rows, as school systems send them; the first
//! keeps the sourcedId, and an enrollment names the row whose role it has.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use firstbell_roster::model::columns::{enrollment, org, role, user};
use firstbell_roster::model::subjects::tag;
use firstbell_roster::model::{Kind, OperationNumber, Row, SubjectId};
use firstbell_store::District;

use super::columns::{Binding, Cell};
use super::{SourcedIds, cells};
use crate::hub::{Hub, HubError};

/// What rows of people need to know of each other.
#[derive(Debug, Default)]
pub struct People {
    /// The role rows of each user.
    roles: HashMap<SubjectId, Vec<Role>>,
    /// Users whose role stands in their own row: sourcedId, role, orgs.
    own: Vec<(String, String, Vec<SubjectId>)>,
    /// Orgs that are schools.
    schools: HashSet<SubjectId>,
    /// People who cannot be written because they have no role.
    without_role: HashSet<SubjectId>,
    /// Their sourcedIds.
    left_out: HashSet<String>,
    /// Enrollments that are left out with them.
    enrollments_left_out: u64,
    /// People who are several rows.
    several: u64,
    /// People with a role that the binding has no word for, by role.
    without_word: BTreeMap<String, u64>,
}

/// One role of a person.
#[derive(Debug)]
struct Role {
    word: String,
    org: SubjectId,
    primary: bool,
}

impl People {
    /// Learns the roles that stand in rows of their own, which orgs are schools, and whom the
    /// binding has no place for; nothing refers to these any more.
    pub async fn learn(
        hub: &Hub,
        district: &District,
        as_of: OperationNumber,
        binding: Binding,
        ids: &mut SourcedIds,
    ) -> Result<Self, HubError> {
        let mut people = Self::default();
        let (store, district, as_of) = (&hub.store, district.id, Some(as_of));
        let roles = &mut people.roles;
        let mut learn_role = |row: &Row| {
            let (user, org) = (row.subject(role::USER)?, row.subject(role::ORG)?);
            let primary = row.text(role::ROLE_TYPE) == "primary";
            let word = row.text(role::ROLE).to_owned();
            roles.entry(user).or_default().push(Role { word, org, primary });
            Some(())
        };
        store
            .stream_present(district, Kind::Role, as_of, |version| {
                learn_role(&version.row);
            })
            .await?;
        let schools = &mut people.schools;
        store
            .stream_present(district, Kind::Org, as_of, |version| {
                schools.extend(
                    Some(version.row.id).filter(|_| version.row.text(org::TYPE) == "school"),
                );
            })
            .await?;
        if binding == Binding::V11 {
            let roles = &people.roles;
            let (without, left_out) = (&mut people.without_role, &mut people.left_out);
            store
                .stream_present(district, Kind::User, as_of, |version| {
                    let row = version.row;
                    if row.text(user::ROLE).is_empty() && !roles.contains_key(&row.id) {
                        ids.forget(Kind::User, row.id);
                        without.insert(row.id);
                        left_out.insert(row.sourced_id);
                    }
                })
                .await?;
        }
        Ok(people)
    }

    /// The rows that stand for one row of the roster.
    pub fn rows(&mut self, row: &Row, binding: Binding, ids: &SourcedIds) -> Vec<Vec<String>> {
        match (row.kind, binding) {
            (Kind::User, Binding::V11) => self.users_1_1(row, ids),
            (Kind::Enrollment, Binding::V11) => self.enrollment_1_1(row, ids),
            (Kind::Role | Kind::UserProfile, Binding::V11) => Vec::new(),
            (Kind::Demographics, Binding::V11) if self.left_out.contains(&row.sourced_id) => {
                Vec::new()
            }
            (Kind::User, Binding::V12) => {
                if !row.text(user::ROLE).is_empty() {
                    let orgs = row.subjects(user::ORGS).to_vec();
                    self.own.push((row.sourced_id.clone(), row.text(user::ROLE).to_owned(), orgs));
                }
                vec![cells(row, binding, ids)]
            }
            _ => vec![cells(row, binding, ids)],
        }
    }

    /// The role records of users whose role stands in their own row.
    pub fn own_roles(&self, binding: Binding, ids: &SourcedIds) -> Vec<Vec<String>> {
        if binding == Binding::V11 {
            return Vec::new();
        }
        let columns = binding.columns(Kind::Role);
        let mut rows = Vec::new();
        for (user, word, orgs) in &self.own {
            for (at, org) in orgs.iter().enumerate() {
                let Some(school) = ids.of(Kind::Org, *org) else { continue };
                let cell = |cell: &Cell| match cell {
                    Cell::SourcedId => format!("{user}_{school}"),
                    Cell::Place(role::USER) => user.clone(),
                    Cell::Place(role::ROLE_TYPE) => {
                        if at == 0 { "primary" } else { "secondary" }.to_owned()
                    }
                    Cell::Place(role::ROLE) => self.word_of_1_2(word, *org).to_owned(),
                    Cell::Place(role::ORG) => school.to_owned(),
                    Cell::Place(_) | Cell::Blank => String::new(),
                };
                rows.push(columns.iter().map(|(_, column)| cell(column)).collect());
            }
        }
        rows
    }

    /// What could not be said in the binding.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<_> = self
            .without_word
            .iter()
            .map(|(word, count)| {
                let written = word_of_1_1(word);
                format!("people with the role `{word}`, which OneRoster 1.1 does not know, are written with the role {written}: {count}")
            })
            .collect();
        if self.several > 0 {
            notes.push(format!(
                "people with several roles are a row for each, the further ones with the role behind the sourcedId: {}",
                self.several
            ));
        }
        if !self.without_role.is_empty() {
            notes.push(format!(
                "people without a role, whom OneRoster 1.1 has no place for, are left out: {}, with {} of their enrollments",
                self.without_role.len(),
                self.enrollments_left_out
            ));
        }
        notes
    }

    /// A row for each role that 1.1 tells apart.
    fn users_1_1(&mut self, row: &Row, ids: &SourcedIds) -> Vec<Vec<String>> {
        if self.without_role.contains(&row.id) {
            return Vec::new();
        }
        let written = cells(row, Binding::V11, ids);
        if !row.text(user::ROLE).is_empty() {
            return vec![written];
        }
        let roles = self.roles.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let unknown: BTreeSet<_> =
            roles.iter().map(|role| &role.word).filter(|word| word_of_1_1(word) != *word).collect();
        for word in unknown {
            *self.without_word.entry(word.clone()).or_default() += 1;
        }
        let by_role = by_role(roles);
        self.several += u64::from(by_role.len() > 1);
        let of_role = |(at, (word, orgs)): (usize, &(&str, Vec<SubjectId>))| {
            let mut written = written.clone();
            for ((_, column), cell) in Binding::V11.columns(Kind::User).iter().zip(&mut written) {
                match column {
                    Cell::SourcedId if at > 0 => *cell = further(cell, word),
                    Cell::Place(user::ROLE) => (*word).clone_into(cell),
                    Cell::Place(user::AGENTS) => *cell = self.agents(row, ids),
                    Cell::Place(user::ORGS) => {
                        let orgs = orgs.iter().filter_map(|org| ids.of(Kind::Org, *org));
                        *cell = orgs.collect::<Vec<_>>().join(",");
                    }
                    Cell::Place(_) | Cell::SourcedId | Cell::Blank => {}
                }
            }
            written
        };
        by_role.iter().enumerate().map(of_role).collect()
    }

    /// The guardians of a person, by the rows in which they are guardians.
    fn agents(&self, row: &Row, ids: &SourcedIds) -> String {
        let agent = |agent: &SubjectId| {
            let id = ids.of(Kind::User, *agent)?;
            let by_role = by_role(self.roles.get(agent).map(Vec::as_slice).unwrap_or_default());
            let mut roles = by_role.iter().enumerate();
            let guardian = roles.find(|(_, (word, _))| tag::is_contact(tag::of_word(word)));
            Some(match guardian {
                Some((1.., (word, _))) => further(id, word),
                Some(_) | None => id.to_owned(),
            })
        };
        row.subjects(user::AGENTS).iter().filter_map(agent).collect::<Vec<_>>().join(",")
    }

    /// An enrollment of the person's row that has its role.
    fn enrollment_1_1(&mut self, row: &Row, ids: &SourcedIds) -> Vec<Vec<String>> {
        let Some(person) = row.subject(enrollment::USER) else {
            return vec![cells(row, Binding::V11, ids)];
        };
        if self.without_role.contains(&person) {
            self.enrollments_left_out += 1;
            return Vec::new();
        }
        let mut written = cells(row, Binding::V11, ids);
        let word = row.text(enrollment::ROLE);
        let by_role = by_role(self.roles.get(&person).map(Vec::as_slice).unwrap_or_default());
        if by_role.iter().skip(1).any(|(further, _)| *further == word) {
            let columns = Binding::V11.columns(Kind::Enrollment);
            let at = columns.iter().position(|(_, cell)| *cell == Cell::Place(enrollment::USER));
            if let Some(cell) = at.and_then(|at| written.get_mut(at)) {
                *cell = further(cell, word);
            }
        }
        vec![written]
    }

    /// 1.2 has no plain administrator: the org says which kind it is.
    fn word_of_1_2<'a>(&self, word: &'a str, org: SubjectId) -> &'a str {
        match word {
            "administrator" if self.schools.contains(&org) => "siteAdministrator",
            "administrator" => "districtAdministrator",
            word => word,
        }
    }
}

/// The roles that 1.1 tells apart with their orgs, the primary one first.
fn by_role(roles: &[Role]) -> Vec<(&str, Vec<SubjectId>)> {
    let mut found: Vec<(&str, Vec<SubjectId>)> = Vec::new();
    let primary = roles.iter().filter(|role| role.primary);
    for role in primary.chain(roles.iter().filter(|role| !role.primary)) {
        let word = word_of_1_1(&role.word);
        match found.iter_mut().find(|(known, _)| *known == word) {
            Some((_, orgs)) if orgs.contains(&role.org) => {}
            Some((_, orgs)) => orgs.push(role.org),
            None => found.push((word, vec![role.org])),
        }
    }
    found
}

/// The sourcedId of a person's row for a further role.
fn further(sourced_id: &str, word: &str) -> String {
    format!("{sourced_id}_{word}")
}

fn word_of_1_1(word: &str) -> &str {
    match word {
        "districtAdministrator" | "siteAdministrator" | "systemAdministrator" | "principal" => {
            "administrator"
        }
        "counselor" => "aide",
        word if word.starts_with("ext:") => "aide",
        word => word,
    }
}
