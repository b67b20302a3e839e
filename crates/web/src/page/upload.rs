//! Taking a delivery that a browser sends, and what is done with it.

use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_sync::{Hub, HubError, RunOptions};

use crate::console::Shared;
use crate::fault::Fault;
use crate::gate::{Place, Visitor};
use crate::page::deliveries;
use crate::upload::{Unusable, Upload};
use crate::{job, words};

/// Reads it as a job: plans it, or applies it too unless a limit holds it.
pub async fn send(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    form: Multipart,
) -> Result<Response, Fault> {
    let received = Upload::receive(&console.hub, &place.district, &visitor, form).await;
    let checked = received.and_then(|upload| {
        let path = upload.path().map_err(Unusable::Sent)?;
        Ok((upload, path))
    });
    let (upload, path) = match checked {
        Ok(checked) => checked,
        Err(Unusable::Fault(fault)) => return Err(fault),
        Err(Unusable::Sent(problem)) => {
            return deliveries::told(&console, &visitor, &place, None, problem.to_owned()).await;
        }
    };
    let (slug, district) = (place.district.slug.clone(), place.district.id);
    let applies = upload.field("then") == "apply";
    let action = if applies { "delivery.sync" } else { "delivery.plan" };
    console.note(&visitor, Some(district), action, "by upload").await?;
    let context = console.context(&visitor, upload.field("reason"));
    let (again, identity) = (upload.field("again") == "yes", upload.field("identity").to_owned());
    let of = Shared::clone(&console);
    let root = format!("/districts/{slug}");
    let work = |teller: job::Teller| async move {
        let options = RunOptions {
            again,
            override_identity: Some(identity).filter(|reason| !reason.is_empty()),
            timings: false,
            settings: None,
            rekey: false,
            progress: &|what, done| teller.tell(what, done),
        };
        let hub: &Hub = &of.hub;
        let done = if applies {
            Box::pin(hub.sync(&slug, &path, &options, &context)).await
        } else {
            Box::pin(hub.plan(&slug, &path, &options, &context)).await
        };
        done.map_err(|error| {
            let told = upload.without_folder(&words::sentence(&error.to_string()));
            if let HubError::Read(_) = error { HubError::Refused(told) } else { error }
        })
    };
    let what = if applies { "The delivery is read and applied" } else { "The delivery is read" };
    let job = job::start(&console, district, what.to_owned(), work);
    Ok(Redirect::to(&format!("{root}/jobs/{job}")).into_response())
}
