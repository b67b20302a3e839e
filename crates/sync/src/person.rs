//! What each value of a person was, from when to when, and where it came from.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::model::row::fact_columns;
use firstbell_roster::model::{Kind, OperationNumber, Row, Value};
use firstbell_roster::plan::Reason;
use firstbell_store::{Operation, OperationKind, Version};

use crate::access::Scope;
use crate::hub::{Context, Hub, HubError};
use crate::log::{Labels, show};
use crate::outcomes;
use crate::report::HistoryEntry;
use crate::timeline;
use crate::why::asked::Asked;
use crate::why::person::{self, Whom};

/// The field that says from when to when the person is there at all.
const ACTIVE: &str = "active";

impl Hub {
    /// Every value that a person's user rows had, or one field of them, oldest first.
    ///
    /// The person is named as for [`Hub::why`].
    pub async fn history(
        &self,
        slug: &str,
        person: &str,
        field: Option<&str>,
        scope: &Scope,
        context: &Context,
    ) -> Result<Vec<HistoryEntry>, HubError> {
        let asked = Asked::load(self, slug, scope, context).await?;
        let rows = match person::find(&asked, person.trim()).await? {
            Whom::One(person) => person.rows,
            Whom::Several(candidates) => {
                return Err(HubError::Several { asked: person.to_owned(), candidates });
            }
            Whom::Nobody(nearest) => {
                return Err(HubError::Nobody { asked: person.to_owned(), nearest });
            }
        };
        if let Some(field) = field {
            known_field(field)?;
        }
        told(&asked, &rows, field).await
    }
}

/// Every value that user rows had, or one field of them, oldest first.
pub async fn told(
    asked: &Asked<'_>,
    rows: &[Version],
    field: Option<&str>,
) -> Result<Vec<HistoryEntry>, HubError> {
    let mut teller = Teller {
        asked,
        labels: Labels::default(),
        operations: BTreeMap::new(),
        sources: BTreeMap::new(),
    };
    let mut entries = Vec::new();
    for row in rows {
        let versions = asked.store.history(asked.district.id, Kind::User, row.row.id).await?;
        teller.learn(&versions).await?;
        entries.extend(teller.row(&versions, field));
    }
    Ok(entries)
}

fn known_field(field: &str) -> Result<(), HubError> {
    let mut names: Vec<_> = fact_columns(Kind::User).map(|column| column.name).collect();
    names.push(ACTIVE);
    if names.contains(&field) {
        return Ok(());
    }
    let names = names.join(", ");
    Err(HubError::NoField(format!("a person has no field `{field}`; there are {names}")))
}

/// Tells where values come from, with the operations that it was told of.
struct Teller<'a, 'b> {
    asked: &'a Asked<'b>,
    labels: Labels,
    operations: BTreeMap<OperationNumber, Operation>,
    /// Where the operations had the versions of the present row from.
    sources: BTreeMap<OperationNumber, String>,
}

/// One value, and the versions between which it held.
struct Held<'a> {
    value: String,
    from: &'a Version,
    until: Option<OperationNumber>,
}

impl Teller<'_, '_> {
    /// Looks up the operations of a row's versions, and the people whom they name.
    async fn learn(&mut self, versions: &[Version]) -> Result<(), HubError> {
        let (store, district) = (self.asked.store, self.asked.district.id);
        let ends =
            versions.iter().filter_map(|version| version.until.as_ref()).map(|until| until.op);
        let numbers: BTreeSet<_> =
            versions.iter().map(|version| version.from_op).chain(ends).collect();
        for number in numbers {
            if let Some(made) = store.operation(district, number).await? {
                self.operations.insert(number, made);
            }
        }
        self.sources.clear();
        for version in versions {
            if let Some(made) = self.operations.get(&version.from_op) {
                let source = self.source(made, &version.row)?;
                self.sources.insert(version.from_op, source);
            }
        }
        self.labels = timeline::labels(self.asked, versions.iter().collect()).await?;
        Ok(())
    }

    /// The entries of one row: being there first, then each field in the order of the columns.
    fn row(&self, versions: &[Version], field: Option<&str>) -> Vec<HistoryEntry> {
        let wanted = |name: &str| field.is_none_or(|field| field == name);
        let mut entries = Vec::new();
        if wanted(ACTIVE) {
            for held in held(versions, |_| "true".to_owned()) {
                entries.push(self.entry(ACTIVE, &held, versions));
            }
        }
        for (at, column) in fact_columns(Kind::User).enumerate().filter(|(_, one)| wanted(one.name))
        {
            let value = |row: &Row| {
                let none = Value::None;
                show(row.values.get(at).unwrap_or(&none), column.refers_to(), &self.labels)
            };
            let all = held(versions, value);
            let ever = all.iter().any(|held| !held.value.is_empty());
            for held in all.iter().filter(|_| ever) {
                entries.push(self.entry(column.name, held, versions));
            }
        }
        entries
    }

    fn entry(&self, field: &str, held: &Held<'_>, versions: &[Version]) -> HistoryEntry {
        let from = self.operations.get(&held.from.from_op);
        let until = held.until.and_then(|number| self.operations.get(&number));
        HistoryEntry {
            field: field.to_owned(),
            value: held.value.clone(),
            sourced_id: held.from.row.sourced_id.clone(),
            from: held.from.from_op.0,
            from_at: from.map(|made| made.at.to_string()).unwrap_or_default(),
            until: held.until.map(|number| number.0),
            until_at: until.map(|made| made.at.to_string()).unwrap_or_default(),
            reason: format!("Because {}.", because(held.from, versions)),
            approver: from.map(who).unwrap_or_default(),
            source: self.sources.get(&held.from.from_op).cloned().unwrap_or_default(),
        }
    }

    /// Where an operation had a row from: the line of the delivery, while its outcomes are kept.
    fn source(&self, made: &Operation, row: &Row) -> Result<String, HubError> {
        if made.kind == OperationKind::Undo {
            let undone = made.undoes.map(|number| format!(" of operation {number}"));
            return Ok(format!("undo{}", undone.unwrap_or_default()));
        }
        let Some(run) = made.run else { return Ok(String::new()) };
        let key = outcomes::short(row.key.cast_unsigned());
        let (files, seal) = (&self.asked.files, &self.asked.key);
        let found = outcomes::find(files, seal, run, Kind::User, &BTreeSet::from([key]))?;
        let past = self.asked.runs.iter().find(|past| past.number == run);
        let file = past.and_then(|past| past.kept.files.get(&Kind::User));
        let file = file.map_or_else(|| Kind::User.file(), |file| file.name.clone());
        let line = found.iter().map(|entry| entry.line).min();
        let line = line.map_or(String::new(), |line| format!(", {file} line {line}"));
        let counts: crate::records::Counts =
            serde_json::from_value(made.counts.clone()).unwrap_or_default();
        let delivery =
            counts.delivery.map_or("a delivery".to_owned(), |number| format!("delivery {number}"));
        Ok(format!("{delivery}{line}; changed in the school system, the file does not say by whom"))
    }
}

/// Why a version of a row began. What is created again after an undo is not there for the first
/// time, though it counts as never there.
fn because(from: &Version, versions: &[Version]) -> &'static str {
    let again = versions.iter().any(|version| version.from_op < from.from_op);
    if again && from.began == Reason::CreatedBecauseNewInDelivery {
        return "the delivery has it again, after an undo took back what created it";
    }
    from.began.clause()
}

/// Who ran or approved an operation: the name given, and the identity behind it.
pub fn who(made: &Operation) -> String {
    match &made.by {
        Some(by) if *by != made.actor_identity => format!("{by} ({})", made.actor_identity),
        Some(_) | None => made.actor_identity.clone(),
    }
}

/// The values of consecutive versions, equal neighbours joined.
fn held(versions: &[Version], value: impl Fn(&Row) -> String) -> Vec<Held<'_>> {
    let mut all: Vec<Held<'_>> = Vec::new();
    for version in versions {
        let value = value(&version.row);
        let until = version.until.as_ref().map(|until| until.op);
        match all.last_mut() {
            Some(last) if last.until == Some(version.from_op) && last.value == value => {
                last.until = until;
            }
            Some(_) | None => all.push(Held { value, from: version, until }),
        }
    }
    all
}
