//! Checks a delivery alone: no database, nothing stored, no network.

mod bad_rows;
mod places;
mod sarif;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use firstbell_ingest::{Limits, Package, ReadError, Reading, package};
use firstbell_roster::check::Check;
use firstbell_roster::model::columns::org;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{flag, tag};
use firstbell_roster::model::{Date, DateTime, Kind, Settings, text};

pub use bad_rows::{BadRows, BadRowsError};
pub use values::Values;

use crate::findings;
use crate::report::{AboutDelivery, CheckReport};
use crate::scope;

/// Reads and checks the delivery at a path, a folder or a zip, as on a day.
pub fn check(
    path: &Path,
    settings: &Settings,
    as_of: Date,
    progress: &dyn Fn(&str, u64),
) -> Result<CheckReport, ReadError> {
    Ok(CheckedDelivery::read(path, settings, as_of, progress)?.report())
}

/// A delivery that was checked: what was found, and where it can be read again.
pub struct CheckedDelivery {
    path: PathBuf,
    package: Box<dyn Package>,
    snapshot: Snapshot,
    /// The columns that are trusted to tell people apart.
    trusted: Vec<String>,
}

impl CheckedDelivery {
    /// Reads and checks the delivery at a path, a folder or a zip, as on a day.
    pub fn read(
        path: &Path,
        settings: &Settings,
        as_of: Date,
        progress: &dyn Fn(&str, u64),
    ) -> Result<Self, ReadError> {
        let package = package::open(path, Limits::default())?;
        // The same keys for every delivery, so that a finding can be known again.
        let mut snapshot = Snapshot::new(Hasher::new(0), Vec::new());
        let reading = Reading { settings, as_of, known: &[], keep: None, progress };
        firstbell_ingest::read(package.as_ref(), &reading, &mut snapshot)?;
        let trusted = settings.trusted_identifiers.iter().map(|one| one.field.clone());
        let trusted: BTreeSet<_> = trusted.collect();
        let trusted = trusted.into_iter().collect();
        Ok(Self { path: path.to_owned(), package, snapshot, trusted })
    }

    /// What was found, with some places of each finding.
    pub fn report(&self) -> CheckReport {
        CheckReport {
            about: about(&self.snapshot, self.package.as_ref(), &self.path),
            received: received(&self.snapshot),
            left_out: scope::left_out(&self.snapshot),
            findings: findings::report(&self.snapshot),
        }
    }

    /// Writes every place of every finding as SARIF 2.1.0; no value of a person is in it.
    pub fn sarif(&self, to: impl Write) -> io::Result<()> {
        sarif::write(&self.snapshot, &name(&self.path), to)
    }

    /// Writes the rows with findings into a folder, made where it is missing, one file for each of
    /// the delivery's; fails where one is there already. They hold values of people.
    pub fn bad_rows(&self, folder: &Path) -> Result<BadRows, BadRowsError> {
        bad_rows::write(self.package.as_ref(), &self.snapshot, folder)
    }

    /// The values at the first places of each finding, at most so many.
    pub fn values(&self, most: usize) -> Result<Values, ReadError> {
        values::read(self.package.as_ref(), &self.snapshot, &self.trusted, most)
    }
}

/// What a check says, with the field where there is one, as a sentence.
fn told(check: &Check, field: &str) -> String {
    let field = if field.is_empty() { String::new() } else { format!(" ({field})") };
    text::sentence(&format!("{}{field}", check.sentence))
}

/// The name of a delivery: that of its folder or zip.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Records after the header of each kind that was there, and of those that reports always name.
pub fn received(snapshot: &Snapshot) -> BTreeMap<Kind, u64> {
    let mut received: BTreeMap<_, _> = Kind::ALWAYS.into_iter().map(|kind| (kind, 0)).collect();
    received.extend(snapshot.files.iter().map(|(kind, file)| (*kind, file.received)));
    received
}

/// What a delivery is.
pub fn about(snapshot: &Snapshot, package: &dyn Package, path: &Path) -> AboutDelivery {
    let newest = snapshot.about.newest.map(|instant| DateTime(instant).to_string());
    let written_on = || package.written_on().map(|day| day.to_string());
    let sent = |kind: Kind, of: &dyn Fn(u8) -> bool| {
        let list = snapshot.of(kind);
        let sent =
            list.ordinals().filter(|one| list.has(*one, flag::IN_DELIVERY) && of(list.tag(*one)));
        sent.count() as u64
    };
    let orgs = snapshot.of(Kind::Org);
    let schools = orgs
        .ordinals()
        .filter(|one| orgs.has(*one, flag::IN_DELIVERY) && orgs.tag(*one) == tag::SCHOOL);
    let names = schools
        .clone()
        .filter_map(|one| Some(snapshot.record(Kind::Org, one)?.cell(org::NAME).to_owned()));
    AboutDelivery {
        name: name(path),
        format: format!("OneRoster CSV {}", snapshot.about.version),
        system: snapshot.about.system.clone(),
        date: newest.or_else(written_on).unwrap_or_default(),
        hash: snapshot.about.hash.clone(),
        schools: names.take(20).collect(),
        school_count: schools.count() as u64,
        students: sent(Kind::User, &|role| role == tag::STUDENT),
        others: sent(Kind::User, &|role| role != tag::STUDENT),
        classes: sent(Kind::Class, &|_| true),
    }
}
