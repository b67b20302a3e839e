use firstbell_roster::model::columns::user;
use firstbell_roster::model::{DateTime, Kind, OperationNumber, SubjectId, Value};
use firstbell_store::{ApplyError, DatabaseError, NewOperation, Write};

use crate::installation::{on_both, operation};
use crate::rosters::{begin, person, replace, with};

/// Text that databases, quoting and collations have stumbled over.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "O'Brien \"Bo\" `x`; DROP TABLE user_row; --",
        "back\\slash %s %d $1 {0} \\u0041 \\N",
        "Zoe\u{308}",
        "Zo\u{eb}",
        "İstanbul ıI iİ ß ﬁ",
        "עברית العربية \u{202e}txet",
        "👩‍👩‍👧‍👦 🏳️‍🌈 \u{10ffff}",
        "a\tb\nc\r\u{1}\u{7f}\u{2028}",
        "null",
        "[1,2]",
        "9007199254740993",
        " outer blanks ",
        "A",
        "a",
        "Ä",
        "z",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("ø".repeat(5_000));
    texts
}

#[test]
fn hostile_text_comes_back_byte_for_byte() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let people: Vec<_> = hostile()
            .iter()
            .zip(1..)
            .map(|(text, id)| with(person(id, text, text), user::EMAIL, Value::text(text)))
            .collect();
        it.apply(&lease, people.iter().cloned().map(begin).collect()).await;
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let kept = it.store.present(district, Kind::User, &ids).await.unwrap();
        let kept: Vec<_> = kept.into_iter().map(|version| version.row).collect();
        assert_eq!(kept, people);
        for person in &people {
            let found = it.store.by_keys(district, Kind::User, &[person.key]).await.unwrap();
            assert!(found.iter().any(|hit| hit.sourced_id == person.sourced_id));
        }
        it.store.verify_log(district).await.unwrap();
    });
}

#[test]
fn text_is_in_the_order_of_its_bytes() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let mut texts = hostile();
        for (number, text) in texts.iter().enumerate() {
            let mut row = person(1, text, "Ana");
            row.key = 5;
            let write = if number == 0 { begin(row) } else { replace(row) };
            it.apply(&lease, vec![write]).await;
        }
        let found = it.store.by_keys(district, Kind::User, &[5]).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|hit| hit.sourced_id).collect();
        texts.sort();
        assert_eq!(found, texts);
    });
}

#[test]
fn the_character_nul_is_refused_by_name_everywhere() {
    on_both(async |it| {
        let district = it.district("maple").await.id;
        let lease = it.lease(district).await;
        let cases =
            [(person(-1, "p\0", "Ana"), "sourced_id"), (person(-1, "p", "A\0a"), "given_name")];
        for (row, in_column) in cases {
            let refused = it.try_apply(&lease, vec![begin(row)]).await;
            let Err(ApplyError::Unstorable { column, id, .. }) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!((column.as_str(), id), (in_column, SubjectId(-1)));
        }
        let noted = NewOperation { note: Some("a\0".to_owned()), ..operation(OperationNumber(0)) };
        let none = std::iter::empty::<Result<Write, std::io::Error>>();
        let refused = it.store.apply(&lease, noted, none).await;
        assert!(matches!(refused, Err(ApplyError::Database(DatabaseError::Nul))));
        let refused = it.store.save_settings(district, "\0", "ana", DateTime(0)).await;
        assert!(matches!(refused, Err(DatabaseError::Nul)));
    });
}
