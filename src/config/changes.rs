//! What is different between two config files: key by key, as they are written.

use serde_json::Value;

/// What an edit of the settings changed: `method.gain_points: 5 -> 8`, a line for each key.
#[must_use]
pub fn changes(old: &str, new: &str) -> Vec<String> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text).unwrap_or_default();
    let mut changes = Vec::new();
    compare("", &read(old), &read(new), &mut changes);
    changes
}

fn compare(path: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let value = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                compare(&below(key), &value(before), &value(after), changes);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for index in 0..before.len().max(after.len()) {
                let value = |list: &[Value]| list.get(index).cloned().unwrap_or_default();
                compare(&format!("{path}[{index}]"), &value(before), &value(after), changes);
            }
        }
        (before, after) if before != after => changes.push(format!("{path}: {} -> {}", brief(before), brief(after))),
        _ => {}
    }
}

fn brief(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
