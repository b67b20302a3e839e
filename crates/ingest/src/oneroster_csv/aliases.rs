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
    // Of a name that is there twice, the first is meant that the file lacks.
    alias(Kind::Org, "schulname", "name"),
    alias(Kind::Org, "schoolCode", "identifier"),
    alias(Kind::Org, "schoolNumber", "identifier"),
    alias(Kind::Org, "schulnummer", "identifier"),
    alias(Kind::Org, "code", "identifier"),
    alias(Kind::Org, "parentId", "parentSourcedId"),
    alias(Kind::AcademicSession, "bezeichnung", "title"),
    alias(Kind::AcademicSession, "startdatum", "startDate"),
    alias(Kind::AcademicSession, "enddatum", "endDate"),
    alias(Kind::AcademicSession, "schuljahr", "schoolYear"),
    alias(Kind::Course, "code", "courseCode"),
    alias(Kind::Course, "courseNumber", "courseCode"),
    alias(Kind::Course, "subject", "subjects"),
    alias(Kind::Course, "gradeLevel", "grades"),
    alias(Kind::Class, "classNumber", "classCode"),
    alias(Kind::Class, "sectionNumber", "classCode"),
    alias(Kind::Class, "code", "classCode"),
    alias(Kind::Class, "room", "location"),
    alias(Kind::Class, "roomNumber", "location"),
    alias(Kind::Class, "raum", "location"),
    alias(Kind::Class, "period", "periods"),
    alias(Kind::Class, "subject", "subjects"),
    alias(Kind::Class, "gradeLevel", "grades"),
    alias(Kind::Class, "klassenname", "title"),
    alias(Kind::User, "forename", "givenName"),
    alias(Kind::User, "vorname", "givenName"),
    alias(Kind::User, "prenom", "givenName"),
    alias(Kind::User, "prénom", "givenName"),
    alias(Kind::User, "nachname", "familyName"),
    alias(Kind::User, "familienname", "familyName"),
    alias(Kind::User, "apellidos", "familyName"),
    alias(Kind::User, "emailAddress", "email"),
    alias(Kind::User, "eMailAdresse", "email"),
    alias(Kind::User, "mail", "email"),
    alias(Kind::User, "schoolEmail", "email"),
    alias(Kind::User, "studentEmail", "email"),
    alias(Kind::User, "phoneNumber", "phone"),
    alias(Kind::User, "telephone", "phone"),
    alias(Kind::User, "telefon", "phone"),
    alias(Kind::User, "homePhone", "phone"),
    alias(Kind::User, "mobile", "sms"),
    alias(Kind::User, "mobilePhone", "sms"),
    alias(Kind::User, "cellPhone", "sms"),
    alias(Kind::User, "loginName", "username"),
    alias(Kind::User, "benutzername", "username"),
    alias(Kind::User, "rolle", "role"),
    alias(Kind::User, "gradeLevel", "grades"),
    alias(Kind::User, "klassenstufe", "grades"),
    alias(Kind::User, "jahrgang", "grades"),
    alias(Kind::User, "school", "orgSourcedIds"),
    alias(Kind::User, "schule", "orgSourcedIds"),
    alias(Kind::User, "studentId", "identifier"),
    alias(Kind::User, "studentNumber", "identifier"),
    alias(Kind::User, "employeeId", "identifier"),
    alias(Kind::User, "employeeNumber", "identifier"),
    alias(Kind::User, "staffId", "identifier"),
    alias(Kind::User, "teacherId", "identifier"),
    alias(Kind::User, "parentIds", "agentSourcedIds"),
    alias(Kind::User, "guardianIds", "agentSourcedIds"),
    alias(Kind::User, "preferredName", "preferredGivenName"),
    alias(Kind::User, "nickname", "preferredGivenName"),
    alias(Kind::Role, "startDate", "beginDate"),
    alias(Kind::Role, "schoolId", "orgSourcedId"),
    alias(Kind::Role, "orgId", "orgSourcedId"),
    alias(Kind::Role, "userRole", "role"),
    alias(Kind::Enrollment, "startDate", "beginDate"),
    alias(Kind::Enrollment, "entryDate", "beginDate"),
    alias(Kind::Enrollment, "enrollDate", "beginDate"),
    alias(Kind::Enrollment, "startdatum", "beginDate"),
    alias(Kind::Enrollment, "exitDate", "endDate"),
    alias(Kind::Enrollment, "withdrawDate", "endDate"),
    alias(Kind::Enrollment, "enddatum", "endDate"),
    alias(Kind::Enrollment, "isPrimary", "primary"),
    alias(Kind::Enrollment, "primaryTeacher", "primary"),
    alias(Kind::Demographics, "dob", "birthDate"),
    alias(Kind::Demographics, "dateOfBirth", "birthDate"),
    alias(Kind::Demographics, "birthday", "birthDate"),
    alias(Kind::Demographics, "geburtsdatum", "birthDate"),
    alias(Kind::Demographics, "gender", "sex"),
    alias(Kind::Demographics, "geschlecht", "sex"),
    alias(Kind::Demographics, "studentId", "sourcedId"),
];

/// The column that a name of a file of this kind stands for, in one of the tables.
pub fn column(table: &'static [Alias], kind: Kind, folded: &str) -> Option<&'static str> {
    columns(table, kind, folded).next()
}

/// The columns that a name may stand for, the likeliest first.
pub fn columns(
    table: &'static [Alias],
    kind: Kind,
    folded: &str,
) -> impl Iterator<Item = &'static str> {
    let same =
        move |alias: &&Alias| alias.kind.is_none_or(|of| of == kind) && fold(alias.name) == folded;
    table.iter().filter(same).map(|alias| alias.column)
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
