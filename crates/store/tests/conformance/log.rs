use firstbell_roster::model::{DateTime, DistrictId, Kind, OperationNumber};
use firstbell_store::{
    DistrictError, LogPage, NewOperation, OperationKind, Order, VerifyError, Write,
};

use crate::installation::{Installation, on_both, operation};
use crate::rosters::{begin, end, person, replace};

/// A district with four operations on two people.
async fn four_operations(it: &Installation, slug: &str) -> DistrictId {
    let district = it.district(slug).await.id;
    let lease = it.lease(district).await;
    it.apply(&lease, vec![begin(person(-1, "p1", "Ana")), begin(person(-2, "p2", "Bo"))]).await;
    it.apply(&lease, vec![replace(person(1, "p1", "Ann"))]).await;
    it.apply(&lease, vec![end(Kind::User, 2)]).await;
    let undo = NewOperation {
        kind: OperationKind::Undo,
        undoes: Some(OperationNumber(3)),
        note: Some("sent by mistake".to_owned()),
        by: Some("Ana Okafor".to_owned()),
        at: DateTime(9),
        ..operation(OperationNumber(3))
    };
    let back = [begin(person(2, "p2", "Bo"))].map(Ok::<_, std::io::Error>);
    it.store.apply(&lease, undo, back.into_iter()).await.unwrap();
    district
}

#[test]
fn the_log_is_read_from_both_ends_and_says_what_was_undone() {
    on_both(async |it| {
        let district = four_operations(it, "maple").await;
        let numbers = async |order, after: Option<i64>, limit| {
            let after = after.map(OperationNumber);
            let page = LogPage { order, after, limit };
            let log = it.store.log(district, page).await.unwrap();
            log.iter().map(|entry| entry.number.0).collect::<Vec<_>>()
        };
        assert_eq!(numbers(Order::NewestFirst, None, 3).await, [4, 3, 2]);
        assert_eq!(numbers(Order::NewestFirst, Some(2), 9).await, [1]);
        assert_eq!(numbers(Order::OldestFirst, Some(1), 2).await, [2, 3]);
        let third = it.store.operation(district, OperationNumber(3)).await.unwrap().unwrap();
        assert_eq!(third.undone_by, Some(OperationNumber(4)));
        let fourth = it.store.operation(district, OperationNumber(4)).await.unwrap().unwrap();
        assert_eq!(fourth.undoes, Some(OperationNumber(3)));
        assert_eq!(fourth.note.as_deref(), Some("sent by mistake"));
        assert_eq!(fourth.by.as_deref(), Some("Ana Okafor"));
        assert_eq!(fourth.prev_hash, third.hash);
        assert_eq!((fourth.rows[&Kind::User].first, fourth.rows[&Kind::User].began), (4, 1));
        assert_eq!(it.store.verify_log(district).await.unwrap().count, 4);
    });
}

#[test]
fn every_forgery_of_the_log_is_found_where_it_is() {
    let forgeries = [
        ("UPDATE operation SET note = 'x' WHERE number = 2", 2, "hash"),
        ("UPDATE operation SET actor_identity = 'x' WHERE number = 1", 1, "hash"),
        ("UPDATE operation SET made_at = made_at + 1 WHERE number = 3", 3, "hash"),
        ("UPDATE operation SET undoes = 2 WHERE number = 4", 4, "hash"),
        ("UPDATE operation SET counts = '{\"a\":1}' WHERE number = 4", 4, "hash"),
        ("DELETE FROM operation WHERE number = 2", 2, "number"),
        ("DELETE FROM operation WHERE number = 1", 1, "number"),
        ("DELETE FROM operation WHERE number = 4", 4, "newest entry"),
        ("UPDATE operation SET number = 9 WHERE number = 4", 4, "number"),
        (
            "UPDATE operation SET number = 20 WHERE number = 2; \
             UPDATE operation SET number = 2 WHERE number = 3; \
             UPDATE operation SET number = 3 WHERE number = 20",
            2,
            "prev_hash",
        ),
        ("DELETE FROM user_row WHERE id = 1 AND until_op IS NULL", 2, "users"),
        ("UPDATE user_row SET from_op = 1 WHERE from_op = 2", 1, "users"),
        ("UPDATE user_row SET until_op = 2 WHERE until_op = 3", 2, "users"),
    ];
    on_both(async |it| {
        for (number, (forgery, at, what)) in forgeries.into_iter().enumerate() {
            let slug = format!("d{number}");
            let district = four_operations(it, &slug).await;
            it.tamper(&slug, district, forgery).await;
            let verified = it.store.verify_log(district).await;
            let Err(VerifyError::Broken { operation, field }) = verified else {
                panic!("{forgery}: {verified:?}")
            };
            assert_eq!((operation.0, field.as_str()), (at, what), "{forgery}");
        }
    });
}

#[test]
fn an_operation_without_changes_is_in_the_log() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        let new = operation(OperationNumber(0));
        let applied = it.store.apply(&lease, new, none).await.unwrap();
        assert!(applied.rows.is_empty());
        assert_eq!(it.store.verify_log(district).await.unwrap().count, 1);
    });
}

#[test]
fn a_key_of_another_installation_opens_nothing() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let mut options = it.options();
        options.master_key = Some(firstbell_store::MasterKey::from_bytes(&[1; 32]).unwrap());
        let other = firstbell_store::Store::open(options).await.unwrap();
        let key = other.district_key(district).await;
        assert!(matches!(key, Err(DistrictError::Vault(_))));
        other.close().await;
    });
}
