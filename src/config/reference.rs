//! docs/config.md, from the schema of config.yaml and so from the comments of its keys.
//!
//! The page, the schema that editors use and the check come from one place, so that none of them can say something else.
//! What belongs to no key is in `reference.md`.

use super::wrapping::wrapped;
use super::written;
use serde_json::{Map, Value, value::Index};
use std::fmt::Write as _;

const HEAD: &str = include_str!("reference.md");

/// The page on every key of config.yaml, as Markdown. It ends with a line break.
#[must_use]
pub fn reference() -> String {
    let (schema, ordered) = (super::schema(), ordered());
    let mut page = Page::default();
    let file = Node { schema: &schema, ordered: &ordered };
    for key in file.keys("") {
        page.section(&key, 2);
    }
    format!("{}\n{}", HEAD.replace("{keys}", page.contents.trim_end()).trim_end(), page.text)
}

/// The schema of what would be written out: nothing would be left out, so `required` names every key, in the order of the
/// types. Properties themselves are sorted by name.
fn ordered() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings.for_serialize().into_generator().into_root_schema_for::<written::File>().to_value()
}

/// A place in the schema, and the same place in the one that knows the order.
#[derive(Clone, Copy)]
struct Node<'a> {
    schema: &'a Value,
    ordered: &'a Value,
}

/// A key: where it is, what it takes.
struct Key<'a> {
    path: String,
    node: Node<'a>,
    is_needed: bool,
}

impl<'a> Node<'a> {
    fn at(self, step: impl Index + Copy) -> Self {
        Self { schema: &self.schema[step], ordered: &self.ordered[step] }
    }

    /// The branch of an optional value in which it is present.
    fn present(self) -> Self {
        if self.schema["anyOf"].is_array() { self.at("anyOf").at(0) } else { self }
    }

    /// The block whose keys are named below a path, and what is put between: `[]` for a list, `.<id>` for a map.
    fn block(self) -> Option<(&'static str, Self)> {
        let own = self.present();
        let within =
            [("", own), ("[]", own.at("items").present()), (".<id>", own.at("additionalProperties").present())];
        within.into_iter().find(|(_, block)| block.schema["properties"].is_object())
    }

    /// The keys of a block, in order.
    fn keys(self, path: &str) -> Vec<Key<'a>> {
        let properties = self.at("properties");
        let needed = |name: &str| texts(&self.schema["required"]).any(|other| other == name);
        let key = |name: &'a str| Key {
            path: if path.is_empty() { name.to_string() } else { format!("{path}.{name}") },
            node: properties.at(name),
            is_needed: needed(name),
        };
        texts(&self.ordered["required"]).map(key).collect()
    }

    /// What can be written, each with its comment: of a value, of the items of a list, or of the values of a map.
    fn options(self) -> Vec<(&'a str, &'a str)> {
        let own = self.present().schema;
        let of = |node: &'a Value| {
            let listed = texts(&node["enum"]).map(|option| (option, ""));
            let told = node["oneOf"].as_array().into_iter().flatten();
            let told = told.filter_map(|one| Some((one["const"].as_str()?, one["description"].as_str().unwrap_or(""))));
            listed.chain(told).collect::<Vec<_>>()
        };
        let all = [own, &own["items"], &own["additionalProperties"]].map(of);
        all.into_iter().find(|options| !options.is_empty()).unwrap_or_default()
    }
}

impl<'a> Key<'a> {
    /// The comment: its first paragraph, and what follows.
    fn comment(&self) -> (&'a str, &'a str) {
        let comment = self.node.schema["description"].as_str().unwrap_or_default();
        comment.split_once("\n\n").unwrap_or((comment, ""))
    }

    /// The keys below it.
    fn keys(&self) -> Vec<Key<'a>> {
        let below = self.node.block();
        below.map(|(between, block)| block.keys(&format!("{}{between}", self.path))).unwrap_or_default()
    }

    /// Whether it is told under a heading of its own: a block that shows an example.
    fn is_chapter(&self) -> bool {
        self.node.block().is_some() && self.comment().1.contains("```yaml")
    }

    /// Whether the comment says what holds without the key.
    fn says_default(&self) -> bool {
        self.comment().1.contains("Default: ")
    }

    /// What it takes, whether it is needed, and what holds without it.
    fn nature(&self) -> String {
        let default = &self.node.schema["default"];
        let example = self.node.schema["examples"].get(0).filter(|_| default.is_null());
        let example = example.map(|example| format!(" such as `{}`", plain(example))).unwrap_or_default();
        let without = match default {
            _ if self.is_needed => "; needed".to_string(),
            Value::Null if self.says_default() => String::new(),
            Value::Null => "; may be left out".to_string(),
            default if is_empty(default) => "; default: none".to_string(),
            default => format!("; default: `{}`", in_yaml(default)),
        };
        format!("{}{example}{without}", kind(self.node))
    }
}

/// The page as far as it is written.
#[derive(Default)]
struct Page<'a> {
    text: String,
    contents: String,
    /// The keys that were told, with the place where.
    told: Vec<(&'a Value, String)>,
}

impl<'a> Page<'a> {
    fn section(&mut self, key: &Key<'a>, level: usize) {
        let (path, (first, rest)) = (&key.path, key.comment());
        let _ = writeln!(self.contents, "| [`{path}`](#{}) | {} |", anchor(path), first.replace('\n', " "));
        let _ = write!(self.text, "\n{} {path}\n\n", "#".repeat(level));
        self.paragraphs(first, 0);
        self.paragraphs(&format!("\n`{path}`: {}.", key.nature()), 0);
        self.options(key.node, "\n", 0);
        if !rest.is_empty() {
            self.paragraphs(&format!("\n{rest}"), 0);
        }
        self.keys_of(key, level);
    }

    fn keys_of(&mut self, key: &Key<'a>, level: usize) {
        let Some((_, block)) = key.node.block() else { return };
        let properties = &block.schema["properties"];
        if let Some((_, place)) = self.told.iter().find(|(told, _)| *told == properties) {
            let as_there = format!("\n{}: as in [`{place}`](#{}).", paths(key).join(", "), anchor(place));
            return self.paragraphs(&as_there, 0);
        }
        self.told.push((properties, key.path.clone()));
        self.text.push('\n');
        let (chapters, plain): (Vec<_>, Vec<_>) = key.keys().into_iter().partition(Key::is_chapter);
        for key in &plain {
            self.entry(key);
        }
        if plain.is_empty() {
            self.text.pop();
        }
        for key in &chapters {
            self.section(key, level + 1);
        }
    }

    /// A key in a list, and those below it.
    fn entry(&mut self, key: &Key<'a>) {
        let (first, rest) = key.comment();
        self.paragraphs(&format!("- `{}`: {}. {first}", key.path, key.nature()), 0);
        self.options(key.node, "", 2);
        if !rest.is_empty() {
            self.paragraphs(&format!("\n{rest}"), 2);
        }
        for key in key.keys() {
            self.entry(&key);
        }
    }

    /// What can be written, where that has comments.
    fn options(&mut self, node: Node<'a>, before: &str, indent: usize) {
        let options = node.options();
        if options.iter().any(|(_, comment)| !comment.is_empty()) {
            self.text.push_str(before);
            for (option, comment) in options {
                self.paragraphs(&format!("- `{option}`: {comment}"), indent);
            }
        }
    }

    fn paragraphs(&mut self, text: &str, indent: usize) {
        self.text.push_str(&wrapped(text, indent));
    }
}

/// The paths of all keys below a key.
fn paths(key: &Key<'_>) -> Vec<String> {
    key.keys().iter().flat_map(|key| std::iter::once(format!("`{}`", key.path)).chain(paths(key))).collect()
}

/// What a heading can be linked by.
fn anchor(path: &str) -> String {
    path.replace('.', "")
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// What a key takes, in words.
fn kind(node: Node<'_>) -> String {
    let own = node.present();
    let schema = own.schema;
    let options = one_of(&node.options());
    match type_of(schema) {
        "array" if !options.is_empty() => format!("a list of {options}"),
        "array" => match type_of(own.at("items").present().schema) {
            "object" => "a list of blocks".to_string(),
            "string" => "a list of texts".to_string(),
            _ => "a list of numbers".to_string(),
        },
        "object" if !options.is_empty() => format!("a block whose values are {options}"),
        "object" if schema["properties"].is_object() => "a block".to_string(),
        "object" => "a block for each id".to_string(),
        _ if !options.is_empty() => options,
        "integer" => format!("a whole number{}", bounds(schema)),
        "number" => format!("a number{}", bounds(schema)),
        _ => match schema["format"].as_str() {
            Some("date") => "a date".to_string(),
            Some("email") => "a mail address".to_string(),
            Some("uri") => "a URL".to_string(),
            _ => "text".to_string(),
        },
    }
}

fn type_of(schema: &Value) -> &str {
    schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or_default()
}

fn bounds(schema: &Value) -> String {
    match (schema["minimum"].as_f64(), schema["maximum"].as_f64()) {
        (Some(low), Some(high)) => format!(" from {low} to {high}"),
        (Some(low), None) => format!(" from {low}"),
        _ => String::new(),
    }
}

fn one_of(options: &[(&str, &str)]) -> String {
    let names: Vec<String> = options.iter().map(|(option, _)| format!("`{option}`")).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// A value on one line of YAML.
fn in_yaml(value: &Value) -> String {
    let is_plain =
        |text: &str| serde_yaml::from_str::<Vec<Value>>(&format!("[{text}]")).is_ok_and(|read| read == [text]);
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(in_yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pair =
                |(key, value): (&String, &Value)| format!("{}: {}", in_yaml(&key.as_str().into()), in_yaml(value));
            format!("{{{}}}", map.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as it looks by itself.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| in_yaml(value), ToString::to_string)
}
