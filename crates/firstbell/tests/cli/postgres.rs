//! The same way on `PostgreSQL`, where a server is at hand.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::call::{Installation, call};
use crate::flow;

#[test]
fn a_delivery_is_planned_applied_and_undone_on_postgres() {
    let Some(server) = std::env::var_os("FIRSTBELL_TEST_POSTGRES") else {
        println!("skipped on PostgreSQL: FIRSTBELL_TEST_POSTGRES is not set");
        return;
    };
    let server = server.into_string().unwrap();
    let name = format!("firstbell_cli_{}", std::process::id());
    on(&server, format!("CREATE DATABASE {name}"));
    let (before, _) = server.rsplit_once('/').unwrap();
    let database = format!("{before}/{name}");
    flow::plans_applies_and_undoes(&Installation::on(Some(database.clone())));
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("other").to_str().unwrap().to_owned();
    let called = call(&["--home", &home, "--database", &database, "init"]).with(1);
    assert!(called.talk.contains("holds what another installation keeps"), "{}", called.talk);
    assert!(!std::path::Path::new(&home).exists(), "nothing is left behind");
    on(&server, format!("DROP DATABASE {name} WITH (FORCE)"));
}

fn on(server: &str, sql: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(server).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    });
}
