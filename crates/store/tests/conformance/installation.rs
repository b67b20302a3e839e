//! An installation of its own for each test and database.

use std::sync::atomic::{AtomicU32, Ordering};

use firstbell_roster::model::{DateTime, DistrictId, OperationNumber};
use firstbell_store::{
    Applied, ApplyError, District, Lease, NewOperation, OpenOptions, OperationKind, Store, Write,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tokio::runtime::Runtime;

/// A store, and the ways into it that only tests have.
pub struct Installation {
    pub store: Store,
    pub home: tempfile::TempDir,
    pub postgres: Option<String>,
}

/// A minute of the clock of tests, in microseconds.
pub const MINUTE: i64 = 60_000_000;

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Runs a test on both databases.
#[expect(clippy::needless_pass_by_value, reason = "a test is written in the call")]
pub fn on_both(test: impl AsyncFn(&Installation)) {
    on_both_with_runtime(|runtime, it| runtime.block_on(test(it)));
}

/// Runs a test on both databases that brings its own way of waiting.
pub fn on_both_with_runtime(test: impl Fn(&Runtime, &Installation)) {
    let runtime = Runtime::new().unwrap();
    run(&runtime, None, &test);
    match server() {
        Some(server) => on_postgres(&runtime, &server, &test),
        None => println!("skipped on PostgreSQL: FIRSTBELL_TEST_POSTGRES is not set"),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn server() -> Option<String> {
    std::env::var("FIRSTBELL_TEST_POSTGRES").ok()
}

fn on_postgres(runtime: &Runtime, server: &str, test: &impl Fn(&Runtime, &Installation)) {
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("firstbell_test_{}_{number}", std::process::id());
    let on_server = async |sql: String| {
        let mut connection = PgConnection::connect(server).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    };
    runtime.block_on(on_server(format!("CREATE DATABASE {name}")));
    let (before, _) = server.rsplit_once('/').unwrap();
    run(runtime, Some(format!("{before}/{name}")), test);
    runtime.block_on(on_server(format!("DROP DATABASE {name} WITH (FORCE)")));
}

fn run(runtime: &Runtime, postgres: Option<String>, test: &impl Fn(&Runtime, &Installation)) {
    let home = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        home: home.path().to_owned(),
        database: postgres.clone(),
        ..OpenOptions::default()
    };
    let installation =
        Installation { store: runtime.block_on(Store::init(options)).unwrap(), home, postgres };
    test(runtime, &installation);
    runtime.block_on(installation.store.close());
}

impl Installation {
    pub fn options(&self) -> OpenOptions {
        OpenOptions {
            home: self.home.path().to_owned(),
            database: self.postgres.clone(),
            ..OpenOptions::default()
        }
    }

    pub async fn district(&self, slug: &str) -> District {
        self.store.create_district(slug, slug, DateTime(0)).await.unwrap()
    }

    pub async fn lease(&self, district: DistrictId) -> Lease {
        self.store.take_lease(district, "test", DateTime(0), MINUTE).await.unwrap()
    }

    pub async fn apply(&self, lease: &Lease, writes: Vec<Write>) -> Applied {
        self.try_apply(lease, writes).await.unwrap()
    }

    pub async fn try_apply(
        &self,
        lease: &Lease,
        writes: Vec<Write>,
    ) -> Result<Applied, ApplyError> {
        let base = self.store.latest_operation(lease.district).await.unwrap();
        let writes = writes.into_iter().map(Ok::<_, std::io::Error>);
        self.store.apply(lease, operation(base), writes).await
    }

    /// Changes rows of a district behind the store's back: each of the statements, which end in
    /// a condition, for this district alone.
    pub async fn tamper(&self, slug: &str, district: DistrictId, statements: &str) {
        for statement in statements.split("; ") {
            let sql = AssertSqlSafe(format!("{statement} AND district = {district}"));
            if let Some(url) = &self.postgres {
                let mut connection = PgConnection::connect(url).await.unwrap();
                connection.execute(sql).await.unwrap();
            } else {
                let file = self.store.files(slug).folder().join("roster.db");
                let url = format!("sqlite://{}", file.display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                connection.execute(sql).await.unwrap();
            }
        }
    }
}

/// An operation of a sync after `base`.
pub fn operation(base: OperationNumber) -> NewOperation {
    NewOperation {
        kind: OperationKind::Sync,
        base,
        source: Some(firstbell_store::DEFAULT_SOURCE),
        actor_identity: "tester".to_owned(),
        by: None,
        at: DateTime(1_000_000),
        run: None,
        plan: None,
        undoes: None,
        note: None,
        counts: serde_json::json!({}),
        plan_digest: None,
        pause: None,
    }
}
