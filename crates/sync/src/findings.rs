//! Findings as a report: counts, examples and the students whom each affects.

use std::collections::HashMap;

use firstbell_ingest::file_name::own;
use firstbell_roster::check::{Effect, Tally, table};
use firstbell_roster::model::settings::Accepted;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, tag};
use firstbell_roster::model::{Date, Kind, Settings};

use crate::report::{Example, FindingReport};

/// How many places a report names for each finding.
const EXAMPLES: usize = 20;

/// All findings of a snapshot: errors first, then by students affected, then by count.
pub fn report(snapshot: &Snapshot) -> Vec<FindingReport> {
    let mut reports: Vec<_> = snapshot.findings.iter().map(|tally| one(snapshot, tally)).collect();
    reports.sort_by(|a, b| {
        (b.severity, b.students_affected, b.count, &a.code, &a.examples).cmp(&(
            a.severity,
            a.students_affected,
            a.count,
            &b.code,
            &b.examples,
        ))
    });
    reports
}

/// Marks what the district accepts on a day, and what it accepts no more.
pub fn accept(findings: &mut [FindingReport], settings: &Settings, as_of: Date) {
    for accepted in settings.accept.iter().rev() {
        let meant = |finding: &&mut FindingReport| accepts(accepted, finding);
        let all: u64 = findings.iter_mut().filter(meant).map(|finding| finding.count).sum();
        let (reason, until) = (accepted.reason.trim(), accepted.until);
        let lapsed = if until < as_of {
            Some(format!("{reason} (until {until}, which is past)"))
        } else {
            let most = accepted.at_most.filter(|most| all > *most);
            most.map(|most| format!("{reason} (in {most} places at most, of {all})"))
        };
        for finding in findings.iter_mut().filter(meant) {
            match &lapsed {
                Some(lapsed) => finding.lapsed = Some(lapsed.clone()),
                None => finding.accepted = Some(format!("{reason} (until {until})")),
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| finding.accepted.is_some()) {
        finding.lapsed = None;
    }
}

fn accepts(accepted: &Accepted, finding: &FindingReport) -> bool {
    let place = finding.examples.first();
    let is = |wanted: Option<String>, found: Option<String>| {
        wanted.is_none_or(|wanted| found.is_some_and(|it| it.eq_ignore_ascii_case(&wanted)))
    };
    accepted.code == finding.code
        && is(accepted.file.as_deref().map(own), place.map(|place| own(&place.file)))
        && is(accepted.field.clone(), place.map(|place| place.field.clone()))
}

fn one(snapshot: &Snapshot, tally: &Tally) -> FindingReport {
    let examples = tally.places.iter().take(EXAMPLES).map(|(line, _)| example(tally, *line));
    FindingReport {
        code: tally.check.code.to_owned(),
        severity: tally.check.severity,
        count: tally.places.len() as u64,
        students_affected: students(snapshot, tally),
        message: tally.check.sentence.to_owned(),
        hint: hint(tally),
        meant: tally.meant.unwrap_or_default().to_owned(),
        accepted: None,
        lapsed: None,
        new: None,
        since: None,
        named: tally.named.iter().take(EXAMPLES).cloned().collect(),
        examples: examples.collect(),
    }
}

/// What to do about a finding; a mapping that may be meant is written as the settings want it.
fn hint(tally: &Tally) -> String {
    let (Some(kind), Some(meant)) = (tally.kind, tally.meant) else {
        return tally.check.hint.to_owned();
    };
    if *tally.check != table::COLUMN_TO_BE_MAPPED {
        return tally.check.hint.to_owned();
    }
    let name = tally.field.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "If it is {meant}, write columns.{kind} = {{ \"{name}\" = \"{meant}\" }} in the district's settings, or name it {meant} in the export."
    )
}

/// A place of a finding.
pub fn example(tally: &Tally, line: u32) -> Example {
    Example { file: tally.file.clone(), line, column: tally.column, field: tally.field.clone() }
}

/// How many students a finding touches: those it stands at, and those in classes or
/// enrollments that it stands at. Whom a file that breaks off touches, nobody knows.
fn students(snapshot: &Snapshot, tally: &Tally) -> u64 {
    if [&table::FILE_INCOMPLETE, &table::CELL_TOO_LONG].contains(&tally.check) {
        return 0;
    }
    let users = snapshot.of(Kind::User);
    let is_student = |user: u32| users.tag(user) == tag::STUDENT;
    let mut found: Vec<u32> = match tally.kind {
        Some(Kind::User) => tally.places.iter().map(|(_, user)| *user).collect(),
        Some(Kind::Enrollment) => {
            let list = snapshot.of(Kind::Enrollment);
            tally.places.iter().map(|(_, one)| list.link(*one, Link::User)).collect()
        }
        Some(Kind::Class)
            if tally.check.effect != Effect::None || tally.check.code.starts_with("class_") =>
        {
            in_classes(snapshot, tally)
        }
        _ => Vec::new(),
    };
    found.retain(|user| is_student(*user));
    found.sort_unstable();
    found.dedup();
    found.len() as u64
}

fn in_classes(snapshot: &Snapshot, tally: &Tally) -> Vec<u32> {
    let mut named = vec![false; snapshot.of(Kind::Class).len()];
    for (_, class) in &tally.places {
        if let Some(named) = named.get_mut(*class as usize) {
            *named = true;
        }
    }
    let list = snapshot.of(Kind::Enrollment);
    list.ordinals()
        .filter(|one| named.get(list.link(*one, Link::First) as usize) == Some(&true))
        .map(|one| list.link(one, Link::User))
        .collect()
}

/// What the record of a finding is known by in every delivery: the hash of its sourcedId.
pub struct Keys<'a> {
    snapshot: &'a Snapshot,
    /// Those of records that have no subject of their own.
    strays: HashMap<(Kind, u32), u64>,
}

impl<'a> Keys<'a> {
    /// The keys of a snapshot's findings.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let strays = snapshot.strays.iter().map(|stray| ((stray.kind, stray.line), stray.key));
        Self { snapshot, strays: strays.collect() }
    }

    /// The key at a place of a tally; 0 where there is none.
    pub fn key(&self, tally: &Tally, (line, subject): (u32, Ordinal)) -> u64 {
        match tally.kind.filter(|kind| kind.is_fact()) {
            Some(kind) if subject != NOBODY => self.snapshot.of(kind).key(subject),
            Some(kind) => self.strays.get(&(kind, line)).copied().unwrap_or(0),
            None => 0,
        }
    }
}
