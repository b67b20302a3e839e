//! `manifest.csv`: which files are there, and whether they are whole.

use std::collections::BTreeMap;

use firstbell_roster::check::{Findings, table as checks};
use firstbell_roster::model::{Kind, text};

use super::tokenize::{Dialect, Tokenizer};

/// What the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Whether there is one.
    pub there: bool,
    /// `oneroster.version`.
    pub version: String,
    /// `source.systemName`.
    pub system: String,
    /// What is declared of each kind.
    pub files: BTreeMap<Kind, Declared>,
}

/// What the manifest declares of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// It is not there.
    Absent,
    /// It is the whole of its kind.
    Bulk,
    /// It has what changed.
    Delta,
}

impl Manifest {
    /// Reads a manifest's text; what it does not understand becomes a finding.
    pub fn parse(bytes: &[u8], file: &str, findings: &mut Findings) -> Self {
        let mut manifest = Self { there: true, ..Self::default() };
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let terminator = if text.contains('\n') { b'\n' } else { b'\r' };
        let dialect = Dialect { separator: b',', terminator };
        let mut tokenizer = Tokenizer::new(text.as_bytes(), dialect);
        let (mut cells, mut line) = (Vec::new(), 1);
        while let Some(shape) = tokenizer.next_record(&mut cells) {
            let cell = |place: usize| {
                let bytes = cells.get(place).map(|cell| cell.bytes(text.as_bytes()));
                String::from_utf8_lossy(&bytes.unwrap_or_default()).trim().to_owned()
            };
            manifest.property(&cell(0), &cell(1), file, line, findings);
            line += shape.lines;
        }
        manifest
    }

    fn property(
        &mut self,
        name: &str,
        value: &str,
        file: &str,
        line: u32,
        findings: &mut Findings,
    ) {
        let mut notice = |check, column| {
            let field = if column == 1 { "propertyName" } else { "value" };
            findings.add(
                check,
                file,
                None,
                column,
                field,
                line,
                firstbell_roster::model::subjects::NOBODY,
            );
        };
        match name.to_ascii_lowercase().as_str() {
            "" | "propertyname" | "manifest.version" | "source.systemcode" | "file.systemcode" => {}
            "oneroster.version" => value.clone_into(&mut self.version),
            "source.systemname" | "file.systemname" => {
                self.system = text::clean(value).0.into_owned();
            }
            lower => match lower.strip_prefix("file.").and_then(kind) {
                None => notice(&checks::UNKNOWN_PROPERTY, 1),
                Some(kind) => {
                    let declared = match value.to_ascii_lowercase().as_str() {
                        "absent" => Declared::Absent,
                        "bulk" => Declared::Bulk,
                        "delta" => Declared::Delta,
                        _ => {
                            notice(&checks::UNKNOWN_MODE, 2);
                            Declared::Bulk
                        }
                    };
                    self.files.insert(kind, declared);
                }
            },
        }
    }
}

/// The kind of a file's name without its ending, whatever its case.
pub fn kind(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| {
        kind.name().eq_ignore_ascii_case(name)
            || (*kind == Kind::CourseResource && name.eq_ignore_ascii_case("courseResourses"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_whatever_its_quotes_and_case() {
        let mut findings = Findings::default();
        let text = "\u{feff}\"propertyName\",\"value\"\r\n\"oneroster.version\",\"1.2\"\r\nfile.userprofiles,delta\r\nfile.users,bulk\r\nfile.colour,blue\r\nfile.orgs,some";
        let manifest = Manifest::parse(text.as_bytes(), "manifest.csv", &mut findings);
        assert_eq!(manifest.version, "1.2");
        assert_eq!(manifest.files[&Kind::UserProfile], Declared::Delta);
        assert_eq!(manifest.files[&Kind::User], Declared::Bulk);
        assert_eq!((findings.count("unknown_property"), findings.count("unknown_mode")), (1, 1));
    }
}
