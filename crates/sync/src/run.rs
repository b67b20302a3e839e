//! One run of a delivery: read, check, scope, match, plan, guard, apply.
//!
//! Read this file from top to bottom and you have read the product.

use std::collections::BTreeSet;
use std::path::Path;

use firstbell_ingest::{Limits, Package, Reading, package};
use firstbell_roster::check::whole;
use firstbell_roster::guard::{self, Verdict};
use firstbell_roster::matching;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::snapshot::{Mode, Snapshot};
use firstbell_roster::model::{Kind, Settings, SubjectId};
use firstbell_roster::plan::{self, Account, Draft, Known};
use firstbell_store::{DEFAULT_SOURCE, DeliveryNumber, NewRun, RunNumber, crash_point};

use crate::account::{self, Names};
use crate::approved::Covered;
use crate::covered::Passing;
use crate::ground::Ground;
use crate::hub::{Context, Hub, HubError, RunOptions};
use crate::kept::{Keeper, KeptDelivery, KeptFiles};
use crate::ledger::Ledger;
use crate::report::{AboutDelivery, RunReport, Status};
use crate::timing::Stages;
use crate::{approved, check, findings, history, identity, image, known, lease, places, records};

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Make a plan and keep it.
    Plan,
    /// Make a plan and apply it if the guards let it through.
    Sync,
}

/// A delivery that was read, judged and planned, with nothing written to the roster.
pub(crate) struct Judged {
    pub snapshot: Snapshot,
    pub draft: Draft,
    pub account: Account,
    pub verdict: Verdict,
    pub names: Names,
    /// What the roster knew of those whom the plan touches.
    pub known: Known,
    /// The users whose sourcedIds look reused, from now on.
    pub doubted: BTreeSet<SubjectId>,
    /// Those in doubt before who are not any more, where the plan goes through.
    pub settled: BTreeSet<SubjectId>,
    /// Whether a guard's part was kept back from the draft, so that the rest can be applied.
    pub split: bool,
    /// Whether the rest cannot be applied without that part after all.
    pub torn: bool,
    /// The lines that an approval covers, where guards hold the plan.
    pub covered: Option<Covered>,
    /// The plans whose approvals let it through.
    pub approved_with: Vec<i64>,
}

impl Hub {
    /// Plans a delivery and keeps the plan; the roster stays as it is.
    pub async fn plan(
        &self,
        slug: &str,
        feed: &Path,
        options: &RunOptions<'_>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        self.run(slug, feed, options, context, Intent::Plan).await
    }

    /// Plans a delivery and applies the plan, unless a guard holds it.
    pub async fn sync(
        &self,
        slug: &str,
        feed: &Path,
        options: &RunOptions<'_>,
        context: &Context,
    ) -> Result<RunReport, HubError> {
        self.run(slug, feed, options, context, Intent::Sync).await
    }

    async fn run(
        &self,
        slug: &str,
        feed: &Path,
        options: &RunOptions<'_>,
        context: &Context,
        intent: Intent,
    ) -> Result<RunReport, HubError> {
        let mut ground = self.ground(slug, context, options.settings.as_deref()).await?;
        ground.rekey = options.rekey;
        let result = Box::pin(self.run_on(&mut ground, feed, options, context, intent)).await;
        lease::give_back(&self.store, ground.lease).await;
        result
    }

    async fn run_on(
        &self,
        ground: &mut Ground,
        feed: &Path,
        options: &RunOptions<'_>,
        context: &Context,
        intent: Intent,
    ) -> Result<RunReport, HubError> {
        let mut stages = Stages::start();
        let package =
            package::open(feed, Limits::default()).map_err(firstbell_ingest::ReadError::from)?;
        let number = self.store.draw_delivery(ground.district.id).await?;
        crash_point("before_blocks");
        let keeper = Keeper::new(self.store.files(&ground.district.slug), &ground.key, number);
        let read = self.read(ground, package.as_ref(), Some(&keeper), options, &mut stages).await;
        let snapshot = match read {
            Ok(snapshot) => snapshot,
            Err(error) => {
                keeper.discard();
                return Err(error);
            }
        };
        let about = check::about(&snapshot, package.as_ref(), feed);
        let foreign = identity::of_another_district(&self.store, ground, &snapshot).await?;
        let overridden = foreign.as_ref().and(options.override_identity.as_deref());
        if let Some(reason) = foreign.filter(|_| overridden.is_none()) {
            keeper.discard();
            return Ok(refused(ground, about.without_names(), reason));
        }
        // Why it was taken all the same stays with its plan, and with its operation where it is
        // applied at once.
        let reason = overridden.unwrap_or(&context.reason).to_owned();
        let context = &Context { reason, ..context.clone() };
        // What waits for the disk would wait for all of the delivery too, once that is on its way.
        let mut run = self.begin_run(ground, context, number).await?;
        let kept = keeper.finish();
        let history =
            history::before(&self.store, ground, &snapshot, context, options.again).await?;
        ground.approved = self.approved(ground, context).await?;
        let mut judged = self.judge(ground, snapshot, &history, false, &mut stages).await?;
        kept.wait().await?;
        stages.end("keep delivery");
        crash_point("after_blocks");
        records::delivery(&self.store, ground, &judged.snapshot, number, &about, context).await?;
        if intent == Intent::Sync {
            records::doubted(&self.store, ground, &judged, false).await?;
        }
        let passing = Passing { history: &history, about: &about, number, intent };
        let passed =
            Box::pin(self.let_pass(ground, &mut judged, passing, &mut run, context)).await?;
        if judged.torn {
            judged = self.judge_whole(ground, number, judged, context, options.again).await?;
        }
        let mut report = report(ground, &judged, Some(number), Some(about));
        findings::accept(&mut report.findings, &ground.settings, ground.as_of);
        passed.tell(&mut report);
        self.tell_hold_that_ends(ground, &judged, intent, &mut report).await?;
        let ledger = self.compare_findings(ground, &judged, (run, number), &mut report)?;
        report.notes.extend(overridden.map(|reason| {
            format!("it looks like another district's, and is taken all the same: {reason}")
        }));
        let plan = records::plan(
            &self.store,
            ground,
            &judged,
            run,
            Some(number),
            &mut report,
            context,
            intent,
        )
        .await?;
        stages.end("store plan");
        if report.status == Status::Planned && intent == Intent::Sync {
            let kept = self.kept(ground, number, &judged.snapshot)?;
            let delivery = (run, plan, number);
            let (report, stages) = (&mut report, &mut stages);
            self.apply_judged(ground, &mut judged, &kept, delivery, context, report, stages)
                .await?;
            if judged.split {
                self.hold_rest(ground, &kept, number, context, report).await?;
            }
        }
        if intent == Intent::Sync {
            self.remember(ground, &judged, &ledger, report.status).await?;
        }
        records::finish(&self.store, ground, (run, intent), number, &report, context).await?;
        report.timings = stages.report(options.timings);
        Ok(report)
    }

    /// Keeps what the next sync compares with: whose sourcedIds are in doubt, and what was found.
    async fn remember(
        &self,
        ground: &Ground,
        judged: &Judged,
        ledger: &Ledger,
        status: Status,
    ) -> Result<(), HubError> {
        let through = matches!(status, Status::Applied | Status::Unchanged) && !judged.split;
        records::doubted(&self.store, ground, judged, through).await?;
        ledger.save(&self.store.files(&ground.district.slug), &ground.key)
    }

    /// Says that a hold is over, where one waited and gives way to this plan.
    async fn tell_hold_that_ends(
        &self,
        ground: &Ground,
        judged: &Judged,
        intent: Intent,
        report: &mut RunReport,
    ) -> Result<(), HubError> {
        if !records::supersedes(ground, intent, report.status) {
            return Ok(());
        }
        let Some(hold) = self.store.newest_hold(ground.district.id).await? else { return Ok(()) };
        let number = hold.number;
        let in_part = judged.snapshot.files.values().any(|file| file.mode == Mode::Delta);
        report.notes.push(match (judged.verdict.trips.is_empty(), in_part) {
            (true, false) => {
                format!("plan {number} was on hold and is closed: no limit holds this delivery")
            }
            (true, true) => format!(
                "plan {number} was on hold and is closed: what it would have changed is planned anew with the next complete delivery"
            ),
            (false, _) => format!("plan {number} was on hold and gives way to this one"),
        });
        Ok(())
    }

    /// Tells what of the findings is new since the delivery that was synced last, and what is
    /// mended; keeps all their places.
    fn compare_findings(
        &self,
        ground: &Ground,
        judged: &Judged,
        (run, number): (RunNumber, DeliveryNumber),
        report: &mut RunReport,
    ) -> Result<Ledger, HubError> {
        let files = self.store.files(&ground.district.slug);
        let before = Ledger::load(&files, &ground.key);
        let ledger = Ledger::of(&judged.snapshot, number.0, before.as_ref());
        if let Some(before) = &before {
            ledger.tell(before, report);
        }
        places::write(&files, &ground.key, run, &judged.snapshot, &ledger, &report.findings)?;
        Ok(ledger)
    }

    /// Judges a delivery again, of which no part can be kept back without harm.
    async fn judge_whole(
        &self,
        ground: &mut Ground,
        number: DeliveryNumber,
        torn: Judged,
        context: &Context,
        again: bool,
    ) -> Result<Judged, HubError> {
        let kept = self.kept(ground, number, &torn.snapshot)?;
        let hash = torn.snapshot.about.hash.clone();
        drop(torn);
        ground.whole = true;
        self.judge_anew(ground, &kept, hash, context, again).await
    }

    /// Read, check and scope: the delivery beside the roster that it is compared with.
    async fn read(
        &self,
        ground: &Ground,
        package: &dyn Package,
        keeper: Option<&Keeper<'_>>,
        options: &RunOptions<'_>,
        stages: &mut Stages,
    ) -> Result<Snapshot, HubError> {
        let hasher = Hasher::new(ground.district.hash_seed.cast_unsigned());
        let roster = image::load(&self.store, &ground.district, &hasher, ground.base).await?;
        stages.end("load image");
        let mut snapshot = Snapshot::new(hasher, roster);
        let keep = keeper.map(|keeper| keeper as &dyn firstbell_ingest::Keep);
        let known = known::of_rules(&self.store, ground.district.id, &ground.settings).await?;
        let reading = Reading {
            settings: &ground.settings,
            as_of: ground.as_of,
            known: &known,
            keep,
            progress: options.progress,
        };
        tokio::task::block_in_place(|| firstbell_ingest::read(package, &reading, &mut snapshot))?;
        if ground.settings.time_zone == Settings::default().time_zone {
            snapshot.findings.file(&firstbell_roster::check::table::TIME_ZONE_NOT_SET, "", None);
        }
        stages.end("read, check, scope");
        Ok(snapshot)
    }

    /// Match, plan and guard: what the delivery would change, and whether that is safe.
    pub(crate) async fn judge(
        &self,
        ground: &Ground,
        mut snapshot: Snapshot,
        history: &guard::History,
        approved: bool,
        stages: &mut Stages,
    ) -> Result<Judged, HubError> {
        known::keep_named(&self.store, ground.district.id, &mut snapshot).await?;
        let known =
            known::fetch(&self.store, ground.district.id, &snapshot, &ground.settings).await?;
        let matched = matching::decide(&mut snapshot, &known, &ground.settings, ground.rekey);
        for kind in [Kind::UserProfile, Kind::Role, Kind::Demographics, Kind::Enrollment] {
            whole::hold_dependants(&mut snapshot, kind);
        }
        stages.end("match");
        let mut draft = plan::draft(&mut snapshot, &known, &matched);
        stages.end("plan");
        let review = |snapshot: &Snapshot, draft: &Draft| {
            guard::review(snapshot, draft, &known, &ground.settings, history, ground.as_of)
        };
        let mut verdict = review(&snapshot, &draft);
        let orgs = self.org_rows(ground).await?;
        let names = account::names(&snapshot, &orgs);
        let holds = !verdict.trips.is_empty() && !approved;
        let cover = || approved::cover(&ground.approved, &snapshot, &draft, &verdict);
        let covered = if holds { cover() } else { None };
        let mut part = None;
        if holds && covered.is_none() && !ground.whole && verdict.may_split(&ground.settings) {
            let district = ground.district.id;
            part = known::kept_back(&self.store, district, &verdict, &snapshot, &draft, &known)
                .await?;
        }
        let split = part.is_some();
        let mut torn = false;
        while let Some(taken) = part.take() {
            taken.take_out(&mut snapshot, &mut draft, &known);
            let rest = review(&snapshot, &draft);
            verdict.ended.clone_from(&rest.ended);
            if !rest.trips.is_empty() {
                // What was kept back would have made up for what the rest loses.
                let district = ground.district.id;
                part = known::kept_back(&self.store, district, &rest, &snapshot, &draft, &known)
                    .await?;
                torn = part.is_none();
                let told = |trip: &guard::Trip, all: &[guard::Trip]| {
                    all.iter().any(|one| one.guard == trip.guard && one.school == trip.school)
                };
                for trip in rest.trips {
                    if !told(&trip, &verdict.trips) {
                        verdict.trips.push(trip);
                    }
                }
            }
        }
        let account = plan::account(&snapshot, &draft, holds && !split);
        stages.end("guard");
        let matching::Matched { doubted, settled, .. } = matched;
        Ok(Judged {
            snapshot,
            draft,
            account,
            verdict,
            names,
            known,
            doubted,
            settled,
            split,
            torn,
            covered,
            approved_with: Vec::new(),
        })
    }

    /// Applies a judged plan in one transaction and writes the image that the next run needs.
    #[expect(clippy::too_many_arguments, reason = "an operation is made of all of these")]
    pub(crate) async fn apply_judged(
        &self,
        ground: &Ground,
        judged: &mut Judged,
        kept: &KeptDelivery,
        (run, plan, number): (RunNumber, firstbell_store::PlanNumber, DeliveryNumber),
        context: &Context,
        report: &mut RunReport,
        stages: &mut Stages,
    ) -> Result<(), HubError> {
        let new = records::operation(ground, judged, (run, plan, number), context, report);
        let applied = records::apply(&self.store, ground, new, judged, kept)?;
        stages.end("apply");
        report.status = Status::Applied;
        report.operation = Some(applied.operation.0);
        judged.snapshot.forget_records();
        let (snapshot, draft) = (&judged.snapshot, &judged.draft);
        let parts = image::parts_after(snapshot, draft, &applied);
        let district = &ground.district;
        if let Err(error) =
            image::save(&self.store, district, snapshot, draft, &applied, &parts).await
        {
            // It is a cache: the next run makes it again.
            report.notes.push(format!("the next run takes longer than usual: {error}"));
        }
        stages.end("write image");
        self.count_schools(district, snapshot, &applied, &parts).await;
        stages.end("count schools");
        Ok(())
    }

    pub(crate) fn kept(
        &self,
        ground: &Ground,
        number: DeliveryNumber,
        snapshot: &Snapshot,
    ) -> Result<KeptDelivery, HubError> {
        let (files, version) = (self.store.files(&ground.district.slug), &snapshot.about.version);
        KeptDelivery::open(&files, &ground.key, number, version, &KeptFiles::of(snapshot))
    }

    pub(crate) async fn begin_run(
        &self,
        ground: &Ground,
        context: &Context,
        number: DeliveryNumber,
    ) -> Result<RunNumber, HubError> {
        let new = NewRun {
            source: DEFAULT_SOURCE,
            started_at: context.now,
            delivery: Some(number),
            settings_version: Some(ground.settings_version),
            as_of: Some(ground.as_of),
        };
        Ok(self.store.create_run(ground.district.id, &ground.lease, new).await?)
    }
}

/// The report of a judged plan, before it is known whether it is applied.
pub(crate) fn report(
    ground: &Ground,
    judged: &Judged,
    delivery: Option<DeliveryNumber>,
    about: Option<AboutDelivery>,
) -> RunReport {
    let outcomes = account::outcomes(&judged.account);
    let changes = judged.draft.changes();
    let holds = !judged.verdict.trips.is_empty() && (!judged.split || changes == 0);
    RunReport {
        district: ground.district.slug.clone(),
        delivery: delivery.map(|number| number.0),
        plan: None,
        digest: String::new(),
        base_operation: ground.base.0,
        status: if holds {
            Status::Held
        } else if changes == 0 {
            Status::Unchanged
        } else {
            Status::Planned
        },
        operation: None,
        as_of: ground.as_of.to_string(),
        about,
        departures: account::departures(&judged.account),
        changes,
        summary: account::summary(&judged.draft, &judged.snapshot, &judged.names),
        pending_review: judged.account.values().map(|kind| kind.pending_review).sum(),
        waiting: account::waiting(&judged.snapshot, &judged.account),
        findings: findings::report(&judged.snapshot),
        fixed: Vec::new(),
        compared_with: None,
        guard: account::guard(&judged.verdict, &judged.names, &ground.settings.guard),
        outcomes,
        undoes: None,
        conflicts: Vec::new(),
        closed: None,
        tried: ground.tried.is_some(),
        moved: false,
        rekeyed: ground.rekey,
        notes: Vec::new(),
        timings: Vec::new(),
    }
}

fn refused(ground: &Ground, about: AboutDelivery, reason: String) -> RunReport {
    let none = Judged {
        snapshot: Snapshot::new(Hasher::new(0), Vec::new()),
        draft: Draft::default(),
        account: Account::new(),
        verdict: Verdict::default(),
        names: Names::new(),
        known: Known::default(),
        doubted: BTreeSet::new(),
        settled: BTreeSet::new(),
        split: false,
        torn: false,
        covered: None,
        approved_with: Vec::new(),
    };
    RunReport {
        status: Status::Refused,
        notes: vec![reason],
        about: Some(about),
        ..report(ground, &none, None, None)
    }
}
