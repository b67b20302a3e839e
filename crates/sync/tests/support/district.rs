//! A small town whose school system sends good and bad deliveries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

/// What happens to the town between two nights.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    pub what: u8,
    pub who: u8,
    pub how: u8,
}

impl Arbitrary for Edit {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        (0u8..19, 0u8..12, 0u8..6).prop_map(|(what, who, how)| Self { what, who, how }).boxed()
    }
}

/// The rows of the town's files, by sourcedId.
#[derive(Debug, Clone)]
pub struct Town {
    classes: BTreeMap<String, (String, String)>,
    users: BTreeMap<String, (String, String, String, String)>,
    enrollments: BTreeMap<String, (String, String, String)>,
    without_terms: bool,
    without_south: bool,
    /// Whether roles have records of their own, as 1.2 has them.
    pub roles_apart: bool,
}

/// Settings by which two people and classes of one school are another's, and the other school has
/// another name.
pub const MAPPED: &str = "mapping = [\
    { to = \"m\", name = \"Middle\", from = [\"s0\"], people = [\"u2\", \"u5\"], classes = [\"c2\"] }, \
    { to = \"j\", name = \"Joined\", from = [\"s1\"] }]";

impl Default for Town {
    fn default() -> Self {
        let mut town = Self {
            classes: BTreeMap::new(),
            users: BTreeMap::new(),
            enrollments: BTreeMap::new(),
            without_terms: false,
            without_south: false,
            roles_apart: false,
        };
        for n in 0..3 {
            town.classes.insert(format!("c{n}"), (format!("Class {n}"), format!("s{}", n % 2)));
        }
        for n in 0..6 {
            let role = if n < 2 { "teacher" } else { "student" };
            town.users.insert(
                format!("u{n}"),
                (
                    role.to_owned(),
                    format!("Name{n}"),
                    format!("{{SIS:{n}}}"),
                    format!("s{}", n % 2),
                ),
            );
            town.enrollments
                .insert(format!("e{n}"), (format!("c{}", n % 3), format!("u{n}"), role.to_owned()));
        }
        town
    }
}

impl Town {
    /// Changes something.
    pub fn edit(&mut self, edit: Edit) {
        let (who, how) = (edit.who, edit.how);
        let user = format!("u{who}");
        let enrollment = format!("e{who}");
        match edit.what {
            0 => {
                let role = if how == 0 { "teacher" } else { "student" };
                self.users.insert(
                    user,
                    (
                        role.to_owned(),
                        format!("New{how}"),
                        format!("{{SIS:{who}}}"),
                        format!("s{}", how % 2),
                    ),
                );
            }
            1 => drop(self.users.remove(&user)),
            2 => {
                if let Some(row) = self.users.get_mut(&user) {
                    row.1 = format!("Józef {how}");
                }
            }
            3 => {
                self.enrollments
                    .insert(enrollment, (format!("c{}", how % 4), user, "student".to_owned()));
            }
            4 => drop(self.enrollments.remove(&enrollment)),
            5 => drop(self.classes.remove(&format!("c{}", who % 4))),
            6 => {
                self.classes.insert(
                    format!("c{}", who % 4),
                    (format!("Title {how}"), format!("s{}", how % 2)),
                );
            }
            7 => {
                if let Some(row) = self.users.get_mut(&user) {
                    let schools = ["s0", "s1", "s0", "s1", "s0,s1", "s1,s0"];
                    schools[usize::from(how % 6)].clone_into(&mut row.3);
                }
            }
            8 => {
                if let Some(row) = self.users.remove(&user) {
                    self.users.insert(format!("{user}x"), row);
                }
            }
            9 => {
                if let Some(row) = self.enrollments.remove(&enrollment) {
                    self.enrollments.insert(format!("{enrollment}-{how}"), row);
                }
            }
            10 => {
                if let Some(row) = self.users.get_mut(&user) {
                    row.2 = format!("{{SIS:{how}}}");
                }
            }
            11 => {
                if let Some(row) = self.users.get_mut(&user) {
                    let roles = ["student", "teacher", "guardian", "wizard"];
                    roles[usize::from(how % 4)].clone_into(&mut row.0);
                }
            }
            14..=16 => self.rename(edit),
            18 => self.reissue(who, how),
            12 => self.without_terms = how % 2 == 0,
            13 => self.without_south = how % 2 == 0,
            _ => {
                if let Some(row) = self.enrollments.get_mut(&enrollment) {
                    row.0 = format!("c{}", how % 5);
                }
            }
        }
    }

    /// Lets records name others: a person by another id, one whom nobody is, another class.
    fn rename(&mut self, Edit { what, who, how }: Edit) {
        let user = format!("u{who}");
        match what {
            14 => {
                let next = format!("{user}{how}");
                if let Some(row) = self.users.remove(&user) {
                    self.users.insert(next.clone(), row);
                }
                for row in self.enrollments.values_mut().filter(|row| row.1 == user) {
                    row.1.clone_from(&next);
                }
            }
            15 => {
                if let Some(row) = self.enrollments.get_mut(&format!("e{who}")) {
                    row.1 = format!("u{}", how * 2);
                }
            }
            _ => {
                for row in self.enrollments.values_mut().filter(|row| row.0 == "c0") {
                    row.0 = format!("c{how}");
                }
            }
        }
    }

    /// Gives a class another id, and sometimes its enrollments too.
    fn reissue(&mut self, who: u8, how: u8) {
        let (class, next) = (format!("c{}", who % 4), format!("c{}{how}", who % 4));
        if let Some(row) = self.classes.remove(&class) {
            self.classes.insert(next.clone(), row);
        }
        let theirs = self.enrollments.iter().filter(|(_, row)| row.0 == class);
        for id in theirs.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            let mut row = self.enrollments.remove(&id).unwrap();
            row.0.clone_from(&next);
            let id = if how.is_multiple_of(2) { id } else { format!("{id}c{how}") };
            self.enrollments.insert(id, row);
        }
    }

    /// Writes the town's delivery.
    pub fn write(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).unwrap();
        let orgs = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd,,,Town,district,,\ns0,,,North,school,100,d\ns1,,,South,school,101,d\n";
        let orgs = if self.without_south {
            orgs.replace("s1,,,South,school,101,d\n", "")
        } else {
            orgs.into()
        };
        std::fs::write(folder.join("orgs.csv"), orgs).unwrap();
        if !self.without_terms {
            let terms = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\ny,,,Year,schoolYear,2026-08-01,2027-06-30,,2027\n";
            std::fs::write(folder.join("academicSessions.csv"), terms).unwrap();
        }
        let mut text = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n".to_owned();
        for (id, (title, school)) in &self.classes {
            writeln!(text, "{id},,,{title},,k,,scheduled,,{school},y,,,").unwrap();
        }
        std::fs::write(folder.join("classes.csv"), text).unwrap();
        self.write_users(folder);
        let mut text = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n".to_owned();
        for (id, (class, user, role)) in &self.enrollments {
            writeln!(text, "{id},,,{class},,{user},{role},,,").unwrap();
        }
        std::fs::write(folder.join("enrollments.csv"), text).unwrap();
    }

    fn write_users(&self, folder: &Path) {
        if self.roles_apart {
            return self.write_users_and_roles(folder);
        }
        let mut text = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n".to_owned();
        for (id, (role, name, ids, school)) in &self.users {
            let agent = if id == "u3" { "u4" } else { "" };
            writeln!(text, "{id},,,true,\"{school}\",{role},{id},\"{ids}\",{name},Family,,,{id}@example.org,,,{agent},05,").unwrap();
        }
        std::fs::write(folder.join("users.csv"), text).unwrap();
    }

    /// The sourcedId of a role goes with the person's identifier, whatever the person's own is.
    fn write_users_and_roles(&self, folder: &Path) {
        let mut users = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,primaryOrgSourcedId\n".to_owned();
        let mut roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n".to_owned();
        for (id, (role, name, ids, schools)) in &self.users {
            let school = schools.split(',').next().unwrap_or_default();
            writeln!(users, "{id},,,true,{id},\"{ids}\",{name},Family,{school}").unwrap();
            let number = ids.trim_matches(|mark: char| !mark.is_ascii_digit());
            writeln!(roles, "r{number},,,{id},primary,{role},,,{school},").unwrap();
        }
        std::fs::write(folder.join("users.csv"), users).unwrap();
        std::fs::write(folder.join("roles.csv"), roles).unwrap();
    }
}
