//! Other names of columns that are met in the wild, and what they seem to be.

use firstbell_roster::model::Kind;

/// A name that can mean one column alone, and that column. Names are compared by their letters and
/// digits, whatever their case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The kind of the file; every kind without one.
    pub kind: Option<Kind>,
    /// The other name.
    pub name: &'static str,
    /// OneRoster's own.
    pub column: &'static str,
}

const fn alias(kind: Kind, name: &'static str, column: &'static str) -> Alias {
    Alias { kind: Some(kind), name, column }
}

const fn anywhere(name: &'static str, column: &'static str) -> Alias {
    Alias { kind: None, name, column }
}

/// The names that 1.0 has and no later version.
pub static OF_1_0: &[Alias] = &[
    alias(Kind::Course, "schoolYearId", "schoolYearSourcedId"),
    alias(Kind::Course, "grade", "grades"),
    alias(Kind::Class, "grade", "grades"),
    alias(Kind::Class, "termSourcedId", "termSourcedIds"),
    alias(Kind::User, "userId", "userIds"),
    alias(Kind::User, "agents", "agentSourcedIds"),
    alias(Kind::Demographics, "userSourcedId", "sourcedId"),
];

/// Names whose meaning is clear: those of OneRoster's REST binding, and misspellings that exports
/// are known for.
pub static CLEAR: &[Alias] = &[
    anywhere("sourceId", "sourcedId"),
    anywhere("dataLastModified", "dateLastModified"),
    anywhere("lastModified", "dateLastModified"),
    alias(Kind::Org, "parent", "parentSourcedId"),
    alias(Kind::Org, "orgName", "name"),
    alias(Kind::Org, "orgType", "type"),
    alias(Kind::AcademicSession, "parent", "parentSourcedId"),
    alias(Kind::Course, "schoolYear", "schoolYearSourcedId"),
    alias(Kind::Course, "grade", "grades"),
    alias(Kind::Course, "org", "orgSourcedId"),
    alias(Kind::Class, "grade", "grades"),
    alias(Kind::Class, "course", "courseSourcedId"),
    alias(Kind::Class, "school", "schoolSourcedId"),
    alias(Kind::Class, "terms", "termSourcedIds"),
    alias(Kind::User, "agents", "agentSourcedIds"),
    alias(Kind::User, "orgs", "orgSourcedIds"),
    alias(Kind::User, "grade", "grades"),
    alias(Kind::User, "primaryOrg", "primaryOrgSourcedId"),
    alias(Kind::User, "preferredFirstName", "preferredGivenName"),
    alias(Kind::User, "preferredLastName", "preferredFamilyName"),
    alias(Kind::User, "prefferedFirstName", "preferredGivenName"),
    alias(Kind::User, "prefferedGivenName", "preferredGivenName"),
    alias(Kind::User, "prefferedMiddleName", "preferredMiddleName"),
    alias(Kind::User, "prefferedLastName", "preferredFamilyName"),
    alias(Kind::User, "prefferedFamilyName", "preferredFamilyName"),
    alias(Kind::UserProfile, "user", "userSourcedId"),
    alias(Kind::Role, "user", "userSourcedId"),
    alias(Kind::Role, "org", "orgSourcedId"),
    alias(Kind::Role, "userProfile", "userProfileSourcedId"),
    alias(Kind::Enrollment, "class", "classSourcedId"),
    alias(Kind::Enrollment, "school", "schoolSourcedId"),
    alias(Kind::Enrollment, "user", "userSourcedId"),
];

/// Names that may mean a column, so that a person has to say so.
pub static LIKELY: &[Alias] = &[
    anywhere("id", "sourcedId"),
    anywhere("uniqueId", "sourcedId"),
    anywhere("sisId", "sourcedId"),
    alias(Kind::Org, "schoolId", "sourcedId"),
    alias(Kind::Org, "schoolCode", "sourcedId"),
    alias(Kind::Org, "schoolName", "name"),
    alias(Kind::Org, "title", "name"),
    alias(Kind::Org, "schoolType", "type"),
    alias(Kind::AcademicSession, "termId", "sourcedId"),
    alias(Kind::AcademicSession, "name", "title"),
    alias(Kind::AcademicSession, "termName", "title"),
    alias(Kind::AcademicSession, "termType", "type"),
    alias(Kind::AcademicSession, "beginDate", "startDate"),
    alias(Kind::AcademicSession, "termStart", "startDate"),
    alias(Kind::AcademicSession, "termEnd", "endDate"),
    alias(Kind::Course, "courseId", "sourcedId"),
    alias(Kind::Course, "name", "title"),
    alias(Kind::Course, "courseName", "title"),
    alias(Kind::Course, "courseTitle", "title"),
    alias(Kind::Course, "schoolId", "orgSourcedId"),
    alias(Kind::Course, "schoolSourcedId", "orgSourcedId"),
    alias(Kind::Class, "classId", "sourcedId"),
    alias(Kind::Class, "sectionId", "sourcedId"),
    alias(Kind::Class, "name", "title"),
    alias(Kind::Class, "className", "title"),
    alias(Kind::Class, "sectionName", "title"),
    alias(Kind::Class, "courseId", "courseSourcedId"),
    alias(Kind::Class, "schoolId", "schoolSourcedId"),
    alias(Kind::Class, "schoolCode", "schoolSourcedId"),
    alias(Kind::Class, "orgSourcedId", "schoolSourcedId"),
    alias(Kind::Class, "termId", "termSourcedIds"),
    alias(Kind::Class, "type", "classType"),
    alias(Kind::User, "personId", "sourcedId"),
    alias(Kind::User, "studentId", "sourcedId"),
    alias(Kind::User, "firstName", "givenName"),
    alias(Kind::User, "lastName", "familyName"),
    alias(Kind::User, "surname", "familyName"),
    alias(Kind::User, "userRole", "role"),
    alias(Kind::User, "userType", "role"),
    alias(Kind::User, "login", "username"),
    alias(Kind::User, "loginId", "username"),
    alias(Kind::User, "enabled", "enabledUser"),
    alias(Kind::User, "active", "enabledUser"),
    alias(Kind::User, "schoolId", "orgSourcedIds"),
    alias(Kind::User, "schoolCode", "orgSourcedIds"),
    alias(Kind::User, "schoolSourcedId", "orgSourcedIds"),
    alias(Kind::Role, "userId", "userSourcedId"),
    alias(Kind::Role, "schoolSourcedId", "orgSourcedId"),
    alias(Kind::Enrollment, "enrollmentId", "sourcedId"),
    alias(Kind::Enrollment, "classId", "classSourcedId"),
    alias(Kind::Enrollment, "sectionId", "classSourcedId"),
    alias(Kind::Enrollment, "schoolId", "schoolSourcedId"),
    alias(Kind::Enrollment, "orgSourcedId", "schoolSourcedId"),
    alias(Kind::Enrollment, "userId", "userSourcedId"),
    alias(Kind::Enrollment, "studentId", "userSourcedId"),
    alias(Kind::Enrollment, "personId", "userSourcedId"),
    alias(Kind::Enrollment, "userRole", "role"),
    alias(Kind::Enrollment, "type", "role"),
];

/// The column that a name of a file of this kind stands for, in one of the tables.
pub fn column(table: &[Alias], kind: Kind, folded: &str) -> Option<&'static str> {
    let same =
        |alias: &&Alias| alias.kind.is_none_or(|of| of == kind) && fold(alias.name) == folded;
    table.iter().find(same).map(|alias| alias.column)
}

/// The letters and digits of a name, in lower case.
pub fn fold(name: &str) -> String {
    name.chars().filter(|mark| mark.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_to_columns_that_there_are_and_hide_none() {
        for alias in OF_1_0.iter().chain(CLEAR).chain(LIKELY) {
            let kinds = alias.kind.map_or(Kind::FACTS.to_vec(), |kind| vec![kind]);
            for kind in kinds {
                let columns = kind.columns();
                let there = columns.iter().any(|column| column.name == alias.column);
                assert!(there, "{kind}: {}", alias.column);
                let own = columns.iter().any(|column| fold(column.name) == fold(alias.name));
                assert!(!own, "{kind}: {} is a column itself", alias.name);
            }
        }
    }
}
