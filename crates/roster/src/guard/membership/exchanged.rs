//! Classes that exchange all their students: a sign that the ids of classes were mixed up, though they
//! are fewer than the limits count.

use std::collections::{BTreeMap, BTreeSet};

use crate::guard::seats::Seats;
use crate::model::Kind;
use crate::model::subjects::{Ordinal, tag};

/// From how many students on it is no chance that one class has just those whom another had.
pub const FEWEST: u64 = 3;

/// Of classes that all their students leave, those that exchange them, two with each other or more in
/// a ring: each has exactly those whom another had.
pub fn exchanged(seats: Seats<'_>, left_by_all: &BTreeSet<Ordinal>) -> BTreeSet<Ordinal> {
    if left_by_all.len() < 2 {
        return BTreeSet::new();
    }
    let (mut before, mut after) = (Students::new(), Students::new());
    for change in seats.changed(&[Kind::Enrollment]) {
        for (seat, students) in [(change.before, &mut before), (change.after, &mut after)] {
            let seat = seat.filter(|seat| seat.role == tag::STUDENT);
            if let Some(seat) = seat.filter(|seat| left_by_all.contains(&seat.at)) {
                students.entry(seat.at).or_default().insert(seat.who);
            }
        }
    }
    let had: BTreeMap<_, _> =
        before.into_iter().map(|(class, students)| (students, class)).collect();
    after.retain(|_, students| students.len() as u64 >= FEWEST);
    let given = after.into_iter().filter_map(|(class, all)| Some((class, *had.get(&all)?)));
    let mut given: BTreeMap<Ordinal, Ordinal> = given.collect();
    loop {
        let givers: BTreeSet<_> = given.values().copied().collect();
        let all = given.len();
        let takers: BTreeSet<_> = given.keys().copied().collect();
        given.retain(|class, giver| givers.contains(class) && takers.contains(giver));
        if given.len() == all {
            return takers;
        }
    }
}

/// Students by class.
type Students = BTreeMap<Ordinal, BTreeSet<Ordinal>>;
