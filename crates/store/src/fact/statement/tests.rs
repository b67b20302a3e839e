use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use firstbell_roster::model::Kind;

use crate::db::{Db, SqliteFile};
use crate::fact::table::Table;

/// What SQLite would do for a statement, step by step.
async fn steps(connection: &mut SqliteConnection, sql: &dyn std::fmt::Display) -> Vec<String> {
    let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let steps: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sql).fetch_all(connection).await.unwrap();
    steps.into_iter().map(|(_, _, _, step)| step).collect()
}

async fn check(connection: &mut SqliteConnection) {
    for kind in Kind::FACTS {
        let sql = &Table::of(kind).unwrap().sql;
        let mut few: Vec<&dyn std::fmt::Display> = vec![
            &sql.close,
            &sql.present_ids,
            &sql.present,
            &sql.past,
            &sql.history,
            &sql.ended_by_key,
            &sql.diff,
            &sql.begun,
            &sql.ended,
            &sql.page_as_of,
            &sql.touched,
        ];
        few.extend(sql.by_key.as_ref().map(|sql| sql as &dyn std::fmt::Display));
        for lookup in sql.lookups.values() {
            few.extend([&lookup.present as &dyn std::fmt::Display, &lookup.as_of]);
            few.extend([false, true].map(|ended| lookup.all(ended) as &dyn std::fmt::Display));
        }
        for statement in few {
            let steps = steps(connection, statement).await;
            let whole =
                |step: &&String| step.ends_with("(district=?)") || step.starts_with("SCAN t");
            assert_eq!(steps.iter().find(whole), None, "{statement}: {steps:#?}");
        }
    }
}

#[tokio::test]
async fn no_statement_looks_through_a_whole_table_for_a_few_rows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roster.db");
    let db = Db::sqlite(&file, SqliteFile::District).await.unwrap();
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    check(&mut connection).await;

    let mut session = db.write().await.unwrap();
    for kind in Kind::FACTS {
        let table = Table::of(kind).unwrap().name;
        let deferred = session.defer_indexes(table).await.unwrap();
        session.build_indexes(table, deferred).await.unwrap();
    }
    session.commit().await.unwrap();
    check(&mut connection).await;
    check(&mut SqliteConnection::connect(&url).await.unwrap()).await;
}
