//! How many districts are, in one query for all of them, or one for each where each has a database
//! of its own.

use std::collections::BTreeMap;

use firstbell_roster::model::{DateTime, DistrictId, OperationNumber};
use tokio::task::JoinSet;

use crate::db::{Db, Record, params};
use crate::error::DatabaseError;
use crate::fact::read::list;
use crate::operation::taken_back;
use crate::plan::PlanNumber;
use crate::store::Store;

/// How a district is, in a few numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The newest operation; 0 before the first.
    pub operation: OperationNumber,
    /// The newest run that went through.
    pub last_good: Option<GoodRun>,
    /// How many plans wait for a person.
    pub holds: i64,
    /// The newest of them.
    pub newest_hold: Option<PlanNumber>,
    /// Since when the oldest of them waits.
    pub waits_since: Option<DateTime>,
    /// Since when a source stands still, where one does.
    pub paused_at: Option<DateTime>,
    /// How many schools the roster has.
    pub schools: i64,
}

/// A run that went through, whether it changed something or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodRun {
    /// When it ended.
    pub at: DateTime,
    /// The operation that it made.
    pub operation: Option<OperationNumber>,
    /// Whether that operation is taken back, so that the run before is the last good one.
    pub undone: bool,
}

/// How many databases are asked at once.
const AT_ONCE: usize = 32;

impl Store {
    /// How these districts are.
    pub async fn overviews(
        &self,
        districts: &[DistrictId],
    ) -> Result<BTreeMap<DistrictId, Overview>, DatabaseError> {
        if let Db::Postgres(_) = self.shared.hub {
            return of(&self.shared.hub, districts).await;
        }
        let (mut all, mut asked) = (BTreeMap::new(), JoinSet::new());
        for district in districts {
            if asked.len() >= AT_ONCE
                && let Some(one) = asked.join_next().await
            {
                all.extend(joined(one)?);
            }
            let (store, district) = (self.clone(), *district);
            asked.spawn(async move { of(&store.db(district).await?, &[district]).await });
        }
        while let Some(one) = asked.join_next().await {
            all.extend(joined(one)?);
        }
        Ok(all)
    }
}

type Overviews = BTreeMap<DistrictId, Overview>;

fn joined(
    result: Result<Result<Overviews, DatabaseError>, tokio::task::JoinError>,
) -> Result<Overviews, DatabaseError> {
    result.unwrap_or_else(|_| Err(DatabaseError::unreadable("district", "overview")))
}

const OVERVIEW: &str = "\
    SELECT d.id AS district, \
    (SELECT h.number FROM log_head AS h WHERE h.district = d.id) AS operation, \
    (SELECT r.finished_at FROM run AS r WHERE r.district = d.id \
     AND r.status IN ('applied', 'unchanged') ORDER BY r.number DESC LIMIT 1) AS good_at, \
    (SELECT r.operation FROM run AS r WHERE r.district = d.id \
     AND r.status IN ('applied', 'unchanged') ORDER BY r.number DESC LIMIT 1) AS good_operation, \
    (SELECT COUNT(*) FROM plan AS p WHERE p.district = d.id AND p.status = 'held') AS holds, \
    (SELECT MAX(p.number) FROM plan AS p WHERE p.district = d.id AND p.status = 'held') \
     AS newest_hold, \
    (SELECT MIN(p.created_at) FROM plan AS p WHERE p.district = d.id AND p.status = 'held') \
     AS waits_since, \
    (SELECT MIN(s.paused_at) FROM source AS s WHERE s.district = d.id) AS paused_at, \
    (SELECT COUNT(*) FROM org AS o WHERE o.district = d.id AND o.until_op IS NULL \
     AND (o.type = 'school' OR o.implied = 1)) AS schools \
    FROM (SELECT CAST(w.value AS BIGINT) AS id FROM json_each($1) AS w) AS d";

const UNDOS: &str = "\
    SELECT o.district, o.number, o.undoes FROM json_each($1) AS w CROSS JOIN operation AS o \
    WHERE o.district = CAST(w.value AS BIGINT) AND o.undoes IS NOT NULL";

/// The same for the districts of one database.
async fn of(db: &Db, districts: &[DistrictId]) -> Result<Overviews, DatabaseError> {
    let ids = list(&districts.iter().map(|district| district.0).collect::<Vec<_>>());
    let mut session = db.read().await?;
    let mut undone: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    session
        .each(UNDOS, params![ids.as_str()], |row| {
            let undo = (OperationNumber(row.int("number")?), OperationNumber(row.int("undoes")?));
            undone.entry(row.int("district")?).or_default().push(undo);
            Ok(())
        })
        .await?;
    let overviews = session.all(OVERVIEW, params![ids.as_str()], |row| {
        let district = row.int("district")?;
        Ok((DistrictId(district), read(row, undone.remove(&district).unwrap_or_default())?))
    });
    Ok(overviews.await?.into_iter().collect())
}

fn read(
    row: &Record,
    undos: Vec<(OperationNumber, OperationNumber)>,
) -> Result<Overview, DatabaseError> {
    let operation = row.maybe_int("good_operation")?.map(OperationNumber);
    let undone = operation.is_some_and(|operation| taken_back(undos).contains_key(&operation));
    let good = row.maybe_int("good_at")?.map(DateTime);
    Ok(Overview {
        operation: OperationNumber(row.maybe_int("operation")?.unwrap_or_default()),
        last_good: good.map(|at| GoodRun { at, operation, undone }),
        holds: row.int("holds")?,
        newest_hold: row.maybe_int("newest_hold")?.map(PlanNumber),
        waits_since: row.maybe_int("waits_since")?.map(DateTime),
        paused_at: row.maybe_int("paused_at")?.map(DateTime),
        schools: row.int("schools")?,
    })
}
