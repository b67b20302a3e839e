//! Numbers and names in running text.

pub use firstbell_roster::model::text::{sentence, thousands};

/// A number and what it counts: `1 student`, `1,204 students`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// An instant as people write it: `2026-08-17 02:13 UTC`; other text as it is.
pub fn instant(text: &str) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..16), text.ends_with('Z')) {
        (Some(date), Some("T"), Some("00:00"), true) => date.to_owned(),
        (Some(date), Some("T"), Some(time), true) => format!("{date} {time} UTC"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "class", "classes"), "1 class");
        assert_eq!(count(2_000, "class", "classes"), "2,000 classes");
    }

    #[test]
    fn lists_end_with_and() {
        let items =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&items(&[])), "");
        assert_eq!(list(&items(&["a"])), "a");
        assert_eq!(list(&items(&["a", "b"])), "a and b");
        assert_eq!(list(&items(&["a", "b", "c"])), "a, b and c");
    }

    #[test]
    fn instants_lose_what_says_nothing() {
        assert_eq!(instant("2026-08-17T00:00:00Z"), "2026-08-17");
        assert_eq!(instant("2026-08-17T02:13:44.5Z"), "2026-08-17 02:13 UTC");
        assert_eq!(instant("soon"), "soon");
    }
}
