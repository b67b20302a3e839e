//! The columns of each binding, in the order of its specification.

use firstbell_roster::model::Kind;
use firstbell_roster::model::column::Versions;
use firstbell_roster::model::columns::user;

/// A version of the CSV binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// 1.1.
    V11,
    /// 1.2.1, whose manifests say 1.2.
    V12,
}

/// What a cell is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The row's own id.
    SourcedId,
    /// Nothing: status and dates of a bulk file, and what Firstbell never keeps.
    Blank,
    /// The value of the column at this place of the kind's table.
    Place(usize),
}

impl Binding {
    /// The binding of a format's name.
    pub fn named(format: &str) -> Option<Self> {
        match format {
            "oneroster-1.1" => Some(Self::V11),
            "oneroster-1.2" => Some(Self::V12),
            _ => None,
        }
    }

    /// What `oneroster.version` says.
    pub fn version(self) -> &'static str {
        match self {
            Self::V11 => "1.1",
            Self::V12 => "1.2",
        }
    }

    /// Whether the binding has a file of this kind.
    pub fn has(self, kind: Kind) -> bool {
        let only_12 = [
            Kind::Role,
            Kind::UserProfile,
            Kind::LineItemLearningObjectiveId,
            Kind::LineItemScoreScale,
            Kind::ResultLearningObjectiveId,
            Kind::ResultScoreScale,
            Kind::ScoreScale,
            Kind::UserResource,
        ];
        self == Self::V12 || !only_12.contains(&kind)
    }

    /// The columns of a kind's file.
    pub fn columns(self, kind: Kind) -> Vec<(&'static str, Cell)> {
        let all = kind.columns().iter().enumerate();
        let belongs = |versions: Versions| match versions {
            Versions::All | Versions::Since11 => true,
            Versions::Until11 => self == Self::V11,
            Versions::Since12 => self == Self::V12,
        };
        // 1.2.1 took resourceSourcedIds out of users.csv.
        let kept = all
            .filter(|(_, column)| belongs(column.versions) && column.name != "resourceSourcedIds");
        let cell = |(place, column): (usize, &'static firstbell_roster::model::Column)| {
            let cell = match place {
                0 => Cell::SourcedId,
                1 | 2 => Cell::Blank,
                _ if column.used_for.is_none() => Cell::Blank,
                _ => Cell::Place(place),
            };
            (column.name, cell)
        };
        let mut columns: Vec<_> = kept.map(cell).collect();
        if kind == Kind::User && self == Self::V11 {
            in_order_of_1_1(&mut columns);
        }
        columns
    }
}

/// In 1.1 `orgSourcedIds` and `role` follow `enabledUser`.
fn in_order_of_1_1(columns: &mut Vec<(&'static str, Cell)>) {
    let moved = [Cell::Place(user::ORGS), Cell::Place(user::ROLE)];
    let rest: Vec<_> = columns.iter().copied().filter(|(_, cell)| moved.contains(cell)).collect();
    columns.retain(|(_, cell)| !moved.contains(cell));
    let at = columns
        .iter()
        .position(|(_, cell)| *cell == Cell::Place(user::ENABLED_USER))
        .map_or(0, |at| at + 1);
    columns.splice(at..at, rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(binding: Binding, kind: Kind) -> String {
        binding.columns(kind).iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn columns_stand_in_the_order_of_the_specification() {
        assert_eq!(
            names(Binding::V11, Kind::User),
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
        );
        assert_eq!(
            names(Binding::V12, Kind::User),
            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
        );
    }
}
