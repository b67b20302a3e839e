//! Each imperfection of the demo profile is there as often as the truth says.

use std::collections::BTreeSet;

use firstbell_sandbox::{Format, Kind, Options, Profile};

use crate::folder::{Folder, Row, write};

fn both_days() -> [Folder; 2] {
    [1, 2].map(|day| write(Profile::demo(1), day, Options::default()))
}

fn column(rows: &[Row], column: &str, test: impl Fn(&Row) -> bool) -> BTreeSet<String> {
    rows.iter().filter(|row| test(row)).map(|row| row[column].clone()).collect()
}

fn assert_counted(folder: &Folder, counted: &[(&str, usize, usize)]) {
    for (name, found, expected) in counted {
        assert_eq!((*found, folder.truth.imperfections[*name]), (*expected, *expected), "{name}");
    }
}

#[test]
fn users_are_imperfect() {
    for folder in both_days() {
        let users = folder.rows(Kind::Users);
        let count = |test: fn(&Row) -> bool| column(&users, "sourcedId", test).len();
        let is_student = |row: &Row| row["role"] == "student";
        let no_email = count(|row| row["role"] == "student" && row["email"].is_empty());
        let two_schools =
            count(|row| row["role"] == "student" && row["orgSourcedIds"].contains(','));
        let demographics = folder.rows(Kind::Demographics).len();
        assert_counted(
            &folder,
            &[
                ("students_without_email", no_email, 12),
                ("students_in_two_schools", two_schools, 3),
                ("unknown_roles", count(|row| row["role"] == "lunchMonitor"), 1),
                ("wrong_case_booleans", count(|row| row["enabledUser"] == "TRUE"), 4),
                ("passwords", count(|row| row["password"].starts_with("CANARY-")), 3),
                ("repeated_rows", users.len() - count(|_| true), 1),
                ("demographics_rows", demographics, column(&users, "sourcedId", is_student).len()),
            ],
        );
    }
}

#[test]
fn classes_and_enrollments_are_imperfect() {
    for folder in both_days() {
        let (users, seats) = (folder.rows(Kind::Users), folder.rows(Kind::Enrollments));
        let classes = folder.by_id(Kind::Classes);
        let students = column(&users, "sourcedId", |row| row["role"] == "student");
        let is_there = |row: &Row| classes.contains_key(&row["classSourcedId"]);
        let missing = column(&seats, "classSourcedId", |row| !is_there(row));
        let seated = column(&seats, "userSourcedId", is_there);
        let named = column(&seats, "userSourcedId", |_| true);
        let blocked = students.iter().filter(|id| named.contains(*id) && !seated.contains(*id));
        let untitled = classes.values().filter(|row| row["title"].is_empty()).count();
        let bad_dates = seats.iter().filter(|row| row["beginDate"].contains('/')).count();
        assert_counted(
            &folder,
            &[
                ("missing_classes", missing.len(), 7),
                ("students_in_no_class_because_missing", blocked.count(), 16),
                ("students_without_enrollments", students.difference(&named).count(), 3),
                ("classes_without_title", untitled, 1),
                ("bad_dates", bad_dates, 1),
            ],
        );
    }
}

#[test]
fn the_other_imperfections_are_there_in_both_formats() {
    for format in [Format::V1p1, Format::V1p2] {
        let folder = write(Profile::demo(1), 1, Options { format, ..Options::default() });
        let counted = [
            ("cells_with_outer_space", 6),
            ("classes_without_students", 1),
            ("classes_without_teacher", 1),
            ("files_with_byte_order_mark", 1),
            ("metadata_columns", 2),
            ("people_in_two_rows", 1),
            ("students_in_two_schools", 3),
            ("students_without_email", 12),
            ("unknown_roles", 1),
        ];
        for (name, expected) in counted {
            assert_eq!(folder.truth.imperfections[name], expected, "{name}");
        }
        assert!(folder.truth.imperfections["students_sharing_a_name"] >= 6);
        assert!(folder.truth.imperfections["co_taught_classes"] >= 5);
    }
}
