//! Which file of a delivery is which, beside what the manifest declares.

use std::collections::BTreeMap;

use firstbell_roster::check::table as checks;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{NOBODY, flag};
use firstbell_roster::model::{Kind, Settings};

use super::manifest::{Declared, Manifest};
use super::{ReadError, file};
use crate::file_name::{self, How, Meant};
use crate::other_formats;
use crate::package::{Member, OpenError, Package, content};

/// Refuses files that follow another format.
pub fn recognize(package: &dyn Package, settings: &Settings) -> Result<(), ReadError> {
    let columns = |file: &str| -> Result<Vec<String>, ReadError> {
        let member = package.members().iter().find(|one| one.stem().eq_ignore_ascii_case(file));
        let Some(member) = member else { return Ok(Vec::new()) };
        let kind = file_name::meaning(&member.name).and_then(|meant| meant.kind);
        let own = kind.and_then(|kind| settings.columns.get(kind.name()));
        let meant = |name: String| own.and_then(|own| own.get(&name)).cloned().unwrap_or(name);
        Ok(file::names(package, member)?.into_iter().map(meant).collect())
    };
    let files: Vec<_> = package.members().iter().map(Member::stem).collect();
    let format = other_formats::recognize(&files, columns)?;
    format.map_or(Ok(()), |format| Err(ReadError::OtherFormat(format)))
}

/// The manifest, where there is one.
pub fn manifest_of(package: &dyn Package) -> Result<Option<&Member>, ReadError> {
    let is_manifest = |meant: Meant| meant.kind.is_none();
    Ok(one_of(package, is_manifest)?)
}

/// The file of a kind, where there is one.
pub fn file_of(package: &dyn Package, kind: Kind) -> Option<&Member> {
    one_of(package, |meant| meant.kind == Some(kind)).ok().flatten()
}

/// Of the files that mean the same, the one that OneRoster itself names so; others are not read then.
/// Between two that are named otherwise, or one and a copy of it, nobody can choose.
fn one_of(package: &dyn Package, is: impl Fn(Meant) -> bool) -> Result<Option<&Member>, OpenError> {
    let meant = |member: &Member| file_name::meaning(&member.name).filter(|meant| is(*meant));
    let mut same: Vec<_> =
        package.members().iter().filter_map(|member| Some((meant(member)?.how, member))).collect();
    same.sort_by_key(|(how, _)| *how);
    match same.as_slice() {
        [] => Ok(None),
        [(How::Own, one), rest @ ..] => match rest.iter().find(|(how, _)| *how != How::Otherwise) {
            Some((_, other)) => Err(one.beside(other)),
            None => Ok(Some(one)),
        },
        [(_, one)] => Ok(Some(one)),
        [(_, one), (_, other), ..] => Err(one.beside(other)),
    }
}

/// The file of each kind, told where it is named otherwise, as are those that are not read.
fn by_kind<'a>(
    package: &'a dyn Package,
    snapshot: &mut Snapshot,
) -> Result<BTreeMap<Kind, &'a Member>, ReadError> {
    let mut members = BTreeMap::new();
    for kind in Kind::ALL {
        if let Some(member) = one_of(package, |meant| meant.kind == Some(kind))? {
            members.insert(kind, member);
        }
    }
    let manifest = manifest_of(package)?;
    for member in package.members() {
        let meant = file_name::meaning(&member.name);
        let kind = meant.and_then(|meant| meant.kind);
        let taken = match kind {
            Some(kind) => members.get(&kind).copied(),
            None => manifest,
        };
        if taken != Some(member) {
            snapshot.findings.file(&checks::UNKNOWN_FILE, &member.name, None);
        } else if meant.is_some_and(|meant| meant.how != How::Own) {
            snapshot.findings.file(&checks::FILE_NAME, &member.name, kind);
        }
    }
    Ok(members)
}

/// The file of each kind, and what is told of the others.
pub fn of<'a>(
    package: &'a dyn Package,
    manifest: &Manifest,
    snapshot: &mut Snapshot,
) -> Result<BTreeMap<Kind, &'a Member>, ReadError> {
    let members = by_kind(package, snapshot)?;
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
        let kind = file_name::meaning(&format!("{stem}.csv")).and_then(|meant| meant.kind);
        let lacks = kind.is_some_and(|kind| !members.contains_key(&kind));
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
    let promised = |mode: &Declared| matches!(mode, Declared::Bulk | Declared::Unclear);
    let nothing_new = members.is_empty() && !manifest.files.values().any(promised);
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
            (Declared::Bulk | Declared::Delta | Declared::Unclear, None) => {
                snapshot.findings.file(&checks::DECLARED_FILE_MISSING, &kind.file(), Some(*kind));
            }
            (Declared::Absent, None)
            | (Declared::Bulk | Declared::Delta | Declared::Unclear, Some(_)) => {}
        }
    }
    for (kind, member) in members {
        let check = match manifest.declares(*kind) {
            None => &checks::UNDECLARED_FILE,
            Some(Declared::Unclear) if manifest.delta_of_unknown => &checks::UNKNOWN_MODE,
            Some(_) => continue,
        };
        snapshot.findings.file(check, &member.name, Some(*kind));
    }
}
