//! Pages with people: what operations changed, and the roster as it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test fails where something is wrong"
)]

mod support;

use std::io::{Cursor, Read};

use axum::http::StatusCode;
use firstbell_sync::access::{Assignment, Profile, Role};
use support::{in_district, site};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_is_shown_with_its_values_and_noted() {
    let site = site(Profile::District).await;
    let ana = site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await;
    let operation = site.get(&ana, "/districts/oak/operations/1").await.text;
    assert!(operation.contains("/districts/oak/operations/1/changes"), "{operation}");
    let page = site.get(&ana, "/districts/oak/operations/1/changes").await.text;
    assert!(page.contains("users (8)") && page.contains("created (8)"), "{page}");
    assert!(
        page.contains("Given1 Familyn") && page.contains("familyName</span> Familyn"),
        "{page}"
    );
    let none = site.get(&ana, "/districts/oak/operations/1/changes?kind=users&action=end").await;
    assert!(none.text.contains("Nothing of this kind."), "{}", none.text);
    let diff = site.get(&ana, "/districts/oak/diff?from=1&to=0&kind=classes").await.text;
    assert!(diff.contains("Math North") && diff.contains("<td>end</td>"), "{diff}");
    let roster = site.get(&ana, "/districts/oak/roster?kind=classes&as_of=1").await.text;
    assert!(roster.contains("Math South") && roster.contains("the newest"), "{roster}");
    let before = site.get(&ana, "/districts/oak/roster?as_of=0").await.text;
    assert!(before.contains("The roster had nothing of this kind then."), "{before}");
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    let told: Vec<_> =
        log.iter().map(|one| (one.action.as_str(), one.note.as_str())).take(3).collect();
    assert_eq!(
        told,
        [
            ("roster.look", "as of operation 0, users"),
            ("roster.look", "as of operation 1, classes"),
            ("diff.look", "operations 1 to 0, classes"),
        ]
    );
    for wrong in ["operations/7/changes", "diff?from=0&to=7", "roster?as_of=2", "roster?kind=x"] {
        let answer = site.get(&ana, &format!("/districts/oak/{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let wrong = site.get(&ana, "/districts/oak/operations/1/changes?after=nonsense").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_for_a_school_sees_its_people_alone() {
    let site = site(Profile::District).await;
    let north = Assignment {
        district: Some(site.oak.id),
        school: Some(site.north),
        role: Role::SchoolAdministrator,
    };
    let ben = site.signed_in("ben", &[north]).await;
    for path in ["operations/1/changes?kind=users", "diff?from=0&to=1&kind=users", "roster"] {
        let page = site.get(&ben, &format!("/districts/oak/{path}")).await.text;
        assert!(page.contains("Familyn") && !page.contains("Familys"), "{path}: {page}");
        assert!(!page.contains("users (8)"), "{path}: {page}");
    }
    let enrollments = site.get(&ben, "/districts/oak/roster?kind=enrollments").await.text;
    assert!(enrollments.contains("Math North") && !enrollments.contains("Math South"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_for_the_district_takes_the_roster_with_them() {
    let site = site(Profile::District).await;
    let ana = site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await;
    let page = site.get(&ana, "/districts/oak/roster").await.text;
    assert!(page.contains("/roster/export?as_of=1&amp;format=oneroster-1.2"), "{page}");
    let answer = site.get(&ana, "/districts/oak/roster/export?format=oneroster-1.1&as_of=1").await;
    assert_eq!(answer.headers["content-type"], "application/zip");
    let name = answer.headers["content-disposition"].to_str().unwrap();
    assert_eq!(name, "attachment; filename=\"oak-1-oneroster-1.1.zip\"");
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).unwrap();
    let mut users = String::new();
    zip.by_name("users.csv").unwrap().read_to_string(&mut users).unwrap();
    assert_eq!(users.lines().count(), 9, "{users}");
    assert!(zip.by_name("manifest.csv").is_ok());
    let log = site.access.audit_log(Some(site.oak.id), None, 1).await.unwrap();
    let told = (log[0].action.as_str(), log[0].note.as_str());
    assert_eq!(told, ("roster.export", "as of operation 1, oneroster-1.1"));
    for wrong in ["as_of=2", "as_of=-1", "format=pdf"] {
        let answer = site.get(&ana, &format!("/districts/oak/roster/export?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let viewer = site.signed_in("vi", &[in_district(&site.oak, Role::Viewer)]).await;
    let page = site.get(&viewer, "/districts/oak/roster").await.text;
    assert!(!page.contains("/roster/export"), "no way leads to what is not for them");
}
