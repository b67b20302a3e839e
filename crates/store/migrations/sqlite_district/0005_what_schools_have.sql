-- What each school had after an operation, in numbers; school 0 is what belongs to none.
CREATE TABLE school_count (
    district INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    school INTEGER NOT NULL,
    students INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    classes INTEGER NOT NULL,
    places INTEGER NOT NULL,
    students_without_class INTEGER NOT NULL,
    classes_without_teacher INTEGER NOT NULL,
    PRIMARY KEY (district, operation, school)
) WITHOUT ROWID;
