//! Lists where tables are meant: a struct would be read from either.

use toml::{Table, Value};

use super::Settings;

/// The path of the first list that stands where the settings have a table.
pub fn listed(given: &Table) -> Option<String> {
    let usual = Table::try_from(Settings::default()).ok()?;
    let mut of_phase = usual.get("scope").and_then(Value::as_table)?.clone();
    // The schools of a phase are a list.
    of_phase.remove("schools");
    let phases = given.get("scope").and_then(|scope| scope.get("phases")).and_then(Value::as_array);
    let mut phases = phases.into_iter().flatten().filter_map(Value::as_table);
    below(given, &usual, "")
        .or_else(|| phases.find_map(|phase| below(phase, &of_phase, "scope.phases.")))
}

fn below(given: &Table, usual: &Table, path: &str) -> Option<String> {
    given.iter().find_map(|(key, value)| {
        let usual = usual.get(key).and_then(Value::as_table)?;
        match value {
            Value::Array(_) => Some(format!("{path}{key}")),
            Value::Table(value) => below(value, usual, &format!("{path}{key}.")),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_table() {
        let path = |text: &str| listed(&toml::from_str(text).unwrap());
        for (text, told) in [
            ("scope = []", "scope"),
            ("[scope]\nterms = []", "scope.terms"),
            ("scope.grades = [\"05\"]", "scope.grades"),
            (
                "scope.phases = [{ name = \"a\", schools = [\"b\"], grades = [] }]",
                "scope.phases.grades",
            ),
            ("guard.classes_ended = [20.0, 5]", "guard.classes_ended"),
            ("columns = [\"a\"]", "columns"),
        ] {
            assert_eq!(path(text).as_deref(), Some(told), "{text}");
        }
        assert_eq!(
            path("same_person = []\nscope.next_phase = [\"a\"]\nscope.terms.only = []"),
            None
        );
        assert_eq!(path("scope.phases = [{ name = \"a\", schools = [\"b\"] }]"), None);
    }
}
