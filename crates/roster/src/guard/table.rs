//! The table of guards. Codes are stable.

/// One guard: its stable code and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Guard {
    /// The stable code.
    pub code: &'static str,
    /// Why a plan waits; `{changed}`, `{active}`, `{school}`, `{what}` and `{file}`
    /// are filled in.
    pub sentence: &'static str,
    /// Which limit of the settings it reads, or which option lets it pass; empty where it always
    /// holds.
    pub setting: &'static str,
    /// A delivery that trips it.
    pub example: &'static str,
}

macro_rules! guards {
    ($($name:ident $code:literal $sentence:literal $setting:literal $example:literal;)*) => {
        $(
            #[doc = $sentence]
            pub static $name: Guard = Guard {
                code: $code,
                sentence: $sentence,
                setting: $setting,
                example: $example,
            };
        )*
        /// All guards.
        pub static ALL: &[&Guard] = &[$(&$name),*];
    };
}

guards! {
    FILE_MISSING "file_missing" "{file} came last time and is not there now; nothing ends because of that" "" "a zip without classes.csv, which came last night";
    NEEDED_FILE_MISSING "needed_file_missing" "{file} is not there or has no records, and there is no roster without what it brings" "" "a first delivery without enrollments.csv";
    FILE_EMPTY "file_empty" "{file} has no records, and had records before; nothing ends because of that" "" "an enrollments.csv of one line, its header";
    FILE_INCOMPLETE "file_incomplete" "{file} ends in the middle of a row, or rows in it run into each other; nothing that it lacks ends" "" "a users.csv that ends with `4711,active,\"Ann`";
    FILE_UNUSABLE "file_unusable" "{file} is no CSV, lacks its header or a required column, or has a header that does not fit its rows, so that none of its records can be taken" "" "a users.csv without the column familyName";
    OLDER_DELIVERY "older_delivery" "the delivery is older than delivery {active}, which was synced last; sync it with --again if it is meant" "--again" "files whose newest dateLastModified is of Monday, after those of Tuesday were applied";
    REPEATED_DELIVERY "repeated_delivery" "the delivery is the same as delivery {changed}, though a newer one, delivery {active}, was synced since; sync it with --again if it is meant" "--again" "Monday's zip once more on Wednesday";
    MODE_CHANGED "mode_changed" "{file} came as changes last time and as a whole now, and lacks rows of the roster: {changed}" "" "users.csv as bulk, with half of the people, after weeks as delta";
    FIRST_PLAN "first_plan" "this is the district's first plan, and the settings want a person to approve it" "first_plan" "the first sync of a district with first_plan = \"hold\"";
    PEOPLE_DEACTIVATED "people_deactivated" "{changed} of {active} people of {school} would be deactivated, or lose their role there or their sign-in" "guard.people_deactivated_in_school" "30 of 300 students of a school are no longer in users.csv";
    PEOPLE_DEACTIVATED_IN_DISTRICT "people_deactivated_in_district" "{changed} of {active} people of the district would be deactivated, or lose their role or their sign-in" "guard.people_deactivated_in_district" "four of a hundred people of each school are no longer in users.csv";
    CLASSES_ENDED "classes_ended" "{changed} of {active} classes of {school} would end or move to another school" "guard.classes_ended" "10 of 40 classes of a school are no longer in classes.csv";
    ENROLLMENTS_ENDED "enrollments_ended" "{changed} of {active} enrollments of {school} would end" "guard.enrollments_ended" "300 of 1,000 enrollments of a school are no longer in enrollments.csv";
    PEOPLE_RENAMED "people_renamed" "{changed} of {active} people of {school} would get another family name or identifier" "guard.people_renamed" "60 of 300 people of a school have another family name";
    RECORDS_LOST "records_lost" "{changed} of {active} records of {file} that were applied before would be rejected or held" "guard.records_lost" "the roles of 100 users are misspelled since tonight";
    SCHOOL_EMPTIED "school_emptied" "{school} would keep {changed} of {active} students" "" "a school of 20 students sends 9 of them";
    SCHOOL_SIGNED_OUT "school_signed_out" "{changed} of {active} people of {school} would be without their sign-in" "" "all ten people of a small school come with enabledUser = false";
    GRADE_EMPTIED "grade_emptied" "{what} of {school} would keep {changed} of {active} students" "" "a school of 300 students sends none of its 12 in grade 06";
    SCHOOL_WITHOUT_TEACHER "school_without_teacher" "{school} would lose its last teacher; it has {active} now" "" "the only teacher of a small school is marked as to be deleted";
    CLASS_EMPTIED "class_emptied" "{changed} of {active} classes of {school} would go on with less than half of their students" "" "a class of 20 goes on with 8";
    CLASS_LOSES_TEACHER "class_loses_teacher" "{changed} of {active} classes of {school} would go on without a teacher" "" "a class keeps its students, and the enrollment of its teacher ends";
    VALUES_CHANGED "values_changed" "{changed} of {active} records of {file} of {school} would get another {what}, or lose it" "guard.values_changed" "email and phone are swapped in the export";
    COLUMN_VANISHED "column_vanished" "{file} has no column {what} now, and what {changed} of its records had in it would be lost" "" "users.csv comes without the column email, which was filled";
    SCHOOLS_RENAMED "schools_renamed" "{changed} of {active} orgs would get another name, identifier or type" "guard.schools_renamed" "three of five schools have taken each other's names";
    IDS_REISSUED "ids_reissued" "{changed} of {active} people of {school} come under other sourcedIds and are taken for the same people, by a trusted identifier or because --rekey asks for it; approving keeps their accounts under the new ids" "guard.ids_reissued" "a new server numbers 200 students anew; their student numbers are as before";
    IDS_REISSUED_BY_NAME "ids_reissued_by_name" "{changed} of {active} people of {school} would end and begin anew with the same name, role and grade: these ids look re-issued; a plan with --rekey keeps their accounts" "guard.ids_reissued" "a new server numbers 200 students anew, and the export has no student numbers";
    TEACHERS_LOST "teachers_lost" "{changed} of {active} teachers of {school} would leave it" "guard.teachers_lost" "8 of 20 teachers of a school leave, and 8 others come";
    SCHOOL_TURNOVER "school_turnover" "{changed} of {active} students of {school} would leave it, whoever comes instead" "guard.school_turnover" "70 of 100 students of a school leave, and 70 others come";
    CLASS_TURNOVER "class_turnover" "{changed} of {active} classes of {school} would go on with mostly other students" "guard.class_turnover" "two classes have exchanged most of their students";
    SCHOOL_VANISHED "school_vanished" "{school} is no longer in {file}, and has people or classes in the roster" "" "no file names a school any more of which there are students";
    ROWS_FALLEN "rows_fallen" "{file} has {changed} records fewer than the {active} of last time" "guard.rows_fallen" "enrollments.csv has 600 rows after 1,000";
    FILES_APART "files_apart" "{changed} of {active} records of {file} name records that the other files lack, as if the files came from different exports" "" "a first delivery whose enrollments.csv is of another district";
    LEADING_ZEROS_LOST "leading_zeros_lost" "{changed} ids of {file} are known with zeros in front, which a spreadsheet has taken away" "" "4711, 4712 and 4713 where the roster has 004711, 004712 and 004713";
    SEASON_TAKES_NOTHING "season_takes_nothing" "it is the season {what}, in which the district takes nothing without a person; {changed} changes wait" "seasons" "any change in the winter break";
    SEASON_TAKES_ADDITIONS "season_takes_additions" "it is the season {what}, in which what leaves waits for a person; that is {changed} of {active} changes" "seasons" "a student leaves in the first weeks of the year";
    SCHOOL_LOSES_SEATS "school_loses_seats" "{school} would keep {changed} of {active} places of students in classes" "" "a school sends 40 of its 100 enrollments, with all of its students";
    CLASS_IDS_REISSUED "class_ids_reissued" "{changed} of {active} {what} of {school} come under other sourcedIds and are taken for the same, because --rekey asks for it; approving keeps them, and what belongs to them, under the new ids" "guard.class_ids_reissued" "a plan with --rekey after a new server has numbered all classes of a school anew";
    CLASS_IDS_LOOK_REISSUED "class_ids_look_reissued" "{changed} of {active} {what} of {school} would end and begin anew, and little but the ids differs: these look re-issued; a plan with --rekey keeps them, and who is in them, under the new ids" "guard.class_ids_reissued" "a new server numbers all classes of a school anew; schools, teachers and students are as before";
    MAPPED_SCHOOL_VANISHED "mapped_school_vanished" "no file names the school {what} any more, which the settings make a part of {school}" "" "a school that scope.mapping joined to another is in no file any more";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        for guard in ALL {
            assert_eq!(ALL.iter().filter(|other| other.code == guard.code).count(), 1);
        }
    }
}
