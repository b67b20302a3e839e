//! A console over a small installation, and browsers that ask it.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use firstbell_roster::model::{DateTime, SubjectId};
use firstbell_sync::access::{Access, Assignment, District, Profile, Role};
use firstbell_sync::{Context, Hub, RunOptions};
use firstbell_web::{Address, Console, first_link, router};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::ServiceExt;

/// What stands between the fields of a form with files.
const BOUNDARY: &str = "between-the-fields";

/// A form with files: fields first, then files by name and content.
pub fn multipart(fields: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        form += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    for (name, text) in files {
        form += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n{text}\r\n"
        );
    }
    form + &format!("--{BOUNDARY}--\r\n")
}

/// The password of everybody.
pub const PASSWORD: &str = "first bell at eight";

/// Where the console is.
pub const URL: &str = "http://127.0.0.1:8045";

/// Midnight of 2026-09-16.
pub fn now() -> DateTime {
    DateTime::parse("2026-09-16T00:00:00Z").unwrap()
}

/// A console.
pub struct Site {
    /// What answers.
    pub app: Router,
    /// What is kept about who may sign in.
    pub access: Access,
    /// The districts `oak` and `elm`, each with the schools `North` and `South`.
    pub oak: District,
    pub elm: District,
    /// The school `North` of `oak`.
    pub north: SubjectId,
    /// The link for the first operator.
    pub link: String,
    folder: TempDir,
}

/// A browser, signed in or not.
#[derive(Clone, Default)]
pub struct Browser {
    cookie: String,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    /// The token in the forms of the page.
    pub fn form_token(&self) -> String {
        let rest = self.text.split_once("name=\"form_token\" value=\"").unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    }
}

fn context(hour: i64) -> Context {
    Context {
        now: DateTime(now().0 + hour * 3_600_000_000),
        identity: "tester".to_owned(),
        by: None,
        reason: String::new(),
    }
}

/// Writes a delivery of two schools with a class each; `South` has a student without a class.
pub fn deliver(folder: &Path, prefix: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text.replace('@', prefix)).unwrap();
    };
    write(
        "orgs.csv",
        "sourcedId,name,type,identifier,parentSourcedId\n@d,@ District,district,,\n\
         @n,North,school,@1,@d\n@s,South,school,@2,@d\n",
    );
    write(
        "academicSessions.csv",
        "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear\n\
         @y,Year,schoolYear,2026-08-01,2027-06-30,,2027\n",
    );
    write("courses.csv", "sourcedId,title,courseCode,orgSourcedId\n@k,Math,MATH,@d\n");
    write(
        "classes.csv",
        "sourcedId,title,courseSourcedId,classCode,classType,schoolSourcedId,termSourcedIds\n\
         @cn,Math North,@k,MN,scheduled,@n,@y\n@cs,Math South,@k,MS,scheduled,@s,@y\n",
    );
    let mut users =
        "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier\n"
            .to_owned();
    let mut enrollments =
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n".to_owned();
    for school in ["n", "s"] {
        for (number, role) in ["teacher", "student", "student", "student"].iter().enumerate() {
            users.push_str(&format!(
                "@{school}{number},true,@{school},{role},@{school}{number},Given{number},Family{school},@{school}{number}\n"
            ));
            if number < 3 || school == "n" {
                enrollments.push_str(&format!(
                    "@e{school}{number},@c{school},@{school},@{school}{number},{role}\n"
                ));
            }
        }
    }
    write("users.csv", &users);
    write("enrollments.csv", &enrollments);
}

/// A console of an installation with two districts that were synced once.
pub async fn site(profile: Profile) -> Site {
    site_with_clock(profile, now).await
}

/// The same, in which a plan waits for a person in `oak`: the students of `North` are gone.
pub async fn site_on_hold() -> Site {
    made(Profile::District, now, true).await
}

/// The same with a clock of its own.
pub async fn site_with_clock(profile: Profile, clock: fn() -> DateTime) -> Site {
    made(profile, clock, false).await
}

async fn made(profile: Profile, clock: fn() -> DateTime, on_hold: bool) -> Site {
    let folder = TempDir::new().unwrap();
    let hub = Hub::init(&folder.path().join("home"), None, None).await.unwrap();
    hub.access().set_profile(profile).await.unwrap();
    let options = RunOptions {
        again: false,
        override_identity: None,
        timings: false,
        settings: None,
        rekey: false,
        progress: &|_, _| (),
    };
    for slug in ["oak", "elm"] {
        hub.add_district(slug, &format!("{slug} district"), &context(-3)).await.unwrap();
        let feed = folder.path().join(slug);
        deliver(&feed, slug);
        let report = hub.sync(slug, &feed, &options, &context(-3)).await.unwrap();
        assert_eq!(report.status, firstbell_sync::report::Status::Applied, "{:?}", report.guard);
    }
    if on_hold {
        let feed = folder.path().join("oak");
        for file in ["users.csv", "enrollments.csv"] {
            let text = std::fs::read_to_string(feed.join(file)).unwrap();
            let left =
                text.lines().filter(|line| !line.contains("oakn") || !line.contains(",student"));
            std::fs::write(feed.join(file), left.collect::<Vec<_>>().join("\n") + "\n").unwrap();
        }
        let report = hub.sync("oak", &feed, &options, &context(-2)).await.unwrap();
        assert_eq!(report.status, firstbell_sync::report::Status::Held);
    }
    let district = async |slug| hub.find_district(slug).await.unwrap().unwrap();
    let (oak, elm) = (district("oak").await, district("elm").await);
    let north = hub.schools(&oak).await.unwrap()[0].0;
    let address = Address { url: URL.to_owned() };
    let link = first_link(&hub, &address, now()).await.unwrap().unwrap();
    let access = hub.access();
    let console = Console::open(hub, address, clock).await.unwrap();
    let peer: SocketAddr = "127.0.0.1:40000".parse().unwrap();
    let app = router(Arc::new(console)).layer(MockConnectInfo(peer));
    Site { app, access, oak, elm, north, link, folder }
}

impl Site {
    /// What lies there of what was sent to `oak`.
    pub fn uploads(&self) -> Vec<std::path::PathBuf> {
        let folder = self.folder.path().join("home/districts/oak/uploads");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Asks for a page.
    pub async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.send(browser, "GET", path, &[], String::new()).await
    }

    /// Sends a form as a page of the console does.
    pub async fn post(&self, browser: &Browser, path: &str, form: &str) -> Answer {
        let own = [("sec-fetch-site", "same-origin")];
        self.send(browser, "POST", path, &own, form.to_owned()).await
    }

    /// Sends a request.
    pub async fn send(
        &self,
        browser: &Browser,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(HOST, "127.0.0.1:8045");
        }
        if !browser.cookie.is_empty() {
            request = request.header(COOKIE, &browser.cookie);
        }
        if method == "POST" && body.starts_with(&format!("--{BOUNDARY}")) {
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            request = request.header(CONTENT_TYPE, kind);
        } else if method == "POST" {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text, bytes: bytes.to_vec() }
    }

    /// Sets the password by a link, which signs in.
    pub async fn accept(&self, link: &str) -> Browser {
        let path = link.strip_prefix(URL).unwrap();
        let words = PASSWORD.replace(' ', "+");
        let form = format!("password={words}&again={words}");
        let answer = self.post(&Browser::default(), path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser(&answer)
    }

    /// Somebody with roles, signed in.
    pub async fn signed_in(&self, login: &str, roles: &[Assignment]) -> Browser {
        let account = self.access.create_account(login, login, now()).await.unwrap();
        for role in roles {
            self.access.assign(account.id, *role).await.unwrap();
        }
        let token = format!("token-of-{login}");
        let hash = blake3::hash(token.as_bytes()).to_hex();
        let later = DateTime(now().0 + 3_600_000_000);
        self.access.invite(account.id, &hash, "test", now(), later).await.unwrap();
        self.accept(&format!("{URL}/invitation/{token}")).await
    }

    /// What became of the job to which an answer leads.
    pub async fn job(&self, browser: &Browser, answer: &Answer) -> String {
        assert!(answer.location().contains("/jobs/"), "{} {}", answer.status, answer.text);
        for _ in 0..600 {
            let page = self.get(browser, answer.location()).await.text;
            if !page.contains("At work, begun") {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the job does not end");
    }

    /// The token of the forms of somebody who is signed in.
    pub async fn form_token(&self, browser: &Browser) -> String {
        self.get(browser, "/account").await.form_token()
    }
}

/// A browser that keeps the cookie of an answer.
pub fn browser(answer: &Answer) -> Browser {
    let set = answer.headers.get(SET_COOKIE).unwrap().to_str().unwrap();
    Browser { cookie: set.split(';').next().unwrap().to_owned() }
}

/// A role in all of a district.
pub fn in_district(district: &District, role: Role) -> Assignment {
    Assignment { district: Some(district.id), school: None, role }
}
