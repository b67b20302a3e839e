//! The night on which a new term begins.

use crate::calendar::SPRING_BEGINS;
use crate::identifiers;
use crate::model::{Class, NewSeat, Roster};
use crate::school::School;

/// Ends every class of the school with its enrollments and begins them again in the spring
/// term, under new ids and with the same members.
pub(crate) fn roll_over(roster: &mut Roster, school: &School) {
    let shape = identifiers::shape(school);
    let old = roster.classes_where(|class| class.school == school.index);
    let mut next = vec![None; roster.classes.len()];
    for class in old {
        let id = roster.next_class(school.index);
        let copy = roster.classes.get(class).map(|class| in_spring(class, id));
        if let (Some(copy), Some(place)) = (copy, next.get_mut(class)) {
            *place = Some(roster.add_class(copy));
        }
        if let Some(class) = roster.classes.get_mut(class) {
            class.gone = true;
        }
    }
    let mut seats = Vec::new();
    for seat in roster.seats.iter_mut().filter(|seat| !seat.gone) {
        if let Some(class) = next.get(seat.class).copied().flatten() {
            seat.gone = true;
            seats.push(NewSeat {
                class,
                person: seat.person,
                teaches: seat.teaches,
                primary: seat.primary,
                begin: SPRING_BEGINS,
            });
        }
    }
    for seat in seats {
        roster.seat(shape, seat);
    }
}

fn in_spring(class: &Class, id: String) -> Class {
    Class {
        id,
        school: class.school,
        title: class.title.clone(),
        course: class.course.clone(),
        code: class.code.clone(),
        subject: class.subject,
        grade: class.grade,
        slot: class.slot,
        section: class.section,
        period: class.period,
        room: class.room,
        spring: true,
        gone: false,
    }
}
