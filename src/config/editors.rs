//! The JSON Schema of config.yaml for editors, which complete and check a file while it is written.
//!
//! The program mends some things before it holds a file against its schema, as [`super::yaml`] says, and it passes over
//! keys without a value. An editor reads the file as it stands, so its schema must take all of that, and nothing more.

use serde_json::{Value, json};

/// The schema with the short forms that the program takes, with nothing allowed in place of what may be left out, and
/// with the first sentence of each comment apart from the whole of it.
#[must_use]
pub fn for_editors() -> Value {
    let mut schema = super::schema();
    schema["title"] = "config.yaml of plaudit".into();
    allow_nothing(&mut schema);
    split_comments(&mut schema);
    let keys = &mut schema["properties"];
    let sample = json!({ "const": "sample", "description": "The built-in sample as it is." });
    or_else(&mut keys["sources"], &sample);
    let preset = keys["method"]["properties"]["preset"]["anyOf"][0].clone();
    or_else(&mut keys["method"], &preset);
    let not_in = &mut keys["schedules"]["items"]["properties"]["not_in"];
    let day = not_in["items"].clone();
    or_else(not_in, &day);
    schema
}

/// Lets keys that may be left out stand without a value, here and below.
fn allow_nothing(schema: &mut Value) {
    let needed = schema["required"].as_array().cloned().unwrap_or_default();
    for (key, child) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        allow_nothing(child);
        if !needed.contains(&key.as_str().into()) {
            or_nothing(child);
        }
    }
    schema.get_mut("items").into_iter().for_each(allow_nothing);
    schema.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten().for_each(allow_nothing);
    if let Some(entry) = schema.get_mut("additionalProperties").filter(|entry| entry.is_object()) {
        allow_nothing(entry);
        or_nothing(entry);
    }
}

fn or_nothing(schema: &mut Value) {
    let nothing = json!({ "type": "null" });
    let is_branch = schema["anyOf"].as_array().is_some_and(|branches| branches.contains(&nothing));
    match schema["type"].clone() {
        Value::String(kind) if schema["enum"].is_null() => schema["type"] = json!([kind, "null"]),
        Value::Array(_) => {}
        _ if is_branch => {}
        _ => or_else(schema, &nothing),
    }
}

/// Lets a value also be something else; what is told of it stays at its head.
fn or_else(schema: &mut Value, other: &Value) {
    let Some(own) = schema.as_object_mut() else { return };
    let told = ["description", "markdownDescription", "default", "examples"].map(|key| (key, own.remove(key)));
    let whole = Value::Object(std::mem::take(own));
    own.extend(told.into_iter().filter_map(|(key, told)| Some((key.to_string(), told?))));
    own.insert("anyOf".into(), json!([whole, other]));
}

/// Plain editors show the first sentence, those that know Markdown all of it.
fn split_comments(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(split_comments),
        Value::Object(map) => {
            map.values_mut().for_each(split_comments);
            let Some(whole) = map.get("description").and_then(Value::as_str).map(ToString::to_string) else { return };
            let first = whole.split("\n\n").next().unwrap_or_default().replace('\n', " ");
            map.insert("description".into(), first.into());
            if whole.contains("\n\n") {
                map.insert("markdownDescription".into(), whole.into());
            }
        }
        _ => {}
    }
}
