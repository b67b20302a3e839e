//! The account of a run as a report: outcomes, departures, changes by reason, guards.

use std::collections::BTreeMap;

use firstbell_roster::guard::table::CLASS_TURNOVER;
use firstbell_roster::guard::{Trip, Verdict};
use firstbell_roster::model::columns::org;
use firstbell_roster::model::settings::{Limit, Limits};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::flag;
use firstbell_roster::model::text::thousands;
use firstbell_roster::model::{Kind, Row, SubjectId};
use firstbell_roster::plan::{Account, Action, Draft, Hold, KindAccount, Line, Outcome, Reason};

use crate::report::{
    self, Departures, GuardReason, GuardReport, Outcomes, SummaryLine, WaitingReport,
};

/// How many records that wait are named.
const WAITING: usize = 10;

/// The outcomes of each kind.
pub fn outcomes(account: &Account) -> BTreeMap<Kind, Outcomes> {
    account.iter().map(|(kind, account)| (*kind, of_kind(account))).collect()
}

fn of_kind(account: &KindAccount) -> Outcomes {
    let applied = |name: &str| account.applied.get(name).copied().unwrap_or(0);
    let names = |map: &BTreeMap<&'static str, u64>| -> BTreeMap<String, u64> {
        map.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    Outcomes {
        received: account.received,
        create: applied("create"),
        update: applied("update"),
        restore: applied("restore"),
        end: applied("end"),
        unchanged: applied("unchanged"),
        ignored: account.ignored.values().sum(),
        rejected: account.rejected.values().sum(),
        held: account.held.values().sum(),
        ignored_by: names(&account.ignored),
        rejected_by: names(&account.rejected),
        held_by: names(&account.held),
    }
}

/// The departures of each kind.
pub fn departures(account: &Account) -> BTreeMap<Kind, Departures> {
    let of = |account: &KindAccount| Departures {
        ended: account.by_absence + account.by_record + account.by_rule,
        by_absence: account.by_absence,
        by_record: account.by_record,
        by_rule: account.by_rule,
        held: account.kept_back,
    };
    account.iter().map(|(kind, account)| (*kind, of(account))).collect()
}

/// The names of schools by the hub's id (drafts below zero).
pub type Names = BTreeMap<SubjectId, String>;

/// The names of the orgs of a snapshot, those of the roster's rows where it has no record.
pub fn names(snapshot: &Snapshot, rows: &[Row]) -> Names {
    let name = |row: &Row| match row.text(org::NAME) {
        "" => row.sourced_id.clone(),
        name => name.to_owned(),
    };
    let mut names: Names = rows.iter().map(|row| (row.id, name(row))).collect();
    let orgs = snapshot.of(Kind::Org);
    // What is not taken has no id, and is no school of anything.
    for one in orgs.ordinals().filter(|one| orgs.id(*one) != 0) {
        if let Some(record) = snapshot.record(Kind::Org, one) {
            let name = record.cell(org::NAME);
            let name = if name.is_empty() {
                record.cell(firstbell_roster::model::columns::SOURCED_ID)
            } else {
                name
            };
            names.insert(SubjectId(orgs.id(one)), name.to_owned());
        }
    }
    names
}

/// The changes by kind, action, reason and school.
pub fn summary(draft: &Draft, snapshot: &Snapshot, names: &Names) -> Vec<SummaryLine> {
    let mut counts: BTreeMap<(Kind, Action, Reason, SubjectId), u64> = BTreeMap::new();
    for Line { kind, action, reason, school, .. } in draft.lines(snapshot) {
        *counts.entry((kind, action, reason, school)).or_default() += 1;
    }
    let line =
        |((kind, action, reason, school), count): ((Kind, Action, Reason, SubjectId), u64)| {
            SummaryLine {
                kind,
                action: action.name().to_owned(),
                reason: reason.name(),
                school: names.get(&school).cloned().unwrap_or_default(),
                count,
            }
        };
    counts.into_iter().map(line).collect()
}

/// What the guards say, each with its share and the limit that it is above.
pub fn guard(verdict: &Verdict, names: &Names, limits: &Limits) -> GuardReport {
    let reason = |trip: &Trip| {
        let school = names.get(&trip.school).cloned().unwrap_or_default();
        GuardReason {
            code: trip.guard.code.to_owned(),
            kind: trip.kind,
            message: trip.sentence(&school) + &limit(trip, limits) + &signed_out(trip),
            school,
        }
    };
    let holds = !verdict.trips.is_empty();
    GuardReport {
        verdict: if holds { report::Verdict::Hold } else { report::Verdict::Proceed },
        reasons: verdict.trips.iter().map(reason).collect(),
    }
}

/// How many lose their sign-in by this plan, as a clause; nothing where nobody does.
fn signed_out(trip: &Trip) -> String {
    match trip.signed_out {
        0 => String::new(),
        count => format!("; {} would lose their sign-in now", thousands(count)),
    }
}

/// ` (31.2%; the limit is 10% or 20, whichever is more)`; nothing where no limit is set.
#[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^52")]
fn limit(trip: &Trip, limits: &Limits) -> String {
    // Its limit is one of each class, and the trip counts classes.
    if *trip.guard == CLASS_TURNOVER {
        return String::new();
    }
    let of_guard = |key: &str| trip.guard.setting.strip_prefix("guard.") == Some(key);
    let Some((_, Limit { percent, count })) =
        limits.all().into_iter().find(|(key, _)| of_guard(key))
    else {
        return String::new();
    };
    // Some are tripped by what no limit names.
    if of_guard("class_ids_reissued") && trip.changed <= count {
        return String::new();
    }
    let share = format!("{:.1}", trip.changed as f64 * 100.0 / trip.active.max(1) as f64);
    let share = share.trim_end_matches(".0");
    format!(" ({share}%; the limit is {percent}% or {}, whichever is more)", thousands(count))
}

/// The first records that wait for a person's match, of the kinds that have any, users before what is
/// theirs.
pub fn waiting(snapshot: &Snapshot, account: &Account) -> Vec<WaitingReport> {
    let some = |kind: &Kind| account.get(kind).is_some_and(|kind| kind.pending_review > 0);
    let of_kind = |kind: Kind| {
        let list = snapshot.of(kind);
        let file = snapshot.files.get(&kind).map(|file| file.name.clone()).unwrap_or_default();
        let stopped = list.with(flag::IN_DELIVERY | flag::STOPPED, 0);
        stopped.filter_map(move |one| {
            let Outcome::Held(Hold::Match(hold)) = Outcome::decode(list.decision(one))? else {
                return None;
            };
            let (line, reason) = (list.line(one), hold.name().to_owned());
            Some(WaitingReport { kind, file: file.clone(), line, reason })
        })
    };
    Kind::FACTS.into_iter().filter(some).flat_map(of_kind).take(WAITING).collect()
}
