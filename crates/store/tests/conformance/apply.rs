use std::collections::BTreeMap;

use firstbell_roster::model::columns::{enrollment, user};
use firstbell_roster::model::{DateTime, Kind, OperationNumber, SourceId, SubjectId};
use firstbell_store::{ApplyError, DEFAULT_SOURCE, NewOperation, Write};

use crate::installation::{MINUTE, on_both, operation};
use crate::rosters::{begin, classroom, end, member, person, replace, row, school, with};

#[test]
fn drafts_become_ids_in_order_everywhere_they_stand() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        let mut second = person(-2, "p3", "Cy");
        second.person = Some(firstbell_roster::model::PersonId(-1));
        let second = with(
            second,
            user::AGENTS,
            firstbell_roster::model::Value::Subjects(vec![SubjectId(-1), SubjectId(1)]),
        );
        let applied = it
            .apply(
                &lease,
                vec![
                    begin(member(-1, "e1", -1, -2)),
                    begin(second),
                    begin(classroom(-1, "c1", -1)),
                    begin(school(-1, "s1", "Elm", "7")),
                    begin(person(-1, "p2", "Bo")),
                ],
            )
            .await;
        assert_eq!(applied.first_ids[&Kind::User], SubjectId(2));
        let ids = [SubjectId(1), SubjectId(2), SubjectId(3), SubjectId(4)];
        let users = it.store.present(district, Kind::User, &ids).await.unwrap();
        let names: Vec<_> = users.iter().map(|user| user.row.text(user::GIVEN_NAME)).collect();
        assert_eq!(names, ["Ana", "Bo", "Cy"]);
        assert_eq!(users[2].row.person.unwrap().0, 2);
        assert_eq!(users[2].row.subjects(user::AGENTS), [SubjectId(2), SubjectId(1)]);
        let member = it.store.present(district, Kind::Enrollment, &[SubjectId(1)]).await.unwrap();
        assert_eq!(member[0].row.subject(enrollment::USER), Some(SubjectId(3)));
        let counts = it.store.counts(district, None).await.unwrap();
        assert_eq!((counts[&Kind::User], counts[&Kind::Class]), (3, 1));
    });
}

#[test]
fn a_stale_plan_is_refused_and_changes_nothing() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        let late = [begin(person(-1, "p2", "Bo"))].map(Ok::<_, std::io::Error>);
        let late = it.store.apply(&lease, operation(OperationNumber(0)), late.into_iter());
        let Err(ApplyError::Stale { base, now }) = late.await else { panic!("it must be refused") };
        assert_eq!((base.0, now.0), (0, 1));
        assert_eq!(it.store.counts(district, None).await.unwrap()[&Kind::User], 1);
    });
}

#[test]
fn a_holder_who_was_overtaken_writes_nothing() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let old = it.lease(district).await;
        let later = DateTime(2 * MINUTE);
        it.store.take_lease(district, "other", later, MINUTE).await.unwrap();
        let late = it.try_apply(&old, vec![begin(person(-1, "p1", "Ana"))]).await;
        assert!(matches!(late, Err(ApplyError::LeaseLost { .. })));
        assert_eq!(it.store.latest_operation(district).await.unwrap().0, 0);
    });
}

#[test]
fn a_change_that_does_not_fit_is_named_and_nothing_stays() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        let wrongs: [(Write, &str, i64); 4] = [
            (begin(person(1, "p1", "Ana")), "user_row", 1),
            (replace(person(9, "p9", "Zed")), "user_row", 9),
            (end(Kind::User, 8), "user_row", 8),
            (begin(member(-1, "e1", -4, 1)), "class", -4),
        ];
        for (wrong, in_table, of) in wrongs {
            let writes = vec![begin(person(-1, "p2", "Bo")), wrong];
            let refused = it.try_apply(&lease, writes).await;
            let Err(ApplyError::Inconsistent { table, id, .. }) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!((table, id.0), (in_table, of));
        }
        assert_eq!(it.store.counts(district, None).await.unwrap()[&Kind::User], 1);
        assert_eq!(it.store.verify_log(district).await.unwrap().count, 1);
    });
}

#[test]
fn changes_that_cannot_be_read_to_their_end_leave_nothing() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let writes = (0..20_000).map(|number| match number {
            19_999 => Err(std::io::Error::other("the plan was cut short")),
            _ => Ok(begin(person(-1 - number, &format!("p{number}"), "Ana"))),
        });
        let cut = it.store.apply(&lease, operation(OperationNumber(0)), writes).await;
        assert!(matches!(cut, Err(ApplyError::Writes(_))));
        assert_eq!(it.store.counts(district, None).await.unwrap()[&Kind::User], 0);
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        assert_eq!(it.store.history(district, Kind::User, SubjectId(1)).await.unwrap().len(), 1);
    });
}

#[test]
fn thousands_of_rows_are_replaced_in_one_operation() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let all = |make: fn(i64) -> Write| (1..=12_000).map(make).collect::<Vec<_>>();
        it.apply(&lease, all(|number| begin(person(-number, &number.to_string(), "Ana")))).await;
        let second = it
            .apply(&lease, all(|number| replace(person(number, &number.to_string(), "Bo"))))
            .await;
        let rows = second.rows[&Kind::User];
        assert_eq!((rows.first, rows.began, rows.ended), (12_001, 12_000, 12_000));
        let mut names = BTreeMap::<String, i64>::new();
        it.store
            .stream_present(district, Kind::User, None, |version| {
                let name = version.row.text(user::GIVEN_NAME).to_owned();
                *names.entry(name).or_default() += 1;
            })
            .await
            .unwrap();
        assert_eq!(names, BTreeMap::from([("Bo".to_owned(), 12_000)]));
        assert_eq!(it.store.verify_log(district).await.unwrap().count, 2);
    });
}

#[test]
fn an_id_is_never_given_twice() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-3, "p1", "Ana"))]).await;
        it.apply(&lease, vec![end(Kind::User, 3)]).await;
        let next = it.apply(&lease, vec![begin(person(-1, "p2", "Bo"))]).await;
        assert_eq!(next.first_ids[&Kind::User], SubjectId(4));
    });
}

#[test]
fn applying_can_pause_a_source_and_let_it_go_on() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let new = NewOperation {
            pause: Some((DEFAULT_SOURCE, Some("undone by ana".to_owned()))),
            ..operation(OperationNumber(0))
        };
        let none = || std::iter::empty::<Result<Write, std::io::Error>>();
        assert_eq!(it.store.sources(district).await.unwrap()[0].paused, None);
        it.store.apply(&lease, new, none()).await.unwrap();
        let sources = it.store.sources(district).await.unwrap();
        assert_eq!((sources.len(), sources[0].id), (1, DEFAULT_SOURCE));
        assert_eq!(sources[0].paused.as_ref().unwrap().1, "undone by ana");
        let missing =
            NewOperation { pause: Some((SourceId(9), None)), ..operation(OperationNumber(1)) };
        assert!(it.store.apply(&lease, missing, none()).await.is_err());
        assert_eq!(it.store.latest_operation(district).await.unwrap().0, 1);
        let lifting =
            NewOperation { pause: Some((DEFAULT_SOURCE, None)), ..operation(OperationNumber(1)) };
        it.store.apply(&lease, lifting, none()).await.unwrap();
        assert_eq!(it.store.sources(district).await.unwrap()[0].paused, None);
    });
}

#[test]
fn every_kind_of_fact_comes_back_as_it_went_in() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let rows: Vec<_> = Kind::FACTS
            .into_iter()
            .map(|kind| {
                let mut row = row(kind, 7, &format!("{kind}-1"));
                row.last_modified = Some(DateTime(-5));
                row.implied = true;
                let columns = firstbell_roster::model::row::fact_columns(kind);
                row.values = columns
                    .enumerate()
                    .map(|(at, column)| {
                        firstbell_roster::model::Value::decode(column, Some(&(at + 1).to_string()))
                    })
                    .collect();
                row
            })
            .collect();
        it.apply(&lease, rows.iter().cloned().map(begin).collect()).await;
        for row in rows {
            let kept = it.store.present(district, row.kind, &[SubjectId(7)]).await.unwrap();
            assert_eq!(kept[0].row, row);
        }
    });
}

#[test]
fn an_apply_can_move_between_threads() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        let new = operation(OperationNumber(0));
        is_send(it.store.apply(&lease, new, none)).await.unwrap();
        is_send(it.store.stream_present(district, Kind::User, None, drop)).await.unwrap();
        is_send(it.store.recover(district, DateTime(9 * MINUTE))).await.unwrap();
    });
}
