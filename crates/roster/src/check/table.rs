//! The table of checks. Codes are stable: scripts, baselines and people rely on them.

use super::Effect::{Holds, None, Rejects};
use super::{Check, Effect};
use crate::model::Severity::{self, Error, Notice, Warning};

macro_rules! checks {
    ($($name:ident $code:literal $severity:ident $effect:ident $sentence:literal $hint:literal $example:literal;)*) => {
        $(
            #[doc = $sentence]
            pub static $name: Check = check($code, $severity, $effect, [$sentence, $hint, $example]);
        )*
        /// All checks; a check's place in this list is its number in stored outcomes.
        pub static ALL: &[&Check] = &[$(&$name),*];
    };
}

const fn check(
    code: &'static str,
    severity: Severity,
    effect: Effect,
    [sentence, hint, example]: [&'static str; 3],
) -> Check {
    Check { code, severity, effect, sentence, hint, example }
}

// New checks go to the end: the number of a check is stored with the runs.
checks! {
    MISSING_SOURCED_ID "missing_sourced_id" Error Rejects
        "a record has no sourcedId"
        "Ask for an export in which every record has its own id."
        "users.csv: ,,,true,s1,student,…";
    DUPLICATE_SOURCED_ID "duplicate_sourced_id" Error Rejects
        "two records of one file have the same sourcedId; the first is used"
        "Ask why the export lists the record twice."
        "two rows of users.csv that begin with 20417";
    MISSING_VALUE "missing_value" Error Rejects
        "a required value is missing"
        "Fill the field in the school system."
        "users.csv without a familyName";
    UNKNOWN_WORD "unknown_word" Error Rejects
        "a required value is none of the words that the field allows"
        "Map the value to one of OneRoster's words in the export."
        "role: wizard";
    INVALID_DATE "invalid_date" Error Rejects
        "a required date cannot be read"
        "Write dates as YYYY-MM-DD; where days come before months, say so with slashed_dates in the settings."
        "startDate: soon";
    DANGLING_REFERENCE "dangling_reference" Error Rejects
        "a record names another that is neither in this delivery nor in the roster"
        "Ask for an export in which both files come from the same moment and the same selection of schools."
        "an enrollment with classSourcedId c9, which classes.csv does not have";
    TOO_MANY_CELLS "too_many_cells" Error Rejects
        "a row has more values than the header has columns, so its values may stand in the wrong columns"
        "Quote values that contain commas."
        "title: Algebra, Grade 5 without quotation marks";
    DEPENDS_ON_REJECTED "depends_on_rejected" Error Holds
        "a record waits for another that was rejected or held"
        "Mend the other record; this one follows by itself."
        "an enrollment of a user whose role is wizard";
    REFERS_TO_DEPARTED "refers_to_departed" Error Holds
        "a record names a person or class that this delivery no longer has"
        "Ask for an export in which both files come from the same moment."
        "an enrollment of a user whom users.csv does not have any more";
    FILE_INCOMPLETE "file_incomplete" Error None
        "the file ends in the middle of a row, and everything after that is missing"
        "Send the file again, and wait until it is written before copying it."
        "the last row of users.csv is 20417,,,true,s";
    MISSING_COLUMN "missing_column" Error None
        "a required column is missing, so that no record of the file can be taken"
        "Ask for an export with all of OneRoster's columns, empty ones too."
        "users.csv without the column familyName";
    DECLARED_FILE_MISSING "declared_file_missing" Error None
        "the manifest promises a file that is not there"
        "Send the whole export; a file that is none of users.csv, classes.csv and enrollments.csv may be declared absent instead."
        "file.courses,bulk and no courses.csv";
    MISSING_EXPECTED_VALUE "missing_expected_value" Warning None
        "a value that OneRoster requires is missing"
        "Fill the field in the school system."
        "users.csv without a username";
    MISSING_EXPECTED_COLUMN "missing_expected_column" Warning None
        "a column that OneRoster requires is missing"
        "Ask for an export with all of OneRoster's columns, empty ones too."
        "users.csv without the column username";
    WORD_SPELLING "word_spelling" Warning None
        "a word is spelled in another case than OneRoster's, or with other marks; it is read as meant"
        "Spell it as OneRoster does."
        "role: Student; classType: home room";
    UNKNOWN_OPTIONAL_WORD "unknown_optional_word" Warning None
        "a value is none of the words that the field allows; it is left out"
        "Map the value to one of OneRoster's words in the export."
        "classType: club";
    DATE_FORM "date_form" Warning None
        "a date is not written as YYYY-MM-DD; it is read as meant, with slashes as month/day/year unless the settings or the dates of the file say otherwise"
        "Write dates as YYYY-MM-DD."
        "8/27/2026; 27.8.2026; 27-Aug-2026; 20260827; 46261";
    INVALID_OPTIONAL_DATE "invalid_optional_date" Warning None
        "a date cannot be read; it is left out"
        "Write dates as YYYY-MM-DD; where days come before months, say so with slashed_dates in the settings."
        "beginDate: soon";
    INVALID_DATE_TIME "invalid_date_time" Warning None
        "an instant cannot be read; it is left out"
        "Write instants as 2026-08-17T00:00:00Z."
        "dateLastModified: yesterday";
    YEAR_FORM "year_form" Warning None
        "a school year is not the four digits of the year in which it ends; it is read as meant"
        "Write the year in which the school year ends, such as 2027."
        "schoolYear: 2026-2027";
    INVALID_YEAR "invalid_year" Warning None
        "a school year cannot be read; it is left out"
        "Write the year in which the school year ends, such as 2027."
        "schoolYear: next";
    BOOLEAN_SPELLING "boolean_spelling" Warning None
        "a yes or no is not written as true or false; it is read as meant"
        "Write true or false in lower case."
        "enabledUser: TRUE, Y or 1";
    UNKNOWN_STATUS "unknown_status" Warning None
        "a status is neither active nor tobedeleted; the record is read as active"
        "Write active or tobedeleted."
        "status: gone";
    INACTIVE_STATUS "inactive_status" Warning None
        "a status says inactive, which only OneRoster 1.0 knows; it is read as tobedeleted"
        "Write tobedeleted."
        "status: inactive";
    DELTA_WITHOUT_STATUS "delta_without_status" Warning None
        "a record, or every record, of a delta file has no status; it is read as active, and nothing ends by it"
        "Fill status in delta files."
        "file.users,delta and an empty status, or no such column";
    USER_IDS_FORM "user_ids_form" Warning None
        "userIds is not a list of {Type:Id}; what cannot be read is not used for matching"
        "Write userIds as {Type:Id}, several with commas between them."
        "userIds: 12345";
    TOO_FEW_CELLS "too_few_cells" Warning None
        "a row has fewer values than the header has columns; the rest is read as empty"
        "Write every column in every row."
        "a row that ends after the tenth of twelve columns";
    BLANK_CELLS "blank_cells" Warning None
        "a row ends in blank cells beyond the columns of the header, so a comma may have shifted its values"
        "Quote values that contain commas, and end all rows alike."
        "one row ends in two commas more than all others";
    CONTROL_CHARACTERS "control_characters" Warning None
        "a value has control characters or line breaks; they are removed or read as blanks"
        "Remove them in the school system."
        "a title with a line break inside";
    NOT_UTF8 "not_utf8" Warning None
        "a record is not UTF-8; it is read as Windows-1252"
        "Export in UTF-8."
        "an é as the one byte E9";
    STRAY_QUOTE "stray_quote" Warning None
        "text follows a closing quotation mark; it is read as part of the value"
        "Double quotation marks inside quoted values."
        "\"Ana\" Maria";
    INVALID_SOURCED_ID "invalid_sourced_id" Warning None
        "a sourcedId is longer than 255 characters or has characters that OneRoster does not allow"
        "Use letters, digits and . - _ / @ alone."
        "sourcedId: s 1";
    SOURCED_IDS_DIFFER_IN_CASE "sourced_ids_differ_in_case" Warning None
        "two sourcedIds differ only in case; they are kept apart"
        "Ask which of them is meant."
        "sourcedIds ab12 and AB12";
    DANGLING_OPTIONAL_REFERENCE "dangling_optional_reference" Warning None
        "a record names another that is neither in this delivery nor in the roster; the reference is left out"
        "Ask for an export in which both files come from the same moment and the same selection of schools."
        "agentSourcedIds names a guardian whom users.csv does not have";
    REFERENCE_CYCLE "reference_cycle" Warning None
        "a record names itself as its own parent; the reference is left out"
        "Mend the parent in the school system."
        "an org whose parentSourcedId is its own";
    DATES_REVERSED "dates_reversed" Warning None
        "a record ends before it begins"
        "Mend the dates in the school system."
        "beginDate 2026-09-01, endDate 2026-08-01";
    CLASS_WITHOUT_TEACHER "class_without_teacher" Warning None
        "a class has no teacher"
        "Assign a teacher in the school system, or leave such classes out with scope.classes_need_a_teacher."
        "a class of 20 students whom nobody teaches";
    CLASS_WITHOUT_STUDENTS "class_without_students" Warning None
        "a class has no students"
        "Enroll students, or do not export empty classes."
        "a class with a teacher alone";
    STUDENT_WITHOUT_ENROLLMENT "student_without_enrollment" Warning None
        "a student is in no class"
        "Check the student's schedule in the school system."
        "a student whom enrollments.csv does not name";
    STAFF_WITHOUT_ENROLLMENT "staff_without_enrollment" Notice None
        "a teacher is in no class"
        "Nothing, if the person does not teach now."
        "a teacher whom enrollments.csv does not name";
    USER_WITHOUT_TRUSTED_IDENTIFIER "user_without_trusted_identifier" Warning None
        "a person has no identifier that the district trusts, and can be known again by sourcedId alone"
        "Export userIds or identifier, or name another column in trusted_identifiers."
        "empty userIds and an empty identifier";
    SHARED_TRUSTED_IDENTIFIER "shared_trusted_identifier" Warning None
        "several people share an identifier that the district trusts as unique; those of them who are new wait until it is known whose it is"
        "Mend the identifier, or narrow its reach in trusted_identifiers."
        "two users with {SIS:4711}";
    USER_WITHOUT_ROLE "user_without_role" Warning None
        "a user has no record in roles.csv, so that nothing is known of role or school"
        "Export roles for every user."
        "a user of 1.2 whom roles.csv does not name";
    NO_MANIFEST "no_manifest" Notice None
        "there is no manifest.csv; every file is read as bulk"
        "Nothing, if the files are whole; otherwise add a manifest."
        "a zip of seven files";
    UNKNOWN_PROPERTY "unknown_property" Notice None
        "the manifest has a property that OneRoster does not know"
        "Check its spelling."
        "file.colors,bulk";
    UNKNOWN_VERSION "unknown_version" Warning None
        "the manifest names no version that Firstbell reads; the files are read by their headers"
        "Write oneroster.version as 1.1 or 1.2."
        "oneroster.version,9";
    UNDECLARED_FILE "undeclared_file" Warning None
        "a file is there that the manifest does not declare or declares absent; it is read as bulk"
        "Declare the file in the manifest."
        "demographics.csv, and no file.demographics";
    UNKNOWN_MODE "unknown_mode" Warning None
        "the manifest declares a file as neither absent, bulk nor delta; what it has is taken, and nothing that it lacks ends"
        "Write absent, bulk or delta."
        "file.users,weekly";
    UNKNOWN_FILE "unknown_file" Notice None
        "a file is not one of OneRoster's; it is not read"
        "Nothing, if it is not meant for Firstbell."
        "notes.csv";
    HEADER_ONLY "header_only" Warning None
        "a file has no records, or nothing in it at all"
        "Declare the file absent if there is nothing to send."
        "courses.csv of one line, or of none";
    UNKNOWN_COLUMN "unknown_column" Notice None
        "a column is not one of OneRoster's; it is not read"
        "Nothing, if no product needs it."
        "a column bus in users.csv";
    COLUMN_SPELLING "column_spelling" Warning None
        "a column is spelled in another case than OneRoster's, with other marks or with hidden characters; it is read as meant"
        "Spell it as OneRoster does."
        "SourcedID; given_name; a name behind a space without width";
    DUPLICATE_COLUMN "duplicate_column" Warning None
        "a column is there twice; the first is read"
        "Remove one of them."
        "email twice";
    FILE_IN_FOLDER "file_in_folder" Notice None
        "the files stand in a folder inside the delivery; they are read"
        "Put them at the top of the zip."
        "export/users.csv in the zip";
    STATUS_IN_BULK "status_in_bulk" Notice None
        "a bulk file has status or dateLastModified filled in, which OneRoster leaves empty"
        "Nothing, if the file is whole; a file of changes is to be declared as delta."
        "file.users,bulk and status active in each row";
    PASSWORD_DROPPED "password_dropped" Notice None
        "the file carries passwords; they are dropped where they are read"
        "Stop exporting passwords."
        "a filled column password";
    DELTA_BEFORE_BULK "delta_before_bulk" Warning None
        "changes came before any whole file of this kind"
        "Send one bulk delivery."
        "file.users,delta in the first delivery";
    DECLARED_ABSENT "declared_absent" Warning None
        "the manifest declares a file absent that came before, or stands alone and promises changes of it; what it brought is kept"
        "Nothing, if that is meant."
        "file.courses,absent where courses had come";
    TIME_ZONE_NOT_SET "time_zone_not_set" Notice None
        "the district has no time zone, so dates open and close in UTC"
        "Set time_zone in the district's settings."
        "time_zone is UTC";
    ABSENT_BUT_NAMED "absent_but_named" Warning None
        "an org, term or course is no longer in its file, or asks to end, but other records name it; it is kept"
        "Ask for an export in which all files come from the same moment and the same selection of schools."
        "a term that classes name and academicSessions.csv lacks";
    CELL_TOO_LONG "cell_too_long" Error None
        "a value goes on for more than 4 MiB without an end, most likely because a quotation mark on this line is never closed; the rest of the file is not read"
        "Close the quotation mark that opens on this line, or shorten the value, and send the file again."
        "a quotation mark in line 2 and no other in the file";
    NEEDED_FILE_MISSING "needed_file_missing" Error None
        "a file without which there is no roster is not in the delivery, and none came before"
        "Ask for an export with users.csv, classes.csv and enrollments.csv."
        "users.csv alone in the first delivery";
    SCOPE_NAMES_NOTHING "scope_names_nothing" Warning None
        "a setting names schools or terms that the file does not have"
        "Compare what the setting names with the file, by sourcedId or by identifier or title."
        "scope.schools.only = [\"Oak\"] where no school is called so";
    COLUMN_ALIAS "column_alias" Warning None
        "a column has another name than OneRoster's; it is read as meant"
        "Name it as OneRoster does."
        "orgs for orgSourcedIds; dataLastModified; usrename";
    COLUMN_TO_BE_MAPPED "column_to_be_mapped" Warning None
        "a column has a name that OneRoster does not know, and may be one that is lacking; it is not read"
        "If it is that column, say so under columns in the district's settings, or rename it in the export."
        "First Name where givenName is lacking";
    BLANK_COLUMN "blank_column" Warning None
        "a column has no name; it is not read"
        "Name the column, or take it out of the export."
        "sourcedId,,name";
    OTHER_SEPARATOR "other_separator" Warning None
        "a file has semicolons, tabs, bars or what its first line names with sep= between its values; it is read"
        "Put commas between values."
        "sourcedId;status;dateLastModified; a first line sep=;";
    UTF16 "utf16" Warning None
        "a file is in UTF-16; it is read"
        "Export in UTF-8."
        "a file that begins with the bytes FF FE";
    WORD_MEANT "word_meant" Warning None
        "a word is another than OneRoster's for the same, or is misspelled; it is read as meant"
        "Use OneRoster's words."
        "role: pupil or Techer; type: School District";
    PROPERTY_SPELLING "property_spelling" Warning None
        "a property of the manifest is misspelled; it is read as meant"
        "Spell it as OneRoster does."
        "fiel.users,bulk";
    NESTED_ZIP "nested_zip" Notice None
        "a zip stands inside the delivery; it is not opened"
        "Nothing, if its files stand at the top of the delivery too; otherwise put them there."
        "files.zip beside users.csv";
    FOLLOWS_1_0 "follows_1_0" Notice None
        "the files follow OneRoster 1.0; they are read"
        "Ask for OneRoster 1.1 or 1.2."
        "users.csv with the columns userId and agents";
    ENROLLMENT_OF_OTHER_SCHOOL "enrollment_of_other_school" Warning None
        "an enrollment names another school than its class does"
        "Ask which of the two is right."
        "a class of school 12 in an enrollment with schoolSourcedId 14";
    STUDENT_AS_TEACHER "student_as_teacher" Warning None
        "a student is enrolled as a teacher"
        "Mend the role of the person or of the enrollment in the school system."
        "role teacher in enrollments.csv for a user with role student";
    STAFF_AS_STUDENT "staff_as_student" Warning None
        "a teacher or other staff is enrolled as a student"
        "Mend the role of the person or of the enrollment in the school system."
        "role student in enrollments.csv for a user with role teacher";
    SCHOOL_WITHOUT_CLASSES "school_without_classes" Warning None
        "a school has students and no classes"
        "Ask whoever sets up the export to share the classes of this school, or leave it out with scope.schools."
        "400 students of school 12, and no class with its schoolSourcedId";
    SCHOOL_WITHOUT_TEACHERS "school_without_teachers" Warning None
        "a school has students and no teachers"
        "Ask whoever sets up the export to share the teachers of this school."
        "400 students of school 12, and no teacher in it";
    SCHOOL_WITH_MANY_CLASSES "school_with_many_classes" Notice None
        "a school shares more classes than the district expects of so many students or teachers"
        "If these are not all meant, share fewer, such as homerooms alone; otherwise raise the numbers under expect."
        "300 students in 400 classes";
    SESSION_OUTSIDE_PARENT "session_outside_parent" Warning None
        "a term begins before the one that it belongs to, or ends after it"
        "Mend the dates in the school system."
        "a term until 2027-07-15 in a year until 2027-06-30";
    SCHOOL_YEAR_OFF "school_year_off" Warning None
        "a school year is not the year in which its term, or the year after a term in autumn, ends, or not that of the term that it belongs to"
        "Write the year in which the school year ends."
        "schoolYear 2026 for a year until 2027-06-30";
    MANY_CONTACTS "many_contacts" Notice None
        "a student has more guardians than the district expects, so that emergency contacts may be among them"
        "Ask whoever sets up the export to send parents and guardians alone; otherwise raise expect.contacts."
        "a student of whom eight guardians are told, in the agentSourcedIds of either";
    FIELD_ABSENT "field_absent" Notice None
        "a column that Firstbell has a use for is missing"
        "Ask whoever sets up the export for the column, if you want what it serves."
        "users.csv without the column email";
    LOST_CHARACTERS "lost_characters" Warning None
        "a value holds the mark of a character that was lost on the way"
        "Export again in UTF-8; mend the values in the school system where they are wrong there."
        "a name with U+FFFD in place of an é";
    LEADING_ZEROS_LOST "leading_zeros_lost" Warning None
        "an id is one that the roster has with zeros in front, which this delivery lacks"
        "Export again without opening the file in a spreadsheet, or format the column as text."
        "4711 where the roster has 004711";
    SHARED_EMAIL "shared_email" Warning None
        "several people, not guardians alone, have the same e-mail address"
        "Give each person an address of their own where they sign in with it."
        "two students with office@example.org";
    SHARED_USERNAME "shared_username" Warning None
        "several people have the same user name"
        "Give each person a user name of their own where they sign in with it."
        "two students with the user name student";
    PEOPLE_LOOK_ALIKE "people_look_alike" Notice None
        "people look like one person: the same name and role with the same birth date, or with the same school and grade"
        "Compare them in the school system, and merge those who are one."
        "two students called Ada Oak, of grade 05 in one school";
    ROWS_RUN_TOGETHER "rows_run_together" Error Rejects
        "a row has as many values as two and a carriage return between them, so that nobody can tell whom the second is about"
        "End every row alike, with a line feed or with both characters."
        "a row of users.csv that ends in CR alone where all others end in LF";
    MODES_DISAGREE "modes_disagree" Warning None
        "the manifest declares a file in two ways; delta goes before bulk, and bulk before absent"
        "Declare each file once."
        "file.users,bulk and file.users,delta";
    FUTURE_DATE_TIME "future_date_time" Warning None
        "an instant is later than tomorrow; it does not count when deliveries and records are put in order"
        "Mend the value, or the clock of whoever makes the export."
        "dateLastModified: 2099-01-01T00:00:00Z";
    SCOPE_TAKES_NOTHING "scope_takes_nothing" Warning None
        "the rules under scope leave out every record of a file, or every school"
        "Compare the ids, codes and words under scope with those of the delivery."
        "scope.schools.only = [\"Oak\"] where the school's code is 0101";
    GUARDIAN_WITHOUT_STUDENT "guardian_without_student" Warning None
        "a guardian names no student of the delivery, and none of them names this guardian"
        "Ask whoever sets up the export to fill in agentSourcedIds, with guardians or with students."
        "a parent with an empty agentSourcedIds whom no student has in theirs";
    GUARDIAN_WITHOUT_SCHOOL "guardian_without_school" Notice None
        "a guardian belongs to the district and to no school"
        "Nothing, unless products look for guardians by school: their students tell where they belong."
        "a parent whose orgSourcedIds is the district";
    CONTACTS_NOT_TOLD_APART "contacts_not_told_apart" Notice None
        "a student has three contacts or more, and all contacts of the delivery are guardians or parents, so that emergency contacts may be among them"
        "Ask for emergency contacts with the role relative, or not at all; scope.roles leaves a role out."
        "a student with four guardians where nobody has the role relative";
    STUDENT_WITHOUT_CONTACT "student_without_contact" Notice None
        "a student has no guardian with an e-mail address or a telephone number"
        "Ask the school office for the family's e-mail address or telephone number."
        "a student whose only guardian has neither email nor phone nor sms";
    FIELD_EMPTY "field_empty" Notice None
        "the e-mail address of everybody, or the grade of every student, is empty"
        "Ask whoever sets up the export to fill the column in, if you want what it serves."
        "users.csv with the column email and nothing in it";
    CLASS_OF_OTHER_GRADE "class_of_other_grade" Notice None
        "a class is of one grade, and its students are of others"
        "Mend the grade of the class in the school system, or its enrollments."
        "a class of grade 05 whose students are all of grade 03";
    CLASS_OF_OTHER_SCHOOL "class_of_other_school" Warning None
        "a class is of one school, and its students are of others"
        "Ask whether the ids of classes were exchanged between schools; otherwise mend the school of the class or of the students."
        "a class of North whose students all have South in orgSourcedIds";
    HEADER_MISSING "header_missing" Error None
        "the first line names none of the columns of its file: the header is not there, or something stands above it"
        "Ask for a file that begins with the names of its columns; where they are in other words, say with columns in the settings what they mean."
        "users.csv that begins with the first user";
    VERSION_DISAGREES "version_disagrees" Warning None
        "the manifest names another version of OneRoster than the files follow; they are read as they are"
        "Ask whoever sets up the export which version it is, and to name it in the manifest."
        "oneroster.version 1.2 beside a users.csv with the column role and no roles.csv";
    MAPPED_TO_NO_SCHOOL "mapped_to_no_school" Warning None
        "a setting maps what is no school, or schools to one that the delivery does not have and that gets no name, so that it is left aside"
        "Write the sourcedId of a school of the source after to, or give the new school a name; map schools alone."
        "scope.mapping = [{ to = \"oak\", from = [\"0102\"] }] where no school has the sourcedId oak";
    SETTING_NAMES_NOBODY "setting_names_nobody" Notice None
        "a setting names a person whom neither the delivery nor the roster has"
        "Check the sourcedId in the setting, or take it out where it has done its work."
        "same_person = [\"10110047\"] where nobody has that sourcedId";
    HEADER_APART "header_apart" Error None
        "the header in line 1 does not fit the rows: other marks stand between its names than between the values, rows stand in quotation marks as a whole, a separator stands inside a name, or the first row stands behind it on its line"
        "Put commas between names and values alike, quote single names and values that contain commas, write every column in every row, and begin the first row on a line of its own."
        "sourcedId;status;role above u1,active,student; the name `Phone, home` without quotation marks";
    STUDENT_OF_OTHER_SCHOOL "student_of_other_school" Notice None
        "a student of one school is in a class of another"
        "Nothing, if the student attends both; then name both schools in the student's record. Otherwise mend the enrollment in the school system."
        "a student with North alone in orgSourcedIds, in one class of South";
    SCHOOL_WITH_FEW_CLASSES "school_with_few_classes" Notice None
        "a school shares fewer classes than the district expects of so many students"
        "Ask whoever sets up the export whether it shares all classes that are meant; otherwise lower expect.least_classes_per_100_students."
        "600 students and two classes";
    NOT_CSV "not_csv" Error None
        "a file is no CSV but something else: a web page, a spreadsheet or such; nothing of it is read"
        "Ask whoever sends the files for the export itself, as CSV: a web page or JSON in its place tells most likely of an error or a sign-in, and a sheet saved as CSV loses leading zeros."
        "users.csv that begins with <html>; users.xlsx and no users.csv";
    FILE_NAME "file_name" Warning None
        "a file has another name than OneRoster's; it is read as meant"
        "Name it as OneRoster does."
        "academic_sessions.csv; users (1).csv; users_20260817.csv; users.txt";
    SETTING_NAMES_NO_COLUMN "setting_names_no_column" Warning None
        "a setting under columns names a column that the file does not have, or a file that never came"
        "Write the name as the file's first line has it, or take it out of the settings."
        "columns.users = { \"Pupil No\" = \"identifier\" } where users.csv has no column Pupil No";
    MANIFEST_UNREADABLE "manifest_unreadable" Error None
        "the manifest is there and has none of OneRoster's properties; what the files have is taken, and nothing that they lack ends"
        "Ask for a manifest.csv with propertyName and value in its columns, or for none where all files are whole."
        "a manifest.csv that is empty, or the text of an error";
    DAYS_COME_FIRST "days_come_first" Warning None
        "the first number of dates with slashes is above 12 in this file or another of the delivery, so all of its dates with slashes are read as day/month/year"
        "Write dates as YYYY-MM-DD, or say so with slashed_dates in the settings, so that a file of few dates is read alike."
        "beginDate: 3/9/2026 in one row and 14/9/2026 in another";
    BLANK_BEFORE_QUOTE "blank_before_quote" Warning None
        "a blank stands between a comma and the quotation mark behind it; the value is read without its marks"
        "Put no blanks around commas."
        "\"Ana\", \"Oak\"";
    LIST_SEPARATOR "list_separator" Warning None
        "a list has semicolons or bars between its values; it is read as meant"
        "Put commas between the values of a list, and quotation marks around it."
        "agentSourcedIds: g1;g2; grades: 09|10; userIds: {SIS:1};{State:2}";
}

/// The number of a check in stored outcomes.
pub fn number(check: &Check) -> u8 {
    let place = ALL.iter().position(|known| known.code == check.code).unwrap_or_default();
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// The check with this number.
pub fn from_number(number: u8) -> Option<&'static Check> {
    ALL.get(usize::from(number)).copied()
}

#[cfg(test)]
mod tests;
