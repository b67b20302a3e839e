use firstbell_roster::model::columns::user;
use firstbell_roster::model::{DateTime, DistrictId, Kind, OperationNumber, PersonId, SubjectId};
use firstbell_store::{LogPage, Order, SchoolIdentity, Write};

use crate::installation::on_both;
use crate::rosters::{begin, end, key, member, person, replace, school};

const ONE: [SubjectId; 1] = [SubjectId(1)];

#[test]
fn the_same_ids_in_two_districts_never_mix() {
    on_both(async |it| {
        let (maple, oak) = (it.district("maple").await.id, it.district("oak").await.id);
        let (at_maple, at_oak) = (it.lease(maple).await, it.lease(oak).await);
        for (lease, name) in [(&at_maple, "Ana"), (&at_oak, "Bo")] {
            let mut user = begin(person(-1, "p1", name));
            if let Write::Begin { search, .. } = &mut user {
                *search = vec![42];
            }
            it.apply(lease, vec![user, begin(member(-1, "e1", 1, -1))]).await;
        }
        it.apply(&at_maple, vec![replace(person(1, "p1", "Ann"))]).await;
        it.apply(&at_oak, vec![end(Kind::User, 1), end(Kind::Enrollment, 1)]).await;

        let name = async |district: DistrictId| {
            let rows = it.store.last_versions(district, Kind::User, &ONE).await.unwrap();
            rows[0].row.text(user::GIVEN_NAME).to_owned()
        };
        assert_eq!((name(maple).await, name(oak).await), ("Ann".to_owned(), "Bo".to_owned()));
        for (district, present, versions) in [(maple, 1, 2), (oak, 0, 1)] {
            let store = &it.store;
            let counts = store.counts(district, None).await.unwrap();
            let counted = (counts[&Kind::User], counts[&Kind::Enrollment]);
            let present_rows = i64::try_from(present).unwrap();
            assert_eq!(counted, (present_rows, present_rows));
            let user = store.present(district, Kind::User, &ONE).await.unwrap();
            assert_eq!(user.len(), present);
            let history = store.history(district, Kind::User, ONE[0]).await.unwrap();
            assert_eq!(history.len(), versions);
            let linked = store.by_keys(district, Kind::User, &[key("p1")]).await.unwrap();
            assert_eq!(linked.len(), 1);
            let found = store.by_identifier_hashes(district, &[42]).await.unwrap();
            assert_eq!(found, [(42, SubjectId(1))]);
            let rows = store.users_of_person(district, PersonId(1)).await.unwrap();
            assert_eq!(rows.len(), present);
            let of_user = store.enrollments_of_user(district, ONE[0], None).await.unwrap();
            assert_eq!(of_user.len(), present);
            let as_of = Some(OperationNumber(1));
            let of_class = store.enrollments_of_class(district, ONE[0], as_of).await.unwrap();
            assert_eq!(of_class.len(), 1);
            assert_eq!(store.verify_log(district).await.unwrap().count, 2);
        }
    });
}

#[test]
fn what_a_district_keeps_is_seen_by_no_other() {
    on_both(async |it| {
        let (maple, oak) = (it.district("maple").await.id, it.district("oak").await.id);
        it.store.save_settings(maple, "a = 1", "ana", DateTime(0)).await.unwrap();
        let lease = it.lease(maple).await;
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana"))]).await;
        assert_eq!(it.store.settings(oak).await.unwrap(), None);
        assert_eq!(it.store.latest_operation(oak).await.unwrap(), OperationNumber(0));
        let page = LogPage { order: Order::NewestFirst, after: None, limit: 9 };
        assert_eq!(it.store.log(oak, page).await.unwrap(), []);
        assert_eq!(it.store.operation(oak, OperationNumber(1)).await.unwrap(), None);
        assert!(it.store.take_lease(oak, "other", DateTime(0), 1).await.is_ok());
        assert!(it.store.settings(DistrictId(99)).await.is_err());
    });
}

#[test]
fn schools_of_another_district_are_recognised() {
    on_both(async |it| {
        let (maple, oak) = (it.district("maple").await.id, it.district("oak").await.id);
        let lease = it.lease(maple).await;
        let schools = vec![
            begin(school(-1, "s1", "Elm Élementary", "100")),
            begin(school(-2, "s2", "Ash", "")),
            begin(school(-3, "s3", "Fir", "300")),
        ];
        it.apply(&lease, schools).await;
        it.apply(&lease, vec![end(Kind::Org, 3)]).await;
        let identity = |sourced_id: &str, identifier: &str, name: &str| SchoolIdentity {
            sourced_id: sourced_id.to_owned(),
            identifier: identifier.to_owned(),
            name: name.to_owned(),
        };
        let elsewhere = async |district, school| {
            let found = it.store.schools_elsewhere(district, &[school]).await.unwrap();
            found.get(&maple).copied().unwrap_or_default()
        };
        assert_eq!(elsewhere(oak, identity("x", "100", "Other")).await, 1);
        assert_eq!(elsewhere(oak, identity("s1", "", "elm elementary")).await, 1);
        assert_eq!(elsewhere(oak, identity("s1", "100", "Elm Elementary")).await, 1);
        assert_eq!(elsewhere(oak, identity("s2", "", "Another")).await, 0);
        assert_eq!(elsewhere(oak, identity("x", "", "Ash")).await, 0);
        assert_eq!(elsewhere(oak, identity("s3", "300", "Fir")).await, 0);
        assert_eq!(elsewhere(maple, identity("s1", "100", "Elm")).await, 0);
    });
}
