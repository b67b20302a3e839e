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
use firstbell_roster::plan::{Action, Reason, row};
use firstbell_store::{DEFAULT_SOURCE, Write};

use crate::run::Judged;

/// How many writes go over the channel at once.
const BATCH: usize = 1000;

/// A batch of writes, or why there are no more.
pub type Writes = Result<Vec<Write>, ReadError>;

/// Sends the writes of a plan; records whose text is not in memory are read from the delivery.
pub fn send(judged: &Judged, package: &dyn Package, to: &Sender<Writes>) {
    let mut out = Out { to, batch: Vec::with_capacity(BATCH), open: true };
    for kind in judged.draft.steps.keys() {
        let plan = Plan { judged, kind: *kind };
        plan.in_memory(&mut out);
        if let Err(error) = plan.read_again(package, &mut out) {
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

/// The part of a plan that is of one kind.
#[derive(Clone, Copy)]
struct Plan<'a> {
    judged: &'a Judged,
    kind: Kind,
}

impl Plan<'_> {
    fn steps(&self) -> impl Iterator<Item = (Ordinal, Action, Reason)> + '_ {
        let steps = self.judged.draft.steps.get(&self.kind);
        steps.into_iter().flat_map(|steps| {
            let step = |one| steps.get(one).map(|(action, reason)| (one, action, reason));
            steps.ordinals().filter_map(step)
        })
    }

    /// Sends what needs no text or has it.
    fn in_memory(self, out: &mut Out<'_>) {
        let (kind, snapshot) = (self.kind, &self.judged.snapshot);
        for (one, action, reason) in self.steps() {
            if action == Action::End {
                let id = SubjectId(snapshot.of(kind).id(one));
                out.push(Write::End { kind, id, reason, stands_for: None });
            } else if let Some(record) = snapshot.record(kind, one) {
                out.push(self.write(one, action, reason, record));
            }
        }
    }

    /// Sends the rest. Only new subjects have no text, and they stand in the order of their lines.
    fn read_again(self, package: &dyn Package, out: &mut Out<'_>) -> Result<(), ReadError> {
        let (kind, snapshot) = (self.kind, &self.judged.snapshot);
        let missing_text = |(one, action, _): &(Ordinal, Action, Reason)| {
            *action != Action::End && snapshot.record(kind, *one).is_none()
        };
        let rest = self.steps().filter(missing_text);
        let rest = rest.map(|(one, ..)| (snapshot.of(kind).line(one), one));
        let rest = RefCell::new(rest.peekable());
        if rest.borrow_mut().peek().is_none() {
            return Ok(());
        }
        fetch(
            package,
            kind,
            |line| rest.borrow_mut().peek().is_some_and(|(wanted, _)| *wanted == line),
            |_, record| {
                let next = rest.borrow_mut().next();
                let step = |one| self.judged.draft.step(kind, one);
                if let Some((one, (action, reason))) =
                    next.and_then(|(_, one)| Some((one, step(one)?)))
                {
                    out.push(self.write(one, action, reason, record));
                }
                Ok(())
            },
        )?;
        let left = rest.borrow_mut().next();
        left.map_or(Ok(()), |(line, _)| Err(missing(kind, line)))
    }

    fn write(self, one: Ordinal, action: Action, reason: Reason, record: Record<'_>) -> Write {
        let (kind, snapshot) = (self.kind, &self.judged.snapshot);
        let list = snapshot.of(kind);
        let id = SubjectId(list.id(one));
        let sent = list.has(one, flag::IN_DELIVERY);
        let person = (kind == Kind::User).then(|| PersonId(list.person(one)));
        let row = if sent {
            self.judged.row(kind, one, id, person, record)
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
}

impl Judged {
    /// The row that a record of the delivery makes: what an update does not change stays.
    pub(crate) fn row(
        &self,
        kind: Kind,
        one: Ordinal,
        id: SubjectId,
        person: Option<PersonId>,
        record: Record<'_>,
    ) -> Row {
        let row = row::build(&self.snapshot, kind, id, person, record);
        let steps = self.draft.steps.get(&kind);
        let updates = matches!(self.draft.step(kind, one), Some((Action::Update, _)));
        let fields = steps.filter(|_| updates).and_then(|steps| steps.fields.get(&one).copied());
        match self.known.row(kind, id).zip(fields) {
            Some((past, fields)) => row::updated(row, &past.row, fields),
            None => row,
        }
    }
}

/// A record that was read once and is not there any more.
fn missing(kind: Kind, line: u32) -> ReadError {
    let error = io::Error::other(format!("line {line} is not in the kept delivery"));
    ReadError::Io { file: kind.file(), error }
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
        prefixes: Vec::new(),
    };
    Settings { trusted_identifiers: trusted.map(rule).to_vec(), ..Settings::default() }
}
