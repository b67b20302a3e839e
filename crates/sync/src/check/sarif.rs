//! Findings as SARIF 2.1.0 (OASIS), written as they are walked over: there may be millions.

mod fingerprints;

use std::fmt::Write as _;
use std::io::{self, Write};

use firstbell_roster::check::{Check, Tally};
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::{Kind, Severity};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::{Value, json};

use super::told;
use fingerprints::Fingerprints;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the findings of a snapshot; `delivery` is where those are that name no file.
pub fn write(snapshot: &Snapshot, delivery: &str, mut to: impl Write) -> io::Result<()> {
    let mut checks: Vec<_> = snapshot.findings.iter().map(|tally| tally.check).collect();
    checks.dedup();
    let rules = checks.iter().map(|check| rule(check)).collect();
    let results = Results { snapshot, checks: &checks, delivery };
    let driver = Driver { name: "firstbell", version: env!("CARGO_PKG_VERSION"), rules };
    let log =
        Log { schema: SCHEMA, version: "2.1.0", runs: [Run { tool: Tool { driver }, results }] };
    serde_json::to_writer(&mut to, &log)?;
    to.write_all(b"\n")?;
    to.flush()
}

#[derive(serde::Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(serde::Serialize)]
struct Run<'a> {
    tool: Tool,
    results: Results<'a>,
}

#[derive(serde::Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(serde::Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Value>,
}

fn rule(check: &Check) -> Value {
    json!({
        "id": check.code,
        "shortDescription": { "text": told(check, "") },
        "help": { "text": check.hint },
        "defaultConfiguration": { "level": level(check.severity) },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    }
}

/// One result for each place of each finding.
struct Results<'a> {
    snapshot: &'a Snapshot,
    /// The checks that fired, as the rules list them.
    checks: &'a [&'static Check],
    delivery: &'a str,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut results = serializer.serialize_seq(None)?;
        let mut fingerprints = Fingerprints::of(self.snapshot);
        for tally in self.snapshot.findings.iter() {
            let mut result = self.result(tally);
            for (line, subject) in &tally.places {
                result.at(*line);
                result.marks.v1 = fingerprints.next(tally, *line, *subject);
                results.serialize_element(&result)?;
            }
        }
        results.end()
    }
}

impl Results<'_> {
    /// The result of a tally, at no line yet.
    fn result(&self, tally: &Tally) -> Outcome {
        let field = self.field(tally);
        let file = if tally.file.is_empty() { self.delivery } else { &tally.file };
        let artifact = Artifact { uri: percent_encoded(file) };
        let physical = Physical { artifact, region: None };
        Outcome {
            rule: tally.check.code,
            index: self.checks.iter().position(|check| *check == tally.check),
            level: level(tally.check.severity),
            message: Message { text: told(tally.check, &field) },
            locations: [Location {
                physical: (!file.is_empty()).then_some(physical),
                logical: Some(Logical { name: field })
                    .filter(|field| !field.name.is_empty())
                    .into_iter()
                    .collect(),
            }],
            marks: Marks { v1: String::new() },
        }
    }

    /// The header that a finding names. Of a file that lacks its header, the first row may be a
    /// person's: what is no name of a column there is told by its number.
    fn field(&self, tally: &Tally) -> String {
        let file = tally.kind.and_then(|kind| self.snapshot.files.get(&kind));
        let known = |name: &str| {
            let mut columns = tally.kind.into_iter().flat_map(Kind::columns);
            columns.any(|column| column.name == name)
        };
        let doubtful = tally.column > 0 && file.is_some_and(|file| !file.usable);
        if doubtful && tally.meant.is_none() && !known(&tally.field) {
            return format!("column {}", tally.column);
        }
        tally.field.clone()
    }
}

#[derive(serde::Serialize)]
struct Outcome {
    #[serde(rename = "ruleId")]
    rule: &'static str,
    #[serde(rename = "ruleIndex", skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(rename = "partialFingerprints")]
    marks: Marks,
}

impl Outcome {
    /// Moves the result to a line; 0 is the whole file.
    fn at(&mut self, line: u32) {
        let [Location { physical, .. }] = &mut self.locations;
        if let Some(physical) = physical {
            physical.region = (line > 0).then_some(Region { line });
        }
    }
}

#[derive(serde::Serialize)]
struct Message {
    text: String,
}

#[derive(serde::Serialize)]
struct Location {
    #[serde(rename = "physicalLocation", skip_serializing_if = "Option::is_none")]
    physical: Option<Physical>,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    logical: Vec<Logical>,
}

#[derive(serde::Serialize)]
struct Physical {
    #[serde(rename = "artifactLocation")]
    artifact: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(serde::Serialize)]
struct Artifact {
    uri: String,
}

#[derive(serde::Serialize)]
struct Region {
    #[serde(rename = "startLine")]
    line: u32,
}

#[derive(serde::Serialize)]
struct Logical {
    name: String,
}

#[derive(serde::Serialize)]
struct Marks {
    #[serde(rename = "firstbell/v1")]
    v1: String,
}

/// A name as a relative reference: all but RFC 3986's unreserved marks is encoded.
fn percent_encoded(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn names_are_encoded_where_a_uri_needs_it() {
        assert_eq!(percent_encoded("users.csv"), "users.csv");
        assert_eq!(percent_encoded("Zoë's 1:1.csv"), "Zo%C3%AB%27s%201%3A1.csv");
    }
}
