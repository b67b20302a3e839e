//! The lines of a kept plan, page by page, with values before and after.
//!
//! Nothing is derived again and no lease is taken: a line says which row and record it is about, the
//! roster has the one and the kept delivery the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use firstbell_roster::model::column::Column;
use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{Kind, SubjectId, Value};
use firstbell_roster::plan::{Action, Line, Reason};
use firstbell_store::{District, PlanNumber, Version};

use crate::counted::Group;
use crate::hub::{Hub, HubError};
use crate::log::{Labels, name, show};
use crate::plan_file::{Lines, parts_of};
use crate::received::{Names, Received, Sees};
use crate::report::{ChangeReport, FieldChange};
use crate::why::delivered::Sent;

/// Which lines are wanted; what is `None` does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineFilter {
    /// The kind.
    pub kind: Option<Kind>,
    /// The action.
    pub action: Option<Action>,
    /// The reason.
    pub reason: Option<Reason>,
    /// The school; 0 for none.
    pub school: Option<SubjectId>,
}

/// How many lines of a plan there are of each kind, action, reason and school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCount {
    /// The kind.
    pub kind: Kind,
    /// The action.
    pub action: Action,
    /// The reason.
    pub reason: Reason,
    /// The school as the plan numbers it: below zero for one that it creates, 0 for none.
    pub school: SubjectId,
    /// Its name.
    pub school_name: String,
    /// How many.
    pub lines: u64,
}

/// Some of the lines that were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanLines {
    /// How many there are in all.
    pub total: u64,
    /// Those of the page, each with the row of the roster that it is about, where there is one yet.
    pub rows: Vec<(Option<SubjectId>, ChangeReport)>,
}

/// A kept plan whose lines are looked at.
pub struct ShownPlan<'a> {
    hub: &'a Hub,
    district: District,
    lines: Lines,
    received: Option<Received<'a>>,
}

impl Hub {
    /// Opens the lines of a plan; `None` where there is none.
    pub async fn shown_plan(
        &self,
        district: &District,
        number: i64,
    ) -> Result<Option<ShownPlan<'_>>, HubError> {
        let plan = self.store.plan(district.id, PlanNumber(number)).await?;
        let Some(plan) = plan else { return Ok(None) };
        let key = self.store.district_key(district.id).await?;
        let files = self.store.files(&district.slug);
        let lines = Lines::open(&files.plan(plan.number), &key)?;
        let received = match (plan.delivery, plan.run) {
            (Some(delivery), Some(run)) => self.received_by(district, delivery, run).await?,
            (Some(_) | None, _) => None,
        };
        Ok(Some(ShownPlan { hub: self, district: district.clone(), lines, received }))
    }
}

impl ShownPlan<'_> {
    /// How many lines there are of what, in the schools that somebody sees.
    pub fn counts(&self, sees: Sees<'_>) -> Vec<LineCount> {
        let sums = self.lines.groups().sums().into_iter();
        let count = |(group, lines): (Group, u64)| {
            let (kind, action, reason) = parts_of(group)?;
            let school = SubjectId(group.school);
            let school_name = self.school(school);
            sees(self.now(school)).then_some(LineCount {
                kind,
                action,
                reason,
                school,
                school_name,
                lines,
            })
        };
        sums.filter_map(count).collect()
    }

    /// Some of the lines that are wanted.
    pub async fn page(
        &self,
        filter: LineFilter,
        sees: Sees<'_>,
        (skip, limit): (u64, usize),
    ) -> Result<PlanLines, HubError> {
        let wanted = |group: Group| {
            let school = SubjectId(group.school);
            parts_of(group).is_some_and(|(kind, action, reason)| {
                filter.kind.is_none_or(|only| only == kind)
                    && filter.action.is_none_or(|only| only == action)
                    && filter.reason.is_none_or(|only| only == reason)
            }) && filter.school.is_none_or(|only| only == school)
                && sees(self.now(school))
        };
        let total = self.lines.groups().total(wanted);
        let lines = self.lines.page(wanted, skip, limit)?;
        let mut rows = BTreeMap::new();
        for kind in Kind::FACTS {
            let of_kind: Vec<_> = lines.iter().filter(|(_, line)| line.kind == kind).collect();
            if !of_kind.is_empty() {
                rows.extend(self.told(kind, &of_kind).await?);
            }
        }
        Ok(PlanLines { total, rows: rows.into_values().collect() })
    }

    /// Lines of one kind, with values, by number.
    async fn told(
        &self,
        kind: Kind,
        lines: &[&(u64, Line)],
    ) -> Result<BTreeMap<u64, (Option<SubjectId>, ChangeReport)>, HubError> {
        let ids: Vec<_> =
            lines.iter().map(|(_, line)| line.subject).filter(|id| id.0 > 0).collect();
        let before = self.hub.store.last_versions(self.district.id, kind, &ids).await?;
        let mut labels = Labels::default();
        let rows = before.iter().map(|version| &version.row);
        self.hub.learn_from(&self.district, rows, &mut labels).await?;
        let before: HashMap<_, _> = before.into_iter().map(|one| (one.row.id, one)).collect();
        let (mut sent, mut names) = (BTreeMap::new(), Names::default());
        if let Some(received) = &self.received {
            let written = lines.iter().filter(|(_, line)| line.action != Action::End);
            let at: BTreeSet<u32> =
                written.filter_map(|(_, line)| u32::try_from(line.at).ok()).collect();
            sent = received.sent(kind, &at)?;
            names = received.names_of(kind, sent.values()).await?;
        }
        let told = |(number, line): &(u64, Line)| {
            let before = before.get(&line.subject);
            let after = u32::try_from(line.at).ok().and_then(|at| sent.get(&at));
            let subject = Some(line.subject).filter(|id| id.0 > 0);
            (*number, (subject, self.one(*number, line, (before, &labels), (after, &names))))
        };
        Ok(lines.iter().map(|line| told(line)).collect())
    }

    fn one(
        &self,
        number: u64,
        line: &Line,
        (before, labels): (Option<&Version>, &Labels),
        (after, names): (Option<&Sent>, &Names),
    ) -> ChangeReport {
        let was = before.map(|version| &version.row);
        let sourced_id = match (after, was) {
            (Some(sent), _) => sent.cell(0).to_owned(),
            (None, Some(row)) => row.sourced_id.clone(),
            (None, None) => String::new(),
        };
        let title = match (after, was) {
            (Some(sent), _) => names.of_record(line.kind, sent),
            (None, Some(row)) => labels.of_row(row),
            (None, None) if line.kind == Kind::Org => self.school(line.subject),
            (None, None) => String::new(),
        };
        let name = match was.filter(|_| title.is_empty()) {
            Some(row) => name(row),
            None => title,
        };
        let was = was.filter(|_| before.is_some_and(Version::is_present));
        let places = line.kind.columns().iter().enumerate().filter(|(_, column)| column.is_fact());
        let fields = fact_columns(line.kind).zip(places).enumerate().filter_map(
            |(at, (column, (place, _)))| {
                let old = was.and_then(|row| row.values.get(at)).unwrap_or(&Value::None);
                let old = show(old, column.refers_to(), labels);
                // What has another id may have the same name.
                let changes = line.action == Action::Update && line.fields & (1 << at) != 0;
                let new = match (line.action, after) {
                    (Action::End, _) | (_, None) => String::new(),
                    (Action::Update, Some(_)) if !changes => old.clone(),
                    (_, Some(sent)) => self.shown(line, column, sent.cell(place), names),
                };
                (changes || old != new).then(|| FieldChange {
                    field: column.name.to_owned(),
                    before: old,
                    after: new,
                })
            },
        );
        ChangeReport {
            number,
            kind: line.kind,
            action: line.action.name().to_owned(),
            reason: line.reason.name(),
            sentence: line.reason.clause().to_owned(),
            sourced_id,
            name,
            school: self.school(line.school),
            line: line.at,
            group: line.group,
            fields: fields.collect(),
        }
    }

    /// What a cell would be in the roster: references by name, those left out to what is not taken.
    fn shown(&self, line: &Line, column: &Column, cell: &str, names: &Names) -> String {
        let Some(kind) = column.refers_to() else { return cell.to_owned() };
        let Some(received) = &self.received else { return cell.to_owned() };
        let follows = matches!(line.kind, Kind::Enrollment | Kind::Role) && kind == Kind::Org;
        if follows && received.splits_schools() && !cell.is_empty() {
            return self.school(line.school);
        }
        let ids = firstbell_roster::check::cell::items(cell).filter(|id| !id.is_empty());
        // Of a kind that never came, what records refer to stands in for its records.
        let stands_in = |group: Group| {
            parts_of(group).is_some_and(|(of, _, reason)| {
                of == kind && reason == Reason::CreatedBecauseReferredTo
            })
        };
        let any = self.lines.groups().total(stands_in) > 0;
        let taken = ids.filter(|id| any || names.is_taken(kind, id));
        taken.map(|id| names.of(kind, id)).collect::<Vec<_>>().join(", ")
    }

    /// The name of a school as the plan numbers it; empty for none.
    fn school(&self, id: SubjectId) -> String {
        let school = self.received.as_ref().and_then(|received| received.school_with(id));
        school.map(|school| school.name.clone()).unwrap_or_default()
    }

    /// The hub's number now of a school as the plan numbers it; `None` for none.
    fn now(&self, school: SubjectId) -> Option<SubjectId> {
        match &self.received {
            _ if school.0 > 0 => Some(school),
            Some(received) => received.school_with(school).and_then(|school| school.id),
            None => None,
        }
    }
}
