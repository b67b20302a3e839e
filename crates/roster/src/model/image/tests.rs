use super::super::subjects::Subject;
use super::super::subjects::{NOBODY, flag};
use super::*;

const STAMP: Stamp = Stamp { district: 1, source: 1, operation: 5, entry: [3; 32] };

fn subject(key: u64, links: [Ordinal; 3]) -> Subject {
    Subject {
        key,
        print: 9,
        raw: 4,
        id: 3,
        links,
        flags: flag::IN_ROSTER,
        tag: 1,
        at: 0,
        person: 3,
    }
}

fn kinds(users: &[Subject], enrollments: &[Subject]) -> Vec<Subjects> {
    let mut kinds = vec![Subjects::default(); Kind::FACTS.len()];
    for (kind, subjects) in [(Kind::User, users), (Kind::Enrollment, enrollments)] {
        for subject in subjects {
            kinds[kind as usize].push(*subject);
        }
    }
    kinds
}

fn written(kinds: &[Subjects], parts: &[(Kind, Vec<Ordinal>)]) -> Vec<u8> {
    let part =
        |(kind, ordinals): &(Kind, Vec<Ordinal>)| (*kind, Part { ordinals: ordinals.clone() });
    let parts = parts.iter().map(part).collect();
    let contents = Contents {
        kinds,
        parts: &parts,
        identifiers: &[(50, 1), (40, 0)],
        id: &|_, _| 3,
        person: &|_| 3,
        tag: &|_, _| 1,
        trusted: &|_, _| true,
    };
    let mut bytes = Vec::new();
    write(&mut bytes, STAMP, &contents).unwrap();
    bytes
}

#[test]
fn an_image_comes_back_and_a_damaged_one_does_not() {
    let kinds = kinds(&[subject(7, [NOBODY; 3])], &[]);
    let mut bytes = written(&kinds, &[(Kind::User, vec![0])]);
    let back = read(bytes.clone(), STAMP).unwrap().unwrap();
    let users = &back[Kind::User as usize];
    assert_eq!((users.find(7), users.person(0), users.raws[0]), (Some(0), 3, 4));
    assert_eq!((users.keys().collect::<Vec<_>>(), users.len()), (vec![7], 1));
    assert_eq!(users.identifiers, [(40, 0)]);
    for other in [Stamp { operation: 6, ..STAMP }, Stamp { entry: [4; 32], ..STAMP }] {
        assert!(read(bytes.clone(), other).unwrap().is_none());
    }
    assert_eq!(whole(bytes.clone()).unwrap(), Some(STAMP));
    let end = bytes.len() - 1;
    bytes[end] ^= 1;
    assert_eq!(whole(bytes.clone()).unwrap(), None);
    assert_eq!(read(bytes.clone(), STAMP).unwrap().unwrap().len(), Kind::FACTS.len());
    bytes[92] ^= 1;
    assert!(!matches!(read(bytes.clone(), STAMP), Ok(Some(_))));
}

#[test]
fn a_record_that_names_somebody_who_ends_is_read_again() {
    let users = [subject(7, [NOBODY; 3]), subject(8, [NOBODY; 3])];
    let enrollments = [subject(1, [NOBODY, 0, NOBODY]), subject(2, [NOBODY, 1, NOBODY])];
    let bytes = written(
        &kinds(&users, &enrollments),
        &[(Kind::User, vec![1]), (Kind::Enrollment, vec![1, 0])],
    );
    let back = read(bytes.clone(), STAMP).unwrap().unwrap();
    let list = &back[Kind::Enrollment as usize];
    assert_eq!((list.find(2), list.find(1), list.find(3)), (Some(0), Some(1), None));
    assert_eq!(list.raws, [4, 0]);
    assert_eq!((list.link(0, Link::User), list.link(1, Link::User)), (0, NOBODY));
    assert_eq!(back[Kind::User as usize].identifiers, [(50, 0)]);
}
