//! The closed vocabularies of OneRoster (1.2 binding; 1.1 where it is narrower).

/// A closed list of words that a column allows.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Its name in sentences.
    pub name: &'static str,
    /// The words, as the specification spells them.
    pub words: &'static [&'static str],
    /// Whether 1.2 allows further words that begin with `ext:`.
    pub extensible: bool,
}

impl Vocabulary {
    /// Whether the word is allowed in exactly this spelling.
    pub fn allows(&self, word: &str) -> bool {
        self.words.contains(&word)
            || (self.extensible && word.starts_with("ext:") && word.len() > 4)
    }

    /// The allowed word that differs from this one only in ASCII case, if there is one.
    pub fn near(&self, word: &str) -> Option<&'static str> {
        self.words.iter().copied().find(|known| known.eq_ignore_ascii_case(word))
    }
}

/// `orgs.type`.
pub static ORG_TYPE: Vocabulary = Vocabulary {
    name: "org type",
    words: &["school", "district", "department", "local", "state", "national"],
    extensible: true,
};
/// `academicSessions.type`.
pub static SESSION_TYPE: Vocabulary = Vocabulary {
    name: "academic session type",
    words: &["term", "semester", "gradingPeriod", "schoolYear"],
    extensible: true,
};
/// `classes.classType`.
pub static CLASS_TYPE: Vocabulary =
    Vocabulary { name: "class type", words: &["scheduled", "homeroom"], extensible: true };
/// `users.role` (1.1).
pub static USER_ROLE: Vocabulary = Vocabulary {
    name: "user role",
    words: &[
        "student",
        "teacher",
        "administrator",
        "aide",
        "guardian",
        "parent",
        "proctor",
        "relative",
    ],
    extensible: false,
};
/// `roles.role` (1.2).
pub static ROLE: Vocabulary = Vocabulary {
    name: "role",
    words: &[
        "student",
        "teacher",
        "aide",
        "counselor",
        "districtAdministrator",
        "guardian",
        "parent",
        "principal",
        "proctor",
        "relative",
        "siteAdministrator",
        "systemAdministrator",
        "administrator",
    ],
    extensible: true,
};
/// `roles.roleType`.
pub static ROLE_TYPE: Vocabulary =
    Vocabulary { name: "role type", words: &["primary", "secondary"], extensible: false };
/// `enrollments.role`.
pub static ENROLLMENT_ROLE: Vocabulary = Vocabulary {
    name: "enrollment role",
    words: &["student", "teacher", "administrator", "proctor", "aide"],
    extensible: true,
};
/// `demographics.sex`.
pub static SEX: Vocabulary = Vocabulary {
    name: "sex",
    words: &["male", "female", "unspecified", "other"],
    extensible: true,
};
/// `status` of a delta row.
pub static STATUS: Vocabulary =
    Vocabulary { name: "status", words: &["active", "tobedeleted"], extensible: false };
/// `true` or `false`.
pub static BOOLEAN: Vocabulary =
    Vocabulary { name: "boolean", words: &["true", "false"], extensible: false };
