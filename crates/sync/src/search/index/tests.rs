//! What is found, whether it was there from the beginning or came later.

use super::super::builder::Builder;
use super::super::entry::{Entry, Named, State, roles};
use super::*;

fn entry(id: i64, length: u8) -> Entry {
    Entry {
        id,
        order: [0, 0],
        school: 1,
        roles: roles::STUDENT,
        length,
        state: State::Present,
        second: false,
        gone: false,
    }
}

fn words(name: &str) -> Vec<String> {
    name.split(' ').map(str::to_owned).collect()
}

fn with<T>(id: i64, name: &str, take: impl FnOnce(Named<'_>) -> T) -> T {
    let words = words(name);
    let length = u8::try_from(words.len()).unwrap();
    let order = [words[1].as_str(), words[0].as_str()];
    take(Named { entry: entry(id, length), words: &words, order, more: Vec::new(), person: None })
}

fn index(names: &[(i64, &str)]) -> Index {
    let mut builder = Builder::default();
    for (id, name) in names {
        with(*id, name, |named| builder.entry(named));
    }
    builder.finish()
}

fn found(index: &Index, question: &str, how: How) -> Vec<i64> {
    let found = index.find(&words(question), how, |_, _| true);
    let page = index.page(found, 0, 100);
    page.into_iter().map(|at| index.entry(at).unwrap().id).collect()
}

#[test]
fn words_are_found_in_any_order_and_cut_after_three_letters() {
    let index = index(&[(7, "ana ruiz"), (8, "ana li"), (9, "bo ruizinho")]);
    assert_eq!(found(&index, "ruiz ana", How::Whole), [7]);
    assert_eq!(found(&index, "rui", How::Whole), Vec::<i64>::new());
    assert_eq!(found(&index, "rui", How::Begun), [7, 9]);
    assert_eq!(found(&index, "ru", How::Begun), Vec::<i64>::new());
    assert_eq!(found(&index, "ana", How::Begun), [8, 7], "by family name, then by given name");
    assert_eq!(found(&index, "riuz", How::Near), [7]);
    assert_eq!(index.find(&[], How::Whole, |_, entry| entry.id > 7).len(), 2);
}

#[test]
fn what_changes_is_found_as_it_is_now() {
    let mut index = index(&[(7, "ana ruiz"), (8, "ana li")]);
    index.forget(&[7].into());
    with(7, "ana married", |named| index.add(named));
    assert_eq!(found(&index, "ruiz", How::Begun), Vec::<i64>::new());
    assert_eq!(found(&index, "ana", How::Begun), [8, 7]);
    assert_eq!(found(&index, "maried", How::Near), [7]);
    with(9, "ana aab", |named| index.add(named));
    assert_eq!(found(&index, "ana", How::Begun), [9, 8, 7]);
}

#[test]
fn much_that_changed_is_put_together_and_found_in_the_same_order() {
    let mut index = index(&[(1, "ana ruiz"), (2, "ana li")]);
    let ids = 3..i64::try_from(BESIDE).unwrap() + 10;
    for id in ids.clone() {
        with(id, &format!("bo w{:05}", id * 7 % 10_000), |named| index.add(named));
        if id % 2 == 0 {
            index.forget(&[id].into());
        }
    }
    assert!(index.recent_order.len() < 100, "{}", index.recent_order.len());
    assert_eq!(found(&index, "ana", How::Begun), [2, 1]);
    let all = index.page(index.find(&words("bo"), How::Whole, |_, _| true), 0, usize::MAX);
    let all: Vec<i64> = all.into_iter().map(|at| index.entry(at).unwrap().id).collect();
    let mut expected: Vec<i64> = ids.filter(|id| id % 2 == 1).collect();
    expected.sort_by_key(|id| id * 7 % 10_000);
    assert_eq!(all, expected);
    assert_eq!(index.page(index.find(&words("bo"), How::Whole, |_, _| true), 10, 3).len(), 3);
}

#[test]
fn a_code_is_found_beside_words_and_is_none() {
    let mut builder = Builder::default();
    let words = [words("math north"), vec!["#mn1".to_owned()]].concat();
    let order = ["math", "north"];
    let more = Vec::new();
    builder.entry(Named { entry: entry(5, 2), words: &words, order, more, person: None });
    let index = builder.finish();
    for question in ["mn1", "math", "north math"] {
        assert_eq!(found(&index, question, How::Whole), [5], "{question}");
    }
}
