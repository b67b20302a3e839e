//! Small deliveries: two schools, a teacher, and as many students as a test wants.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A delivery under construction.
#[derive(Clone)]
pub struct Bundle {
    students: Vec<u32>,
    classes: Vec<String>,
    enrollments: Vec<String>,
    role_of_first: &'static str,
}

impl Bundle {
    /// Students with these numbers, all in class `c1` with teacher `t1`.
    pub fn of(students: impl IntoIterator<Item = u32>) -> Self {
        let students: Vec<_> = students.into_iter().collect();
        let mut enrollments = vec!["e-t1,,,c1,s1,t1,teacher,true,,".to_owned()];
        enrollments.extend(students.iter().map(|one| format!("e-{one},,,c1,s1,{one},student,,,")));
        let classes = vec!["c1,,,Algebra 1,07,k1,ALG,scheduled,,s1,y1,,,".to_owned()];
        Self { students, classes, enrollments, role_of_first: "student" }
    }

    /// An enrollment of a student in a class that may not be there.
    pub fn enrolls(mut self, student: u32, class: &str) -> Self {
        let row = format!("e-{student}-{class},,,{class},s1,{student},student,,,");
        self.enrollments.push(row);
        self
    }

    /// Gives the first student another role.
    pub fn role_of_first(mut self, role: &'static str) -> Self {
        self.role_of_first = role;
        self
    }

    /// Writes the files to a folder and returns its path.
    pub fn write(&self, folder: &Path) -> String {
        fs::create_dir_all(folder).unwrap();
        let file = |name: &str, rows: &str| fs::write(folder.join(name), rows).unwrap();
        file("manifest.csv", MANIFEST);
        file("orgs.csv", ORGS);
        file("academicSessions.csv", SESSIONS);
        file("courses.csv", COURSES);
        file("classes.csv", &rows(CLASSES, &self.classes));
        file("users.csv", &self.users());
        file("enrollments.csv", &rows(ENROLLMENTS, &self.enrollments));
        folder.to_str().unwrap().to_owned()
    }

    fn users(&self) -> String {
        let mut text = USERS.to_owned();
        text += "t1,,,true,s1,teacher,t.adams,,Tess,Adams,,T-1,t.adams@oak.example,,,,,\n";
        for (place, one) in self.students.iter().enumerate() {
            let role = if place == 0 { self.role_of_first } else { "student" };
            writeln!(
                text,
                "{one},,,true,s1,{role},u{one},{{SIS:{one}}},Given{one},Family{one},,N-{one},u{one}@oak.example,,,,07,"
            )
            .unwrap();
        }
        text
    }
}

fn rows(header: &str, rows: &[String]) -> String {
    format!("{header}{}\n", rows.join("\n"))
}

const MANIFEST: &str = "\
propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.academicSessions,bulk
file.categories,absent
file.classes,bulk
file.classResources,absent
file.courses,bulk
file.courseResources,absent
file.demographics,absent
file.enrollments,bulk
file.lineItems,absent
file.orgs,bulk
file.resources,absent
file.results,absent
file.users,bulk
source.systemName,Example SIS
source.systemCode,example
";
const ORGS: &str = "\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d1,,,Oak USD,district,D-1,
s1,,,Adams Elementary School,school,S-1,d1
";
const SESSIONS: &str = "\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
y1,,,2026-2027,schoolYear,2026-08-17,2027-06-04,,2027
";
const COURSES: &str = "\
sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
k1,,,y1,Algebra,ALG,07,s1,,
";
const CLASSES: &str = "\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
";
const USERS: &str = "\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
";
const ENROLLMENTS: &str = "\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
";
