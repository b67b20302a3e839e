//! Settings changed key by key, with what people wrote around the values left as it is.

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::refused;
use crate::hub::HubError;

/// The text with other values: each a dotted path of a key, and its value as TOML.
pub fn with_values(text: &str, values: &[(&str, String)]) -> Result<String, HubError> {
    let mut document: DocumentMut = text.parse().map_err(refused)?;
    for (path, value) in values {
        let value: Value = value.parse().map_err(|_| {
            refused(format!(
                "`{path}` is no value of TOML; texts stand in quotes, lists in brackets"
            ))
        })?;
        set(&mut document, path, value)?;
    }
    Ok(document.to_string())
}

fn set(document: &mut DocumentMut, path: &str, mut value: Value) -> Result<(), HubError> {
    let (tables, name) = path.rsplit_once('.').map_or(("", path), |(tables, name)| (tables, name));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for part in tables.split('.').filter(|part| !part.is_empty()) {
        let next = table.entry(part).or_insert_with(|| Item::Table(Table::new()));
        table = next.as_table_like_mut().ok_or_else(|| refused(format!("`{part}` is no table")))?;
    }
    match table.get_mut(name) {
        Some(Item::Value(old)) => {
            // What stands before the key and around its value stays.
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        // A table or a list of tables of its own gives way to a value in one place.
        Some(Item::Table(_) | Item::ArrayOfTables(_) | Item::None) | None => {
            table.remove(name);
            table.insert(name, Item::Value(value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<_> =
            values.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        with_values(text, &values).unwrap()
    }

    #[test]
    fn comments_and_order_stay() {
        let text = "# Ours.\ntime_zone = \"UTC\" # for now\n\n[scope]\n# Two schools.\nroles = { only = [\"student\"] }\nopen_terms = true\n";
        let changed =
            with(text, &[("time_zone", "\"America/Chicago\""), ("scope.open_terms", "false")]);
        assert_eq!(
            changed,
            text.replace("\"UTC\"", "\"America/Chicago\"").replace("true", "false")
        );
    }

    #[test]
    fn what_was_not_there_is_added_where_it_belongs() {
        assert_eq!(
            with("", &[("guard.window_days", "7"), ("demographics", "true")]),
            "demographics = true\n\n[guard]\nwindow_days = 7\n"
        );
        let inline = with("scope = { open_terms = true }\n", &[("scope.next_phase", "[\"a\"]")]);
        assert!(inline.starts_with("scope = { open_terms = true"), "{inline}");
        assert!(crate::parse(&inline).is_ok());
    }

    #[test]
    fn a_table_of_its_own_gives_way() {
        let text = "[scope]\nopen_terms = true\n[scope.roles]\nonly = [\"student\"]\n[guard]\nwindow_days = 3\n";
        let changed = with(text, &[("scope.roles", "{ except = [\"aide\"] }")]);
        let settings = crate::parse(&changed).unwrap();
        assert_eq!(settings.scope.roles.except, ["aide"], "{changed}");
        assert!(settings.scope.roles.only.is_empty() && settings.scope.open_terms);
        assert_eq!(settings.guard.window_days, 3);
    }

    #[test]
    fn what_is_no_toml_is_named() {
        let wrong = [("time_zone", "America/Chicago".to_owned())];
        let error = with_values("", &wrong).unwrap_err().to_string();
        assert!(error.contains("`time_zone` is no value of TOML"), "{error}");
    }
}
