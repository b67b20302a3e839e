//! `classes.csv` and `enrollments.csv`.

use std::io;

use crate::delivery::Rows;
use crate::delivery::rows::frame::SPRING;
use crate::delivery::rows::{Setting, grade_code, school_id};
use crate::kind::Kind;
use crate::model::{CLUB, Class, Roster, Seat};

/// Writes the row of a class.
pub(super) fn write(setting: &Setting, class: &Class, rows: &mut impl Rows) -> io::Result<()> {
    let room = format!("Room {}", class.room);
    let grade = class.grade.map_or("", grade_code);
    let period =
        if class.slot == CLUB { "After school".to_owned() } else { class.period.to_string() };
    let homeroom = class.slot == 0 && class.grade.is_some_and(|grade| grade <= 5);
    let kind = if homeroom { "homeroom" } else { "scheduled" };
    let terms = if class.spring { SPRING } else { "S1,S2" };
    let school = school_id(setting, class.school);
    let (id, title, course, code) = (&class.id, &class.title, &class.course, &class.code);
    let subject_code = code.split('-').next().unwrap_or_default();
    let cells = [
        id,
        "",
        "",
        title,
        grade,
        course,
        code,
        kind,
        &room,
        school,
        terms,
        class.subject,
        subject_code,
        &period,
    ];
    rows.row(Kind::Classes, &cells)
}

/// Writes the row of an enrollment.
pub(super) fn write_seat(
    setting: &Setting,
    roster: &Roster,
    seat: &Seat,
    rows: &mut impl Rows,
) -> io::Result<()> {
    let (Some(class), Some(person)) =
        (roster.classes.get(seat.class), roster.people.get(seat.person))
    else {
        return Ok(());
    };
    let cells = [
        seat.id.as_str(),
        "",
        "",
        &class.id,
        school_id(setting, class.school),
        &person.id,
        if seat.teaches { "teacher" } else { "student" },
        if seat.primary { "true" } else { "false" },
        setting.calendar.text(seat.begin),
        setting.calendar.text(seat.end),
    ];
    rows.row(Kind::Enrollments, &cells)
}
