//! Questions that the log of operations answers: what was done, by whom, and what changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use firstbell_roster::model::columns::{class, enrollment, org, role, user};
use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{Kind, OperationNumber, Row, SubjectId, Value};
use firstbell_roster::plan::{Action, Reason};
use firstbell_store::{Change, District, LogPage, Operation, Order, VerifyError, Version};

use crate::hub::{Hub, HubError};
use crate::records::Counts;
use crate::report::{ChangeReport, FieldChange, OperationReport, VerifyReport};

impl Hub {
    /// The newest operations, newest first.
    pub async fn log(&self, slug: &str, limit: i64) -> Result<Vec<OperationReport>, HubError> {
        self.log_before(slug, None, limit).await
    }

    /// The newest operations before one, newest first.
    pub async fn log_before(
        &self,
        slug: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<OperationReport>, HubError> {
        let district = self.district(slug).await?;
        let after = before.map(OperationNumber);
        let page = LogPage { order: Order::NewestFirst, after, limit };
        let operations = self.store.log(district.id, page).await?;
        let mut reports = Vec::new();
        for operation in operations {
            reports.push(self.reported(&district, operation).await?);
        }
        Ok(reports)
    }

    /// One operation.
    pub async fn operation(&self, slug: &str, number: i64) -> Result<OperationReport, HubError> {
        let district = self.district(slug).await?;
        let found = self.store.operation(district.id, OperationNumber(number)).await?;
        let found =
            found.ok_or_else(|| HubError::NotFound(format!("there is no operation `{number}`")))?;
        self.reported(&district, found).await
    }

    async fn reported(
        &self,
        district: &District,
        operation: Operation,
    ) -> Result<OperationReport, HubError> {
        let undoing = match operation.undone_by {
            Some(by) => self.store.operation(district.id, by).await?,
            None => None,
        };
        let left = undoing.map_or(0, |undoing| counts(&undoing).left);
        Ok(OperationReport { undone_in_part: left > 0, ..report(operation) })
    }

    /// Proves that no entry of the log was altered, and that the rows are as the log says.
    pub async fn verify(&self, slug: &str) -> Result<VerifyReport, HubError> {
        let district = self.district(slug).await?;
        match self.store.verify_log(district.id).await {
            Ok(verified) => {
                Ok(VerifyReport { operations: verified.count.cast_unsigned(), broken: None })
            }
            Err(VerifyError::Database(error)) => Err(error.into()),
            Err(broken @ VerifyError::Broken { .. }) => {
                let operations = self.store.latest_operation(district.id).await?;
                Ok(VerifyReport {
                    operations: operations.0.cast_unsigned(),
                    broken: Some(broken.to_string()),
                })
            }
        }
    }

    /// Hands over what an operation changed, with values.
    pub async fn operation_changes(
        &self,
        slug: &str,
        number: i64,
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        let district = self.district(slug).await?;
        let mut names = self.names(&district).await?;
        for kind in Kind::FACTS {
            let mut changes = Vec::new();
            self.store
                .changes(district.id, kind, OperationNumber(number), |change| changes.push(change))
                .await?;
            self.learn(&district, &changes, &mut names).await?;
            let back = self.moved_back(&district, kind, &changes, number).await?;
            for change in &changes {
                let Some(mut report) = change_report(change, &names) else { continue };
                if change.after.as_ref().is_some_and(|after| back.contains(&after.row.id)) {
                    Action::Restore.name().clone_into(&mut report.action);
                }
                take(report);
            }
        }
        Ok(())
    }

    /// Hands over how the roster after one operation differs from that after another.
    pub async fn diff(
        &self,
        slug: &str,
        from: i64,
        to: i64,
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        let district = self.district(slug).await?;
        let latest = self.store.latest_operation(district.id).await?.0;
        if let Some(missing) = [from, to].into_iter().find(|number| !(0..=latest).contains(number))
        {
            return Err(HubError::NotFound(format!("there is no operation `{missing}`")));
        }
        let mut names = self.names(&district).await?;
        for kind in Kind::FACTS {
            let mut changes = Vec::new();
            let (first, last) = (OperationNumber(from.min(to)), OperationNumber(from.max(to)));
            self.store.diff(district.id, kind, first, last, |change| changes.push(change)).await?;
            if from > to {
                for change in &mut changes {
                    std::mem::swap(&mut change.before, &mut change.after);
                }
            }
            self.learn(&district, &changes, &mut names).await?;
            for mut report in changes.iter().filter_map(|change| change_report(change, &names)) {
                if from > to {
                    // The reasons are those of the way forward.
                    report.reason.clear();
                    report.sentence.clear();
                }
                take(report);
            }
        }
        Ok(())
    }

    /// Which rows a move brought back: whether it made them or restored them, their reason does not
    /// say.
    pub(crate) async fn moved_back(
        &self,
        district: &District,
        kind: Kind,
        changes: &[Change],
        operation: i64,
    ) -> Result<BTreeSet<SubjectId>, HubError> {
        let moved = [Reason::MovedToAnotherClass, Reason::MovedToAnotherSchool];
        let begun = changes.iter().filter(|change| change.before.is_none());
        let moved = begun
            .filter_map(|change| change.after.as_ref())
            .filter(|after| moved.contains(&after.began));
        let ids: Vec<_> = moved.map(|after| after.row.id).collect();
        let operation = OperationNumber(operation);
        let ended = self.store.ended_before(district.id, kind, &ids, operation).await?;
        let unmade = |version: &Version| {
            version
                .until
                .as_ref()
                .is_some_and(|until| until.reason == Reason::EndedBecauseCreationUndone)
        };
        Ok(ended.iter().filter(|one| !unmade(one)).map(|version| version.row.id).collect())
    }

    /// Learns the names of what changed rows refer to, also of what has ended.
    pub(crate) async fn learn(
        &self,
        district: &District,
        changes: &[Change],
        names: &mut Labels,
    ) -> Result<(), HubError> {
        let versions = changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
        let rows: Vec<_> = versions.map(|version| &version.row).collect();
        self.learn_from(district, rows.into_iter(), names).await
    }

    /// Learns the names of what rows refer to, as far as the roster has or had it.
    pub(crate) async fn learn_from(
        &self,
        district: &District,
        rows: impl Iterator<Item = &Row>,
        names: &mut Labels,
    ) -> Result<(), HubError> {
        let mut unknown: BTreeMap<Kind, BTreeSet<SubjectId>> = BTreeMap::new();
        for row in rows {
            for (column, value) in fact_columns(row.kind).zip(&row.values) {
                let Some(kind) = column.refers_to() else { continue };
                let ids = unknown.entry(kind).or_default();
                match value {
                    Value::Subject(id) => ids.extend([*id]),
                    Value::Subjects(more) => ids.extend(more),
                    Value::None | Value::Text(_) => {}
                }
            }
        }
        for (kind, ids) in unknown {
            let unknown = |id: &SubjectId| id.0 > 0 && !names.0.contains_key(&(kind, *id));
            let ids = ids.into_iter().filter(unknown);
            let ids: Vec<_> = ids.collect();
            for ids in ids.chunks(5000) {
                for version in self.store.last_versions(district.id, kind, ids).await? {
                    names.0.insert((kind, version.row.id), name(&version.row));
                }
            }
        }
        Ok(())
    }

    /// The names of the orgs of a district's roster.
    pub async fn org_names(&self, slug: &str) -> Result<BTreeSet<String>, HubError> {
        let district = self.district(slug).await?;
        let mut names = BTreeSet::new();
        let take = |version: Version| names.extend([name(&version.row)]);
        self.store.stream_present(district.id, Kind::Org, None, take).await?;
        Ok(names)
    }

    /// The names by which rows refer to others: of orgs, terms, courses and classes.
    pub(crate) async fn names(&self, district: &District) -> Result<Labels, HubError> {
        let mut names = Labels::default();
        for kind in [Kind::Org, Kind::AcademicSession, Kind::Course, Kind::Class] {
            self.store
                .stream_present(district.id, kind, None, |version| {
                    names.0.insert((kind, version.row.id), name(&version.row));
                })
                .await?;
        }
        Ok(names)
    }
}

/// Names of rows, for showing references.
#[derive(Debug, Default)]
pub struct Labels(pub HashMap<(Kind, SubjectId), String>);

impl Labels {
    /// The name of a row, or its number where it is not known.
    pub fn of(&self, kind: Kind, id: SubjectId) -> String {
        self.0.get(&(kind, id)).cloned().unwrap_or_else(|| match id.0 {
            ..0 => format!("a new {}", kind.noun()),
            _ => format!("{} #{id}", kind.noun()),
        })
    }

    /// What a row is called: an enrollment by its person and class, a role by its person and org.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have names of their own")]
    pub fn of_row(&self, row: &Row) -> String {
        let to = |kind, place| row.subject(place).map(|id| self.of(kind, id));
        let (who, place, word) = match row.kind {
            Kind::Enrollment => (
                to(Kind::User, enrollment::USER),
                to(Kind::Class, enrollment::CLASS).map(|class| format!("in {class}")),
                row.text(enrollment::ROLE),
            ),
            Kind::Role => (
                to(Kind::User, role::USER),
                to(Kind::Org, role::ORG).map(|org| format!("at {org}")),
                row.text(role::ROLE),
            ),
            _ => return name(row),
        };
        match who.zip(place) {
            Some((who, place)) => format!("{who} {place} as {word}"),
            None => name(row),
        }
    }
}

/// The name or title of a row, else its sourcedId.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no names")]
pub fn name(row: &Row) -> String {
    let name = match row.kind {
        Kind::Org => row.text(org::NAME).to_owned(),
        Kind::AcademicSession => {
            row.text(firstbell_roster::model::columns::academic_session::TITLE).to_owned()
        }
        Kind::Course => row.text(firstbell_roster::model::columns::course::TITLE).to_owned(),
        Kind::Class => row.text(class::TITLE).to_owned(),
        Kind::User => format!("{} {}", row.text(user::GIVEN_NAME), row.text(user::FAMILY_NAME))
            .trim()
            .to_owned(),
        _ => String::new(),
    };
    if name.is_empty() { row.sourced_id.clone() } else { name }
}

/// A change as it is shown; `None` where nothing differs.
pub fn change_report(change: &Change, names: &Labels) -> Option<ChangeReport> {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let (action, reason) = match (before, after) {
        (None, Some(after)) => (begun(after.began), after.began),
        (Some(_), Some(after)) => (Action::Update, after.began),
        (Some(before), None) => {
            (Action::End, before.until.as_ref().map_or(before.began, |until| until.reason))
        }
        (None, None) => return None,
    };
    let fields = fields(before, after, names);
    if action == Action::Update
        && fields.is_empty()
        && before.map(|v| &v.row.sourced_id) == after.map(|v| &v.row.sourced_id)
    {
        return None;
    }
    let row = &after.or(before)?.row;
    Some(ChangeReport {
        number: 0,
        kind: row.kind,
        action: action.name().to_owned(),
        reason: reason.name(),
        sentence: reason.clause().to_owned(),
        sourced_id: row.sourced_id.clone(),
        name: names.of_row(row),
        school: school(row).map(|id| names.of(Kind::Org, id)).unwrap_or_default(),
        line: 0,
        group: 0,
        fields,
    })
}

fn begun(reason: Reason) -> Action {
    let restored = [
        Reason::RestoredBecauseBackInDelivery,
        Reason::RestoredBecauseKnownByIdentifier,
        Reason::RestoredBecauseEndUndone,
    ];
    if restored.contains(&reason) { Action::Restore } else { Action::Create }
}

fn fields(before: Option<&Version>, after: Option<&Version>, names: &Labels) -> Vec<FieldChange> {
    let Some(kind) = after.or(before).map(|version| version.row.kind) else { return Vec::new() };
    let mut fields = Vec::new();
    for (at, column) in fact_columns(kind).enumerate() {
        let value = |version: Option<&Version>| {
            version.and_then(|version| version.row.values.get(at)).cloned().unwrap_or_default()
        };
        let (old, new) = (value(before), value(after));
        if old != new {
            let show = |value: &Value| show(value, column.refers_to(), names);
            fields.push(FieldChange {
                field: column.name.to_owned(),
                before: show(&old),
                after: show(&new),
            });
        }
    }
    fields
}

/// A value as people read it: references by name.
pub fn show(value: &Value, refers_to: Option<Kind>, labels: &Labels) -> String {
    let named =
        |id: &SubjectId| refers_to.map_or_else(|| id.to_string(), |kind| labels.of(kind, *id));
    match value {
        Value::None => String::new(),
        Value::Text(text) => text.clone(),
        Value::Subject(id) => named(id),
        Value::Subjects(ids) => ids.iter().map(named).collect::<Vec<_>>().join(", "),
    }
}

/// The school that a row belongs to.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds belong to no school")]
pub(crate) fn school(row: &Row) -> Option<SubjectId> {
    use firstbell_roster::model::columns::course;
    match row.kind {
        Kind::Org => Some(row.id),
        Kind::Course => row.subject(course::ORG),
        Kind::Class => row.subject(class::SCHOOL),
        Kind::User => {
            row.subject(user::PRIMARY_ORG).or_else(|| row.subjects(user::ORGS).first().copied())
        }
        Kind::Role => row.subject(role::ORG),
        Kind::Enrollment => row.subject(enrollment::SCHOOL),
        _ => None,
    }
}

/// What an operation keeps in its counts.
pub(crate) fn counts(operation: &Operation) -> Counts {
    serde_json::from_value(operation.counts.clone()).unwrap_or_default()
}

fn report(operation: Operation) -> OperationReport {
    let Counts { changes, approved, .. } = counts(&operation);
    OperationReport {
        operation: operation.number.0,
        kind: operation.kind.to_string(),
        at: operation.at.to_string(),
        identity: operation.actor_identity,
        by: operation.by.unwrap_or_default(),
        note: operation.note.unwrap_or_default(),
        plan: operation.plan.map(|plan| plan.0),
        digest: operation.plan_digest.unwrap_or_default(),
        approved,
        undoes: operation.undoes.map(|undone| undone.0),
        undone_by: operation.undone_by.map(|undoing| undoing.0),
        undone_in_part: false,
        changes: changes.values().sum(),
        counts: changes,
        hash: operation.hash,
    }
}
