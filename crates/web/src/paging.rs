//! Lists page by page.

use form_urlencoded::Serializer;

use crate::words;

/// How many rows a page has.
pub const ROWS: usize = 50;

/// Where a page stands among the others of its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pages {
    /// `Records 51 to 100 of 1,204`.
    pub where_it_is: String,
    /// The address of the page before.
    pub before: Option<String>,
    /// The address of the page after.
    pub after: Option<String>,
}

/// Which rows the page with a number from 1 has: how many stand before it, and how many it has.
pub fn rows(page: Option<u64>) -> (u64, usize) {
    let before = page.unwrap_or(1).max(1) - 1;
    (before.saturating_mul(ROWS as u64), ROWS)
}

impl Pages {
    /// The page with a number, of a list of `total` rows that `address` leads to with these choices.
    pub fn of(
        page: Option<u64>,
        total: u64,
        rows: &str,
        address: &str,
        chosen: &[(&str, String)],
    ) -> Self {
        let (skip, limit) = self::rows(page);
        let number = page.unwrap_or(1).max(1);
        let last = (skip + limit as u64).min(total);
        let where_it_is = match total {
            0 => String::new(),
            _ if skip >= total => format!("No {rows} here: there are {}", words::thousands(total)),
            _ if skip == 0 && last == total => format!("{} {rows}", words::thousands(total)),
            _ => {
                let [first, last, all] = [skip + 1, last, total].map(words::thousands);
                format!("{first} to {last} of {all} {rows}")
            }
        };
        let to = |number: u64| {
            let mut chosen = chosen.to_vec();
            chosen.push(("page", number.to_string()));
            self::address(address, &chosen)
        };
        Self {
            where_it_is,
            before: (number > 1).then(|| to(number - 1)),
            after: (skip + (limit as u64) < total).then(|| to(number + 1)),
        }
    }
}

/// An address with choices; those that are empty are left out.
pub fn address(path: &str, chosen: &[(&str, impl AsRef<str>)]) -> String {
    let pairs = chosen.iter().map(|(name, value)| (*name, value.as_ref()));
    let some = pairs.filter(|(_, value)| !value.is_empty());
    let query = Serializer::new(String::new()).extend_pairs(some).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_its_neighbours() {
        let kind = [("kind", "users".to_owned()), ("school", String::new())];
        let pages = |page, total| Pages::of(page, total, "records", "/r", &kind);
        let first = pages(None, 120);
        assert_eq!(first.where_it_is, "1 to 50 of 120 records");
        assert_eq!((first.before, first.after.as_deref()), (None, Some("/r?kind=users&page=2")));
        let last = pages(Some(3), 120);
        assert_eq!(last.where_it_is, "101 to 120 of 120 records");
        assert_eq!((last.before.as_deref(), last.after), (Some("/r?kind=users&page=2"), None));
        assert_eq!(pages(Some(0), 7).where_it_is, "7 records");
        assert_eq!(pages(Some(9), 7).where_it_is, "No records here: there are 7");
        assert_eq!(pages(None, 0), Pages::default());
        assert_eq!(rows(Some(u64::MAX)).1, ROWS);
    }
}
