//! The records of a delivery by school and outcome, page by page, and one of them.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_roster::plan::Outcome;

use super::{Received, Sees};
use crate::counted::Group;
use crate::hub::HubError;
use crate::outcomes::{Entry, group};
use crate::places::Places;
use crate::report::FindingReport;
use crate::why::delivered::Sent;

/// Which records are wanted.
pub struct RecordFilter<'a> {
    /// Those whose outcome it is true of.
    pub outcome: &'a (dyn Fn(Outcome) -> bool + Sync),
    /// Those of one school, by its number among [`Received::schools`]; 0 for those of none.
    pub school: Option<u32>,
}

/// Some of the records that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// How many there are in all.
    pub total: u64,
    /// Those of the page.
    pub rows: Vec<RecordRow>,
}

/// A record of a delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Its line.
    pub line: u32,
    /// Its sourcedId; empty where the delivery's files are not kept any more.
    pub sourced_id: String,
    /// What it is called.
    pub name: String,
    /// Its school, by its number; 0 for none.
    pub school: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// The row of the roster that its sourcedId belongs to.
    pub subject: Option<SubjectId>,
}

/// One record of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRecord {
    /// What the list says of it.
    pub row: RecordRow,
    /// Its cells by header, those that are empty left out.
    pub cells: Vec<(&'static str, String)>,
    /// What was found at it.
    pub findings: Vec<FindingReport>,
}

impl Received<'_> {
    /// Some of the records of a kind that are wanted, in the schools that somebody sees.
    pub async fn records(
        &self,
        kind: Kind,
        filter: &RecordFilter<'_>,
        sees: Sees<'_>,
        (skip, limit): (u64, usize),
    ) -> Result<Records, HubError> {
        let Some(outcomes) = self.outcomes(kind)? else {
            return Ok(Records { total: 0, rows: Vec::new() });
        };
        let wanted = |group: Group| {
            let school = u32::try_from(group.school).unwrap_or(0);
            filter.school.is_none_or(|only| only == school)
                && sees(self.id_of(school))
                && self.outcome(group).is_some_and(|outcome| (filter.outcome)(outcome))
        };
        let total = outcomes.groups().total(wanted);
        let entries = outcomes.page(wanted, skip, limit)?;
        let rows = self.rows(kind, &entries).await?.into_iter().map(|(row, _)| row);
        Ok(Records { total, rows: rows.collect() })
    }

    /// The record of a kind that begins on a line, where somebody sees its school.
    pub async fn record(
        &self,
        kind: Kind,
        line: u32,
        sees: Sees<'_>,
    ) -> Result<Option<ReceivedRecord>, HubError> {
        let Some(entry) = self.entry_at(kind, line)? else { return Ok(None) };
        if !sees(self.id_of(entry.school)) {
            return Ok(None);
        }
        let Some((row, sent)) = self.rows(kind, &[entry]).await?.into_iter().next() else {
            return Ok(None);
        };
        let cells = kind.columns().iter().enumerate().map(|(at, column)| {
            let cell = sent.as_ref().map_or("", |sent| sent.cell(at));
            (column.name, cell.to_owned())
        });
        let cells = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        Ok(Some(ReceivedRecord { row, cells, findings: self.found_at(kind, line)? }))
    }

    /// What became of the record on a line, which its text tells how to find.
    fn entry_at(&self, kind: Kind, line: u32) -> Result<Option<Entry>, HubError> {
        let Some(outcomes) = self.outcomes(kind)? else { return Ok(None) };
        let sent = self.sent(kind, &BTreeSet::from([line]))?;
        let Some(sent) = sent.get(&line) else { return Ok(None) };
        let entries = outcomes.with_keys(&BTreeSet::from([self.short(sent.cell(SOURCED_ID))]))?;
        Ok(entries.into_iter().find(|entry| entry.line == line))
    }

    fn found_at(&self, kind: Kind, line: u32) -> Result<Vec<FindingReport>, HubError> {
        let Some(places) = Places::open(&self.files, &self.key, self.run_of_findings())? else {
            return Ok(Vec::new());
        };
        let file = self.file(kind);
        let of_file = |finding: &&FindingReport| {
            finding.examples.first().is_some_and(|place| place.file == file)
        };
        let found = places.at(kind, line)?.into_iter();
        let found = found.filter_map(|at| self.findings_report().get(at as usize));
        Ok(found.filter(of_file).cloned().collect())
    }

    /// Entries with what their records say, as far as these are kept.
    async fn rows(
        &self,
        kind: Kind,
        entries: &[Entry],
    ) -> Result<Vec<(RecordRow, Option<Sent>)>, HubError> {
        let lines = entries.iter().map(|entry| entry.line).collect();
        let mut sent = self.sent(kind, &lines)?;
        let names = self.names_of(kind, sent.values()).await?;
        let ids: Vec<&str> = sent.values().map(|sent| sent.cell(SOURCED_ID)).collect();
        let subjects = self.subjects(kind, &ids).await?;
        let row = |entry: &Entry| {
            let sent = sent.remove(&entry.line);
            let cell = |place| sent.as_ref().map_or("", |sent| sent.cell(place));
            let row = RecordRow {
                line: entry.line,
                sourced_id: cell(SOURCED_ID).to_owned(),
                name: sent.as_ref().map(|sent| names.of_record(kind, sent)).unwrap_or_default(),
                school: entry.school,
                outcome: self.outcome(group(entry))?,
                subject: subjects.get(cell(SOURCED_ID)).copied(),
            };
            Some((row, sent))
        };
        Ok(entries.iter().filter_map(row).collect())
    }

    /// The records of a kind on these lines, while the delivery's files are kept.
    pub(crate) fn sent(
        &self,
        kind: Kind,
        lines: &BTreeSet<u32>,
    ) -> Result<BTreeMap<u32, Sent>, HubError> {
        let mut sent = BTreeMap::new();
        if let Some(text) = self.text()? {
            text.at_lines(kind, lines, |line, record| {
                sent.insert(line, Sent::of(kind, record));
            })?;
        }
        Ok(sent)
    }
}
