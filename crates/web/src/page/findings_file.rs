//! All places of what was found in a delivery as a CSV file, for those who will mend them.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use firstbell_sync::access::District;
use firstbell_sync::received::{Finding, FoundPlace, PlaceFilter, Received};
use firstbell_sync::words::consequence;
use futures_util::stream;

use crate::access::Scope;
use crate::console::Shared;
use crate::fault::{Fault, internal};
use crate::gate::{Place, Visitor};
use crate::words;

/// How many places are read at once.
const ROWS: usize = 2_000;

const HEADER: [&str; 12] = [
    "code",
    "severity",
    "file",
    "line",
    "column",
    "school",
    "sourcedId",
    "record",
    "value",
    "age",
    "what is wrong",
    "what to do",
];

/// How far the file is written.
#[derive(Debug, Clone, Copy)]
struct At {
    finding: usize,
    skip: u64,
}

/// The file, as it is read.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let received = console.hub.received(&place.district, number).await?.ok_or(Fault::NotFound)?;
    let findings = received.findings(&|school| place.scope.has(school))?;
    drop(received);
    let note = format!("delivery {number}");
    console.note(&visitor, Some(place.district.id), "findings.export", &note).await?;
    let name = format!("{}-delivery-{number}-findings.csv", place.district.slug);
    let first = text(|file| file.write_record(HEADER)).map_err(|_| internal("csv"))?;
    let of = Export { console, district: place.district, scope: place.scope, number, findings };
    let rest = stream::unfold((of, Some(At { finding: 0, skip: 0 })), |(of, at)| async move {
        // Where it breaks off, the browser learns that.
        let broken = |_| std::io::Error::other("the export broke off");
        match of.chunk(at?).await.map_err(broken) {
            Ok((bytes, next)) => Some((Ok(bytes), (of, next))),
            Err(error) => Some((Err(error), (of, None))),
        }
    });
    let all = stream::StreamExt::chain(stream::iter([Ok(first)]), rest);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(all)).into_response())
}

struct Export {
    console: Shared,
    district: District,
    scope: Scope,
    number: i64,
    findings: Vec<Finding>,
}

impl Export {
    /// Some rows, and where to go on; nowhere after the last.
    async fn chunk(&self, at: At) -> Result<(Vec<u8>, Option<At>), Fault> {
        let Some(one) = self.findings.get(at.finding) else { return Ok((Vec::new(), None)) };
        let received = self.console.hub.received(&self.district, self.number).await?;
        let received = received.ok_or(Fault::NotFound)?;
        let sees = |school| self.scope.has(school);
        let from = (at.skip, ROWS);
        let places = received.places(one.number, PlaceFilter::default(), &sees, from).await?;
        let next = match at.skip + ROWS as u64 {
            skip if skip < places.total => At { skip, ..at },
            _ => At { finding: at.finding + 1, skip: 0 },
        };
        let bytes = text(|file| {
            places.rows.iter().try_for_each(|place| file.write_record(row(&received, one, place)))
        });
        Ok((bytes.map_err(|_| internal("csv"))?, Some(next)))
    }
}

fn row(received: &Received<'_>, one: &Finding, place: &FoundPlace) -> [String; 12] {
    let at = one.report.examples.first();
    let age = match (received.report.compared_with, place.new) {
        (None, _) => "",
        (Some(_), true) => "new",
        (Some(_), false) => "continuing",
    };
    [
        one.report.code.clone(),
        one.report.severity.name().to_owned(),
        at.map(|at| at.file.clone()).unwrap_or_default(),
        if place.line > 0 { place.line.to_string() } else { String::new() },
        at.map(|at| at.field.clone()).unwrap_or_default(),
        harmless(received.school(place.school)),
        harmless(&place.sourced_id),
        harmless(&place.name),
        harmless(&place.value),
        age.to_owned(),
        words::sentence(&one.report.message),
        consequence::ask(&one.report),
    ]
}

/// What a spreadsheet would take for a formula stands behind an apostrophe.
fn harmless(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{value}") } else { value.to_owned() }
}

/// The bytes of some rows.
fn text(
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error>,
) -> Result<Vec<u8>, std::io::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    write(&mut file).map_err(std::io::Error::other)?;
    file.into_inner().map_err(csv::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("Ana"), "Ana");
    }
}
