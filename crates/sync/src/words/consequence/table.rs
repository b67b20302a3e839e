//! The consequences, by the code of the check; what holds for one file or column stands first.
//!
//! Long on purpose: it is one table, to be read as a list and lengthened line by line.

use super::Consequence;
use super::Weight::{Follows, Harmless, Loses, Stops, Weakens};

macro_rules! consequences {
    ($($code:literal $place:literal $weight:ident
        $cause:literal $students:literal $otherwise:literal $ask:literal;)*) => {
        /// All consequences.
        pub static ALL: &[Consequence] = &[$(
            consequence($code, $place, $weight, $cause, [$students, $otherwise, $ask])
        ),*];
    };
}

const fn consequence(
    code: &'static str,
    place: &'static str,
    weight: super::Weight,
    cause: &'static str,
    [students, otherwise, ask]: [&'static str; 3],
) -> Consequence {
    let (file, field) = match place.as_bytes() {
        [b'*', b' ', ..] => ("", place.split_at(2).1),
        _ => parted(place),
    };
    Consequence { code, file, field, weight, cause, students, otherwise, ask }
}

/// The file and the column of `users.csv role`.
const fn parted(place: &'static str) -> (&'static str, &'static str) {
    let mut at = 0;
    while at < place.len() {
        let (file, rest) = place.split_at(at);
        if let [b' ', ..] = rest.as_bytes() {
            return (file, rest.split_at(1).1);
        }
        at += 1;
    }
    (place, "")
}

// Each line: the code; the file and column, `*` for any file; the weight; what is the case; what
// happens to the students whom it touches; what happens otherwise; what to ask of whom.
consequences! {
    "file_incomplete" "" Stops
        "{file} ends in the middle of a row" ""
        "everything after that is missing, and nobody is removed because of this file"
        "Ask whoever sends the files to send {file} again, and to give it its name only once it is complete.";
    "cell_too_long" "" Stops
        "{file} has a value of more than 4 MiB, most likely because a quotation mark on that line is never closed" ""
        "the rest of the file is not read, and nobody is removed because of it"
        "Ask whoever sends the files to close the quotation mark on that line of {file}, and to send it again.";
    "missing_column" "" Stops
        "{file} has no column {field}" "" "none of its records can be taken"
        "Ask whoever sets up the export to include {field} in {file}.";
    "not_csv" "" Stops
        "{file} is {field}, not CSV" ""
        "nothing of it is read, and nobody is removed because of it"
        "Ask whoever sends the files for the export itself, as CSV, and look at what came in its place: it may tell of an error or ask to sign in.";
    "header_missing" "" Stops
        "{file} does not begin with the names of its columns" "" "none of its records can be taken"
        "Ask whoever sets up the export for a {file} whose first line has the names of its columns.";
    "header_apart" "" Stops
        "{file} has a header in line 1 that does not fit its rows, seen at {field}" "" "none of its records can be taken"
        "Ask whoever sets up the export to put commas between names and values alike, and to quote single names and values that contain commas, never whole rows.";
    "declared_file_missing" "users.csv" Stops
        "the manifest promises {file}, which is not there" "" "nobody is in this delivery"
        "Ask whoever sends the files for {file}, with all students and teachers.";
    "declared_file_missing" "classes.csv" Stops
        "the manifest promises {file}, which is not there" "" "there is no class in this delivery"
        "Ask whoever sends the files for {file}, with the classes of all teachers.";
    "declared_file_missing" "enrollments.csv" Stops
        "the manifest promises {file}, which is not there" "" "nobody is in any class"
        "Ask whoever sends the files for {file}, with the students and teachers of each class.";
    "declared_file_missing" "" Stops
        "the manifest promises {file}, which is not there" "" "what it should bring is missing"
        "Ask whoever sends the files for the whole export, or for a manifest that declares {file} absent.";
    "needed_file_missing" "users.csv" Stops
        "there is no {file}" "" "nobody is in this delivery"
        "Ask whoever sets up the export to include {file}, with all students and teachers.";
    "needed_file_missing" "classes.csv" Stops
        "there is no {file}" "" "there is no class in this delivery"
        "Ask whoever sets up the export to include {file}, with the classes of all teachers.";
    "needed_file_missing" "" Stops
        "there is no {file}" "" "nobody is in any class"
        "Ask whoever sets up the export to include {file}, with the students and teachers of each class.";
    "header_only" "users.csv" Stops
        "{file} has no records" "" "there is nobody in this delivery"
        "Ask whoever sets up the export which schools and which school year it selects.";
    "header_only" "classes.csv" Stops
        "{file} has no records" "" "there is no class in this delivery"
        "Ask whoever sets up the export which schools and which school year it selects.";
    "header_only" "enrollments.csv" Stops
        "{file} has no records" "" "nobody is in any class"
        "Ask whoever sets up the export which schools and which school year it selects.";
    "header_only" "" Harmless
        "{file} has no records" "" "nothing is taken from it" "";

    "dangling_reference" "enrollments.csv classSourcedId" Loses
        "{file} names classes that classes.csv does not have" "cannot be placed in a class that they are listed for"
        "nobody is placed in these classes"
        "Ask whoever sets up the export to select the same schools, terms and classes for classes.csv as for enrollments.csv.";
    "dangling_reference" "enrollments.csv userSourcedId" Loses
        "{file} names people whom users.csv does not have" "" "these people are missing from their classes"
        "Ask whoever sets up the export to select the same people for users.csv as for enrollments.csv.";
    "dangling_reference" "classes.csv schoolSourcedId" Loses
        "{file} names schools that orgs.csv does not have" "" "these classes are left out"
        "Ask whoever sets up the export to select the same schools for orgs.csv as for classes.csv.";
    "dangling_reference" "roles.csv userSourcedId" Loses
        "{file} gives roles to people whom users.csv does not have" "" "these roles are left out"
        "Ask whoever sets up the export to select the same people for users.csv as for roles.csv.";
    "dangling_reference" "roles.csv orgSourcedId" Loses
        "{file} names schools that orgs.csv does not have" "" "people have no role at these schools"
        "Ask whoever sets up the export to select the same schools for orgs.csv as for roles.csv.";
    "dangling_reference" "demographics.csv sourcedId" Loses
        "{file} tells of people whom users.csv does not have" "" "these records are left out"
        "Ask whoever sets up the export to select the same people for demographics.csv as for users.csv.";
    "dangling_reference" "" Loses
        "{file} names others in {field} that this delivery does not have" "" "these records are left out"
        "Ask whoever sets up the export for files that come from the same moment and the same selection of schools.";
    "depends_on_rejected" "" Follows
        "{file} has records that need another record which cannot be taken" "" "they wait for it"
        "Mend the other records first; these follow by themselves.";
    "refers_to_departed" "" Loses
        "{file} names people or classes that this delivery no longer has" "" "these records wait"
        "Ask whoever sets up the export for files that come from the same moment.";
    "absent_but_named" "" Weakens
        "{file} no longer has schools, terms or courses that other records name" "" "they are kept as they were"
        "Ask whoever sets up the export to select the same schools and terms for {file} as for the other files.";
    "missing_sourced_id" "" Loses
        "{file} has records without a sourcedId" "" "they cannot be told apart and are left out"
        "Ask whoever sets up the export to give every record an id of its own.";
    "duplicate_sourced_id" "" Loses
        "{file} lists a sourcedId more than once" "may be taken with the values of the wrong record"
        "the first record of each is used"
        "Ask whoever sets up the export why it lists the same record twice, and which one is right.";
    "missing_value" "users.csv role" Loses
        "{file} does not say who is a student, a teacher or a guardian" ""
        "these people are left out"
        "Ask whoever sets up the export to fill in role for everyone.";
    "missing_value" "" Loses
        "{file} has records without {field}" "" "these records are left out"
        "Ask the school office to fill in {field} in the school system.";
    "unknown_word" "users.csv role" Loses
        "{file} gives roles that OneRoster does not know" "" "these people are left out"
        "Ask whoever sets up the export to give each role as student, teacher, administrator, aide, guardian, parent or relative.";
    "unknown_word" "enrollments.csv role" Loses
        "{file} gives roles that OneRoster does not know" "" "these people are missing from their classes"
        "Ask whoever sets up the export to give each role as student, teacher, administrator or proctor.";
    "unknown_word" "" Loses
        "{file} has words in {field} that OneRoster does not know" "" "these records are left out"
        "Ask whoever sets up the export to translate {field} into OneRoster's words.";
    "invalid_date" "" Loses
        "{file} has dates in {field} that cannot be read" "" "these records are left out"
        "Ask whoever sets up the export to write dates as 2026-08-17; where days come before months, slashed_dates in the settings says so.";
    "too_many_cells" "" Loses
        "{file} has rows with more values than columns, so that values may stand in the wrong columns" ""
        "these rows are left out"
        "Ask whoever sets up the export to put quotation marks around values that contain commas.";
    "rows_run_together" "" Stops
        "{file} has rows that run into the next" ""
        "nobody can tell whom the second half is about, and nobody is removed because of this file"
        "Ask whoever sets up the export to end every row of {file} alike, and to send it again.";
    "student_without_enrollment" "" Loses
        "no enrollment that can be taken puts them there" "are in no class" "no class has them"
        "Ask the school office for their schedules, unless an error in enrollments or classes is the reason.";
    "class_without_teacher" "" Loses
        "{file} has classes without a teacher" "are in a class that no teacher can open"
        "no teacher can open them"
        "Ask the school office to assign a teacher, or leave such classes out with scope.classes_need_a_teacher.";
    "user_without_role" "" Loses
        "{file} has people without a record in roles.csv" "" "nobody knows their role or school"
        "Ask whoever sets up the export for roles of every user.";
    "dates_reversed" "enrollments.csv" Loses
        "{file} has enrollments that end before they begin" "are in a class on no day at all"
        "these people are in the class on no day at all"
        "Ask the school office to mend the dates in the school system.";
    "dates_reversed" "" Weakens
        "{file} has records that end before they begin" "" "they hold on no day at all"
        "Ask the school office to mend the dates in the school system.";

    "missing_expected_value" "users.csv username" Weakens
        "{file} has no user name for these people" "cannot sign in by user name" "these people cannot sign in by user name"
        "Ask whoever sets up the export to fill in username.";
    "missing_expected_value" "users.csv orgSourcedIds" Weakens
        "{file} names no school for these people" "belong to no school" "these people belong to no school"
        "Ask whoever sets up the export to fill in orgSourcedIds.";
    "missing_expected_value" "classes.csv termSourcedIds" Weakens
        "{file} has classes without a term" "are in a class of which no dates are known"
        "no dates are known for these classes"
        "Ask whoever sets up the export to fill in termSourcedIds.";
    "missing_expected_value" "" Harmless
        "{file} has records without {field}" "" "they are taken without it" "";
    "missing_expected_column" "users.csv orgSourcedIds" Weakens
        "{file} has no column {field}" "" "nobody in it belongs to a school"
        "Ask whoever sets up the export to include {field} in {file}.";
    "missing_expected_column" "" Harmless
        "{file} has no column {field}" "" "its records are taken without it" "";
    "field_absent" "users.csv email" Weakens
        "{file} has no column {field}" "" "nobody can be told apart or reached by e-mail"
        "Ask whoever sets up the export to include {field} in {file}, if people sign in by e-mail.";
    "field_absent" "users.csv grades" Weakens
        "{file} has no column {field}" "" "no rule and no limit can go by students' grades"
        "Ask whoever sets up the export to include {field} in {file}.";
    "field_absent" "users.csv agentSourcedIds" Weakens
        "{file} has no column {field}" "" "no guardian is tied to a student"
        "Ask whoever sets up the export to include {field} in {file}, if families are wanted.";
    "field_absent" "users.csv userIds" Weakens
        "{file} has neither {field} nor identifier" "" "people whose sourcedId changes get a second account"
        "Ask whoever sets up the export to include {field} or identifier in {file}.";
    "field_absent" "" Harmless
        "{file} has no column {field}" "" "its records are taken without it" "";
    "field_empty" "users.csv email" Weakens
        "{file} has no {field} of anybody" "" "nobody can be told apart or reached by e-mail"
        "Ask whoever sets up the export to fill in {field}, if people sign in by e-mail.";
    "field_empty" "users.csv grades" Weakens
        "{file} has no {field} of any student" "" "no rule and no limit can go by students' grades"
        "Ask whoever sets up the export to fill in {field}.";
    "field_empty" "" Harmless
        "{file} has nothing under {field}" "" "its records are taken without it" "";
    "unknown_optional_word" "classes.csv classType" Weakens
        "{file} has class types that OneRoster does not know" ""
        "rules about homerooms do not see these classes"
        "Ask whoever sets up the export to give classType as homeroom or scheduled.";
    "unknown_optional_word" "" Harmless
        "{file} has words in {field} that OneRoster does not know" "" "that value is left out" "";
    "invalid_optional_date" "enrollments.csv" Weakens
        "{file} has dates in {field} that cannot be read" "may be in a class for longer than meant"
        "these people may be in a class for longer than meant"
        "Ask whoever sets up the export to write dates as 2026-08-17; where days come before months, slashed_dates in the settings says so.";
    "invalid_optional_date" "" Harmless
        "{file} has dates in {field} that cannot be read" "" "the date is left out" "";
    "unknown_status" "" Weakens
        "{file} has a status that is neither active nor tobedeleted" "" "these records are read as active"
        "Ask whoever sets up the export what the status means, and to write active or tobedeleted.";
    "inactive_status" "" Weakens
        "{file} has records with the status inactive, which is read as gone" "are read as gone"
        "these records are read as gone"
        "Ask whoever sets up the export whether inactive means gone; then tobedeleted is the word for it.";
    "user_ids_form" "" Weakens
        "{file} writes userIds in another form than {Type:Id}" "cannot be recognized by these numbers"
        "these people cannot be recognized by these numbers"
        "Ask whoever sets up the export to write userIds as {Type:Id}.";
    "not_utf8" "" Weakens
        "{file} is not written in UTF-8 throughout" "may be shown with wrong letters in their name"
        "letters with accents may be wrong"
        "Ask whoever sets up the export to write UTF-8.";
    "stray_quote" "" Weakens
        "{file} has quotation marks inside values that are not doubled" "" "two values may have run into one"
        "Ask whoever sets up the export to double quotation marks inside quoted values.";
    "student_as_teacher" "" Weakens
        "{file} enrolls students as teachers" "may see and do what teachers may" "they may see and do what teachers may"
        "Ask the school office to mend the role of the person or of the enrollment.";
    "staff_as_student" "" Weakens
        "{file} enrolls teachers or other staff as students" "share a list with such people" "they are among the students of a class"
        "Ask the school office to mend the role of the person or of the enrollment.";
    "enrollment_of_other_school" "" Weakens
        "{file} names another school for an enrollment than classes.csv for its class"
        "" "lists by school may differ" "Ask the school office which of the two is right.";
    "scope_takes_nothing" "" Stops
        "the rules under scope leave out all of {file}" "" "nothing of it is taken"
        "Compare the ids, codes and words under scope in your settings with those of the delivery.";
    "school_without_classes" "" Loses
        "{file} has schools with students and no classes" "" "their students are in no class"
        "Ask whoever sets up the export to share the classes of these schools, or leave the schools out with scope.schools.";
    "school_without_teachers" "" Loses
        "{file} has schools with students and no teachers" "" "nobody can open their classes"
        "Ask whoever sets up the export to share the teachers of these schools.";
    "school_with_many_classes" "" Weakens
        "{file} has schools that share more classes than expected" "" "people may not find theirs among them"
        "If they are not all meant, share fewer, such as homerooms alone; otherwise raise the numbers under expect in the settings.";
    "school_with_few_classes" "" Weakens
        "{file} has schools that share fewer classes than expected" "" "their students may not find theirs"
        "Ask whoever sets up the export whether it shares all classes of these schools; otherwise lower the number under expect in the settings.";
    "session_outside_parent" "" Weakens
        "{file} has terms that begin before the one that they belong to, or end after it" "" "it is in doubt when classes run"
        "Ask the school office to mend the dates of these terms.";
    "school_year_off" "" Weakens
        "{file} has school years that are not the year in which they end" "" "classes may be taken for those of another year"
        "Ask whoever sets up the export to write the year in which the school year ends.";
    "many_contacts" "" Weakens
        "{file} names more guardians of a student than expected" "may have emergency contacts among their guardians"
        "emergency contacts may be among them"
        "Ask whoever sets up the export to send parents and guardians alone; otherwise raise expect.contacts in the settings.";
    "guardian_without_student" "" Weakens
        "{file} has guardians who name no student of the delivery and whom none names" ""
        "they see nobody, and nobody is theirs"
        "Ask whoever sets up the export to fill in agentSourcedIds, with guardians or with students.";
    "guardian_without_school" "" Harmless
        "{file} has guardians who belong to the district and to no school" ""
        "their students tell where they belong" "";
    "contacts_not_told_apart" "" Weakens
        "{file} has students with three contacts or more, all of them guardians or parents"
        "may have emergency contacts among their guardians"
        "emergency contacts may be among them"
        "Ask whoever sets up the export to give emergency contacts the role relative, or to leave them out.";
    "student_without_contact" "" Weakens
        "{file} has neither e-mail address nor telephone number for a guardian of these students"
        "have no guardian who can be reached" "their families cannot be reached"
        "Ask the school office for the families' e-mail addresses or telephone numbers.";
    "class_of_other_school" "" Weakens
        "{file} has classes of a school to which none of their students belongs"
        "are in a class of another school than theirs" "teachers may see students who are not theirs"
        "Ask whoever sets up the export whether the ids of classes were exchanged between schools.";
    "class_of_other_grade" "" Weakens
        "{file} has classes of a grade in which none of their students is"
        "are in a class of another grade than theirs" "a rule that goes by grades may take the wrong classes"
        "Ask the school office to mend the grade of these classes, or who is in them.";
    "column_to_be_mapped" "" Loses
        "{file} has no column {meant}, and has one called {field}" "" "what it holds is not read"
        "{hint} Whoever sets up the export knows whether it is.";
    "blank_cells" "" Weakens
        "{file} has rows that end in more blank values than there are columns" ""
        "where a value has a comma, those after it may stand in the wrong columns"
        "Ask whoever sets up the export to quote values that contain commas.";
    "too_few_cells" "" Weakens
        "{file} has rows with fewer values than columns" "" "what is missing is read as empty"
        "Ask whoever sets up the export to write every column in every row.";
    "sourced_ids_differ_in_case" "" Weakens
        "{file} has sourcedIds that differ only in capital letters" "may be there twice" "they are kept apart"
        "Ask whoever sets up the export which of them is meant.";
    "dangling_optional_reference" "users.csv agentSourcedIds" Weakens
        "{file} names guardians whom it does not have" "cannot be linked with a guardian"
        "these people cannot be linked"
        "Ask whoever sets up the export to include guardians in users.csv.";
    "dangling_optional_reference" "users.csv orgSourcedIds" Weakens
        "{file} names schools that orgs.csv does not have" "are not listed at one of their schools"
        "these people are not listed at one of their schools"
        "Ask whoever sets up the export to select the same schools for orgs.csv as for users.csv.";
    "dangling_optional_reference" "classes.csv termSourcedIds" Weakens
        "{file} names terms that academicSessions.csv does not have"
        "are in a class of which not all dates are known" "not all dates of these classes are known"
        "Ask whoever sets up the export to include all terms of the school year.";
    "dangling_optional_reference" "" Weakens
        "{file} names others in {field} that this delivery does not have" "" "the reference is left out"
        "Ask whoever sets up the export for files that come from the same moment and the same selection of schools.";
    "user_without_trusted_identifier" "" Weakens
        "{file} has people without any number that the district trusts"
        "would get a second account if the school system gave them a new sourcedId"
        "these people would get a second account if the school system gave them a new sourcedId"
        "Ask whoever sets up the export to fill in identifier or userIds, such as the student or staff number.";
    "shared_trusted_identifier" "" Weakens
        "{file} gives one number to several people" "cannot be recognized by their number"
        "these people cannot be recognized by their number"
        "Ask the school office which of them the number belongs to.";
    "shared_email" "" Weakens
        "{file} gives one e-mail address to several people" "share an e-mail address with somebody"
        "these people cannot be told apart by their address"
        "Ask the school office which of them the address belongs to.";
    "shared_username" "" Weakens
        "{file} gives one user name to several people" "share a user name with somebody"
        "these people cannot be told apart by their user name"
        "Ask the school office which of them the user name belongs to.";
    "people_look_alike" "" Weakens
        "{file} has people of one name and role who agree in birth date, or in school and grade"
        "may be listed twice" "these people may be listed twice"
        "Ask the school office to compare them, and to merge those who are one.";
    "unknown_version" "" Weakens
        "the manifest names a version that Firstbell does not read" "" "the files are read by their headers"
        "Ask whoever sets up the export for OneRoster 1.1 or 1.2.";
    "delta_before_bulk" "" Weakens
        "{file} has only changes, and no whole file has come before" "" "people who did not change are not known"
        "Ask whoever sends the files for one complete export first.";

    "word_meant" "" Harmless
        "{file} has words in {field} that are not OneRoster's, or misspelled" "" "they are read as meant" "";
    "word_spelling" "" Harmless
        "{file} spells words in {field} otherwise" "" "they are read as meant" "";
    "date_form" "" Harmless
        "{file} writes dates otherwise than as YYYY-MM-DD" "" "they are read as meant" "";
    "invalid_date_time" "" Harmless
        "{file} has instants in {field} that cannot be read" "" "they are left out" "";
    "year_form" "" Harmless
        "{file} writes school years in another form" "" "they are read as meant" "";
    "invalid_year" "" Harmless
        "{file} has school years that cannot be read" "" "they are left out" "";
    "boolean_spelling" "" Harmless
        "{file} writes true and false in another form" "" "they are read as meant" "";
    "blank_before_quote" "" Harmless
        "{file} has blanks before quotation marks" "" "its values are read without either" "";
    "list_separator" "" Harmless
        "{file} has other marks than commas between values of {field}" "" "they are read as meant" "";
    "days_come_first" "" Weakens
        "{file} writes days before months" "" "its dates with slashes are read as day/month/year; a delivery whose dates do not show it would be read otherwise"
        "Set slashed_dates to day_first in the settings, or ask whoever sets up the export to write dates as 2026-08-17.";
    "delta_without_status" "" Harmless
        "{file} has changes without a status" "" "they are read as active, and nothing ends by them" "";
    "control_characters" "" Harmless
        "{file} has control characters or line breaks in values" "" "they are removed" "";
    "lost_characters" "" Weakens
        "{file} has values with characters that were lost on the way" "" "names look broken in every product"
        "Ask whoever sets up the export to write UTF-8.";
    "leading_zeros_lost" "" Loses
        "{file} has lost zeros in front of ids, as a spreadsheet does"
        "would get a second account unless another identifier ties them" "these records would begin anew and the known ones end"
        "Ask whoever made the file to export it again without a spreadsheet.";
    "invalid_sourced_id" "" Harmless
        "{file} has sourcedIds with characters that OneRoster does not allow" "" "other products may refuse them" "";
    "student_of_other_school" "" Harmless
        "{file} has students of one school in classes of another" "" "they are in these classes all the same" "";
    "reference_cycle" "" Harmless
        "{file} has records that name themselves as their own parent" "" "that reference is left out" "";
    "class_without_students" "" Harmless
        "{file} has classes without students" "" "nobody sees them but their teachers" "";
    "staff_without_enrollment" "" Harmless
        "{file} has teachers who are in no class" "" "they see no class" "";
    "no_manifest" "" Harmless
        "there is no manifest.csv" "" "every file is read as complete" "";
    "unknown_property" "" Harmless
        "the manifest has a property that OneRoster does not know" "" "it is not read" "";
    "undeclared_file" "" Harmless
        "the manifest does not announce {file}" "" "it is read as complete" "";
    "unknown_mode" "" Weakens
        "the manifest announces a file as neither absent, bulk nor delta" "" "what it has is taken, and nobody is removed whom it lacks"
        "Ask whoever sets up the export to write bulk in the manifest where a file is whole, and delta where it has changes.";
    "manifest_unreadable" "" Weakens
        "{file} has none of the properties of a manifest" "" "what the files have is taken, and nobody is removed whom they lack"
        "Ask whoever sets up the export for the manifest that OneRoster describes, or for none where all files are whole.";
    "modes_disagree" "" Weakens
        "the manifest announces a file in two ways" "" "the one that removes nobody is taken"
        "Ask whoever sets up the export to announce each file once.";
    "future_date_time" "" Weakens
        "{file} has a {field} later than tomorrow" "" "it does not count when records and deliveries are put in order"
        "Ask whoever makes the export to mend the value, or the clock of the machine.";
    "unknown_file" "" Harmless
        "{file} is not one of OneRoster's files" "" "it is not read" "";
    "unknown_column" "" Harmless
        "{file} has a column {field} that OneRoster does not know" "" "it is not read" "";
    "blank_column" "" Harmless
        "{file} has a column without a name" "" "it is not read" "";
    "column_alias" "" Harmless
        "{file} calls the column {meant} {field}" "" "it is read as meant" "";
    "file_name" "" Harmless
        "{file} has another name than OneRoster's" "" "it is read as meant"
        "Ask whoever sends the files to name {file} as OneRoster does.";
    "other_separator" "" Harmless
        "{file} has other marks than commas between its values" "" "it is read as meant" "";
    "utf16" "" Harmless
        "{file} is written in UTF-16" "" "it is read" "";
    "property_spelling" "" Harmless
        "the manifest misspells a property" "" "it is read as meant" "";
    "follows_1_0" "" Harmless
        "the files follow OneRoster 1.0" "" "they are read" "";
    "nested_zip" "" Harmless
        "{file} stands inside the delivery" "" "it is not opened" "";
    "column_spelling" "" Harmless
        "{file} spells the column {field} otherwise" "" "it is read as meant" "";
    "duplicate_column" "" Harmless
        "{file} has the column {field} twice" "" "the first is read" "";
    "file_in_folder" "" Harmless
        "the files stand in a folder inside the delivery" "" "they are read all the same" "";
    "status_in_bulk" "" Harmless
        "{file} is complete and has status or dateLastModified filled in" "" "records are read as they are" "";
    "password_dropped" "" Harmless
        "{file} carries passwords" "" "they are dropped and never kept" "";
    "declared_absent" "" Harmless
        "the manifest declares {file} absent" "" "what it brought before is kept" "";
    "scope_names_nothing" "" Harmless
        "{file} does not have all that {field} names" "" "that part of the setting is without effect" "";
    "setting_names_no_column" "" Weakens
        "the settings name a column {field} that {file} does not have" ""
        "what they say of it has no effect"
        "Write the name under columns as the first line of {file} has it, or take it out.";
    "setting_names_nobody" "" Harmless
        "{field} names people whom neither the delivery nor the roster has" "" "that part of the setting is without effect" "";
    "time_zone_not_set" "" Harmless
        "the district has no time zone" "" "dates open and close in UTC" "";
    "version_disagrees" "" Harmless
        "the manifest names another version of OneRoster" "" "the files are read as they are" "";
    "mapped_to_no_school" "" Harmless
        "scope.mapping maps schools to one that {file} does not have" "" "that mapping is without effect" "";
}
