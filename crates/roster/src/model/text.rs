//! Text for comparing and finding: what is stored stays as sent.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text in NFC, in which values are compared; borrowed where it already is.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Letters that are no other letter with an accent, and how people write them without.
const PLAIN: [(char, &str); 9] = [
    ('ı', "i"),
    ('ł', "l"),
    ('ø', "o"),
    ('đ', "d"),
    ('ħ', "h"),
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
];

/// The key for matching and search: NFKC, case folded, accents and punctuation removed,
/// white space as one blank.
pub fn folded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    if text.is_ascii() {
        for mark in text.chars() {
            if mark.is_ascii_alphanumeric() {
                key.push(mark.to_ascii_lowercase());
            } else if mark.is_whitespace() && !key.ends_with(' ') && !key.is_empty() {
                key.push(' ');
            }
        }
        key.truncate(key.trim_end().len());
        return key;
    }
    for mark in text.nfkd().flat_map(char::to_lowercase) {
        if let Some((_, plain)) = PLAIN.iter().find(|(letter, _)| *letter == mark) {
            key.push_str(plain);
        } else if mark.is_alphanumeric() {
            key.push(mark);
        } else if mark.is_whitespace() && !key.ends_with(' ') && !key.is_empty() {
            key.push(' ');
        }
    }
    if key.ends_with(' ') {
        key.pop();
    }
    key.nfkc().collect()
}

/// Whether no eye sees a mark: a control character, a byte order mark, a space without width, a mark
/// of direction, a soft hyphen.
pub fn is_hidden(mark: char) -> bool {
    let unseen = matches!(mark, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}');
    unseen || mark.is_control()
}

/// A name of a column in lower case, without blanks and marks that nobody sees.
pub fn plain(name: &str) -> String {
    let seen = |mark: &char| !mark.is_whitespace() && !is_hidden(*mark);
    name.chars().filter(seen).flat_map(char::to_lowercase).collect()
}

/// The cell without outer white space and control characters, line breaks and tabs as blanks,
/// and whether there was any of them.
pub fn clean(cell: &str) -> (Cow<'_, str>, bool) {
    let trimmed = cell.trim_matches(|mark: char| mark.is_whitespace() || mark == '\u{feff}');
    if trimmed.bytes().all(|byte| (byte >= 0x20 && byte != 0x7f) && byte != 0xc2) {
        return (Cow::Borrowed(trimmed), false);
    }
    if !trimmed.contains(char::is_control) {
        return (Cow::Borrowed(trimmed), false);
    }
    let mut kept = String::with_capacity(trimmed.len());
    for mark in trimmed.chars() {
        match mark {
            '\n' | '\r' | '\t' if kept.ends_with(' ') => {}
            '\n' | '\r' | '\t' => kept.push(' '),
            mark if mark.is_control() => {}
            mark => kept.push(mark),
        }
    }
    (Cow::Owned(kept.trim().to_owned()), true)
}

/// A sentence that begins with a capital letter, unless with a file, and ends with a full stop.
pub fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    let begins_with_file = text.split(' ').next().is_some_and(|word| word.contains('.'));
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !begins_with_file => {
            format!("{}{}{end}", first.to_uppercase(), letters.as_str())
        }
        _ => format!("{text}{end}"),
    }
}

/// A number with commas between thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgives_case_accents_and_punctuation() {
        assert_eq!(folded("  José-María  O’Neil "), folded("jose\u{301}maria oneil"));
        assert_eq!(folded("Ｙａｍａｄａ　太郎"), "yamada 太郎");
        assert_eq!(folded("Yıldız İpek, Łukasz Sørensen-Weiß"), "yildiz ipek lukasz sorensenweiss");
    }

    #[test]
    fn cleaning_trims_and_removes_control_characters() {
        assert_eq!(clean("  a b "), (Cow::Borrowed("a b"), false));
        assert_eq!(clean("a\u{0}b\n"), (Cow::Borrowed("ab"), true));
        assert_eq!(clean("Ânia"), (Cow::Borrowed("Ânia"), false));
    }

    #[test]
    fn numbers_have_commas_between_thousands() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(thousands), ["0", "999", "1,000", "12,345,678"]);
    }
}
