//! `manifest.csv`: which files are there, and whether they are whole.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::check::{Check, Findings, table as checks};
use firstbell_roster::model::vocabulary::MODE;
use firstbell_roster::model::{Kind, text};
use rapidfuzz::distance::osa;

use super::tokenize::{Dialect, Tokenizer};
use super::values::decode;

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
    /// Whether it says that something is a delta, and nobody knows what: what it does not declare may
    /// be that.
    pub delta_of_unknown: bool,
    /// The kinds whose properties are spelled right.
    exact: BTreeSet<Kind>,
    /// Whether it has any of OneRoster's properties.
    understood: bool,
}

/// What the manifest declares of a file. Where it declares a file twice, the later of these holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declared {
    /// It is not there.
    Absent,
    /// It is the whole of its kind.
    Bulk,
    /// It has what changed.
    Delta,
    /// It is there, and nobody knows whether it is whole.
    Unclear,
}

impl Manifest {
    /// Reads a manifest's text; what it does not understand becomes a finding.
    pub fn parse(bytes: &[u8], file: &str, findings: &mut Findings) -> Self {
        let mut manifest = Self { there: true, ..Self::default() };
        let mut tokenizer = Tokenizer::new(bytes, Dialect::of(bytes));
        let (mut cells, mut line) = (Vec::new(), 1);
        while let Some(shape) = tokenizer.next_record(&mut cells) {
            let cell = |place: usize| {
                let cell = cells.get(place).map(|cell| cell.bytes(bytes)).unwrap_or_default();
                text::clean(&decode(&cell).0).0.into_owned()
            };
            if cell(0) != "sep=" {
                manifest.property(&cell(0), &cell(1), file, line, findings);
            }
            line += shape.lines;
        }
        if !manifest.understood {
            findings.file(&checks::MANIFEST_UNREADABLE, file, None);
        }
        manifest
    }

    /// What is declared of a kind whose file is there; `None` where nothing is.
    pub fn declares(&self, kind: Kind) -> Option<Declared> {
        let unclear = self.there && !self.understood || self.delta_of_unknown;
        self.files.get(&kind).copied().or(unclear.then_some(Declared::Unclear))
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
        let lower = name.to_ascii_lowercase();
        let meant = meant(&lower);
        if meant.as_ref().is_some_and(|meant| *meant != lower) {
            notice(&checks::PROPERTY_SPELLING, 1);
        }
        self.understood |= meant.is_some() && !lower.starts_with("propert");
        match meant.as_deref().unwrap_or(&lower) {
            "" | "propertyname" | "manifest.version" | "source.systemcode" | "file.systemcode" => {}
            "oneroster.version" => value.clone_into(&mut self.version),
            "source.systemname" | "file.systemname" => value.clone_into(&mut self.system),
            property => match property.strip_prefix("file.").and_then(kind) {
                None => {
                    notice(&checks::UNKNOWN_PROPERTY, 1);
                    self.delta_of_unknown |= mode(value).0 == Declared::Delta;
                }
                Some(kind) => {
                    let (declared, check) = mode(value);
                    if let Some(check) = check {
                        notice(check, 2);
                    }
                    let exact = meant.as_deref() == Some(&lower);
                    let before = self.files.get(&kind).copied();
                    if before.is_some_and(|before| before != declared) {
                        notice(&checks::MODES_DISAGREE, 2);
                    }
                    // What is spelled right goes before what is only meant.
                    let taken = match (before, exact, self.exact.contains(&kind)) {
                        (Some(before), false, true) => before,
                        (Some(before), true, true) | (Some(before), false, false) => {
                            before.max(declared)
                        }
                        (Some(_), true, false) | (None, ..) => declared,
                    };
                    self.files.insert(kind, taken);
                    if exact {
                        self.exact.insert(kind);
                    }
                }
            },
        }
    }
}

/// What a mode says, and what is to say about its spelling.
fn mode(value: &str) -> (Declared, Option<&'static Check>) {
    let (word, check) = match value {
        "bulk" | "delta" | "absent" => (Some(value), None),
        _ => match MODE.near(value) {
            Some(near) => (Some(near), Some(&checks::WORD_SPELLING)),
            None => (MODE.meant(value), Some(&checks::WORD_MEANT)),
        },
    };
    match word {
        Some("bulk") => (Declared::Bulk, check),
        Some("delta") => (Declared::Delta, check),
        Some("absent") => (Declared::Absent, check),
        Some(_) | None => (Declared::Unclear, Some(&checks::UNKNOWN_MODE)),
    }
}

/// The properties beside those of files.
const PROPERTIES: [&str; 6] = [
    "propertyname",
    "manifest.version",
    "oneroster.version",
    "source.systemname",
    "source.systemcode",
    "file.systemname",
];

/// The property that a name in lower case means: itself, or the one that differs by a letter.
fn meant(lower: &str) -> Option<String> {
    let files = Kind::ALL.map(|kind| format!("file.{}", kind.name().to_ascii_lowercase()));
    let all = || PROPERTIES.iter().map(ToString::to_string).chain(files.iter().cloned());
    let itself = all().find(|known| known == lower);
    itself.or_else(|| all().find(|known| osa::distance(known.chars(), lower.chars()) == 1))
}

/// The kind of a property's name behind `file.`, whatever its case.
fn kind(name: &str) -> Option<Kind> {
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
        let text = "\"propertyName\",\"value\"\r\n\"oneroster.version\",\"1.2\"\r\nfile.userprofiles,delta\r\nfile.users,bulk\r\nfile.colour,blue\r\nfiel.courses,absent\r\nfile.user,delta\r\nfile.orgs,some";
        let manifest = Manifest::parse(text.as_bytes(), "manifest.csv", &mut findings);
        assert_eq!(manifest.version, "1.2");
        assert_eq!(manifest.files[&Kind::UserProfile], Declared::Delta);
        assert_eq!(manifest.files[&Kind::User], Declared::Bulk);
        assert_eq!(manifest.files[&Kind::Course], Declared::Absent);
        let counts = ["unknown_property", "unknown_mode", "property_spelling"];
        assert_eq!(counts.map(|code| findings.count(code)), [1, 1, 2]);
        assert_eq!(manifest.declares(Kind::Org), Some(Declared::Unclear));
        assert_eq!(manifest.declares(Kind::Class), None);
    }

    #[test]
    fn other_words_for_a_mode_are_read_and_told() {
        for (value, mode, code) in [
            ("bulk", Declared::Bulk, ""),
            ("BULK ", Declared::Bulk, "word_spelling"),
            ("Delta", Declared::Delta, "word_spelling"),
            ("deltas", Declared::Delta, "word_meant"),
            ("Incremental", Declared::Delta, "word_meant"),
            ("full", Declared::Bulk, "word_meant"),
            ("snapshot", Declared::Bulk, "word_meant"),
            ("None", Declared::Absent, "word_meant"),
            ("blk", Declared::Unclear, "unknown_mode"),
            ("", Declared::Unclear, "unknown_mode"),
        ] {
            let mut findings = Findings::default();
            let text = format!("propertyName,value\nfile.users,{value}\n");
            let manifest = Manifest::parse(text.as_bytes(), "manifest.csv", &mut findings);
            assert_eq!(manifest.declares(Kind::User), Some(mode), "{value}");
            let codes: Vec<_> = findings.iter().map(|tally| tally.check.code).collect();
            assert_eq!(codes.join(" "), code, "{value}");
        }
    }

    #[test]
    fn what_a_manifest_may_mean_is_no_whole_file() {
        for (text, unreadable, declared) in [
            ("", 1, Some(Declared::Unclear)),
            ("<html>\n<p>Not found, sorry</p>\n", 1, Some(Declared::Unclear)),
            ("propertyName,value\n", 1, Some(Declared::Unclear)),
            ("propertyName,value\nuser file,delta\n", 1, Some(Declared::Unclear)),
            ("oneroster.version,1.1\nuser file,delta\n", 0, Some(Declared::Unclear)),
            ("oneroster.version,1.1\nuser file,bulk\n", 0, None),
            ("oneroster.version,1.1\nfile.orgs,delta\n", 0, None),
        ] {
            let mut findings = Findings::default();
            let manifest = Manifest::parse(text.as_bytes(), "manifest.csv", &mut findings);
            assert_eq!(manifest.declares(Kind::User), declared, "{text}");
            assert_eq!(findings.count("manifest_unreadable"), unreadable, "{text}");
        }
        assert_eq!(Manifest::default().declares(Kind::User), None);
    }

    #[test]
    fn of_two_modes_the_one_that_removes_nobody_holds() {
        for (lines, mode) in [
            ("file.users,delta\nfile.users,bulk\n", Declared::Delta),
            ("file.users,bulk\nfile.users,delta\nfile.users,absent\n", Declared::Delta),
            ("file.users,bulk\nfile.users,absent\n", Declared::Bulk),
            ("file.user,delta\nfile.users,bulk\n", Declared::Bulk),
        ] {
            let mut findings = Findings::default();
            let manifest = Manifest::parse(lines.as_bytes(), "manifest.csv", &mut findings);
            assert_eq!(manifest.files[&Kind::User], mode, "{lines}");
            assert!(findings.count("modes_disagree") > 0, "{lines}");
        }
        let mut findings = Findings::default();
        Manifest::parse(b"file.users,bulk\nfile.users,bulk\n", "manifest.csv", &mut findings);
        assert_eq!(findings.count("modes_disagree"), 0);
    }
}
