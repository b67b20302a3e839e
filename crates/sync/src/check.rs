//! Checks a delivery alone: no database, nothing stored, no network.

use std::collections::BTreeMap;
use std::path::Path;

use firstbell_ingest::{Limits, Package, ReadError, Reading, package};
use firstbell_roster::model::columns::org;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{flag, tag};
use firstbell_roster::model::{DateTime, Kind, Settings};
use firstbell_roster::plan::Outcome;

use crate::findings;
use crate::report::{AboutDelivery, CheckReport};

/// Reads and checks the delivery at a path: a folder or a zip.
pub fn check(
    path: &Path,
    settings: &Settings,
    progress: &dyn Fn(&str, u64),
) -> Result<CheckReport, ReadError> {
    let package = package::open(path, Limits::default())?;
    let mut snapshot = Snapshot::new(Hasher::new(0), Vec::new());
    let reading = Reading { settings, keep: None, progress };
    firstbell_ingest::read(package.as_ref(), &reading, &mut snapshot)?;
    Ok(CheckReport {
        about: about(&snapshot, package.as_ref(), path),
        received: received(&snapshot),
        left_out: left_out(&snapshot),
        findings: findings::report(&snapshot),
    })
}

/// Records after the header of each kind that was there, and of those that reports always name.
pub fn received(snapshot: &Snapshot) -> BTreeMap<Kind, u64> {
    let mut received: BTreeMap<_, _> = Kind::ALWAYS.into_iter().map(|kind| (kind, 0)).collect();
    received.extend(snapshot.files.iter().map(|(kind, file)| (*kind, file.received)));
    received
}

/// Records that a rule leaves out, by kind and rule.
fn left_out(snapshot: &Snapshot) -> BTreeMap<Kind, BTreeMap<String, u64>> {
    let mut left_out: BTreeMap<Kind, BTreeMap<String, u64>> = BTreeMap::new();
    for kind in Kind::FACTS {
        let list = snapshot.of(kind);
        for one in list.ordinals().filter(|one| list.has(*one, flag::LEFT_OUT)) {
            if let Some(Outcome::Ignored(rule)) = Outcome::decode(list.decision(one)) {
                let rules = left_out.entry(kind).or_default();
                *rules.entry(rule.name().to_owned()).or_default() += 1;
            }
        }
    }
    left_out
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
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
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
