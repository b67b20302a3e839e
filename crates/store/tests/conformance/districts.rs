use firstbell_roster::model::DateTime;
use firstbell_store::{DistrictError, LeaseError, OpenError, OpenOptions, Store};

use crate::installation::{MINUTE, on_both};

#[test]
fn a_district_is_found_by_its_slug_and_only_once_made() {
    on_both(async |it| {
        let maple = it.district("maple").await;
        assert_eq!(it.store.find_district("maple").await.unwrap(), Some(maple.clone()));
        assert_eq!(it.store.find_district("oak").await.unwrap(), None);
        let again = it.store.create_district("maple", "Maple", DateTime(0)).await;
        assert!(matches!(again, Err(DistrictError::Exists(_))));
        let wrong = it.store.create_district("../x", "x", DateTime(0)).await;
        assert!(matches!(wrong, Err(DistrictError::Slug(_))));
        let oak = it.district("oak").await;
        assert_ne!(oak.hash_seed, maple.hash_seed);
        assert_eq!(it.store.districts().await.unwrap(), [maple, oak]);
    });
}

#[test]
fn an_installation_is_made_once_and_opened_again() {
    on_both(async |it| {
        it.district("maple").await;
        let again = Store::init(it.options()).await;
        assert!(matches!(again, Err(OpenError::AlreadyInitialised(_))));
        let opened = Store::open(OpenOptions { recover_at: Some(DateTime(0)), ..it.options() });
        assert_eq!(opened.await.unwrap().districts().await.unwrap().len(), 1);
        let elsewhere = tempfile::tempdir().unwrap();
        let missing =
            Store::open(OpenOptions { home: elsewhere.path().to_owned(), ..it.options() });
        assert!(matches!(missing.await, Err(OpenError::NotInitialised(_))));
    });
}

#[test]
fn keys_and_folders_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    on_both(async |it| {
        let mode = |path| {
            let metadata = std::fs::metadata(it.home.path().join(path)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode("master.key"), 0o600);
        assert_eq!(mode("districts"), 0o700);
        let (maple, oak) = (it.district("maple").await, it.district("oak").await);
        assert!(it.store.district_key(maple.id).await.is_ok());
        assert!(it.store.district_key(oak.id).await.is_ok());
    });
}

#[test]
fn settings_keep_every_version() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        assert_eq!(it.store.settings(district).await.unwrap(), None);
        let save = async |text| {
            let saved = it.store.save_settings(district, text, "ana", DateTime(1));
            saved.await.unwrap()
        };
        assert_eq!(save("a = 1").await, 1);
        assert_eq!(save("a = 2").await, 2);
        let newest = it.store.settings(district).await.unwrap();
        assert_eq!(newest, Some((2, "a = 2".to_owned())));
        let first = it.store.settings_of_version(district, 1).await.unwrap();
        assert_eq!(first.as_deref(), Some("a = 1"));
    });
}

#[test]
fn a_lease_has_one_holder_until_it_ends() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let take =
            async |holder, now| it.store.take_lease(district, holder, DateTime(now), MINUTE).await;
        let mut first = take("first", 0).await.unwrap();
        assert!(matches!(
            take("second", MINUTE - 1).await,
            Err(LeaseError::Busy { holder, .. }) if holder == "first"
        ));
        it.store.renew_lease(&mut first, DateTime(MINUTE - 1), MINUTE).await.unwrap();
        assert!(take("second", MINUTE).await.is_err());
        let second = take("second", 3 * MINUTE).await.unwrap();
        assert_eq!(second.epoch, first.epoch + 1);
        let lost = it.store.renew_lease(&mut first, DateTime(0), MINUTE).await;
        assert!(matches!(lost, Err(LeaseError::Lost { .. })));
        it.store.release_lease(second).await.unwrap();
        assert_eq!(take("third", 3 * MINUTE).await.unwrap().epoch, first.epoch + 2);
    });
}
