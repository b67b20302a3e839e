//! What each step decided about the records behind an answer, in order.

use super::Reader;
use super::facts::{Presence, Said, Standing, Told};
use super::path::{Path, Stand};
use super::sentence::words::{
    capital, class, long, matched, operation, person, record, was_dropped, why,
};
use crate::plan::{Hold, MatchHold, Outcome, Reason};

/// What one step decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `received`, `checked`, `in scope`, `matched`, `approved` or `in the roster`.
    pub step: &'static str,
    /// What it decided, as a sentence.
    pub sentence: String,
}

/// What a step decided about one record, where it decided anything.
type Decided = fn(&Part<'_>, Reader) -> Option<String>;

/// One record of the path, and what to call it.
struct Part<'a> {
    what: String,
    standing: &'a Standing,
    /// Whether the record is the person's own.
    own: bool,
}

/// What each step decided about the person's record, the class's and the enrollment's.
pub fn steps(path: &Path<'_>, reader: Reader) -> Vec<Step> {
    let parts = parts(path, reader);
    let table: [(&'static str, Decided); 6] = [
        ("received", |part, reader| Some(received(part, reader))),
        ("checked", checked),
        ("in scope", in_scope),
        ("matched", |part, reader| if part.own { matched_by(part, reader) } else { None }),
        ("approved", approved),
        ("in the roster", |part, reader| Some(in_the_roster(part, reader))),
    ];
    let mut steps = Vec::new();
    for (step, told) in table {
        for part in &parts {
            steps.extend(told(part, reader).map(|sentence| Step { step, sentence }));
        }
    }
    steps
}

fn parts<'a>(path: &Path<'a>, reader: Reader) -> Vec<Part<'a>> {
    let (who, title) = (person(path), class(path));
    let seat = match reader {
        Reader::Administrator => format!("the enrollment of {who} in {title}"),
        Reader::Teacher => format!("the place of {who} in {title}"),
    };
    let of_class = path.facts.class.as_ref().and_then(|class| class.standing.as_ref());
    let part = |what: String, standing, own| Part { what, standing, own };
    let own = Some(part(who, &path.facts.person, true));
    let of_class = of_class.map(|standing| part(title, standing, false));
    let seat = path.enrollment.map(|one| part(seat, &one.standing, false));
    [own, of_class, seat].into_iter().flatten().collect()
}

/// Of a record whose id looks reused.
const REUSED: Outcome = Outcome::Held(Hold::Match(MatchHold::IdReused));

/// A record under an id that looks reused is not that of the person who had the id before.
fn of_a_reused_id(part: &Part<'_>, told: &Told, reader: Reader) -> String {
    let what = &part.what;
    match (reader, part.own) {
        (Reader::Administrator, true) => format!(
            "{} has the sourcedId of {what}, and otherwise looks like somebody else{}.",
            capital(&record(told)),
            brackets(told)
        ),
        (Reader::Administrator, false) => format!(
            "{} is {what}, if that sourcedId still means the same person{}.",
            capital(&record(told)),
            brackets(told)
        ),
        (Reader::Teacher, _) => format!(
            "The school office's list of {} has {what} under an id that somebody else may have now.",
            long(told.received)
        ),
    }
}

fn received(part: &Part<'_>, reader: Reader) -> String {
    let what = &part.what;
    match (&part.standing.said, reader) {
        (Said::Nothing, Reader::Administrator) => {
            format!("No delivery that is kept has a record of {what}.")
        }
        (Said::Nothing, Reader::Teacher) => {
            format!("The school office's lists do not have {what}.")
        }
        (Said::Record(told), reader) if told.outcome == REUSED => {
            of_a_reused_id(part, told, reader)
        }
        (Said::Record(told), Reader::Administrator) => {
            let twin = told.twin.map_or(String::new(), |line| {
                format!(" A second record under the same sourcedId on line {line} was rejected.")
            });
            format!("{} has {what}{}.{twin}", capital(&record(told)), brackets(told))
        }
        (Said::Record(told), Reader::Teacher) => format!(
            "The school office's list of {} has {what}{}.",
            long(told.received),
            brackets(told)
        ),
        (Said::Absent { delivery, received, file, before }, Reader::Administrator) => {
            let before = before.as_ref().map_or(String::new(), |told| {
                let whose =
                    if told.outcome == REUSED { "its sourcedId, for somebody else" } else { "it" };
                format!(" {} had {whose}{}.", capital(&record(told)), brackets(told))
            });
            format!("{file} of delivery {delivery} of {received} does not have {what}.{before}")
        }
        (Said::Absent { received, .. }, Reader::Teacher) => {
            format!("The school office's list of {} does not have {what}.", long(*received))
        }
    }
}

fn checked(part: &Part<'_>, reader: Reader) -> Option<String> {
    let Said::Record(told) = &part.standing.said else { return None };
    let what = &part.what;
    let bad = match told.outcome {
        Outcome::Rejected(check) | Outcome::Held(Hold::Record(check)) => Some(check),
        Outcome::Create
        | Outcome::Update
        | Outcome::Restore
        | Outcome::End
        | Outcome::Unchanged
        | Outcome::Ignored(_)
        | Outcome::Held(_) => None,
    };
    Some(match (bad, reader) {
        (None, Reader::Administrator) => format!("No check stopped {what}."),
        (None, Reader::Teacher) => format!("The entry for {what} is in order."),
        (Some(check), Reader::Administrator) => {
            format!("{}: {} ({}). {}", capital(what), why(told.outcome), check.code, check.hint)
        }
        (Some(_), Reader::Teacher) => {
            format!("The entry for {what} has a mistake, or needs another entry that has one.")
        }
    })
}

fn in_scope(part: &Part<'_>, reader: Reader) -> Option<String> {
    let Said::Record(told) = &part.standing.said else { return None };
    let what = &part.what;
    match (told.outcome, reader) {
        (Outcome::Rejected(_), _) => None,
        (Outcome::Ignored(rule), Reader::Administrator) => {
            Some(format!("{}: {} ({}).", capital(what), why(told.outcome), rule.name()))
        }
        (Outcome::Ignored(_), Reader::Teacher) => {
            Some(format!("The district has chosen not to use the entry for {what} here."))
        }
        (_, Reader::Administrator) => Some(format!("No rule of the district leaves {what} out.")),
        (_, Reader::Teacher) => None,
    }
}

fn matched_by(part: &Part<'_>, reader: Reader) -> Option<String> {
    let Said::Record(told) = &part.standing.said else { return None };
    let sentence = match (told.outcome, part.standing.tied) {
        (Outcome::Rejected(_) | Outcome::Ignored(_) | Outcome::Held(Hold::Record(_)), _) => {
            return None;
        }
        (Outcome::Held(Hold::Match(hold)), _) => {
            format!("It waits for a person, because {}.", matched(hold))
        }
        (
            _,
            Some(
                Reason::CreatedBecauseKnownByIdentifier
                | Reason::UpdatedBecauseKnownByIdentifier
                | Reason::RestoredBecauseKnownByIdentifier,
            ),
        ) => "A trusted identifier ties the record to a person who was known.".to_owned(),
        (_, Some(Reason::UpdatedBecauseRekeyed)) => {
            "It looks like somebody who was known under another sourcedId, and a person asked for \
             both to be one."
                .to_owned()
        }
        (Outcome::Create, None) => {
            "New: no trusted identifier in the record belongs to anybody known.".to_owned()
        }
        (Outcome::Create, Some(_)) => {
            "New when it came: no trusted identifier in the record belonged to anybody known."
                .to_owned()
        }
        (_, _) => "The sourcedId ties the record to the person who had it before.".to_owned(),
    };
    match reader {
        Reader::Administrator => Some(sentence),
        Reader::Teacher if matches!(told.outcome, Outcome::Held(_)) => {
            Some(format!("It is not certain whose account the entry for {} is.", part.what))
        }
        Reader::Teacher => None,
    }
}

fn approved(part: &Part<'_>, reader: Reader) -> Option<String> {
    let what = &part.what;
    let dropped = part.standing.dropped().filter(|_| part.standing.stand() == Stand::Awaiting);
    if let Some(dropped) = dropped {
        return Some(match reader {
            Reader::Administrator => {
                format!("Plan {}, which takes {what}, {}.", dropped.plan, was_dropped(dropped))
            }
            Reader::Teacher => {
                format!("The district office chose not to use the list with the entry for {what}.")
            }
        });
    }
    match (part.standing.held, &part.standing.presence, reader) {
        (Some(line), _, Reader::Administrator) => Some(format!(
            "Plan {}, which has a change of {what} ({}), waits for a person.",
            line.plan,
            line.action.name()
        )),
        (Some(_), _, Reader::Teacher) => {
            Some(format!("A change of {what} waits for the district office."))
        }
        (None, Presence::Active { since }, Reader::Administrator) => {
            let dropped =
                part.standing.dropped_change().map_or(String::new(), |(dropped, ends)| {
                    let what = if ends { "ends" } else { "changes" };
                    format!(" Plan {}, which {what} it, {}.", dropped.plan, was_dropped(dropped))
                });
            let (by, why) = (capital(&operation(since)), since.reason.clause());
            Some(format!("{by} put {what} there, because {why}.{dropped}"))
        }
        (None, Presence::Ended { by }, Reader::Administrator) => Some(format!(
            "{} ended {what}, because {}.",
            capital(&operation(by)),
            by.reason.clause()
        )),
        (None, _, _) => None,
    }
}

fn in_the_roster(part: &Part<'_>, reader: Reader) -> String {
    let what = capital(&part.what);
    match (&part.standing.presence, reader) {
        (Presence::Never, Reader::Administrator) => format!("{what}: not there, and never was."),
        (Presence::Never, Reader::Teacher) => format!("{what}: not there."),
        (Presence::Active { since }, Reader::Administrator) => {
            format!("{what}: there since operation {} of {}.", since.operation, since.on)
        }
        (Presence::Active { since }, Reader::Teacher) => {
            format!("{what}: there since {}.", long(since.on))
        }
        (Presence::Ended { by }, Reader::Administrator) => {
            format!("{what}: ended by operation {} of {}.", by.operation, by.on)
        }
        (Presence::Ended { by }, Reader::Teacher) => {
            format!("{what}: there until {}.", long(by.on))
        }
    }
}

fn brackets(told: &Told) -> String {
    if told.said.is_empty() { String::new() } else { format!(" ({})", told.said) }
}
