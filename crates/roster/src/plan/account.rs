//! Accounts for every record: outcomes and departures that add up.

use std::collections::BTreeMap;

use super::steps::Draft;
use super::{Action, Hold, Outcome, Reason};
use crate::check::absent;
use crate::model::Kind;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, MANY, Ordinal, Subjects, flag};

/// The account of a delivery, by kind.
pub type Account = BTreeMap<Kind, KindAccount>;

/// The account of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindAccount {
    /// Records after the header.
    pub received: u64,
    /// Records by outcome: `create`, `update`, `restore`, `end`, `unchanged`.
    pub applied: BTreeMap<&'static str, u64>,
    /// Ignored records by rule.
    pub ignored: BTreeMap<&'static str, u64>,
    /// Rejected records by check.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Held records by what they wait for.
    pub held: BTreeMap<&'static str, u64>,
    /// Records that wait for a person's match.
    pub pending_review: u64,
    /// Rows that end because they are absent.
    pub by_absence: u64,
    /// Rows that end because their record says so.
    pub by_record: u64,
    /// Rows that end because a rule leaves them out.
    pub by_rule: u64,
    /// Rows that would end and are kept back.
    pub kept_back: u64,
}

/// Accounts for every record of a planned snapshot. Where the whole plan waits for a person,
/// nothing is applied now: every change is held.
pub fn account(snapshot: &Snapshot, draft: &Draft, all_held: bool) -> Account {
    let mut account: Account =
        Kind::ALWAYS.into_iter().map(|kind| (kind, KindAccount::default())).collect();
    for (kind, file) in &snapshot.files {
        let entry = account.entry(*kind).or_default();
        entry.received = file.received;
        if !file.used {
            entry.ignored.insert("not_used", file.received);
        }
    }
    for kind in Kind::FACTS {
        let list = snapshot.of(kind);
        let mut entry = account.remove(&kind).unwrap_or_default();
        for (decision, records) in decisions(list) {
            entry.count(Outcome::decode(decision), records);
        }
        if kind == Kind::Org {
            for one in &snapshot.made {
                entry.take_back(Outcome::decode(list.decision(*one)));
            }
        }
        if snapshot.files.contains_key(&kind) || Kind::ALWAYS.contains(&kind) || !list.is_empty() {
            account.insert(kind, entry);
        }
    }
    for stray in &snapshot.strays {
        account
            .entry(stray.kind)
            .or_default()
            .count(Outcome::decode((stray.outcome, stray.detail)), 1);
    }
    departures(snapshot, draft, &mut account);
    if all_held {
        account.values_mut().for_each(KindAccount::hold);
    }
    account
}

/// How many records of the delivery each decision has; almost all of them one and the same, so that
/// many are counted at once.
fn decisions(list: &Subjects) -> BTreeMap<(u8, u8), u64> {
    let mut counts = BTreeMap::new();
    let (mut alike, mut records) = ((0, 0), 0u64);
    let lists = list.flags.chunks(MANY).zip(list.outcomes.chunks(MANY));
    for ((flags, outcomes), details) in lists.zip(list.details.chunks(MANY)) {
        let both = || outcomes.iter().zip(details);
        let sent = flags.iter().fold(flag::IN_DELIVERY, |all, set| all & set) != 0;
        let other = both().fold(0, |all, (one, detail)| all | one ^ alike.0 | detail ^ alike.1);
        if sent && other == 0 {
            records += flags.len() as u64;
            continue;
        }
        for (_, (outcome, detail)) in
            flags.iter().zip(both()).filter(|(set, _)| *set & flag::IN_DELIVERY != 0)
        {
            if (*outcome, *detail) != alike {
                *counts.entry(alike).or_default() += std::mem::take(&mut records);
                alike = (*outcome, *detail);
            }
            records += 1;
        }
    }
    *counts.entry(alike).or_default() += records;
    counts.retain(|_, records| *records > 0);
    counts
}

impl KindAccount {
    fn count(&mut self, outcome: Option<Outcome>, records: u64) {
        let (map, name) = self.of(outcome);
        *map.entry(name).or_default() += records;
        if matches!(outcome, Some(Outcome::Held(Hold::Match(_)))) {
            self.pending_review += records;
        }
    }

    /// Counts something no more that is no record.
    fn take_back(&mut self, outcome: Option<Outcome>) {
        let (map, name) = self.of(outcome);
        if let Some(records) = map.get_mut(name) {
            *records = records.saturating_sub(1);
        }
        map.retain(|_, records| *records > 0);
    }

    fn of(&mut self, outcome: Option<Outcome>) -> (&mut BTreeMap<&'static str, u64>, &'static str) {
        match outcome {
            Some(Outcome::Ignored(rule)) => (&mut self.ignored, rule.name()),
            Some(Outcome::Rejected(check)) => (&mut self.rejected, check.code),
            Some(Outcome::Held(hold)) => (&mut self.held, hold.name()),
            Some(
                applied @ (Outcome::Create
                | Outcome::Update
                | Outcome::Restore
                | Outcome::End
                | Outcome::Unchanged),
            ) => (&mut self.applied, applied.name()),
            None => (&mut self.held, "undecided"),
        }
    }

    /// Holds every change: what would be applied is kept back.
    fn hold(&mut self) {
        let unchanged = self.applied.remove("unchanged").unwrap_or(0);
        let held: u64 = std::mem::take(&mut self.applied).into_values().sum();
        if held > 0 {
            *self.held.entry("guard").or_default() += held;
        }
        self.applied.insert("unchanged", unchanged);
        self.kept_back += std::mem::take(&mut self.by_absence)
            + std::mem::take(&mut self.by_record)
            + std::mem::take(&mut self.by_rule);
    }

    /// Whether the outcomes add up to the records received.
    pub fn adds_up(&self) -> bool {
        let sum = |map: &BTreeMap<&str, u64>| map.values().sum::<u64>();
        self.received
            == sum(&self.applied) + sum(&self.ignored) + sum(&self.rejected) + sum(&self.held)
            && !self.held.contains_key("undecided")
    }
}

fn departures(snapshot: &Snapshot, draft: &Draft, account: &mut Account) {
    for (kind, count) in &draft.kept_back {
        account.entry(*kind).or_default().kept_back += count;
    }
    for (kind, steps) in &draft.steps {
        let kept = absent::kept(snapshot, *kind).filter(|one| !steps.has(*one)).count() as u64;
        if kept > 0 {
            account.entry(*kind).or_default().kept_back += kept;
        }
        for one in steps.ordinals() {
            let Some((Action::End, reason)) = steps.get(one) else { continue };
            let entry = account.entry(*kind).or_default();
            let cause = cause(snapshot, draft, *kind, one, reason);
            if cause == Reason::EndedBecauseDeliverySaysSo {
                entry.by_record += 1;
            } else if cause == Reason::EndedBecauseLeftOutByRule {
                entry.by_rule += 1;
            } else {
                entry.by_absence += 1;
            }
        }
    }
}

/// Why a row ends at the root: a row that ends with its class or person ends as that does.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other reason is its own cause")]
pub fn cause(
    snapshot: &Snapshot,
    draft: &Draft,
    kind: Kind,
    one: Ordinal,
    reason: Reason,
) -> Reason {
    let list = snapshot.of(kind);
    if Outcome::decode(list.decision(one)) == Some(Outcome::End) {
        return Reason::EndedBecauseDeliverySaysSo;
    }
    let parent = match reason {
        Reason::EndedBecauseClassEnded => (Kind::Class, list.link(one, Link::First)),
        Reason::EndedBecausePersonLeft => (Kind::User, list.link(one, Link::User)),
        _ => return reason,
    };
    match draft.step(parent.0, parent.1) {
        Some((Action::End, reason)) => reason,
        _ => reason,
    }
}
