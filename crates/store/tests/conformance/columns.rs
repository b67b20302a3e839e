use std::cell::RefCell;
use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_roster::model::column::Type;
use firstbell_roster::model::row::fact_columns;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::installation::{Installation, on_both};

/// The columns of each table in order, and whether they hold integers.
type Columns = BTreeMap<String, Vec<(String, bool)>>;

const SYSTEM: &str = "row_id district id source key! sourced_id from_op from_for until_op \
                      until_for began ended last_modified implied";

#[test]
fn both_databases_have_the_columns_of_the_roster() {
    let seen = RefCell::new(Vec::new());
    on_both(async |it| {
        it.district("maple").await;
        let columns = columns(it).await;
        for kind in Kind::FACTS {
            assert_eq!(columns[table(kind)], expected(kind), "{kind}");
        }
        seen.borrow_mut().push(columns);
    });
    let seen = seen.into_inner();
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

fn expected(kind: Kind) -> Vec<(String, bool)> {
    let system = SYSTEM.split_whitespace().map(|name| {
        let name = name.trim_end_matches('!');
        (name.to_owned(), name != "sourced_id")
    });
    let person = (kind == Kind::User).then(|| ("person".to_owned(), true));
    let facts = fact_columns(kind).map(|column| {
        let is_int = matches!(column.ty, Type::Reference(_));
        (snake(column.name), is_int)
    });
    system.chain(person).chain(facts).collect()
}

fn snake(header: &str) -> String {
    let mut name = String::new();
    for mark in header.chars() {
        if mark.is_uppercase() {
            name.push('_');
        }
        name.extend(mark.to_lowercase());
    }
    name.replace("_sourced_id", "_id")
}

fn table(kind: Kind) -> &'static str {
    let tables = [
        ("orgs", "org"),
        ("academicSessions", "academic_session"),
        ("courses", "course"),
        ("classes", "class"),
        ("users", "user_row"),
        ("roles", "role"),
        ("userProfiles", "user_profile"),
        ("demographics", "demographics"),
        ("enrollments", "enrollment"),
    ];
    tables.into_iter().find(|(name, _)| *name == kind.name()).unwrap().1
}

async fn columns(it: &Installation) -> Columns {
    let rows = if let Some(url) = &it.postgres {
        of_postgres(url).await
    } else {
        let folder = it.store.files("maple").folder().to_owned();
        let mut rows = of_sqlite(&it.home.path().join("hub.db")).await;
        rows.extend(of_sqlite(&folder.join("roster.db")).await);
        rows
    };
    let mut columns = Columns::new();
    for (table, column, ty) in rows {
        let is_int = ["INTEGER", "bigint"].contains(&ty.as_str());
        assert!(is_int || ["TEXT", "text"].contains(&ty.as_str()), "{ty}");
        columns.entry(table).or_default().push((column, is_int));
    }
    columns
}

async fn of_sqlite(file: &std::path::Path) -> Vec<(String, String, String)> {
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query_as(
        "SELECT t.name, c.name, c.type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
         AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

async fn of_postgres(url: &str) -> Vec<(String, String, String)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_as(
        "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), \
         CAST(c.data_type AS TEXT) FROM information_schema.columns AS c \
         JOIN pg_class AS t ON t.relname = c.table_name AND NOT t.relispartition \
         WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%' \
         ORDER BY c.table_name, c.ordinal_position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}
