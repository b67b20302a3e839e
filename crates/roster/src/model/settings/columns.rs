//! What columns of a district's export mean, by file.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::model::text::plain;

/// The files, and by each the columns, by the other names that they have.
pub type Columns = BTreeMap<String, BTreeMap<String, String>>;

/// The same with OneRoster's own spelling of its files and columns; what OneRoster does not have stays
/// as it is.
pub fn spelled(columns: Columns) -> Columns {
    let mut all = Columns::new();
    for (file, names) in columns {
        let plain_file = plain(&file);
        let stem = plain_file.strip_suffix(".csv").unwrap_or(&plain_file);
        let kind = Kind::ALL.into_iter().find(|kind| plain(kind.name()) == stem);
        let meant = |name: String| {
            let of_kind = kind.map_or(&[][..], Kind::columns);
            let own = of_kind.iter().find(|column| plain(column.name) == plain(&name));
            own.map_or(name, |column| column.name.to_owned())
        };
        let names = names.into_iter().map(|(name, column)| (name, meant(column)));
        all.entry(kind.map_or(file, |kind| kind.name().to_owned())).or_default().extend(names);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Settings;

    #[test]
    fn oneroster_s_names_are_meant_in_any_spelling() {
        let text = "columns.\"Users.csv\" = { No = \"Sourced ID\", Nachname = \"familyname\" }\ncolumns.pupils = { No = \"x\" }";
        let columns = Settings::parse(text).unwrap().columns;
        let users = [("No", "sourcedId"), ("Nachname", "familyName")];
        assert_eq!(
            columns["users"],
            BTreeMap::from(users.map(|(a, b)| (a.to_owned(), b.to_owned())))
        );
        assert_eq!(columns["pupils"]["No"], "x");
    }
}
