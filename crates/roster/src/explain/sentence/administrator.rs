//! The words for an administrator: with deliveries, lines, operations and rules.

use super::words::{
    capital, change, class, operation, person, place, record, remedy, told, was_dropped, why,
};
use crate::explain::cause::Cause;
use crate::explain::facts::{Dropped, Said, Standing};
use crate::explain::path::{Path, Stand};
use crate::plan::{Action, Outcome};

pub(super) fn sentence(cause: Cause, path: &Path<'_>, also: &[Cause]) -> String {
    let (who, class) = (person(path), class(path));
    match cause {
        Cause::HeldByGuard => held(path, &who),
        Cause::Member => member(path, &who, also),
        Cause::UnknownClass => unknown_class(path),
        Cause::MergedIntoAnother => {
            let other = path.facts.merged_into.as_deref().unwrap_or("another");
            format!("The account of {who} went into that of {other}.")
        }
        Cause::Undone => undone(path, &who),
        Cause::ChangedByHand => {
            let by = path.facts.changed_by_hand.as_deref().unwrap_or("a person");
            format!("{who} is kept out of {} by hand, by {by}.", place(path))
        }
        Cause::AwaitingApply => awaiting(path, &who),
        Cause::HeldForMatch => judged(path, Stand::Unmatched, &format!("The record of {who}")),
        Cause::RejectedByCheck => judged(path, Stand::Rejected, &format!("The record of {who}")),
        Cause::LeftOutByRule if path.person == Stand::LeftOut => {
            judged(path, Stand::LeftOut, &format!("The record of {who}"))
        }
        Cause::LeftOutByRule | Cause::EnrollmentRejected => of_seat(path, &who, &class),
        Cause::ClassLeftOutByRule | Cause::ClassRejectedOrHeld => of_class(path, &class),
        Cause::NotYetBegun => not_yet(path, &who, &class),
        Cause::EndedByDate => by_date(path, &who, &class),
        Cause::AwaitingRelease => {
            let day = path.facts.awaiting_release.unwrap_or(path.facts.as_of);
            format!("{} opens on {day}.", place(path))
        }
        Cause::EndedByDelivery => ended(path, &who, &class),
        Cause::Deactivated => deactivated(path, &who),
        Cause::NotInLastDelivery => not_in_last(path, &who),
        Cause::NotEnrolledInDelivery => {
            format!("{who} is known, but no delivery has an enrollment of theirs in {class}.")
        }
        Cause::NeverReceived => never(path),
    }
}

pub(super) fn next(cause: Cause, path: &Path<'_>) -> String {
    let outcome = |stand| path.first(stand).and_then(Standing::decision);
    let seat = || path.enrollment.and_then(|one| one.standing.decision());
    let class = || path.facts.class.as_ref()?.standing.as_ref()?.decision();
    match cause {
        Cause::HeldByGuard => {
            "Look at the plan, then approve it, or drop it and have the delivery mended.".to_owned()
        }
        Cause::Undone | Cause::AwaitingApply => match &path.facts.paused {
            Some(note) => format!("The source is marked as paused ({note}); feed a mended delivery, and it is planned anew."),
            None if cause == Cause::Undone => "Feed a mended delivery; it is planned anew.".to_owned(),
            None if path.dropped().is_some() => {
                "Have the delivery mended if it was wrong, and feed the next one.".to_owned()
            }
            None => "Apply the plan, or wait for the next sync.".to_owned(),
        },
        Cause::HeldForMatch => remedy(outcome(Stand::Unmatched)),
        Cause::RejectedByCheck => remedy(outcome(Stand::Rejected)),
        Cause::LeftOutByRule => remedy(outcome(Stand::LeftOut)),
        Cause::ClassLeftOutByRule | Cause::ClassRejectedOrHeld => remedy(class()),
        Cause::EnrollmentRejected => remedy(seat()),
        Cause::UnknownClass => {
            "Check the spelling, or ask for an export that has the class.".to_owned()
        }
        Cause::NotYetBegun | Cause::AwaitingRelease => {
            "It opens by itself on that day.".to_owned()
        }
        Cause::EndedByDate => "If that is wrong, mend the end date in the school system.".to_owned(),
        Cause::EndedByDelivery | Cause::Deactivated => {
            "If that is wrong, mend it in the school system; a record that comes back restores the same row.".to_owned()
        }
        Cause::NotInLastDelivery | Cause::NeverReceived | Cause::NotEnrolledInDelivery => {
            "Ask for it in the school system's export; the next delivery that has it brings it."
                .to_owned()
        }
        Cause::Member | Cause::MergedIntoAnother | Cause::ChangedByHand => String::new(),
    }
}

fn member(path: &Path<'_>, who: &str, also: &[Cause]) -> String {
    let standing = path.enrollment.map_or(&path.facts.person, |one| &one.standing);
    let since =
        change(Some(standing)).map_or(String::new(), |by| format!(" since {}", operation(by)));
    let but = if also.is_empty() {
        ""
    } else if path.records().all(|(_, one)| one.is_none_or(Standing::is_taken)) {
        "; another record under the same sourcedId was rejected"
    } else {
        "; what the last delivery says now was not taken, and what was there before stays"
    };
    let has_been = if since.is_empty() { "is" } else { "has been" };
    let dropped = standing.dropped_change().map_or(String::new(), |(dropped, ends)| {
        let what = if ends { "ended that" } else { "changed it" };
        format!(" Plan {}, which would have {what}, {}.", dropped.plan, was_dropped(dropped))
    });
    format!("{who} {has_been} in {}{since}{but}.{dropped}", place(path))
}

fn held(path: &Path<'_>, who: &str) -> String {
    let standing = path.held();
    let line = standing.and_then(|standing| standing.held);
    let own = path.facts.person.held.is_some();
    let what = match line.map(|line| line.action) {
        Some(Action::Create | Action::Restore) => "would bring",
        Some(Action::End) if own => "would deactivate",
        Some(Action::End) => "would end",
        Some(Action::Update) | None => "would change",
    };
    let whose = if own || path.class.is_none() {
        who.to_owned()
    } else {
        format!("the place of {who} in {}", place(path))
    };
    let plan = line.map_or("A plan".to_owned(), |line| format!("Plan {}", line.plan));
    let because = match path.facts.guard.as_slice() {
        [] => String::new(),
        reasons => format!(": {}", reasons.join("; ")),
    };
    let here = path.seat.unwrap_or(path.person) == Stand::Here;
    let stays = if here { "stays" } else { "is not" };
    format!(
        "{plan}, which {what} {whose}, waits for a person's approval{because}. Until then {who} {stays} in {}.",
        place(path)
    )
}

fn unknown_class(path: &Path<'_>) -> String {
    let named = path.enrollment.and_then(|one| one.standing.told());
    let named = named.map_or(String::new(), |told| {
        format!("; an enrollment in {} names it all the same", record(told))
    });
    format!("No class by this id, code or title has ever arrived{named}.")
}

fn undone(path: &Path<'_>, who: &str) -> String {
    let by = change(path.undone()).map(operation).unwrap_or_default();
    let place = if path.is_membership_undone() { place(path) } else { "the roster".to_owned() };
    format!("What brought {who} into {place} was undone by {by}.")
}

fn dropped(path: &Path<'_>, who: &str, dropped: &Dropped) -> String {
    format!(
        "Plan {}, which would bring {who} into {}, {}; the next delivery that has it is planned anew.",
        dropped.plan,
        place(path),
        was_dropped(dropped)
    )
}

fn awaiting(path: &Path<'_>, who: &str) -> String {
    if let Some(plan) = path.dropped() {
        return dropped(path, who, plan);
    }
    let told = told(path, Stand::Awaiting);
    let where_from = told.map_or(String::new(), |told| format!(" the record in {}", record(told)));
    format!(
        "The newest plan takes{where_from} and would bring {who} into {}; it is not applied yet.",
        place(path)
    )
}

fn judged(path: &Path<'_>, stand: Stand, what: &str) -> String {
    let Some((told, outcome)) =
        told(path, stand).zip(path.first(stand).and_then(Standing::decision))
    else {
        return format!("{what} was not taken.");
    };
    format!("{what} is in {}, but {}.", record(told), why(outcome))
}

fn of_seat(path: &Path<'_>, who: &str, class: &str) -> String {
    let what = format!("The enrollment of {who} in {class}");
    let standing = path.enrollment.map(|one| &one.standing);
    verdict(standing, &what)
}

fn of_class(path: &Path<'_>, class: &str) -> String {
    let standing = path.facts.class.as_ref().and_then(|class| class.standing.as_ref());
    verdict(standing, &format!("The record of {class}"))
}

fn verdict(standing: Option<&Standing>, what: &str) -> String {
    let told = standing.and_then(|one| one.told().zip(one.decision()));
    told.map_or(format!("{what} was not taken."), |(told, outcome)| {
        format!("{what} is in {}, but {}.", record(told), why(outcome))
    })
}

fn not_yet(path: &Path<'_>, who: &str, class: &str) -> String {
    let begin = path.enrollment.and_then(|one| one.span.begin);
    let day = begin.map_or("a later day".to_owned(), |day| day.to_string());
    format!("The enrollment of {who} in {class} begins on {day}.")
}

fn by_date(path: &Path<'_>, who: &str, class: &str) -> String {
    let span = path.enrollment.map(|one| one.span).unwrap_or_default();
    let end = span.end.map(|day| day.to_string()).unwrap_or_default();
    if span.is_empty(path.facts.ends_inclusive) {
        let begin = span.begin.map(|day| day.to_string()).unwrap_or_default();
        return format!(
            "The enrollment of {who} in {class} begins on {begin} and ends on {end}, so it never opens."
        );
    }
    let last = if path.facts.ends_inclusive { "with" } else { "before" };
    format!("The enrollment of {who} in {class} ended {last} {end}, its end date.")
}

fn ended(path: &Path<'_>, who: &str, class: &str) -> String {
    let seat = path.enrollment.map(|one| &one.standing);
    let (what, standing) = if path.seat == Some(Stand::Gone) {
        (format!("{who} was in {class}"), seat)
    } else {
        (class.to_owned(), path.first(Stand::Gone))
    };
    let until = change(standing).map_or(String::new(), |by| {
        format!(" until {}, which ended it because {}", operation(by), by.reason.clause())
    });
    let was = if path.seat == Some(Stand::Gone) { "" } else { " was there" };
    let to = path.moved_to().map_or(String::new(), |title| format!(", {title}"));
    format!("{what}{was}{until}{to}.")
}

fn deactivated(path: &Path<'_>, who: &str) -> String {
    let by = change(Some(&path.facts.person)).map_or(String::new(), |by| {
        format!(" by {}, because {}", operation(by), by.reason.clause())
    });
    format!("{who} was deactivated{by}.")
}

fn never(path: &Path<'_>) -> String {
    let nearest = match path.facts.nearest.as_slice() {
        [] => String::new(),
        near => format!("; nearest: {}", near.join(", ")),
    };
    format!("No record with this number or name has ever arrived{nearest}.")
}

fn not_in_last(path: &Path<'_>, who: &str) -> String {
    let had = path.facts.person.told();
    let had = had.map_or(String::new(), |told| {
        let taken = matches!(
            told.outcome,
            Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::Unchanged
        );
        let but = if taken { "its plan was never applied".to_owned() } else { why(told.outcome) };
        format!("{} had {who}, but {but}; ", capital(&record(told)))
    });
    match &path.facts.person.said {
        Said::Absent { delivery, received, file, .. } => {
            format!("{had}{file} of delivery {delivery} of {received} does not have them.")
        }
        Said::Record(_) | Said::Nothing => {
            format!("{had}what came after does not have them.")
        }
    }
}
