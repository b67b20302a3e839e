//! The files of a delivery and their columns.

use serde::{Deserialize, Serialize};

use crate::profile::Format;

/// A file of a delivery, named in JSON as in the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// `orgs.csv`.
    Orgs,
    /// `academicSessions.csv`.
    AcademicSessions,
    /// `courses.csv`.
    Courses,
    /// `classes.csv`.
    Classes,
    /// `users.csv`.
    Users,
    /// `roles.csv`, in 1.2 only.
    Roles,
    /// `userProfiles.csv`, in 1.2 only.
    UserProfiles,
    /// `demographics.csv`, in the demo profile only.
    Demographics,
    /// `enrollments.csv`.
    Enrollments,
}

impl Kind {
    /// All kinds, in the order in which a delivery is written.
    pub const ALL: [Self; 9] = [
        Self::Orgs,
        Self::AcademicSessions,
        Self::Courses,
        Self::Classes,
        Self::Users,
        Self::Roles,
        Self::UserProfiles,
        Self::Demographics,
        Self::Enrollments,
    ];

    /// The name of the file without `.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orgs => "orgs",
            Self::AcademicSessions => "academicSessions",
            Self::Courses => "courses",
            Self::Classes => "classes",
            Self::Users => "users",
            Self::Roles => "roles",
            Self::UserProfiles => "userProfiles",
            Self::Demographics => "demographics",
            Self::Enrollments => "enrollments",
        }
    }

    /// The name of the file.
    pub fn file(self) -> String {
        format!("{}.csv", self.name())
    }

    /// The header of the file, in the order of the specification.
    pub fn columns(self, format: Format) -> Vec<&'static str> {
        let own = match (self, format) {
            (Self::Users, Format::V1p1) => USERS_1P1,
            (Self::Users, Format::V1p2) => USERS_1P2,
            (Self::Orgs, _) => "name type identifier parentSourcedId",
            (Self::AcademicSessions, _) => {
                "title type startDate endDate parentSourcedId schoolYear"
            }
            (Self::Courses, _) => {
                "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes"
            }
            (Self::Classes, _) => CLASSES,
            (Self::Roles, _) => {
                "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId"
            }
            (Self::UserProfiles, _) => {
                "userSourcedId profileType vendorId applicationId description credentialType \
                 username password"
            }
            (Self::Demographics, _) => DEMOGRAPHICS,
            (Self::Enrollments, _) => {
                "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"
            }
        };
        let first = ["sourcedId", "status", "dateLastModified"];
        first.into_iter().chain(own.split_whitespace()).collect()
    }
}

const CLASSES: &str = "title grades courseSourcedId classCode classType location schoolSourcedId \
                       termSourcedIds subjects subjectCodes periods";
const USERS_1P1: &str = "enabledUser orgSourcedIds role username userIds givenName familyName \
                         middleName identifier email sms phone agentSourcedIds grades password";
const USERS_1P2: &str = "enabledUser username userIds givenName familyName middleName identifier \
                         email sms phone agentSourcedIds grades password userMasterIdentifier \
                         preferredGivenName preferredMiddleName preferredFamilyName \
                         primaryOrgSourcedId pronouns";
const DEMOGRAPHICS: &str = "birthDate sex americanIndianOrAlaskaNative asian \
                            blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white \
                            demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity \
                            countryOfBirthCode stateOfBirthAbbreviation cityOfBirth \
                            publicSchoolResidenceStatus";
