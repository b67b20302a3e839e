//! Functions that spoil rows.

use crate::delivery::Setting;
use crate::demo::cast::Cast;
use crate::demo::tables::Tables;
use crate::kind::Kind;

/// Removes a section's classes, which enrollments go on naming.
pub(super) fn remove_missing_classes(tables: &mut Tables, cast: &Cast, _: &Setting) {
    let missing = &cast.story.missing_classes;
    let is_missing = |row: &Vec<String>| row.first().is_some_and(|id| missing.contains(id));
    tables.table(Kind::Classes).rows.retain(|row| !is_missing(row));
}

/// Repeats a user further down, with another middle name.
pub(super) fn repeat_a_user(tables: &mut Tables, cast: &Cast, _: &Setting) {
    let users = tables.table(Kind::Users);
    let is_picked = |row: &&Vec<String>| row.first().is_some_and(|id| cast.repeated.contains(id));
    let copies: Vec<Vec<String>> = users.rows.iter().filter(is_picked).cloned().collect();
    let middle = users.columns.iter().position(|column| column == "middleName");
    for mut copy in copies {
        if let Some(cell) = middle.and_then(|middle| copy.get_mut(middle)) {
            *cell = if cell.is_empty() { "II".to_owned() } else { format!("{cell} II") };
        }
        users.rows.push(copy);
    }
}

/// Gives a user a role that no version of the specification knows.
pub(super) fn use_an_unknown_role(tables: &mut Tables, cast: &Cast, _: &Setting) {
    let file = tables.role_file();
    let key = if file == Kind::Roles { "userSourcedId" } else { "sourcedId" };
    let picked = (key, cast.unknown_role.as_slice());
    tables.table(file).rewrite(picked, "role", |_| "lunchMonitor".to_owned());
}

/// Writes some booleans in capitals.
pub(super) fn shout_booleans(tables: &mut Tables, cast: &Cast, _: &Setting) {
    let picked = ("sourcedId", cast.shouted.as_slice());
    tables.table(Kind::Users).rewrite(picked, "enabledUser", str::to_uppercase);
}

/// Writes the begin of a student's first enrollment as month, day and year.
pub(super) fn write_a_bad_date(tables: &mut Tables, cast: &Cast, setting: &Setting) {
    let date = format!("08/10/{}", setting.calendar.begins);
    let of_student = |row: &&crate::demo::tables::Row<'_>| {
        cast.bad_date.iter().any(|id| id == row.cell("userSourcedId"))
    };
    let first = tables.rows(Kind::Enrollments).find(|row| of_student(&row));
    let Some(id) = first.map(|row| row.cell("sourcedId").to_owned()) else {
        return;
    };
    let enrollments = tables.table(Kind::Enrollments);
    enrollments.rewrite(("sourcedId", &[id]), "beginDate", |_| date.clone());
}

/// Puts white space before given names and after family names.
pub(super) fn put_space_around_cells(tables: &mut Tables, cast: &Cast, _: &Setting) {
    let users = tables.table(Kind::Users);
    let picked = ("sourcedId", cast.spaced.as_slice());
    users.rewrite(picked, "givenName", |name| format!(" {name}"));
    users.rewrite(picked, "familyName", |name| format!("{name}  "));
}

/// Appends columns of the vendor's own, one of them sensitive.
pub(super) fn append_metadata(tables: &mut Tables, _: &Cast, _: &Setting) {
    let students = tables.with_role("student");
    let code = |id: &str| match id.bytes().last() {
        Some(b'1' | b'4') if students.contains(id) => "F".to_owned(),
        Some(b'7') if students.contains(id) => "R".to_owned(),
        _ => String::new(),
    };
    tables.table(Kind::Users).append("metadata.lunchCode", code);
    tables.table(Kind::Classes).append("metadata.gradebook", |_| "standard".to_owned());
}

/// Puts a byte order mark before `classes.csv`.
pub(super) fn mark_a_file(tables: &mut Tables, _: &Cast, _: &Setting) {
    tables.mark(Kind::Classes);
}
