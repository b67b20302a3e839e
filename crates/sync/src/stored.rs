//! Plans that were kept: applied, approved or dropped later.
//!
//! A kept plan is derived again from the kept delivery, with the same settings and date. Only if
//! it comes out the same, line for line, is it applied.

use std::collections::BTreeSet;

use firstbell_ingest::Reading;
use firstbell_roster::guard::History;
use firstbell_roster::model::Settings;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::settings::Season;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::text::thousands;
use firstbell_roster::plan::{self, Line};
use firstbell_store::{
    DEFAULT_SOURCE, Delivery, DeliveryNumber, NewRun, PlanNumber, PlanStatus, StoredPlan,
};

use crate::approved::decision;
use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError};
use crate::kept::{KeptDelivery, KeptFiles};
use crate::ledger::Ledger;
use crate::report::{RunReport, Status};
use crate::run::{Intent, Judged, report};
use crate::selection::Approving;
use crate::settings::parse;
use crate::timing::Stages;
use crate::{history, image, known, lease, plan_file, records};

/// How many lines a refusal names.
const DIFFERENCES: usize = 20;

impl Hub {
    /// Applies a plan that was made before: the newest open one, or the one named.
    pub async fn apply(
        &self,
        slug: &str,
        plan: Option<i64>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let chosen = Approving { plan, ..Approving::default() };
        self.on_plan(slug, &chosen, PlanStatus::Open, context).await
    }

    /// Approves a held plan, the newest or the one named, and applies it.
    pub async fn approve(
        &self,
        slug: &str,
        plan: Option<i64>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        self.approve_part(slug, &Approving { plan, ..Approving::default() }, context).await
    }

    /// Approves a held plan or a part of it, and applies that; the rest waits as a plan of its own.
    pub async fn approve_part(
        &self,
        slug: &str,
        approving: &Approving,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        self.on_plan(slug, approving, PlanStatus::Held, context).await
    }

    /// Drops a held plan: the roster stays as it is. Returns its number.
    pub async fn drop_hold(
        &self,
        slug: &str,
        plan: Option<i64>,
        context: &Context,
    ) -> Result<i64, HubError> {
        let ground = self.ground(slug, context, None).await?;
        let dropped = async {
            let stored = self.chosen(&ground, plan, PlanStatus::Held).await?;
            let decision = decision(&stored, context);
            self.store.save_approval(ground.district.id, &decision).await?;
            self.store
                .set_plan_status(ground.district.id, stored.number, PlanStatus::Dropped)
                .await?;
            Ok(stored.number.0)
        };
        let dropped = dropped.await;
        lease::give_back(&self.store, ground.lease).await;
        dropped
    }

    /// The newest hold of a district, as its report; `None` where nothing waits.
    pub async fn newest_hold(&self, slug: &str) -> Result<Option<RunReport>, HubError> {
        let district = self.district(slug).await?;
        let hold = self.store.newest_hold(district.id).await?;
        Ok(hold.map(|plan| serde_json::from_value(plan.summary)).transpose()?)
    }

    async fn on_plan(
        &self,
        slug: &str,
        chosen: &Approving,
        status: PlanStatus,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let mut ground = self.ground(slug, context, None).await?;
        let result = self.on_plan_held(&mut ground, chosen, status, context).await;
        lease::give_back(&self.store, ground.lease).await;
        result
    }

    async fn on_plan_held(
        &self,
        ground: &mut Ground,
        chosen: &Approving,
        status: PlanStatus,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        let stored = self.chosen(ground, chosen.plan, status).await?;
        let district = ground.district.id;
        let number = stored
            .delivery
            .ok_or_else(|| HubError::Refused("the plan has no delivery".to_owned()))?;
        let delivery = self
            .store
            .delivery(district, number)
            .await?
            .filter(|delivery| delivery.expired_at.is_none());
        let delivery = delivery.ok_or_else(|| {
            HubError::Refused(format!("delivery `{number}` is not kept any more"))
        })?;
        if let Some(tried) = records::tried(&stored) {
            if !ground.has_settings(&parse(tried)?) {
                return refuse_tried(ground, &stored);
            }
        } else if stored.settings_version != ground.settings_version {
            let (was, is) = (stored.settings_version, ground.settings_version);
            return self
                .refuse(
                    ground,
                    &stored,
                    vec![format!("the settings moved from version {was} to {is}")],
                )
                .await;
        }
        let began = ground.settings.season(ground.as_of);
        let began = began.filter(|season| !season.has(stored.as_of)).map(Season::clause);
        if let Some(season) = began.filter(|_| status == PlanStatus::Open) {
            let began = format!("the season {season} began after the plan was made");
            return self.refuse(ground, &stored, vec![began]).await;
        }
        ground.judge_as_of(stored.as_of);
        ground.rekey = records::rekeyed(&stored);
        let kept = self.kept_delivery(ground, &delivery)?;
        let approved = status == PlanStatus::Held;
        let mut judged = self.judge_again(ground, &kept, approved, context).await?;
        judged.snapshot.about.hash.clone_from(&delivery.hash);
        let mut digest = plan_file::digest(judged.draft.lines(&judged.snapshot));
        if digest != stored.digest {
            let differences = self.differences(ground, &stored, &judged).await?;
            return self.refuse(ground, &stored, differences).await;
        }
        let mut notes = Vec::new();
        if let Some(selection) = &chosen.only {
            notes = self.choose(ground, &mut judged, selection).await?;
            digest = plan_file::digest(judged.draft.lines(&judged.snapshot));
        }
        let shown: RunReport = serde_json::from_value(stored.summary.clone())?;
        let about = shown.about.clone();
        let mut report = report(ground, &judged, Some(number), about);
        report.notes = notes;
        report.plan = Some(stored.number.0);
        report.digest = digest;
        report.findings = shown.findings;
        // What was asked about is what was shown.
        report.guard = shown.guard;
        if status == PlanStatus::Open && report.status == Status::Held {
            self.let_same_pass(ground, &mut judged, &mut report, context).await?;
        }
        if chosen.looks || status == PlanStatus::Open && report.status != Status::Planned {
            return Ok(report);
        }
        if status == PlanStatus::Held {
            self.keep_approval(ground, &stored, &judged, chosen.until, context, &mut report)
                .await?;
        }
        self.apply_stored(ground, &mut judged, &kept, &stored, context, &mut report).await?;
        if judged.split {
            self.hold_rest(ground, &kept, number, context, &mut report).await?;
        }
        Ok(report)
    }

    async fn apply_stored(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        kept: &KeptDelivery,
        stored: &StoredPlan,
        context: &Context,
        report: &mut RunReport,
    ) -> Result<(), HubError> {
        let district = ground.district.id;
        let Some(number) = stored.delivery else { return Ok(()) };
        let new = NewRun {
            source: DEFAULT_SOURCE,
            started_at: context.now,
            delivery: Some(number),
            settings_version: Some(ground.settings_version),
            as_of: Some(ground.as_of),
        };
        let run = self.store.create_run(district, &ground.lease, new).await?;
        crate::outcomes::write(
            &self.store.files(&ground.district.slug),
            &ground.key,
            run,
            &judged.snapshot,
            true,
        )?;
        let lines = judged.split.then(|| judged.draft.lines(&judged.snapshot));
        let files = self.store.files(&ground.district.slug);
        plan_file::write_part(&files, &ground.key, stored.number, lines)?;
        let before = Ledger::load(&files, &ground.key);
        let last = before.as_ref().map_or(0, |before| before.delivery);
        if last <= number.0 {
            records::doubted(&self.store, ground, judged, false).await?;
        }
        let (which, mut stages) = ((run, stored.number, number), Stages::start());
        self.apply_judged(ground, judged, kept, which, context, report, &mut stages).await?;
        if last <= number.0 {
            records::doubted(&self.store, ground, judged, !judged.split).await?;
        }
        if last < number.0 {
            let ledger = Ledger::of(&judged.snapshot, number.0, before.as_ref());
            ledger.save(&files, &ground.key)?;
        }
        records::finish(&self.store, ground, (run, Intent::Sync), number, report, context).await
    }

    /// Judges a kept delivery again. What came before does not matter to a person's decision.
    pub(crate) async fn judge_again(
        &self,
        ground: &Ground,
        kept: &KeptDelivery,
        approved: bool,
        context: &Context,
    ) -> Result<Judged, HubError> {
        let snapshot = self.read_kept(ground, kept).await?;
        let history = if approved {
            History { again: true, ..History::default() }
        } else {
            history::before(&self.store, ground, &snapshot, context, true).await?
        };
        self.judge(ground, snapshot, &history, approved, &mut Stages::start()).await
    }

    /// Reads a kept delivery beside the roster that it is compared with.
    pub(crate) async fn read_kept(
        &self,
        ground: &Ground,
        kept: &KeptDelivery,
    ) -> Result<Snapshot, HubError> {
        self.read_kept_with(ground, &ground.settings, kept).await
    }

    /// The same with other settings.
    pub(crate) async fn read_kept_with(
        &self,
        ground: &Ground,
        settings: &Settings,
        kept: &KeptDelivery,
    ) -> Result<Snapshot, HubError> {
        let hasher = Hasher::new(ground.district.hash_seed.cast_unsigned());
        let roster = image::load(&self.store, &ground.district, &hasher, ground.base).await?;
        let mut snapshot = Snapshot::new(hasher, roster);
        let known = known::of_rules(&self.store, ground.district.id, settings).await?;
        let reading = Reading {
            settings,
            as_of: ground.as_of,
            known: &known,
            keep: None,
            progress: &|_, _| (),
        };
        tokio::task::block_in_place(|| firstbell_ingest::read(kept, &reading, &mut snapshot))?;
        Ok(snapshot)
    }

    /// After the rest of a plan was applied, keeps the part that a guard kept back as a hold of
    /// its own.
    pub(crate) async fn hold_rest(
        &self,
        ground: &mut Ground,
        kept: &KeptDelivery,
        number: DeliveryNumber,
        context: &Context,
        report: &mut RunReport,
    ) -> Result<(), HubError> {
        ground.base = self.store.latest_operation(ground.district.id).await?;
        let mut judged = self.judge_again(ground, kept, true, context).await?;
        judged.account = plan::account(&judged.snapshot, &judged.draft, true);
        let mut rest = crate::run::report(ground, &judged, Some(number), report.about.clone());
        rest.status = Status::Held;
        if rest.guard.reasons.is_empty() {
            // What is left is below the limits, and waits for the person who left it.
            rest.guard.clone_from(&report.guard);
            for reason in &mut rest.guard.reasons {
                reason.message =
                    format!("it is left of a plan of which was said: {}", reason.message);
            }
        }
        let new = NewRun {
            source: DEFAULT_SOURCE,
            started_at: context.now,
            delivery: Some(number),
            settings_version: Some(ground.settings_version),
            as_of: Some(ground.as_of),
        };
        let run = self.store.create_run(ground.district.id, &ground.lease, new).await?;
        records::plan(
            &self.store,
            ground,
            &judged,
            run,
            Some(number),
            &mut rest,
            context,
            Intent::Sync,
        )
        .await?;
        records::finish(&self.store, ground, (run, Intent::Sync), number, &rest, context).await?;
        report.status = Status::Held;
        report.plan = rest.plan;
        report.digest = rest.digest;
        let kept_back = match rest.changes {
            1 => "1 change is kept back and waits for a person".to_owned(),
            many => format!("{} changes are kept back and wait for a person", thousands(many)),
        };
        report.notes.push(kept_back);
        Ok(())
    }

    pub(crate) fn kept_delivery(
        &self,
        ground: &Ground,
        delivery: &Delivery,
    ) -> Result<KeptDelivery, HubError> {
        let kept: KeptFiles = serde_json::from_value(delivery.files.clone())?;
        let files = self.store.files(&ground.district.slug);
        KeptDelivery::open(&files, &ground.key, delivery.number, &delivery.version, &kept)
    }

    async fn chosen(
        &self,
        ground: &Ground,
        plan: Option<i64>,
        status: PlanStatus,
    ) -> Result<StoredPlan, HubError> {
        let district = ground.district.id;
        let newest = self.store.plans(district, Some(status), None, 1).await?.into_iter().next();
        let word = if status == PlanStatus::Held { "held" } else { "open" };
        match (plan, newest) {
            (None, Some(newest)) => Ok(newest),
            (None, None) => {
                let hold = self.store.newest_hold(district).await?;
                Err(match hold.filter(|_| status == PlanStatus::Open) {
                    Some(hold) => on_hold(ground, hold.number),
                    None => HubError::NotFound(format!("there is no {word} plan")),
                })
            }
            (Some(wanted), newest) => {
                let found = self.store.plan(district, PlanNumber(wanted)).await?;
                let found = found
                    .ok_or_else(|| HubError::NotFound(format!("there is no plan `{wanted}`")))?;
                if found.status == status
                    && newest.as_ref().is_none_or(|newest| newest.number == found.number)
                {
                    return Ok(found);
                }
                if newest.is_none() && found.status == PlanStatus::Held {
                    return Err(on_hold(ground, found.number));
                }
                if found.status == PlanStatus::Applied || newest.is_none() {
                    let by = found
                        .operation
                        .map_or(String::new(), |operation| format!(", by operation {operation}"));
                    let left = newest.as_ref().filter(|left| left.delivery == found.delivery);
                    let left = left.map_or(String::new(), |left| {
                        format!("; what was left of it waits as plan `{}`", left.number)
                    });
                    let superseded = found.status == PlanStatus::Superseded;
                    let why = if superseded { "; a newer plan took its place" } else { "" };
                    return Err(HubError::Refused(format!(
                        "plan `{wanted}` is {}{by}{why}{left}",
                        found.status
                    )));
                }
                let newer = newest.map_or(String::new(), |newest| {
                    format!("; the newest {word} plan is `{}`", newest.number)
                });
                Err(HubError::Superseded(format!("plan `{wanted}` is {}{newer}", found.status)))
            }
        }
    }

    async fn refuse(
        &self,
        ground: &Ground,
        stored: &StoredPlan,
        notes: Vec<String>,
    ) -> Result<RunReport, HubError> {
        self.store.set_plan_status(ground.district.id, stored.number, PlanStatus::Stale).await?;
        let shown: RunReport = serde_json::from_value(stored.summary.clone())?;
        let mut all = vec![format!("plan {} does not fit any more; make a new one", stored.number)];
        all.extend(notes);
        Ok(RunReport { status: Status::Refused, plan: Some(stored.number.0), notes: all, ..shown })
    }

    /// The lines that differ between a kept plan and what it would be now, as sentences.
    async fn differences(
        &self,
        ground: &Ground,
        stored: &StoredPlan,
        judged: &Judged,
    ) -> Result<Vec<String>, HubError> {
        let path = self.store.files(&ground.district.slug).plan(stored.number);
        let before: BTreeSet<Line> = plan_file::read(&path, &ground.key)?.into_iter().collect();
        let now: BTreeSet<Line> = judged.draft.lines(&judged.snapshot).collect();
        let mut told = Vec::new();
        if stored.base != ground.base {
            told.push(format!(
                "the roster moved from operation {} to {}",
                stored.base, ground.base
            ));
        }
        let gone = before.difference(&now).map(|line| ("was planned and is not now", line));
        let new = now.difference(&before).map(|line| ("was not planned and would be now", line));
        let all: Vec<_> = gone.chain(new).collect();
        for (what, line) in all.iter().take(DIFFERENCES) {
            told.push(format!("{what}: {}", self.sentence(ground, line).await?));
        }
        let more = all.len().saturating_sub(DIFFERENCES);
        if more > 0 {
            told.push(format!("and {more} more"));
        }
        Ok(told)
    }

    /// A line with its row as the source names it.
    pub(crate) async fn sentence(&self, ground: &Ground, line: &Line) -> Result<String, HubError> {
        let (kind, district) = (line.kind, ground.district.id);
        let known = self.store.last_versions(district, kind, &[line.subject]).await?;
        let what = match known.first() {
            Some(version) => format!("{} {}", kind.noun(), version.row.sourced_id),
            None => format!("a new {}", kind.noun()),
        };
        let place = if line.at == 0 {
            String::new()
        } else {
            format!(" ({} line {})", kind.file(), line.at)
        };
        Ok(format!("{} {what}{place}, because {}", line.action.name(), line.reason.clause()))
    }
}

/// Only `approve` lets a plan through that a guard holds.
fn on_hold(ground: &Ground, plan: PlanNumber) -> HubError {
    HubError::OnHold { district: ground.district.slug.clone(), plan: plan.0 }
}

/// A plan with tried settings stays, to be applied once they are the district's.
fn refuse_tried(ground: &Ground, stored: &StoredPlan) -> Result<RunReport, HubError> {
    let shown: RunReport = serde_json::from_value(stored.summary.clone())?;
    let note = format!(
        "plan {} was made with settings that are not the district's; apply them with `firstbell district settings {} --edit-file FILE` first",
        stored.number, ground.district.slug
    );
    let (plan, notes) = (Some(stored.number.0), vec![note]);
    Ok(RunReport { status: Status::Refused, plan, notes, ..shown })
}
