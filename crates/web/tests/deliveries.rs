//! What came in, page by page: uploads, the flow of records, findings, and the lines of plans.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::path::Path;

use axum::http::StatusCode;
use firstbell_sync::access::{Assignment, Profile, Role};
use support::{Browser, Site, in_district, multipart, site, site_on_hold};
use tempfile::TempDir;

async fn administrator(site: &Site) -> Browser {
    site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await
}

/// What a page keeps in its form under a name.
fn kept(page: &str, name: &str) -> String {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// The files of a delivery of `oak` in which one pupil has a role that nobody knows.
fn files(folder: &Path) -> Vec<(String, String)> {
    support::deliver(folder, "oak");
    let users = std::fs::read_to_string(folder.join("users.csv")).unwrap();
    let users = users.replace("oakn1,true,oakn,student", "oakn1,true,oakn,wizard");
    std::fs::write(folder.join("users.csv"), users).unwrap();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect()
}

/// Sends files as the form of the page does.
async fn upload(
    site: &Site,
    browser: &Browser,
    then: &str,
    files: &[(&str, &str)],
) -> support::Answer {
    let page = site.get(browser, "/districts/oak/deliveries").await.text;
    let token = kept(&page, "form_token");
    let fields = [("form_token", token.as_str()), ("then", then)];
    site.post(browser, "/districts/oak/deliveries", &multipart(&fields, files)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_sent_read_and_told_of_record_by_record() {
    let (site, folder) = (site(Profile::District).await, TempDir::new().unwrap());
    let ana = administrator(&site).await;
    let files = files(folder.path());
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let job = site.job(&ana, &upload(&site, &ana, "plan", &files).await).await;
    assert!(job.contains("/districts/oak/deliveries/2"), "{job}");
    assert!(site.uploads().is_empty(), "what was sent is gone once it is read");
    let flow = site.get(&ana, "/districts/oak/deliveries/2").await.text;
    let way = "/districts/oak/deliveries/2/records?kind=users&#38;outcome=rejected";
    assert!(flow.contains(way) && flow.contains("<svg"), "{flow}");
    let list = site.get(&ana, &way.replace("&#38;", "&")).await.text;
    assert!(list.contains("Given1 Familyn") && list.contains("oakn1"), "{list}");
    assert!(list.contains("rejected: a required value is none of the words"), "{list}");
    let way = "/districts/oak/deliveries/2/records/users/";
    let line = list.split_once(way).unwrap().1.split_once('"').unwrap().0;
    let record = site.get(&ana, &format!("{way}{line}")).await.text;
    assert!(record.contains("givenName") && record.contains("Given1"), "{record}");
    assert!(record.contains("What was found at it"), "{record}");
    let findings = site.get(&ana, "/districts/oak/deliveries/2/findings").await.text;
    assert!(findings.contains("unknown_word"), "{findings}");
    let before = findings.split_once("unknown_word\"").unwrap().1;
    let way = before.split_once("href=\"").unwrap().1.split_once('"').unwrap().0;
    let places = site.get(&ana, way).await.text;
    assert!(places.contains("wizard") && places.contains("North"), "{places}");
    let file = site.get(&ana, "/districts/oak/deliveries/2/findings.csv").await;
    assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let row = file.text.lines().find(|line| line.contains("unknown_word")).unwrap();
    assert!(row.contains("users.csv") && row.contains("wizard") && row.contains("North"), "{row}");
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        ["findings.export", "finding.look", "record.look", "records.look", "delivery.plan"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_delivery_is_told_and_nothing_stays_of_it() {
    let site = site(Profile::District).await;
    let ana = administrator(&site).await;
    for (files, told) in [
        (&[("notes.docx", "x")][..], "other files are not read"),
        (&[][..], "Choose a zip"),
        (&[("a.zip", "x"), ("users.csv", "x")][..], "one zip alone"),
        (&[("users.csv", "a"), ("users.csv", "b")][..], "one of them twice"),
    ] {
        let answer = upload(&site, &ana, "apply", files).await;
        assert!(answer.text.contains(told), "{told}: {} {}", answer.status, answer.text);
    }
    let broken =
        site.job(&ana, &upload(&site, &ana, "apply", &[("a.zip", "PK\u{3}\u{4}x")]).await).await;
    assert!(broken.contains("Not done.") && broken.contains("a.zip"), "{broken}");
    assert!(!broken.contains("uploads"), "where it was on this machine is nobody's: {broken}");
    assert!(site.uploads().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_s_own_see_what_is_theirs_of_a_delivery() {
    let (site, folder) = (site(Profile::District).await, TempDir::new().unwrap());
    let ana = administrator(&site).await;
    let files = files(folder.path());
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    site.job(&ana, &upload(&site, &ana, "plan", &files).await).await;
    let south = firstbell_roster::model::SubjectId(site.north.0 + 1);
    let role = Role::SchoolAdministrator;
    let own = Assignment { district: Some(site.oak.id), school: Some(south), role };
    let cy = site.signed_in("cy", &[own]).await;
    let flow = site.get(&cy, "/districts/oak/deliveries/2").await.text;
    assert!(flow.contains("South") && !flow.contains("North"), "{flow}");
    let list = site.get(&cy, "/districts/oak/deliveries/2/records?kind=users").await.text;
    assert!(list.contains("Familys") && !list.contains("Familyn"), "{list}");
    let findings = site.get(&cy, "/districts/oak/deliveries/2/findings").await.text;
    assert!(!findings.contains("unknown_word"), "{findings}");
    let mut seen = 0;
    for line in 2..12 {
        let path = format!("/districts/oak/deliveries/2/records/users/{line}");
        let answer = site.get(&cy, &path).await;
        assert!(!answer.text.contains("Familyn"), "{}", answer.text);
        seen += u32::from(answer.status == StatusCode::OK);
    }
    assert_eq!(seen, 4);
    assert!(!flow.contains("Bring a delivery"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_hold_goes_through_and_the_rest_waits() {
    let site = site_on_hold().await;
    let ana = administrator(&site).await;
    let plan = site.get(&ana, "/districts/oak/plans/2").await.text;
    let way = "/districts/oak/plans/2/lines?kind=users&#38;action=end";
    assert!(plan.contains(way), "{plan}");
    let lines = site.get(&ana, &way.replace("&#38;", "&")).await.text;
    assert!(lines.contains("Given1 Familyn") && lines.contains("oakn1"), "{lines}");
    let (token, digest) = (kept(&lines, "form_token"), kept(&lines, "digest"));
    let send = async |more: &str| {
        let form = format!("form_token={token}&digest={digest}&reason=moved&{more}");
        site.post(&ana, "/districts/oak/plans/2/approve", &form).await
    };
    assert!(send("only=yes").await.text.contains("Tick what is to go through"));
    let unknown = site.job(&ana, &send("only=yes&record=users/end/nobody").await).await;
    assert!(unknown.contains("Not done."), "{unknown}");
    let done = site.job(&ana, &send("only=yes&record=users/end/oakn1").await).await;
    assert!(done.contains("as operation 2"), "{done}");
    let home = site.get(&ana, "/districts/oak").await.text;
    assert!(home.contains("Plan 3"), "the rest waits as a plan of its own: {home}");
    let rest = site.get(&ana, "/districts/oak/plans/3/lines?kind=users").await.text;
    assert!(rest.contains("oakn2") && !rest.contains("oakn1<"), "{rest}");
}
