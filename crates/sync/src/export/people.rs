//! People in the form of each binding: one role in a 1.1 row, roles of their own in 1.2.

use std::collections::{BTreeMap, HashMap};

use firstbell_roster::model::columns::{org, role, user};
use firstbell_roster::model::{Kind, OperationNumber, Row, SubjectId};
use firstbell_store::District;

use super::columns::{Binding, Cell};
use super::{SourcedIds, cells};
use crate::hub::{Hub, HubError};

/// What rows of people need to know of each other.
#[derive(Debug, Default)]
pub struct People {
    /// The role rows of each user: role, org, whether primary.
    roles: HashMap<SubjectId, Vec<(String, SubjectId, bool)>>,
    /// Users whose role stands in their own row: sourcedId, role, orgs.
    own: Vec<(String, String, Vec<SubjectId>)>,
    /// Orgs that are schools.
    schools: std::collections::HashSet<SubjectId>,
    without_word: BTreeMap<String, u64>,
    without_role: u64,
}

impl People {
    /// Learns the roles that stand in rows of their own, and which orgs are schools.
    pub async fn learn_roles(
        &mut self,
        hub: &Hub,
        district: &District,
        as_of: OperationNumber,
        _ids: &SourcedIds,
    ) -> Result<(), HubError> {
        let roles = &mut self.roles;
        hub.store
            .stream_present(district.id, Kind::Role, Some(as_of), |version| {
                let row = &version.row;
                if let (Some(user), Some(org)) = (row.subject(role::USER), row.subject(role::ORG)) {
                    let primary = row.text(role::ROLE_TYPE) == "primary";
                    roles.entry(user).or_default().push((
                        row.text(role::ROLE).to_owned(),
                        org,
                        primary,
                    ));
                }
            })
            .await?;
        let schools = &mut self.schools;
        hub.store
            .stream_present(district.id, Kind::Org, Some(as_of), |version| {
                if version.row.text(org::TYPE) == "school" {
                    schools.insert(version.row.id);
                }
            })
            .await?;
        Ok(())
    }

    /// The rows that stand for one row of the roster.
    pub fn rows(&mut self, row: &Row, binding: Binding, ids: &SourcedIds) -> Vec<Vec<String>> {
        match (row.kind, binding) {
            (Kind::User, Binding::V11) => vec![self.user_1_1(row, ids)],
            (Kind::User, Binding::V12) => {
                if !row.text(user::ROLE).is_empty() {
                    let orgs = row.subjects(user::ORGS).to_vec();
                    self.own.push((row.sourced_id.clone(), row.text(user::ROLE).to_owned(), orgs));
                }
                vec![cells(row, binding, ids)]
            }
            (Kind::Role, Binding::V11) => Vec::new(),
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
            .map(|(word, count)| format!("{count} people have the role `{word}`, which OneRoster 1.1 does not know; it is written as administrator or aide"))
            .collect();
        if self.without_role > 0 {
            notes.push(format!(
                "{} people have no role; they are written without one",
                self.without_role
            ));
        }
        notes
    }

    fn user_1_1(&mut self, row: &Row, ids: &SourcedIds) -> Vec<String> {
        let mut written = cells(row, Binding::V11, ids);
        if !row.text(user::ROLE).is_empty() {
            return written;
        }
        let Some(roles) = self.roles.get(&row.id) else {
            self.without_role += 1;
            return written;
        };
        let first = roles.iter().find(|(_, _, primary)| *primary).or(roles.first());
        let word = first.map(|(word, _, _)| word.clone()).unwrap_or_default();
        let mut orgs: Vec<_> = first.iter().map(|(_, org, _)| *org).collect();
        for (_, org, _) in roles {
            if !orgs.contains(org) {
                orgs.push(*org);
            }
        }
        let orgs: Vec<_> = orgs.iter().filter_map(|org| ids.of(Kind::Org, *org)).collect();
        let role = word_of_1_1(&word);
        if role != word {
            *self.without_word.entry(word.clone()).or_default() += 1;
        }
        for ((_, column), cell) in Binding::V11.columns(Kind::User).iter().zip(&mut written) {
            match column {
                Cell::Place(user::ROLE) => role.clone_into(cell),
                Cell::Place(user::ORGS) => *cell = orgs.join(","),
                Cell::Place(_) | Cell::SourcedId | Cell::Blank => {}
            }
        }
        written
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
