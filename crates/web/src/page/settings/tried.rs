//! Settings that are not saved yet: what they change, and saving what was shown.

use askama::Template;
use axum::extract::{RawForm, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_sync::HubError;
use firstbell_sync::report::{LeftOut, ScopeReport};
use firstbell_sync::settings::{KEYS, find, inline, value};

use super::{Draft, Sent, drafted, sent, told};
use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::job::{self, End, PATIENCE};
use crate::text_diff::{self, Line};
use crate::words;

struct KeyRow {
    path: &'static str,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "settings_tried.html")]
struct TriedPage {
    frame: Frame,
    root: String,
    version: i64,
    text: String,
    keys: Vec<KeyRow>,
    lines: Vec<Line>,
    /// What it comes to on the last delivery; `None` while that is worked out.
    effect: Option<Vec<String>>,
    /// What proves that it was shown; empty where it cannot be saved.
    digest: String,
    job: i64,
}

/// What somebody is told whose settings were made from others than the newest.
const OTHERS: &str =
    "Somebody else saved settings in between; nothing was saved. These are the newest.";

/// Shows what a form would change.
pub async fn attempt(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    form: RawForm,
) -> Result<Response, Fault> {
    let (sent, slug) = (sent(&form), &place.district.slug);
    let (version, kept) = console.hub.settings(slug).await?;
    if sent.one("version") != version.to_string() {
        return others(&console, &visitor, &place, (version, &kept), sent).await;
    }
    let text = match drafted(&kept, &sent) {
        Ok(text) => text,
        Err(draft) => {
            let draft = Draft { sent: draft.text.is_none().then_some(sent), ..draft };
            return told(&console, &visitor, &place, (version, &kept), draft).await;
        }
    };
    if text == kept {
        let problem = "Nothing was changed, so there is nothing to save.".to_owned();
        return told(
            &console,
            &visitor,
            &place,
            (version, &kept),
            Draft { problem, ..Draft::default() },
        )
        .await;
    }
    let job = worked_out(&console, &visitor, &place, &text, sent.one("job").parse().ok());
    let end = console.jobs.wait(place.district.id, job, PATIENCE).await.and_then(|job| job.end);
    let shown = end.as_ref().is_some_and(|end| end.good);
    let digest = if shown { digest(&visitor, version, &text) } else { String::new() };
    page(&TriedPage {
        frame: Frame::of_district("What this changes", &visitor, &place, "/settings"),
        root: format!("/districts/{slug}"),
        version,
        keys: keys(&kept, &text),
        lines: text_diff::lines(&kept, &text),
        effect: end.map(|end| end.sentences),
        digest,
        job,
        text,
    })
}

/// What was typed stays on the page, with the newest settings beneath it.
async fn others(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    kept: (i64, &str),
    sent: Sent,
) -> Result<Response, Fault> {
    let text = sent.has("text").then(|| sent.one("text").to_owned());
    let draft = Draft { problem: OTHERS.to_owned(), text, ..Draft::default() };
    told(console, visitor, place, kept, draft).await
}

/// The job that compares these settings with the kept ones on the last delivery: one that is at it
/// already, or a new one.
fn worked_out(
    console: &Shared,
    visitor: &Visitor,
    place: &Place,
    text: &str,
    known: Option<i64>,
) -> i64 {
    let district = place.district.id;
    let what = format!("Settings {} are tried", short(text));
    let known = known
        .filter(|number| console.jobs.find(district, *number).is_some_and(|job| job.what == what));
    if let Some(known) = known {
        return known;
    }
    let (of, slug) = (Shared::clone(console), place.district.slug.clone());
    let (context, text) = (console.context(visitor, ""), text.to_owned());
    let work = |_| async move {
        let compared = Box::pin(of.hub.compare_scope(&slug, &text, &context)).await;
        let (good, sentences) = match compared {
            Ok(report) => (true, effect(&report)),
            Err(HubError::NotFound(_)) => {
                (true, vec!["No delivery is kept, so that there is none to try it on.".to_owned()])
            }
            Err(error) => (false, vec![words::sentence(&error.to_string())]),
        };
        End { good, sentences, ..End::default() }
    };
    job::start_other(console, district, what, work)
}

fn short(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(12).collect()
}

/// What only this page of this visitor could have shown.
fn digest(visitor: &Visitor, version: i64, text: &str) -> String {
    let all = format!("{}\n{version}\n{text}", visitor.form_token);
    blake3::hash(all.as_bytes()).to_hex().to_string()
}

/// The keys that have other values.
fn keys(kept: &str, text: &str) -> Vec<KeyRow> {
    let read = |text| value(&firstbell_sync::parse(text).unwrap_or_default());
    let (before, after) = (read(kept), read(text));
    let told = |settings: &Option<toml::Value>, path| {
        settings.as_ref().and_then(|it| find(it, path)).map(inline).unwrap_or_default()
    };
    let row = |path| KeyRow { path, before: told(&before, path), after: told(&after, path) };
    KEYS.iter().map(|key| row(key.path)).filter(|row| row.before != row.after).collect()
}

/// What settings come to on the last delivery, as sentences.
fn effect(report: &ScopeReport) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut tell = |all: &LeftOut, what: &str| {
        for (kind, rules) in all {
            for (rule, number) in rules {
                let rule = rule.replace('_', " ");
                let records = words::count(*number, "record", "records");
                sentences.push(format!("{records} of {} {what} ({rule}).", kind.name()));
            }
        }
    };
    tell(&report.newly_left_out, "would be left out that are taken now");
    tell(&report.newly_taken, "would be taken that are left out now");
    for (kind, number) in &report.moved {
        let records = words::count(*number, "record", "records");
        sentences.push(format!("{records} of {} would belong to another school.", kind.name()));
    }
    if sentences.is_empty() {
        return vec![format!("Delivery {} would be taken as it is now.", report.delivery)];
    }
    sentences.insert(0, format!("Of delivery {}, the last:", report.delivery));
    if !report.named.is_empty() {
        sentences.push(format!("Among what would be left out: {}.", report.named.join(", ")));
    }
    sentences
}

/// Saves what was shown, if nobody saved others in between.
pub async fn save(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    form: RawForm,
) -> Result<Response, Fault> {
    let (sent, slug) = (sent(&form), &place.district.slug);
    let (version, kept) = console.hub.settings(slug).await?;
    let text = sent.one("text").replace("\r\n", "\n");
    let made_from: i64 = sent.one("version").parse().unwrap_or(-1);
    if made_from != version {
        return others(&console, &visitor, &place, (version, &kept), sent).await;
    }
    if sent.one("digest") != digest(&visitor, version, &text) {
        let problem = "These are not the settings that were shown; nothing was saved. Look at what they change first.";
        let draft = Draft { problem: problem.to_owned(), text: Some(text), ..Draft::default() };
        return told(&console, &visitor, &place, (version, &kept), draft).await;
    }
    let context = console.context(&visitor, "");
    let saved = match console.hub.save_settings_after(slug, version, &text, &context).await {
        Ok(saved) => saved,
        Err(HubError::Superseded(_)) => {
            let (version, kept) = console.hub.settings(slug).await?;
            return others(&console, &visitor, &place, (version, &kept), sent).await;
        }
        Err(error) => return Err(error.into()),
    };
    let (district, note) = (Some(place.district.id), format!("version {saved}"));
    console.note(&visitor, district, "settings.save", &note).await?;
    Ok(Redirect::to(&format!("/districts/{slug}/settings/versions?version={saved}"))
        .into_response())
}
