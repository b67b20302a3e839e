//! Turns the lines of a plan into what the store writes, in the order of the plan.

use std::cell::RefCell;
use std::io;

use crossbeam_channel::Sender;
use firstbell_ingest::{Package, ReadError, fetch};
use firstbell_roster::matching;
use firstbell_roster::model::cells::Record;
use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::settings::{Settings, TrustedIdentifier};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Ordinal, flag};
use firstbell_roster::model::{Kind, PersonId, Row, SubjectId};
use firstbell_roster::plan::steps::Steps;
use firstbell_roster::plan::{Action, Draft, Reason, row};
use firstbell_store::{DEFAULT_SOURCE, Write};

/// How many writes go over the channel at once.
const BATCH: usize = 1000;

/// A batch of writes, or why there are no more.
pub type Writes = Result<Vec<Write>, ReadError>;

/// Sends the writes of a plan; records whose text is not in memory are read from the delivery.
pub fn send(snapshot: &Snapshot, draft: &Draft, package: &dyn Package, to: &Sender<Writes>) {
    let mut out = Out { to, batch: Vec::with_capacity(BATCH), open: true };
    for (kind, steps) in &draft.steps {
        in_memory(snapshot, *kind, steps, &mut out);
        if let Err(error) = from_delivery(snapshot, *kind, steps, package, &mut out) {
            out.flush();
            // Nobody listens any more only where the store gave up first.
            let _ = to.send(Err(error));
            return;
        }
    }
    out.flush();
}

struct Out<'a> {
    to: &'a Sender<Writes>,
    batch: Vec<Write>,
    open: bool,
}

impl Out<'_> {
    fn push(&mut self, write: Write) {
        self.batch.push(write);
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.open = self.open && self.to.send(Ok(batch)).is_ok();
    }
}

/// Sends what needs no text or has it.
fn in_memory(snapshot: &Snapshot, kind: Kind, steps: &Steps, out: &mut Out<'_>) {
    for one in steps.ordinals() {
        let Some((action, reason)) = steps.get(one) else { continue };
        if action == Action::End {
            let id = SubjectId(snapshot.of(kind).id(one));
            out.push(Write::End { kind, id, reason, stands_for: None });
        } else if let Some(record) = snapshot.record(kind, one) {
            out.push(write(snapshot, kind, one, action, reason, record));
        }
    }
}

/// Sends the rest. Only new subjects have no text, and they stand in the order of their lines.
fn from_delivery(
    snapshot: &Snapshot,
    kind: Kind,
    steps: &Steps,
    package: &dyn Package,
    out: &mut Out<'_>,
) -> Result<(), ReadError> {
    let rest = steps.ordinals().filter_map(|one| {
        let (action, reason) = steps.get(one).filter(|(action, _)| *action != Action::End)?;
        let missing = snapshot.record(kind, one).is_none();
        missing.then(|| (snapshot.of(kind).line(one), one, action, reason))
    });
    let rest = RefCell::new(rest.peekable());
    if rest.borrow_mut().peek().is_none() {
        return Ok(());
    }
    fetch(
        package,
        kind,
        |line| rest.borrow_mut().peek().is_some_and(|(wanted, ..)| *wanted == line),
        |_, record| {
            let next = rest.borrow_mut().next();
            if let Some((_, one, action, reason)) = next {
                out.push(write(snapshot, kind, one, action, reason, record));
            }
            Ok(())
        },
    )?;
    let left = rest.borrow_mut().next();
    left.map_or(Ok(()), |(line, ..)| Err(missing(kind, line)))
}

/// A record that was read once and is not there any more.
fn missing(kind: Kind, line: u32) -> ReadError {
    let error = io::Error::other(format!("line {line} is not in the kept delivery"));
    ReadError::Io { file: kind.file(), error }
}

fn write(
    snapshot: &Snapshot,
    kind: Kind,
    one: Ordinal,
    action: Action,
    reason: Reason,
    record: Record<'_>,
) -> Write {
    let list = snapshot.of(kind);
    let id = SubjectId(list.id(one));
    let sent = list.has(one, flag::IN_DELIVERY);
    let person = (kind == Kind::User).then(|| PersonId(list.person(one)));
    let row = if sent {
        row::build(snapshot, kind, id, person, record)
    } else {
        row::stand_in(snapshot, kind, id, record.cell(SOURCED_ID))
    };
    let search = search(snapshot, &row);
    let (source, stands_for) = (DEFAULT_SOURCE, None);
    if action == Action::Update {
        Write::Replace { row, source, reason, stands_for, search }
    } else {
        Write::Begin { row, source, reason, stands_for, search }
    }
}

/// The hashes by which a user row is found: every identifier that it has, trusted or not.
fn search(snapshot: &Snapshot, row: &Row) -> Vec<i64> {
    if row.kind != Kind::User {
        return Vec::new();
    }
    let found = matching::of_row(&snapshot.hasher, &everything(), row);
    found.iter().map(|identifier| identifier.hash.cast_signed()).collect()
}

/// Settings that trust every column that can be trusted, for finding people.
pub fn everything() -> Settings {
    let trusted = ["userIds", "identifier", "userMasterIdentifier", "email", "username"];
    let everyone = Settings::default().trusted_identifiers.into_iter().next();
    let rule = |field: &str| TrustedIdentifier {
        field: field.to_owned(),
        id_type: None,
        among: everyone.as_ref().map(|rule| rule.among.clone()).unwrap_or_default(),
        reach: firstbell_roster::model::settings::Reach::District,
    };
    Settings { trusted_identifiers: trusted.map(rule).to_vec(), ..Settings::default() }
}
