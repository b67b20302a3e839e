//! Golden districts: each folder of `fixtures/districts` tells a story of some nights, and what is
//! said and done on each is what its `expected.txt` has.
//!
//! Each night's files are checked, planned, synced and planned again; night 1 is the evening of 14
//! September 2026. Without `settings.toml` the time zone alone is set. In a night's folder, `approve`
//! has the reason for which a person approves that night's hold, `rekey` that for which a person has
//! the plan made with `--rekey` and approves it, and `questions.txt` names people, and
//! classes beside them, of whom `why` is asked afterwards. `FIRSTBELL_EXPECT=write` writes
//! `expected.txt` anew, to be reviewed as a difference in git.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dropping_references,
    reason = "a test fails where something is wrong, and says what it ran"
)]

mod support;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use firstbell_roster::model::Settings;
use firstbell_sync::access::Scope;
use firstbell_sync::check::check;
use firstbell_sync::report::{Reader, Status};
use firstbell_sync::{Answer, Context, Hub};
use support::{context, hub, options, told};
use tempfile::TempDir;

/// What goes wrong in real districts; each has a folder.
const STORIES: [&str; 32] = [
    "absent-field",
    "absent-field-small-school",
    "archived-and-returning",
    "changed-identifiers",
    "changed-sourced-ids",
    "co-teachers",
    "duplicate-names",
    "exchanged-classes",
    "exchanged-small-classes",
    "guardian-returns",
    "guardians-without-links",
    "half-written-files",
    "joined-and-split-schools",
    "late-pupils",
    "mass-leave-drip",
    "migration-twin",
    "missing-emails",
    "prefixed-ids",
    "reissued-class-ids",
    "reissued-enrollment-ids",
    "reissued-ids-known",
    "reissued-ids-unknown",
    "reused-ids",
    "school-without-classes",
    "school-without-teachers",
    "several-schools",
    "staff-as-guardians",
    "swapped-columns",
    "teacher-under-two-records",
    "teacher-without-tie",
    "too-many-classes",
    "vanished-school",
];

fn districts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/districts")
}

/// Whether what happens is written down instead of compared.
#[expect(clippy::disallowed_methods, reason = "what the test does is said by the environment")]
fn writes() -> bool {
    std::env::var("FIRSTBELL_EXPECT").is_ok_and(|asked| asked == "write")
}

/// The names of the folders in a folder, in order.
fn folders(of: &Path) -> Vec<String> {
    let entries = fs::read_dir(of).unwrap().map(Result::unwrap).filter(|one| one.path().is_dir());
    let mut names: Vec<_> = entries.map(|one| one.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_story_has_its_district() {
    assert_eq!(folders(&districts()), STORIES);
    for name in STORIES {
        let lines = fs::read_to_string(districts().join(name).join("README.md")).unwrap();
        let lines = lines.lines().count();
        assert!((3..=14).contains(&lines), "{name}/README.md has {lines} lines");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_district_comes_out_as_expected() {
    let mut wrong = String::new();
    for name in folders(&districts()) {
        println!("running {name}");
        let folder = districts().join(&name);
        let told = Box::pin(story(&folder)).await;
        let expected = folder.join("expected.txt");
        if writes() {
            fs::write(&expected, &told).unwrap();
        }
        match fs::read_to_string(&expected) {
            Err(error) => writeln!(wrong, "{name}/expected.txt: {error}").unwrap(),
            Ok(expected) => wrong.push_str(&difference(&name, &expected, &told)),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}FIRSTBELL_EXPECT=write writes down what happens.");
}

/// The first line in which two texts differ; empty if they are the same.
fn difference(name: &str, expected: &str, told: &str) -> String {
    if expected == told {
        return String::new();
    }
    let (mut old, mut new) = (expected.lines(), told.lines());
    let mut number = 1;
    loop {
        match (old.next(), new.next()) {
            (one, other) if one == other && one.is_some() => number += 1,
            (one, other) => {
                let (one, other) = (one.unwrap_or("(the end)"), other.unwrap_or("(the end)"));
                return format!("{name}/expected.txt:{number}\n  - {one}\n  + {other}\n");
            }
        }
    }
}

/// All nights of a district.
async fn story(folder: &Path) -> String {
    let place = TempDir::new().unwrap();
    let hub = hub(place.path()).await;
    let settings = fs::read_to_string(folder.join("settings.toml"));
    let settings = settings.unwrap_or_else(|_| "time_zone = \"America/Chicago\"".to_owned());
    hub.save_settings("oak", &settings, &context(0)).await.unwrap();
    let settings = firstbell_sync::parse(&settings).unwrap();
    let mut text = String::new();
    for (number, name) in (0..).zip(folders(folder)) {
        assert_eq!(name, format!("night-{}", number + 1), "{}", folder.display());
        writeln!(text, "{}{name}", if number > 0 { "\n" } else { "" }).unwrap();
        let story = Box::pin(night(&hub, &folder.join(name), &settings, &context(number))).await;
        text.push_str(&story);
        text.push_str(&roster(&hub, &place.path().join(format!("out-{number}"))).await);
    }
    text
}

async fn night(hub: &Hub, feed: &Path, settings: &Settings, context: &Context) -> String {
    let checked = match check(feed, settings, support::day(), &|_, _| ()) {
        Ok(checked) => checked,
        Err(error) => return format!("check: {error}\n"),
    };
    let plan = hub.plan("oak", feed, &options(), context).await.unwrap();
    let sync = hub.sync("oak", feed, &options(), context).await.unwrap();
    assert_eq!(
        (&plan.digest, &plan.outcomes, &plan.departures, plan.changes),
        (&sync.digest, &sync.outcomes, &sync.departures, sync.changes)
    );
    assert_eq!(
        (&plan.summary, &plan.findings, &plan.guard, plan.pending_review),
        (&sync.summary, &sync.findings, &sync.guard, sync.pending_review)
    );
    let mut text = told::check(&checked) + &told::plan(&plan, &checked);
    text.push_str(&ended("sync", sync.status, sync.operation));
    if let Ok(reason) = fs::read_to_string(feed.join("approve")) {
        let reason = reason.trim().to_owned();
        let context = Context { reason: reason.clone(), ..context.clone() };
        let approved = hub.approve("oak", None, &context).await.unwrap();
        let status = ended("approved", approved.status, approved.operation);
        writeln!(text, "{}, because: {reason}", status.trim_end()).unwrap();
        text.push_str(&told::what_becomes(&approved));
    }
    if let Ok(reason) = fs::read_to_string(feed.join("rekey")) {
        let options = firstbell_sync::RunOptions { rekey: true, ..options() };
        let rekeyed = hub.plan("oak", feed, &options, context).await.unwrap();
        write!(text, "with --rekey, {}", told::plan(&rekeyed, &checked)).unwrap();
        let context = Context { reason: reason.trim().to_owned(), ..context.clone() };
        let approved = hub.approve("oak", rekeyed.plan, &context).await.unwrap();
        let status = ended("approved", approved.status, approved.operation);
        writeln!(text, "{}, because: {}", status.trim_end(), context.reason).unwrap();
    }
    let again = hub.plan("oak", feed, &options(), context).await.unwrap();
    if again.status != Status::Held {
        text.push_str(&ended("the same again", again.status, None));
    }
    for question in fs::read_to_string(feed.join("questions.txt")).unwrap_or_default().lines() {
        let (person, class) = asked(question);
        text.push_str(&why(hub, person, class, context).await);
    }
    text
}

/// The person of a question, in quotation marks where it is a name of several words, and the class.
fn asked(question: &str) -> (&str, Option<&str>) {
    let quoted = question.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (person, class) = quoted.or_else(|| question.split_once(' ')).unwrap_or((question, ""));
    let class = class.trim();
    (person, (!class.is_empty()).then_some(class))
}

fn ended(what: &str, status: Status, operation: Option<i64>) -> String {
    let operation = operation.map(|number| format!(", operation {number}")).unwrap_or_default();
    format!("{what}: {status:?}{operation}\n").to_lowercase()
}

/// Why somebody is there or not; of a person alone, also from which operation to which under which
/// sourcedId.
async fn why(hub: &Hub, person: &str, class: Option<&str>, context: &Context) -> String {
    let about = class.map_or(person.to_owned(), |class| format!("{person} in {class}"));
    let answer =
        hub.why("oak", person, class, Reader::Administrator, &Scope::All, context).await.unwrap();
    let report = match answer {
        Answer::One(report) => report,
        Answer::Several(several) | Answer::Classes(several) => {
            let several: Vec<_> = several.into_iter().map(|one| one.sourced_id).collect();
            return format!("why {about}: which of {}?\n", several.join(", "));
        }
    };
    let mut text = format!("why {about}: {}", report.cause);
    for more in report.obstacles.iter().filter(|more| **more != report.cause) {
        write!(text, ", {more}").unwrap();
    }
    for also in &report.also {
        write!(text, ", also {also}").unwrap();
    }
    if class.is_none() {
        let history = hub
            .history("oak", person, Some("active"), &Scope::All, context)
            .await
            .unwrap_or_default();
        for entry in history {
            let until = entry.until.map(|until| format!(" until {until}")).unwrap_or_default();
            write!(text, "; {} from {}{until}", entry.sourced_id, entry.from).unwrap();
        }
    }
    text + "\n"
}

/// How many of each kind the roster has, and who is whose guardian, as an export tells.
async fn roster(hub: &Hub, out: &Path) -> String {
    let export = hub.export("oak", "oneroster-1.2", out, None).await.unwrap();
    let counts = export.rows.iter();
    let counts: Vec<_> =
        counts.map(|(file, rows)| format!("{} {rows}", file.trim_end_matches(".csv"))).collect();
    let mut users = csv::Reader::from_path(out.join("users.csv")).unwrap();
    let header = users.headers().unwrap().clone();
    let agents = header.iter().position(|column| column == "agentSourcedIds").unwrap();
    let rows = users.records().map(Result::unwrap).filter(|row| !row[agents].is_empty());
    let families: Vec<_> = rows.map(|row| format!("{} {}", &row[0], &row[agents])).collect();
    let mut text = format!("roster: {}\n", counts.join(", "));
    if !families.is_empty() {
        writeln!(text, "families: {}", families.join("; ")).unwrap();
    }
    text
}
