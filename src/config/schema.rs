//! What the JSON Schema of the written types refuses, as problems in an administrator's words.
//!
//! The schema is made from [`super::written`], so that a key cannot be read and not be checked.

use super::position::{Step, dotted, line_of};
use super::written;
use crate::problem::{Problem, nearest};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// The JSON Schema of config.yaml, without references.
#[must_use]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<written::File>().to_value()
}

/// Everything in `value` that the schema refuses, and the rest of it, so that other rules can be held against that;
/// `text` is the file, for lines.
pub fn problems(file: &str, text: &str, value: &Value) -> (Vec<Problem>, Value) {
    let schema = schema();
    let Ok(validator) = jsonschema::validator_for(&schema) else {
        return (vec![Problem::new(file, "the built-in schema is broken").hint("please report this")], Value::Null);
    };
    let reader = Reader { file, text, schema: &schema, value };
    let mut found = Vec::new();
    let mut rest = value.clone();
    // A key without a value is one that is not there, if there is such a key.
    let of_nothing = |error: &ValidationError<'_>| {
        error.instance().is_null() && !matches!(error.kind(), ValidationErrorKind::Required { .. })
    };
    for error in validator.iter_errors(value).filter(|error| !of_nothing(error)) {
        found.extend(reader.explain(&error));
        for path in refused(&error) {
            remove(&mut rest, &path);
        }
    }
    let needed = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    for key in needed.filter(|key| value.get(key).is_some_and(Value::is_null)) {
        found.push(reader.missing_key(&[], key));
    }
    found.dedup();
    (found, without_nothing(rest))
}

/// The same without keys that have no value.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let there = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(key, value)| (key, without_nothing(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nothing).collect()),
        other => other,
    }
}

/// The JSON pointers of what an error refuses.
fn refused(error: &ValidationError<'_>) -> Vec<String> {
    let own = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|key| format!("{own}/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
        }
        ValidationErrorKind::Required { .. } => Vec::new(),
        ValidationErrorKind::AnyOf { context } if error.instance().is_object() || error.instance().is_array() => {
            context.iter().take(1).flatten().flat_map(refused).collect()
        }
        _ => vec![own.to_string()],
    }
}

/// Takes out what lies at a JSON pointer; an item of a list stays as it is, so that the others keep their places.
fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(map) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
        map.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    schema: &'a Value,
    value: &'a Value,
}

impl Reader<'_> {
    fn explain(&self, error: &ValidationError<'_>) -> Vec<Problem> {
        let path = self.steps(error.instance_path().as_str());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                unexpected.iter().map(|key| self.unknown_key(&path, key)).collect()
            }
            ValidationErrorKind::Required { property } => {
                vec![self.missing_key(&path, property.as_str().unwrap_or_default())]
            }
            ValidationErrorKind::AnyOf { context } if error.instance().is_object() || error.instance().is_array() => {
                context.iter().take(1).flatten().flat_map(|inner| self.explain(inner)).collect()
            }
            _ => vec![self.wrong_value(&path, error.instance())],
        }
    }

    /// A JSON pointer as steps; a number is an index only where there is a list.
    fn steps(&self, pointer: &str) -> Vec<Step> {
        let mut node = Some(self.value);
        let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
        let steps = parts.map(|part| {
            let parent = node.unwrap_or(&Value::Null);
            if let Some(index) = part.parse().ok().filter(|_| parent.is_array()) {
                node = parent.get::<usize>(index);
                return Step::Index(index);
            }
            node = parent.get(&part);
            Step::Key(part)
        });
        steps.collect()
    }

    fn place(&self, path: &[Step]) -> String {
        format!("{}:{}: {}", self.file, line_of(self.text, path), dotted(path))
    }

    fn unknown_key(&self, parent: &[Step], key: &str) -> Problem {
        let path = [parent, &[Step::Key(key.to_string())]].concat();
        let known = keys(node_at(self.schema, parent));
        let hint = match nearest(key, known.iter().map(String::as_str)) {
            Some(right) => format!("did you mean `{right}`?"),
            None => format!("the keys here are: {}", known.join(", ")),
        };
        Problem::new(self.place(&path), format!("unknown key `{key}`")).hint(hint)
    }

    fn missing_key(&self, parent: &[Step], key: &str) -> Problem {
        let path = [parent, &[Step::Key(key.to_string())]].concat();
        let expected = expected(node_at(self.schema, &path));
        Problem::new(self.place(&path), format!("missing; expected {expected}"))
    }

    fn wrong_value(&self, path: &[Step], found: &Value) -> Problem {
        let node = node_at(self.schema, path);
        let expected = expected(node);
        let text = if found.is_string() && expected.contains("number") { "the text " } else { "" };
        let problem = Problem::new(self.place(path), format!("found {text}`{}`, expected {expected}", brief(found)));
        let right = found.as_str().and_then(|word| {
            let options = options(node);
            nearest(word, options.iter().map(String::as_str)).map(ToString::to_string)
        });
        match right {
            Some(right) => problem.hint(format!("did you mean `{right}`?")),
            None => problem,
        }
    }
}

/// The schema of what lies at a path; `null` if the schema knows nothing of it.
fn node_at<'s>(schema: &'s Value, path: &[Step]) -> &'s Value {
    path.iter().fold(present(schema), |node, step| {
        let child = match step {
            Step::Key(key) => node.get("properties").and_then(|p| p.get(key)).or(node.get("additionalProperties")),
            Step::Index(_) => node.get("items"),
        };
        present(child.unwrap_or(&Value::Null))
    })
}

/// The branch of an optional value in which it is present.
fn present(node: &Value) -> &Value {
    node.get("anyOf").and_then(|branches| branches.get(0)).unwrap_or(node)
}

fn keys(node: &Value) -> Vec<String> {
    let properties = node.get("properties").and_then(Value::as_object);
    properties.map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

fn options(node: &Value) -> Vec<String> {
    let one_of = node.get("oneOf").and_then(Value::as_array).into_iter().flatten().filter_map(|o| o.get("const"));
    let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
    one_of.chain(listed).filter_map(Value::as_str).map(ToString::to_string).collect()
}

/// What a schema wants, in words.
fn expected(node: &Value) -> String {
    let options = options(node);
    if !options.is_empty() {
        return format!("one of: {}", options.join(", "));
    }
    let kind = node.get("type").map(|t| t.as_str().or_else(|| t.get(0).and_then(Value::as_str)).unwrap_or_default());
    let bounds = match (number(node, "minimum"), number(node, "maximum")) {
        (Some(low), Some(high)) => format!(" from {low} to {high}"),
        _ => String::new(),
    };
    match kind {
        Some("string") => "text (in quotes if it looks like a number)".to_string(),
        Some("integer") => format!("a whole number{bounds}"),
        Some("number") => format!("a number{bounds}"),
        Some("array") => "a list (lines that begin with `- `, or `[a, b]`)".to_string(),
        Some("object") => format!("a block with the keys: {}", keys(node).join(", ")),
        _ => "something else".to_string(),
    }
}

fn number(node: &Value, key: &str) -> Option<f64> {
    node.get(key).and_then(Value::as_f64)
}

fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(_) => "a block".to_string(),
        Value::Array(_) => "a list".to_string(),
        Value::Null => "nothing".to_string(),
        other => other.to_string(),
    };
    text.chars().take(60).collect()
}
