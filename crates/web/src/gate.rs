//! What stands before every page: who asks, whether they may, and whether they meant it.

mod visitor;

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Path, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use firstbell_roster::model::DistrictId;
use firstbell_sync::access::{District, Role};

use crate::access::{Asks, Decision, Openness, Right, Scope};
use crate::console::{Shared, client};
use crate::fault::Fault;
use crate::token::same;
use crate::{headers, metrics};
pub use visitor::{Visitor, cookie, no_cookie};

/// The longest form, in bytes.
const LONGEST_FORM: usize = 1 << 20;

/// What is asked by other programs, which know the machine and not the name of the console.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Where a form carries its token.
pub const FORM_TOKEN: &str = "form_token";

/// A district as somebody may see it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The district.
    pub district: District,
    /// The part of it that the route's right holds for.
    pub scope: Scope,
    open: Openness,
}

impl Place {
    /// For which part somebody who came here has a right; `None` where they have not.
    pub fn may(&self, visitor: &Visitor, right: Right) -> Option<Scope> {
        match visitor.roles.decide(self.district.id, right, self.open) {
            Decision::Allowed(scope) => Some(scope),
            Decision::Forbidden | Decision::Unknown => None,
        }
    }
}

/// Where a request came from, as far as that is known.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub Option<IpAddr>);

/// Lets a request through to a page, or answers in its place.
pub async fn gate(
    State((console, asks)): State<(Shared, Asks)>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let answer = let_in(&console, asks, request, next).await;
    let mut answer = answer.unwrap_or_else(Fault::into_response);
    headers::add(answer.headers_mut(), console.address.is_secure());
    let route = route.unwrap_or_default();
    metrics::count(&route, method.as_str(), answer.status().as_u16(), began.elapsed());
    answer
}

async fn let_in(
    console: &Shared,
    asks: Asks,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_probe = route.is_some_and(|route| PROBES.contains(&route));
    if !is_probe && !is_our_host(request.headers(), console) {
        return Err(Fault::Misdirected);
    }
    let (mut parts, body) = request.into_parts();
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    parts.extensions.insert(Client(client(peer, forwarded)));
    let visitor = visitor::of(console, &parts.headers).await?;
    if asks != Asks::Nothing && visitor.is_none() {
        return Ok(sign_in_first(&parts));
    }
    let body = if parts.method == Method::GET || parts.method == Method::HEAD {
        body
    } else if let Asks::Upload(_) = asks {
        if !is_from_here(&parts.headers) {
            return Err(Fault::NotMeant);
        }
        body
    } else {
        // What asks nothing is sent by whoever is not signed in, and does nothing for who is.
        let signed_in = visitor.as_ref().filter(|_| asks != Asks::Nothing);
        Body::from(meant(&parts, body, signed_in).await?)
    };
    if let Some(visitor) = visitor {
        may(console, asks, &visitor, &mut parts).await?;
        parts.extensions.insert(visitor);
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Whether a browser was told to come here by a name of ours: another site may have a name that
/// leads to this machine too.
fn is_our_host(headers: &HeaderMap, console: &Shared) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let ours = console.address.host();
    if host.eq_ignore_ascii_case(ours) {
        return true;
    }
    let near = ["127.0.0.1", "localhost", "[::1]"];
    let port = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
    let is_near = |host: &str| {
        near.iter().any(|name| {
            host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    };
    is_near(host) && is_near(ours) && port(host) == port(ours)
}

/// Whoever is not signed in is asked to; what they wanted to see is shown afterwards.
fn sign_in_first(parts: &request::Parts) -> Response {
    let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    let then = if parts.method == Method::GET && wanted != "/" {
        let query: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("then", wanted).finish();
        format!("/sign-in?{query}")
    } else {
        "/sign-in".to_owned()
    };
    Redirect::to(&then).into_response()
}

/// The body of a form, if it was sent from a page of this console to whoever is signed in.
async fn meant(
    parts: &request::Parts,
    body: Body,
    visitor: Option<&Visitor>,
) -> Result<Bytes, Fault> {
    if !is_from_here(&parts.headers) {
        return Err(Fault::NotMeant);
    }
    let body = to_bytes(body, LONGEST_FORM).await.map_err(|_| Fault::TooLong)?;
    if let Some(visitor) = visitor {
        let mut pairs = form_urlencoded::parse(&body);
        let sent = pairs.find(|(name, _)| name == FORM_TOKEN).map(|(_, value)| value);
        if !sent.is_some_and(|sent| same(&sent, &visitor.form_token)) {
            return Err(Fault::NotMeant);
        }
    }
    Ok(body)
}

/// Whether a browser says that a page of this very site sent the request; old ones say nothing.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(HOST.as_str())
}

/// Whether somebody may have what the route asks for; notes which part of which district that is.
async fn may(
    console: &Shared,
    asks: Asks,
    visitor: &Visitor,
    parts: &mut request::Parts,
) -> Result<(), Fault> {
    match asks {
        Asks::Nothing | Asks::SignedIn => Ok(()),
        Asks::Operator if visitor.roles.is_operator() => Ok(()),
        // That there is such a page is no secret, but whoever is no operator has nothing there.
        Asks::Operator => Err(Fault::NotFound),
        Asks::District(right) | Asks::Upload(right) => {
            let place = place(console, right, visitor, parts).await?;
            parts.extensions.insert(place);
            Ok(())
        }
    }
}

async fn place(
    console: &Shared,
    right: Right,
    visitor: &Visitor,
    parts: &mut request::Parts,
) -> Result<Place, Fault> {
    let named = Path::<Vec<(String, String)>>::from_request_parts(parts, &()).await;
    let named = named.map_err(|_| Fault::NotFound)?.0;
    let slug = named.into_iter().find(|(name, _)| name == "district").map(|(_, slug)| slug);
    let slug = slug.ok_or(Fault::NotFound)?;
    let district = console.hub.find_district(&slug).await?.ok_or(Fault::NotFound)?;
    // Whoever does not know the district gets the same answer as for one that is not there.
    if !visitor.roles.know(district.id) {
        return Err(Fault::NotFound);
    }
    let open = open(console, district.id).await?;
    match visitor.roles.decide(district.id, right, open) {
        Decision::Allowed(scope) => Ok(Place { district, scope, open }),
        Decision::Forbidden => Err(Fault::Forbidden(right)),
        Decision::Unknown => Err(Fault::NotFound),
    }
}

/// What a district says of those who run the installation for it.
async fn open(console: &Shared, district: DistrictId) -> Result<Openness, Fault> {
    let (access, now) = (&console.access, console.now());
    let grants = access.support_grants(district).await?;
    let mut led = false;
    for (account, assignment) in access.assigned(Some(district)).await? {
        if assignment.role == Role::DistrictAdministrator && !led {
            let account = access.account(account).await?;
            led = account.is_some_and(|one| one.password.is_some() && one.closed_at.is_none());
        }
    }
    let support = grants.iter().any(|grant| grant.from <= now && now < grant.until);
    Ok(Openness { support, led })
}

/// Takes what the gate noted for a page.
macro_rules! noted {
    ($($noted:ty),*) => {
        $(impl<S: Sync> FromRequestParts<S> for $noted {
            type Rejection = StatusCode;

            async fn from_request_parts(
                parts: &mut request::Parts,
                _: &S,
            ) -> Result<Self, Self::Rejection> {
                parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        })*
    };
}

noted!(Visitor, Place, Client);

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_form_of_another_site_is_told_from_one_of_ours() {
        let from_here = |all: &[(&'static str, &'static str)]| is_from_here(&headers(all));
        assert!(from_here(&[("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!from_here(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(from_here(&[("host", "a.example"), ("origin", "https://a.example")]));
        assert!(!from_here(&[("host", "a.example"), ("origin", "https://b.example")]));
        assert!(!from_here(&[("host", "a.example"), ("origin", "null")]));
        assert!(from_here(&[("host", "a.example")]), "an old browser; the token tells");
    }
}
