//! What is wrong with the deliveries of the demonstration district, under stable names.

mod counting;
mod planting;

use std::collections::BTreeMap;

use crate::delivery::Setting;
use crate::demo::cast::Cast;
use crate::demo::tables::Tables;

type Plant = fn(&mut Tables, &Cast, &Setting);
type Count = fn(&Tables) -> usize;

/// What spoils the rows. Imperfections that are facts of the roster, such as a student in two
/// schools, are arranged by the casting.
const PLANTED: [Plant; 8] = [
    planting::remove_missing_classes,
    planting::repeat_a_user,
    planting::use_an_unknown_role,
    planting::shout_booleans,
    planting::write_a_bad_date,
    planting::put_space_around_cells,
    planting::append_metadata,
    planting::mark_a_file,
];

/// What is counted in the finished rows.
const COUNTED: [(&str, Count); 21] = [
    ("bad_dates", counting::bad_dates),
    ("cells_with_outer_space", counting::cells_with_outer_space),
    ("classes_without_students", counting::classes_without_students),
    ("classes_without_teacher", counting::classes_without_teacher),
    ("classes_without_title", counting::classes_without_title),
    ("co_taught_classes", counting::co_taught_classes),
    ("demographics_rows", counting::demographics_rows),
    ("enrollments_naming_missing_classes", counting::enrollments_naming_missing_classes),
    ("files_with_byte_order_mark", counting::files_with_byte_order_mark),
    ("metadata_columns", counting::metadata_columns),
    ("missing_classes", counting::missing_classes),
    ("passwords", counting::passwords),
    ("people_in_two_rows", counting::people_in_two_rows),
    ("repeated_rows", counting::repeated_rows),
    ("students_in_no_class_because_missing", counting::students_in_no_class_because_missing),
    ("students_in_two_schools", counting::students_in_two_schools),
    ("students_sharing_a_name", counting::students_sharing_a_name),
    ("students_without_email", counting::students_without_email),
    ("students_without_enrollments", counting::students_without_enrollments),
    ("unknown_roles", counting::unknown_roles),
    ("wrong_case_booleans", counting::wrong_case_booleans),
];

/// Spoils the rows of a day.
pub(super) fn plant(tables: &mut Tables, cast: &Cast, setting: &Setting) {
    for plant in PLANTED {
        plant(tables, cast, setting);
    }
}

/// Counts what is wrong, by name.
pub(super) fn count(tables: &Tables) -> BTreeMap<String, usize> {
    COUNTED.iter().map(|(name, count)| ((*name).to_owned(), count(tables))).collect()
}
