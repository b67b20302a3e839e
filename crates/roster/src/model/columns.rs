//! The columns of each file, from the CSV bindings of OneRoster 1.1 and 1.2.1.
//!
//! Each module names the places of its columns as constants, so that code can say
//! `cells[user::GIVEN_NAME]`; `ALL` is the table in that order.

use super::column::Needed::{Always, Expected, Optional};
use super::column::Type::{
    Boolean, Date, DateTime, List, Reference, References, SourcedId, Text, UserIds, Word, Year,
};
use super::column::Versions::{All, Since11, Since12, Until11};
use super::column::{Column, Needed, Type, Versions};
use super::kind::Kind;
use super::vocabulary as words;

/// The place of `sourcedId` in every file.
pub const SOURCED_ID: usize = 0;
/// The place of `status` in every file.
pub const STATUS: usize = 1;
/// The place of `dateLastModified` in every file.
pub const DATE_LAST_MODIFIED: usize = 2;

const fn column(
    name: &'static str,
    ty: Type,
    needed: Needed,
    versions: Versions,
    used_for: &'static str,
) -> Column {
    let used_for = if used_for.is_empty() { None } else { Some(used_for) };
    Column { name, ty, needed, versions, used_for }
}

macro_rules! columns {
    ($(#[$doc:meta])* $module:ident { $($place:ident $name:literal $ty:expr, $needed:expr, $versions:expr, $use:literal;)* }) => {
        $(#[$doc])*
        #[expect(missing_docs, reason = "the header beside each place says what it is")]
        pub mod $module {
            use super::*;

            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named for the constants")]
            enum Place { SourcedId, Status, DateLastModified, $($place),* }

            $(pub const $place: usize = Place::$place as usize;)*

            const _: () = assert!(Place::SourcedId as usize == SOURCED_ID);
            const _: () = assert!(Place::Status as usize == STATUS);
            const _: () = assert!(Place::DateLastModified as usize == DATE_LAST_MODIFIED);

            pub static ALL: &[Column] = &[
                column("sourcedId", SourcedId, Always, All, "tying records to people and classes"),
                column("status", Word(&words::STATUS), Optional, All, "delta deliveries"),
                column("dateLastModified", DateTime, Optional, All, "delta deliveries"),
                $(column($name, $ty, $needed, $versions, $use),)*
            ];
        }
    };
}

columns! {
    /// `orgs.csv`.
    org {
        NAME "name" Text, Always, All, "naming schools";
        TYPE "type" Word(&words::ORG_TYPE), Always, All, "telling schools from districts";
        IDENTIFIER "identifier" Text, Optional, All, "recognising a district's schools";
        PARENT "parentSourcedId" Reference(Kind::Org), Optional, All, "the tree of orgs";
    }
}
columns! {
    /// `academicSessions.csv`.
    academic_session {
        TITLE "title" Text, Always, All, "naming terms";
        TYPE "type" Word(&words::SESSION_TYPE), Always, All, "telling years from terms";
        START_DATE "startDate" Date, Always, All, "when classes run";
        END_DATE "endDate" Date, Always, All, "when classes run";
        PARENT "parentSourcedId" Reference(Kind::AcademicSession), Optional, All, "the tree of terms";
        SCHOOL_YEAR "schoolYear" Year, Expected, Since11, "rollover";
    }
}
columns! {
    /// `courses.csv`.
    course {
        SCHOOL_YEAR "schoolYearSourcedId" Reference(Kind::AcademicSession), Optional, All, "rollover";
        TITLE "title" Text, Always, All, "naming courses";
        COURSE_CODE "courseCode" Text, Optional, All, "scope rules";
        GRADES "grades" List, Optional, All, "scope rules";
        ORG "orgSourcedId" Reference(Kind::Org), Always, All, "which school offers it";
        SUBJECTS "subjects" List, Optional, All, "publishing";
        SUBJECT_CODES "subjectCodes" List, Optional, All, "publishing";
    }
}
columns! {
    /// `classes.csv`.
    class {
        TITLE "title" Text, Always, All, "naming classes";
        GRADES "grades" List, Optional, All, "scope rules";
        COURSE "courseSourcedId" Reference(Kind::Course), Expected, All, "which course it teaches";
        CLASS_CODE "classCode" Text, Optional, All, "scope rules";
        CLASS_TYPE "classType" Word(&words::CLASS_TYPE), Expected, All, "homeroom rules";
        LOCATION "location" Text, Optional, All, "publishing";
        SCHOOL "schoolSourcedId" Reference(Kind::Org), Always, All, "which school it belongs to";
        TERMS "termSourcedIds" References(Kind::AcademicSession), Expected, All, "when it runs";
        SUBJECTS "subjects" List, Optional, All, "scope rules";
        SUBJECT_CODES "subjectCodes" List, Optional, All, "scope rules";
        PERIODS "periods" List, Optional, All, "scope rules";
    }
}
columns! {
    /// `users.csv`.
    user {
        ENABLED_USER "enabledUser" Boolean, Expected, Since11, "sign-in";
        USERNAME "username" Text, Expected, All, "sign-in";
        USER_IDS "userIds" UserIds, Optional, All, "matching";
        GIVEN_NAME "givenName" Text, Always, All, "class lists";
        FAMILY_NAME "familyName" Text, Always, All, "class lists";
        MIDDLE_NAME "middleName" Text, Optional, All, "class lists";
        IDENTIFIER "identifier" Text, Optional, All, "matching";
        EMAIL "email" Text, Optional, All, "sign-in";
        SMS "sms" Text, Optional, All, "publishing";
        PHONE "phone" Text, Optional, All, "publishing";
        AGENTS "agentSourcedIds" References(Kind::User), Optional, All, "families";
        GRADES "grades" List, Optional, All, "scope rules";
        PASSWORD "password" Text, Optional, All, "";
        USER_MASTER_IDENTIFIER "userMasterIdentifier" Text, Optional, Since12, "matching";
        RESOURCES "resourceSourcedIds" Text, Optional, Since12, "";
        PREFERRED_GIVEN_NAME "preferredGivenName" Text, Optional, Since12, "class lists";
        PREFERRED_MIDDLE_NAME "preferredMiddleName" Text, Optional, Since12, "class lists";
        PREFERRED_FAMILY_NAME "preferredFamilyName" Text, Optional, Since12, "class lists";
        PRIMARY_ORG "primaryOrgSourcedId" Reference(Kind::Org), Optional, Since12, "a person's own school";
        PRONOUNS "pronouns" Text, Optional, Since12, "publishing";
        ORGS "orgSourcedIds" References(Kind::Org), Expected, Until11, "which schools a person belongs to";
        ROLE "role" Word(&words::USER_ROLE), Always, Until11, "telling students from staff";
    }
}
columns! {
    /// `roles.csv` (1.2).
    role {
        USER "userSourcedId" Reference(Kind::User), Always, Since12, "a person's roles";
        ROLE_TYPE "roleType" Word(&words::ROLE_TYPE), Always, Since12, "a person's roles";
        ROLE "role" Word(&words::ROLE), Always, Since12, "telling students from staff";
        BEGIN_DATE "beginDate" Date, Optional, Since12, "when a role holds";
        END_DATE "endDate" Date, Optional, Since12, "when a role holds";
        ORG "orgSourcedId" Reference(Kind::Org), Always, Since12, "which schools a person belongs to";
        USER_PROFILE "userProfileSourcedId" Reference(Kind::UserProfile), Optional, Since12, "publishing";
    }
}
columns! {
    /// `userProfiles.csv` (1.2).
    user_profile {
        USER "userSourcedId" Reference(Kind::User), Always, Since12, "publishing";
        PROFILE_TYPE "profileType" Text, Always, Since12, "publishing";
        VENDOR_ID "vendorId" Text, Always, Since12, "publishing";
        APPLICATION_ID "applicationId" Text, Optional, Since12, "publishing";
        DESCRIPTION "description" Text, Optional, Since12, "publishing";
        CREDENTIAL_TYPE "credentialType" Text, Always, Since12, "publishing";
        USERNAME "username" Text, Always, Since12, "publishing";
        PASSWORD "password" Text, Optional, Since12, "";
    }
}
columns! {
    /// `demographics.csv`: taken only where the district's settings ask for it.
    demographics {
        BIRTH_DATE "birthDate" Date, Optional, All, "demographics";
        SEX "sex" Word(&words::SEX), Optional, All, "demographics";
        AMERICAN_INDIAN "americanIndianOrAlaskaNative" Boolean, Optional, All, "demographics";
        ASIAN "asian" Boolean, Optional, All, "demographics";
        BLACK "blackOrAfricanAmerican" Boolean, Optional, All, "demographics";
        PACIFIC_ISLANDER "nativeHawaiianOrOtherPacificIslander" Boolean, Optional, All, "demographics";
        WHITE "white" Boolean, Optional, All, "demographics";
        TWO_OR_MORE_RACES "demographicRaceTwoOrMoreRaces" Boolean, Optional, All, "demographics";
        HISPANIC "hispanicOrLatinoEthnicity" Boolean, Optional, All, "demographics";
        COUNTRY_OF_BIRTH "countryOfBirthCode" Text, Optional, All, "demographics";
        STATE_OF_BIRTH "stateOfBirthAbbreviation" Text, Optional, All, "demographics";
        CITY_OF_BIRTH "cityOfBirth" Text, Optional, All, "demographics";
        PUBLIC_SCHOOL_RESIDENCE "publicSchoolResidenceStatus" Text, Optional, All, "demographics";
    }
}
columns! {
    /// `enrollments.csv`.
    enrollment {
        CLASS "classSourcedId" Reference(Kind::Class), Always, All, "class lists";
        SCHOOL "schoolSourcedId" Reference(Kind::Org), Expected, All, "which school it belongs to";
        USER "userSourcedId" Reference(Kind::User), Always, All, "class lists";
        ROLE "role" Word(&words::ENROLLMENT_ROLE), Always, All, "telling students from teachers";
        PRIMARY "primary" Boolean, Optional, All, "the primary teacher of a class";
        BEGIN_DATE "beginDate" Date, Optional, All, "when membership opens";
        END_DATE "endDate" Date, Optional, All, "when membership closes";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_agree_with_the_tables() {
        let name = |table: &[Column], place: usize| table[place].name;
        assert_eq!(name(user::ALL, user::GIVEN_NAME), "givenName");
        assert_eq!(name(user::ALL, user::ROLE), "role");
        assert_eq!(name(class::ALL, class::TERMS), "termSourcedIds");
        assert_eq!(name(enrollment::ALL, enrollment::END_DATE), "endDate");
        assert_eq!(name(demographics::ALL, SOURCED_ID), "sourcedId");
    }

    #[test]
    fn passwords_have_no_use() {
        assert!(!user::ALL[user::PASSWORD].is_fact());
        assert!(!user_profile::ALL[user_profile::PASSWORD].is_fact());
    }
}
