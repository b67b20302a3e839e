//! For each check, what makes it fire.

use crate::support::bundle::Bundle;

/// The files of a sound delivery.
pub const FILES: [&str; 6] =
    ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"];

/// A change of a sound delivery.
pub type Change = fn(&mut Bundle);

/// For each check, the change of a sound delivery that makes it fire, and how often.
pub fn changes() -> Vec<(&'static str, u64, Change)> {
    vec![
        ("missing_sourced_id", 1, |b| {
            drop(b.row("orgs", "", &[("name", "Nameless"), ("type", "school")]))
        }),
        ("duplicate_sourced_id", 1, |b| drop(b.class("a-s0", "s0"))),
        ("missing_value", 1, |b| drop(b.set("users", "p0-s0", "givenName", ""))),
        ("unknown_word", 1, |b| drop(b.set("users", "p0-s0", "role", "wizard"))),
        ("invalid_date", 1, |b| drop(b.set("academicSessions", "y", "startDate", "soon"))),
        ("dangling_reference", 1, |b| drop(b.enroll("nowhere", "p0-s0", "student"))),
        ("too_many_cells", 1, |b| b.files.get_mut("classes").unwrap()[1].push("more".to_owned())),
        ("blank_cells", 1, |b| b.files.get_mut("classes").unwrap()[1].push(String::new())),
        ("depends_on_rejected", 2, |b| drop(b.set("users", "p0-s0", "role", "wizard"))),
        ("missing_column", 1, |b| {
            b.files.get_mut("users").unwrap().iter_mut().for_each(|row| drop(row.remove(5)))
        }),
        ("header_missing", 1, |b| drop(b.files.get_mut("users").unwrap().remove(0))),
        ("version_disagrees", 1, |b| drop(b.manifest("1.2", &FILES.map(|f| (f, "bulk"))))),
        ("version_disagrees", 1, |b| drop(b.roles_apart().manifest("1.1", &[("roles", "bulk")]))),
        ("declared_file_missing", 1, |b| drop(b.files.remove("courses"))),
        ("needed_file_missing", 2, |b| {
            b.files.retain(|file, _| !["users", "enrollments"].contains(&file.as_str()));
            drop(b.manifest(
                "1.1",
                &FILES.map(|f| {
                    (f, if ["users", "enrollments"].contains(&f) { "absent" } else { "bulk" })
                }),
            ))
        }),
        ("missing_expected_value", 1, |b| drop(b.set("users", "p0-s0", "enabledUser", ""))),
        ("missing_expected_column", 1, |b| {
            b.files.get_mut("users").unwrap().iter_mut().for_each(|row| drop(row.remove(3)))
        }),
        ("field_absent", 1, |b| {
            b.files.get_mut("users").unwrap().iter_mut().for_each(|row| drop(row.remove(12)))
        }),
        ("word_spelling", 1, |b| drop(b.set("users", "p0-s0", "role", "Student"))),
        ("unknown_optional_word", 1, |b| drop(b.set("classes", "a-s0", "classType", "club"))),
        ("date_form", 1, |b| drop(b.set("academicSessions", "y", "startDate", "8/1/2026"))),
        ("invalid_optional_date", 1, |b| {
            drop(b.set("enrollments", "a-s0_p0-s0", "beginDate", "soon"))
        }),
        ("invalid_date_time", 1, |b| drop(b.set("users", "p0-s0", "dateLastModified", "soon"))),
        ("year_form", 1, |b| drop(b.set("academicSessions", "y", "schoolYear", "2026-2027"))),
        ("lost_characters", 1, |b| drop(b.set("users", "p0-s0", "givenName", "Zo\u{fffd}"))),
        ("invalid_year", 1, |b| drop(b.set("academicSessions", "y", "schoolYear", "2027-2020"))),
        ("invalid_year", 1, |b| drop(b.set("academicSessions", "y", "schoolYear", "soon"))),
        ("boolean_spelling", 1, |b| drop(b.set("users", "p0-s0", "enabledUser", "TRUE"))),
        ("unknown_status", 1, |b| drop(b.set("users", "p0-s0", "status", "gone"))),
        ("inactive_status", 1, |b| drop(b.set("users", "p0-s0", "status", "inactive"))),
        ("delta_without_status", 8, |b| {
            drop(
                b.manifest("1.1", &FILES.map(|f| (f, if f == "users" { "delta" } else { "bulk" }))),
            )
        }),
        ("delta_before_bulk", 1, |b| {
            drop(
                b.manifest("1.1", &FILES.map(|f| (f, if f == "users" { "delta" } else { "bulk" }))),
            )
        }),
        ("user_ids_form", 1, |b| drop(b.set("users", "p0-s0", "userIds", "12"))),
        ("too_few_cells", 1, |b| b.files.get_mut("classes").unwrap()[1].truncate(12)),
        ("control_characters", 1, |b| drop(b.set("classes", "a-s0", "title", "two\nlines"))),
        ("invalid_sourced_id", 1, |b| {
            drop(b.row("orgs", "s 2", &[("name", "Two"), ("type", "school")]))
        }),
        ("sourced_ids_differ_in_case", 1, |b| drop(b.class("A-s0", "s0"))),
        ("dangling_optional_reference", 1, |b| {
            drop(b.set("classes", "a-s0", "termSourcedIds", "y,x"))
        }),
        ("reference_cycle", 1, |b| drop(b.set("orgs", "d", "parentSourcedId", "d"))),
        ("dates_reversed", 1, |b| drop(b.set("academicSessions", "y", "endDate", "2026-01-01"))),
        ("class_without_teacher", 1, |b| drop(b.remove("enrollments", "a-s0_t-s0"))),
        ("class_without_students", 1, |b| drop(b.class("x", "s0").enroll("x", "t-s0", "teacher"))),
        ("student_without_enrollment", 1, |b| drop(b.user("lone", "student", "s0"))),
        ("staff_without_enrollment", 1, |b| drop(b.user("lone", "teacher", "s0"))),
        ("user_without_trusted_identifier", 1, |b| drop(b.set("users", "p0-s0", "userIds", ""))),
        ("shared_trusted_identifier", 2, |b| {
            drop(b.set("users", "p0-s0", "userIds", "{SIS:p1-s0}"))
        }),
        ("no_manifest", 1, |b| drop(b.files.remove("manifest"))),
        ("unknown_property", 1, |b| {
            b.files
                .get_mut("manifest")
                .unwrap()
                .push(vec!["file.colour".to_owned(), "bulk".to_owned()])
        }),
        ("unknown_version", 1, |b| b.files.get_mut("manifest").unwrap()[2][1] = "9".to_owned()),
        ("undeclared_file", 1, |b| drop(b.row("demographics", "p0-s0", &[("sex", "female")]))),
        ("delta_without_status", 1, |b| {
            b.files.get_mut("users").unwrap().iter_mut().for_each(|row| drop(row.remove(1)));
            let files = FILES.map(|f| (f, if f == "users" { "delta" } else { "bulk" }));
            drop(b.manifest("1.1", &files))
        }),
        ("days_come_first", 1, |b| {
            b.set("academicSessions", "y", "startDate", "1/8/2026");
            drop(b.set("academicSessions", "y", "endDate", "30/6/2027"))
        }),
        ("list_separator", 2, |b| {
            b.set("users", "p0-s0", "userIds", "{SIS:p0-s0};{State:1}");
            drop(b.set("users", "p0-s0", "orgSourcedIds", "s0;s1"))
        }),
        ("manifest_unreadable", 1, |b| {
            let text = vec!["The export failed".to_owned()];
            drop(b.files.insert("manifest".to_owned(), vec![text]))
        }),
        ("unknown_mode", 1, |b| {
            drop(b.manifest("1.1", &FILES.map(|f| (f, if f == "users" { "some" } else { "bulk" }))))
        }),
        ("unknown_file", 1, |b| {
            drop(b.files.insert("notes".to_owned(), vec![vec!["a".to_owned()]]))
        }),
        ("header_only", 1, |b| b.files.get_mut("courses").unwrap().truncate(1)),
        ("unknown_column", 1, |b| {
            b.files
                .get_mut("orgs")
                .unwrap()
                .iter_mut()
                .for_each(|row| row.push("colour".to_owned()))
        }),
        ("column_spelling", 1, |b| b.files.get_mut("orgs").unwrap()[0][3] = "Name".to_owned()),
        ("column_alias", 2, |b| {
            b.files.get_mut("users").unwrap()[0][4] = "orgs".to_owned();
            b.files.get_mut("users").unwrap()[0][15] = "agentSourcedId".to_owned();
        }),
        ("column_to_be_mapped", 1, |b| {
            b.files.get_mut("users").unwrap()[0][8] = "First Name".to_owned()
        }),
        ("blank_column", 1, |b| b.files.get_mut("orgs").unwrap()[0][5] = String::new()),
        ("word_meant", 2, |b| {
            drop(b.set("users", "p0-s0", "role", "pupil").set("orgs", "s0", "type", "schol"))
        }),
        ("property_spelling", 1, |b| {
            let row = b.files.get_mut("manifest").unwrap().iter_mut();
            row.for_each(|row| row[0] = row[0].replace("file.courses", "fiel.courses"))
        }),
        ("enrollment_of_other_school", 1, |b| {
            drop(b.set("enrollments", "a-s0_p0-s0", "schoolSourcedId", "s1"))
        }),
        ("student_as_teacher", 1, |b| drop(b.set("enrollments", "a-s0_p0-s0", "role", "teacher"))),
        ("staff_as_student", 1, |b| drop(b.set("enrollments", "a-s0_t-s0", "role", "student"))),
        ("school_without_classes", 1, |b| {
            drop(b.set("classes", "a-s0", "schoolSourcedId", "s1"));
            drop(b.set("classes", "b-s0", "schoolSourcedId", "s1"))
        }),
        ("school_without_teachers", 1, |b| {
            b.set("users", "t-s0", "orgSourcedIds", "s1");
            drop(b.remove("enrollments", "a-s0_t-s0").remove("enrollments", "b-s0_t-s0"))
        }),
        ("school_with_many_classes", 1, |b| {
            *b = Bundle::town(20);
            for number in 0..13 {
                b.class(&format!("x{number}-s0"), "s0");
            }
        }),
        ("school_with_few_classes", 1, |b| {
            *b = Bundle::town(120);
            drop(b.remove("classes", "b-s0"))
        }),
        ("student_of_other_school", 1, |b| drop(b.enroll("a-s1", "p0-s0", "student"))),
        ("session_outside_parent", 1, |b| {
            let late = [("startDate", "2027-01-10"), ("endDate", "2027-07-15")];
            let named = [("title", "Late"), ("type", "term"), ("parentSourcedId", "y")];
            drop(b.row("academicSessions", "z", &[&named[..], &late].concat()))
        }),
        ("school_year_off", 1, |b| drop(b.set("academicSessions", "y", "schoolYear", "2026"))),
        ("school_year_off", 1, |b| {
            let dates = [("startDate", "2027-01-10"), ("endDate", "2027-06-20")];
            let named = [("title", "Late"), ("type", "term"), ("parentSourcedId", "y")];
            let year = [("schoolYear", "2028")];
            drop(b.row("academicSessions", "z", &[&named[..], &dates, &year].concat()))
        }),
        ("many_contacts", 1, |b| {
            let ids: Vec<_> = (0..6).map(|number| format!("g{number}")).collect();
            for id in &ids {
                b.user(id, "guardian", "s0");
            }
            drop(b.set("users", "p0-s0", "agentSourcedIds", &ids.join(",")))
        }),
        ("guardian_without_student", 1, |b| drop(b.user("g0", "guardian", "s0"))),
        ("guardian_without_school", 1, |b| {
            b.user("g0", "guardian", "s0").set("users", "g0", "orgSourcedIds", "d");
            drop(b.set("users", "p0-s0", "agentSourcedIds", "g0"))
        }),
        ("contacts_not_told_apart", 1, |b| {
            for id in ["g0", "g1", "g2"] {
                b.user(id, "guardian", "s0").set("users", id, "agentSourcedIds", "p0-s0");
            }
        }),
        ("student_without_contact", 6, |b| {
            b.user("g0", "guardian", "s0").set("users", "g0", "email", "");
            drop(b.set("users", "p0-s0", "agentSourcedIds", "g0"))
        }),
        ("field_empty", 1, |b| {
            b.files.get_mut("users").unwrap().iter_mut().skip(1).for_each(|row| row[12].clear())
        }),
        ("class_of_other_school", 1, |b| drop(b.set("classes", "a-s0", "schoolSourcedId", "s1"))),
        ("class_of_other_grade", 1, |b| drop(b.set("classes", "a-s0", "grades", "01"))),
        ("duplicate_column", 1, |b| {
            for row in b.files.get_mut("orgs").unwrap() {
                let name = row[3].clone();
                row.push(name);
            }
        }),
        ("future_date_time", 1, |b| {
            drop(b.set("users", "p0-s0", "dateLastModified", "2099-01-01T00:00:00Z"))
        }),
        ("modes_disagree", 1, |b| {
            let modes = [("users", "bulk"), ("users", "delta")];
            drop(b.manifest("1.1", &[&FILES.map(|file| (file, "bulk"))[..], &modes].concat()))
        }),
        ("status_in_bulk", 1, |b| drop(b.set("users", "p0-s0", "status", "active"))),
        ("password_dropped", 1, |b| drop(b.set("users", "p0-s0", "password", "hunter2"))),
    ]
}
