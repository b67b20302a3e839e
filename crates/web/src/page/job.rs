//! How a job is, or what came of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::console::Shared;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::gate::{Place, Visitor};
use crate::job::{Job, PATIENCE};
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

/// The page; it waits a little for the end.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Path((_, number)): Path<(String, i64)>,
) -> Result<Response, Fault> {
    let job = console.jobs.wait(place.district.id, number, PATIENCE).await;
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
