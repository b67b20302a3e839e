//! Enrollments whose ids follow the order of rows: where one is gone, the ids of all after it name
//! other people's places, and nobody moves.

use std::collections::HashMap;

use super::steps::Steps;
use super::{Action, Known, Reason};
use crate::model::columns::enrollment;
use crate::model::row::fact_place;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, tag};
use crate::model::{Kind, SubjectId};

/// A class, a person and a role.
type Place = (SubjectId, SubjectId, u8);

/// Tells as ids issued anew the enrollments that take a place which another row of the roster had
/// and has no more: it is the same person's, in the same class and role.
pub fn note(snapshot: &Snapshot, known: &Known, steps: &mut Steps) {
    let columns = [enrollment::CLASS, enrollment::USER, enrollment::ROLE];
    let places = columns.into_iter().filter_map(|at| fact_place(Kind::Enrollment, at));
    let bits = places.fold(0u64, |bits, at| bits | (1 << at));
    let named = steps.fields.iter().filter(|(one, fields)| {
        *fields & bits != 0 && matches!(steps.get(**one), Some((Action::Update, _)))
    });
    let list = snapshot.of(Kind::Enrollment);
    let mut named: Vec<_> = named.map(|(one, _)| *one).filter(|one| list.in_roster(*one)).collect();
    if named.is_empty() {
        return;
    }
    named.sort_unstable();
    let ended = |one: &Ordinal| matches!(steps.get(*one), Some((Action::End, _)));
    let ended = steps.ordinals().filter(ended);
    // Of rows that the delivery does not have, the links tell what they name.
    let ended = ended.map(|one| before(snapshot, known, one).unwrap_or(after(snapshot, one)));
    let mut vacant: HashMap<Place, u32> = HashMap::new();
    for place in named.iter().filter_map(|one| before(snapshot, known, *one)).chain(ended) {
        *vacant.entry(place).or_default() += 1;
    }
    for one in named {
        let taken = vacant.get_mut(&after(snapshot, one)).filter(|left| **left > 0);
        if let Some(left) = taken {
            *left -= 1;
            steps.set(one, Action::Update, Reason::UpdatedBecauseIdReissued);
        }
    }
}

/// The place that the roster's row gives.
fn before(snapshot: &Snapshot, known: &Known, one: Ordinal) -> Option<Place> {
    let id = SubjectId(snapshot.of(Kind::Enrollment).id(one));
    let row = &known.row(Kind::Enrollment, id)?.row;
    let role = tag::of_word(row.text(enrollment::ROLE));
    Some((row.subject(enrollment::CLASS)?, row.subject(enrollment::USER)?, role))
}

/// The place that the links give: that of the record, or of the row where there is none.
fn after(snapshot: &Snapshot, one: Ordinal) -> Place {
    let list = snapshot.of(Kind::Enrollment);
    let id = |kind: Kind, to: Ordinal| SubjectId(snapshot.of(kind).id(to));
    let class = id(Kind::Class, list.link(one, Link::First));
    (class, id(Kind::User, list.link(one, Link::User)), list.tag(one))
}
