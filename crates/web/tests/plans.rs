//! Deciding on plans, and taking operations back, from the pages.

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
use firstbell_sync::access::{Assignment, Role};
use support::{Browser, Site, in_district, site_on_hold};

const PLAN: &str = "/districts/oak/plans/2";

/// What a page keeps in its form under a name.
fn kept(page: &str, name: &str) -> String {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    rest.split_once('"').unwrap().0.to_owned()
}

async fn administrator(site: &Site) -> Browser {
    site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_seen_looked_at_and_approved() {
    let site = site_on_hold().await;
    let ana = administrator(&site).await;
    let home = site.get(&ana, "/districts/oak").await.text;
    assert!(home.contains("Plan 2 waits for you, and with it 1 of 2 schools."), "{home}");
    let list = site.get(&ana, "/districts/oak/plans").await.text;
    assert!(list.contains("on hold for a person"), "{list}");
    let page = site.get(&ana, PLAN).await.text;
    assert!(page.contains("North would keep 0 of 3 students"), "{page}");
    let (token, digest) = (kept(&page, "form_token"), kept(&page, "digest"));
    let approve = async |digest: &str, reason: &str| {
        let form = format!("form_token={token}&digest={digest}&reason={reason}");
        site.post(&ana, &format!("{PLAN}/approve"), &form).await
    };
    for (digest, reason, told) in
        [("other", "moved", "not the one that was on the screen"), (&digest, "+", "Say why")]
    {
        let answer = approve(digest, reason).await;
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    let answer = approve(&digest, "they+moved+away").await;
    let job = site.job(&ana, &answer).await;
    assert!(job.contains("as operation 2"), "{job}");
    let operation = site.get(&ana, "/districts/oak/operations/2").await.text;
    assert!(operation.contains("they moved away") && operation.contains("ana"), "{operation}");
    assert!(operation.contains("sync, approved"), "{operation}");
    let again = approve(&digest, "once+more").await;
    assert!(again.text.contains("This plan waits no more"), "{}", again.text);
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    assert_eq!((log[0].action.as_str(), log[0].note.as_str()), ("plan.approve", "plan 2"));
    // The numbers of the schools are those of now.
    let home = site.get(&ana, "/districts/oak").await.text;
    assert!(home.contains("ready; the last good sync was just now"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approvals_at_once_one_wins_and_the_other_is_told() {
    let site = site_on_hold().await;
    let (ana, ben) = (administrator(&site).await, site.accept(&site.link).await);
    let forms = [&ana, &ben].map(|browser| async {
        let page = site.get(browser, PLAN).await.text;
        let (token, digest) = (kept(&page, "form_token"), kept(&page, "digest"));
        format!("form_token={token}&digest={digest}&reason=moved")
    });
    let [first, second] = forms;
    let (first, second) = (first.await, second.await);
    let path = format!("{PLAN}/approve");
    let (one, other) =
        tokio::join!(site.post(&ana, &path, &first), site.post(&ben, &path, &second));
    let mut told = Vec::new();
    for (browser, answer) in [(&ana, one), (&ben, other)] {
        let begun = answer.location().contains("/jobs/");
        told.push(if begun { site.job(browser, &answer).await } else { answer.text });
    }
    told.sort_by_key(|page| !page.contains("as operation 2"));
    assert!(told[0].contains("as operation 2"), "{told:?}");
    let lost = ["at work", "waits no more", "is applied"];
    assert!(lost.iter().any(|words| told[1].contains(words)), "{}", told[1]);
    assert!(!told[1].contains("as operation"), "{}", told[1]);
    let log = site.get(&ana, "/districts/oak/operations").await.text;
    assert!(!log.contains("/operations/3\""), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_dropped_and_the_roster_stays() {
    let site = site_on_hold().await;
    let ana = administrator(&site).await;
    let page = site.get(&ana, PLAN).await.text;
    let (token, digest) = (kept(&page, "form_token"), kept(&page, "digest"));
    let form = format!("form_token={token}&digest={digest}&reason=a+broken+export");
    let answer = site.post(&ana, &format!("{PLAN}/drop"), &form).await;
    let page = site.get(&ana, answer.location()).await.text;
    assert!(page.contains("dropped by ana") && page.contains("a broken export"), "{page}");
    assert!(!page.contains("Approve and apply"), "{page}");
    assert!(site.get(&ana, "/districts/oak/plans").await.text.contains("Nothing waits."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_taken_back_as_it_was_shown() {
    let site = site_on_hold().await;
    let ana = administrator(&site).await;
    let path = "/districts/oak/operations/1/undo";
    let page = site.get(&ana, path).await.text;
    assert!(page.contains("would go back to what they were"), "{page}");
    let (token, base) = (kept(&page, "form_token"), kept(&page, "base"));
    assert_eq!(base, "1");
    let send = async |base: &str, reason: &str| {
        let form = format!("form_token={token}&base={base}&reason={reason}");
        site.post(&ana, path, &form).await
    };
    assert!(send("1", "").await.text.contains("Say why"));
    let stale = site.job(&ana, &send("0", "wrong+file").await).await;
    assert!(stale.contains("Not done.") && stale.contains("operation 1"), "{stale}");
    let done = site.job(&ana, &send("1", "wrong+file").await).await;
    assert!(done.contains("as operation 2"), "{done}");
    let home = site.get(&ana, "/districts/oak").await.text;
    assert!(home.contains("paused: operation 1 was undone"), "{home}");
    let operations = site.get(&ana, "/districts/oak/operations").await.text;
    assert!(operations.contains("taken back by operation 2"), "{operations}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_alone_decides_nothing_and_sees_their_own_schools() {
    let site = site_on_hold().await;
    let south = site.signed_in("cy", &[]).await;
    let account = site.access.find_account("cy").await.unwrap().unwrap().id;
    let school = Some(firstbell_roster::model::SubjectId(site.north.0 + 1));
    let role = Assignment { district: Some(site.oak.id), school, role: Role::SchoolAdministrator };
    site.access.assign(account, role).await.unwrap();
    let page = site.get(&south, PLAN).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("North") && !page.text.contains("Approve and apply"),
        "{}",
        page.text
    );
    assert_eq!(
        site.get(&south, "/districts/oak/operations/1/undo").await.status,
        StatusCode::FORBIDDEN
    );
    let home = site.get(&south, "/districts/oak").await.text;
    assert!(home.contains("South") && !home.contains("North"), "{home}");
    // No way leads to what is not for them.
    assert!(home.contains("/districts/oak/plans\"") && !home.contains("/districts/oak/access"));
}
