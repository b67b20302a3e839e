-- What each school had after an operation, in numbers; school 0 is what belongs to none.
CREATE TABLE school_count (
    district BIGINT NOT NULL,
    operation BIGINT NOT NULL,
    school BIGINT NOT NULL,
    students BIGINT NOT NULL,
    staff BIGINT NOT NULL,
    classes BIGINT NOT NULL,
    places BIGINT NOT NULL,
    students_without_class BIGINT NOT NULL,
    classes_without_teacher BIGINT NOT NULL,
    PRIMARY KEY (district, operation, school)
);
