//! The words for a teacher: the same decisions, without ids and without words of the trade.

use super::words::{change, choice, class, long, person};
use crate::explain::cause::Cause;
use crate::explain::facts::Standing;
use crate::explain::path::{Path, Stand};
use crate::plan::{Outcome, Reason};

/// Where a question that is about no class asks for the person.
const SCHOOLS_LIST: &str = "the school's list";

pub(super) fn sentence(cause: Cause, path: &Path<'_>) -> String {
    let (who, class) = (person(path), class(path));
    let place = if path.class.is_some() { class.clone() } else { SCHOOLS_LIST.to_owned() };
    match cause {
        Cause::HeldByGuard => format!(
            "A large change to the school's lists waits for the district office, and {who} is part of it."
        ),
        Cause::Member => format!("{who} is in {place}."),
        Cause::UnknownClass if path.enrollment.is_some() => format!(
            "The school office's list puts {who} into a class that the list itself does not have."
        ),
        Cause::UnknownClass => "The school office's lists have no class like this.".to_owned(),
        Cause::MergedIntoAnother => match &path.facts.merged_into {
            Some(other) => format!("{who} had two accounts; they were joined under {other}."),
            None => format!("{who} had two accounts, and they were joined."),
        },
        Cause::Undone => {
            let place = if path.is_membership_undone() { &place } else { SCHOOLS_LIST };
            format!("The district office took back the change that had put {who} into {place}.")
        }
        Cause::ChangedByHand => {
            format!("Someone at the district took {who} out of {place} by hand.")
        }
        Cause::AwaitingApply => awaiting(path, &who, &place),
        Cause::HeldForMatch => format!(
            "The school office's list has {who}, but it is not certain whose account that is."
        ),
        Cause::RejectedByCheck => format!(
            "The school office's list has {who}, but the entry has a mistake and could not be used."
        ),
        Cause::LeftOutByRule => left_out(path, &who),
        Cause::ClassLeftOutByRule => format!("The district has chosen not to use {class} here."),
        Cause::ClassRejectedOrHeld => format!(
            "The school office's list has {class}, but the entry has a mistake and could not be used."
        ),
        Cause::EnrollmentRejected => format!(
            "The school office's list puts {who} into {class}, but this entry has a mistake and could not be used."
        ),
        Cause::NotYetBegun => {
            let begin = path.enrollment.and_then(|one| one.span.begin).map(long);
            format!("{who} joins {class} on {}.", begin.unwrap_or_else(|| "a later day".to_owned()))
        }
        Cause::EndedByDate => by_date(path, &who, &class),
        Cause::AwaitingRelease => {
            let day = path.facts.awaiting_release.unwrap_or(path.facts.as_of);
            format!("The district opens {place} on {}.", long(day))
        }
        Cause::EndedByDelivery => ended(path, &who, &class),
        Cause::Deactivated => {
            let day = change(Some(&path.facts.person)).map(|by| long(by.on));
            let day = day.map_or(String::new(), |day| format!(" on {day}"));
            format!("{who} left the school office's list{day}.")
        }
        Cause::NotInLastDelivery => {
            format!("An earlier list from the school office had {who}, but the newest does not.")
        }
        Cause::NotEnrolledInDelivery => {
            format!("The school office's list has {who}, but not in {class}.")
        }
        Cause::NeverReceived => {
            let near = match path.facts.nearest.as_slice() {
                [] => String::new(),
                near => format!("; they do have {}", near.join(", ")),
            };
            format!("The school office's lists never had anyone by this name or number{near}.")
        }
    }
}

pub(super) fn next(cause: Cause, path: &Path<'_>) -> String {
    match cause {
        Cause::HeldByGuard => {
            let here = path.seat.unwrap_or(path.person) == Stand::Here;
            let place = if path.class.is_some() { class(path) } else { SCHOOLS_LIST.to_owned() };
            let stays = if here { "stays" } else { "is not" };
            format!("Until they decide, {} {stays} in {place}.", person(path))
        }
        Cause::UnknownClass if path.enrollment.is_some() => {
            "Ask the school office to add the class; it comes with the next list.".to_owned()
        }
        Cause::UnknownClass => "Ask the school office what the class is called there.".to_owned(),
        Cause::Undone | Cause::HeldForMatch => {
            "The district office can tell you when this is settled.".to_owned()
        }
        Cause::AwaitingApply if path.dropped().is_some() => {
            "The district office can tell you when the next list comes.".to_owned()
        }
        Cause::AwaitingApply => "Look again tomorrow.".to_owned(),
        Cause::RejectedByCheck | Cause::ClassRejectedOrHeld | Cause::EnrollmentRejected => {
            "Ask the school office to correct it; it is used from the next list on.".to_owned()
        }
        Cause::LeftOutByRule | Cause::ClassLeftOutByRule | Cause::ChangedByHand => {
            "If you need it, ask the district office.".to_owned()
        }
        Cause::NotYetBegun | Cause::AwaitingRelease => "You do not need to do anything.".to_owned(),
        Cause::EndedByDate | Cause::EndedByDelivery | Cause::Deactivated => {
            "If that is wrong, ask the school office to correct it.".to_owned()
        }
        Cause::NotInLastDelivery | Cause::NotEnrolledInDelivery | Cause::NeverReceived => {
            "Ask the school office to add it; it comes with the next list.".to_owned()
        }
        Cause::Member | Cause::MergedIntoAnother => String::new(),
    }
}

fn awaiting(path: &Path<'_>, who: &str, place: &str) -> String {
    match path.dropped() {
        Some(plan) => format!(
            "A list from the school office has {who} in {place}, but on {}, the district office decided not to use that list; the next one that has them there is looked at anew.",
            long(plan.on)
        ),
        None => format!(
            "The school office's newest list has {who} in {place}. It has come, but it is not in use yet."
        ),
    }
}

fn left_out(path: &Path<'_>, who: &str) -> String {
    let what = match path.first(Stand::LeftOut).and_then(Standing::decision) {
        Some(Outcome::Ignored(rule)) => choice(rule),
        Some(_) | None => "entry",
    };
    format!(
        "The school office's list has {who}, but the district has chosen not to use this {what} here."
    )
}

fn by_date(path: &Path<'_>, who: &str, class: &str) -> String {
    let span = path.enrollment.map(|one| one.span).unwrap_or_default();
    if span.is_empty(path.facts.ends_inclusive) {
        return format!(
            "The school office's list ends the time of {who} in {class} on the day on which it begins, so it never starts."
        );
    }
    let end = span.end.map(long).unwrap_or_default();
    let last = if path.facts.ends_inclusive { "was" } else { "was before" };
    format!("The last day of {who} in {class} {last} {end}.")
}

fn ended(path: &Path<'_>, who: &str, class: &str) -> String {
    let seat = path.enrollment.map(|one| &one.standing);
    let of_seat = path.seat == Some(Stand::Gone);
    let by = change(if of_seat { seat } else { path.first(Stand::Gone) });
    let day = by.map_or(String::new(), |by| format!(" until {}", long(by.on)));
    let moved = by.is_some_and(|by| by.reason == Reason::MovedToAnotherClass);
    if of_seat && moved {
        let to = path.moved_to().unwrap_or("another class");
        format!("{who} was in {class}{day}, and moved to {to} then.")
    } else if of_seat {
        format!("{who} was in {class}{day}; the school office's list has ended that.")
    } else {
        format!("{class} was there{day}; the school office's list has ended it.")
    }
}
