//! OneRoster CSV, versions 1.0, 1.1 and 1.2: reads the files of a package into a snapshot.

mod aliases;
mod apart;
mod blocks;
mod dates;
mod fetch;
mod file;
mod header;
mod header_row;
mod manifest;
mod mapped;
mod members;
mod merge;
mod names;
mod reading;
mod rows;
mod settle;
mod shape;
mod tokenize;
mod unchanged;
mod values;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use firstbell_roster::check::{absent, alike, families, plausible, table as checks, whole};
use firstbell_roster::model::settings::TrustedIdentifier;
use firstbell_roster::model::snapshot::{File, Mode, Snapshot};
use firstbell_roster::model::subjects::{Link, NOBODY, flag, tag};
use firstbell_roster::model::{self, Date, Kind, Settings};
use firstbell_roster::scope::{self, PatternError, Rules};

pub(crate) use aliases::fold;
pub use fetch::{fetch, header};
pub use header::Version;
pub use rows::{Row, Rows};

use crate::other_formats::OtherFormat;
use crate::package::{Member, OpenError, Package, content};
use blocks::Source;
use manifest::{Declared, Manifest};

/// What reading needs beside the files.
pub struct Reading<'a> {
    /// The district's settings.
    pub settings: &'a Settings,
    /// Where the delivery is kept; nothing is kept without it.
    pub keep: Option<&'a dyn Keep>,
    /// The day on which the delivery is judged, in the district's time zone.
    pub as_of: Date,
    /// What the roster has of orgs, terms and courses, by which rules judge what names them.
    pub known: &'a [model::Row],
    /// Told how many records of a file were read.
    pub progress: &'a dyn Fn(&str, u64),
}

/// Keeps a delivery, minimised: in columns that no feature uses, a mark stands for each value; lines
/// stay in place.
pub trait Keep: Sync {
    /// Seals a block of a kind's file; called from several threads.
    fn seal(&self, kind: Kind, number: u64, bytes: &[u8]) -> io::Result<Vec<u8>>;

    /// Keeps the sealed blocks of a kind, in their order; `first_line` is the line on which the
    /// block begins.
    fn append(&self, kind: Kind, number: u64, sealed: Vec<u8>, first_line: u32) -> io::Result<()>;
}

/// Why a delivery cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The package cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A scope rule is not a pattern.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A file breaks off below the level of CSV, or cannot be kept.
    #[error("stopped while reading `{file}`: {error}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        error: io::Error,
    },
    /// The files follow another format.
    #[error("these files are {}, not OneRoster CSV", .0.name)]
    OtherFormat(&'static OtherFormat),
    /// None of the files is one of OneRoster's.
    #[error("none of these files is one of OneRoster's: {0}")]
    NotOneRoster(String),
}

/// Reads all files of a package beside the roster that the snapshot begins with.
pub fn read(
    package: &dyn Package,
    reading: &Reading<'_>,
    snapshot: &mut Snapshot,
) -> Result<Rules, ReadError> {
    let manifest = manifest_of(package, snapshot)?;
    members::recognize(package, reading.settings)?;
    let members = members::of(package, &manifest, snapshot)?;
    let version = version(package, &manifest, &members, snapshot)?;
    let mut rules = Rules::new(&reading.settings.scope, reading.as_of)?;
    for row in reading.known {
        rules.recall(row.kind, &row.sourced_id, |at| row.text(at).to_owned());
    }
    snapshot.latest = reading.as_of.end_of_tomorrow();
    let mut hashes = BTreeMap::new();
    for kind in Kind::ALL {
        let unknown = unknown(snapshot, &members);
        if let Some(member) = members.get(&kind) {
            let mode = match manifest.declares(kind) {
                Some(Declared::Delta | Declared::Unclear) => Mode::Delta,
                Some(Declared::Bulk | Declared::Absent) | None => Mode::Bulk,
            };
            let name = member.name.clone();
            let other_names = BTreeMap::new();
            let used = reading.settings.wants(kind);
            let file = File {
                name,
                mode,
                used,
                received: 0,
                incomplete: false,
                usable: true,
                other_names,
                lacks: 0,
                dropped: 0,
                slashed_dates: reading.settings.slashed_dates,
            };
            snapshot.files.insert(kind, file);
            let task =
                file::Task { package, member, kind, version, unknown: &unknown, reading, used };
            let hash = file::read(&task, snapshot, &mut rules)?;
            hashes.insert(kind.file().to_ascii_lowercase(), hash);
        } else {
            note_unmet(snapshot, reading.settings, kind);
        }
        rules.note(kind, snapshot.is_complete(kind));
        if kind.is_fact() {
            let name = members.get(&kind).map_or(String::new(), |member| member.name.clone());
            whole::resolve(snapshot, &name, kind);
            whole::hold_dependants(snapshot, kind);
            absent::keep_linked(snapshot, kind);
        }
        if kind == Kind::Org {
            scope::settle_schools(snapshot, &mut rules);
        }
        if kind == Kind::User {
            whole::forget_people(snapshot);
        }
    }
    snapshot.about.hash = combine(&hashes);
    snapshot.about.slashed_dates = reading.settings.slashed_dates;
    after(snapshot, &rules, reading.settings);
    Ok(rules)
}

/// Notes what the settings say of the columns of a file that never came.
fn note_unmet(snapshot: &mut Snapshot, settings: &Settings, kind: Kind) {
    let Some(names) = settings.columns.get(kind.name()) else { return };
    let came =
        kind.is_fact() && snapshot.of(kind).ordinals().any(|one| snapshot.of(kind).in_roster(one));
    for name in names.keys().filter(|_| !came) {
        let check = &checks::SETTING_NAMES_NO_COLUMN;
        snapshot.findings.add(check, &kind.file(), Some(kind), 0, name, 0, NOBODY);
    }
}

/// Forgets what is no fault of its own: what rows show under a header that is not theirs, and what
/// the row shows that breaks off.
fn forget_what_follows(snapshot: &mut Snapshot) {
    let headers = [&checks::HEADER_MISSING, &checks::HEADER_APART];
    let breaks = [&checks::FILE_INCOMPLETE, &checks::CELL_TOO_LONG];
    let (mut apart, mut broken) = (BTreeSet::new(), BTreeSet::new());
    for tally in snapshot.findings.iter() {
        if headers.contains(&tally.check) {
            apart.extend(tally.kind);
        } else if breaks.contains(&tally.check) {
            let lines = tally.places.iter().map(|(line, _)| (tally.kind, *line));
            broken.extend(lines);
        }
    }
    if apart.is_empty() && broken.is_empty() {
        return;
    }
    snapshot.findings.retain(|tally, line| {
        let of_row = line > 1 && !breaks.contains(&tally.check);
        let follows = tally.kind.is_some_and(|kind| apart.contains(&kind))
            || broken.contains(&(tally.kind, line));
        !(of_row && follows)
    });
}

/// What only the whole delivery tells.
fn after(snapshot: &mut Snapshot, rules: &Rules, settings: &Settings) {
    absent::keep_linked(snapshot, Kind::Course);
    absent::note(snapshot);
    tags_from_roles(snapshot);
    whole::hold_dependants_of_departed(snapshot);
    scope::settle(snapshot, rules);
    whole::note_what_is_missing(snapshot);
    whole::note_shared_identifiers(snapshot);
    alike::note(snapshot, &settings.trusted_identifiers);
    families::note(snapshot, &settings.expect);
    plausible::note(snapshot, &settings.expect);
    forget_what_follows(snapshot);
    snapshot.findings.sort();
}

/// In 1.2 a user's role and school stand in the role records; the first of each user that goes on
/// decides, or else the first that there was.
fn tags_from_roles(snapshot: &mut Snapshot) {
    let roles = snapshot.of(Kind::Role);
    let complete = snapshot.is_complete(Kind::Role);
    let goes_on = |role: u32| {
        let sent = roles.has(role, flag::IN_DELIVERY);
        !roles.has(role, flag::SAYS_END) && (sent || !complete)
    };
    let mut first = vec![None; if roles.is_empty() { 0 } else { snapshot.of(Kind::User).len() }];
    for role in
        roles.ordinals().filter(|role| roles.has_any(*role, flag::IN_DELIVERY | flag::IN_ROSTER))
    {
        let found = (goes_on(role), roles.tag(role), roles.link(role, Link::School));
        match first.get_mut(roles.link(role, Link::User) as usize) {
            Some(place @ None) => *place = Some(found),
            Some(Some(place)) if found.0 && !place.0 => *place = found,
            Some(Some(_)) | None => {}
        }
    }
    let apart = snapshot.about.version.starts_with("1.2");
    let users = snapshot.of_mut(Kind::User);
    for (user, found) in (0u32..).zip(first) {
        let own = [Link::First, Link::User].map(|link| users.link(user, link));
        let (role, school) = match found {
            Some((_, role, school)) => (role, school),
            // Whatever role they had once has become another user's.
            None if apart && users.has(user, flag::IN_DELIVERY) => {
                (tag::OTHER, users.link(user, Link::School))
            }
            None => continue,
        };
        if let Some(place) = users.tags.get_mut(user as usize) {
            *place = role;
        }
        users.set_links(user, [own[0], own[1], school]);
    }
}

fn manifest_of(package: &dyn Package, snapshot: &mut Snapshot) -> Result<Manifest, ReadError> {
    let Some(member) = members::manifest_of(package)? else {
        snapshot.findings.file(&checks::NO_MANIFEST, "", None);
        return Ok(Manifest::default());
    };
    let mut bytes = Vec::new();
    Source::new(package.open(member)?)
        .and_then(|source| source.take(1 << 20).read_to_end(&mut bytes))
        .map_err(|error| ReadError::Io { file: member.name.clone(), error })?;
    if let Some(what) = content::of(&bytes) {
        snapshot.findings.add(&checks::NOT_CSV, &member.name, None, 0, what, 0, NOBODY);
        return Ok(Manifest::default());
    }
    let manifest = Manifest::parse(&bytes, &member.name, &mut snapshot.findings);
    snapshot.about.manifest = true;
    snapshot.about.system.clone_from(&manifest.system);
    Ok(manifest)
}

/// The version of the binding, as the manifest says or the files show.
fn version(
    package: &dyn Package,
    manifest: &Manifest,
    members: &BTreeMap<Kind, &Member>,
    snapshot: &mut Snapshot,
) -> Result<Version, ReadError> {
    let by_files = if members.contains_key(&Kind::Role) { Version::V12 } else { Version::V11 };
    // Who has which role stands in the users themselves or in a file of its own, whatever the manifest
    // says.
    let roles_apart = match members.get(&Kind::User) {
        Some(users) if !manifest.version.is_empty() => {
            let own = header::names_roles(&file::names(package, users)?);
            Some(!own && by_files == Version::V12).filter(|apart| *apart || own)
        }
        Some(_) | None => None,
    };
    let declared = match manifest.version.as_str() {
        "1.0" => Some(Version::V10),
        "1.1" => Some(Version::V11),
        version if version.starts_with("1.2") => Some(Version::V12),
        _ => None,
    };
    let disagrees = |declared: Version| match roles_apart {
        Some(true) => declared < Version::V12,
        Some(false) => declared == Version::V12 && by_files < Version::V12,
        None => false,
    };
    let version = match declared {
        Some(declared) if disagrees(declared) => {
            snapshot.findings.file(&checks::VERSION_DISAGREES, "manifest.csv", None);
            by_files
        }
        Some(declared) => declared,
        None if manifest.there => {
            snapshot.findings.file(&checks::UNKNOWN_VERSION, "manifest.csv", None);
            by_files
        }
        None if by_files == Version::V11 && follows_1_0(package, members)? => Version::V10,
        None => by_files,
    };
    if version == Version::V10 {
        snapshot.findings.file(&checks::FOLLOWS_1_0, "", None);
    }
    version.name().clone_into(&mut snapshot.about.version);
    Ok(version)
}

/// Whether the headers of files without a manifest are those of 1.0.
fn follows_1_0(
    package: &dyn Package,
    members: &BTreeMap<Kind, &Member>,
) -> Result<bool, ReadError> {
    for (kind, member) in members {
        if header::follows_1_0(*kind, &file::names(package, member)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The kinds of which nothing ever came: not in this delivery, nor in the roster but implied.
fn unknown(snapshot: &Snapshot, members: &BTreeMap<Kind, &Member>) -> Vec<bool> {
    Kind::FACTS
        .iter()
        .map(|kind| {
            let list = snapshot.of(*kind);
            let known = list.ordinals().any(|one| !list.has(one, flag::IMPLIED));
            !known && !members.contains_key(kind)
        })
        .collect()
}

fn combine(hashes: &BTreeMap<String, blake3::Hash>) -> String {
    let mut all = blake3::Hasher::new();
    for (name, hash) in hashes {
        all.update(name.as_bytes());
        all.update(&[0]);
        all.update(hash.as_bytes());
    }
    all.finalize().to_hex().to_string()
}

/// The identifiers that the district trusts, with the places of their columns.
fn trusted(settings: &Settings) -> Vec<(usize, TrustedIdentifier)> {
    let place = |trusted: &TrustedIdentifier| {
        Kind::User.columns().iter().position(|column| column.name == trusted.field)
    };
    let trusted = settings.trusted_identifiers.iter();
    trusted.filter_map(|trusted| Some((place(trusted)?, trusted.clone()))).collect()
}
