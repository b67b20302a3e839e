use firstbell_roster::model::columns::{class, user};
use firstbell_roster::model::{Kind, OperationNumber, PersonId, SourceId, SubjectId};
use firstbell_store::{DEFAULT_SOURCE, Write};

use crate::installation::on_both;
use crate::rosters::{
    begin, classroom, end, key, member, person, replace, row, subject, text, with,
};

#[test]
fn a_subject_is_found_by_every_sourced_id_that_it_ever_had() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(person(-1, "old", "Ana"))]).await;
        it.apply(&lease, vec![replace(person(1, "new", "Ana"))]).await;
        it.apply(&lease, vec![end(Kind::User, 1), begin(person(-1, "new", "Bo"))]).await;
        let find = async |sourced_id: &str| {
            let keys = [key(sourced_id)];
            let found = it.store.by_keys(district, Kind::User, &keys).await.unwrap();
            let ids = found.iter().map(|hit| (hit.last.row.id.0, hit.last.is_present()));
            ids.collect::<Vec<_>>()
        };
        assert_eq!(find("old").await, [(1, false)]);
        assert_eq!(find("new").await, [(1, false), (2, true)]);
        assert!(find("never").await.is_empty());
        let keys = ["old", "new", "never"].map(key);
        let ended = it.store.ended_by_keys(district, Kind::User, &keys).await.unwrap();
        let mut ended: Vec<_> =
            ended.iter().map(|hit| (&*hit.sourced_id, hit.last.row.id.0)).collect();
        ended.sort_unstable();
        assert_eq!(ended, [("new", 1), ("old", 1)]);
        let old = it.store.by_keys(district, Kind::User, &[key("old")]).await.unwrap();
        assert_eq!(old[0].sourced_id, "old");
        assert_eq!(old[0].last.row.sourced_id, "new");
    });
}

#[test]
fn present_and_last_versions_differ_for_who_has_left() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let people = vec![begin(person(-1, "p1", "Ana")), begin(person(-2, "p2", "Bo"))];
        it.apply(&lease, people).await;
        it.apply(&lease, vec![replace(person(2, "p2", "Bob"))]).await;
        it.apply(&lease, vec![end(Kind::User, 2)]).await;
        let ids = [SubjectId(3), SubjectId(2), SubjectId(1)];
        let present = it.store.present(district, Kind::User, &ids).await.unwrap();
        assert_eq!(present.iter().map(|v| v.row.id.0).collect::<Vec<_>>(), [1]);
        let last = it.store.last_versions(district, Kind::User, &ids).await.unwrap();
        assert_eq!(last.iter().map(|v| v.row.id.0).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(last[1].row.text(user::GIVEN_NAME), "Bob");
        let until = last[1].until.unwrap();
        assert_eq!((until.op.0, until.stands_for.0), (3, 3));
    });
}

#[test]
fn membership_is_read_for_the_present_and_for_the_past() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        it.apply(&lease, vec![begin(member(-1, "e1", 5, 9)), begin(member(-2, "e2", 6, 9))]).await;
        it.apply(&lease, vec![end(Kind::Enrollment, 1)]).await;
        it.apply(&lease, vec![begin(member(-1, "e3", 5, 9))]).await;
        let of_user = async |as_of: Option<i64>| {
            let as_of = as_of.map(OperationNumber);
            let rows = it.store.enrollments_of_user(district, SubjectId(9), as_of).await;
            rows.unwrap().iter().map(|v| v.row.id.0).collect::<Vec<_>>()
        };
        assert_eq!(of_user(None).await, [2, 3]);
        assert!(of_user(Some(0)).await.is_empty());
        assert_eq!(of_user(Some(1)).await, [1, 2]);
        assert_eq!(of_user(Some(2)).await, [2]);
        let class = it.store.enrollments_of_class(district, SubjectId(5), None).await.unwrap();
        assert_eq!(class.iter().map(|v| v.row.id.0).collect::<Vec<_>>(), [3]);
        let (user, classes) = ([SubjectId(9)], [SubjectId(5), SubjectId(6)]);
        let ids = |versions: Vec<firstbell_store::Version>| -> Vec<i64> {
            versions.iter().map(|version| version.row.id.0).collect()
        };
        let present = it.store.present_enrollments_of_users(district, &user).await.unwrap();
        let ended = it.store.ended_enrollments_of_users(district, &user).await.unwrap();
        assert_eq!((ids(present), ids(ended)), (vec![2, 3], vec![1]));
        let ended = it.store.ended_enrollments_of_classes(district, &classes[..1]).await.unwrap();
        assert_eq!(ids(ended), [1]);
        let now = it.store.users_in_classes(district, &classes).await.unwrap();
        assert_eq!(now, [SubjectId(9)].into());
        let once = it.store.users_once_in_classes(district, &classes).await.unwrap();
        assert_eq!(once, [(SubjectId(9), OperationNumber(2))].into());
        let other = it.district("birch").await.id;
        assert!(it.store.users_in_classes(other, &classes).await.unwrap().is_empty());
    });
}

#[test]
fn past_versions_of_names_come_by_id_and_the_newest_first() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let class = |title: &str| with(classroom(1, "c1", 7), class::TITLE, text(title));
        let first = with(classroom(-1, "c1", 7), class::TITLE, text("One"));
        it.apply(&lease, vec![begin(person(-1, "p1", "Ana")), begin(first)]).await;
        it.apply(&lease, vec![replace(person(1, "p1", "Bo")), replace(class("Two"))]).await;
        it.apply(&lease, vec![end(Kind::User, 1), end(Kind::Class, 1)]).await;
        let (mut users, mut classes) = (Vec::new(), Vec::new());
        let take = |user: firstbell_store::UserName| users.push((user.given, user.until));
        it.store.stream_past_users(district, take).await.unwrap();
        let until = |number| Some(OperationNumber(number));
        assert_eq!(users, [("Bo".to_owned(), until(3)), ("Ana".to_owned(), until(2))]);
        let take = |class: firstbell_store::ClassName| classes.push((class.title, class.until));
        it.store.stream_past_class_titles(district, take).await.unwrap();
        assert_eq!(classes, [("Two".to_owned(), until(3)), ("One".to_owned(), until(2))]);
        let past = it.store.past_versions(district, Kind::User, &[SubjectId(1)]).await.unwrap();
        let past: Vec<_> = past.iter().map(|version| version.row.text(user::GIVEN_NAME)).collect();
        assert_eq!(past, ["Bo", "Ana"]);
    });
}

#[test]
fn keys_come_with_references_and_only_of_the_source() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let mut other = begin(classroom(-3, "c3", 7));
        if let Write::Begin { source, .. } = &mut other {
            *source = SourceId(2);
        }
        let course = with(classroom(-1, "c1", 7), class::COURSE, subject(4));
        let writes = vec![begin(course), begin(classroom(-2, "c2", 8)), other];
        it.apply(&lease, writes).await;
        it.apply(&lease, vec![end(Kind::Class, 2)]).await;
        let mut seen = Vec::new();
        let stream = it.store.stream_keys(district, Kind::Class, DEFAULT_SOURCE, |row| {
            seen.push(row.clone());
        });
        stream.await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].id, seen[0].key), (SubjectId(1), key("c1")));
        assert_eq!(seen[0].references[..2], [subject(4), subject(7)]);
    });
}

#[test]
fn people_are_found_by_hash_person_and_name() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let mut first = begin(with(person(-1, "p1", "Ana"), user::FAMILY_NAME, text("Okafor")));
        let mut second = person(-2, "p2", "Anne");
        second.person = Some(PersonId(-1));
        let mut second = begin(second);
        for (write, hashes) in [(&mut first, vec![9, -3, 9]), (&mut second, vec![9])] {
            if let Write::Begin { search, .. } = write {
                *search = hashes;
            }
        }
        it.apply(&lease, vec![first, second]).await;
        let found = it.store.by_identifier_hashes(district, &[-3, 9, 4]).await.unwrap();
        let ids = |pairs: &[(i64, SubjectId)]| pairs.iter().map(|(h, id)| (*h, id.0)).collect();
        let mut found: Vec<(i64, i64)> = ids(&found);
        found.sort_unstable();
        assert_eq!(found, [(-3, 1), (9, 1), (9, 2)]);
        let rows = it.store.users_of_person(district, PersonId(1)).await.unwrap();
        assert_eq!(rows.len(), 2);
        let persons = [PersonId(1), PersonId(99)];
        let ids = it.store.user_ids_of_persons(district, &persons).await.unwrap();
        assert_eq!(ids, rows.iter().map(|version| version.row.id).collect::<Vec<_>>());
        let mut names = Vec::new();
        let stream = it.store.stream_users(district, |name| names.push(name));
        stream.await.unwrap();
        assert_eq!((names[0].given.as_str(), names[0].family.as_str()), ("Ana", "Okafor"));
        assert_eq!((names[1].person, names[1].role.as_str()), (PersonId(1), ""));
        assert!(names.iter().all(|name| name.until.is_none() && name.orgs.is_empty()));
    });
}

#[test]
fn titles_of_classes_and_roles_of_people_are_listed() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let class = with(classroom(-1, "c1", 7), class::TITLE, text("Algebra"));
        let role = row(Kind::Role, -1, "r1");
        let role = with(role, firstbell_roster::model::columns::role::USER, subject(3));
        it.apply(&lease, vec![begin(class), begin(role)]).await;
        let mut titles = Vec::new();
        let stream = it.store.stream_class_titles(district, |class| titles.push(class));
        stream.await.unwrap();
        let told = (titles[0].id.0, titles[0].title.as_str(), titles[0].code.as_str());
        assert_eq!((told, titles.len()), ((1, "Algebra", ""), 1));
        assert_eq!(titles[0].school, Some(SubjectId(7)));
        let roles = it.store.roles_of_user(district, SubjectId(3)).await.unwrap();
        assert_eq!(roles.len(), 1);
        let ended = it.store.ended_roles_of_users(district, &[SubjectId(3)]).await.unwrap();
        assert!(ended.is_empty());
        let present = it.store.present_roles_of_users(district, &[SubjectId(3), SubjectId(4)]);
        assert_eq!(present.await.unwrap(), roles);
    });
}

#[test]
fn what_later_operations_touched_is_listed_once() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let people = (1..=4).map(|id| begin(person(-id, &format!("p{id}"), "Ana"))).collect();
        it.apply(&lease, people).await;
        it.apply(&lease, vec![replace(person(2, "p2", "Bo"))]).await;
        it.apply(&lease, vec![replace(person(2, "p2", "Cy")), end(Kind::User, 4)]).await;
        it.apply(&lease, vec![begin(classroom(-1, "c1", 7))]).await;
        let touched = async |since| {
            let touched = it.store.touched_since(district, OperationNumber(since));
            let touched = touched.await.unwrap();
            touched.iter().map(|(kind, id)| (*kind, id.0)).collect::<Vec<_>>()
        };
        let expected = [(Kind::Class, 1), (Kind::User, 2), (Kind::User, 4)];
        assert_eq!(touched(1).await, expected);
        assert_eq!(touched(3).await, [(Kind::Class, 1)]);
        assert_eq!(touched(4).await, []);
    });
}

#[test]
fn a_roster_is_read_a_page_at_a_time_as_of_any_operation() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let people = (1..=5).map(|id| begin(person(-id, &format!("p{id}"), "Ana"))).collect();
        it.apply(&lease, people).await;
        it.apply(&lease, vec![replace(person(2, "p2", "Bo")), end(Kind::User, 4)]).await;
        it.apply(&lease, vec![begin(person(-1, "p6", "Cy"))]).await;
        let page = async |as_of, after| {
            let (as_of, after) = (OperationNumber(as_of), SubjectId(after));
            let page = it.store.page_as_of(district, Kind::User, as_of, after, 2).await.unwrap();
            let told = page.iter().map(|one| (one.row.id.0, one.row.text(user::GIVEN_NAME)));
            told.map(|(id, name)| format!("{id} {name}")).collect::<Vec<_>>()
        };
        assert_eq!(page(1, 0).await, ["1 Ana", "2 Ana"]);
        assert_eq!(page(1, 2).await, ["3 Ana", "4 Ana"]);
        assert_eq!(page(2, 0).await, ["1 Ana", "2 Bo"]);
        assert_eq!(page(2, 2).await, ["3 Ana", "5 Ana"]);
        assert_eq!(page(2, 5).await, Vec::<String>::new());
        assert_eq!(page(3, 4).await, ["5 Ana", "6 Cy"]);
        assert_eq!(page(0, 0).await, Vec::<String>::new());
    });
}
