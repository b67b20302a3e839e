//! The closed vocabularies of OneRoster (1.2 binding; 1.1 where it is narrower).

use rapidfuzz::distance::osa;

/// A closed list of words that a column allows.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Its name in sentences.
    pub name: &'static str,
    /// The words, as the specification spells them.
    pub words: &'static [&'static str],
    /// Whether 1.2 allows further words that begin with `ext:`.
    pub extensible: bool,
    /// Other words that can mean one of these alone, by their letters and digits in lower case.
    pub others: &'static [(&'static str, &'static str)],
}

/// From how many letters on a word with one wrong letter is still this word alone.
const LONG_ENOUGH: usize = 6;

impl Vocabulary {
    /// Whether the word is allowed in exactly this spelling.
    pub fn allows(&self, word: &str) -> bool {
        self.words.contains(&word)
            || (self.extensible && word.starts_with("ext:") && word.len() > 4)
    }

    /// The allowed word that differs from this one only in case or in marks between its parts, if
    /// there is one.
    pub fn near(&self, word: &str) -> Option<&'static str> {
        let folded = folded(word);
        self.words.iter().copied().find(|known| known.eq_ignore_ascii_case(&folded))
    }

    /// The allowed word that this one means, though it is another word for the same, has a plural's
    /// s, or one wrong letter.
    pub fn meant(&self, word: &str) -> Option<&'static str> {
        let folded = folded(word);
        if let Some((_, known)) = self.others.iter().find(|(other, _)| *other == folded) {
            return Some(*known).filter(|known| self.words.contains(known));
        }
        let near = |known: &&str| {
            let known = known.to_ascii_lowercase();
            let plural = folded.strip_suffix('s') == Some(known.as_str());
            let long = known.len() >= LONG_ENOUGH;
            plural || long && osa::distance(known.chars(), folded.chars()) == 1
        };
        self.words.iter().copied().find(near)
    }
}

/// The letters and digits of a word, in lower case.
fn folded(word: &str) -> String {
    word.chars().filter(|mark| mark.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Other words for roles of people.
const OTHER_ROLES: &[(&str, &str)] = &[
    ("pupil", "student"),
    ("learner", "student"),
    ("instructor", "teacher"),
    ("faculty", "teacher"),
    ("professor", "teacher"),
    ("coteacher", "teacher"),
    ("primaryteacher", "teacher"),
    ("admin", "administrator"),
    ("paraprofessional", "aide"),
    ("parentguardian", "guardian"),
    ("mother", "parent"),
    ("father", "parent"),
];

/// What 1.1 calls administrators alike has names of its own in 1.2.
const OTHER_ROLES_OF_1_1: &[(&str, &str)] = &{
    let mut all = [("", ""); OTHER_ROLES.len() + 4];
    let (others, of_1_2) = all.split_at_mut(OTHER_ROLES.len());
    others.copy_from_slice(OTHER_ROLES);
    of_1_2.copy_from_slice(&[
        ("principal", "administrator"),
        ("districtadministrator", "administrator"),
        ("siteadministrator", "administrator"),
        ("systemadministrator", "administrator"),
    ]);
    all
};

/// `orgs.type`.
pub static ORG_TYPE: Vocabulary = Vocabulary {
    name: "org type",
    words: &["school", "district", "department", "local", "state", "national"],
    extensible: true,
    others: &[
        ("lea", "district"),
        ("schooldistrict", "district"),
        ("campus", "school"),
        ("elementaryschool", "school"),
        ("middleschool", "school"),
        ("highschool", "school"),
        ("dept", "department"),
    ],
};
/// `academicSessions.type`.
pub static SESSION_TYPE: Vocabulary = Vocabulary {
    name: "academic session type",
    words: &["term", "semester", "gradingPeriod", "schoolYear"],
    extensible: true,
    others: &[
        ("year", "schoolYear"),
        ("academicyear", "schoolYear"),
        ("markingperiod", "gradingPeriod"),
    ],
};
/// `classes.classType`.
pub static CLASS_TYPE: Vocabulary = Vocabulary {
    name: "class type",
    words: &["scheduled", "homeroom"],
    extensible: true,
    others: &[("hr", "homeroom")],
};
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
    others: OTHER_ROLES_OF_1_1,
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
    others: OTHER_ROLES,
};
/// `roles.roleType`.
pub static ROLE_TYPE: Vocabulary = Vocabulary {
    name: "role type",
    words: &["primary", "secondary"],
    extensible: false,
    others: &[],
};
/// `enrollments.role`.
pub static ENROLLMENT_ROLE: Vocabulary = Vocabulary {
    name: "enrollment role",
    words: &["student", "teacher", "administrator", "proctor", "aide"],
    extensible: true,
    others: OTHER_ROLES,
};
/// `demographics.sex`.
pub static SEX: Vocabulary = Vocabulary {
    name: "sex",
    words: &["male", "female", "unspecified", "other"],
    extensible: true,
    others: &[("m", "male"), ("f", "female")],
};
/// `status` of a delta row.
pub static STATUS: Vocabulary = Vocabulary {
    name: "status",
    words: &["active", "tobedeleted"],
    extensible: false,
    others: &[("deleted", "tobedeleted"), ("delete", "tobedeleted")],
};
/// What a manifest says of a file.
pub static MODE: Vocabulary = Vocabulary {
    name: "mode",
    words: &["bulk", "delta", "absent"],
    extensible: false,
    others: &[
        ("all", "bulk"),
        ("complete", "bulk"),
        ("entire", "bulk"),
        ("full", "bulk"),
        ("snapshot", "bulk"),
        ("whole", "bulk"),
        ("change", "delta"),
        ("changed", "delta"),
        ("changes", "delta"),
        ("differential", "delta"),
        ("increment", "delta"),
        ("incremental", "delta"),
        ("partial", "delta"),
        ("update", "delta"),
        ("updates", "delta"),
        ("missing", "absent"),
        ("none", "absent"),
    ],
};
/// `true` or `false`.
pub static BOOLEAN: Vocabulary =
    Vocabulary { name: "boolean", words: &["true", "false"], extensible: false, others: &[] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_lead_to_allowed_ones_and_hide_none() {
        let all = [
            &ORG_TYPE,
            &SESSION_TYPE,
            &CLASS_TYPE,
            &USER_ROLE,
            &ROLE,
            &ENROLLMENT_ROLE,
            &SEX,
            &MODE,
        ];
        for words in all {
            for (other, known) in words.others {
                let there = words.allows(known);
                // Of the roles, enrollments know fewer.
                assert!(there || std::ptr::eq(words, &raw const ENROLLMENT_ROLE), "{known}");
                assert!(words.near(other).is_none() && folded(other) == *other, "{other}");
            }
        }
        assert_eq!(ROLE.meant("principle"), None);
        assert_eq!(USER_ROLE.meant("Techer"), Some("teacher"));
        assert_eq!(USER_ROLE.meant("staff"), None);
        assert_eq!(USER_ROLE.meant("siteAdministrator"), Some("administrator"));
        assert_eq!(ROLE.meant("Principal"), None, "a word of its own in 1.2");
        assert_eq!(ENROLLMENT_ROLE.meant("Primary Teacher"), Some("teacher"));
        assert_eq!(ORG_TYPE.meant("High School"), Some("school"));
        assert_eq!(
            ["deltas", "Full", "absnt"].map(|word| MODE.meant(word)),
            [Some("delta"), Some("bulk"), Some("absent"),]
        );
        assert_eq!(["blk", "detla", "weekly"].map(|word| MODE.meant(word)), [None; 3]);
    }
}
