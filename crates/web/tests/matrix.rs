//! Who may have what: every route for every role in every district.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test fails where something is wrong"
)]

mod support;

use axum::http::StatusCode;
use firstbell_sync::access::{Assignment, Profile, Role};
use firstbell_web::ROUTES;
use support::{Browser, Site, in_district, site};

/// Who may have a route, as people would say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    Everybody,
    SignedIn,
    Operators,
    /// Whoever has a role in the district, and operators.
    Lookers,
    /// The same, but for a vendor's operators whom no district lets in.
    People,
    /// Whoever answers for the district, and operators of a district's own installation.
    Deciders,
    /// The same.
    Inviters,
    /// The same.
    Granters,
}

/// Says that a form is sent with files, though there are none.
const UPLOAD: &str = "multipart";

/// What a route answers to whoever may have it; a form is sent that changes nothing.
const ANSWERS: &[(&str, &str, May, &str, u16)] = &[
    ("GET", "/healthz", May::Everybody, "", 200),
    ("GET", "/readyz", May::Everybody, "", 200),
    ("GET", "/metrics", May::Everybody, "", 200),
    ("GET", "/assets/{name}", May::Everybody, "", 404),
    ("GET", "/sign-in", May::Everybody, "", 200),
    ("POST", "/sign-in", May::Everybody, "login={login}&password=wrong", 403),
    ("GET", "/invitation/{token}", May::Everybody, "", 404),
    ("POST", "/invitation/{token}", May::Everybody, "password=a&again=a", 404),
    ("POST", "/sign-out", May::SignedIn, "", 303),
    ("GET", "/", May::SignedIn, "", 200),
    ("GET", "/account", May::SignedIn, "", 200),
    ("POST", "/account/sessions/{number}/end", May::SignedIn, "", 404),
    ("GET", "/installation", May::Operators, "", 200),
    ("POST", "/installation/invite", May::Operators, "login=&name=", 200),
    ("POST", "/installation/accounts/{account}/close", May::Operators, "", 404),
    ("GET", "/installation/audit", May::Operators, "", 200),
    ("GET", "/districts/{district}", May::Lookers, "", 200),
    ("GET", "/districts/{district}/deliveries", May::Lookers, "", 200),
    ("POST", "/districts/{district}/deliveries", May::Deciders, UPLOAD, 200),
    ("GET", "/districts/{district}/deliveries/{number}", May::Lookers, "", 200),
    ("GET", "/districts/{district}/deliveries/{number}/records", May::People, "", 200),
    (
        "GET",
        "/districts/{district}/deliveries/{number}/records/{kind}/{line}",
        May::People,
        "",
        200,
    ),
    ("GET", "/districts/{district}/deliveries/{number}/findings", May::Lookers, "", 200),
    ("GET", "/districts/{district}/deliveries/{number}/findings.csv", May::People, "", 200),
    ("GET", "/districts/{district}/deliveries/{number}/findings/{finding}", May::People, "", 404),
    ("GET", "/districts/{district}/people", May::People, "", 200),
    ("GET", "/districts/{district}/people/{id}", May::People, "", 404),
    ("GET", "/districts/{district}/classes", May::People, "", 200),
    ("GET", "/districts/{district}/classes/{id}", May::People, "", 404),
    ("GET", "/districts/{district}/why", May::People, "", 200),
    ("GET", "/districts/{district}/operations", May::Lookers, "", 200),
    ("GET", "/districts/{district}/operations/{number}", May::Lookers, "", 200),
    ("GET", "/districts/{district}/operations/{number}/undo", May::Deciders, "", 200),
    (
        "POST",
        "/districts/{district}/operations/{number}/undo",
        May::Deciders,
        "base=1&reason=",
        200,
    ),
    ("GET", "/districts/{district}/operations/{number}/changes", May::People, "", 200),
    ("GET", "/districts/{district}/diff", May::People, "", 200),
    ("GET", "/districts/{district}/roster", May::People, "", 200),
    ("GET", "/districts/{district}/roster/export", May::Deciders, "", 200),
    ("GET", "/districts/{district}/plans", May::Lookers, "", 200),
    ("GET", "/districts/{district}/plans/{number}", May::Lookers, "", 200),
    ("GET", "/districts/{district}/plans/{number}/lines", May::People, "", 200),
    ("POST", "/districts/{district}/plans/{number}/approve", May::Deciders, "digest=&reason=", 200),
    ("POST", "/districts/{district}/plans/{number}/drop", May::Deciders, "digest=&reason=", 200),
    ("GET", "/districts/{district}/jobs/{number}", May::Lookers, "", 404),
    ("GET", "/districts/{district}/jobs/{number}/events", May::Lookers, "", 404),
    ("GET", "/districts/{district}/settings", May::Deciders, "", 200),
    ("POST", "/districts/{district}/settings/try", May::Deciders, "version=0&text=", 200),
    ("POST", "/districts/{district}/settings/save", May::Deciders, "version=0&text=", 200),
    ("GET", "/districts/{district}/settings/versions", May::Deciders, "", 200),
    ("GET", "/districts/{district}/access", May::Inviters, "", 200),
    ("POST", "/districts/{district}/access/invite", May::Inviters, "login=&name=&role=viewer", 200),
    ("POST", "/districts/{district}/access/take", May::Inviters, "account=999", 404),
    ("POST", "/districts/{district}/support", May::Granters, "days=0&reason=", 200),
    ("POST", "/districts/{district}/support/end", May::Granters, "", 303),
    ("GET", "/districts/{district}/audit", May::Inviters, "", 200),
];

/// The people of the matrix.
const PEOPLE: [&str; 7] = [
    "nobody",
    "operator",
    "administrator of oak",
    "school administrator in oak",
    "viewer of oak",
    "administrator of elm",
    "nobody in particular",
];

/// What somebody is told instead of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// The page.
    Page,
    /// To sign in first.
    SignIn,
    /// That there is no such page.
    NotFound,
    /// That it is not for them.
    Forbidden,
}

/// What a person of the matrix is told of a route in a district, spelled out.
#[expect(clippy::match_same_arms, reason = "each line says one thing")]
fn expected(profile: Profile, person: &str, may: May, district: &str) -> Told {
    let own = match person {
        "administrator of oak" | "school administrator in oak" | "viewer of oak" => "oak",
        "administrator of elm" => "elm",
        _ => "",
    };
    match (may, person) {
        (May::Everybody, _) => Told::Page,
        (_, "nobody") => Told::SignIn,
        (May::SignedIn, _) => Told::Page,
        (May::Operators, "operator") => Told::Page,
        (May::Operators, _) => Told::NotFound,
        _ if district == "ash" => Told::NotFound,
        (May::Lookers, "operator") => Told::Page,
        (_, "operator") if profile == Profile::District => Told::Page,
        // Both districts have administrators of their own, who have signed in.
        (_, "operator") => Told::Forbidden,
        _ if own != district => Told::NotFound,
        (May::Lookers | May::People, _) => Told::Page,
        (_, "administrator of oak" | "administrator of elm") => Told::Page,
        _ => Told::Forbidden,
    }
}

async fn people(site: &Site) -> Vec<(&'static str, Browser, String)> {
    let schools = Assignment {
        district: Some(site.oak.id),
        school: Some(site.north),
        role: Role::SchoolAdministrator,
    };
    let all = in_district(&site.oak, Role::DistrictAdministrator);
    let roles: [&[Assignment]; 5] = [
        &[all],
        &[schools],
        &[in_district(&site.oak, Role::Viewer)],
        &[in_district(&site.elm, Role::DistrictAdministrator)],
        &[],
    ];
    let operator = site.accept(&site.link).await;
    let token = site.form_token(&operator).await;
    let mut people =
        vec![("nobody", Browser::default(), String::new()), ("operator", operator, token)];
    for (number, (name, roles)) in PEOPLE[2..].iter().zip(roles).enumerate() {
        let browser = site.signed_in(&format!("person{number}"), roles).await;
        let token = site.form_token(&browser).await;
        people.push((name, browser, token));
    }
    people
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_for_those_it_is_for() {
    for profile in [Profile::District, Profile::Vendor] {
        let site = site(profile).await;
        let people = people(&site).await;
        // Whoever signs out is out.
        let mut routes = ROUTES.to_vec();
        routes.sort_by_key(|route| route.path == "/sign-out");
        for route in routes {
            let known = ANSWERS.iter().find(|one| (one.0, one.1) == (route.method, route.path));
            let Some(answer) = known else {
                panic!("nobody said who may have {} {}", route.method, route.path);
            };
            for person in &people {
                for district in ["oak", "elm", "ash"] {
                    ask(&site, profile, person, answer, district).await;
                    if route.path == "/sign-out" {
                        break;
                    }
                }
            }
        }
        assert_eq!(ANSWERS.len(), ROUTES.len(), "a route of the matrix is gone");
    }
}

/// Asks for a route as a person, in a district.
async fn ask(
    site: &Site,
    profile: Profile,
    (person, browser, token): &(&'static str, Browser, String),
    (method, path, may, form, status): &(&str, &str, May, &str, u16),
    district: &str,
) {
    let place = format!("{profile}: {person}, {method} {path}, {district}");
    let told = expected(profile, person, *may, district);
    let path = path
        .replace("/sessions/{number}", "/sessions/999")
        .replace("{district}", district)
        .replace("{number}", "1")
        .replace("{kind}/{line}", "users/2")
        .replace("{finding}", "999")
        .replace("{account}", "999")
        .replace("{id}", "999")
        .replace("{token}", "nonsense")
        .replace("{name}", "nonsense");
    // Tries of one login are limited.
    let form = &form.replace("{login}", &format!("{person} {district}").replace(' ', "+"));
    let sent = match form.as_str() {
        UPLOAD => support::multipart(&[("form_token", token)], &[]),
        form => format!("{form}&form_token={token}"),
    };
    let answer = match *method {
        "POST" => site.post(browser, &path, &sent).await,
        _ => site.get(browser, &path).await,
    };
    // Whoever has one district alone goes on to that.
    let goes_on = path == "/" && answer.location().starts_with("/districts/");
    check(told, &answer, if goes_on { 303 } else { *status }, &place);
    assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{place}");
    assert!(answer.headers.contains_key("content-security-policy"), "{place}");
    if told == Told::Page && *method == "POST" && *may != May::Everybody {
        // Without the token, or from another site, nothing is done.
        let own = [("sec-fetch-site", "same-origin")];
        let bare = match form.as_str() {
            UPLOAD => support::multipart(&[("then", "plan")], &[]),
            form => form.to_owned(),
        };
        let bare = site.send(browser, "POST", &path, &own, bare).await;
        let other = [("sec-fetch-site", "cross-site")];
        let foreign = site.send(browser, "POST", &path, &other, sent).await;
        if path != "/sign-out" {
            assert_eq!(bare.status, StatusCode::FORBIDDEN, "{place}");
            assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{place}");
        }
    }
}

fn check(told: Told, answer: &support::Answer, status: u16, place: &str) {
    match told {
        Told::Page => {
            assert_eq!(answer.status.as_u16(), status, "{place}: {}", answer.text);
            assert!(!answer.location().starts_with("/sign-in?"), "{place}");
        }
        Told::SignIn => {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{place}");
            assert!(answer.location().starts_with("/sign-in"), "{place}");
        }
        Told::NotFound => assert_eq!(answer.status, StatusCode::NOT_FOUND, "{place}"),
        Told::Forbidden => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{place}"),
    }
}
