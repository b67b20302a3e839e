//! Recognizes deliveries that are not OneRoster's, so that the answer can say what they are.

/// A format that is not read, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// Its name.
    pub name: &'static str,
    /// What to do instead.
    pub hint: &'static str,
    /// Names of files, without ending; all of them are there.
    files: &'static [&'static str],
    /// A file and a column that tell it apart where the files alone do not; one is enough.
    columns: &'static [(&'static str, &'static str)],
}

/// The formats, the most special first.
static ALL: &[OtherFormat] = &[
    OtherFormat {
        name: "School Data Sync CSV v2.1",
        hint: "Microsoft makes it out of other exports: give the OneRoster export that it is made from, or ask the school system for OneRoster 1.1 or 1.2.",
        files: &["orgs", "users", "roles"],
        columns: &[
            ("users", "activeDirectoryMatchId"),
            ("roles", "sessionSourcedId"),
            ("roles", "isPrimary"),
        ],
    },
    OtherFormat {
        name: "School Data Sync CSV v1",
        hint: "Ask the school system for OneRoster 1.1 or 1.2.",
        files: &["school", "section", "student", "teacher"],
        columns: &[],
    },
    OtherFormat {
        name: "Clever CSV",
        hint: "Ask the school system for OneRoster 1.1 or 1.2.",
        files: &["schools", "students", "sections"],
        columns: &[],
    },
    OtherFormat {
        name: "Apple School Manager CSV",
        hint: "Ask the school system for OneRoster 1.1 or 1.2.",
        files: &["locations", "students", "rosters"],
        columns: &[],
    },
    OtherFormat {
        name: "Canvas SIS CSV",
        hint: "Give the OneRoster export that it is made from, or ask the school system for OneRoster 1.1 or 1.2.",
        files: &["users"],
        columns: &[("users", "user_id"), ("enrollments", "section_id")],
    },
];

/// The format of files that are there, each asked for its columns where that matters.
pub fn recognize<E>(
    files: &[&str],
    columns: impl Fn(&str) -> Result<Vec<String>, E>,
) -> Result<Option<&'static OtherFormat>, E> {
    let there = |wanted: &str| files.iter().any(|file| file.eq_ignore_ascii_case(wanted));
    for format in ALL.iter().filter(|format| format.files.iter().all(|file| there(file))) {
        if format.columns.is_empty() {
            return Ok(Some(format));
        }
        for (file, column) in format.columns.iter().filter(|(file, _)| there(file)) {
            if columns(file)?.iter().any(|name| name.trim().eq_ignore_ascii_case(column)) {
                return Ok(Some(format));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(files: &[(&str, &str)]) -> Option<&'static str> {
        let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
        let columns = |file: &str| {
            let found = files.iter().find(|(name, _)| name.eq_ignore_ascii_case(file));
            Ok::<_, ()>(found.unwrap().1.split(',').map(str::to_owned).collect())
        };
        recognize(&names, columns).unwrap().map(|format| format.name)
    }

    #[test]
    fn each_format_is_told_from_oneroster() {
        let users = "sourcedId,username,givenName,familyName,role";
        for (files, name) in [
            (&[("users", users), ("classes", "sourcedId"), ("enrollments", "role")][..], None),
            (&[("orgs", "sourcedId"), ("users", users), ("roles", "sourcedId,role")], None),
            (
                &[("orgs", ""), ("Users", "username,activeDirectoryMatchId"), ("roles", "role")],
                Some("School Data Sync CSV v2.1"),
            ),
            (
                &[("School", ""), ("Section", ""), ("Student", ""), ("Teacher", "")],
                Some("School Data Sync CSV v1"),
            ),
            (&[("schools", ""), ("students", ""), ("sections", "")], Some("Clever CSV")),
            (
                &[("locations", ""), ("students", ""), ("rosters", "")],
                Some("Apple School Manager CSV"),
            ),
            (
                &[("users", "user_id,login_id"), ("enrollments", "section_id")],
                Some("Canvas SIS CSV"),
            ),
        ] {
            assert_eq!(format(files), name);
        }
    }
}
