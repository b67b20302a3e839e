//! How a job is, or what came of it.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::job::{AT_FIRST, Job, PATIENCE};
use crate::words;

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    frame: Frame,
    root: String,
    number: i64,
    job: Job,
    began: String,
}

/// How somebody looks.
#[derive(Debug, Deserialize)]
pub struct Look {
    /// Whether they looked before, and would rather wait than look once more.
    again: Option<String>,
}

/// The page; whoever looks again waits some seconds for the end.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
    Query(look): Query<Look>,
) -> Result<Response, Fault> {
    let patience = if look.again.is_some() { PATIENCE } else { AT_FIRST };
    let job = console.jobs.wait(place.district.id, number, patience).await;
    let job = job.ok_or(Fault::NotFound)?;
    let frame = Frame::of_district(&job.what, &visitor, &place, "/jobs");
    page(&JobPage {
        frame,
        root: format!("/districts/{}", place.district.slug),
        number,
        began: words::ago(job.began, console.now()),
        job,
    })
}

/// How often a browser hears how far a job came.
const BEAT: Duration = Duration::from_millis(700);

/// After how many beats a browser is to ask anew.
const BEATS: u32 = 400;

/// Tells a browser how far the job came, until it ended.
pub async fn events(
    State(console): State<Shared>,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let district = place.district.id;
    console.jobs.find(district, number).ok_or(Fault::NotFound)?;
    let events = stream::unfold(Some(0), move |beat| {
        let console = Shared::clone(&console);
        async move {
            let beat = beat.filter(|beat| *beat < BEATS)?;
            let wait = if beat == 0 { Duration::ZERO } else { BEAT };
            let job = console.jobs.wait(district, number, wait).await?;
            let (event, next) = match job.end {
                Some(_) => (Event::default().event("end").data("ended"), None),
                None => (Event::default().event("progress").data(job.progress), Some(beat + 1)),
            };
            Some((Ok::<_, Infallible>(event), next))
        }
    });
    let answer = Sse::new(events).keep_alive(KeepAlive::default());
    // A proxy that gathers what it passes on would hold the news back.
    Ok(([("x-accel-buffering", "no")], answer).into_response())
}
