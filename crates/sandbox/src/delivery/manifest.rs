//! `manifest.csv`.

use std::fs;
use std::path::Path;

use crate::error::{Error, at};
use crate::kind::Kind;
use crate::profile::Format;

/// The name of the file.
pub(super) const FILE: &str = "manifest.csv";

const FILES_1P1: [&str; 13] = [
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItems",
    "orgs",
    "resources",
    "results",
    "users",
];
const MORE_1P2: [&str; 8] = [
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "roles",
    "scoreScales",
    "userProfiles",
    "userResources",
];

/// Writes the manifest: the given kinds are complete, all other files absent.
pub(super) fn write(
    folder: &Path,
    format: Format,
    kinds: &[Kind],
    line_end: &str,
) -> Result<(), Error> {
    let (version, more) = match format {
        Format::V1p1 => ("1.1", &[][..]),
        Format::V1p2 => ("1.2", &MORE_1P2[..]),
    };
    let mut lines = vec![
        "propertyName,value".to_owned(),
        "manifest.version,1.0".to_owned(),
        format!("oneroster.version,{version}"),
    ];
    for file in FILES_1P1.iter().chain(more) {
        let present = kinds.iter().any(|kind| kind.name() == *file);
        lines.push(format!("file.{file},{}", if present { "bulk" } else { "absent" }));
    }
    lines.push("source.systemName,Invented Student Records".to_owned());
    lines.push("source.systemCode,ISR".to_owned());
    let path = folder.join(FILE);
    let text = lines.into_iter().map(|line| line + line_end).collect::<String>();
    fs::write(&path, text).map_err(at(&path))
}
