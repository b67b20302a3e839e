//! What a plan that is not applied yet would change, with values.

use std::collections::HashMap;

use firstbell_roster::model::columns::SOURCED_ID;
use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::subjects::NOBODY;
use firstbell_roster::model::{Kind, PersonId, Row, SubjectId, Value};
use firstbell_roster::plan::{Action, Line};
use firstbell_store::{PlanStatus, StoredPlan};

use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::log::{Labels, name, show};
use crate::report::{ChangeReport, FieldChange};
use crate::run::Judged;
use crate::{lease, records};

impl Hub {
    /// Hands over what a plan would change; it is derived again from the kept delivery.
    pub(crate) async fn planned_changes(
        &self,
        slug: &str,
        plan: &StoredPlan,
        context: &Context,
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        let settings = self.settings_of(slug, plan).await?;
        let mut ground = self.ground(slug, context, Some(&settings)).await?;
        ground.judge_as_of(plan.as_of);
        ground.rekey = records::rekeyed(plan);
        let result = self.planned_on(&ground, plan, context, take).await;
        lease::give_back(&self.store, ground.lease).await;
        result
    }

    /// The settings that a plan was made with.
    async fn settings_of(&self, slug: &str, plan: &StoredPlan) -> Result<String, HubError> {
        if let Some(tried) = records::tried(plan) {
            return Ok(tried.to_owned());
        }
        let district = self.district(slug).await?;
        let kept = self.store.settings_of_version(district.id, plan.settings_version).await?;
        Ok(kept.unwrap_or_default())
    }

    async fn planned_on(
        &self,
        ground: &Ground,
        plan: &StoredPlan,
        context: &Context,
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        let Some(number) = plan.delivery else { return Ok(()) };
        let delivery = self.store.delivery(ground.district.id, number).await?;
        let delivery = delivery
            .ok_or_else(|| HubError::NotFound(format!("delivery `{number}` is not kept")))?;
        let kept = self.kept_delivery(ground, &delivery)?;
        let judged =
            self.judge_again(ground, &kept, plan.status == PlanStatus::Held, context).await?;
        let mut names = self.names(&ground.district).await?;
        names.0.extend(judged.names.iter().map(|(id, name)| ((Kind::Org, *id), name.clone())));
        let lines: Vec<_> = (1..).zip(judged.draft.lines(&judged.snapshot)).collect();
        for batch in lines.chunks(5000) {
            self.batch(ground, &judged, &kept, &mut names, batch, take).await?;
        }
        Ok(())
    }

    async fn batch(
        &self,
        ground: &Ground,
        judged: &Judged,
        kept: &crate::kept::KeptDelivery,
        names: &mut Labels,
        lines: &[(u64, Line)],
        take: &mut dyn FnMut(ChangeReport),
    ) -> Result<(), HubError> {
        for kind in Kind::FACTS {
            let of_kind: Vec<_> = lines.iter().filter(|(_, line)| line.kind == kind).collect();
            let ids: Vec<_> =
                of_kind.iter().map(|(_, line)| line.subject).filter(|id| id.0 > 0).collect();
            let before = self.store.last_versions(ground.district.id, kind, &ids).await?;
            let mut after = rows_after(judged, kept, kind, &of_kind)?;
            let new = after.values().filter(|row| row.id.0 < 0);
            names.0.extend(new.map(|row| ((kind, row.id), name(row))));
            let rows = before.iter().map(|version| &version.row).chain(after.values());
            self.learn_from(&ground.district, rows, names).await?;
            for (number, line) in of_kind {
                let before = before
                    .iter()
                    .find(|version| version.row.id == line.subject && version.is_present());
                let after = after.remove(&line.subject).filter(|_| line.action != Action::End);
                if let Some(report) =
                    one(*number, line, before.map(|version| &version.row), after.as_ref(), names)
                {
                    take(report);
                }
            }
        }
        Ok(())
    }
}

/// The rows that lines would write.
fn rows_after(
    judged: &Judged,
    kept: &crate::kept::KeptDelivery,
    kind: Kind,
    lines: &[&(u64, Line)],
) -> Result<HashMap<SubjectId, Row>, HubError> {
    let written = lines.iter().filter(|(_, line)| line.at > 0 && line.action != Action::End);
    let wanted: HashMap<u64, SubjectId> =
        written.map(|(_, line)| (line.at, line.subject)).collect();
    let made = judged.snapshot.made.iter().filter(|_| kind == Kind::Org).filter_map(|one| {
        let id = SubjectId(judged.snapshot.of(kind).id(*one));
        let record = judged.snapshot.record(kind, *one)?;
        Some((id, judged.row(kind, *one, id, None, record)))
    });
    let mut rows: HashMap<_, _> = made.collect();
    if wanted.is_empty() {
        return Ok(rows);
    }
    firstbell_ingest::fetch(
        kept,
        kind,
        |line| wanted.contains_key(&u64::from(line)),
        |line, record| {
            if let Some(id) = wanted.get(&u64::from(line)) {
                let person = (kind == Kind::User).then_some(PersonId(id.0));
                let key = judged.snapshot.hasher.key(record.cell(SOURCED_ID).as_bytes());
                let one = judged.snapshot.of(kind).find(key).unwrap_or(NOBODY);
                rows.insert(*id, judged.row(kind, one, *id, person, record));
            }
            Ok(())
        },
    )?;
    Ok(rows)
}

fn one(
    number: u64,
    line: &Line,
    before: Option<&Row>,
    after: Option<&Row>,
    names: &Labels,
) -> Option<ChangeReport> {
    let row = after.or(before)?;
    let mut fields = Vec::new();
    for (at, column) in fact_columns(line.kind).enumerate() {
        let value =
            |row: Option<&Row>| row.and_then(|row| row.values.get(at)).cloned().unwrap_or_default();
        let (old, new): (Value, Value) = (value(before), value(after));
        if old != new {
            let show = |value: &Value| show(value, column.refers_to(), names);
            fields.push(FieldChange {
                field: column.name.to_owned(),
                before: show(&old),
                after: show(&new),
            });
        }
    }
    Some(ChangeReport {
        number,
        kind: line.kind,
        action: line.action.name().to_owned(),
        reason: line.reason.name(),
        sentence: line.reason.clause().to_owned(),
        sourced_id: row.sourced_id.clone(),
        name: names.of_row(row),
        school: if line.school.0 == 0 { String::new() } else { names.of(Kind::Org, line.school) },
        line: line.at,
        group: line.group,
        fields,
    })
}
