//! The table of routes: where each page is, and what it asks of whoever wants it.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use crate::access::Asks::{self, District, Nothing, Operator, SignedIn, Upload};
use crate::access::Right::{Decide, GrantSupport, Invite, See, SeePeople};
use crate::console::{Console, Shared};
use crate::fault::Fault;
use crate::gate::gate;
use crate::page::{
    access, account, audit, changes, class, classes, deliveries, delivery, diff, districts, export,
    finding, findings, findings_file, health, home, installation, invitation, job, lines,
    operation, operations, people, person, plan, plans, record, records, roster, settings, sign_in,
    undo, upload, why,
};
use crate::{asset, headers};

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// What it asks.
    pub asks: Asks,
}

macro_rules! routes {
    ($($method:ident $path:literal $asks:expr, $handler:path;)*) => {
        /// All routes.
        pub const ROUTES: &[Route] = &[$(Route {
            method: method!($method), path: $path, asks: $asks,
        },)*];

        fn handlers(console: &Shared) -> Router<Shared> {
            let mut router = Router::new();
            $(router = router.route($path, guarded(console, $asks, $method($handler)));)*
            router
        }
    };
}

macro_rules! method {
    (get) => {
        "GET"
    };
    (post) => {
        "POST"
    };
}

routes! {
    get "/healthz" Nothing, health::alive;
    get "/readyz" Nothing, health::ready;
    get "/metrics" Nothing, health::metrics;
    get "/assets/{name}" Nothing, asset::show;
    get "/sign-in" Nothing, sign_in::show;
    post "/sign-in" Nothing, sign_in::send;
    get "/invitation/{token}" Nothing, invitation::show;
    post "/invitation/{token}" Nothing, invitation::send;
    post "/sign-out" SignedIn, sign_in::out;
    get "/" SignedIn, districts::show;
    get "/account" SignedIn, account::show;
    post "/account/sessions/{number}/end" SignedIn, account::end_session;
    get "/installation" Operator, installation::show;
    post "/installation/invite" Operator, installation::invite;
    post "/installation/accounts/{account}/close" Operator, installation::close;
    get "/installation/audit" Operator, audit::show_installation;
    get "/districts/{district}" District(See), home::show;
    get "/districts/{district}/deliveries" District(See), deliveries::show;
    post "/districts/{district}/deliveries" Upload(Decide), upload::send;
    get "/districts/{district}/deliveries/{number}" District(See), delivery::show;
    get "/districts/{district}/deliveries/{number}/records" District(SeePeople), records::show;
    get "/districts/{district}/deliveries/{number}/records/{kind}/{line}" District(SeePeople), record::show;
    get "/districts/{district}/deliveries/{number}/findings" District(See), findings::show;
    get "/districts/{district}/deliveries/{number}/findings.csv" District(SeePeople), findings_file::show;
    get "/districts/{district}/deliveries/{number}/findings/{finding}" District(SeePeople), finding::show;
    get "/districts/{district}/people" District(SeePeople), people::show;
    get "/districts/{district}/people/{id}" District(SeePeople), person::show;
    get "/districts/{district}/classes" District(SeePeople), classes::show;
    get "/districts/{district}/classes/{id}" District(SeePeople), class::show;
    get "/districts/{district}/why" District(SeePeople), why::show;
    get "/districts/{district}/operations" District(See), operations::show;
    get "/districts/{district}/operations/{number}" District(See), operation::show;
    get "/districts/{district}/operations/{number}/undo" District(Decide), undo::show;
    post "/districts/{district}/operations/{number}/undo" District(Decide), undo::send;
    get "/districts/{district}/operations/{number}/changes" District(SeePeople), changes::show;
    get "/districts/{district}/diff" District(SeePeople), diff::show;
    get "/districts/{district}/roster" District(SeePeople), roster::show;
    get "/districts/{district}/roster/export" District(Decide), export::show;
    get "/districts/{district}/plans" District(See), plans::show;
    get "/districts/{district}/plans/{number}" District(See), plan::show;
    get "/districts/{district}/plans/{number}/lines" District(SeePeople), lines::show;
    post "/districts/{district}/plans/{number}/approve" District(Decide), plan::approve;
    post "/districts/{district}/plans/{number}/drop" District(Decide), plan::drop;
    get "/districts/{district}/jobs/{number}" District(See), job::show;
    get "/districts/{district}/jobs/{number}/events" District(See), job::events;
    get "/districts/{district}/settings" District(Decide), settings::show;
    post "/districts/{district}/settings/try" District(Decide), settings::attempt;
    post "/districts/{district}/settings/save" District(Decide), settings::save;
    get "/districts/{district}/settings/versions" District(Decide), settings::show_versions;
    get "/districts/{district}/access" District(Invite), access::show;
    post "/districts/{district}/access/invite" District(Invite), access::invite;
    post "/districts/{district}/access/take" District(Invite), access::take;
    post "/districts/{district}/support" District(GrantSupport), access::grant_support;
    post "/districts/{district}/support/end" District(GrantSupport), access::end_support;
    get "/districts/{district}/audit" District(Invite), audit::show;
}

/// A route with the gate before it.
fn guarded(console: &Shared, asks: Asks, route: MethodRouter<Shared>) -> MethodRouter<Shared> {
    let route = match asks {
        // It counts what it reads by itself.
        Upload(_) => route.layer(DefaultBodyLimit::disable()),
        Nothing | SignedIn | Operator | District(_) => route,
    };
    route.layer(from_fn_with_state((Arc::clone(console), asks), gate))
}

/// Everything that the console answers.
pub fn router(console: Arc<Console>) -> Router {
    let secure = console.address.is_secure();
    let nothing = move || async move {
        use axum::response::IntoResponse;
        let mut answer = Fault::NotFound.into_response();
        headers::add(answer.headers_mut(), secure);
        answer
    };
    handlers(&console).fallback(nothing).with_state(console)
}
