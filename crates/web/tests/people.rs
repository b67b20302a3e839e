//! People and classes: found, looked at, asked about, and not by those who are not to see them.

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
use firstbell_roster::model::Kind;
use firstbell_sync::access::{Assignment, Profile, Role};
use support::{Browser, Site, in_district, site};

const OAK: &str = "/districts/oak";

async fn administrator(site: &Site) -> Browser {
    site.signed_in("ana", &[in_district(&site.oak, Role::DistrictAdministrator)]).await
}

/// Somebody who answers for the school `North` alone.
async fn of_north(site: &Site) -> Browser {
    let (district, school) = (Some(site.oak.id), Some(site.north));
    let role = Role::SchoolAdministrator;
    site.signed_in("ben", &[Assignment { district, school, role }]).await
}

/// The page of a district at an address.
async fn page(site: &Site, browser: &Browser, path: &str) -> String {
    let answer = site.get(browser, &format!("{OAK}{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

/// Where the first link with this text leads.
fn link<'a>(page: &'a str, text: &str) -> &'a str {
    let before = page.split_once(&format!("\">{text}</a>")).unwrap().0;
    before.rsplit_once("href=\"").unwrap().1
}

/// How many rows the list of a page has.
fn rows(page: &str) -> usize {
    page.matches("<th scope=\"row\">").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_found_by_name_looked_at_and_asked_about() {
    let site = site(Profile::District).await;
    let ana = administrator(&site).await;
    let list = page(&site, &ana, "/people?q=quill+given1").await;
    assert!(list.contains("Nobody here is found by that"), "{list}");
    let list = page(&site, &ana, "/people?q=familyn+given1").await;
    assert_eq!(rows(&list), 1, "{list}");
    assert!(list.contains("1 person") && list.contains("North"), "{list}");
    let near = page(&site, &ana, "/people?q=Givn1").await;
    assert!(near.contains("or that they had once: 2 people"), "{near}");
    let path = link(&list, "Given1 Familyn").to_owned();
    let person = site.get(&ana, &path).await.text;
    for told in [
        "Given1 Familyn has been in the roster since operation 1",
        "oakn1",
        "Math North",
        "Added: Given1 Familyn in Math North as student",
        "delivery 1, users.csv line 3",
    ] {
        assert!(person.contains(told), "{told}: {person}");
    }
    let class = site.get(&ana, link(&person, "Math North")).await.text;
    assert!(class.contains("Given0 Familyn</a>, teacher"), "{class}");
    assert!(class.contains("3 people are or were in it"), "{class}");
    let why = page(&site, &ana, "/why?person=given1+familyn&class=math+south").await;
    assert!(why.contains("Step by step") && why.contains("Given1 Familyn"), "{why}");
    let teacher = page(&site, &ana, "/why?person=oakn1&class=MN&reader=teacher").await;
    assert!(teacher.contains("Given1 Familyn is in Math North."), "{teacher}");
    assert!(!teacher.contains("operation 1"), "{teacher}");
    let several = page(&site, &ana, "/why?person=familys").await;
    assert!(several.contains("Which person?"), "{several}");
    let chosen = link(&several, "Given1 Familys").replace("&#38;", "&");
    assert!(site.get(&ana, &chosen).await.text.contains("Given1 Familys has been"), "{chosen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_filters_and_say_so_where_they_leave_nobody() {
    let site = site(Profile::District).await;
    let ana = administrator(&site).await;
    let count = async |query: &str| rows(&page(&site, &ana, &format!("/people?{query}")).await);
    assert_eq!(count("").await, 8);
    assert_eq!(count("role=staff").await, 2);
    assert_eq!(count(&format!("role=student&school={}", site.north)).await, 3);
    assert_eq!(count("state=left").await, 0);
    assert_eq!(count("q=&page=2").await, 0);
    let classes = page(&site, &ana, "/classes?q=math").await;
    assert_eq!(rows(&classes), 2, "{classes}");
    let one = page(&site, &ana, "/classes?q=MS").await;
    assert!(rows(&one) == 1 && one.contains("Math South"), "{one}");
    let none = page(&site, &ana, "/classes?q=chemistry").await;
    assert!(none.contains("No class here is found by that"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_of_another_school_is_not_there_by_name_id_why_or_address() {
    let site = site(Profile::District).await;
    let (ana, ben) = (administrator(&site).await, of_north(&site).await);
    let of = async |browser: &Browser, query: &str| page(&site, browser, query).await;
    let list = of(&ben, "/people").await;
    assert_eq!(rows(&list), 4, "{list}");
    assert!(!list.contains("Familys") && !list.contains("South"), "{list}");
    // The question stands in the page; but for that, all is as for one who never was.
    let told = async |path: &str, asked: &str| {
        let text = of(&ben, &format!("{path}{}", asked.replace(' ', "+"))).await;
        text.replace(asked, "").replace(&asked.replace(' ', "+"), "")
    };
    // Who never was has names that are as near to those of the own school.
    for (asked, never) in [
        ("Familys", "Familyz"),
        ("Given1 Familys", "Given1 Familyz"),
        ("oaks1", "oakz1"),
        ("{SIS:oaks1}", "{SIS:oakz1}"),
    ] {
        let (asked_of, never_of) =
            (told("/people?q=", asked).await, told("/people?q=", never).await);
        assert_eq!(asked_of, never_of, "{asked}");
        for class in ["", "&class=MN", "&class=MS", "&class=oakcs"] {
            let path = format!("/why?reader=administrator{class}&person=");
            assert_eq!(told(&path, asked).await, told(&path, never).await, "{asked} {class}");
        }
    }
    let near = of(&ben, "/why?person=Given1+Familys").await;
    assert!(near.contains("Given1 Familyn") && !near.contains("oaks"), "{near}");
    let south = of(&ana, "/people?q=Given1+Familys").await;
    let path = link(&south, "Given1 Familys");
    assert_eq!(site.get(&ana, path).await.status, StatusCode::OK);
    assert_eq!(site.get(&ben, path).await.status, StatusCode::NOT_FOUND);
    let classes = of(&ana, "/classes").await;
    assert_eq!(site.get(&ben, link(&classes, "Math North")).await.status, StatusCode::OK);
    let south = site.get(&ben, link(&classes, "Math South")).await;
    assert_eq!(south.status, StatusCode::NOT_FOUND);
    assert_eq!(rows(&of(&ben, "/classes").await), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_look_stands_in_the_audit_without_a_name() {
    let site = site(Profile::District).await;
    let ana = administrator(&site).await;
    let list = page(&site, &ana, "/people?q=Given1+Familyn").await;
    let person = site.get(&ana, link(&list, "Given1 Familyn")).await.text;
    site.get(&ana, link(&person, "Math North")).await;
    page(&site, &ana, "/why?person=Given1+Familyn").await;
    let log = site.access.audit_log(Some(site.oak.id), None, 10).await.unwrap();
    let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions[..4], ["why.ask", "class.look", "person.look", "people.search"]);
    let kinds = [0, 1, 2].map(|place: usize| log[place].subject.unwrap().0);
    assert_eq!(kinds, [Kind::User, Kind::Class, Kind::User]);
    assert_eq!(log[0].subject, log[2].subject);
    assert!(log.iter().all(|entry| !format!("{entry:?}").contains("Given")), "{log:?}");
}
