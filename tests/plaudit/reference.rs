//! What is told of config.yaml, on its page and in editors, is what the program does.

use plaudit::config::{self, Config};
use serde_json::{Value, json};
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The branch of an optional value in which it is there.
fn present(node: &Value) -> &Value {
    node["anyOf"].get(0).unwrap_or(node)
}

/// Every key with its schema, and whether it is needed: `sources.events[].csv`.
fn keys(node: &Value, path: &str, found: &mut Vec<(String, Value, bool)>) {
    let node = present(node);
    for (below, between) in [("items", "[]"), ("additionalProperties", ".<id>")] {
        node.get(below).into_iter().for_each(|child| keys(child, &format!("{path}{between}"), found));
    }
    let needed = node["required"].as_array().cloned().unwrap_or_default();
    for (key, child) in node["properties"].as_object().into_iter().flatten() {
        let own = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        keys(child, &own, found);
        found.push((own, child.clone(), needed.contains(&key.as_str().into())));
    }
}

fn all_keys() -> Vec<(String, Value, bool)> {
    let mut found = Vec::new();
    keys(&config::schema(), "", &mut found);
    assert!(found.len() > 100, "{}", found.len());
    found
}

#[test]
fn the_page_on_config_is_the_one_that_the_program_prints() {
    let (written, printed) = (read("docs/config.md"), config::reference());
    let differing = written.lines().zip(printed.lines()).position(|(written, printed)| written != printed);
    let line = differing.unwrap_or(written.lines().count().min(printed.lines().count())) + 1;
    assert!(
        written == printed,
        "docs/config.md:{line} is old; make it anew: plaudit schema --markdown > docs/config.md"
    );
}

#[test]
fn the_page_tells_the_keys_in_the_order_of_the_file() {
    let page = config::reference();
    let headings = page.lines().filter_map(|line| line.strip_prefix("## ")).filter(|heading| !heading.contains(' '));
    let headings: Vec<&str> = headings.collect();
    assert_eq!(headings[..5], ["sender", "administrators", "language", "time_zone", "week_start"]);
    assert_eq!(headings.len(), config::schema()["properties"].as_object().unwrap().len());
    let at = |path: &str| page.find(&format!("- `{path}`")).unwrap();
    assert!(at("schedules[].name") < at("schedules[].notice") && at("terms[].from") < at("terms[].to"));
}

#[test]
fn every_key_is_explained_by_a_sentence_that_stands_alone() {
    for (path, schema, _) in all_keys() {
        let comment = schema["description"].as_str().unwrap_or_default();
        let first = comment.split("\n\n").next().unwrap_or_default();
        assert!(first.ends_with(['.', ':']) && first.len() < 250, "{path}: `{first}`");
    }
}

#[test]
fn every_key_says_what_holds_without_it() {
    for (path, schema, is_needed) in all_keys().into_iter().filter(|(_, schema, _)| !is_block(schema)) {
        let comment = schema["description"].as_str().unwrap_or_default();
        let told = [is_needed, !schema["default"].is_null(), comment.contains("Default: ")];
        assert_eq!(told.iter().filter(|told| **told).count(), 1, "{path} {told:?}");
    }
}

fn is_block(schema: &Value) -> bool {
    present(schema)["properties"].is_object()
}

/// Sources, and all blocks that have keys that are needed.
fn small(sources: &Value) -> Value {
    json!({
        "sender": { "name": "Reports", "address": "reports@school.example" },
        "administrators": [{ "address": "office@school.example" }],
        "time_zone": "UTC",
        "sources": sources,
        "school_calendar": { "icalendar": "year.ics" },
        "terms": [{ "name": "Spring", "from": "2026-02-01", "to": "2026-06-30" }],
        "organizations": { "s1": {} },
        "schedules": [{ "notice": "reward", "to": ["students"], "when": "monday 07:00" }],
        "delivery": { "smtp": { "host": "mail.school.example" } },
        "web": { "url": "https://effort.school.example" },
    })
}

/// Writes out every default that the schema tells, in all blocks that are there or can be there without a key.
fn write_defaults(value: &mut Value, schema: &Value) {
    let schema = present(schema);
    value.as_array_mut().into_iter().flatten().for_each(|item| write_defaults(item, &schema["items"]));
    let Some(map) = value.as_object_mut() else { return };
    for (key, child) in schema["properties"].as_object().into_iter().flatten() {
        let is_open = is_block(child) && present(child)["required"].is_null();
        let default = Some(&child["default"]).filter(|default| !default.is_null()).cloned();
        if let Some(default) = default.or_else(|| is_open.then(|| json!({}))) {
            map.entry(key).or_insert(default);
        }
        map.get_mut(key).into_iter().for_each(|value| write_defaults(value, child));
    }
}

fn settings(folder: &Path, value: &Value) -> String {
    let config = config::parse(&folder.join("config.yaml"), &value.to_string());
    let config = config.unwrap_or_else(|problems| panic!("{value:#}\n{problems:?}"));
    format!("{:?}", Config { text: String::new(), ..config })
}

/// A calendar with an event for each word that makes events holidays, terms or exams, each on a day of its own.
fn year() -> String {
    let schema = config::schema();
    let words = &present(&schema["properties"]["school_calendar"])["properties"];
    let words = ["holidays", "terms", "exams"].into_iter().flat_map(|key| words[key]["default"].as_array().unwrap());
    let event = |(day, word): (usize, &Value)| {
        let title = word.as_str().unwrap();
        format!(
            "BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART;VALUE=DATE:202609{:02}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n",
            day + 1
        )
    };
    let events: String = words.enumerate().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

#[test]
fn the_defaults_that_are_told_are_those_that_hold() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("year.ics"), year()).unwrap();
    let files = json!({
        "roster": { "oneroster": "roster" },
        "events": [{ "csv": "events.csv" }],
        "answers": [{ "csv": "answers.csv" }],
    });
    for sources in [files, json!({ "sample": {} })] {
        let brief = small(&sources);
        let mut whole = brief.clone();
        write_defaults(&mut whole, &config::schema());
        if sources["sample"].is_null() {
            whole["sources"].as_object_mut().unwrap().remove("sample");
        }
        assert_eq!(whole["method"]["window_weeks"], 16);
        assert!(whole.to_string().len() > brief.to_string().len() + 1000, "{whole:#}");
        assert_eq!(settings(folder.path(), &brief), settings(folder.path(), &whole));
    }
}

/// The YAML examples of a page.
fn examples(page: &str) -> Vec<Value> {
    let fences = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    fences.map(|(example, _)| serde_yaml::from_str(example).unwrap()).collect()
}

#[test]
fn every_example_of_the_page_is_taken() {
    let examples = examples(&config::reference());
    assert!(examples.len() > 20, "{}", examples.len());
    let editors = jsonschema::validator_for(&config::for_editors()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for example in examples {
        let mut whole = small(&json!({ "sample": {} }));
        whole.as_object_mut().unwrap().remove("school_calendar");
        for (key, value) in example.as_object().unwrap() {
            whole[key] = value.clone();
        }
        assert!(editors.is_valid(&whole), "{example:#}");
        if example["school_calendar"].is_null() {
            settings(folder.path(), &whole);
        }
    }
}

#[test]
fn editors_take_the_config_that_comes_with_plaudit_as_it_stands() {
    let editors = jsonschema::validator_for(&config::for_editors()).unwrap();
    let yaml: Value = serde_yaml::from_str(&read("config.yaml")).unwrap();
    let faults: Vec<String> = editors.iter_errors(&yaml).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

/// A config as JSON with one key in place of what `small` has.
fn with(key: &str, value: Value) -> Value {
    let mut whole = small(&json!({ "sample": {} }));
    whole.as_object_mut().unwrap().remove("school_calendar");
    whole[key] = value;
    whole
}

#[test]
fn editors_take_what_the_program_takes_and_refuse_what_it_refuses() {
    let schedule =
        |not_in: Value| json!([{ "notice": "reward", "to": ["students"], "when": "daily 06:00", "not_in": not_in }]);
    let right = [
        ("sources", json!("sample")),
        ("method", json!("study")),
        ("schedules", schedule(json!("holidays"))),
        ("schedules", schedule(json!(["exams", "between_terms"]))),
        ("schedules", schedule(Value::Null)),
        ("method", Value::Null),
        ("method", json!({ "scale": null, "ruler_dates": null })),
        ("terms", Value::Null),
        ("organizations", json!({ "s1": null })),
        ("organizations", Value::Null),
        ("week_start", Value::Null),
        ("delivery", json!({ "folder": null, "smtp": null })),
    ];
    let wrong = [
        ("sources", json!("samples")),
        ("sources", Value::Null),
        ("method", json!("weekl")),
        ("schedules", schedule(json!("weekends"))),
        ("schedules", json!([{ "notice": null, "to": ["students"] }])),
        ("terms", json!([null])),
        ("terms", json!([{ "from": "2026-01-01", "until": "2026-02-01" }])),
        ("week_start", json!("mon")),
        ("limits", json!({ "found_percent": 101 })),
        ("nothing", json!(1)),
    ];
    let editors = jsonschema::validator_for(&config::for_editors()).unwrap();
    for (expected, cases) in [(true, &right[..]), (false, &wrong[..])] {
        for (key, value) in cases {
            let whole = with(key, value.clone());
            assert_eq!(editors.is_valid(&whole), expected, "editors, {key}: {value}");
            let parsed = config::parse(Path::new("config.yaml"), &whole.to_string());
            assert_eq!(parsed.is_ok(), expected, "plaudit, {key}: {value}: {:?}", parsed.err());
        }
    }
}
