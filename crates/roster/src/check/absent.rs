//! Orgs, terms and courses that a complete file lacks, or that ask to end, while other records name
//! them: the delivery contradicts itself, and they are kept.
//!
//! A row that is kept this way is [`flag::STOPPED`] without being in the delivery, or with a record
//! that asks to end and is held.

use crate::check::table::ABSENT_BUT_NAMED;
use crate::model::Kind;
use crate::model::image::target;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, Subjects, flag};
use crate::plan::{Hold, Outcome};

/// The kinds whose absent rows are kept while others name them. Classes and people are not among
/// them: what names those ends with them.
const KINDS: [Kind; 3] = [Kind::Org, Kind::AcademicSession, Kind::Course];

/// Whether a row is not in the delivery, or its record asks to end, and it is not kept so far.
pub fn is_lacking(list: &Subjects, one: Ordinal) -> bool {
    list.in_roster(one)
        && !list.has_any(one, flag::STOPPED | flag::LEFT_OUT)
        && (!list.has(one, flag::IN_DELIVERY) || list.has(one, flag::SAYS_END))
}

/// The rows of a kind that would end and are kept: those that others name, roles and seats that
/// wait with the one that replaces them, and people who may be meant by a record that waits.
pub fn kept(snapshot: &Snapshot, kind: Kind) -> impl Iterator<Item = Ordinal> + '_ {
    let list = snapshot.of(kind);
    let candidates = if kind == Kind::Class { 0..0 } else { list.ordinals() };
    let candidates = list.with_among(candidates, flag::IN_ROSTER | flag::STOPPED, 0);
    candidates.filter(|one| is_kept(list, *one))
}

/// Keeps a row that a record of the delivery names, where it would end.
pub fn keep(snapshot: &mut Snapshot, kind: Kind, one: Ordinal) {
    if !KINDS.contains(&kind) || !would_end(snapshot, kind, one) {
        return;
    }
    let list = snapshot.of_mut(kind);
    list.set(one, flag::STOPPED);
    if list.has(one, flag::IN_DELIVERY) {
        let (outcome, detail) = Outcome::Held(Hold::Record(&ABSENT_BUT_NAMED)).encode();
        list.decide(one, outcome, detail);
    }
}

/// Keeps the rows of a kind that rows of the roster name which go on without a record, and notes it.
pub fn keep_named(snapshot: &mut Snapshot, kind: Kind, named: &[Ordinal]) {
    for one in named.iter().copied() {
        if would_end(snapshot, kind, one) {
            keep(snapshot, kind, one);
            note_one(snapshot, kind, one);
        }
    }
    snapshot.findings.sort();
}

fn would_end(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> bool {
    let list = snapshot.of(kind);
    is_lacking(list, one) && (list.has(one, flag::IN_DELIVERY) || snapshot.is_complete(kind))
}

/// Keeps what the records of a kind name, as far as their links tell, which are known also of
/// records that were not read.
pub fn keep_linked(snapshot: &mut Snapshot, kind: Kind) {
    // Where roles have records of their own, the links of users are those of earlier roles.
    if kind == Kind::User && !snapshot.of(Kind::Role).is_empty() {
        return;
    }
    for link in [Link::First, Link::School] {
        let Some(target) = target(kind, link).filter(|target| some_are_lacking(snapshot, *target))
        else {
            continue;
        };
        let (list, others) = (snapshot.of(kind), snapshot.of(target));
        // Rows that an incomplete file does not have go on.
        let complete = snapshot.is_complete(kind);
        let goes_on = |one| {
            let unsaid = list.in_roster(one) && !list.has(one, flag::IN_DELIVERY);
            !complete && unsaid && !ends_with_another(snapshot, kind, one)
        };
        let naming = list.ordinals().filter(|one| names(list, *one) || goes_on(*one));
        let named = naming.map(|one| list.link(one, link));
        let named: Vec<_> = named.filter(|to| is_lacking(others, *to)).collect();
        for one in named {
            keep(snapshot, target, one);
        }
    }
}

/// Whether a row ends with its class or its person.
fn ends_with_another(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> bool {
    let ends = |link: Link, parent: Kind| {
        let (to, others) = (snapshot.of(kind).link(one, link), snapshot.of(parent));
        let lacks = snapshot.is_complete(parent) && !others.has(to, flag::IN_DELIVERY);
        others.in_roster(to)
            && !others.has(to, flag::STOPPED)
            && (lacks || others.has(to, flag::SAYS_END))
    };
    let of_user = matches!(kind, Kind::UserProfile | Kind::Role | Kind::Enrollment);
    kind == Kind::Enrollment && ends(Link::First, Kind::Class)
        || of_user && ends(Link::User, Kind::User)
}

/// Whether only the text of the records of a kind tells what they name of what is lacking: of a
/// class's terms and a user's orgs, links hold one at most.
pub fn only_text_tells(snapshot: &Snapshot, kind: Kind) -> bool {
    [(Kind::Class, Kind::AcademicSession), (Kind::User, Kind::Org)]
        .into_iter()
        .any(|(of, target)| of == kind && some_are_lacking(snapshot, target))
}

/// Notes the rows that are kept.
pub fn note(snapshot: &mut Snapshot) {
    for kind in KINDS {
        for one in kept(snapshot, kind).collect::<Vec<_>>() {
            note_one(snapshot, kind, one);
        }
    }
}

fn note_one(snapshot: &mut Snapshot, kind: Kind, one: Ordinal) {
    let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
    let line = snapshot.of(kind).line(one);
    snapshot.findings.add(&ABSENT_BUT_NAMED, &file, Some(kind), 0, "", line, one);
}

/// Whether what a record names counts: a record that asks to end, or that a rule leaves out,
/// names nothing.
pub fn names(list: &Subjects, one: Ordinal) -> bool {
    let sent =
        list.has(one, flag::IN_DELIVERY) && !list.has_any(one, flag::SAYS_END | flag::LEFT_OUT);
    sent || is_kept(list, one)
}

fn is_kept(list: &Subjects, one: Ordinal) -> bool {
    let held = || matches!(Outcome::decode(list.decision(one)), Some(Outcome::Held(_)));
    list.has(one, flag::IN_ROSTER | flag::STOPPED)
        && (!list.has(one, flag::IN_DELIVERY) || (list.has(one, flag::SAYS_END) && held()))
}

fn some_are_lacking(snapshot: &Snapshot, kind: Kind) -> bool {
    let list = snapshot.of(kind);
    KINDS.contains(&kind) && list.ordinals().any(|one| would_end(snapshot, kind, one))
}
