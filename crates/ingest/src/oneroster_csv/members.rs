//! Which file of a delivery is which, beside what the manifest declares.

use std::collections::BTreeMap;

use firstbell_roster::check::table as checks;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{NOBODY, flag};
use firstbell_roster::model::{Kind, Settings};

use super::manifest::{self, Declared, Manifest};
use super::{ReadError, file};
use crate::other_formats;
use crate::package::{Member, Package, content};

/// Refuses files that follow another format.
pub fn recognize(package: &dyn Package, settings: &Settings) -> Result<(), ReadError> {
    let columns = |file: &str| -> Result<Vec<String>, ReadError> {
        let member = package.members().iter().find(|one| one.stem().eq_ignore_ascii_case(file));
        let Some(member) = member else { return Ok(Vec::new()) };
        let own = manifest::kind(file).and_then(|kind| settings.columns.get(kind.name()));
        let meant = |name: String| own.and_then(|own| own.get(&name)).cloned().unwrap_or(name);
        Ok(file::names(package, member)?.into_iter().map(meant).collect())
    };
    let files: Vec<_> = package.members().iter().map(Member::stem).collect();
    let format = other_formats::recognize(&files, columns)?;
    format.map_or(Ok(()), |format| Err(ReadError::OtherFormat(format)))
}

/// The file of each kind, and what is told of the others.
pub fn of<'a>(
    package: &'a dyn Package,
    manifest: &Manifest,
    snapshot: &mut Snapshot,
) -> Result<BTreeMap<Kind, &'a Member>, ReadError> {
    let mut members = BTreeMap::new();
    for member in package.members() {
        let stem = member.stem();
        if stem.eq_ignore_ascii_case("manifest") {
            continue;
        }
        match manifest::kind(stem) {
            Some(kind) => {
                if let Some(other) = members.insert(kind, member) {
                    return Err(other.beside(member).into());
                }
            }
            None => snapshot.findings.file(&checks::UNKNOWN_FILE, &member.name, None),
        }
    }
    if members.is_empty() && manifest.files.is_empty() {
        let names: Vec<_> = package.members().iter().map(|member| member.name.as_str()).collect();
        return Err(ReadError::NotOneRoster(names.join(", ")));
    }
    tell_others(package, &members, snapshot);
    for name in package.nested() {
        snapshot.findings.file(&checks::NESTED_ZIP, name, None);
    }
    if package.members().iter().any(|member| !member.folder.is_empty()) {
        snapshot.findings.file(&checks::FILE_IN_FOLDER, "", None);
    }
    compare(manifest, &members, snapshot);
    Ok(members)
}

/// Tells what came in place of a file that is not there.
fn tell_others(package: &dyn Package, members: &BTreeMap<Kind, &Member>, snapshot: &mut Snapshot) {
    for name in package.others() {
        let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
        let lacks = manifest::kind(stem).is_some_and(|kind| !members.contains_key(&kind));
        if let Some(what) = content::by_name(name).filter(|_| lacks) {
            snapshot.findings.add(&checks::NOT_CSV, name, None, 0, what, 0, NOBODY);
        }
    }
}

/// Compares what the manifest declares with what is there.
fn compare(manifest: &Manifest, members: &BTreeMap<Kind, &Member>, snapshot: &mut Snapshot) {
    if !manifest.there {
        return;
    }
    // A manifest alone says that nothing changed, unless it promises a whole file.
    let nothing_new =
        members.is_empty() && manifest.files.values().all(|mode| *mode != Declared::Bulk);
    for (kind, declared) in &manifest.files {
        let known = snapshot.kinds.get(*kind as usize).is_some_and(|list| {
            list.ordinals().any(|one| list.in_roster(one) && !list.has(one, flag::IMPLIED))
        });
        match (declared, members.get(kind)) {
            (Declared::Absent, Some(member)) => {
                snapshot.findings.file(&checks::UNDECLARED_FILE, &member.name, Some(*kind));
            }
            (Declared::Absent, None) if known => {
                snapshot.findings.file(&checks::DECLARED_ABSENT, &kind.file(), Some(*kind));
            }
            (Declared::Delta, None) if known && nothing_new => {
                snapshot.findings.file(&checks::DECLARED_ABSENT, &kind.file(), Some(*kind));
            }
            (Declared::Bulk | Declared::Delta, None) => {
                snapshot.findings.file(&checks::DECLARED_FILE_MISSING, &kind.file(), Some(*kind));
            }
            (Declared::Absent, None) | (Declared::Bulk | Declared::Delta, Some(_)) => {}
        }
    }
    for (kind, member) in members {
        if !manifest.files.contains_key(kind) {
            snapshot.findings.file(&checks::UNDECLARED_FILE, &member.name, Some(*kind));
        }
    }
}
