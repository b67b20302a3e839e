//! Recognizes deliveries that are not OneRoster's, so that the answer can say what they are.

use crate::oneroster_csv::fold;

/// A format that is not read, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// Its name.
    pub name: &'static str,
    /// What to do instead.
    pub hint: &'static str,
    /// Whether its records have a sourcedId, as OneRoster's have.
    sourced: bool,
    /// Names of files, without ending, that nothing else has together.
    files: &'static [&'static str],
    /// What one of its files has and OneRoster's has not; one is enough.
    signs: &'static [Sign],
}

/// A file, without ending, that is known by columns which it has and others which it lacks.
#[derive(Debug, PartialEq, Eq)]
struct Sign {
    file: &'static str,
    has: &'static [&'static str],
    lacks: &'static [&'static str],
}

/// What OneRoster's records have and those of another format do not.
const OWN: &[&str] = &["sourcedId"];

const fn sign(file: &'static str, has: &'static [&'static str]) -> Sign {
    Sign { file, has, lacks: OWN }
}

/// What roles and users have in OneRoster and not in School Data Sync, which takes its names.
const OF_1_2: &[&str] = &["sourcedId", "status", "dateLastModified", "roleType"];
const OF_USERS: &[&str] = &["status", "dateLastModified", "enabledUser", "role"];

const ASK: &str = "Ask the school system for OneRoster 1.1 or 1.2.";

/// The formats, the most special first.
static ALL: &[OtherFormat] = &[
    OtherFormat {
        name: "School Data Sync CSV v2.1",
        hint: "Microsoft makes it out of other exports: give the OneRoster export that it is made from, or ask the school system for OneRoster 1.1 or 1.2.",
        sourced: true,
        files: &[],
        signs: &[
            Sign { file: "roles", has: &["userSourcedId", "orgSourcedId", "role"], lacks: OF_1_2 },
            Sign { file: "users", has: &["activeDirectoryMatchId"], lacks: OF_USERS },
        ],
    },
    OtherFormat {
        name: "School Data Sync CSV v1",
        hint: ASK,
        sourced: false,
        files: &["school", "section", "student", "teacher"],
        signs: &[
            sign("school", &["SIS ID", "Name"]),
            sign("section", &["SIS ID", "School SIS ID"]),
            sign("student", &["SIS ID", "School SIS ID"]),
            sign("teacher", &["SIS ID", "School SIS ID"]),
            sign("studentEnrollment", &["Section SIS ID", "SIS ID"]),
            sign("teacherRoster", &["Section SIS ID", "SIS ID"]),
        ],
    },
    OtherFormat {
        name: "Clever CSV",
        hint: ASK,
        sourced: false,
        files: &["schools", "students", "sections"],
        signs: &[
            sign("schools", &["School_id", "School_name"]),
            sign("students", &["School_id", "Student_id"]),
            sign("teachers", &["School_id", "Teacher_id"]),
            sign("sections", &["School_id", "Section_id"]),
            sign("enrollments", &["School_id", "Section_id", "Student_id"]),
        ],
    },
    OtherFormat {
        name: "Apple School Manager CSV",
        hint: ASK,
        sourced: false,
        files: &["locations", "students", "rosters"],
        signs: &[
            sign("students", &["person_id", "location_id"]),
            sign("staff", &["person_id", "location_id"]),
            sign("rosters", &["roster_id", "class_id", "student_id"]),
            sign("classes", &["class_id", "instructor_id", "location_id"]),
        ],
    },
    OtherFormat {
        name: "Canvas SIS CSV",
        hint: "Give the OneRoster export that it is made from, or ask the school system for OneRoster 1.1 or 1.2.",
        sourced: false,
        files: &[],
        signs: &[
            sign("users", &["user_id", "login_id"]),
            sign("enrollments", &["user_id", "section_id", "role", "status"]),
            sign("enrollments", &["user_id", "course_id", "role", "status"]),
        ],
    },
];

/// The files of OneRoster's that tell a delivery of it, whatever lies beside them.
const TELLING: [&str; 4] = ["enrollments", "classes", "users", "orgs"];

/// The format of files that are there, each asked for its columns.
pub fn recognize<E>(
    files: &[&str],
    columns: impl Fn(&str) -> Result<Vec<String>, E>,
) -> Result<Option<&'static OtherFormat>, E> {
    let there = |wanted: &&&str| files.iter().any(|file| file.eq_ignore_ascii_case(wanted));
    let folded = |file: &str| {
        let names = columns(file)?;
        Ok(names.iter().map(|name| fold(name)).collect::<Vec<_>>())
    };
    let mut sourced = false;
    for file in TELLING.iter().filter(there) {
        sourced = sourced || folded(file)?.contains(&fold("sourcedId"));
    }
    for format in ALL.iter().filter(|format| format.sourced || !sourced) {
        if !format.files.is_empty() && format.files.iter().all(|file| there(&file)) {
            return Ok(Some(format));
        }
        for sign in format.signs.iter().filter(|sign| there(&&sign.file)) {
            let names = folded(sign.file)?;
            let is_there = |column: &&&str| names.contains(&fold(column));
            if sign.has.iter().all(|name| is_there(&name))
                && !sign.lacks.iter().any(|name| is_there(&name))
            {
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
        let (sds, v1) = (Some("School Data Sync CSV v2.1"), Some("School Data Sync CSV v1"));
        let (clever, apple) = (Some("Clever CSV"), Some("Apple School Manager CSV"));
        let canvas = Some("Canvas SIS CSV");
        for (files, name) in [
            (&[("users", users), ("classes", "sourcedId"), ("enrollments", "role")][..], None),
            (&[("orgs", "sourcedId"), ("users", users), ("roles", "sourcedId,role")], None),
            (&[("users", "sourcedId,status,role,activeDirectoryMatchId")], None),
            (&[("roles", "status,dateLastModified,userSourcedId,orgSourcedId,role")], None),
            (&[("students", "sourcedId,School_id,Student_id")], None),
            (&[("students", "School_id,Student_id"), ("classes", "SourcedId,title")], None),
            (&[("enrollments", "user_id,section_id")], None),
            (&[("Users", "username,activeDirectoryMatchId"), ("roles", "role")], sds),
            (&[("users", "sourcedId"), ("roles", "userSourcedId,orgSourcedId,role")], sds),
            (&[("School", ""), ("Section", ""), ("Student", ""), ("Teacher", "")], v1),
            (&[("StudentEnrollment", "Section SIS ID,SIS ID")], v1),
            (&[("schools", ""), ("students", ""), ("sections", "")], clever),
            (&[("students", "School_id,Student_id,Last_name"), ("teachers", "")], clever),
            (&[("enrollments", "School_id,Section_id,Student_id")], clever),
            (&[("locations", ""), ("students", ""), ("rosters", "")], apple),
            (&[("staff", "person_id,first_name,location_id")], apple),
            (&[("users", "user_id,login_id"), ("enrollments", "section_id")], canvas),
        ] {
            assert_eq!(format(files), name, "{files:?}");
        }
    }
}
