//! A process that is killed at any point of a sync leaves the old roster or the new one, and
//! the next run goes on by itself: the real binary, both databases, named points.
//!
//! `FIRSTBELL_KILLS` says how many kills are tried on each database; a few without it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails where something is wrong, and says what it skips"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use firstbell_sandbox::{District, Options, Profile};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

const POINTS: [&str; 8] = [
    "before_blocks",
    "after_blocks",
    "after_plan_file",
    "in_apply_after_first_batch",
    "before_commit",
    "after_commit",
    "before_artifact_rename",
    "after_artifact_rename",
];

/// Points after which the new roster holds.
const AFTER: [&str; 3] = ["after_commit", "before_artifact_rename", "after_artifact_rename"];

struct Hub {
    /// A copy of the binary, so that nobody builds another in its place meanwhile.
    binary: PathBuf,
    home: PathBuf,
    database: Option<String>,
}

impl Hub {
    fn call(&self, words: &[&str], crash: Option<&str>) -> Output {
        let mut command = Command::new(&self.binary);
        command
            .env_remove("FIRSTBELL_HOME")
            .env_remove("FIRSTBELL_DATABASE")
            .env_remove("FIRSTBELL_CRASH_AT");
        command.arg("--home").arg(&self.home);
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        if let Some(point) = crash {
            command.env("FIRSTBELL_CRASH_AT", point);
        }
        command.args(words).output().unwrap()
    }

    fn good(&self, words: &[&str]) -> Value {
        let output = self.call(words, None);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{words:?}: {text} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The roster as its export, file by file.
    fn roster(&self, folder: &Path) -> Vec<(String, String)> {
        let out = folder.join("roster");
        let _ = std::fs::remove_dir_all(&out);
        self.good(&[
            "export",
            "oak",
            "--format",
            "oneroster-1.1",
            "--out",
            out.to_str().unwrap(),
            "--json",
        ]);
        let mut files: Vec<_> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let mut lines: Vec<_> =
                    std::fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
                lines.sort();
                (path.file_name().unwrap().to_string_lossy().into_owned(), lines.join("\n"))
            })
            .collect();
        files.sort();
        files
    }
}

/// After so many kills a new installation begins, so that a thousand of them end.
const SERIES: usize = 40;

/// How many kills each series has.
fn series() -> impl Iterator<Item = usize> {
    let count = count();
    (0..count).step_by(SERIES).map(move |done| SERIES.min(count - done))
}

/// Kills syncs to and fro between two days, and looks at the roster after each.
fn kills(folder: &Path, database: Option<String>, count: usize) {
    let district = District::new(Profile::demo(3)).unwrap();
    let days = [folder.join("day1"), folder.join("day2")];
    for (number, day) in (1..).zip(&days) {
        district.write_day(number, day, Options::default()).unwrap();
    }
    let binary = folder.join("firstbell");
    std::fs::copy(env!("CARGO_BIN_EXE_firstbell"), &binary).unwrap();
    let hub = Hub { binary, home: folder.join("home"), database };
    hub.good(&["init"]);
    hub.good(&["district", "add", "oak", "--name", "Oak USD"]);
    // The same few names change to and fro, which would add up.
    let settings = folder.join("oak.toml");
    std::fs::write(&settings, "guard.window_days = 0\n").unwrap();
    hub.good(&["district", "settings", "oak", "--edit-file", settings.to_str().unwrap()]);
    let feed = |day: usize| days[day].to_str().unwrap().to_owned();
    hub.good(&["sync", "oak", "--feed", &feed(0), "--json"]);
    let first = hub.roster(folder);
    hub.good(&["sync", "oak", "--feed", &feed(1), "--json"]);
    let second = hub.roster(folder);
    let rosters = [first, second];
    let mut now = 1;
    for kill in 0..count {
        let point = POINTS[kill % POINTS.len()];
        let next = 1 - now;
        let output =
            hub.call(&["sync", "oak", "--feed", &feed(next), "--again", "--json"], Some(point));
        assert!(!output.status.success() && output.status.code().is_none(), "{point}: {output:?}");
        let expected = if AFTER.contains(&point) { next } else { now };
        assert_eq!(hub.roster(folder), rosters[expected], "{point}: neither torn nor lost");
        let report = hub.good(&["sync", "oak", "--feed", &feed(next), "--again", "--json"]);
        let status = if expected == next { "unchanged" } else { "applied" };
        assert_eq!(report["status"], status, "{point}: {report}");
        assert_eq!(hub.roster(folder), rosters[next], "{point}: the next run goes on");
        let again = hub.good(&["sync", "oak", "--feed", &feed(next), "--again", "--json"]);
        assert_eq!(again["status"], "unchanged", "{point}");
        now = next;
    }
    let verified = hub.good(&["log", "oak", "--verify", "--json"]);
    assert_eq!(verified["broken"], Value::Null);
}

#[expect(clippy::disallowed_methods, reason = "how long the test takes is said by the environment")]
fn count() -> usize {
    std::env::var("FIRSTBELL_KILLS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(POINTS.len())
}

#[test]
fn a_kill_at_any_point_leaves_one_roster_on_the_embedded_database() {
    for count in series() {
        let folder = tempfile::tempdir().unwrap();
        kills(folder.path(), None, count);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "where the server is is said by the environment")]
fn a_kill_at_any_point_leaves_one_roster_on_postgres() {
    let Ok(server) = std::env::var("FIRSTBELL_TEST_POSTGRES") else {
        println!("skipped on PostgreSQL: FIRSTBELL_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("firstbell_kills_{}", std::process::id());
    let (before, _) = server.rsplit_once('/').unwrap();
    for count in series() {
        on(&server, format!("CREATE DATABASE {name}"));
        let folder = tempfile::tempdir().unwrap();
        kills(folder.path(), Some(format!("{before}/{name}")), count);
        on(&server, format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

fn on(server: &str, sql: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(server).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    });
}
