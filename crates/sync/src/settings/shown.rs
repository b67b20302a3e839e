//! What the keys of settings say, as TOML shows it.

use firstbell_roster::model::Settings;
use toml::Value;

/// All settings as one table; `None` where TOML cannot write them.
pub fn value(settings: &Settings) -> Option<Value> {
    Value::try_from(settings).ok()
}

/// The value at a dotted path.
pub fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// A value on one line; a list of tables has one on each line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) if items.iter().any(Value::is_table) => {
            let lines = items.iter().map(|item| format!("  {item},\n"));
            format!("[\n{}]", lines.collect::<String>())
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_) => value.to_string(),
    }
}
