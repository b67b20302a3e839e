//! What was found in a delivery, with all its places, in the schools that somebody sees.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::{Kind, SubjectId};
use firstbell_store::RunNumber;

use super::{Names, Received, Sees};
use crate::counted::Group;
use crate::hub::HubError;
use crate::places::{Place, Places, of_group};
use crate::report::FindingReport;

/// A finding in the schools that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which it is of the report, from 0.
    pub number: u32,
    /// What the report says of it in the whole district.
    pub report: FindingReport,
    /// Its places there.
    pub places: u64,
    /// Those that are new.
    pub new: u64,
    /// The places by school, by the school's number.
    pub by_school: BTreeMap<u32, u64>,
}

/// Which places of a finding are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaceFilter {
    /// Those of one school, by its number; 0 for those of none.
    pub school: Option<u32>,
    /// Those that are new, or those that are not.
    pub new: Option<bool>,
}

/// Some of the places of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlaces {
    /// How many there are in all.
    pub total: u64,
    /// Those of the page.
    pub rows: Vec<FoundPlace>,
}

/// A place of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    /// The line; 0 for the whole file.
    pub line: u32,
    /// The school of the record, by its number; 0 for none.
    pub school: u32,
    /// Whether it is new.
    pub new: bool,
    /// The sourcedId of the record; empty for none, or where the files are not kept any more.
    pub sourced_id: String,
    /// What the record is called.
    pub name: String,
    /// What stands in the column; empty for the whole record.
    pub value: String,
    /// The row of the roster that the record's sourcedId belongs to.
    pub subject: Option<SubjectId>,
}

impl Received<'_> {
    /// The findings that have places in the schools that somebody sees, in the order of the report.
    pub fn findings(&self, sees: Sees<'_>) -> Result<Vec<Finding>, HubError> {
        let Some(places) = Places::open(&self.files, &self.key, self.run_of_findings())? else {
            return Ok(Vec::new());
        };
        let mut found: BTreeMap<u32, Finding> = BTreeMap::new();
        for (group, count) in places.groups().sums() {
            let school = u32::try_from(group.school).unwrap_or(0);
            let (number, new) = of_group(group);
            let Some(report) = self.findings_report().get(number as usize) else { continue };
            if !sees(self.id_of(school)) {
                continue;
            }
            let one = found.entry(number).or_insert_with(|| Finding {
                number,
                report: report.clone(),
                places: 0,
                new: 0,
                by_school: BTreeMap::new(),
            });
            one.places += count;
            one.new += if new { count } else { 0 };
            *one.by_school.entry(school).or_default() += count;
        }
        Ok(found.into_values().collect())
    }

    /// Some of the places of a finding.
    pub async fn places(
        &self,
        finding: u32,
        filter: PlaceFilter,
        sees: Sees<'_>,
        (skip, limit): (u64, usize),
    ) -> Result<FoundPlaces, HubError> {
        let places = Places::open(&self.files, &self.key, self.run_of_findings())?;
        let (Some(places), Some(report)) = (places, self.findings_report().get(finding as usize))
        else {
            return Ok(FoundPlaces { total: 0, rows: Vec::new() });
        };
        let wanted = |group: Group| {
            let school = u32::try_from(group.school).unwrap_or(0);
            let (number, new) = of_group(group);
            number == finding
                && filter.school.is_none_or(|only| only == school)
                && filter.new.is_none_or(|only| only == new)
                && sees(self.id_of(school))
        };
        let total = places.groups().total(wanted);
        let rows = self.told(report, places.page(wanted, skip, limit)?).await?;
        Ok(FoundPlaces { total, rows })
    }

    /// Places with what their records say.
    async fn told(
        &self,
        report: &FindingReport,
        places: Vec<Place>,
    ) -> Result<Vec<FoundPlace>, HubError> {
        let at = report.examples.first();
        let file = at.map_or("", |place| &place.file);
        let kind = Kind::FACTS.into_iter().find(|kind| self.file(*kind) == file);
        let lines: BTreeSet<u32> =
            places.iter().map(|place| place.line).filter(|line| *line > 1).collect();
        let (mut sent, mut values) = (BTreeMap::new(), BTreeMap::new());
        let (mut names, mut subjects) = (Names::default(), HashMap::default());
        if let Some(kind) = kind {
            sent = self.sent(kind, &lines)?;
            if let (Some(text), Some(at)) = (self.text()?, at.filter(|at| !at.field.is_empty())) {
                text.rows_at(kind, &lines, |line, row| {
                    let value = row.cell(at.column, &at.field);
                    values.extend(value.map(|value| (line, value.to_owned())));
                })?;
            }
            names = self.names_of(kind, sent.values()).await?;
            let ids: Vec<&str> = sent.values().map(|sent| sent.cell(SOURCED_ID)).collect();
            subjects = self.subjects(kind, &ids).await?;
        }
        let told = |place: Place| {
            let sent = sent.get(&place.line);
            let sourced_id = sent.map_or("", |sent| sent.cell(SOURCED_ID)).to_owned();
            FoundPlace {
                line: place.line,
                school: place.school,
                new: place.new,
                name: kind
                    .zip(sent)
                    .map(|(kind, sent)| names.of_record(kind, sent))
                    .unwrap_or_default(),
                value: values.remove(&place.line).unwrap_or_default(),
                subject: subjects.get(&sourced_id).copied(),
                sourced_id,
            }
        };
        Ok(places.into_iter().map(told).collect())
    }

    /// The run that kept what was found: an approval judges again and finds nothing anew.
    pub(crate) const fn run_of_findings(&self) -> RunNumber {
        self.found.0
    }

    /// The findings of that run.
    pub(crate) fn findings_report(&self) -> &[FindingReport] {
        &self.found.1
    }
}
