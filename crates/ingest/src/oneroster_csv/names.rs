//! Names of columns as files and settings write them.

use std::collections::BTreeMap;

use firstbell_roster::model::text;

/// How long a name is at most, in bytes, that is shown.
pub const LONGEST_NAME: usize = 80;

/// A name as it is shown: without marks that nobody sees.
pub fn shown(name: &str) -> String {
    name.chars().filter(|mark| !text::is_hidden(*mark)).collect::<String>().trim().to_owned()
}

/// A name as findings tell it: nothing where it looks like a value, with lines, very long, with the
/// marks of an address or of numbers of people, or without any letter.
pub fn told(name: &str) -> String {
    let is_value = name.len() > LONGEST_NAME
        || name.trim().contains(['\r', '\n', '@', '{', '}'])
        || !name.contains(char::is_alphabetic);
    if is_value { String::new() } else { shown(name) }
}

/// What the settings say of a name, as it is written there or in another case, with other blanks or
/// hidden marks.
pub fn said<'a>(own: &'a BTreeMap<String, String>, name: &str) -> Option<(&'a str, &'a str)> {
    let found = own.get_key_value(&shown(name)).or_else(|| {
        let plain = text::plain(name);
        own.iter().find(|(other, _)| !plain.is_empty() && text::plain(other) == plain)
    });
    found.map(|(name, column)| (name.as_str(), column.as_str()))
}

/// The names in the settings that no column of a file has.
pub fn unmet<'a>(own: &'a BTreeMap<String, String>, names: &[String]) -> Vec<&'a str> {
    let met: Vec<_> = names.iter().filter_map(|name| said(own, name)).collect();
    let all = own.keys().map(String::as_str);
    all.filter(|name| !met.iter().any(|(one, _)| one == name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_settings_say_of_no_column_is_unmet() {
        let own = ["Nachname", "Vor name"].map(|name| (name.to_owned(), String::new()));
        let names = ["vorname", "familyName"].map(str::to_owned);
        assert_eq!(unmet(&BTreeMap::from(own), &names), ["Nachname"]);
    }
}
