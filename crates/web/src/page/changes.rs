//! What one operation changed: rows with their values before and after, a page at a time.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use firstbell_roster::model::Kind;
use firstbell_roster::plan::Action;
use firstbell_sync::pages::{ChangePage, WantedChanges};
use firstbell_sync::report::ChangeReport;
use serde::Deserialize;

use crate::access::Scope;
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::words;

/// How many changes a page has.
pub const PAGE: usize = 50;

/// Which changes, and which page of them.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    /// The kind; the first that has changes without one.
    #[serde(default)]
    pub kind: String,
    /// The action; all without one.
    #[serde(default)]
    pub action: String,
    /// Where the page before ended.
    #[serde(default)]
    pub after: String,
}

/// Something that can be chosen.
pub struct Choice {
    /// What the address has.
    pub value: &'static str,
    /// What it is called, and how many there are where that is known.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A page of changes in words.
pub struct Changes {
    /// The kinds to choose from.
    pub kinds: Vec<Choice>,
    /// The actions to choose from.
    pub actions: Vec<Choice>,
    /// The changes.
    pub rows: Vec<ChangeReport>,
    /// What is to be said of the page.
    pub sentence: String,
    /// The address of the next page.
    pub next: Option<String>,
    /// The address of the first page, where it is not this one.
    pub first: Option<String>,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    number: i64,
    root: String,
    shown: Changes,
}

/// The page.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let slug = &place.district.slug;
    let operation = console.hub.operation(slug, number).await?;
    let whole = place.scope == Scope::All;
    let counts = whole.then_some(&operation.counts);
    let kind = kind_of(&wanted, &operation.counts)?;
    console
        .note(
            &visitor,
            Some(place.district.id),
            "changes.look",
            &format!("operation {number}, {kind}"),
        )
        .await?;
    let found = found(&console, &place, (number - 1, number), kind, &wanted).await?;
    let title = format!("Changes of operation {number}");
    let frame = Frame::beneath(&title, &visitor, &place);
    let root = format!("/districts/{slug}");
    let path = format!("{root}/operations/{number}/changes?");
    let shown = shown(found, counts, kind, &wanted, &path);
    page(&ChangesPage { frame, number, root, shown })
}

/// The kind that is wanted, or the first of which there is something.
pub fn kind_of(wanted: &Wanted, counts: &BTreeMap<String, u64>) -> Result<Kind, Fault> {
    if !wanted.kind.is_empty() {
        let kind = Kind::from_name(&wanted.kind).filter(|kind| Kind::FACTS.contains(kind));
        return kind.ok_or(Fault::NotFound);
    }
    let usual = [Kind::User, Kind::Class, Kind::Enrollment];
    let all = usual.into_iter().chain(Kind::FACTS);
    Ok(all.clone().find(|kind| count(counts, *kind, "") > 0).unwrap_or(Kind::User))
}

/// How many changes of a kind and an action, or of all actions.
fn count(counts: &BTreeMap<String, u64>, kind: Kind, action: &str) -> u64 {
    let of = |key: &str| {
        let (of, done) = key.split_once('.').unwrap_or((key, ""));
        of == kind.name() && (action.is_empty() || done == action)
    };
    counts.iter().filter(|(key, _)| of(key)).map(|(_, number)| number).sum()
}

/// A page of the changes between two operations that somebody sees.
pub async fn found(
    console: &Shared,
    place: &Place,
    (from, to): (i64, i64),
    kind: Kind,
    wanted: &Wanted,
) -> Result<ChangePage, Fault> {
    let sees = |school| place.scope.has(school);
    let wanted = WantedChanges {
        kind,
        action: Action::ALL.into_iter().find(|action| action.name() == wanted.action),
        from,
        to,
        after: &wanted.after,
        limit: PAGE,
        sees: &sees,
    };
    Ok(console.hub.change_page(&place.district, &wanted).await?)
}

/// A page in words; `counts` are those of whoever sees everything, and `path` ends where its
/// questions begin.
pub fn shown(
    found: ChangePage,
    counts: Option<&BTreeMap<String, u64>>,
    kind: Kind,
    wanted: &Wanted,
    path: &str,
) -> Changes {
    let named = |name: &str, number: u64| match counts {
        Some(_) => format!("{name} ({})", words::thousands(number)),
        None => name.to_owned(),
    };
    let number = |kind, action: &str| counts.map_or(0, |counts| count(counts, kind, action));
    let kinds = Kind::FACTS
        .into_iter()
        .filter(|one| *one == kind || counts.is_none_or(|counts| count(counts, *one, "") > 0));
    let kinds = kinds.map(|one| Choice {
        value: one.name(),
        name: named(one.name(), number(one, "")),
        chosen: one == kind,
    });
    let all = Choice {
        value: "",
        name: named("all", number(kind, "")),
        chosen: wanted.action.is_empty(),
    };
    let actions = Action::ALL.into_iter().map(|action| Choice {
        value: action.name(),
        name: named(done(action), number(kind, action.name())),
        chosen: action.name() == wanted.action,
    });
    let address = |after: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("kind", kind.name());
        query.append_pair("action", &wanted.action);
        if !after.is_empty() {
            query.append_pair("after", after);
        }
        format!("{path}{}", query.finish())
    };
    Changes {
        kinds: kinds.collect(),
        actions: std::iter::once(all).chain(actions).collect(),
        sentence: sentence(&found, &wanted.after),
        next: found.next.as_deref().map(address),
        first: (!wanted.after.is_empty()).then(|| address("")),
        rows: found.changes,
    }
}

/// What was done to a row by an action.
const fn done(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Restore => "restored",
        Action::End => "ended",
    }
}

/// That a page is not full because looking further takes its time, or that there is nothing.
fn sentence(found: &ChangePage, after: &str) -> String {
    let further = found.next.is_some() && found.changes.len() < PAGE;
    match (found.changes.is_empty(), further) {
        (_, true) => format!(
            "{} were looked through for this page; there may be more further on.",
            words::count(found.looked, "row", "rows")
        ),
        (true, false) if after.is_empty() => "Nothing of this kind.".to_owned(),
        (true, false) => "That was all.".to_owned(),
        (false, false) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(all: &[(&str, u64)]) -> BTreeMap<String, u64> {
        all.iter().map(|(key, number)| ((*key).to_owned(), *number)).collect()
    }

    #[test]
    fn the_first_kind_with_changes_is_shown() {
        let counts = counts(&[("roles.create", 2), ("classes.end", 1), ("classes.update", 3)]);
        assert_eq!(kind_of(&Wanted::default(), &counts).unwrap(), Kind::Class);
        assert_eq!(count(&counts, Kind::Class, ""), 4);
        assert_eq!(count(&counts, Kind::Class, "end"), 1);
        let wanted = |kind: &str| Wanted { kind: kind.to_owned(), ..Wanted::default() };
        assert_eq!(kind_of(&wanted("users"), &counts).unwrap(), Kind::User);
        assert!(kind_of(&wanted("results"), &counts).is_err());
        assert!(kind_of(&wanted("x"), &counts).is_err());
    }

    #[test]
    fn whoever_sees_some_schools_is_told_no_numbers_of_others() {
        let counts = counts(&[("users.create", 2000)]);
        let names = |counts| {
            let page = shown(ChangePage::default(), counts, Kind::User, &Wanted::default(), "x?");
            page.kinds.into_iter().map(|kind| kind.name).collect::<Vec<_>>()
        };
        assert_eq!(names(Some(&counts)), ["users (2,000)"]);
        assert_eq!(names(None).len(), Kind::FACTS.len());
        assert!(names(None).contains(&"users".to_owned()));
    }
}
