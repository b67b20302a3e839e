//! Publishes the roster as OneRoster CSV 1.1 or 1.2.1, as of any operation.

mod columns;
mod people;
mod target;

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use firstbell_roster::model::{Column, Kind, OperationNumber, Row, SubjectId, Value};
use firstbell_store::District;

use crate::hub::{Hub, HubError};
use crate::report::ExportReport;
use columns::Binding;
use people::People;
use target::{Target, Writer};

/// What rows refer to each other by, as of an operation.
#[derive(Debug, Default)]
pub(crate) struct SourcedIds(HashMap<(Kind, SubjectId), String>);

impl SourcedIds {
    /// Forgets a row that is not written, so that nothing refers to it.
    fn forget(&mut self, kind: Kind, id: SubjectId) {
        self.0.remove(&(kind, id));
    }

    fn of(&self, kind: Kind, id: SubjectId) -> Option<&str> {
        self.0.get(&(kind, id)).map(String::as_str)
    }

    fn cell(&self, value: &Value, refers_to: Option<Kind>) -> String {
        let named = |id: &SubjectId| refers_to.and_then(|kind| self.of(kind, *id));
        match value {
            Value::None => String::new(),
            Value::Text(text) => text.clone(),
            Value::Subject(id) => named(id).unwrap_or_default().to_owned(),
            Value::Subjects(ids) => ids.iter().filter_map(named).collect::<Vec<_>>().join(","),
        }
    }
}

/// What is exported, proved to be there.
struct Asked {
    district: District,
    binding: Binding,
    format: String,
    as_of: OperationNumber,
}

impl Hub {
    /// Writes the roster into a folder as a complete bulk delivery with a manifest. `format` is
    /// `oneroster-1.1` or `oneroster-1.2`.
    pub async fn export(
        &self,
        slug: &str,
        format: &str,
        out: &Path,
        as_of: Option<i64>,
    ) -> Result<ExportReport, HubError> {
        let asked = self.asked(slug, format, as_of).await?;
        std::fs::create_dir_all(out).map_err(HubError::io(out))?;
        let mut target = Target::<std::io::Sink>::Folder(out.to_owned());
        self.export_to(asked, &mut target).await
    }

    /// Writes the same as a zip to whatever takes it, a file after the other; nothing is kept.
    pub async fn export_zip(
        &self,
        slug: &str,
        format: &str,
        out: impl Write + Send,
        as_of: Option<i64>,
    ) -> Result<ExportReport, HubError> {
        let asked = self.asked(slug, format, as_of).await?;
        let mut target = Target::zip(out);
        let report = self.export_to(asked, &mut target).await?;
        target.end()?;
        Ok(report)
    }

    async fn asked(&self, slug: &str, format: &str, as_of: Option<i64>) -> Result<Asked, HubError> {
        let binding = Binding::named(format).ok_or_else(|| {
            HubError::NotFound(format!(
                "`{format}` is no format; it is oneroster-1.1 or oneroster-1.2"
            ))
        })?;
        let district = self.district(slug).await?;
        let latest = self.store.latest_operation(district.id).await?;
        let as_of = as_of.map_or(latest, OperationNumber);
        if as_of.0 < 0 || as_of > latest {
            return Err(HubError::NotFound(format!("there is no operation `{as_of}`")));
        }
        Ok(Asked { district, binding, format: format.to_owned(), as_of })
    }

    async fn export_to<W: Write + Send>(
        &self,
        asked: Asked,
        out: &mut Target<W>,
    ) -> Result<ExportReport, HubError> {
        let Asked { district, binding, format, as_of } = asked;
        let mut ids = self.sourced_ids(&district, as_of).await?;
        let mut people = People::learn(self, &district, as_of, binding, &mut ids).await?;
        let mut report =
            ExportReport { format, as_of: as_of.0, rows: BTreeMap::new(), notes: Vec::new() };
        for kind in Kind::FACTS {
            let rows = self.file(&district, kind, as_of, binding, out, &ids, &mut people).await?;
            if rows > 0 {
                report.rows.insert(kind.file(), rows);
            }
        }
        if report.rows.is_empty() {
            // A manifest alone would be no delivery.
            for kind in
                Kind::ALWAYS.into_iter().chain(binding.has(Kind::Role).then_some(Kind::Role))
            {
                let mut writer = Writer::new(out, kind.file(), binding.columns(kind));
                writer.open()?;
                report.rows.insert(kind.file(), writer.finish()?);
            }
        }
        manifest(out, binding, &report.rows)?;
        report.notes = people.notes();
        Ok(report)
    }

    async fn sourced_ids(
        &self,
        district: &District,
        as_of: OperationNumber,
    ) -> Result<SourcedIds, HubError> {
        let mut ids = SourcedIds::default();
        let kinds = [
            Kind::Org,
            Kind::AcademicSession,
            Kind::Course,
            Kind::Class,
            Kind::User,
            Kind::UserProfile,
        ];
        for kind in kinds {
            self.store
                .stream_present(district.id, kind, Some(as_of), |version| {
                    ids.0.insert((kind, version.row.id), version.row.sourced_id);
                })
                .await?;
        }
        Ok(ids)
    }

    #[expect(clippy::too_many_arguments, reason = "a file is made of all of these")]
    async fn file<W: Write + Send>(
        &self,
        district: &District,
        kind: Kind,
        as_of: OperationNumber,
        binding: Binding,
        out: &mut Target<W>,
        ids: &SourcedIds,
        people: &mut People,
    ) -> Result<u64, HubError> {
        let mut writer = Writer::new(out, kind.file(), binding.columns(kind));
        let mut failed = None;
        self.store
            .stream_present(district.id, kind, Some(as_of), |version| {
                if version.row.implied || failed.is_some() {
                    return;
                }
                let rows = people.rows(&version.row, binding, ids);
                failed = rows.into_iter().try_for_each(|row| writer.write(&row)).err();
            })
            .await?;
        if let Some(error) = failed {
            return Err(error);
        }
        if kind == Kind::Role {
            people.own_roles(binding, ids).iter().try_for_each(|row| writer.write(row))?;
        }
        writer.finish()
    }
}

/// The cells of a row in the order of the binding's columns.
pub(crate) fn cells(row: &Row, binding: Binding, ids: &SourcedIds) -> Vec<String> {
    let cell = |column: &columns::Cell| match column {
        columns::Cell::SourcedId => row.sourced_id.clone(),
        columns::Cell::Blank => String::new(),
        columns::Cell::Place(place) => {
            let refers_to = row.kind.columns().get(*place).and_then(Column::refers_to);
            ids.cell(row.value(*place), refers_to)
        }
    };
    binding.columns(row.kind).iter().map(|(_, column)| cell(column)).collect()
}

fn manifest<W: Write + Send>(
    out: &mut Target<W>,
    binding: Binding,
    rows: &BTreeMap<String, u64>,
) -> Result<(), HubError> {
    const NAME: &str = "manifest.csv";
    let mut writer = csv::Writer::from_writer(out.begin(NAME)?);
    writer.write_record(["propertyName", "value"])?;
    writer.write_record(["manifest.version", "1.0"])?;
    writer.write_record(["oneroster.version", binding.version()])?;
    let mut kinds: Vec<_> = Kind::ALL.into_iter().filter(|kind| binding.has(*kind)).collect();
    kinds.sort_by_key(|kind| kind.name());
    for kind in kinds {
        let mode = if rows.contains_key(&kind.file()) { "bulk" } else { "absent" };
        writer.write_record([format!("file.{kind}").as_str(), mode])?;
    }
    writer.write_record(["source.systemName", "Firstbell"])?;
    writer.flush().map_err(HubError::io(Path::new(NAME)))
}
