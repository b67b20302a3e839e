//! Signing in, and what keeps others out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use firstbell_roster::model::DateTime;
use firstbell_sync::access::{Profile, Role};
use support::{Browser, URL, in_district, now, site, site_with_clock};

const WORDS: &str = "first+bell+at+eight";

#[tokio::test(flavor = "multi_thread")]
async fn the_first_operator_comes_by_a_link_that_works_once() {
    let site = site(Profile::District).await;
    let path = site.link.strip_prefix(URL).unwrap().to_owned();
    let nobody = Browser::default();
    let form = site.get(&nobody, &path).await;
    assert!(form.text.contains("operator") && form.status == StatusCode::OK);
    for (sent, told) in [
        ("password=short&again=short", "15 characters or more"),
        ("password=first+bell+at+eight&again=first+bell+at+nine", "not the same"),
    ] {
        let answer = site.post(&nobody, &path, sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    let operator = site.accept(&site.link).await;
    let first = site.get(&operator, "/").await;
    assert!(first.text.contains("oak district") && first.text.contains("elm district"));
    assert_eq!(site.get(&nobody, &path).await.status, StatusCode::NOT_FOUND);
    let again = site.post(&nobody, &path, &format!("password={WORDS}&again={WORDS}")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_goes_on_to_what_they_wanted_and_signs_out_again() {
    let site = site(Profile::District).await;
    site.signed_in("ana", &[in_district(&site.oak, Role::Viewer)]).await;
    let nobody = Browser::default();
    let wanted = site.get(&nobody, "/districts/oak/operations?before=9").await;
    assert_eq!(wanted.location(), "/sign-in?then=%2Fdistricts%2Foak%2Foperations%3Fbefore%3D9");
    let form = site.get(&nobody, wanted.location()).await;
    assert!(form.text.contains("value=\"/districts/oak/operations?before=9\""), "{}", form.text);
    let send = async |login: &str, password: &str, then: &str| {
        let sent = format!("login={login}&password={password}&then={then}");
        site.post(&nobody, "/sign-in", &sent).await
    };
    for (login, password) in [("ana", "wrong+wrong+wrong"), ("ben", WORDS), ("", "")] {
        let answer = send(login, password, "/").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{login}");
        assert!(
            answer.text.contains("do not go together") && !answer.text.contains(password)
                || password.is_empty()
        );
    }
    assert_eq!(send("ana", WORDS, "//evil.example").await.location(), "/");
    // Logins are compared folded.
    let answer = send("ANA", WORDS, "/districts/oak/operations").await;
    assert_eq!(answer.location(), "/districts/oak/operations");
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let ana = support::browser(&answer);
    assert_eq!(site.get(&ana, "/").await.location(), "/districts/oak", "their one district");
    let token = site.form_token(&ana).await;
    let out = site.post(&ana, "/sign-out", &format!("form_token={token}")).await;
    assert_eq!(out.location(), "/sign-in");
    assert_eq!(site.get(&ana, "/account").await.location(), "/sign-in?then=%2Faccount");
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_are_limited_and_noted_without_what_was_tried() {
    let site = site(Profile::District).await;
    let nobody = Browser::default();
    let sent = "login=ana@oak.example&password=wrong+wrong+wrong";
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(site.post(&nobody, "/sign-in", sent).await.status.as_u16());
    }
    assert_eq!(statuses[..10], [403; 10]);
    assert_eq!(statuses[10..], [429, 429]);
    let log = site.access.audit_log(None, None, 100).await.unwrap();
    let told: Vec<_> = log.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(told[..3], ["sign_in.limit", "sign_in.limit", "sign_in.fail"]);
    assert!(log.iter().all(|one| one.note.is_empty() && one.account.is_none()));
}

static LATER: AtomicI64 = AtomicI64::new(0);

fn clock() -> DateTime {
    DateTime(now().0 + LATER.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_and_is_ended_from_elsewhere() {
    const MINUTE: i64 = 60_000_000;
    let site = site_with_clock(Profile::District, clock).await;
    let ana = site.signed_in("ana", &[in_district(&site.oak, Role::Viewer)]).await;
    let sent = format!("login=ana&password={WORDS}");
    let there = support::browser(&site.post(&Browser::default(), "/sign-in", &sent).await);
    let account = site.access.find_account("ana").await.unwrap().unwrap().id;
    let number = site.access.sessions(account).await.unwrap()[0].number;
    let ok = async |browser: &Browser| site.get(browser, "/account").await.status == StatusCode::OK;
    let token = site.form_token(&ana).await;
    let end = format!("/account/sessions/{number}/end");
    let form = format!("form_token={token}");
    assert_eq!(site.post(&ana, &end, &form).await.location(), "/account");
    assert!(ok(&ana).await && !ok(&there).await);
    // Nobody ends the session of somebody else.
    let ben = site.signed_in("ben", &[]).await;
    let own = site.access.sessions(account).await.unwrap()[0].number;
    let token = site.form_token(&ben).await;
    let foreign = format!("/account/sessions/{own}/end");
    let answer = site.post(&ben, &foreign, &format!("form_token={token}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for (after, goes_on) in [(50, true), (100, true), (161, false)] {
        LATER.store(after * MINUTE, Ordering::SeqCst);
        assert_eq!(ok(&ana).await, goes_on, "after {after} minutes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_of_this_machine_is_not_this_console() {
    let site = site(Profile::District).await;
    let ask_for = async |path: &str, host: &str| {
        let headers = [("host", host)];
        let nobody = Browser::default();
        site.send(&nobody, "GET", path, &headers, String::new()).await.status.as_u16()
    };
    let ask = async |host: &str| ask_for("/sign-in", host).await;
    // Who watches the process knows the machine, and not the name.
    for probe in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(ask_for(probe, "10.0.0.7:8045").await, 200, "{probe}");
    }
    for own in ["127.0.0.1:8045", "localhost:8045", "[::1]:8045"] {
        assert_eq!(ask(own).await, 200, "{own}");
    }
    for other in ["evil.example", "127.0.0.1:9000", "127.0.0.1.evil.example:8045", "localhost"] {
        assert_eq!(ask(other).await, 421, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lets_nobody_in_elsewhere() {
    let site = site(Profile::District).await;
    let oak = site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await;
    site.signed_in("eve", &[in_district(&site.elm, Role::DistrictAdministrator)]).await;
    let token = site.form_token(&oak).await;
    let invite = async |login: &str, role: &str, school: &str| {
        let form =
            format!("login={login}&name=Somebody&role={role}&school={school}&form_token={token}");
        site.post(&oak, "/districts/oak/access/invite", &form).await.text
    };
    // Whoever answers for another district gets a role, and nobody a link to their account.
    let text = invite("eve", "viewer", "").await;
    assert!(text.contains("There was an account with this login already"), "{text}");
    assert!(!text.contains("/invitation/"), "{text}");
    assert!(!invite("operator", "viewer", "").await.contains("/invitation/"));
    // Somebody new gets a link, and so does one of this district's own who forgot the password.
    for _ in 0..2 {
        let text = invite("ben", "school_administrator", &site.north.to_string()).await;
        let link = text.split_once(&format!("{URL}/invitation/")).unwrap().1;
        let link = format!("{URL}/invitation/{}", link.split_once('<').unwrap().0);
        let ben = site.accept(&link).await;
        let home = site.get(&ben, "/districts/oak").await.text;
        assert!(home.contains("North") && !home.contains("South"), "{home}");
    }
    for (role, school, told) in [
        ("school_administrator", "", "Choose the school"),
        ("operator", "", "Choose one of the roles"),
        ("district_administrator", "1", "Choose one of the roles"),
        ("viewer", "999", "Choose one of the roles"),
    ] {
        let text = invite("cy", role, school).await;
        assert!(text.contains(told) && !text.contains("/invitation/"), "{role}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_s_support_is_let_in_for_a_time() {
    let site = site(Profile::Vendor).await;
    let operator = site.accept(&site.link).await;
    let invite = async |browser: &Browser| site.get(browser, "/districts/oak/access").await.status;
    // Nobody answers for the district yet, so that support can invite who is to.
    assert_eq!(invite(&operator).await, StatusCode::OK);
    let ana = site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await;
    assert_eq!(invite(&operator).await, StatusCode::FORBIDDEN);
    let token = site.form_token(&ana).await;
    let form = format!("days=3&reason=case+7&form_token={token}");
    let granted = site.post(&ana, "/districts/oak/support", &form).await;
    assert_eq!(granted.location(), "/districts/oak/access");
    let page = site.get(&ana, "/districts/oak/access").await.text;
    assert!(page.contains("case 7") && page.contains("Let support in no more"), "{page}");
    let form = format!("form_token={token}");
    site.post(&ana, "/districts/oak/support/end", &form).await;
    let grants = site.access.support_grants(site.oak.id).await.unwrap();
    assert!(grants.iter().all(|grant| grant.until <= now()));
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    let told: Vec<_> = log.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(told, ["support.end", "support.grant"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_operator_gets_an_account_of_their_own() {
    let folder = tempfile::TempDir::new().unwrap();
    let hub = firstbell_sync::Hub::init(folder.path(), None, None).await.unwrap();
    let address = firstbell_web::Address { url: URL.to_owned() };
    let access = hub.access();
    let first = firstbell_web::first_link(&hub, &address, now()).await.unwrap();
    assert!(first.is_some_and(|link| link.starts_with(URL)));
    // As long as nobody used it, the same account gets another link.
    firstbell_web::first_link(&hub, &address, now()).await.unwrap().unwrap();
    assert_eq!(access.accounts().await.unwrap().len(), 1);
    let operator = access.find_account("operator").await.unwrap().unwrap();
    access.set_password(operator.id, "kept").await.unwrap();
    assert_eq!(firstbell_web::first_link(&hub, &address, now()).await.unwrap(), None);
    firstbell_web::further_link(&hub, &address, now()).await.unwrap();
    let logins: Vec<_> =
        access.accounts().await.unwrap().into_iter().map(|one| one.login).collect();
    assert_eq!(logins, ["operator", "operator-2"]);
    assert_eq!(access.assigned(None).await.unwrap().len(), 2);
}
