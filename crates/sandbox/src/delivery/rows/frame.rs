//! `orgs.csv`, `academicSessions.csv` and `courses.csv`.

use std::io;

use crate::calendar::{
    Calendar, FALL_ENDS, FIRST_QUARTER_ENDS, SPRING_BEGINS, THIRD_QUARTER_ENDS, YEAR_BEGINS,
    YEAR_ENDS,
};
use crate::delivery::Rows;
use crate::delivery::rows::{Setting, grade_code};
use crate::identifiers::DISTRICT;
use crate::kind::Kind;
use crate::school::courses;

const YEAR: &str = "AY";
pub(super) const FALL: &str = "S1";
pub(super) const SPRING: &str = "S2";

/// Writes orgs, academic sessions and courses.
pub(crate) fn write_frame(setting: &Setting, rows: &mut impl Rows) -> io::Result<()> {
    orgs(setting, rows)?;
    sessions(&setting.calendar, rows)?;
    for (grade, subject) in courses() {
        let (grade, code) = (grade.map_or("", grade_code), &subject.code);
        let id = &subject.course;
        let cells = [id, "", "", YEAR, &subject.title, code, grade, DISTRICT, subject.area, code];
        rows.row(Kind::Courses, &cells)?;
    }
    Ok(())
}

fn orgs(setting: &Setting, rows: &mut impl Rows) -> io::Result<()> {
    let name = "Larkmere Unified School District";
    rows.row(Kind::Orgs, &[DISTRICT, "", "", name, "district", "0199000", ""])?;
    for school in &setting.schools {
        let identifier = format!("0199000{:05}", school.index + 1);
        let cells = [&school.id, "", "", &school.name, "school", &identifier, DISTRICT];
        rows.row(Kind::Orgs, &cells)?;
    }
    Ok(())
}

fn sessions(calendar: &Calendar, rows: &mut impl Rows) -> io::Result<()> {
    let year = calendar.school_year();
    let title = format!("{}-{year} School Year", calendar.begins);
    let sessions = [
        (YEAR, title.as_str(), "schoolYear", YEAR_BEGINS, YEAR_ENDS, ""),
        (FALL, "Fall Semester", "semester", YEAR_BEGINS, FALL_ENDS, YEAR),
        (SPRING, "Spring Semester", "semester", SPRING_BEGINS, YEAR_ENDS, YEAR),
        ("Q1", "Quarter 1", "gradingPeriod", YEAR_BEGINS, FIRST_QUARTER_ENDS, FALL),
        ("Q2", "Quarter 2", "gradingPeriod", FIRST_QUARTER_ENDS, FALL_ENDS, FALL),
        ("Q3", "Quarter 3", "gradingPeriod", SPRING_BEGINS, THIRD_QUARTER_ENDS, SPRING),
        ("Q4", "Quarter 4", "gradingPeriod", THIRD_QUARTER_ENDS, YEAR_ENDS, SPRING),
    ];
    for (id, title, kind, begin, end, parent) in sessions {
        let (begin, end) = (calendar.text(begin), calendar.text(end));
        let cells = [id, "", "", title, kind, begin, end, parent, year.as_str()];
        rows.row(Kind::AcademicSessions, &cells)?;
    }
    Ok(())
}
