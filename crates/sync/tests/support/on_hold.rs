//! Plans on hold, what a person approves of them, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use firstbell_roster::model::Settings;
use firstbell_sync::check::check;
use firstbell_sync::report::{ChangeReport, RunReport, Status};
use firstbell_sync::{Approving, Criteria, Hub, HubError, Selection};
use tempfile::TempDir;

use super::bundle::Bundle;
use super::{context, day, hub, sync};

/// Limits that hold whatever ends or gets other values.
pub const STRICT: &str = "guard = { \
    people_deactivated_in_school = { percent = 0.0, count = 0 }, \
    classes_ended = { percent = 0.0, count = 0 }, \
    enrollments_ended = { percent = 0.0, count = 0 }, \
    people_renamed = { percent = 0.0, count = 0 }, \
    values_changed = { percent = 0.0, count = 0 }, \
    ids_reissued = { percent = 0.0, count = 0 } }";

/// A town whose second delivery is on hold: two students of each school leave, one is new, and one
/// has another name.
pub async fn on_hold() -> (TempDir, Hub, Bundle) {
    let new = |town: &mut Bundle| {
        town.user("new-s0", "student", "s0").enroll("a-s0", "new-s0", "student");
    };
    let (folder, hub, town, report) = held(new).await;
    assert_eq!((report.status, report.changes), (Status::Held, 15));
    (folder, hub, town)
}

/// The same with another change in place of the new student.
pub async fn held(change: impl FnOnce(&mut Bundle)) -> (TempDir, Hub, Bundle, RunReport) {
    let folder = TempDir::new().unwrap();
    let hub = hub(folder.path()).await;
    hub.save_settings("oak", STRICT, &context(0)).await.unwrap();
    let mut town = Bundle::town(12);
    assert_eq!(sync(&hub, folder.path(), &town, 0).await.status, Status::Applied);
    for school in ["s0", "s1"] {
        town.leave(&format!("p0-{school}")).leave(&format!("p1-{school}"));
    }
    change(&mut town);
    town.set("users", "p2-s0", "givenName", "Other");
    let report = sync(&hub, folder.path(), &town, 1).await;
    (folder, hub, town, report)
}

/// An approval of changes like these.
pub fn like(text: &str) -> Approving {
    let only = Some(Selection::Like(vec![Criteria::parse(text).unwrap()]));
    Approving { only, ..Approving::default() }
}

/// Approves on the night of the hold.
pub async fn approve(hub: &Hub, approving: &Approving) -> Result<RunReport, HubError> {
    hub.approve_part("oak", approving, &context(1)).await
}

/// Changes by kind and action.
pub fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

/// The lines of each file of an export.
pub async fn facts(hub: &Hub, folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let out = folder.join("export");
    let _ = std::fs::remove_dir_all(&out);
    hub.export("oak", "oneroster-1.1", &out, None).await.unwrap();
    let report = check(&out, &Settings::default(), day(), &|_, _| ());
    let dangling = report.iter().flat_map(|report| &report.findings);
    let dangling: Vec<_> = dangling.filter(|found| found.code.contains("dangling")).collect();
    assert!(dangling.is_empty(), "the roster names what is not in it: {dangling:?}");
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let lines =
        |path: &Path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), lines(&path)))
        .collect()
}

/// The changes of a plan.
pub async fn changes(hub: &Hub, plan: i64) -> Vec<ChangeReport> {
    let mut changes = Vec::new();
    hub.plan_changes("oak", plan, &mut |change| changes.push(change)).await.unwrap();
    changes
}
