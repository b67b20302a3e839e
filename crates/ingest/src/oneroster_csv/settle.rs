//! Settles what only the whole of a file tells: hashes to trust, capitals, rows that stand in.

use firstbell_roster::check::{absent, table as checks};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subject, flag, tag};
use firstbell_roster::model::{Column, Kind};

use super::merge::{Implied, Later};

/// Settles what was left for later, once the roster's part of the kind is back.
pub fn settle(snapshot: &mut Snapshot, kind: Kind, later: Later, columns: &[u32]) {
    mark(snapshot, kind);
    trust(snapshot, kind, &later);
    for (target, one) in &later.named {
        absent::keep(snapshot, *target, *one);
    }
    compare_zeros(snapshot, kind, &later.padded, columns);
    compare_case(snapshot, kind, later.folded, columns);
    imply(snapshot, kind, &later.implied);
}

/// Marks the subjects whose records came: those that have a line.
fn mark(snapshot: &mut Snapshot, kind: Kind) {
    let list = snapshot.of_mut(kind);
    for (flags, line) in list.flags.iter_mut().zip(&list.at) {
        if *line != 0 {
            *flags |= flag::IN_DELIVERY;
        }
    }
}

/// Keeps the hashes of the records that were read; what was kept of them before is void.
fn trust(snapshot: &mut Snapshot, kind: Kind, later: &Later) {
    let list = snapshot.of_mut(kind);
    for (one, raw) in later.read.iter().zip(&later.raws) {
        if let Some(place) = list.raws.get_mut(*one as usize) {
            *place = *raw;
        }
    }
    if !list.identifiers.is_empty() && !later.read.is_empty() {
        let mut read = vec![false; list.len()];
        for one in &later.read {
            if let Some(place) = read.get_mut(*one as usize) {
                *place = true;
            }
        }
        list.identifiers.retain(|(_, one)| read.get(*one as usize) == Some(&false));
    }
}

/// Notes new sourcedIds that the roster has with zeros in front, where the delivery lacks those.
fn compare_zeros(
    snapshot: &mut Snapshot,
    kind: Kind,
    padded: &[(Ordinal, Ordinal)],
    columns: &[u32],
) {
    let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
    let field = kind.columns().first().map_or("", |column| column.name);
    let number = columns.first().copied().unwrap_or(0);
    for (known, new) in padded {
        let list = snapshot.of(kind);
        if list.in_roster(*known) && !list.has(*known, flag::IN_DELIVERY) {
            let line = list.line(*new);
            let check = &checks::LEADING_ZEROS_LOST;
            snapshot.findings.add(check, &file, Some(kind), number, field, line, *new);
        }
    }
}

/// Notes sourcedIds that differ from one before them in case alone. Where the roster has the
/// one in lower case, it counts as before all others.
fn compare_case(
    snapshot: &mut Snapshot,
    kind: Kind,
    mut folded: Vec<(u64, Ordinal)>,
    columns: &[u32],
) {
    folded.sort_unstable();
    folded.dedup();
    let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
    let field = kind.columns().first().map_or("", |column| column.name);
    let number = columns.first().copied().unwrap_or(0);
    for alike in folded.chunk_by(|one, next| one.0 == next.0) {
        let list = snapshot.of(kind);
        let plain = alike.first().and_then(|(key, _)| list.find(*key));
        let known = plain.is_some_and(|plain| (plain as usize) < list.known());
        let mut all: Vec<_> = alike.iter().map(|(_, one)| *one).collect();
        all.extend(plain.filter(|_| !known));
        all.sort_unstable_by_key(|one| list.line(*one));
        for one in all.into_iter().skip(usize::from(!known)) {
            let check = &checks::SOURCED_IDS_DIFFER_IN_CASE;
            let line = snapshot.of(kind).line(one);
            snapshot.findings.add(check, &file, Some(kind), number, field, line, one);
            snapshot.of_mut(kind).distrust(one);
        }
    }
}

/// Stands rows in for records of kinds that never came.
fn imply(snapshot: &mut Snapshot, kind: Kind, implied: &[Implied]) {
    for reference in implied {
        let column = usize::from(reference.column);
        let Some(target) = kind.columns().get(column).and_then(Column::refers_to) else {
            continue;
        };
        let to = stand_in(snapshot, target, &reference.sourced_id);
        let own = snapshot.of_mut(kind);
        if let Some(link) = Link::of(kind, column).filter(|_| reference.from != NOBODY)
            && own.link(reference.from, link) == NOBODY
        {
            own.set_link(reference.from, link, to);
        }
    }
}

fn stand_in(snapshot: &mut Snapshot, kind: Kind, sourced_id: &str) -> Ordinal {
    let key = snapshot.hasher.key(sourced_id.as_bytes());
    let list = snapshot.of_mut(kind);
    let to = list.find(key).unwrap_or_else(|| {
        list.push(Subject {
            key,
            print: 0,
            raw: 0,
            id: 0,
            links: [NOBODY; 3],
            flags: flag::IMPLIED | flag::TOUCHED,
            tag: tag::OTHER,
            at: 0,
            person: 0,
        })
    });
    let texts = snapshot.texts.get_mut(kind as usize);
    if let Some(texts) = texts.filter(|texts| !texts.places.contains_key(&to)) {
        let at = u32::try_from(texts.cells.len()).unwrap_or(u32::MAX);
        texts.cells.push(std::iter::once(sourced_id));
        texts.places.insert(to, at);
    }
    to
}
