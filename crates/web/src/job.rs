//! Work that takes longer than a page: it goes on when the browser is closed, and a process that is
//! asked to stop ends it first.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use firstbell_roster::model::{DateTime, DistrictId};
use firstbell_sync::HubError;
use firstbell_sync::report::{RunReport, Status};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::console::Shared;
use crate::words;

/// How long a page waits for the end of a job that begins, before it says that it is at work.
pub const AT_FIRST: Duration = Duration::from_millis(120);

/// How long it waits for whoever looks again.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// How many jobs are remembered.
const REMEMBERED: usize = 1_000;

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose roster it is about.
    pub district: DistrictId,
    /// What it does, such as `Plan 7 is applied`.
    pub what: String,
    /// Since when.
    pub began: DateTime,
    /// How far it came, such as `users.csv: 120,000`; empty where it does not say.
    pub progress: String,
    /// How it ended; `None` while it is at work.
    pub end: Option<End>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct End {
    /// Whether it did what it was to do.
    pub good: bool,
    /// What came of it, as sentences.
    pub sentences: Vec<String>,
    /// The operation that it made.
    pub operation: Option<i64>,
    /// The plan that it made.
    pub plan: Option<i64>,
    /// The delivery that it read.
    pub delivery: Option<i64>,
}

/// Where a job tells how far it came.
#[derive(Clone)]
pub struct Teller {
    console: Shared,
    number: i64,
}

impl Teller {
    /// Tells it.
    pub fn tell(&self, what: &str, done: u64) {
        let done = if done == 0 { String::new() } else { format!(": {}", words::thousands(done)) };
        self.console.jobs.tell(self.number, format!("{what}{done}"));
    }
}

/// The jobs of a process.
#[derive(Debug, Default)]
pub struct Jobs {
    all: Mutex<Kept>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    last: i64,
    jobs: BTreeMap<i64, Job>,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// A job of a district.
    pub fn find(&self, district: DistrictId, number: i64) -> Option<Job> {
        let kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        kept.jobs.get(&number).filter(|job| job.district == district).cloned()
    }

    /// The same once it ended, or as it is after some time.
    pub async fn wait(&self, district: DistrictId, number: i64, long: Duration) -> Option<Job> {
        let deadline = Instant::now() + long;
        loop {
            // It hears of an end from here on, also of one between the look and the wait.
            let ended = self.ended.notified();
            let job = self.find(district, number)?;
            if job.end.is_some() || timeout_at(deadline, ended).await.is_err() {
                return Some(job);
            }
        }
    }

    /// Waits until nothing is at work.
    pub async fn finish(&self) {
        loop {
            let tasks = {
                let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
                std::mem::take(&mut kept.tasks)
            };
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                // One that stopped in the middle has said so in the log.
                let _ = task.await;
            }
        }
    }

    fn begin(&self, job: Job) -> i64 {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let number = kept.last;
        kept.jobs.insert(number, job);
        let ended = kept.jobs.iter().find(|(_, job)| job.end.is_some()).map(|(number, _)| *number);
        if let Some(ended) = ended.filter(|_| kept.jobs.len() > REMEMBERED) {
            kept.jobs.remove(&ended);
        }
        number
    }

    fn keep_task(&self, task: JoinHandle<()>) {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        kept.tasks.retain(|task| !task.is_finished());
        kept.tasks.push(task);
    }

    fn tell(&self, number: i64, progress: String) {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = kept.jobs.get_mut(&number) {
            job.progress = progress;
        }
    }

    fn end(&self, number: i64, end: End) {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = kept.jobs.get_mut(&number) {
            job.end = Some(end);
        }
        drop(kept);
        self.ended.notify_waiters();
    }
}

/// Begins a job; returns its number. The work may tell how far it came.
pub fn start<Work>(
    console: &Shared,
    district: DistrictId,
    what: String,
    work: impl FnOnce(Teller) -> Work,
) -> i64
where
    Work: Future<Output = Result<RunReport, HubError>> + Send + 'static,
{
    start_other(console, district, what, |teller| {
        let work = work(teller);
        async move { End::of(work.await) }
    })
}

/// Begins a job that is no run, and says itself how it ended; returns its number.
pub fn start_other<Work>(
    console: &Shared,
    district: DistrictId,
    what: String,
    work: impl FnOnce(Teller) -> Work,
) -> i64
where
    Work: Future<Output = End> + Send + 'static,
{
    let began = console.now();
    let number =
        console.jobs.begin(Job { district, what, began, progress: String::new(), end: None });
    let of = Shared::clone(console);
    let work = work(Teller { console: Shared::clone(console), number });
    let task = tokio::spawn(async move {
        // What panics ends its own task; the page is to say so.
        let end = match tokio::spawn(work).await {
            Ok(end) => end,
            Err(_) => End::without("It stopped in the middle; the roster is as it was."),
        };
        of.jobs.end(number, end);
    });
    console.jobs.keep_task(task);
    number
}

impl End {
    fn without(sentence: &str) -> Self {
        Self { sentences: vec![sentence.to_owned()], ..Self::default() }
    }

    fn of(result: Result<RunReport, HubError>) -> Self {
        match result {
            Ok(report) => Self::of_report(&report),
            Err(error) => {
                tracing::warn!(kind = error.kind(), "a job ended without effect");
                Self::without(&words::sentence(&error.to_string()))
            }
        }
    }

    fn of_report(report: &RunReport) -> Self {
        let good = report.status != Status::Refused;
        let changes = words::count(report.changes, "change", "changes");
        let first = match (report.status, report.operation, report.plan) {
            (Status::Applied, Some(made), _) => {
                format!("{changes} to the roster, as operation {made}.")
            }
            (Status::Applied | Status::Unchanged, _, _) => {
                "There was nothing to change.".to_owned()
            }
            (Status::Held, Some(made), Some(plan)) => {
                format!("A part was applied, as operation {made}; the rest waits as plan {plan}.")
            }
            (Status::Planned, _, Some(plan)) => {
                format!("Plan {plan} would make {changes} to the roster; nothing is applied yet.")
            }
            (Status::Held, _, Some(plan)) => format!(
                "Plan {plan} waits for a person: it would make {changes} to the roster. The roster is as it was."
            ),
            (Status::Planned | Status::Held, _, None) => {
                "It waits still, and nothing was changed.".to_owned()
            }
            (Status::Refused, _, _) => "It was refused, and nothing was changed.".to_owned(),
        };
        let reasons = report.guard.reasons.iter().filter(|_| report.status == Status::Held);
        let reasons = reasons.map(|reason| words::sentence(&reason.message));
        let notes = report.notes.iter().map(|note| words::sentence(note));
        Self {
            good,
            sentences: std::iter::once(first).chain(reasons).chain(notes).collect(),
            operation: report.operation,
            plan: report.plan,
            delivery: report.delivery,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(district: i64) -> Job {
        let district = DistrictId(district);
        Job {
            district,
            what: "x".to_owned(),
            began: DateTime(0),
            progress: String::new(),
            end: None,
        }
    }

    #[tokio::test]
    async fn whoever_waits_hears_of_the_end_or_of_the_work() {
        let jobs = Jobs::default();
        let number = jobs.begin(job(1));
        let soon = Duration::from_millis(5);
        let at_work = jobs.wait(DistrictId(1), number, soon).await.unwrap();
        assert_eq!(at_work.end, None);
        let end = End { operation: Some(3), ..End::without("done") };
        let (heard, ()) = tokio::join!(jobs.wait(DistrictId(1), number, PATIENCE), async {
            jobs.end(number, end.clone());
        });
        assert_eq!(heard.unwrap().end, Some(end));
        assert_eq!(jobs.wait(DistrictId(2), number, soon).await, None);
    }

    #[test]
    fn a_job_is_its_district_s_alone_and_those_at_work_are_remembered() {
        let jobs = Jobs::default();
        let first = jobs.begin(job(1));
        assert!(jobs.find(DistrictId(1), first).is_some());
        assert!(jobs.find(DistrictId(2), first).is_none());
        for _ in 0..REMEMBERED + 10 {
            let number = jobs.begin(job(1));
            jobs.end(number, End::without("done"));
        }
        assert!(jobs.find(DistrictId(1), first).is_some(), "it is at work still");
        assert!(jobs.find(DistrictId(1), first + 1).is_none());
        assert_eq!(jobs.all.lock().unwrap().jobs.len(), REMEMBERED);
    }
}
