//! Settings as a form: tried on the last delivery first, and saved as they were shown.

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
use firstbell_sync::access::{Profile, Role};
use support::{Browser, Site, in_district, site};

const PAGE: &str = "/districts/oak/settings";

/// What a page keeps in its form under a name.
fn kept(page: &str, name: &str) -> String {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// The text that a page would save.
fn text(page: &str) -> String {
    let rest = page.split_once("<textarea name=\"text\" hidden>\n").unwrap().1;
    rest.split_once("</textarea>").unwrap().0.replace("&#34;", "\"").replace("&#39;", "'")
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(String::new(), |form, (name, value)| {
        let value: String = value
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        format!("{form}&{name}={value}")
    })
}

async fn administrator(site: &Site, login: &str) -> (Browser, String) {
    let ana = site.signed_in(login, &[in_district(&site.oak, Role::DistrictAdministrator)]).await;
    let token = site.form_token(&ana).await;
    (ana, token)
}

async fn attempt(site: &Site, ana: &(Browser, String), pairs: &[(&str, &str)]) -> String {
    let form = format!("form_token={}{}", ana.1, encoded(pairs));
    site.post(&ana.0, &format!("{PAGE}/try"), &form).await.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_is_left_out_once_somebody_saw_what_that_does() {
    let site = site(Profile::District).await;
    let ana = administrator(&site, "ana").await;
    let page = site.get(&ana.0, PAGE).await.text;
    assert!(page.contains("Nobody has saved settings yet"), "{page}");
    assert!(page.contains("name=\"scope.schools.except\" value=\"oaks\""), "{page}");
    let change = [("version", "0"), ("scope.schools.except", "oaks"), ("time_zone", "UTC")];
    let tried = attempt(&site, &ana, &change).await;
    assert!(
        tried.contains("<code>scope.schools</code>") && !tried.contains("time_zone"),
        "{tried}"
    );
    assert!(
        tried.contains("4 records of users would be left out that are taken now (schools)."),
        "{tried}"
    );
    let (digest, shown) = (kept(&tried, "digest"), text(&tried));
    assert!(shown.contains("schools = { except = [\"oaks\"] }"), "{shown}");
    let save = async |text: &str, digest: &str, version: &str| {
        let pairs = [("version", version), ("digest", digest), ("text", text)];
        let form = format!("form_token={}{}", ana.1, encoded(&pairs));
        site.post(&ana.0, &format!("{PAGE}/save"), &form).await
    };
    let other = save("demographics = true\n", &digest, "0").await.text;
    assert!(other.contains("not the settings that were shown"), "{other}");
    let saved = save(&shown, &digest, "0").await;
    assert_eq!(saved.location(), format!("{PAGE}/versions?version=1"), "{}", saved.text);
    let versions = site.get(&ana.0, saved.location()).await.text;
    assert!(versions.contains("What version 1 changed") && versions.contains("<td>ana</td>"));
    assert!(versions.contains("schools = { except"), "{versions}");
    let again = save(&shown, &digest, "0").await.text;
    assert!(again.contains("Somebody else saved settings in between"), "{again}");
    let page = site.get(&ana.0, PAGE).await.text;
    let left = "value=\"oaks\" aria-label=\"South left out\" checked";
    assert!(page.contains("Version 1.") && page.contains(left), "{page}");
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    assert_eq!((log[0].action.as_str(), log[0].note.as_str()), ("settings.save", "version 1"));
    let missing = site.get(&ana.0, &format!("{PAGE}/versions?version=9")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_save_the_second_is_told() {
    let site = site(Profile::District).await;
    let (ana, ben) = (administrator(&site, "ana").await, administrator(&site, "ben").await);
    let mut answers = Vec::new();
    for (who, zone) in [(&ana, "America/Chicago"), (&ben, "America/Denver")] {
        let tried = attempt(&site, who, &[("version", "0"), ("time_zone", zone)]).await;
        assert!(tried.contains("would be taken as it is now"), "{tried}");
        let (digest, shown) = (kept(&tried, "digest"), text(&tried));
        answers.push([("version", "0".to_owned()), ("digest", digest), ("text", shown)]);
    }
    for (who, pairs, told) in [(&ana, &answers[0], ""), (&ben, &answers[1], "in between")] {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let form = format!("form_token={}{}", who.1, encoded(&pairs));
        let answer = site.post(&who.0, &format!("{PAGE}/save"), &form).await;
        assert_eq!(answer.location().is_empty(), !told.is_empty());
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    let stale = attempt(&site, &ben, &[("version", "0"), ("time_zone", "America/Denver")]).await;
    assert!(stale.contains("in between") && stale.contains("America/Chicago"), "{stale}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_told_and_stays_as_it_was_typed() {
    let site = site(Profile::District).await;
    let ana = administrator(&site, "ana").await;
    let zone = attempt(&site, &ana, &[("version", "0"), ("time_zone", "Chicago")]).await;
    assert!(zone.contains("no IANA time zone: `Chicago`") && zone.contains("value=\"Chicago\""));
    let toml = [("version", "0"), ("trusted_identifiers", "[{ field = ")];
    let toml = attempt(&site, &ana, &toml).await;
    assert!(toml.contains("`trusted_identifiers` is no value of TOML"), "{toml}");
    assert!(toml.contains("[{ field ="), "{toml}");
    let file = attempt(&site, &ana, &[("version", "0"), ("text", "time_zome = 1\n")]).await;
    assert!(file.contains("<details open>") && file.contains("time_zome = 1"), "{file}");
    let same = attempt(&site, &ana, &[("version", "0"), ("time_zone", "UTC")]).await;
    assert!(same.contains("Nothing was changed"), "{same}");
    let versions = site.get(&ana.0, &format!("{PAGE}/versions")).await.text;
    assert!(versions.contains("Nobody has saved settings yet."), "{versions}");
}
