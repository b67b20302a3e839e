//! What all checks have in common.

use super::*;

#[test]
fn codes_are_unique_and_sentences_speak_plainly() {
    for (number, check) in (0u8..).zip(ALL) {
        let same = ALL.iter().filter(|other| other.code == check.code);
        assert_eq!(same.count(), 1, "{}", check.code);
        assert_eq!(super::number(check), number);
        assert_eq!(from_number(number), Some(*check));
        assert!(!check.sentence.ends_with('.') && check.hint.ends_with('.'), "{}", check.code);
    }
}
