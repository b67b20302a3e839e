//! An installation of its own for each test and database.

use std::sync::atomic::{AtomicU32, Ordering};

use firstbell_roster::model::{DateTime, DistrictId, OperationNumber};
use firstbell_store::{
    Applied, ApplyError, District, Lease, NewOperation, OpenOptions, OperationKind, Store, Write,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

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
pub fn on_both(test: impl AsyncFn(&Installation)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        run(None, &test).await;
        match server() {
            Some(server) => on_postgres(&server, &test).await,
            None => println!("skipped on PostgreSQL: FIRSTBELL_TEST_POSTGRES is not set"),
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn server() -> Option<String> {
    std::env::var("FIRSTBELL_TEST_POSTGRES").ok()
}

async fn on_postgres(server: &str, test: &impl AsyncFn(&Installation)) {
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("firstbell_test_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(server).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(create).await.unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    run(Some(format!("{before}/{name}")), test).await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    connection.execute(drop).await.unwrap();
}

async fn run(postgres: Option<String>, test: &impl AsyncFn(&Installation)) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::init(OpenOptions {
        home: home.path().to_owned(),
        database: postgres.clone(),
        ..OpenOptions::default()
    })
    .await
    .unwrap();
    let installation = Installation { store, home, postgres };
    test(&installation).await;
    installation.store.close().await;
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

    /// Changes a district's database behind the store's back.
    pub async fn tamper(&self, slug: &str, sql: &'static str) {
        match &self.postgres {
            Some(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                connection.execute(sql).await.unwrap();
            }
            None => {
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
        pauses: None,
    }
}
