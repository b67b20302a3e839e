//! What the deliveries said of records, and what was decided on them.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::{Said, Told};
use firstbell_roster::model::columns::{class, enrollment, user};
use firstbell_roster::model::snapshot::Mode;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::{Hold, MatchHold, Outcome};

use super::asked::{Asked, PastRun};
use super::delivered::{self, Sent};
use crate::hub::HubError;
use crate::outcomes::{self, Entry};

/// What the deliveries said of one key: where the last record stands, and the whole file that
/// came after it without it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heard {
    /// The place of the run in the list of runs, the record, and the line of a twin.
    pub record: Option<(usize, Entry, Option<u32>)>,
    /// The newest run whose whole file lacks it, if that is newer than the record.
    pub absent: Option<usize>,
}

/// Looks for keys in the runs, newest first, until each is found or a whole file lacks it; with
/// `ever`, also in what came before that.
pub fn hear(
    asked: &Asked<'_>,
    kind: Kind,
    keys: &BTreeSet<u64>,
    ever: bool,
) -> Result<BTreeMap<u64, Heard>, HubError> {
    let mut heard: BTreeMap<u64, Heard> = keys.iter().map(|key| (*key, Heard::default())).collect();
    let mut open = keys.clone();
    for (place, run) in asked.runs.iter().enumerate() {
        let Some(file) = run.kept.files.get(&kind) else { continue };
        if open.is_empty() {
            break;
        }
        let wanted: BTreeSet<_> = open.iter().map(|key| outcomes::short(*key)).collect();
        let entries = outcomes::find(&asked.files, &asked.key, run.number, kind, &wanted)?;
        let whole = file.mode == Mode::Bulk && file.received > 0 && run.complete;
        for key in open.clone() {
            let Some(heard) = heard.get_mut(&key) else { continue };
            if let Some((entry, twin)) = first(&entries, key) {
                heard.record = Some((place, entry, twin));
                open.remove(&key);
            } else if whole && heard.absent.is_none() {
                heard.absent = Some(place);
                if !ever {
                    open.remove(&key);
                }
            }
        }
    }
    Ok(heard)
}

/// The record that counts among those under one key, and the line of another.
fn first(entries: &[Entry], key: u64) -> Option<(Entry, Option<u32>)> {
    let key = outcomes::short(key);
    let mut own: Vec<_> = entries.iter().filter(|entry| entry.key == key).copied().collect();
    let stops = |entry: &Entry| matches!(entry.decoded(), Some(Outcome::Rejected(_)));
    own.sort_by_key(|entry| (stops(entry), entry.line));
    let mut own = own.into_iter();
    let first = own.next()?;
    let twin = own.find(stops).map(|entry| entry.line);
    Some((first, twin))
}

/// What was heard, with the words of the record where it can still be read.
pub fn said(
    asked: &Asked<'_>,
    kind: Kind,
    key: u64,
    heard: &Heard,
) -> Result<(Said, Option<Sent>), HubError> {
    let mut sent = None;
    let mut told = None;
    if let Some((place, entry, twin)) = heard.record
        && let Some(run) = asked.runs.get(place)
        && let Some(outcome) = entry.decoded()
    {
        sent = delivered::one(asked, run, kind, key, entry.line)?;
        told = Some(Told {
            outcome,
            delivery: run.delivery.0,
            received: run.received,
            file: file_name(run, kind),
            line: entry.line,
            said: sent
                .as_ref()
                .map(|sent| in_short(asked, kind, sent, outcome))
                .unwrap_or_default(),
            twin,
        });
    }
    let said = match (heard.absent.and_then(|place| asked.runs.get(place)), told) {
        (None, None) => Said::Nothing,
        (None, Some(told)) => Said::Record(told),
        (Some(run), before) => Said::Absent {
            delivery: run.delivery.0,
            received: run.received,
            file: file_name(run, kind),
            before,
        },
    };
    Ok((said, sent))
}

fn file_name(run: &PastRun, kind: Kind) -> String {
    run.kept.files.get(&kind).map_or_else(|| kind.file(), |file| file.name.clone())
}

/// What a record says, in a few words without ids; of one whose id looks reused the name too.
#[expect(clippy::wildcard_enum_match_arm, reason = "nobody asks about other kinds")]
fn in_short(asked: &Asked<'_>, kind: Kind, sent: &Sent, outcome: Outcome) -> String {
    let mut words = Vec::new();
    match kind {
        Kind::User => {
            if outcome == Outcome::Held(Hold::Match(MatchHold::IdReused)) {
                let name = [sent.cell(user::GIVEN_NAME), sent.cell(user::FAMILY_NAME)];
                words.push(name.join(" ").trim().to_owned());
            }
            words.push(sent.cell(user::ROLE).to_owned());
            words.push(school(asked, sent));
            words.push(labelled("grade ", sent.cell(user::GRADES)));
        }
        Kind::Class => {
            words.push(sent.cell(class::CLASS_TYPE).to_owned());
            words.push(labelled("period ", sent.cell(class::PERIODS)));
        }
        Kind::Enrollment => {
            words.push(sent.cell(enrollment::ROLE).to_owned());
            words.push(labelled("from ", sent.cell(enrollment::BEGIN_DATE)));
            words.push(labelled("to ", sent.cell(enrollment::END_DATE)));
        }
        _ => {}
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

fn labelled(label: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{label}{text}") }
}

/// The name of the first school of a person's record that the reader may see.
pub fn school(asked: &Asked<'_>, sent: &Sent) -> String {
    asked.org(orgs(asked, sent).find(|org| asked.scope.has(Some(*org))))
}

/// The orgs that a person's record names, the person's own first.
pub fn orgs(asked: &Asked<'_>, sent: &Sent) -> impl Iterator<Item = SubjectId> {
    let own = [sent.cell(user::PRIMARY_ORG), sent.cell(user::ORGS)];
    let ids = own.into_iter().flat_map(|ids| ids.split(',')).map(str::trim);
    ids.filter_map(|id| asked.org_ids.get(id).copied())
}
