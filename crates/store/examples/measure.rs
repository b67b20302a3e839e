//! Measures what the store costs, in CPU seconds of this process.
//!
//! ```text
//! cargo run --release -p firstbell-store --example measure -- load 1000000
//! cargo run --release -p firstbell-store --example measure -- seal 800
//! ```
//!
//! With the URL of a PostgreSQL database, `load` uses that; the server's time is not in the figures.
//! `load` applies a first roster of so many enrollments (and a seventh as many users, a twentieth
//! as many classes) in a temporary folder, then a night of 70,000 changes, then reads; `seal`
//! seals so many megabytes of CSV and reads them back.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use firstbell_roster::model::columns::{class, enrollment, user};
use firstbell_roster::model::row::{fact_columns, fact_place};
use firstbell_roster::model::{DateTime, Kind, OperationNumber, PersonId, Row, SubjectId, Value};
use firstbell_roster::plan::Reason;
use firstbell_store::{
    DEFAULT_SOURCE, Lease, NewOperation, OpenOptions, OperationKind, SealedReader, SealedWriter,
    Store, Write,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NIGHT: i64 = 70_000;
const BLOCK: usize = 256 << 10;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, size, database @ ..] = arguments.as_slice() else {
        return Err("give `load ROWS [URL]` or `seal MEGABYTES`".into());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let home = tempfile::tempdir()?;
    let options = OpenOptions {
        home: home.path().to_owned(),
        database: database.first().cloned(),
        ..OpenOptions::default()
    };
    runtime.block_on(async {
        let store = Store::init(options).await?;
        match what.as_str() {
            "load" => load(&store, size.parse()?).await,
            "seal" => seal(&store, home.path(), size.parse()?).await,
            _ => Err("give `load ROWS [URL]` or `seal MEGABYTES`".into()),
        }
    })
}

async fn load(store: &Store, rows: i64) -> Outcome<()> {
    let district = store.create_district("maple", "Maple", DateTime(0)).await?.id;
    let lease = store.take_lease(district, "measure", DateTime(0), 1).await?;
    let (users, classes) = (rows / 7 + 1, rows / 20 + 1);
    let clock = Clock::start();
    let first = (1..=classes)
        .map(|number| begin(a_class(number, -number)))
        .chain((1..=users).map(|number| begin(a_user(number, -number, "Ana"))))
        .chain(
            (1..=rows)
                .map(|number| begin(an_enrollment(number, -number, users, classes, "student"))),
        );
    apply(store, &lease, 0, first).await?;
    clock.stop("first load", rows + users + classes);
    let clock = Clock::start();
    let changed = NIGHT.min(rows / 2);
    let step = rows / changed;
    let night = (0..changed).map(|number| {
        let at = number * step + 1;
        match number % 3 {
            0 => end(at),
            _ => replace(an_enrollment(at, at, users, classes, "aide")),
        }
    });
    apply(store, &lease, 1, night).await?;
    clock.stop("night", changed);
    let clock = Clock::start();
    let mut read = 0;
    store.stream_keys(district, Kind::Enrollment, DEFAULT_SOURCE, |_| read += 1).await?;
    clock.stop("stream of keys", read);
    let clock = Clock::start();
    let mut read = 0;
    store.stream_present(district, Kind::Enrollment, None, |_| read += 1).await?;
    clock.stop("stream of versions", read);
    let clock = Clock::start();
    let mut read = 0;
    store.changes(district, Kind::Enrollment, OperationNumber(2), |_| read += 1).await?;
    clock.stop("changes of the night", read);
    let keys: Vec<i64> = (1..=changed).map(|number| key(number * step + 1)).collect();
    let clock = Clock::start();
    let found = store.ended_by_keys(district, Kind::Enrollment, &keys).await?.len();
    clock.stop("found by key", i64::try_from(found)?);
    let clock = Clock::start();
    store.verify_log(district).await?;
    clock.stop("proof of the log", rows);
    let file = store.files("maple").folder().join("roster.db");
    if let Ok(file) = std::fs::metadata(file) {
        println!("{} MB of database", file.len() >> 20);
    }
    Ok(())
}

async fn apply(
    store: &Store,
    lease: &Lease,
    base: i64,
    writes: impl Iterator<Item = Write>,
) -> Outcome<()> {
    let new = NewOperation {
        kind: OperationKind::Sync,
        base: OperationNumber(base),
        source: Some(DEFAULT_SOURCE),
        actor_identity: "measure".to_owned(),
        by: None,
        at: DateTime(0),
        run: None,
        plan: None,
        undoes: None,
        note: None,
        counts: serde_json::Value::Null,
        plan_digest: None,
        pause: None,
    };
    let writes = writes.map(Ok::<_, std::io::Error>);
    store.apply(lease, new, writes).await?;
    Ok(())
}

async fn seal(store: &Store, folder: &Path, megabytes: usize) -> Outcome<()> {
    let district = store.create_district("maple", "Maple", DateTime(0)).await?.id;
    let key = store.district_key(district).await?;
    let line = |number: i64| {
        let (class, user) = (number * 7, number * 3);
        format!("{:016x},active,,{class:08x},{user:06x},student\n", self::key(number))
    };
    let lines = i64::try_from(BLOCK / line(0).len())?;
    let block: String = (0..lines).map(line).collect();
    let path = folder.join("enrollments.sealed");
    let blocks = u32::try_from(megabytes * (1 << 20) / BLOCK)?;
    let clock = Clock::start();
    let mut writer = SealedWriter::create(&path, &key, b"")?;
    let sealer = writer.sealer();
    for number in 0..blocks {
        writer.append(number, &sealer.seal(number, block.as_bytes())?)?;
    }
    writer.finish(b"")?;
    clock.stop("sealed, in megabytes", i64::try_from(megabytes)?);
    println!("{} MB on disk", std::fs::metadata(&path)?.len() >> 20);
    let clock = Clock::start();
    let reader = SealedReader::open(&path, &key)?;
    for number in 0..blocks {
        reader.read(number)?;
    }
    clock.stop("read back, in megabytes", i64::try_from(megabytes)?);
    Ok(())
}

/// Spreads numbers over all keys, as a hash would.
fn key(number: i64) -> i64 {
    number.wrapping_mul(-7_046_029_254_386_353_131)
}

fn row(kind: Kind, id: i64, sourced_id: String, number: i64) -> Row {
    Row {
        kind,
        id: SubjectId(id),
        person: (kind == Kind::User).then_some(PersonId(id)),
        sourced_id,
        key: key(number),
        last_modified: Some(DateTime(1_700_000_000_000_000)),
        implied: false,
        values: fact_columns(kind).map(|_| Value::None).collect(),
    }
}

fn set(row: &mut Row, place: usize, value: Value) {
    let place = fact_place(row.kind, place);
    if let Some(at) = place.and_then(|at| row.values.get_mut(at)) {
        *at = value;
    }
}

fn a_class(number: i64, id: i64) -> Row {
    let mut row = row(Kind::Class, id, format!("class-{number:07}"), number);
    set(&mut row, class::TITLE, Value::Text(format!("Algebra {number}")));
    set(&mut row, class::CLASS_TYPE, Value::Text("scheduled".to_owned()));
    row
}

fn a_user(number: i64, id: i64, given: &str) -> Row {
    let mut row = row(Kind::User, id, format!("user-{number:08}"), number);
    set(&mut row, user::ENABLED_USER, Value::Text("true".to_owned()));
    set(&mut row, user::GIVEN_NAME, Value::Text(given.to_owned()));
    set(&mut row, user::FAMILY_NAME, Value::Text(format!("Okafor {number}")));
    set(&mut row, user::IDENTIFIER, Value::Text(number.to_string()));
    set(&mut row, user::EMAIL, Value::Text(format!("p{number}@example.org")));
    set(&mut row, user::ROLE, Value::Text("student".to_owned()));
    row
}

fn an_enrollment(number: i64, id: i64, users: i64, classes: i64, role: &str) -> Row {
    let mut row = row(Kind::Enrollment, id, format!("enr-{number:09}"), number);
    let one_of = |many: i64, by: i64| Value::Subject(SubjectId(number * by % many + 1));
    set(&mut row, enrollment::CLASS, one_of(classes, 7919));
    set(&mut row, enrollment::SCHOOL, Value::None);
    set(&mut row, enrollment::USER, one_of(users, 1));
    set(&mut row, enrollment::ROLE, Value::Text(role.to_owned()));
    set(&mut row, enrollment::BEGIN_DATE, Value::Text("2026-08-17".to_owned()));
    row
}

fn begin(row: Row) -> Write {
    let is_user = row.kind == Kind::User;
    let search = if is_user { vec![row.key, !row.key] } else { Vec::new() };
    Write::Begin {
        row,
        source: DEFAULT_SOURCE,
        reason: Reason::CreatedBecauseNewInDelivery,
        stands_for: None,
        search,
    }
}

fn replace(row: Row) -> Write {
    Write::Replace {
        row,
        source: DEFAULT_SOURCE,
        reason: Reason::UpdatedBecauseChangedInDelivery,
        stands_for: None,
        search: Vec::new(),
    }
}

fn end(id: i64) -> Write {
    Write::End {
        kind: Kind::Enrollment,
        id: SubjectId(id),
        reason: Reason::EndedBecauseAbsentFromDelivery,
        stands_for: None,
    }
}

struct Clock {
    started: Instant,
    cpu: f64,
}

impl Clock {
    fn start() -> Self {
        Self { started: Instant::now(), cpu: cpu_seconds() }
    }

    fn stop(self, what: &str, count: i64) {
        let (cpu, wall) = (cpu_seconds() - self.cpu, self.started.elapsed());
        println!("{what}: {count} in {cpu:.2} CPU s, {:.2} s", wall.as_secs_f64());
    }
}

/// User and system time of this process, which Linux counts in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
