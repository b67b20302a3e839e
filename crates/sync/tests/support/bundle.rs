//! Deliveries row by row: a test shows only what matters to it.

use std::collections::BTreeMap;
use std::path::Path;

/// A delivery of OneRoster CSV.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// The files by name, each with its header.
    pub files: BTreeMap<String, Vec<Vec<String>>>,
}

const HEADERS: [(&str, &str); 8] = [
    ("orgs", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"),
    (
        "academicSessions",
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    ),
    (
        "courses",
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    ),
    (
        "classes",
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    ),
    (
        "users",
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    ),
    (
        "enrollments",
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    ),
    (
        "roles",
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    ),
    (
        "demographics",
        "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
    ),
];

impl Bundle {
    /// A district with schools `s0` and `s1`, a school year, and in each school one teacher,
    /// some students and two classes in which all of them are.
    pub fn town(students: usize) -> Self {
        let mut town = Self::default();
        town.row("orgs", "d", &[("name", "Town"), ("type", "district")]);
        town.row(
            "academicSessions",
            "y",
            &[
                ("title", "Year"),
                ("type", "schoolYear"),
                ("startDate", "2026-08-01"),
                ("endDate", "2027-06-30"),
                ("schoolYear", "2027"),
            ],
        );
        for school in ["s0", "s1"] {
            town.row(
                "orgs",
                school,
                &[
                    ("name", &format!("School {school}")),
                    ("type", "school"),
                    ("identifier", school),
                    ("parentSourcedId", "d"),
                ],
            );
            town.row(
                "courses",
                &format!("k-{school}"),
                &[("title", "Math"), ("courseCode", "MATH"), ("orgSourcedId", school)],
            );
            town.user(&format!("t-{school}"), "teacher", school);
            for class in ["a", "b"] {
                let class = format!("{class}-{school}");
                town.class(&class, school);
                town.enroll(&class, &format!("t-{school}"), "teacher");
                for number in 0..students {
                    let student = format!("p{number}-{school}");
                    town.enroll(&class, &student, "student");
                }
            }
            for number in 0..students {
                town.user(&format!("p{number}-{school}"), "student", school);
            }
        }
        town
    }

    /// Adds a row; columns that are not named are empty.
    pub fn row(&mut self, file: &str, sourced_id: &str, values: &[(&str, &str)]) -> &mut Self {
        let header = HEADERS.iter().find(|(name, _)| *name == file).unwrap().1;
        let rows = self
            .files
            .entry(file.to_owned())
            .or_insert_with(|| vec![header.split(',').map(str::to_owned).collect()]);
        let cells = rows[0].iter().map(|column| match column.as_str() {
            "sourcedId" => sourced_id.to_owned(),
            column => values
                .iter()
                .find(|(name, _)| *name == column)
                .map_or(String::new(), |(_, value)| (*value).to_owned()),
        });
        let cells = cells.collect();
        rows.push(cells);
        self
    }

    /// Adds a person with an identifier of their own.
    pub fn user(&mut self, id: &str, role: &str, school: &str) -> &mut Self {
        let ids = format!("{{SIS:{id}}}");
        let grade = if role == "student" { "05" } else { "" };
        self.row(
            "users",
            id,
            &[
                ("enabledUser", "true"),
                ("orgSourcedIds", school),
                ("role", role),
                ("username", id),
                ("userIds", &ids),
                ("givenName", "Given"),
                ("familyName", id),
                ("grades", grade),
            ],
        )
    }

    /// Adds a class.
    pub fn class(&mut self, id: &str, school: &str) -> &mut Self {
        let course = format!("k-{school}");
        self.row(
            "classes",
            id,
            &[
                ("title", id),
                ("courseSourcedId", &course),
                ("classType", "scheduled"),
                ("schoolSourcedId", school),
                ("termSourcedIds", "y"),
            ],
        )
    }

    /// Enrolls a person.
    pub fn enroll(&mut self, class: &str, user: &str, role: &str) -> &mut Self {
        let school = if class.ends_with("s1") { "s1" } else { "s0" };
        self.row(
            "enrollments",
            &format!("{class}_{user}"),
            &[
                ("classSourcedId", class),
                ("schoolSourcedId", school),
                ("userSourcedId", user),
                ("role", role),
            ],
        )
    }

    /// Sets one cell.
    pub fn set(&mut self, file: &str, sourced_id: &str, column: &str, value: &str) -> &mut Self {
        let rows = self.files.get_mut(file).unwrap();
        let at = rows[0].iter().position(|name| name == column).unwrap();
        let row = rows.iter_mut().find(|row| row[0] == sourced_id).unwrap();
        value.clone_into(&mut row[at]);
        self
    }

    /// Removes a row.
    pub fn remove(&mut self, file: &str, sourced_id: &str) -> &mut Self {
        self.files.get_mut(file).unwrap().retain(|row| row[0] != sourced_id);
        self
    }

    /// Removes a person with their enrollments.
    pub fn leave(&mut self, user: &str) -> &mut Self {
        self.remove("users", user);
        self.files.get_mut("enrollments").unwrap().retain(|row| row[5] != user);
        self
    }

    /// Puts everybody's role and school into role records `r-…`, as 1.2 has them.
    pub fn roles_apart(&mut self) -> &mut Self {
        let users = self.files["users"].clone();
        for row in self.files.get_mut("users").unwrap() {
            row.drain(4..6);
        }
        for row in users.iter().skip(1) {
            self.role(&format!("r-{}", row[0]), &row[0], &row[5], &row[4]);
        }
        self
    }

    /// Adds a role record.
    pub fn role(&mut self, id: &str, user: &str, role: &str, school: &str) -> &mut Self {
        let values = [
            ("userSourcedId", user),
            ("roleType", "primary"),
            ("role", role),
            ("orgSourcedId", school),
        ];
        self.row("roles", id, &values)
    }

    /// Adds a manifest that declares files; the others are absent.
    pub fn manifest(&mut self, version: &str, files: &[(&str, &str)]) -> &mut Self {
        let mut rows = vec![
            vec!["propertyName".to_owned(), "value".to_owned()],
            vec!["manifest.version".to_owned(), "1.0".to_owned()],
            vec!["oneroster.version".to_owned(), version.to_owned()],
        ];
        rows.extend(
            files.iter().map(|(file, mode)| vec![format!("file.{file}"), (*mode).to_owned()]),
        );
        self.files.insert("manifest".to_owned(), rows);
        self
    }

    /// Declares that changes of users are all that is sent.
    pub fn users_delta(&mut self) -> &mut Self {
        self.delta("users")
    }

    /// Declares that changes of one file are all that is sent.
    pub fn delta(&mut self, sent: &str) -> &mut Self {
        let all = ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];
        let files = all.map(|file| (file, if file == sent { "delta" } else { "absent" }));
        self.files.retain(|name, _| name == sent);
        self.manifest("1.1", &files)
    }

    /// Writes the delivery into a folder that is emptied first.
    pub fn write(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).unwrap();
        for (name, rows) in &self.files {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .from_path(folder.join(format!("{name}.csv")))
                .unwrap();
            for row in rows {
                writer.write_record(row).unwrap();
            }
            writer.flush().unwrap();
        }
    }
}
