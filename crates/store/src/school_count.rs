//! What each school had after an operation, in numbers.

use std::collections::BTreeMap;

use firstbell_roster::model::school_counts::SchoolCounts;
use firstbell_roster::model::{DistrictId, OperationNumber, SubjectId};

use crate::db::{Record, params};
use crate::error::DatabaseError;
use crate::fact::read::list;
use crate::store::Store;

impl Store {
    /// Keeps what the schools have after an operation; school 0 is what belongs to none. What was
    /// kept of it before stays.
    pub async fn save_school_counts(
        &self,
        district: DistrictId,
        operation: OperationNumber,
        schools: &BTreeMap<SubjectId, SchoolCounts>,
    ) -> Result<(), DatabaseError> {
        let mut session = self.db(district).await?.write().await?;
        for (school, counts) in schools {
            session
                .execute(
                    "INSERT INTO school_count (district, operation, school, students, staff, \
                     classes, places, students_without_class, classes_without_teacher) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
                    params![
                        district,
                        operation.0,
                        school.0,
                        counts.students.cast_signed(),
                        counts.staff.cast_signed(),
                        counts.classes.cast_signed(),
                        counts.places.cast_signed(),
                        counts.students_without_class.cast_signed(),
                        counts.classes_without_teacher.cast_signed(),
                    ],
                )
                .await?;
        }
        session.commit().await
    }

    /// What the schools had after each of these operations, as far as that was kept, by operation and
    /// school.
    pub async fn school_counts(
        &self,
        district: DistrictId,
        operations: &[OperationNumber],
    ) -> Result<BTreeMap<OperationNumber, BTreeMap<SubjectId, SchoolCounts>>, DatabaseError> {
        let numbers: Vec<i64> = operations.iter().map(|one| one.0).collect();
        let mut session = self.db(district).await?.read().await?;
        let mut found: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        session
            .each(
                "SELECT t.operation, t.school, t.students, t.staff, t.classes, t.places, \
                 t.students_without_class, t.classes_without_teacher \
                 FROM json_each($2) AS w CROSS JOIN school_count AS t \
                 WHERE t.district = $1 AND t.operation = CAST(w.value AS BIGINT)",
                params![district, list(&numbers)],
                |row| {
                    let operation = OperationNumber(row.int("operation")?);
                    let school = SubjectId(row.int("school")?);
                    found.entry(operation).or_default().insert(school, read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(found)
    }
}

fn read(row: &Record) -> Result<SchoolCounts, DatabaseError> {
    let count = |name| row.int(name).map(i64::cast_unsigned);
    Ok(SchoolCounts {
        students: count("students")?,
        staff: count("staff")?,
        classes: count("classes")?,
        places: count("places")?,
        students_without_class: count("students_without_class")?,
        classes_without_teacher: count("classes_without_teacher")?,
    })
}
