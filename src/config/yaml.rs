//! From YAML to the JSON value that the schema is held against.

use crate::problem::{Outcome, Problem};
use serde_json::Value;

/// YAML as JSON, for the schema: keys become text, the short forms `sources: sample`, `method: study` and
/// `not_in: holidays` their long ones.
pub fn to_value(file: &str, text: &str) -> Outcome<Value> {
    let yaml: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        Problem::new(format!("{file}:{line}"), format!("not YAML: {error}"))
            .hint("look at the indentation of this line and the one above")
    })?;
    let mut value = json(&yaml);
    let Some(top) = value.as_object_mut() else {
        return Err(Problem::new(file, "found no keys, expected a file of `key: value` lines")
            .hint("begin with a copy of the config.yaml that comes with plaudit")
            .into());
    };
    if top.get("sources").and_then(Value::as_str) == Some("sample") {
        top.insert("sources".into(), serde_json::json!({ "sample": {} }));
    }
    if let Some(preset) = top.get("method").filter(|method| method.is_string()).cloned() {
        top.insert("method".into(), serde_json::json!({ "preset": preset }));
    }
    for schedule in top.get_mut("schedules").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(days) = schedule.get_mut("not_in").filter(|days| days.is_string()) {
            *days = Value::Array(vec![days.take()]);
        }
    }
    Ok(value)
}

fn json(yaml: &serde_yaml::Value) -> Value {
    match yaml {
        serde_yaml::Value::Mapping(map) => {
            Value::Object(map.iter().map(|(key, value)| (key_text(key), json(value))).collect())
        }
        serde_yaml::Value::Sequence(items) => Value::Array(items.iter().map(json).collect()),
        serde_yaml::Value::Tagged(tagged) => json(&tagged.value),
        serde_yaml::Value::Number(number) => number_json(number),
        scalar => serde_json::to_value(scalar).unwrap_or(Value::Null),
    }
}

/// A number; 16.0 is the whole number 16, and what is not a number (`.nan`) stays text, for the schema to refuse.
fn number_json(number: &serde_yaml::Number) -> Value {
    match number.as_f64() {
        Some(float) if !float.is_finite() => Value::String(number.to_string()),
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e9 => {
            format!("{float:.0}").parse::<i64>().map_or(Value::Null, Value::from)
        }
        _ => serde_json::to_value(number).unwrap_or(Value::Null),
    }
}

fn key_text(key: &serde_yaml::Value) -> String {
    match key {
        serde_yaml::Value::String(text) => text.clone(),
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_string(),
    }
}
