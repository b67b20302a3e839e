//! Publishes the roster as OneRoster CSV 1.1 or 1.2.1, as of any operation.

mod columns;
mod people;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use firstbell_roster::model::{Column, Kind, OperationNumber, Row, SubjectId, Value};
use firstbell_store::District;

use crate::hub::{Hub, HubError};
use crate::report::ExportReport;
use columns::Binding;
use people::People;

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
        std::fs::create_dir_all(out).map_err(HubError::io(out))?;
        let mut ids = self.sourced_ids(&district, as_of).await?;
        let mut people = People::learn(self, &district, as_of, binding, &mut ids).await?;
        let mut report = ExportReport {
            format: format.to_owned(),
            as_of: as_of.0,
            rows: BTreeMap::new(),
            notes: Vec::new(),
        };
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
                let mut writer = Writer::new(out.join(kind.file()), binding.columns(kind));
                writer.open()?;
                report.rows.insert(kind.file(), writer.finish()?);
            }
        }
        manifest(&out.join("manifest.csv"), binding, &report.rows)?;
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
    async fn file(
        &self,
        district: &District,
        kind: Kind,
        as_of: OperationNumber,
        binding: Binding,
        out: &Path,
        ids: &SourcedIds,
        people: &mut People,
    ) -> Result<u64, HubError> {
        let mut writer = Writer::new(out.join(kind.file()), binding.columns(kind));
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

/// Writes a file once there is a row for it: OneRoster has no files without records.
struct Writer {
    path: std::path::PathBuf,
    header: Vec<&'static str>,
    open: Option<csv::Writer<BufWriter<File>>>,
    rows: u64,
}

impl Writer {
    fn new(path: std::path::PathBuf, columns: Vec<(&'static str, columns::Cell)>) -> Self {
        Self {
            path,
            header: columns.into_iter().map(|(name, _)| name).collect(),
            open: None,
            rows: 0,
        }
    }

    /// Begins the file with its header.
    fn open(&mut self) -> Result<(), HubError> {
        let file = File::create(&self.path).map_err(HubError::io(&self.path))?;
        let mut writer = csv::Writer::from_writer(BufWriter::with_capacity(1 << 18, file));
        writer.write_record(&self.header)?;
        self.open = Some(writer);
        Ok(())
    }

    fn write(&mut self, row: &[String]) -> Result<(), HubError> {
        if self.open.is_none() {
            self.open()?;
        }
        if let Some(writer) = &mut self.open {
            writer.write_record(row)?;
            self.rows += 1;
        }
        Ok(())
    }

    fn finish(self) -> Result<u64, HubError> {
        if let Some(writer) = self.open {
            let mut file =
                writer.into_inner().map_err(|error| HubError::Csv(error.into_error().into()))?;
            file.flush().map_err(HubError::io(&self.path))?;
        } else if self.path.exists() {
            std::fs::remove_file(&self.path).map_err(HubError::io(&self.path))?;
        }
        Ok(self.rows)
    }
}

fn manifest(path: &Path, binding: Binding, rows: &BTreeMap<String, u64>) -> Result<(), HubError> {
    let mut writer = csv::Writer::from_path(path)?;
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
    writer.flush().map_err(HubError::io(path))
}
