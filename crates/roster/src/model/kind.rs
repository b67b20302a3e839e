//! The kinds of records: one for each data file of the OneRoster CSV binding.

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::columns;

/// A kind of record. The order is the order of work: what a kind refers to comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
#[expect(missing_docs, reason = "OneRoster's own names")]
pub enum Kind {
    #[serde(rename = "orgs")]
    Org = 0,
    #[serde(rename = "academicSessions")]
    AcademicSession = 1,
    #[serde(rename = "courses")]
    Course = 2,
    #[serde(rename = "classes")]
    Class = 3,
    #[serde(rename = "users")]
    User = 4,
    #[serde(rename = "userProfiles")]
    UserProfile = 5,
    #[serde(rename = "roles")]
    Role = 6,
    #[serde(rename = "demographics")]
    Demographics = 7,
    #[serde(rename = "enrollments")]
    Enrollment = 8,
    #[serde(rename = "categories")]
    Category = 9,
    #[serde(rename = "classResources")]
    ClassResource = 10,
    #[serde(rename = "courseResources")]
    CourseResource = 11,
    #[serde(rename = "lineItems")]
    LineItem = 12,
    #[serde(rename = "lineItemLearningObjectiveIds")]
    LineItemLearningObjectiveId = 13,
    #[serde(rename = "lineItemScoreScales")]
    LineItemScoreScale = 14,
    #[serde(rename = "resources")]
    Resource = 15,
    #[serde(rename = "results")]
    Result = 16,
    #[serde(rename = "resultLearningObjectiveIds")]
    ResultLearningObjectiveId = 17,
    #[serde(rename = "resultScoreScales")]
    ResultScoreScale = 18,
    #[serde(rename = "scoreScales")]
    ScoreScale = 19,
    #[serde(rename = "userResources")]
    UserResource = 20,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 21] = [
        Self::Org,
        Self::AcademicSession,
        Self::Course,
        Self::Class,
        Self::User,
        Self::UserProfile,
        Self::Role,
        Self::Demographics,
        Self::Enrollment,
        Self::Category,
        Self::ClassResource,
        Self::CourseResource,
        Self::LineItem,
        Self::LineItemLearningObjectiveId,
        Self::LineItemScoreScale,
        Self::Resource,
        Self::Result,
        Self::ResultLearningObjectiveId,
        Self::ResultScoreScale,
        Self::ScoreScale,
        Self::UserResource,
    ];

    /// The kinds whose rows are facts of the roster, in order.
    pub const FACTS: [Self; 9] = [
        Self::Org,
        Self::AcademicSession,
        Self::Course,
        Self::Class,
        Self::User,
        Self::UserProfile,
        Self::Role,
        Self::Demographics,
        Self::Enrollment,
    ];

    /// The kinds without which there is no roster.
    pub const NEEDED: [Self; 3] = [Self::User, Self::Class, Self::Enrollment];

    /// The kinds that every report names, also when nothing of them arrived.
    pub const ALWAYS: [Self; 6] =
        [Self::Org, Self::AcademicSession, Self::Course, Self::Class, Self::User, Self::Enrollment];

    /// The name of its collection and file in OneRoster, such as `academicSessions`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Org => "orgs",
            Self::AcademicSession => "academicSessions",
            Self::Course => "courses",
            Self::Class => "classes",
            Self::User => "users",
            Self::Role => "roles",
            Self::UserProfile => "userProfiles",
            Self::Demographics => "demographics",
            Self::Enrollment => "enrollments",
            Self::Category => "categories",
            Self::ClassResource => "classResources",
            Self::CourseResource => "courseResources",
            Self::LineItem => "lineItems",
            Self::LineItemLearningObjectiveId => "lineItemLearningObjectiveIds",
            Self::LineItemScoreScale => "lineItemScoreScales",
            Self::Resource => "resources",
            Self::Result => "results",
            Self::ResultLearningObjectiveId => "resultLearningObjectiveIds",
            Self::ResultScoreScale => "resultScoreScales",
            Self::ScoreScale => "scoreScales",
            Self::UserResource => "userResources",
        }
    }

    /// One such record in words, such as `academic session`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::AcademicSession => "academic session",
            Self::Course => "course",
            Self::Class => "class",
            Self::User => "user",
            Self::Role => "role",
            Self::UserProfile => "user profile",
            Self::Demographics => "demographics record",
            Self::Enrollment => "enrollment",
            Self::Category => "category",
            Self::ClassResource => "class resource",
            Self::CourseResource => "course resource",
            Self::LineItem => "line item",
            Self::LineItemLearningObjectiveId => "line item learning objective",
            Self::LineItemScoreScale => "line item score scale",
            Self::Resource => "resource",
            Self::Result => "result",
            Self::ResultLearningObjectiveId => "result learning objective",
            Self::ResultScoreScale => "result score scale",
            Self::ScoreScale => "score scale",
            Self::UserResource => "user resource",
        }
    }

    /// The kind with this collection name, in exactly this spelling.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind with this number, the inverse of `kind as u8`.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The file of the CSV binding, such as `users.csv`.
    pub fn file(self) -> String {
        format!("{}.csv", self.name())
    }

    /// Its columns in the order of the 1.2 binding, those that only 1.1 has after them;
    /// empty for a kind that no feature uses.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Org => columns::org::ALL,
            Self::AcademicSession => columns::academic_session::ALL,
            Self::Course => columns::course::ALL,
            Self::Class => columns::class::ALL,
            Self::User => columns::user::ALL,
            Self::Role => columns::role::ALL,
            Self::UserProfile => columns::user_profile::ALL,
            Self::Demographics => columns::demographics::ALL,
            Self::Enrollment => columns::enrollment::ALL,
            Self::Category
            | Self::ClassResource
            | Self::CourseResource
            | Self::LineItem
            | Self::LineItemLearningObjectiveId
            | Self::LineItemScoreScale
            | Self::Resource
            | Self::Result
            | Self::ResultLearningObjectiveId
            | Self::ResultScoreScale
            | Self::ScoreScale
            | Self::UserResource => &[],
        }
    }

    /// Whether rows of this kind are facts of the roster.
    pub const fn is_fact(self) -> bool {
        (self as u8) <= Self::Enrollment as u8
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
