use firstbell_roster::model::{DateTime, DistrictId, Kind, SubjectId};
use firstbell_store::{
    Access, AccountError, AccountId, Assignment, NewAuditEntry, Profile, Role, SessionNumber,
};

use crate::installation::on_both;

async fn account(access: &Access, login: &str) -> AccountId {
    access.create_account(login, "Ana", DateTime(1)).await.unwrap().id
}

#[test]
fn an_account_is_found_by_its_login_and_only_once_made() {
    on_both(async |it| {
        let access = it.store.access();
        assert!(!access.has_accounts().await.unwrap());
        let ana = access.create_account("ana@oak", "Ana", DateTime(1)).await.unwrap();
        assert_eq!((ana.password.as_deref(), ana.closed_at), (None, None));
        let again = access.create_account("ana@oak", "Other", DateTime(2)).await;
        assert!(matches!(again, Err(AccountError::Exists(login)) if login == "ana@oak"));
        access.set_password(ana.id, "$argon2id$x").await.unwrap();
        let found = access.find_account("ana@oak").await.unwrap().unwrap();
        assert_eq!((found.id, found.password.as_deref()), (ana.id, Some("$argon2id$x")));
        assert_eq!(access.account(ana.id).await.unwrap(), Some(found.clone()));
        assert_eq!(access.accounts().await.unwrap(), [found]);
        assert_eq!(access.find_account("ben").await.unwrap(), None);
        assert!(access.set_password(AccountId(99), "x").await.is_err());
        assert!(access.has_accounts().await.unwrap());
    });
}

#[test]
fn a_role_is_one_in_each_place() {
    on_both(async |it| {
        let access = it.store.access();
        let ana = account(&access, "ana").await;
        let oak = it.district("oak").await.id;
        let all = Assignment { district: None, school: None, role: Role::Operator };
        let school =
            |id, role| Assignment { district: Some(oak), school: Some(SubjectId(id)), role };
        for given in [all, school(3, Role::Viewer), school(3, Role::SchoolAdministrator)] {
            access.assign(ana, given).await.unwrap();
        }
        let own = school(3, Role::SchoolAdministrator);
        assert_eq!(access.assignments(ana).await.unwrap(), [all, own]);
        assert_eq!(access.assigned(Some(oak)).await.unwrap(), [(ana, own)]);
        assert_eq!(access.assigned(None).await.unwrap(), [(ana, all)]);
        assert_eq!(access.assigned(Some(DistrictId(77))).await.unwrap(), []);
        assert!(access.unassign(ana, own).await.unwrap());
        assert!(!access.unassign(ana, own).await.unwrap());
        assert_eq!(access.assignments(ana).await.unwrap(), [all]);
    });
}

#[test]
fn an_invitation_is_used_once_and_in_time() {
    on_both(async |it| {
        let access = it.store.access();
        let ana = account(&access, "ana").await;
        let invite = async |token: &str, expires| {
            let expires = DateTime(expires);
            access.invite(ana, token, "operator", DateTime(1), expires).await.unwrap();
        };
        let accept = async |token: &str, now| {
            access.accept_invitation(token, "phc", DateTime(now)).await.unwrap()
        };
        invite("late", 10).await;
        assert_eq!(access.invited("late", DateTime(9)).await.unwrap(), Some(ana));
        assert_eq!(access.invited("late", DateTime(10)).await.unwrap(), None);
        assert_eq!(accept("late", 10).await, None);
        invite("first", 100).await;
        invite("second", 100).await;
        assert_eq!(accept("first", 20).await, None, "a later one takes its place");
        access.begin_session(ana, "cookie", "browser", DateTime(19)).await.unwrap();
        assert_eq!(accept("second", 20).await, Some(ana));
        assert_eq!(access.session("cookie").await.unwrap(), None, "the password is another");
        assert_eq!(accept("second", 21).await, None, "it is used");
        assert_eq!(access.invited("second", DateTime(21)).await.unwrap(), None);
        let password = access.account(ana).await.unwrap().unwrap().password;
        assert_eq!(password.as_deref(), Some("phc"));
        invite("third", 100).await;
        access.close_account(ana, Some(DateTime(30))).await.unwrap();
        assert_eq!(accept("third", 31).await, None, "the account is closed");
    });
}

#[test]
fn sessions_end_by_themselves_alone_or_with_their_account() {
    on_both(async |it| {
        let access = it.store.access();
        let (ana, ben) = (account(&access, "ana").await, account(&access, "ben").await);
        for (who, token) in [(ana, "a1"), (ana, "a2"), (ben, "b1")] {
            access.begin_session(who, token, "browser", DateTime(5)).await.unwrap();
        }
        let first = access.session("a1").await.unwrap().unwrap();
        assert_eq!(
            (first.account, first.agent.as_str(), first.seen_at),
            (ana, "browser", DateTime(5))
        );
        access.see_session(first.number, DateTime(9)).await.unwrap();
        let own = access.sessions(ana).await.unwrap();
        assert_eq!(own.iter().map(|one| one.seen_at.0).collect::<Vec<_>>(), [5, 9]);
        assert!(!access.end_session(ben, first.number, DateTime(10)).await.unwrap());
        assert!(access.end_session(ana, first.number, DateTime(10)).await.unwrap());
        assert!(!access.end_session(ana, SessionNumber(99), DateTime(10)).await.unwrap());
        assert_eq!(access.session("a1").await.unwrap(), None);
        access.close_account(ana, Some(DateTime(11))).await.unwrap();
        assert_eq!(access.session("a2").await.unwrap(), None);
        assert_eq!(access.sessions(ana).await.unwrap(), []);
        assert!(access.session("b1").await.unwrap().is_some());
        access.close_account(ana, None).await.unwrap();
        assert_eq!(access.account(ana).await.unwrap().unwrap().closed_at, None);
    });
}

#[test]
fn what_was_done_is_listed_for_its_district_alone() {
    on_both(async |it| {
        let access = it.store.access();
        let ana = account(&access, "ana").await;
        let (oak, elm) = (it.district("oak").await.id, it.district("elm").await.id);
        let entry = |at, action, subject| NewAuditEntry {
            at: DateTime(at),
            account: Some(ana),
            action,
            subject,
            note: "delivery 3",
        };
        let looked = entry(2, "person.look", Some((Kind::User, SubjectId(7))));
        access.audit(Some(oak), &[entry(1, "plan.approve", None), looked]).await.unwrap();
        let failed = NewAuditEntry { account: None, note: "", ..entry(3, "sign_in.fail", None) };
        access.audit(None, &[failed]).await.unwrap();
        let log = access.audit_log(Some(oak), None, 10).await.unwrap();
        let told: Vec<_> = log.iter().map(|one| (one.action.as_str(), one.subject)).collect();
        let user = Some((Kind::User, SubjectId(7)));
        assert_eq!(told, [("person.look", user), ("plan.approve", None)]);
        assert_eq!((log[0].account, log[0].note.as_str()), (Some(ana), "delivery 3"));
        let before = access.audit_log(Some(oak), Some(log[0].number), 10).await.unwrap();
        assert_eq!(before, log[1..]);
        assert_eq!(access.audit_log(Some(elm), None, 10).await.unwrap(), []);
        let failed = access.audit_log(None, None, 10).await.unwrap();
        assert_eq!((failed.len(), failed[0].account), (1, None));
    });
}

#[test]
fn an_installation_says_who_runs_it_and_districts_whom_they_let_in() {
    on_both(async |it| {
        let access = it.store.access();
        assert_eq!(access.profile().await.unwrap(), Profile::District);
        for profile in [Profile::Vendor, Profile::District, Profile::Vendor] {
            access.set_profile(profile).await.unwrap();
            assert_eq!(access.profile().await.unwrap(), profile);
        }
        let (oak, elm) = (it.district("oak").await.id, it.district("elm").await.id);
        for (from, until) in [(1, 10), (20, 90)] {
            let time = (DateTime(from), DateTime(until));
            access.grant_support(oak, time, "ana", "case 7").await.unwrap();
        }
        assert_eq!(access.end_support(oak, DateTime(30)).await.unwrap(), 1);
        let grants = access.support_grants(oak).await.unwrap();
        let told: Vec<_> = grants.iter().map(|one| (one.from.0, one.until.0)).collect();
        assert_eq!(told, [(20, 30), (1, 10)]);
        assert_eq!((grants[0].made_by.as_str(), grants[0].reason.as_str()), ("ana", "case 7"));
        assert_eq!(access.support_grants(elm).await.unwrap(), []);
    });
}
