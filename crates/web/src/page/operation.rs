//! One operation: who, when, why, and how much of what it changed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::{Right, Scope};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::page::operations::{OperationRow, row};
use crate::words;

/// What was changed of one kind.
struct KindRow {
    kind: String,
    counts: [String; 4],
}

#[derive(Template)]
#[template(path = "operation.html")]
struct OperationPage {
    frame: Frame,
    row: OperationRow,
    kinds: Vec<KindRow>,
    plan: Option<(i64, String)>,
    undo: Option<String>,
    /// The addresses of what it changed and of the roster afterwards, for whoever sees people.
    people: Option<(String, String)>,
    digest: String,
    hash: String,
}

/// The actions in the order of the columns.
const ACTIONS: [&str; 4] = ["create", "update", "restore", "end"];

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let one = console.hub.operation(slug, number).await?;
    let title = format!("Operation {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let undoes = place.may(&visitor, Right::Decide) == Some(Scope::All);
    let people = place.may(&visitor, Right::SeePeople).map(|_| {
        let root = format!("/districts/{slug}");
        (format!("{root}/operations/{number}/changes"), format!("{root}/roster?as_of={number}"))
    });
    page(&OperationPage {
        people,
        frame,
        row: row(&one, slug),
        kinds: kinds(&one.counts),
        plan: one.plan.map(|plan| (plan, format!("/districts/{slug}/plans/{plan}"))),
        undo: undoes.then(|| format!("/districts/{slug}/operations/{number}/undo")),
        digest: one.digest,
        hash: one.hash,
    })
}

/// The counts of `users.create` and the like, by kind.
fn kinds(counts: &BTreeMap<String, u64>) -> Vec<KindRow> {
    let mut rows: Vec<KindRow> = Vec::new();
    for (key, number) in counts {
        let Some((kind, action)) = key.split_once('.') else { continue };
        if rows.last().is_none_or(|row| row.kind != kind) {
            rows.push(KindRow { kind: kind.to_owned(), counts: Default::default() });
        }
        let place = ACTIONS.iter().position(|one| *one == action);
        let count = place.and_then(|place| rows.last_mut()?.counts.get_mut(place));
        if let Some(count) = count {
            *count = words::thousands(*number);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_in_one_row_for_each_kind() {
        let counts = [("users.create", 2000), ("classes.end", 1), ("users.end", 3)];
        let counts = counts.into_iter().map(|(key, number)| (key.to_owned(), number)).collect();
        let rows = kinds(&counts);
        let told: Vec<_> = rows.iter().map(|row| (row.kind.as_str(), row.counts.clone())).collect();
        let texts = |all: [&str; 4]| all.map(str::to_owned);
        assert_eq!(
            told,
            [("classes", texts(["", "", "", "1"])), ("users", texts(["2,000", "", "", "3"]))]
        );
    }
}
