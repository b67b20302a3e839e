//! Functions that count what is wrong in finished rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::tables::{Row, Tables};
use crate::kind::Kind;

const ROLES: [&str; 8] = [
    "student",
    "teacher",
    "aide",
    "administrator",
    "siteAdministrator",
    "districtAdministrator",
    "guardian",
    "proctor",
];

pub(super) fn bad_dates(tables: &Tables) -> usize {
    let rows = tables.rows(Kind::Enrollments);
    rows.flat_map(|row| [row.cell("beginDate"), row.cell("endDate")])
        .filter(|date| date.contains('/'))
        .count()
}

pub(super) fn cells_with_outer_space(tables: &Tables) -> usize {
    let cells = tables.all().flat_map(|(_, table)| table.rows.iter().flatten());
    cells.filter(|cell| cell.trim() != cell.as_str()).count()
}

pub(super) fn classes_without_students(tables: &Tables) -> usize {
    lacking(tables, "student")
}

pub(super) fn classes_without_teacher(tables: &Tables) -> usize {
    lacking(tables, "teacher")
}

pub(super) fn classes_without_title(tables: &Tables) -> usize {
    tables.rows(Kind::Classes).filter(|row| row.cell("title").is_empty()).count()
}

pub(super) fn co_taught_classes(tables: &Tables) -> usize {
    let mut teachers: BTreeMap<&str, usize> = BTreeMap::new();
    for row in tables.rows(Kind::Enrollments).filter(|row| row.cell("role") == "teacher") {
        *teachers.entry(row.cell("classSourcedId")).or_default() += 1;
    }
    teachers.values().filter(|count| **count > 1).count()
}

pub(super) fn demographics_rows(tables: &Tables) -> usize {
    tables.rows(Kind::Demographics).count()
}

pub(super) fn enrollments_naming_missing_classes(tables: &Tables) -> usize {
    tables.dangling(Kind::Classes).count()
}

pub(super) fn files_with_byte_order_mark(tables: &Tables) -> usize {
    tables.all().filter(|(kind, _)| tables.is_marked(*kind)).count()
}

pub(super) fn metadata_columns(tables: &Tables) -> usize {
    let columns = tables.all().flat_map(|(_, table)| &table.columns);
    columns.filter(|column| column.starts_with("metadata.")).count()
}

pub(super) fn missing_classes(tables: &Tables) -> usize {
    let named = tables.dangling(Kind::Classes).map(|row| row.cell("classSourcedId"));
    named.collect::<BTreeSet<_>>().len()
}

pub(super) fn passwords(tables: &Tables) -> usize {
    tables.rows(Kind::Users).filter(|row| !row.cell("password").is_empty()).count()
}

/// Rows of humans who stand in several rows, one for each role.
pub(super) fn people_in_two_rows(tables: &Tables) -> usize {
    let mut rows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in tables.rows(Kind::Users) {
        let sis = row.cell("userIds").split(',').next().unwrap_or_default();
        rows.entry(sis).or_default().insert(row.cell("sourcedId"));
    }
    rows.values().filter(|ids| ids.len() > 1).count()
}

pub(super) fn repeated_rows(tables: &Tables) -> usize {
    let repeated = tables.all().map(|(kind, table)| {
        let ids: BTreeSet<&str> = tables.rows(kind).map(|row| row.cell("sourcedId")).collect();
        table.rows.len() - ids.len()
    });
    repeated.sum()
}

/// Students who have enrollments, all of them in classes that the delivery lacks.
pub(super) fn students_in_no_class_because_missing(tables: &Tables) -> usize {
    let students = tables.with_role("student");
    let classes: BTreeSet<&str> =
        tables.rows(Kind::Classes).map(|row| row.cell("sourcedId")).collect();
    let (seated, stranded): (Vec<Row<'_>>, Vec<Row<'_>>) = tables
        .rows(Kind::Enrollments)
        .partition(|row| classes.contains(row.cell("classSourcedId")));
    let users = |rows: Vec<Row<'_>>| -> BTreeSet<String> {
        rows.iter().map(|row| row.cell("userSourcedId").to_owned()).collect()
    };
    let (seated, stranded) = (users(seated), users(stranded));
    stranded.iter().filter(|user| students.contains(*user) && !seated.contains(*user)).count()
}

pub(super) fn students_in_two_schools(tables: &Tables) -> usize {
    if tables.role_file() == Kind::Users {
        let students = tables.rows(Kind::Users).filter(|row| row.cell("role") == "student");
        return students.filter(|row| row.cell("orgSourcedIds").contains(',')).count();
    }
    let mut schools: BTreeMap<&str, usize> = BTreeMap::new();
    for row in tables.rows(Kind::Roles).filter(|row| row.cell("role") == "student") {
        *schools.entry(row.cell("userSourcedId")).or_default() += 1;
    }
    schools.values().filter(|count| **count > 1).count()
}

/// Students who share given and family name with another student.
pub(super) fn students_sharing_a_name(tables: &Tables) -> usize {
    let students = tables.with_role("student");
    let mut names: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in tables.rows(Kind::Users).filter(|row| students.contains(row.cell("sourcedId"))) {
        let name = (row.cell("givenName").trim(), row.cell("familyName").trim());
        names.entry(name).or_default().insert(row.cell("sourcedId"));
    }
    names.values().map(BTreeSet::len).filter(|count| *count > 1).sum()
}

pub(super) fn students_without_email(tables: &Tables) -> usize {
    let students = tables.with_role("student");
    let without = tables.rows(Kind::Users).filter(|row| row.cell("email").is_empty());
    without.filter(|row| students.contains(row.cell("sourcedId"))).count()
}

pub(super) fn students_without_enrollments(tables: &Tables) -> usize {
    let seated: BTreeSet<&str> =
        tables.rows(Kind::Enrollments).map(|row| row.cell("userSourcedId")).collect();
    tables.with_role("student").iter().filter(|student| !seated.contains(student.as_str())).count()
}

pub(super) fn unknown_roles(tables: &Tables) -> usize {
    tables.rows(tables.role_file()).filter(|row| !ROLES.contains(&row.cell("role"))).count()
}

pub(super) fn wrong_case_booleans(tables: &Tables) -> usize {
    let cells = tables.all().flat_map(|(_, table)| table.rows.iter().flatten());
    cells.filter(|cell| matches!(cell.as_str(), "TRUE" | "FALSE")).count()
}

fn lacking(tables: &Tables, role: &str) -> usize {
    let enrollments = tables.rows(Kind::Enrollments).filter(|row| row.cell("role") == role);
    let having: BTreeSet<&str> = enrollments.map(|row| row.cell("classSourcedId")).collect();
    tables.rows(Kind::Classes).filter(|row| !having.contains(row.cell("sourcedId"))).count()
}
