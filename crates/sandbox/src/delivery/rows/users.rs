//! `users.csv`, and in 1.2 `roles.csv` and `userProfiles.csv`.

use std::io;

use crate::delivery::Rows;
use crate::delivery::rows::{Setting, grade_code, school_id};
use crate::identifiers::DISTRICT;
use crate::kind::Kind;
use crate::model::{Person, Role, Roster};

/// Writes the row of a user.
pub(super) fn write_1p1(
    setting: &Setting,
    roster: &Roster,
    person: &Person,
    rows: &mut impl Rows,
) -> io::Result<()> {
    let user = User::of(roster, person);
    let schools: Vec<&str> =
        person.schools.iter().map(|school| school_id(setting, *school)).collect();
    let orgs = if schools.is_empty() { DISTRICT.to_owned() } else { schools.join(",") };
    let role = match person.role {
        Role::Student => "student",
        Role::Teacher => "teacher",
        Role::Aide => "aide",
        Role::Administrator => "administrator",
        Role::Guardian => "guardian",
    };
    let cells = [
        &person.id,
        "",
        "",
        "true",
        &orgs,
        role,
        &user.name,
        &user.ids,
        person.given.text,
        person.family.text,
        user.middle,
        &user.identifier,
        &person.email,
        "",
        &person.phone,
        &user.agents,
        user.grade,
        &person.password,
    ];
    rows.row(Kind::Users, &cells)
}

/// Writes the rows of a user, the user's roles and, for staff, the profile.
pub(super) fn write_1p2(
    setting: &Setting,
    roster: &Roster,
    person: &Person,
    rows: &mut impl Rows,
) -> io::Result<()> {
    let user = User::of(roster, person);
    let main = person.school().map_or(DISTRICT, |school| school_id(setting, school));
    let cells = [
        &person.id,
        "",
        "",
        "true",
        &user.name,
        &user.ids,
        person.given.text,
        person.family.text,
        user.middle,
        &user.identifier,
        &person.email,
        "",
        &person.phone,
        &user.agents,
        user.grade,
        &person.password,
        "",
        "",
        "",
        "",
        main,
        "",
    ];
    rows.row(Kind::Users, &cells)?;
    let role = match person.role {
        Role::Student => "student",
        Role::Teacher => "teacher",
        Role::Aide => "aide",
        Role::Administrator if person.schools.is_empty() => "districtAdministrator",
        Role::Administrator => "siteAdministrator",
        Role::Guardian => "guardian",
    };
    let staff = matches!(person.role, Role::Teacher | Role::Aide | Role::Administrator);
    let profile = if staff { format!("P-{}", person.id) } else { String::new() };
    let mut orgs: Vec<&str> =
        person.schools.iter().map(|school| school_id(setting, *school)).collect();
    if orgs.is_empty() {
        orgs.push(DISTRICT);
    }
    for org in orgs {
        let id = format!("R-{}-{org}", person.id);
        let cells = [&id, "", "", &person.id, "primary", role, "", "", org, &profile];
        rows.row(Kind::Roles, &cells)?;
    }
    if staff {
        let cells = [
            &profile,
            "",
            "",
            &person.id,
            "SIS",
            "isr.example",
            "gradebook",
            "",
            "username",
            &user.name,
            "",
        ];
        rows.row(Kind::UserProfiles, &cells)?;
    }
    Ok(())
}

/// The cells of a user that are made from several facts.
struct User {
    name: String,
    ids: String,
    middle: &'static str,
    identifier: String,
    agents: String,
    grade: &'static str,
}

impl User {
    fn of(roster: &Roster, person: &Person) -> Self {
        let agents = person.agents.iter().filter_map(|agent| roster.people.get(*agent));
        let agents: Vec<&str> = agents.map(|agent| agent.id.as_str()).collect();
        let identifier = match person.role {
            Role::Student => format!("9{}", person.number),
            Role::Teacher | Role::Aide | Role::Administrator => format!("E{}", person.number),
            Role::Guardian => String::new(),
        };
        Self {
            name: person.username(),
            ids: format!("{{SIS:{}}}{}", person.sis, person.other_ids),
            middle: person.middle.map_or("", |middle| middle.text),
            identifier,
            agents: agents.join(","),
            grade: person.grade.map_or("", grade_code),
        }
    }
}
