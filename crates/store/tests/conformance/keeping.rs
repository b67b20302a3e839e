use std::collections::BTreeSet;

use firstbell_roster::model::{
    Date, DateTime, DistrictId, Kind, OperationNumber, SourceId, SubjectId,
};
use firstbell_store::{
    Approval, DEFAULT_SOURCE, Delivery, DeliveryNumber, FinishedRun, GoodRun, NewOperation, NewRun,
    OperationKind, Overview, PlanNumber, PlanStatus, QuietDelivery, RunNumber, RunStatus,
    StoredPlan, Write,
};
use serde_json::json;

use crate::installation::{Installation, MINUTE, on_both, operation};
use crate::rosters::{begin, school};

fn new_run() -> NewRun {
    NewRun {
        source: DEFAULT_SOURCE,
        started_at: DateTime(1),
        delivery: None,
        settings_version: Some(3),
        as_of: Date::parse("2026-08-17"),
    }
}

fn finished(status: RunStatus) -> FinishedRun {
    FinishedRun {
        status,
        finished_at: DateTime(2),
        delivery: Some(DeliveryNumber(1)),
        summary: json!({"users": {"create": 1}}),
        resumes: None,
    }
}

async fn plan(it: &Installation, district: DistrictId, status: PlanStatus) -> StoredPlan {
    StoredPlan {
        number: it.store.draw_plan(district).await.unwrap(),
        run: Some(RunNumber(1)),
        source: DEFAULT_SOURCE,
        status,
        base: OperationNumber(0),
        delivery: Some(DeliveryNumber(1)),
        settings_version: 3,
        as_of: Date::parse("2026-08-17").unwrap(),
        engine_version: "0.1.0".to_owned(),
        digest: "abc".to_owned(),
        summary: json!({"users": 2}),
        verdict: json!([]),
        created_at: DateTime(4),
        operation: None,
    }
}

#[test]
fn a_run_ends_as_it_says_or_with_its_operation() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let first = it.store.create_run(district, &lease, new_run()).await.unwrap();
        it.store.finish_run(district, first, finished(RunStatus::Held)).await.unwrap();
        let second = it.store.create_run(district, &lease, new_run()).await.unwrap();
        let new = NewOperation {
            run: Some((second, finished(RunStatus::Applied))),
            ..operation(OperationNumber(0))
        };
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        it.store.apply(&lease, new, none).await.unwrap();
        it.store.finish_run(district, second, finished(RunStatus::Failed)).await.unwrap();
        let runs = it.store.runs(district, None, 9).await.unwrap();
        let ends: Vec<_> = runs.iter().map(|run| (run.number.0, run.status)).collect();
        assert_eq!(ends, [(2, RunStatus::Applied), (1, RunStatus::Held)]);
        assert_eq!(runs[0].operation, Some(OperationNumber(1)));
        assert_eq!(runs[1].as_of, Date::parse("2026-08-17"));
        assert_eq!(runs[1].summary, json!({"users": {"create": 1}}));
        let missing = it.store.finish_run(district, RunNumber(9), finished(RunStatus::Held));
        assert!(missing.await.is_err());
    });
}

#[test]
fn runs_that_decided_come_with_their_deliveries_and_plans() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let number = it.store.draw_delivery(district).await.unwrap();
        let delivery = Delivery {
            number,
            source: DEFAULT_SOURCE,
            hash: "abc".to_owned(),
            received_at: DateTime(3),
            label: "feed".to_owned(),
            version: "1.1".to_owned(),
            files: json!({"files": {}}),
            complete: true,
            expired_at: None,
        };
        it.store.save_delivery(district, &delivery).await.unwrap();
        for status in [RunStatus::Held, RunStatus::Failed, RunStatus::Unchanged] {
            let run = it.store.create_run(district, &lease, new_run()).await.unwrap();
            it.store.finish_run(district, run, finished(status)).await.unwrap();
        }
        let held = plan(it, district, PlanStatus::Held).await;
        it.store.save_plan(district, &held, false).await.unwrap();
        let decided = async |before: Option<i64>, limit| {
            let before = before.map(RunNumber);
            it.store.decided_runs(district, DEFAULT_SOURCE, before, limit).await.unwrap()
        };
        let runs = decided(None, 9).await;
        let told: Vec<_> = runs.iter().map(|run| (run.number.0, run.plan)).collect();
        let own = (held.number, PlanStatus::Held, OperationNumber(0));
        assert_eq!(told, [(3, None), (1, Some(own))]);
        assert_eq!((runs[0].delivery, runs[0].received_at), (number, DateTime(3)));
        assert_eq!((&runs[0].files, runs[0].complete), (&delivery.files, true));
        assert_eq!(decided(Some(3), 9).await, runs[1..]);
        assert_eq!(decided(None, 1).await, runs[..1]);
        it.store.expire_delivery(district, number, DateTime(9)).await.unwrap();
        assert_eq!(decided(None, 1).await[0].expired_at, Some(DateTime(9)));
        let other = it.district("birch").await.id;
        let foreign = it.store.decided_runs(other, DEFAULT_SOURCE, None, 9).await.unwrap();
        assert!(foreign.is_empty());
    });
}

#[test]
fn a_run_can_let_a_paused_source_go_on() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let new = NewOperation {
            pause: Some((DEFAULT_SOURCE, Some("undone".to_owned()))),
            ..operation(OperationNumber(0))
        };
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        it.store.apply(&lease, new, none).await.unwrap();
        let is_paused = async || it.store.sources(district).await.unwrap()[0].paused.is_some();
        for (resumes, paused) in [(None, true), (Some(DEFAULT_SOURCE), false)] {
            let run = it.store.create_run(district, &lease, new_run()).await.unwrap();
            let finished = FinishedRun { resumes, ..finished(RunStatus::Unchanged) };
            it.store.finish_run(district, run, finished).await.unwrap();
            assert_eq!(is_paused().await, paused);
        }
    });
}

#[test]
fn a_run_that_was_cut_off_is_closed_by_whoever_comes_next() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let run = it.store.create_run(district, &lease, new_run()).await.unwrap();
        let files = it.store.files("maple");
        let partial = files.outcomes(run, Kind::User).with_extension("partial");
        let orphan = files.delivery_file(DeliveryNumber(8), Kind::User);
        for file in [&partial, &orphan] {
            files.make_folder_of(file).unwrap();
            std::fs::write(file, "x").unwrap();
        }
        let during = it.store.recover(district, DateTime(MINUTE - 1)).await.unwrap();
        assert_eq!(during, None, "the run may still be at work");
        let recovered = it.store.recover(district, DateTime(MINUTE)).await.unwrap().unwrap();
        assert_eq!(recovered.swept.len(), 2);
        let status = it.store.run(district, run).await.unwrap().unwrap().status;
        assert_eq!(status, RunStatus::Interrupted);
        assert!(!partial.exists() && !orphan.exists());
        assert!(it.store.take_lease(district, "next", DateTime(MINUTE), 1).await.is_ok());
    });
}

#[test]
fn a_plan_is_kept_superseded_and_applied() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let first = plan(it, district, PlanStatus::Held).await;
        it.store.save_plan(district, &first, true).await.unwrap();
        assert_eq!(it.store.plan(district, first.number).await.unwrap(), Some(first.clone()));
        assert_eq!(it.store.newest_hold(district).await.unwrap(), Some(first.clone()));
        let second = plan(it, district, PlanStatus::Held).await;
        it.store.save_plan(district, &second, true).await.unwrap();
        let held = it.store.plans(district, Some(PlanStatus::Held), None, 9).await.unwrap();
        assert_eq!(held, std::slice::from_ref(&second));
        let new = NewOperation {
            plan: Some((second.number, PlanStatus::Applied)),
            ..operation(OperationNumber(0))
        };
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        it.store.apply(&lease, new, none).await.unwrap();
        assert_eq!(it.store.newest_hold(district).await.unwrap(), None);
        let plans = it.store.plans(district, None, None, 9).await.unwrap();
        let statuses: Vec<_> = plans.iter().map(|plan| plan.status).collect();
        assert_eq!(statuses, [PlanStatus::Applied, PlanStatus::Superseded]);
        assert_eq!(plans[0].operation, Some(OperationNumber(1)));
        let dropped = PlanStatus::Dropped;
        it.store.set_plan_status(district, first.number, dropped).await.unwrap();
        assert!(it.store.set_plan_status(district, PlanNumber(9), dropped).await.is_err());
    });
}

#[test]
fn an_approval_covers_its_digest_until_it_expires() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let approval = Approval {
            plan: PlanNumber(2),
            identity: "ana".to_owned(),
            by: None,
            reason: Some("a school closed".to_owned()),
            at: DateTime(1),
            expires_at: Some(DateTime(10)),
            digest: "abc".to_owned(),
        };
        it.store.save_approval(district, &approval).await.unwrap();
        let of_plan = it.store.approvals(district, PlanNumber(2)).await.unwrap();
        assert_eq!(of_plan, [approval]);
        assert_eq!(it.store.live_approvals(district, DateTime(9)).await.unwrap().len(), 1);
        assert_eq!(it.store.live_approvals(district, DateTime(10)).await.unwrap().len(), 0);
    });
}

#[test]
fn users_are_in_doubt_until_they_are_left_out() {
    on_both(async |it| {
        let (maple, oak) = (it.district("maple").await.id, it.district("oak").await.id);
        let users = |ids: &[i64]| ids.iter().copied().map(SubjectId).collect::<BTreeSet<_>>();
        let other = SourceId(DEFAULT_SOURCE.0 + 1);
        for (district, source, ids) in [
            (maple, DEFAULT_SOURCE, vec![3, 1]),
            (maple, DEFAULT_SOURCE, vec![2, 3]),
            (maple, other, vec![9]),
            (oak, DEFAULT_SOURCE, vec![]),
        ] {
            it.store.save_doubted_users(district, source, &users(&ids)).await.unwrap();
            assert_eq!(it.store.doubted_users(district, source).await.unwrap(), users(&ids));
        }
        let of_maple = it.store.doubted_users(maple, DEFAULT_SOURCE).await.unwrap();
        assert_eq!(of_maple, users(&[2, 3]));
    });
}

#[test]
fn deliveries_are_found_by_source_and_content() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let mut kept = Vec::new();
        for (hash, source) in [("aa", 1), ("bb", 1), ("aa", 2)] {
            let delivery = Delivery {
                number: it.store.draw_delivery(district).await.unwrap(),
                source: SourceId(source),
                hash: hash.to_owned(),
                received_at: DateTime(1),
                label: "folder".to_owned(),
                version: "1.1".to_owned(),
                files: json!({"users.csv": 3}),
                complete: true,
                expired_at: None,
            };
            it.store.save_delivery(district, &delivery).await.unwrap();
            kept.push(delivery);
        }
        let latest = it.store.latest_delivery(district, SourceId(1)).await.unwrap();
        assert_eq!(latest.as_ref(), Some(&kept[1]));
        let same = it.store.deliveries_with_hash(district, "aa").await.unwrap();
        assert_eq!(same.iter().map(|d| d.number.0).collect::<Vec<_>>(), [3, 1]);
        it.store.expire_delivery(district, DeliveryNumber(1), DateTime(7)).await.unwrap();
        let first = it.store.delivery(district, DeliveryNumber(1)).await.unwrap().unwrap();
        assert_eq!(first.expired_at, Some(DateTime(7)));
        let all = it.store.deliveries(district, None, None, 2).await.unwrap();
        assert_eq!(all.iter().map(|d| d.number.0).collect::<Vec<_>>(), [3, 2]);
    });
}

#[test]
fn quiet_deliveries_are_those_synced_with_nothing_to_change() {
    on_both(async |it| {
        let (maple, oak) = (it.district("maple").await.id, it.district("oak").await.id);
        let mut number = 0;
        for (district, source, status) in [
            (maple, DEFAULT_SOURCE, RunStatus::Unchanged),
            (maple, DEFAULT_SOURCE, RunStatus::Planned),
            (maple, DEFAULT_SOURCE, RunStatus::Held),
            (maple, DEFAULT_SOURCE, RunStatus::Unchanged),
            (maple, SourceId(DEFAULT_SOURCE.0 + 1), RunStatus::Unchanged),
            (oak, DEFAULT_SOURCE, RunStatus::Unchanged),
        ] {
            number += 1;
            let lease = it.lease(district).await;
            let run = it.store.create_run(district, &lease, new_run()).await.unwrap();
            let of_run = StoredPlan {
                run: Some(run),
                source,
                base: OperationNumber(10 + number),
                delivery: Some(DeliveryNumber(number)),
                ..plan(it, district, PlanStatus::Open).await
            };
            it.store.save_plan(district, &of_run, false).await.unwrap();
            it.store.finish_run(district, run, finished(status)).await.unwrap();
            it.store.release_lease(lease).await.unwrap();
        }
        let quiet =
            async |limit| it.store.quiet_deliveries(maple, DEFAULT_SOURCE, limit).await.unwrap();
        let one = |number, base| QuietDelivery {
            number: DeliveryNumber(number),
            base: OperationNumber(base),
        };
        assert_eq!(quiet(9).await, [one(4, 14), one(1, 11)]);
        assert_eq!(quiet(1).await, [one(4, 14)]);
    });
}

#[test]
fn many_districts_are_looked_over_at_once() {
    on_both(async |it| {
        let (oak, elm) = (it.district("oak").await.id, it.district("elm").await.id);
        let lease = it.lease(oak).await;
        for id in [1, 2] {
            let run = it.store.create_run(oak, &lease, new_run()).await.unwrap();
            let new = NewOperation {
                run: Some((run, finished(RunStatus::Applied))),
                ..operation(OperationNumber(id - 1))
            };
            let school = begin(school(-1, &format!("s{id}"), "North", ""));
            let writes = [Ok::<_, std::io::Error>(school)];
            it.store.apply(&lease, new, writes.into_iter()).await.unwrap();
        }
        let run = it.store.create_run(oak, &lease, new_run()).await.unwrap();
        it.store.finish_run(oak, run, finished(RunStatus::Held)).await.unwrap();
        for at in [40, 30] {
            let held = plan(it, oak, PlanStatus::Held).await;
            let held = StoredPlan { created_at: DateTime(at), ..held };
            it.store.save_plan(oak, &held, false).await.unwrap();
        }
        let look = async || it.store.overviews(&[oak, elm]).await.unwrap();
        let good = GoodRun { at: DateTime(2), operation: Some(OperationNumber(2)), undone: false };
        let expected = Overview {
            operation: OperationNumber(2),
            last_good: Some(good),
            holds: 2,
            newest_hold: Some(PlanNumber(2)),
            waits_since: Some(DateTime(30)),
            paused_at: None,
            schools: 2,
        };
        let found = look().await;
        assert_eq!(found[&oak], expected);
        assert_eq!(found[&elm].last_good, None);
        assert_eq!((found[&elm].holds, found[&elm].schools, found.len()), (0, 0, 2));
        let undo = NewOperation {
            kind: OperationKind::Undo,
            undoes: Some(OperationNumber(2)),
            pause: Some((DEFAULT_SOURCE, Some("undone".to_owned()))),
            ..operation(OperationNumber(2))
        };
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        it.store.apply(&lease, undo, none).await.unwrap();
        let found = look().await;
        assert_eq!(found[&oak].last_good, Some(GoodRun { undone: true, ..good }));
        assert!(found[&oak].paused_at.is_some());
        assert_eq!(it.store.overviews(&[elm]).await.unwrap().len(), 1);
        assert!(it.store.overviews(&[]).await.unwrap().is_empty());
    });
}

#[test]
fn settings_are_saved_after_the_version_that_they_were_made_from() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let save = async |after, text: &str| {
            let at = DateTime(after);
            it.store.save_settings_after(district, after, text, "ana", at).await.unwrap()
        };
        assert_eq!(save(0, "a").await, Some(1));
        assert_eq!(save(0, "b").await, None);
        assert_eq!(save(2, "b").await, None);
        assert_eq!(save(1, "b").await, Some(2));
        assert_eq!(it.store.settings(district).await.unwrap(), Some((2, "b".to_owned())));
        let versions = async |before| {
            let found = it.store.settings_versions(district, before, 9).await.unwrap();
            found.into_iter().map(|one| (one.version, one.saved_at.0)).collect::<Vec<_>>()
        };
        assert_eq!(versions(None).await, [(2, 1), (1, 0)]);
        assert_eq!(versions(Some(2)).await, [(1, 0)]);
    });
}
