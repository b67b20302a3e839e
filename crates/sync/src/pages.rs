//! The roster and its changes, a page at a time: what each costs depends on the page alone, however
//! many rows the roster has.

use std::collections::BTreeSet;

use firstbell_roster::model::columns::user;
use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{Kind, OperationNumber, Row, SubjectId};
use firstbell_roster::plan::Action;
use firstbell_store::{Change, ChangePlace, District, Version};

use crate::hub::{Hub, HubError};
use crate::log::{Labels, change_report, counts, name, school, show};
use crate::report::ChangeReport;

/// How many rows are looked at in one go.
const STEP: i64 = 500;

/// After how many rows a page ends, also where few of them belong on it.
const MOST: u64 = 20_000;

/// Whether somebody sees what belongs to a school, or with `None` to none.
pub type Sees<'a> = &'a (dyn Fn(Option<SubjectId>) -> bool + Sync);

/// Which changes are wanted.
pub struct WantedChanges<'a> {
    /// The kind.
    pub kind: Kind,
    /// The action; all without one.
    pub action: Option<Action>,
    /// The operation after which the roster was as it was before.
    pub from: i64,
    /// The operation after which it is compared; it may be an earlier one.
    pub to: i64,
    /// Where the page before ended; empty for the first.
    pub after: &'a str,
    /// How many at most.
    pub limit: usize,
    /// What they see: a row that comes from or goes to a school that they do not see comes or goes.
    pub sees: Sees<'a>,
}

/// A page of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangePage {
    /// The changes.
    pub changes: Vec<ChangeReport>,
    /// How many rows were looked at for them.
    pub looked: u64,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// A page of the roster as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterPage {
    /// The rows, by id.
    pub rows: Vec<RosterRow>,
    /// How many rows were looked at for them.
    pub looked: u64,
    /// The subject after which the next page begins; `None` at the end.
    pub next: Option<i64>,
}

/// A row of the roster as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// The name or title.
    pub name: String,
    /// The school's name; empty for none.
    pub school: String,
    /// The source's id.
    pub sourced_id: String,
    /// The fields that have a value, with their headers.
    pub fields: Vec<(&'static str, String)>,
}

impl Hub {
    /// A page of how the roster after one operation differs from that after another.
    pub async fn change_page(
        &self,
        district: &District,
        wanted: &WantedChanges<'_>,
    ) -> Result<ChangePage, HubError> {
        self.check_operations(district, [wanted.from, wanted.to]).await?;
        let mut place = Some(match wanted.after {
            "" => ChangePlace::START,
            after => place_of(after)
                .ok_or_else(|| HubError::NotFound(format!("there is no page after `{after}`")))?,
        });
        let (mut page, mut chosen) = (ChangePage::default(), Vec::new());
        while let Some(after) = place.take_if(|_| page.looked < MOST) {
            let range = wanted.from.min(wanted.to)..wanted.from.max(wanted.to);
            let range = (OperationNumber(range.start), OperationNumber(range.end));
            let looked =
                self.store.look_at_changes(district.id, wanted.kind, range, after, STEP).await?;
            page.looked += looked.rows;
            place = looked.next;
            let seen: Vec<_> = self.wanted_of(district, wanted, looked.changes).await?;
            chosen.extend(seen);
            if let Some((last, ..)) = wanted.limit.checked_sub(1).and_then(|last| chosen.get(last))
                && (chosen.len() > wanted.limit || place.is_some())
            {
                place = Some(*last);
                chosen.truncate(wanted.limit);
                break;
            }
        }
        page.next = place.map(word_of);
        page.changes = self.in_words(district, wanted, chosen).await?;
        Ok(page)
    }

    /// How many changes operations made of each kind, by kind and action, such as `users.create`;
    /// what was changed and changed back is counted twice.
    pub async fn changes_between(
        &self,
        district: &District,
        from: i64,
        to: i64,
    ) -> Result<std::collections::BTreeMap<String, u64>, HubError> {
        self.check_operations(district, [from, to]).await?;
        let (first, last) = (from.min(to), from.max(to));
        let mut sum = std::collections::BTreeMap::new();
        let mut after = first;
        while after < last {
            let page = firstbell_store::LogPage {
                order: firstbell_store::Order::OldestFirst,
                after: Some(OperationNumber(after)),
                limit: 500,
            };
            let operations = self.store.log(district.id, page).await?;
            let Some(newest) = operations.last().map(|one| one.number.0) else { break };
            for operation in operations.iter().filter(|one| one.number.0 <= last) {
                for (key, number) in counts(operation).changes {
                    *sum.entry(key).or_default() += number;
                }
            }
            after = newest;
        }
        Ok(sum)
    }

    /// A page of the roster as it was after an operation.
    pub async fn roster_page(
        &self,
        district: &District,
        kind: Kind,
        as_of: i64,
        after: i64,
        limit: usize,
        sees: Sees<'_>,
    ) -> Result<RosterPage, HubError> {
        self.check_operations(district, [as_of]).await?;
        let (mut page, mut rows) = (RosterPage::default(), Vec::new());
        let mut next = Some(after);
        while let Some(after) = next.take_if(|_| page.looked < MOST) {
            let (as_of, after) = (OperationNumber(as_of), SubjectId(after));
            let found = self.store.page_as_of(district.id, kind, as_of, after, STEP).await?;
            page.looked += found.len() as u64;
            let full = i64::try_from(found.len()).unwrap_or(STEP) >= STEP;
            next = found.last().map(|last| last.row.id.0).filter(|_| full);
            let own = found.into_iter().filter(|version| is_seen(&version.row, sees));
            rows.extend(own.map(|version| version.row));
            if let Some(last) = limit.checked_sub(1).and_then(|last| rows.get(last))
                && (rows.len() > limit || next.is_some())
            {
                next = Some(last.id.0);
                rows.truncate(limit);
                break;
            }
        }
        page.next = next;
        let mut names = Labels::default();
        self.learn_from(district, rows.iter(), &mut names).await?;
        know_orgs(rows.iter(), &mut names);
        page.rows = rows.iter().map(|row| roster_row(row, &names)).collect();
        Ok(page)
    }

    /// The number of the newest operation; 0 before the first.
    pub async fn newest_operation(&self, district: &District) -> Result<i64, HubError> {
        Ok(self.store.latest_operation(district.id).await?.0)
    }

    async fn check_operations<const COUNT: usize>(
        &self,
        district: &District,
        named: [i64; COUNT],
    ) -> Result<(), HubError> {
        let latest = self.newest_operation(district).await?;
        match named.into_iter().find(|number| !(0..=latest).contains(number)) {
            Some(missing) => Err(HubError::NotFound(format!("there is no operation `{missing}`"))),
            None => Ok(()),
        }
    }

    /// Those that are wanted, each with whether a move brought its row back.
    async fn wanted_of(
        &self,
        district: &District,
        wanted: &WantedChanges<'_>,
        changes: Vec<(ChangePlace, Change)>,
    ) -> Result<Vec<(ChangePlace, Change, bool)>, HubError> {
        let (places, mut changes): (Vec<_>, Vec<_>) = changes.into_iter().unzip();
        if wanted.from > wanted.to {
            for change in &mut changes {
                std::mem::swap(&mut change.before, &mut change.after);
            }
        }
        let back = if wanted.to == wanted.from + 1 {
            self.moved_back(district, wanted.kind, &changes, wanted.to).await?
        } else {
            BTreeSet::new()
        };
        let nobody = Labels::default();
        let kept = places.into_iter().zip(changes).filter_map(|(place, change)| {
            let change = seen_part(change, wanted.sees)?;
            let report = change_report(&change, &nobody)?;
            let is_back = change.after.as_ref().is_some_and(|after| back.contains(&after.row.id));
            let action = if is_back { Action::Restore.name() } else { &report.action };
            let is_wanted = wanted.action.is_none_or(|wanted| wanted.name() == action);
            is_wanted.then_some((place, change, is_back))
        });
        Ok(kept.collect())
    }

    /// Changes with names and values.
    async fn in_words(
        &self,
        district: &District,
        wanted: &WantedChanges<'_>,
        chosen: Vec<(ChangePlace, Change, bool)>,
    ) -> Result<Vec<ChangeReport>, HubError> {
        let (changes, back): (Vec<_>, Vec<_>) =
            chosen.into_iter().map(|(_, change, back)| (change, back)).unzip();
        let mut names = Labels::default();
        self.learn(district, &changes, &mut names).await?;
        let sides = changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
        know_orgs(sides.map(|version| &version.row), &mut names);
        let told = changes.iter().zip(back).filter_map(|(change, is_back)| {
            let mut report = change_report(change, &names)?;
            if is_back {
                Action::Restore.name().clone_into(&mut report.action);
            }
            if wanted.from > wanted.to {
                // The reasons are those of the way forward.
                report.reason.clear();
                report.sentence.clear();
            }
            Some(report)
        });
        Ok(told.collect())
    }
}

/// What somebody sees of a change: a side at a school that is not theirs is as if it were not there.
fn seen_part(change: Change, sees: Sees<'_>) -> Option<Change> {
    let own = |version: Option<Version>| version.filter(|version| is_seen(&version.row, sees));
    let part = Change { before: own(change.before), after: own(change.after) };
    (part.before.is_some() || part.after.is_some()).then_some(part)
}

/// An org is the school of its own row.
fn know_orgs<'a>(rows: impl Iterator<Item = &'a Row>, names: &mut Labels) {
    for row in rows.filter(|row| row.kind == Kind::Org) {
        names.0.insert((Kind::Org, row.id), name(row));
    }
}

/// Whether somebody sees a row: a user at any of their schools.
fn is_seen(row: &Row, sees: Sees<'_>) -> bool {
    let more = if row.kind == Kind::User { row.subjects(user::ORGS) } else { &[] };
    sees(school(row)) || more.iter().any(|school| sees(Some(*school)))
}

fn roster_row(row: &Row, names: &Labels) -> RosterRow {
    let fields = fact_columns(row.kind).zip(&row.values);
    let fields =
        fields.map(|(column, value)| (column.name, show(value, column.refers_to(), names)));
    RosterRow {
        name: if row.implied { name(row) } else { names.of_row(row) },
        school: school(row).map(|id| names.of(Kind::Org, id)).unwrap_or_default(),
        sourced_id: row.sourced_id.clone(),
        fields: fields.filter(|(_, value)| !value.is_empty()).collect(),
    }
}

/// A place as the address of a page has it: `b812`, or `e3.812` for what operation 3 ended.
fn word_of(place: ChangePlace) -> String {
    match place {
        ChangePlace::Begun(row) => format!("b{row}"),
        ChangePlace::Ended(operation, row) => format!("e{operation}.{row}"),
    }
}

fn place_of(word: &str) -> Option<ChangePlace> {
    if let Some(row) = word.strip_prefix('b') {
        return row.parse().ok().map(ChangePlace::Begun);
    }
    let (operation, row) = word.strip_prefix('e')?.split_once('.')?;
    Some(ChangePlace::Ended(OperationNumber(operation.parse().ok()?), row.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let ended = ChangePlace::Ended(OperationNumber(3), 812);
        for place in [ChangePlace::START, ChangePlace::Begun(7), ended] {
            assert_eq!(place_of(&word_of(place)), Some(place));
        }
        for wrong in ["", "x", "b", "e3", "e.1", "é1"] {
            assert_eq!(place_of(wrong), None, "{wrong}");
        }
    }
}
